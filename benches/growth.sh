#!/usr/bin/env bash
# Measures how time and memory grow with rows, threads and --memory: writes growth.md and growth.json to reports/bench/<date>/.
# Needs 10 GB of disk for some minutes.
set -euo pipefail
cd "$(dirname "$0")/.."
target="${CARGO_TARGET_DIR:-target}"
mkdir -p "$target"
target="$(cd "$target" && pwd)"
report="reports/bench/$(date +%F)"
mkdir -p "$report"
cargo build --release --locked
exec python3 benches/growth.py "$target/release/elevflode" "$target/growth-sets" "$report"
