#!/usr/bin/env bash
# sizes.sh - functions of at most 60 lines and 5 parameters, files of at most 600 lines.
#
# Counts on the layout: a function's braces stand in the first column. A callback whose first
# parameter is a library's own type has the signature that the library wants.
. "$(dirname "$0")/lib.sh"

GIVEN='[(](const )?(rd_kafka_t|CURLM?|redisAsyncContext|uv_[a-z]+_t)( [*]|, )'

find_faults() {
    local files
    mapfile -t files < <(c_files common worker tests)
    [ ${#files[@]} = 0 ] || awk -v GIVEN="$GIVEN" '
        function parameters(text,    depth, n, i, c) {
            n = 1
            for (i = index(text, "("); i <= length(text); i++) {
                c = substr(text, i, 1)
                if (c == "(") depth++
                if (c == ")" && --depth == 0) break
                if (c == "," && depth == 1) n++
            }
            return n
        }
        function file_end() {
            if (name != "" && lines > 600) printf "%s:1: %d lines, at most 600\n", name, lines
        }
        FNR == 1 { file_end(); name = FILENAME; head = ""; start = 0 }
        { lines = FNR }
        /^{/ {
            start = FNR
            if (parameters(head) > 5 && head !~ GIVEN) {
                printf "%s:%d: %d parameters, at most 5\n", FILENAME, at, parameters(head)
            }
        }
        /^}/ && start {
            if (FNR - at + 1 > 60) {
                printf "%s:%d: function of %d lines, at most 60\n", FILENAME, at, FNR - at + 1
            }
            start = 0; head = ""
        }
        /^[A-Za-z_].*\(/ && !/;[ \t]*$/ { head = $0; at = FNR; next }
        !start && head != "" { head = head $0 }
        END { file_end() }' "${files[@]}"
}

bad common/x.c < <(echo 'int x(void)'; echo '{'; yes '    x();' | head -59; echo '}')
bad common/x.c < <(yes '/* a line */' | head -601)
bad common/x.c <<'S'
static int x(int a, int b, int c,
             int d, int e, int f)
{
}
S
good common/x.c <<'S'
static int on_sent(rd_kafka_t *rk, int b, int c,
                   int d, int e, int f)
{
}
S
good common/x.c < <(echo 'int x(int a, int b, int (*c)(int, int), int d, int e)'; echo '{'
    yes '    x();' | head -57; echo '}')
lint_tree
