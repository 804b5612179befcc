#!/usr/bin/env bash
# Installs what the checks need and runs them all: format, lints, documentation, tests.
# CARGO_TARGET_DIR says where builds go (default: target/); ELEVFLODE_SHARED names the folder of the reference files
# (without it those tests say that they did not run).
set -euo pipefail
cd "$(dirname "$0")/.."

step() {
    printf '\n== %s\n' "$*"
    local start=$SECONDS
    "$@"
    printf '== done in %s s\n' "$((SECONDS - start))"
}

have() { cargo "$1" --version >/dev/null 2>&1; }

if ! command -v cargo >/dev/null; then
    echo "cargo is missing: install Rust 1.95 or later from https://rustup.rs" >&2
    exit 1
fi
if ! have fmt || ! have clippy; then
    step rustup component add rustfmt clippy
fi

step bash tests/attacker/install.sh
step bash tests/office/install.sh
step bash tests/pdf/install.sh
step bash tests/web/install.sh
step bash tests/spark/install.sh
step bash web/build.sh --check
step cargo fmt --check
# One build for all tests, with the engine that is not in the program by default; the lints see both programs.
step cargo test --release --locked --features spark --no-run
step cargo test --release --locked --features spark
step cargo clippy --release --all-targets --locked --features spark -- -D warnings
step cargo clippy --release --locked -- -D warnings
export RUSTDOCFLAGS="-D warnings"
step cargo doc --release --no-deps --locked --features spark
step env ELEVFLODE_FEATURES=spark bash benches/instructions.sh
printf '\nAll checks passed.\n'
