#!/usr/bin/env bash
# Installs what the attacker of the public tables needs (HiGHS, and a reader of Parquet) into the target folder.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/packages.sh
target=${CARGO_TARGET_DIR:-target}
if ! "$target/attacker/bin/python" -c 'import highspy, numpy, pyarrow' 2>/dev/null; then
    # Without its package python3 has the module venv but not what that installs.
    python3 -c 'import ensurepip, venv' 2>/dev/null || install_package python3-venv
    python3 -m venv "$target/attacker"
    "$target/attacker/bin/pip" install --quiet --disable-pip-version-check -r tests/attacker/requirements.txt
fi
