#!/usr/bin/env bash
# Installs the shells whose completions are checked, and groff, which sets man pages.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/packages.sh
command -v zsh >/dev/null || install_package zsh
command -v fish >/dev/null || install_package fish
command -v groff >/dev/null || install_package groff
