# shellcheck shell=bash
# lib.sh - the frame of every lint: it has to find its own bad samples before it is believed.
#
# A lint sources this file, defines
#     find_faults    prints one line for each fault below the current folder, FILE:LINE: WHAT
# then hands it samples, one file each, on standard input:
#     bad  PATH      a file in which it must find a fault
#     good PATH      a file in which it must find none
# and ends with
#     lint_tree      the run over the real tree
set -u

LINT_NAME=$(basename "$0" .sh)
LINT_ROOT=$(cd "$(dirname "$0")/../.." && pwd)
LINT_SAMPLES=0
LINT_TMP=$(mktemp -d)
trap 'rm -rf "$LINT_TMP"' EXIT

# Source files below the current folder, without build/: c_files common worker
c_files() { find "$@" -name '*.[ch]' -type f 2>/dev/null | sort; }

# Prints C files as FILE:LINE:CODE with comments and the insides of strings taken out.
c_code() {
    local files
    mapfile -t files
    [ ${#files[@]} = 0 ] || awk '
        FNR == 1 { comment = 0 }
        {
            line = $0
            gsub(/\\\\/, "", line)
            gsub(/\\"/, "", line)
            gsub(/\047\\?.\047/, "0", line)
            out = ""
            while (line != "") {
                if (comment) {
                    at = index(line, "*/")
                    if (!at) { line = ""; break }
                    line = substr(line, at + 2); comment = 0
                } else if (match(line, /"[^"]*"|\/\*/)) {
                    out = out substr(line, 1, RSTART - 1)
                    if (substr(line, RSTART, 2) == "/*") {
                        comment = 1; line = substr(line, RSTART + 2)
                    } else {
                        out = out "\"\""; line = substr(line, RSTART + RLENGTH)
                    }
                } else {
                    out = out line; line = ""
                }
            }
            print FILENAME ":" FNR ":" out
        }' "${files[@]}"
}

lint_sample() {
    local folder=$LINT_TMP/$LINT_SAMPLES
    mkdir -p "$folder/$(dirname "$1")"
    cat >"$folder/$1"
    (cd "$folder" && find_faults)
}

bad() {
    LINT_SAMPLES=$((LINT_SAMPLES + 1))
    [ -n "$(lint_sample "$1")" ] || {
        echo "lint $LINT_NAME: does not find the fault in its own sample $1" >&2
        exit 2
    }
}

good() {
    local found
    LINT_SAMPLES=$((LINT_SAMPLES + 1))
    found=$(lint_sample "$1")
    [ -z "$found" ] || {
        echo "lint $LINT_NAME: finds a fault in its own good sample $1: $found" >&2
        exit 2
    }
}

lint_tree() {
    local found
    [ "$LINT_SAMPLES" -gt 0 ] || { echo "lint $LINT_NAME: has no sample" >&2; exit 2; }
    cd "$LINT_ROOT" || exit 2
    found=$(find_faults)
    [ -n "$found" ] || exit 0
    printf '%s\n' "$found"
    exit 1
}
