#!/usr/bin/env bash
# metrics.sh - no metric without a writer: each name of the table occurs in the program's own code.
. "$(dirname "$0")/lib.sh"

find_faults() {
    local name used
    [ -e common/metric.def ] || return 0
    used=$(find common worker -name '*.c' -exec cat {} + 2>/dev/null | grep -oE 'METRIC_[A-Z0-9_]+' | sort -u)
    sed -n 's/^X(\(METRIC_[A-Z0-9_]*\),.*/\1/p' common/metric.def | while read -r name; do
        grep -qxF "$name" <<<"$used" || echo "common/metric.def: $name: nothing sets it"
    done
}

bad common/metric.def <<<'X(METRIC_A, "a_total", COUNTER, NONE, NONE, "t")'
good worker/x.c <<<'metric_add(metrics, METRIC_A, 0, 1);'
lint_tree
