/* bare_calls_bench.c - model calls made by libcurl alone: what a worker's calls stand beside.
 *
 *   bare_calls_bench URL COUNT RATE [BOUND_US]
 *
 * Makes COUNT calls, RATE a second at even distances, or all at once when RATE is 0. Each handle
 * keeps libcurl's defaults. Prints one line of JSON: the median, the 99th percentile and the mean
 * of a call's time, the share of calls within BOUND_US, and what the process held before the first
 * call and when the first reply came. */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#define REQUEST                                                                                    \
    "{\"model\":\"fake\",\"max_tokens\":512,\"temperature\":0.2,\"messages\":["                    \
    "{\"role\":\"system\",\"content\":\"You answer customers of a shop.\"},"                       \
    "{\"role\":\"user\",\"content\":\"Which wood suits a blue lamp in the kitchen best?\"}]}"

struct bare_call {
    CURL *easy;
    struct bare_call *next; /* of the idle ones */
    long long started_us;
};

struct bare {
    CURLM *multi;
    const char *url;
    struct curl_slist *headers;
    struct bare_call *idle;
    long long *times_us;
    long count;
    long rate;
    long started;
    long ended;
    long before_kb;
    long waiting_kb; /* 0: no reply yet */
};

static void die(const char *what)
{
    fprintf(stderr, "bare_calls_bench: %s\n", what);
    exit(1);
}

static long long now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static long resident_kb(void)
{
    char line[128];
    long resident = 0;
    FILE *status = fopen("/proc/self/status", "r");
    while (status && fgets(line, sizeof(line), status)) {
        if (strncmp(line, "VmRSS:", 6) == 0) {
            resident = strtol(line + 6, NULL, 10);
        }
    }
    if (status) {
        fclose(status);
    }
    return resident;
}

static size_t on_body(char *bytes, size_t one, size_t len, void *owner)
{
    (void)bytes;
    (void)owner;
    return one * len;
}

static struct bare_call *call_create(struct bare *bare)
{
    struct bare_call *call = calloc(1, sizeof(*call));
    if (!call || !(call->easy = curl_easy_init())) {
        die("no memory");
    }
    curl_easy_setopt(call->easy, CURLOPT_URL, bare->url);
    curl_easy_setopt(call->easy, CURLOPT_PROXY, "");
    curl_easy_setopt(call->easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(call->easy, CURLOPT_PRIVATE, call);
    curl_easy_setopt(call->easy, CURLOPT_HTTPHEADER, bare->headers);
    curl_easy_setopt(call->easy, CURLOPT_POSTFIELDS, REQUEST);
    curl_easy_setopt(call->easy, CURLOPT_WRITEFUNCTION, on_body);
    return call;
}

static void call_start(struct bare *bare)
{
    struct bare_call *call = bare->idle;
    if (call) {
        bare->idle = call->next;
    } else {
        call = call_create(bare);
    }
    call->started_us = now_us();
    if (curl_multi_add_handle(bare->multi, call->easy) != CURLM_OK) {
        die("the call does not start");
    }
    bare->started++;
}

/* Starts what is due; returns in how many milliseconds the next one is. */
static int start_due(struct bare *bare, long long begun_us)
{
    while (bare->started < bare->count) {
        long long due_us = bare->rate ? begun_us + bare->started * 1000000LL / bare->rate : 0;
        long long left_us = due_us - now_us();
        if (left_us > 0) {
            return (int)(left_us / 1000) + 1;
        }
        call_start(bare);
    }
    return 1000;
}

static void hear(struct bare *bare)
{
    int left;
    CURLMsg *message;
    while ((message = curl_multi_info_read(bare->multi, &left))) {
        struct bare_call *call = NULL;
        CURL *easy = message->easy_handle;
        if (message->data.result != CURLE_OK) {
            die(curl_easy_strerror(message->data.result));
        }
        if (bare->waiting_kb == 0) {
            bare->waiting_kb = resident_kb();
        }
        curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&call);
        bare->times_us[bare->ended++] = now_us() - call->started_us;
        curl_multi_remove_handle(bare->multi, easy);
        call->next = bare->idle;
        bare->idle = call;
    }
}

static int compare(const void *one, const void *other)
{
    long long a = *(const long long *)one;
    long long b = *(const long long *)other;
    return (a > b) - (a < b);
}

static void report(struct bare *bare, long bound_us)
{
    size_t count = (size_t)bare->count;
    long long sum_us = 0;
    size_t within = 0;
    qsort(bare->times_us, count, sizeof(*bare->times_us), compare);
    for (size_t i = 0; i < count; i++) {
        sum_us += bare->times_us[i];
        within += bare->times_us[i] <= bound_us ? 1 : 0;
    }
    printf("{\"p50_us\": %lld, \"p99_us\": %lld, \"mean_us\": %lld, \"within\": %.4f, "
           "\"before_kb\": %ld, \"waiting_kb\": %ld}\n",
           bare->times_us[count / 2], bare->times_us[count * 99 / 100],
           sum_us / (long long)count, (double)within / (double)count, bare->before_kb,
           bare->waiting_kb);
}

static void open_calls(struct bare *bare, char **arguments)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
    *bare = (struct bare){ .multi = curl_multi_init(), .url = arguments[1] };
    bare->count = strtol(arguments[2], NULL, 10);
    bare->rate = strtol(arguments[3], NULL, 10);
    bare->headers = curl_slist_append(NULL, "Content-Type: application/json");
    bare->times_us = calloc(bare->count > 0 ? (size_t)bare->count : 1, sizeof(*bare->times_us));
    if (!bare->multi || !bare->headers || !bare->times_us || bare->count <= 0) {
        die("no memory, or COUNT is no number above 0");
    }
    curl_multi_setopt(bare->multi, CURLMOPT_MAXCONNECTS, bare->count);
    bare->before_kb = resident_kb();
}

static void close_calls(struct bare *bare)
{
    while (bare->idle) {
        struct bare_call *call = bare->idle;
        bare->idle = call->next;
        curl_easy_cleanup(call->easy);
        free(call);
    }
    curl_multi_cleanup(bare->multi);
    curl_slist_free_all(bare->headers);
    free(bare->times_us);
}

int main(int count, char **arguments)
{
    struct bare bare;
    if (count != 4 && count != 5) {
        die("usage: URL COUNT RATE [BOUND_US]");
    }
    open_calls(&bare, arguments);
    long long begun_us = now_us();
    while (bare.ended < bare.count) {
        int running = 0;
        int wait_ms = start_due(&bare, begun_us);
        curl_multi_perform(bare.multi, &running);
        hear(&bare);
        if (bare.ended < bare.count) {
            curl_multi_poll(bare.multi, NULL, 0, wait_ms, NULL);
        }
        curl_multi_perform(bare.multi, &running);
        hear(&bare);
    }
    report(&bare, count == 5 ? strtol(arguments[4], NULL, 10) : 0);
    close_calls(&bare);
    return 0;
}
