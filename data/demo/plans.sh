#!/usr/bin/env bash
# Makes plans.txt: the plans of disclosure control for the demo region, so that its public report needs no planning.
# Run it after a change of the planner, of the demo or of the tables; it takes some five minutes. The end-to-end test
# `the_demo_needs_no_planning` fails where the file is out of date.
#
#     bash data/demo/plans.sh [PROGRAM]
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
target="${CARGO_TARGET_DIR:-$here/../../target}"
program="$(realpath "${1:-$target/release/elevflode}")"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
ELEVFLODE_CACHE="$work/cache" ELEVFLODE_PLANS=anew "$program" report --only tables --out report >&2
cd cache/plans
for plan in *; do
    printf '%s %s\n' "$plan" "$(cat "$plan")"
done | LC_ALL=C sort > "$here/plans.txt"
wc -lc "$here/plans.txt"
