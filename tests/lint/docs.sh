#!/usr/bin/env bash
# docs.sh [write] - the tables in the pages are what docs/tables.c prints, and settings that the
# text names are there.
#
# A table stands between <!-- table: NAME --> and <!-- end -->. Without an argument it says which
# pages are out of date, with `write` (that is `make docs`) it brings them up to date.
#
# `two.words` in a page is a setting when some setting begins with the same word. kafka.* goes
# through to librdkafka; files, versions of types and what else has a dot are told apart by name.
. "$(dirname "$0")/lib.sh"

TABLES=$LINT_ROOT/build/release/docs/tables

# The page with its tables as they should be.
fresh() {
    local line table=
    while IFS= read -r line || [ -n "$line" ]; do
        case $line in
        '<!-- end -->') table= ;;
        esac
        [ -n "$table" ] || printf '%s\n' "$line"
        case $line in
        '<!-- table: '*' -->')
            table=${line#<!-- table: }
            printf '\n%s\n\n' "$("$TABLES" "${table% -->}")"
            ;;
        esac
    done <"$1"
}

pages() {
    find . \( -name build -o -name .git -o -name data \) -prune -o -name '*.md' -type f \
        -exec grep -l '^<!-- table: ' {} + | sed 's|^[.]/||' | sort
}

settings() { "$TABLES" settings | sed -n 's/^| `\([a-z0-9.]*\)` .*/\1/p'; }

# FILE:LINE: of every setting that a page names and nobody knows.
unknown() {
    find . \( -name build -o -name .git -o -name data \) -prune -o -name '*.md' -type f -print |
        sed 's|^[.]/||' | sort | xargs -r awk '
        FNR == NR { known[$1] = 1; split($1, words, "."); begins[words[1]] = 1; next }
        {
            line = $0
            while (match(line, /`[a-z0-9]+([.][a-z0-9]+)+[`=]/)) {
                name = substr(line, RSTART + 1, RLENGTH - 2)
                line = substr(line, RSTART + RLENGTH)
                split(name, words, ".")
                if (begins[words[1]] && !known[name] && name !~ /^kafka[.]|[.](c|h|md|txt|v1)$/ &&
                    name != "seal.key") {
                    print FILENAME ":" FNR ": no setting is called " name
                }
            }
        }' <(settings)
}

find_faults() {
    local page
    while read -r page; do
        fresh "$page" | cmp -s - "$page" || echo "$page: out of date, run 'make docs'"
    done < <(pages)
    unknown
}

make -s -C "$LINT_ROOT" VARIANT=release build/release/docs/tables >/dev/null ||
    { echo "docs/tables.c does not build"; exit 2; }

if [ "${1:-}" = write ]; then
    cd "$LINT_ROOT" || exit 2
    while read -r page; do
        fresh "$page" >"$LINT_TMP/page"
        cmp -s "$LINT_TMP/page" "$page" || { cat "$LINT_TMP/page" >"$page"; echo "wrote $page"; }
    done < <(pages)
    exit 0
fi

bad README.md < <(printf '<!-- table: topics -->\n<!-- end -->\n')
good README.md < <(printf 'topics\n<!-- table: topics -->\n\n%s\n\n<!-- end -->\nend\n' "$("$TABLES" topics)")
bad docs/a.md < <(echo 'remembered for `dedupe.window`')
bad docs/a.md < <(echo 'say `history.turn=3`')
good docs/a.md < <(echo '`history.turns=3`, `kafka.consumer.check.crcs`, `lane.c`, `prompt.txt`')
lint_tree
