#!/usr/bin/env bash
# words.sh - words that tell of unfinished work, and names that tell nothing.
. "$(dirname "$0")/lib.sh"

UNFINISHED='TO''DO|FIX''ME|HA''CK'
EMPTY='manager|handler|util|utils|helper|helpers|data|process|misc|stuff'

text_files() {
    find . \( -name build -o -name .git -o -name __pycache__ -o -name .pytest_cache \) -prune -o -type f -print |
        sed 's|^[.]/||' | grep -vE '^tests/data/|[.](gz|bin|der|png)$' | sort
}

find_faults() {
    text_files | xargs -r grep -nIE "(^|[^A-Za-z_])($UNFINISHED)([^A-Za-z_]|\$)" |
        sed -E 's/^([^:]*:[0-9]+):.*/\1: finish it, or file it/'
    c_files common worker | grep -E "(^|[/_])($EMPTY)[_.]" | sed 's/$/:1: a name that says nothing/'
    c_files common worker | xargs -r grep -nE \
        "^(struct|enum|union) ([a-z0-9_]*_)?($EMPTY)(_[a-z0-9_]*)? *\{|^[a-z].*[ *]([a-z0-9]+_)*($EMPTY)(_[a-z0-9]+)*\(" |
        sed -E 's/^([^:]*:[0-9]+):.*/\1: a name that says nothing/'
}

bad common/x.c <<<"/* TO""DO: later */"
bad README.md <<<"FIX""ME"
bad common/str_util.c <<<'int x;'
bad common/x.c <<<'static int event_handler(int x)'
bad common/x.h <<<'struct lane_manager {'
good common/x.c <<<'static int event_decode(int user_data)'
lint_tree
