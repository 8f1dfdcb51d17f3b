#!/usr/bin/env bash
# run.sh NAME OUT PROGRAM... - runs test programs, JOBS at once, and adds up their results.
#
# cmocka's closing lines are shown, everything only of a program that fails (or with V=1). A program
# that does not end within TIMEOUT_S fails. NAME is what the summary is called, OUT where logs go.
set -u

export TIMEOUT_S=${TIMEOUT_S:-1200} V=${V:-}
JOBS=${JOBS:-$(nproc)}

# Sanitizers stop at the first fault; one that can only be heard by exit code would be missed.
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1:strict_string_checks=1}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1:halt_on_error=1}
export TSAN_OPTIONS=${TSAN_OPTIONS:-halt_on_error=1:second_deadlock_stack=1}

# count STATE LOG: how many tests cmocka's closing lines of the log give that state
count() {
    sed -n "s/^\[  $1  \] \(.*: \)\{0,1\}\([0-9]*\) test.*/\2/p" "$2" | awk '{ n += $1 } END { print n + 0 }'
}

# run PROGRAM LOG: leaves "passed failed" in LOG.sum and tells how it went, in one write
run() {
    local name code ran bad
    name=$(basename "$1")
    timeout "$TIMEOUT_S" "$1" >"$2" 2>&1
    code=$?
    ran=$(count PASSED "$2")
    bad=$(count FAILED "$2")
    if [ "$code" != 0 ] || [ "$((ran + bad))" = 0 ]; then
        [ "$code" != 124 ] || echo "$name did not end within $TIMEOUT_S s" >>"$2"
        [ "$code" != 0 ] || echo "$name ended well but ran no test" >>"$2"
        [ "$bad" != 0 ] || bad=1
    fi
    echo "$ran $bad" >"$2.sum"
    if [ "$bad" != 0 ] || [ "$V" = 1 ]; then
        printf '%s\n' "$(cat "$2")"
    else
        printf '%-28s %s\n' "$name" "$(grep '^\[  PASSED  \]' "$2" | paste -sd' ')"
    fi
}

if [ "$1" = --one ]; then
    run "$2" "$3/$(basename "$2").log"
    exit 0
fi

NAME=$1
LOGS=$2/log
shift 2
[ $# != 0 ] || exit 0
mkdir -p "$LOGS"
for program in "$@"; do rm -f "$LOGS/$(basename "$program").log.sum"; done
printf '%s\0' "$@" | xargs -0 -P "$JOBS" -I PROGRAM "$0" --one PROGRAM "$LOGS"

passed=0
failed=0
for program in "$@"; do
    log=$LOGS/$(basename "$program").log
    read -r ran bad <"$log.sum" || bad=1 ran=0
    [ "$bad" = 0 ] || echo "failed: $(basename "$program") (log: $log)"
    passed=$((passed + ran))
    failed=$((failed + bad))
done
echo "$NAME: $passed passed, $failed failed"
[ "$failed" = 0 ]
