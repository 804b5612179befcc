#!/usr/bin/env bash
# Measures the page of a whole country: size, time to the first view, and time from a choice to the picture.
# Fails beyond 12 MB, 1 s and 50 ms (medians). Prints JSON; not part of the tests, because it takes minutes.
set -euo pipefail
cd "$(dirname "$0")/.."
readonly MOST_BYTES=12000000 MOST_FIRST_MS=1000 MOST_VIEW_MS=50
target="${CARGO_TARGET_DIR:-target}"
mkdir -p "$target"
target="$(cd "$target" && pwd)"
bash tests/web/install.sh
cargo build --release --locked
set="$target/page-set"
[ -e "$set/elevflode.toml" ] || {
    rm -rf "$set"
    "$target/release/elevflode" synth --national --students 110000 --years 2019-2023 --seed 1 --out "$set"
}
rm -rf "$target/page-report"
"$target/release/elevflode" report --config "$set/elevflode.toml" --release internal --only page --out "$target/page-report" --quiet
exec node tests/web/speed.mjs --page "$target/page-report/index.html" \
    --most-bytes "$MOST_BYTES" --most-first "$MOST_FIRST_MS" --most-view "$MOST_VIEW_MS"
