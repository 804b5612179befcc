#!/usr/bin/env bash
# Fuzzes every target for a number of seconds each (default 600), two at a time, starting from the committed cases.
# Usage: run.sh [SECONDS [TARGET…]]. Needs a nightly toolchain; installs cargo-fuzz. Build folder: ELEVFLODE_FUZZ_TARGET (default fuzz/target).
set -euo pipefail
cd "$(dirname "$0")/.."
seconds="${1:-600}"
export CARGO_TARGET_DIR="${ELEVFLODE_FUZZ_TARGET:-$PWD/fuzz/target}"
all=(text workbook parquet registers person path config)
targets=("${@:2}")
[ ${#targets[@]} -gt 0 ] || targets=("${all[@]}")

command -v cargo-fuzz >/dev/null || cargo install cargo-fuzz --locked
rustup toolchain list | grep nightly >/dev/null || rustup toolchain install nightly --profile minimal

for target in "${all[@]}"; do mkdir -p "fuzz/corpus/$target"; done
cp tests/cases/*.xls* tests/cases/*.ods fuzz/corpus/workbook/
cp tests/cases/*.parquet fuzz/corpus/parquet/
cp data/template/*.toml fuzz/corpus/config/
cp data/demo/*.csv fuzz/corpus/registers/
find tests/cases/text -type f -exec cp {} fuzz/corpus/text/ \; 2>/dev/null || true

echo "== building"
cargo +nightly fuzz build --release
run() {
    local start=$SECONDS
    if cargo +nightly fuzz run --release "$1" -- -max_total_time="$seconds" -timeout=20 -rss_limit_mb=4096 -max_len=65536 \
        >"fuzz/$1.log" 2>&1; then
        echo "== $1: nothing found in $((SECONDS - start)) s: $(grep -E '^#[0-9]+' "fuzz/$1.log" | tail -1)"
    else
        echo "== $1: FOUND SOMETHING, see fuzz/$1.log and fuzz/artifacts/$1"
        return 1
    fi
}
export -f run
export seconds
printf '%s\n' "${targets[@]}" | xargs -P 2 -I {} bash -c 'run {}'
