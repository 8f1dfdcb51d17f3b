#!/usr/bin/env bash
# scripts.sh - every shell script and Python file at least parses; shellcheck looks where it is.
. "$(dirname "$0")/lib.sh"

PARSE='
import ast, sys
for name in sys.stdin.read().splitlines():
    try:
        with open(name, encoding="utf-8") as file:
            ast.parse(file.read())
    except (SyntaxError, ValueError) as error:
        print(f"{name}: {error}")
'

find_scripts() {
    find . \( -name build -o -name .git \) -prune -o -type f "$@" -print | sed 's|^[.]/||' | sort
}

find_faults() {
    local file
    while read -r file; do
        bash -n "$file" 2>&1 | head -n 3
        ! command -v shellcheck >/dev/null || shellcheck -S warning -f gcc "$file"
    done < <(find_scripts \( -name '*.sh' -o -path './.ci/run' \))
    find_scripts -name '*.py' | python3 -c "$PARSE"
}

bad x.sh <<<'if true; then'
bad x.py <<<'def x(:'
good x.sh <<<$'#!/bin/sh\nif true; then :; fi'
good x.py <<<'x = 1'
lint_tree
