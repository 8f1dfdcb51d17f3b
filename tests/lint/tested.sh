#!/usr/bin/env bash
# tested.sh - every module of the pure core has a unit test of its name.
#
# untested.list names those that are only tested through others so far. It may shrink, never grow:
# a module that has its test must leave it, and a new module must not enter it.
. "$(dirname "$0")/lib.sh"

LIST=tests/lint/untested.list

find_faults() {
    local file name
    while read -r file; do
        name=$(basename "$file" .c)
        if [ -e "tests/unit/${name}_test.c" ]; then
            ! grep -qsx "$name" "$LIST" || echo "$LIST:1: $name has a test now"
        elif ! grep -qsx "$name" "$LIST"; then
            echo "$file:1: no tests/unit/${name}_test.c"
        fi
    done < <(c_files common worker/engine worker/answer | grep '[.]c$')
}

bad common/x.c <<<'int x;'
good tests/unit/x_test.c <<<'int x;'
lint_tree
