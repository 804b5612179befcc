#!/usr/bin/env bash
# Slow checks of what changes seldom; tests/run.sh has the others.
#   bash tests/thorough.sh   releases of twenty more regions and one of exact numbers, the maps of twelve regions, the engines on two
#                            million students, a bare machine
# CARGO_TARGET_DIR sets the build folder (default: target/).
set -euo pipefail
cd "$(dirname "$0")/.."
. tests/steps.sh
trap summary EXIT

step "installs" install_all
step "build" cargo tests --no-run
step "regions" run_tests --ignored --exact public::twenty_regions_reveal_no_one public::exact_numbers_reveal_no_one
step "maps of twelve regions" run_tests --ignored --exact geometry::twelve_regions_keep_the_rules
step "engines, large set" run_tests --ignored --exact \
    spark::a_national_set_of_two_million_students_is_the_same_on_both_engines
step "bare machine" bash tests/bare/run.sh
all_passed=1
