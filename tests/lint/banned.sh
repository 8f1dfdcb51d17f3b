#!/usr/bin/env bash
# banned.sh - calls that are not made here, and why.
#
# Unbounded or stateful string calls, the allocator and the clocks past their one door (common/mem.h,
# worker/adapter/now.h), time, chance, input or output in the pure core.
. "$(dirname "$0")/lib.sh"

STRINGS='sprintf|vsprintf|strcpy|stpcpy|strcat|strncat|strncpy|strtok|strtok_r|gets|atoi|atol|atoll|atof|alloca|scanf|sscanf|system|popen|setjmp|longjmp'
MEMORY='malloc|calloc|realloc|reallocarray|free|strdup|strndup|asprintf|vasprintf'
TIME='time|gettimeofday|clock_gettime|clock|localtime|localtime_r|gmtime|gmtime_r|rand|srand|rand_r|random|srandom|drand48|sleep|usleep|nanosleep'
CLOCK='time|gettimeofday|clock_gettime|clock|uv_hrtime'
IO='printf|vprintf|puts|putchar|fopen|fdopen|open|read|write|close|socket|connect|getenv|setenv|system|exit|pthread_create'

# calls PATTERN WHAT: faults among the code lines on standard input
calls() {
    grep -E "(^|[^A-Za-z0-9_.>\"])($1) *\(" |
        sed -E "s~^([^:]*:[0-9]+):(.*[^A-Za-z0-9_.>])?($1) *\(.*~\1: \3(): $2~"
}

find_faults() {
    c_files common worker | c_code | calls "$STRINGS" 'no bound, or hidden state'
    c_files common worker | grep -vE '^common/(mem|arena)[.]c|^worker/adapter/' | c_code |
        calls "$MEMORY" 'allocate through common/mem.h'
    c_files common worker/engine worker/answer | c_code |
        calls "$TIME" 'time and chance are arguments here'
    c_files worker/adapter worker/command | grep -v '^worker/adapter/now[.]c$' | c_code |
        calls "$CLOCK" 'read the clock through worker/adapter/now.h'
    c_files common worker/engine worker/answer | c_code | calls "$IO" 'the pure core does no I/O'
    c_files common worker tests | c_code | grep -E '^[^:]*:[0-9]+:.*//' |
        sed -E 's~^([^:]*:[0-9]+):.*~\1: write comments as /* */~'
}

bad common/str.c <<<'    sprintf(buf, "x");'
bad common/str.c <<<'    int n = atoi(text);'
bad common/str.c <<<'    char *copy = strdup(text); /* */'
bad worker/engine/lane.c <<<'    lane = calloc(1, sizeof(*lane));'
bad worker/engine/lane.c <<<'    free(lane);'
bad worker/engine/lane.c <<<'    now = time(NULL);'
bad worker/answer/prompt.c <<<'    FILE *f = fopen(name, "r");'
bad worker/command/run.c <<<'    char *c = malloc(4);'
bad worker/adapter/loop.c <<<'    now = time(NULL);'
bad worker/command/run.c <<<'    clock_gettime(CLOCK_REALTIME, &now);'
bad worker/engine/lane.c <<<'    n++; // counts'
good common/mem.c <<<'    return malloc(size); /* unix:///x */'
good worker/engine/lane.c <<<'    /* never malloc() here */ note_set(note, "free(x)"); mem_free(lane); ops->free(lane);'
good worker/adapter/now.c <<<'    clock_gettime(CLOCK_REALTIME, &now);'
lint_tree
