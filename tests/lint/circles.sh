#!/usr/bin/env bash
# circles.sh - no header includes itself by way of others.
#
# Guards hide such a circle from the compiler, and which header is read first then decides what the
# other one sees.
. "$(dirname "$0")/lib.sh"

find_faults() {
    c_files common worker | grep '[.]h$' | xargs -r grep -E '^ *# *include *"' /dev/null |
        sed -E 's/^([^:]*): *# *include *"([^"]*)".*/\1 \2/' |
        awk '$1 == $2 { print $1, "itself"; print "itself", $1; next } { print }' | # for tsort
        tsort 2>&1 >"$LINT_TMP/order" |
        sed -nE 's/^tsort: ([^ :]+[.]h)$/\1:1: includes itself by way of others/p'
}

bad common/x.h <<<'#include "common/x.h"'
good common/x.h <<<'#include "common/y.h"'
good common/x.c <<<'#include "common/x.h"'
lint_tree
