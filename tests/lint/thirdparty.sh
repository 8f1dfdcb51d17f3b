#!/usr/bin/env bash
# thirdparty.sh - every package that is used is named, with its licence, in THIRD_PARTY.md.
. "$(dirname "$0")/lib.sh"

used() {
    sed -nE 's/^(build|test|dev) +[^ ]+ +([^ ]+).*/\2/p' deploy/deps.list
    find tests -name '*.txt' -path 'tests/*' -not -path '*/data/*' -exec sed -nE \
        's/^([A-Za-z][A-Za-z0-9_.-]*)(\[[a-z,]*\])?==.*/\1/p' {} +
    find tests -name pom.xml -exec sed -nE \
        '/<dependency>/,/<\/dependency>/s/.*<artifactId>([^<]*)<.*/\1/p' {} +
    grep -rhoE '"@?[a-z][a-z0-9/-]*@[0-9][0-9.]*"' tests --include='*.py' |
        sed -E 's/^"(.*)@[^@]*"$/\1/'
}

find_faults() {
    local name
    while read -r name; do
        grep -qiE "(^|[ |,(])$name([ ,|)]|\$)" THIRD_PARTY.md 2>/dev/null ||
            echo "THIRD_PARTY.md: does not name $name"
    done < <(used 2>/dev/null | sort -u)
}

bad deploy/deps.list <<<'build  cmd:left-pad  left-pad'
bad tests/requirements.txt <<<'left-pad==1.0'
bad tests/contract/x.py <<<'X = "@left/pad@1.0.0"'
bad tests/x/pom.xml <<<'<dependency> <artifactId>left-pad</artifactId> </dependency>'
good README.md <<<'nothing is used here'
lint_tree
