#!/usr/bin/env bash
# Counts the instructions of the core's stages under valgrind and compares them with benches/instructions.csv: fails if a
# stage has grown by more than 3 %. Installs valgrind and gungraun-runner if they are missing.
#   bash benches/instructions.sh            compare
#   bash benches/instructions.sh --update   store the present counts as baseline
# A run that could not compare fails. The library is built in one codegen unit (Cargo.toml), so that modules that a stage
# does not use do not change its layout. ELEVFLODE_FEATURES sets features, so that the build of the tests is reused.
set -euo pipefail
cd "$(dirname "$0")/.."
readonly BASELINE=benches/instructions.csv MOST_PERCENT=3
target="${CARGO_TARGET_DIR:-target}"
mkdir -p "$target"
target="$(cd "$target" && pwd)"

. tests/packages.sh
command -v valgrind >/dev/null || install_package valgrind
version="$(awk '/^name = "gungraun-runner"/ { getline; gsub(/[^0-9.]/, ""); print }' Cargo.lock)"
tools="$target/tools"
if ! "$tools/bin/gungraun-runner" --version 2>/dev/null | grep "$version" >/dev/null; then
    cargo install --quiet --locked --root "$tools" gungraun-runner --version "$version"
fi

# Callgrind sees a processor without AVX-512, so the counts are those of any machine with AVX2.
out="$target/gungraun"
rm -rf "$out"
export GUNGRAUN_RUNNER="$tools/bin/gungraun-runner"
cargo bench --profile release --locked ${ELEVFLODE_FEATURES:+--features "$ELEVFLODE_FEATURES"} --bench instructions -- --home "$out" --nocapture=no >"$target/gungraun.log" 2>&1 || {
    cat "$target/gungraun.log" >&2
    exit 1
}
found="$(find "$out" -name 'callgrind.*.out' | sort | while read -r file; do
    stage="$(basename "$(dirname "$file")" | sed 's/\..*//')"
    echo "$stage,$(awk '/^(summary|totals):/ { sum = $2 } END { print sum }' "$file")"
done)"
found="$(echo "$found" | awk -F, '{ sum[$1] += $2 } END { for (stage in sum) print stage "," sum[stage] }' | sort)"
[ "$found" != , ] || {
    echo "no counts in $out: see $target/gungraun.log" >&2
    exit 1
}

compiler="$(rustc --version | cut -d' ' -f2)"
if [ "${1:-}" = --update ]; then
    printf 'stage,instructions\nrustc %s,\n%s\n' "$compiler" "$found" >"$BASELINE"
    cat "$BASELINE"
    exit 0
fi
made_with="$(sed -n 's/^rustc \(.*\),$/\1/p' "$BASELINE")"
if [ "$made_with" != "$compiler" ]; then
    echo "not compared: $BASELINE was made with rustc ${made_with:-of no version}, this is $compiler (rust-toolchain.toml)" >&2
    echo "Use that compiler, or make a new baseline: bash benches/instructions.sh --update" >&2
    echo "$found"
    exit 1
fi
awk -F, -v most="$MOST_PERCENT" '
    NR == FNR { if (FNR > 2) wanted[$1] = $2; next }
    !($1 in wanted) { printf "%s: not in the baseline; run with --update\n", $1; failed = 1; next }
    {
        growth = ($2 / wanted[$1] - 1) * 100
        verdict = growth > most ? "TOO MANY" : "ok"
        printf "%-10s %12d instructions, baseline %12d, %+.2f %%: %s\n", $1, $2, wanted[$1], growth, verdict
        if (growth > most) failed = 1
        seen[$1] = 1
    }
    END {
        for (stage in wanted) if (!(stage in seen)) { printf "%s: not counted\n", stage; failed = 1 }
        if (failed) print "Make it cheaper, or say why it costs more and run: bash benches/instructions.sh --update"
        exit failed
    }' "$BASELINE" <(echo "$found")
