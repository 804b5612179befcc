#!/usr/bin/env bash
# Checks that take long and change seldom; tests/run.sh has the others.
#   bash tests/thorough.sh         planning of two more regions, the engines on two million students, a bare machine
#   bash tests/thorough.sh --all   seventeen regions more, which take about an hour
# CARGO_TARGET_DIR says where builds go (default: target/).
set -euo pipefail
cd "$(dirname "$0")/.."
all=
case "${1:-}" in
'') ;;
--all) all=1 ;;
*)
    echo "unknown: $1; bash tests/thorough.sh [--all]" >&2
    exit 2
    ;;
esac
. tests/steps.sh
trap summary EXIT

step "installs" install_all
step "build" cargo test --profile bench --locked --features spark --no-run
step "regions" run_tests --ignored --exact public::a_second_region_gives_no_one_away public::a_third_region_gives_no_one_away
step "engines, large set" run_tests --ignored --exact \
    spark::a_national_set_of_two_million_students_is_the_same_on_both_engines
[ -z "$all" ] || step "more regions" run_tests --ignored --exact public::more_regions_give_no_one_away
step "bare machine" bash tests/bare/run.sh
all_passed=1
