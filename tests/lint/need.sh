#!/usr/bin/env bash
# need.sh PROGRAM GROUP - stops, with the command that helps, when a tool is not installed
command -v "$1" >/dev/null && exit 0
echo "$1 is not installed; deploy/deps.sh $2 installs it (as root)" >&2
exit 1
