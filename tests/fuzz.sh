#!/usr/bin/env bash
# fuzz.sh OUT PROGRAM... - runs every fuzz target for SECONDS_EACH seconds, one a core at a time.
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

# fuzz PROGRAM: says itself how it went
fuzz() {
    local program=$1 name log learnt folders
    name=$(basename "$program" _fuzz)
    log=$OUT/log/${name}_fuzz.log
    learnt=$OUT/corpus/$name
    mkdir -p "$learnt"
    folders=("$learnt")
    [ ! -d "tests/data/fuzz/$name" ] || folders+=("tests/data/fuzz/$name")
    if "$program" -max_total_time="$SECONDS_EACH" -timeout=25 -rss_limit_mb=1024 -print_final_stats=1 \
        -artifact_prefix="$OUT/found/$name-" "${folders[@]}" >"$log" 2>&1; then
        printf '%-28s %s inputs in %s s\n' "$name" \
            "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")" "$SECONDS_EACH"
    else
        tail -n 40 "$log"
        echo "failed: $name (log: $log, input: $OUT/found/$name-*)"
        return 1
    fi
}

# As many at once as there are cores: each is one thread.
at_once=$(nproc)
running=0
for program in "$@"; do
    if [ "$running" = "$at_once" ]; then
        if wait -n; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
        running=$((running - 1))
    fi
    fuzz "$program" &
    running=$((running + 1))
done
while [ "$running" -gt 0 ]; do
    if wait -n; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
    running=$((running - 1))
done
[ $# = 0 ] || echo "fuzz: $passed passed, $failed failed"
[ "$failed" = 0 ]
