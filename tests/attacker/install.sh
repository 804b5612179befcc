#!/usr/bin/env bash
# Installs what the attacker of the public tables needs (HiGHS, and a reader of Parquet) into the target folder.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/packages.sh
python_environment attacker "highspy, numpy, pyarrow"
