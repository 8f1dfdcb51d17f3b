#!/usr/bin/env bash
# layers.sh - who may include what.
#
# common <- engine, answer <- adapter <- command <- main, and every third-party header in one family
# of modules only. That keeps the core testable without a broker, a clock or a network.
. "$(dirname "$0")/lib.sh"

# folder: what its files may include of ours (extended regular expressions)
ours_allowed() {
    case $1 in
    common/*) echo '^common/' ;;
    worker/answer/*) echo '^(common|worker/answer)/' ;;
    worker/engine/*) echo '^(common|worker/(answer|engine))/' ;;
    worker/adapter/*) echo '^(common|worker/(answer|engine|adapter))/' ;;
    worker/command/*) echo '^(common|worker/(answer|engine|adapter|command))/' ;;
    worker/main.c) echo '^(common|worker/command)/' ;;
    *) echo '.' ;;
    esac
}

# The modules of the Kafka family.
KAFKA='[a-z_]*kafka[a-z_]*|committer|group_ticket|produce|txn_[a-z]+|takeover'

# header: the files that may include it
theirs_allowed() {
    case $1 in
    assert.h | ctype.h | float.h | inttypes.h | limits.h | math.h | stdalign.h | stdarg.h | \
        stdatomic.h | stdbool.h | stddef.h | stdint.h | stdio.h | stdlib.h | string.h | \
        strings.h | sysexits.h | errno.h) echo '.' ;;
    jansson.h) echo '^common/json' ;;
    openssl/* | sys/random.h) echo '^(common/crypto|worker/adapter/redis_tls[.])' ;;
    utf8proc.h) echo '^common/utf8' ;;
    pcre2.h) echo '^common/pattern' ;;
    pthread.h) echo '^common/log[.]c|^worker/(adapter|command)/' ;;
    uv.h) echo '^worker/adapter/' ;;
    curl/*) echo '^worker/adapter/http' ;;
    librdkafka/*) echo "^worker/adapter/($KAFKA)[.]|^worker/command/version[.]" ;;
    hiredis/*) echo '^worker/adapter/(store_redis|redis)[a-z_]*[.]|^worker/command/version[.]' ;;
    sqlite3.h) echo '^worker/adapter/[a-z_]*sqlite' ;;
    *.h) echo '^worker/(adapter/|command/|main)' ;;
    esac
}

find_faults() {
    local file line kind name allowed
    while IFS=: read -r file line kind name; do
        if [ "$kind" = '"' ]; then
            allowed=$(ours_allowed "$file")
        else
            allowed=$(theirs_allowed "$name")
            [[ $file =~ $allowed ]] || echo "$file:$line: <$name> does not belong in this module"
            continue
        fi
        case $name in
        */*) [[ $name =~ $allowed ]] || echo "$file:$line: must not include \"$name\"" ;;
        *) echo "$file:$line: write \"$name\" from the root" ;;
        esac
    done < <(c_files common worker | xargs -r grep -nE '^ *# *include' /dev/null |
        sed -E 's/^([^:]*:[0-9]+): *# *include *([<"])([^>"]*)[>"].*/\1:\2:\3/')
}

bad common/str.c <<<'#include "worker/engine/lane.h"'
bad common/str.c <<<'#include <uv.h>'
bad common/str.h <<<'#include "note.h"'
bad worker/engine/lane.c <<<'#include "worker/adapter/loop.h"'
bad worker/engine/lane.c <<<'#include <time.h>'
bad worker/engine/lane.c <<<'#include <jansson.h>'
bad worker/answer/prompt.c <<<'#include "worker/engine/turn.h"'
bad worker/adapter/http.c <<<'#include "worker/command/rig.h"'
bad worker/adapter/http.c <<<'#include <librdkafka/rdkafka.h>'
bad worker/command/run.c <<<'#include <curl/curl.h>'
good common/json.c <<<'#include <jansson.h>'
good worker/adapter/http.c <<<'#include <curl/curl.h>'
good worker/adapter/sink_kafka.c <<<'#include <librdkafka/rdkafka.h>'
good worker/command/run.c <<<'#include "worker/adapter/loop.h"'
lint_tree
