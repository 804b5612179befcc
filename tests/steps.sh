# For scripts of checks: timed steps and tests, and a table of both at the end.
target=${CARGO_TARGET_DIR:-$PWD/target}
mkdir -p "$target"
step_log=$target/steps.log test_log=$target/tests.log
: >"$step_log"
: >"$test_log"

# step NAME COMMAND…: runs the command and records its time, even if it fails.
step() {
    local name=$1 start=$SECONDS code=0
    shift
    printf '\n== %s: %s\n' "$name" "$*"
    "$@" || code=$?
    printf '%s\t%s\n' "$((SECONDS - start))" "$name" >>"$step_log"
    printf '== %s: %s s\n' "$name" "$((SECONDS - start))"
    return "$code"
}

# install_all: installs what the checks need besides the Rust toolchain.
install_all() {
    local part
    for part in system shells attacker office pdf web spark; do
        bash "tests/$part/install.sh" || return
    done
}

# run_tests ARGUMENTS…: runs the selected tests, each with its time. The test runner reports times only as an unstable feature;
# the variable that enables it is set only for the tests, because it would change what is built.
run_tests() {
    local host
    host=$(rustc -vV | sed -n 's/^host: //p' | tr 'a-z-' 'A-Z_')
    env "CARGO_TARGET_${host}_RUNNER=env RUSTC_BOOTSTRAP=1" cargo tests \
        -- -Z unstable-options --report-time "$@" | tee -a "$test_log"
}

# The table at the end.
summary() {
    local code=$?
    printf '\n%7s  %s\n' seconds step
    awk -F '\t' '{ printf "%7d  %s\n", $1, $2; sum += $1 } END { printf "%7d  all\n", sum }' "$step_log"
    printf '\n%7s  %s\n' seconds 'slowest tests'
    sed -nE 's/^test (.*) \.\.\. (ok|FAILED) <([0-9.]+)s>$/\3 \1/p' "$test_log" | sort -rn | sed -n 1,10p |
        while read -r seconds test; do printf '%7.1f  %s\n' "$seconds" "$test"; done
    if [ -n "${all_passed:-}" ] && [ "$code" = 0 ]; then
        printf '\nAll checks passed.\n'
    else
        printf '\nNot all checks passed.\n'
    fi
    exit "$code"
}
