#!/usr/bin/env bash
# tested.sh - every module of the pure core has a unit test of its name.
. "$(dirname "$0")/lib.sh"

find_faults() {
    local file name
    while read -r file; do
        name=$(basename "$file" .c)
        [ -e "tests/unit/${name}_test.c" ] || echo "$file:1: no tests/unit/${name}_test.c"
    done < <(c_files common worker/engine worker/answer | grep '[.]c$')
}

bad common/x.c <<<'int x;'
good tests/unit/x_test.c <<<'int x;'
lint_tree
