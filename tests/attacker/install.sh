#!/usr/bin/env bash
# Installs what the attacker of the public tables needs (HiGHS, and a reader of Parquet) into the target folder.
set -euo pipefail
cd "$(dirname "$0")/../.."
target=${CARGO_TARGET_DIR:-target}
if ! "$target/attacker/bin/python" -c 'import highspy, numpy, pyarrow' 2>/dev/null; then
    python3 -m venv "$target/attacker" || {
        echo "python3 with venv is missing: apt-get install -y python3-venv" >&2
        exit 1
    }
    "$target/attacker/bin/pip" install --quiet --disable-pip-version-check -r tests/attacker/requirements.txt
fi
