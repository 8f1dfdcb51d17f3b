#!/usr/bin/env bash
# purpose.sh - every header of the program begins with its name and what it is for, and says before
# its guard whether it is pure, or on which thread it is used.
. "$(dirname "$0")/lib.sh"

find_faults() {
    local files
    mapfile -t files < <(c_files common worker | grep '[.]h$')
    [ ${#files[@]} = 0 ] || awk '
        function header_end() {
            if (file != "" && !is_used) print file ":1: says neither \"Pure:\" nor \"Thread:\""
        }
        FNR == 1 {
            header_end()
            file = FILENAME; name = FILENAME; sub(/.*\//, "", name); is_used = 0; is_head = 1
            if (index($0, "/* " name " - ") != 1) print file ":1: does not begin with its name and purpose"
        }
        /^#/ { is_head = 0 }
        is_head && /(Pure|Thread): / { is_used = 1 }
        END { header_end() }' "${files[@]}"
}

bad common/x.h <<<'#define X 1'
bad common/x.h <<<'/* x.h - counts. */'
bad common/x.h <<<'/* y.h - counts.
 *
 * Pure: no I/O. */'
bad common/x.h <<<'/* x.h - counts. */
#define X 1 /* Pure: as snow */'
good common/x.h <<<'/* x.h - counts.
 *
 * Pure: no I/O. */'
good worker/x.h <<<'/* x.h - reads.
 *
 * Thread: any. */'
lint_tree
