#!/usr/bin/env bash
# Installs what the checks need and runs them all: format, lints, documentation, tests, instruction counts. Ends with a table of
# the seconds of each step and the slowest tests. Slow checks of what changes seldom are in tests/thorough.sh.
# The aliases of cargo are in .cargo/config.toml. CARGO_TARGET_DIR sets the build folder (default: target/);
# ELEVFLODE_SHARED names the folder of the reference files
# (without it the tests that need them are reported as ignored).
set -euo pipefail
cd "$(dirname "$0")/.."
. tests/steps.sh
trap summary EXIT

if ! command -v cargo >/dev/null; then
    echo "cargo is missing: install Rust from https://rustup.rs" >&2
    exit 1
fi
have() { cargo "$1" --version >/dev/null 2>&1; }
if ! have fmt || ! have clippy; then
    step "Rust components" rustup component add rustfmt clippy
fi

step "installs" install_all
step "page bundle" bash web/build.sh --check
step "format" cargo fmt --check
# One build for all tests, with the engine that is not in the default build; the lints check both.
step "build" cargo tests --no-run
step "tests" run_tests
step "orders of threads" env CARGO_TARGET_DIR="$target/turns" \
    cargo test --release --locked --manifest-path tests/turns/Cargo.toml
if [ -n "${ELEVFLODE_SHARED:-}" ]; then
    step "tests with the reference files" run_tests --ignored reference::
fi
step "front page" cargo front-page
step "lints, spark" cargo lint
step "lints" cargo lint-default
step "documentation" env RUSTDOCFLAGS="-D warnings" cargo api
step "instructions" env ELEVFLODE_FEATURES=spark bash benches/instructions.sh
all_passed=1
