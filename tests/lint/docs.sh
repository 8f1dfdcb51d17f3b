#!/usr/bin/env bash
# docs.sh [write] - the tables in the pages are what docs/tables.c prints.
#
# A table stands between <!-- table: NAME --> and <!-- end -->. Without an argument it says which
# pages are out of date, with `write` (that is `make docs`) it brings them up to date.
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

find_faults() {
    local page
    while read -r page; do
        fresh "$page" | cmp -s - "$page" || echo "$page: out of date, run 'make docs'"
    done < <(pages)
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
lint_tree
