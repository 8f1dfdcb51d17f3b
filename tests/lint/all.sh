#!/usr/bin/env bash
# all.sh - runs every lint and says at the end which ones found something.
set -u
cd "$(dirname "$0")" || exit 2
passed=0
failed=()
for lint in *.sh; do
    case $lint in all.sh | lib.sh | need.sh) continue ;; esac
    if out=$(bash "./$lint" 2>&1); then
        passed=$((passed + 1))
        [ -z "$out" ] || printf 'lint %s: %s\n' "${lint%.sh}" "$out"
    else
        failed+=("${lint%.sh}")
        printf 'lint %s\n%s\n' "${lint%.sh}" "$(sed 's/^/  /' <<<"$out")"
    fi
done
[ ${#failed[@]} = 0 ] || echo "lint: ${failed[*]}"
echo "lint: $passed passed, ${#failed[@]} failed"
[ ${#failed[@]} = 0 ]
