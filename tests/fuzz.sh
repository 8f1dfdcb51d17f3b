#!/usr/bin/env bash
# fuzz.sh OUT PROGRAM... - runs every fuzz target for SECONDS_EACH seconds.
#
# Seeds come from tests/data/fuzz/NAME (read only); what the fuzzer learns stays in OUT/corpus/NAME,
# so that the next run goes on from there. A crash leaves its input in OUT/found.
set -u

OUT=$1
shift
SECONDS_EACH=${SECONDS_EACH:-10}
passed=0
failed=0

export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1:allocator_may_return_null=1}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1:halt_on_error=1}

mkdir -p "$OUT/found" "$OUT/log"
for program in "$@"; do
    name=$(basename "$program" _fuzz)
    log=$OUT/log/${name}_fuzz.log
    learnt=$OUT/corpus/$name
    mkdir -p "$learnt"
    folders=("$learnt")
    [ ! -d "tests/data/fuzz/$name" ] || folders+=("tests/data/fuzz/$name")
    if "$program" -max_total_time="$SECONDS_EACH" -timeout=5 -rss_limit_mb=1024 -print_final_stats=1 \
        -artifact_prefix="$OUT/found/$name-" "${folders[@]}" >"$log" 2>&1; then
        passed=$((passed + 1))
        printf '%-28s %s inputs in %s s\n' "$name" \
            "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")" "$SECONDS_EACH"
    else
        failed=$((failed + 1))
        tail -n 40 "$log"
        echo "failed: $name (log: $log, input: $OUT/found/$name-*)"
    fi
done
[ $# = 0 ] || echo "fuzz: $passed passed, $failed failed"
[ "$failed" = 0 ]
