#!/usr/bin/env bash
# secrets.sh - makes the two secrets of compose.yaml, unless they are there.
#
# Compose mounts a file with the mode that it has here, and no process in a container runs as you:
# so the files are readable for all, and the folder around them is yours alone.
set -eu
cd "$(dirname "$0")"
umask 077
mkdir -p secrets
chmod 700 secrets
for name in store.password seal.key; do
    [ ! -s "secrets/$name" ] || continue
    od -An -N32 -tx1 /dev/urandom | tr -d ' \n' >"secrets/$name.part"
    chmod 444 "secrets/$name.part"
    mv "secrets/$name.part" "secrets/$name"
    echo "made secrets/$name"
done
