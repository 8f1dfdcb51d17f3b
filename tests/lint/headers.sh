#!/usr/bin/env bash
# headers.sh - every header compiles alone, so it includes what it uses, and has a guard.
. "$(dirname "$0")/lib.sh"

COMPILE=$(make -s -C "$LINT_ROOT" print-COMPILE) || exit 2
[ -e "$LINT_ROOT/build/deps/ready" ] || { echo "run 'make deps' first" >&2; exit 2; }

check_header() {
    # shellcheck disable=SC2086 # COMPILE is words
    (printf '#include "%s"\n#include "%s"\ntypedef int only_this;\n' "$1" "$1" |
        $COMPILE -I"$PWD" -Werror -fsyntax-only -x c - 2>&1) >"$LINT_TMP/out.$2" ||
        sed "s|^|$1: |; 3q" "$LINT_TMP/out.$2"
}

find_faults() {
    local header here=$PWD
    while read -r header; do
        # The compile command's own relative folders are meant from the root.
        (cd "$LINT_ROOT" && PWD=$here check_header "$header" "$BASHPID") &
        while [ "$(jobs -rp | wc -l)" -ge 2 ]; do wait -n; done
    done < <(find common worker tests -name '*.h' -type f 2>/dev/null | sort)
    wait
}

bad common/x.h <<<'struct x { size_t n; };'
bad common/x.h <<<'struct x { int n; };'
good common/x.h <<'S'
#ifndef COMMON_X_H
#define COMMON_X_H
#include <stddef.h>
struct x { size_t n; };
#endif
S
lint_tree
