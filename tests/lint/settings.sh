#!/usr/bin/env bash
# settings.sh - no setting without a test: each key of the table occurs in one, as it is written in
# a file (inflight.max), in Python (inflight__max) or in the environment (DESKHAND_INFLIGHT_MAX).
#
# The settings of a numbered backend and the names of topics are made by macros of the table;
# conf_rule_test holds each of them against the key that it must have.
. "$(dirname "$0")/lib.sh"

keys() {
    [ ! -e common/conf.def ] || sed -n 's/^X(CONF_[A-Z0-9_]*, *"\([a-z0-9.]*\)".*/\1/p' common/conf.def
}

words() {
    [ ! -d tests ] || find tests \( -path tests/bench -o -name __pycache__ \) -prune -o \
        -type f -name '*.[cp]*' -exec cat {} + | grep -oE '[A-Za-z0-9_.]+' | sort -u
}

find_faults() {
    local key known
    known=$(words)
    while read -r key; do
        variable=DESKHAND_${key//./_}
        grep -qxF -e "$key" -e "${key//./__}" -e "${variable^^}" <<<"$known" ||
            echo "common/conf.def: $key: no test sets it"
    done < <(keys)
}

bad common/conf.def <<<'X(CONF_A_B, "a.b", INT, "1", 0, 2, "", "s", "t")'
good tests/unit/x_test.c <<<'X(CONF_A_B, "a.b", INT, "1", 0, 2, "", "s", "t")'
lint_tree
