#!/usr/bin/env bash
# places.sh - nothing in the tree names the machine it was made on, a registry's host, or a secret.
#
# The patterns are written so that they do not match themselves.
. "$(dirname "$0")/lib.sh"

# Homes, and where people and build machines keep their work.
MACHINE='(^|[^A-Za-z0-9_.}])/(root|home/[a-z]+|Users/[A-Za-z]+|work(space|dir)?|builds|scratch)/'
HOSTS='registr[y][.]npmjs|pyp[i][.]org|file[s][.]pythonhosted|rep[o]1?[.]maven|de[b][.]debian[.]org|snapsho[t][.]debian|prox[y][.]golang|crate[s][.]io'
SECRETS='BEGIN [A-Z ]*PRIVAT[E] KEY|AKI[A][0-9A-Z]{16}|gh[p]_[A-Za-z0-9]{30}|s[k]-[A-Za-z0-9]{32}'

find_faults() {
    local files
    mapfile -t files < <(find . \( -name build -o -name .git -o -name __pycache__ -o \
        -name .pytest_cache \) -prune -o -type f -print | sed 's|^[.]/||' | sort)
    [ ${#files[@]} = 0 ] && return
    grep -nIE "$MACHINE" "${files[@]}" /dev/null |
        sed -E 's/^([^:]*:[0-9]+):.*/\1: a path of one machine/'
    grep -nIE "$HOSTS" "${files[@]}" /dev/null |
        sed -E 's/^([^:]*:[0-9]+):.*/\1: the host of a registry/'
    grep -nIE "$SECRETS" "${files[@]}" /dev/null | sed -E 's/^([^:]*:[0-9]+):.*/\1: a secret/'
}

bad README.md <<<"see /hom""e/ann/x"
bad x.py <<<"open('/wor""kspace/shop/x')"
bad x.yaml <<<"path: /Use""rs/Ann/shop"
bad x.sh <<<"curl https://pyp""i.org/simple"
bad x.pem <<<"-----BEGIN PRIVAT""E KEY-----"
good README.md <<<"see worker/main.c and /var/lib/deskhand"
lint_tree
