#!/usr/bin/env bash
# layout.sh - what needs no formatter to be seen: tabs, line ends, lines over 100 columns.
. "$(dirname "$0")/lib.sh"

find_faults() {
    local files
    mapfile -t files < <(find common worker tests deploy docs schemas -type f \
        \( -name '*.[ch]' -o -name '*.def' -o -name '*.py' -o -name '*.sh' \) 2>/dev/null |
        grep -v '/data/' | sort)
    [ ${#files[@]} = 0 ] && return
    grep -nP '\t' "${files[@]}" /dev/null | sed -E 's/^([^:]*:[0-9]+):.*/\1: a tab/'
    grep -nE '[[:space:]]$' "${files[@]}" /dev/null | sed -E 's/^([^:]*:[0-9]+):.*/\1: white space at the end/'
    LC_ALL=C.UTF-8 grep -nE '^.{101,}' "${files[@]}" /dev/null | grep -E '^[^:]*[.][ch]:' |
        sed -E 's/^([^:]*:[0-9]+):.*/\1: over 100 columns/'
    local file
    for file in "${files[@]}"; do
        [ -z "$(tail -c 1 "$file")" ] || echo "$file: no line end at the end"
    done
}

bad common/x.c < <(printf 'int\tx;\n')
bad common/x.c < <(printf 'int x; \n')
bad common/x.c < <(printf 'int x;\r\n')
bad common/x.c < <(printf 'int x;')
bad common/x.c < <(printf '%0101d\n' 0)
good common/x.c < <(printf '%097d测试\n' 0)
lint_tree
