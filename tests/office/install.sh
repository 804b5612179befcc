#!/usr/bin/env bash
# Installs what reads the office files of a report (openpyxl) into the target folder.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/packages.sh
target=${CARGO_TARGET_DIR:-target}
if ! "$target/office/bin/python" -c 'import openpyxl' 2>/dev/null; then
    # Without its package python3 has the module venv but not what that installs.
    python3 -c 'import ensurepip, venv' 2>/dev/null || install_package python3-venv
    python3 -m venv "$target/office"
    "$target/office/bin/pip" install --quiet --disable-pip-version-check -r tests/office/requirements.txt
fi
