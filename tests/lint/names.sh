#!/usr/bin/env bash
# names.sh - what pages, alerts and dashboards name is there: metrics, tests, reasons of hand-offs.
#
# A metric is a name in common/metric.def, or one that a C file prints by itself. A test is a unit
# test (x_test) or a file of flow tests (test_x.py). docs/handoffs.md has a row for each reason that
# common/err.def gives to a hand-off.
. "$(dirname "$0")/lib.sh"

METRIC='deskhand_[a-z0-9]+(_[a-z0-9]+)+'

metrics() {
    grep -rhoE "$METRIC" --include='*.[ch]' --include='*.def' common worker 2>/dev/null | sort -u
}

pages() {
    find . \( -name build -o -name .git -o -name data \) -prune -o -type f \
        \( -name '*.md' -o -path './deploy/*' \) -print | sed 's|^[.]/||' | sort
}

# FILE:LINE:NAME for each match of a pattern in the pages.
named() {
    local files
    mapfile -t files < <(pages)
    [ ${#files[@]} = 0 ] || grep -nIoE "$1" "${files[@]}" /dev/null
}

find_metric_faults() {
    local known at name
    known=$(metrics)
    while IFS= read -r at; do
        name=${at##*:}
        name=${name%_bucket} name=${name%_sum} name=${name%_count}
        grep -qxF -- "$name" <<<"$known" || echo "${at%:*}: no metric $name"
    done < <(named "$METRIC")
}

find_test_faults() {
    local at name
    while IFS= read -r at; do
        name=${at##*:}
        case $name in
        *_test) [ -e "tests/unit/$name.c" ] || echo "${at%:*}: no tests/unit/$name.c" ;;
        *) [ -n "$(find tests -name "$name" 2>/dev/null)" ] || echo "${at%:*}: no test $name" ;;
        esac
    done < <(named '\b[a-z_]+_test\b|\btest_[a-z_]+[.]py\b' | grep -vE ':(adapter_)?x_test$')
}

find_reason_faults() {
    [ -e docs/handoffs.md ] || return
    local reason
    while read -r reason; do
        grep -qF "| \`$reason\` |" docs/handoffs.md || echo "docs/handoffs.md:1: no row for $reason"
    done < <(sed -nE 's/^X\([A-Z_]+, +HANDOFF, +"([a-z_]+)".*/\1/p' common/err.def)
}

find_faults() {
    find_metric_faults
    find_test_faults
    find_reason_faults
}

bad docs/a.md <<<'see `deskhand_no_such_thing`'
bad deploy/rules.yml <<<'expr: rate(deskhand_no_such_thing_bucket[5m])'
bad docs/a.md <<<'| empty | once more | `no_such_test` |'
bad docs/a.md <<<'as `test_no_such_thing.py` shows'
good docs/a.md <<<'the unit `deskhand`, a page named latest, and `x_test`'
lint_tree
