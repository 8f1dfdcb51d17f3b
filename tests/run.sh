#!/usr/bin/env bash
# run.sh NAME OUT PROGRAM... - runs test programs one after another and adds up their results.
#
# cmocka's closing lines are shown, everything only of a program that fails (or with V=1). A program
# that does not end within TIMEOUT_S fails. NAME is what the summary is called, OUT where logs go.
set -u

NAME=$1
OUT=$2
shift 2
TIMEOUT_S=${TIMEOUT_S:-120}
LOGS=$OUT/log
passed=0
failed=0
programs=()

# Sanitizers stop at the first fault; one that can only be heard by exit code would be missed.
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1:strict_string_checks=1}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1:halt_on_error=1}
export TSAN_OPTIONS=${TSAN_OPTIONS:-halt_on_error=1:second_deadlock_stack=1}

mkdir -p "$LOGS"
for program in "$@"; do
    name=$(basename "$program")
    log=$LOGS/$name.log
    timeout "$TIMEOUT_S" "$program" >"$log" 2>&1
    code=$?
    ran=$(sed -n 's/^\[  PASSED  \] \(.*: \)\{0,1\}\([0-9]*\) test.*/\2/p' "$log" | awk '{ n += $1 } END { print n + 0 }')
    bad=$(sed -n 's/^\[  FAILED  \] \(.*: \)\{0,1\}\([0-9]*\) test.*/\2/p' "$log" | awk '{ n += $1 } END { print n + 0 }')
    if [ "$code" != 0 ] || [ "$((ran + bad))" = 0 ]; then
        cat "$log"
        [ "$code" != 124 ] || echo "$name did not end within $TIMEOUT_S s"
        [ "$code" != 0 ] || echo "$name ended well but ran no test"
        [ "$bad" != 0 ] || bad=1
        programs+=("$name")
    elif [ "${V:-}" = 1 ]; then
        cat "$log"
    else
        printf '%-28s ' "$name"
        grep '^\[  PASSED  \]' "$log" | paste -sd' '
    fi
    passed=$((passed + ran))
    failed=$((failed + bad))
done

for name in ${programs[@]+"${programs[@]}"}; do
    echo "failed: $name (log: $LOGS/$name.log)"
done
[ $# = 0 ] || echo "$NAME: $passed passed, $failed failed"
[ "$failed" = 0 ]
