#!/usr/bin/env bash
# Installs what every build needs on the system: a C compiler with its linker; and valgrind, which counts instructions.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/packages.sh
command -v cc >/dev/null || install_package gcc
[ -e /usr/include/stdio.h ] || install_package libc6-dev
command -v valgrind >/dev/null || install_package valgrind
