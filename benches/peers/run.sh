#!/usr/bin/env bash
# Elevflode, DuckDB and polars in turn on one machine: the same files, the same tables, compared cell by cell.
#   bash benches/peers/run.sh [STUDENTS A YEAR, 1000000] [ROUNDS, 3]
# Installs the peers in a virtual environment below the build folder, writes ten invented national years as CSV and Parquet
# there (once), and writes raw results and ratios to reports/bench/<date>/.
set -euo pipefail
cd "$(dirname "$0")/../.."
target="${CARGO_TARGET_DIR:-target}"
mkdir -p "$target"
target="$(cd "$target" && pwd)"
students="${1:-1000000}" rounds="${2:-3}"

cargo build --release --locked
venv="$target/peers"
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/pip" install --quiet --requirement benches/peers/requirements.txt
exec "$venv/bin/python" benches/peers/run.py "$target/release/elevflode" "$target/peers-sets/$students" "$students" \
    "$rounds" "reports/bench/$(date +%F)"
