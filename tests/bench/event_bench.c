/* What one small message costs from its record to its two outputs, in CPU time of this thread. */
#include <time.h>

#include "common/audit.h"

#define ROUNDS 200000
#define MESSAGE                                                                                    \
    "{\"id\":\"m-000123\",\"conversation_id\":\"conv-0042\",\"customer_id\":\"cust-0042\","        \
    "\"text\":\"How long does shipping take for this kettle to Berlin?\",\"seq\":7,"               \
    "\"channel\":\"web\",\"sent_at\":\"2025-11-28T10:00:00.250Z\",\"context\":{\"sku\":\"KTL-17\"}}"

static const struct header headers[] = {
    { STR("ce_specversion"), STR("1.0") },
    { STR("ce_id"), STR("m-000123") },
    { STR("ce_source"), STR("/shop/web") },
    { STR("ce_type"), STR("com.example.message") },
    { STR("ce_time"), STR("2025-11-28T10:00:00Z") },
    { STR("content-type"), STR("application/json") },
    { STR("traceparent"), STR("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01") },
};

enum stage { STAGE_DECODE, STAGE_ANSWER, STAGE_AUDIT, STAGE_COUNT };

static int64_t bench_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static enum err bench_answer(struct arena *arena, const struct reply_to *to)
{
    const struct fact facts[] = { { FACT_PRODUCT, STR("KTL-17") } };
    const struct answer answer = {
        .text = STR("The kettle is shipped from Ulm and takes 2 to 4 working days to Berlin."),
        .language = STR("en"),
        .model = STR("builtin"),
        .source = SOURCE_CACHE,
        .facts = facts,
        .facts_count = countof(facts),
    };
    struct output output;
    return answer_encode(arena, to, &answer, &output);
}

static enum err bench_audit(struct arena *arena, const struct reply_to *to)
{
    const struct fact facts[] = { { FACT_PRODUCT, STR("KTL-17") } };
    const struct audit audit = {
        .outcome = OUTCOME_ANSWER,
        .has_source = true,
        .source = SOURCE_CACHE,
        .model = STR("builtin"),
        .prompt_version = STR("builtin-1"),
        .facts = facts,
        .facts_count = countof(facts),
        .cache_key = STR("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"),
        .started_wall_ms = 1764324000000,
        .model_ms = -1,
    };
    struct output output;
    return audit_encode(arena, to, &audit, &output);
}

/* Everything up to `last`. */
static enum err bench_round(const struct record *record, enum stage last)
{
    const struct event_limits limits = { .value_bytes_max = 1 << 20 };
    struct arena arena;
    struct note note;
    struct event *event = NULL;
    arena_init(&arena, EVENT_ARENA_BYTES(1 << 20));
    const struct json_in in = { &arena, &note };
    enum err err = event_decode(&in, record, STR("support.messages"), &limits, &event);
    const struct reply_to to = {
        .event = event,
        .record = record,
        .topic_name = STR("support.messages"),
        .worker = STR("0.1.0"),
        .now_wall_ms = 1764324000250,
    };
    err = err == OK && last >= STAGE_ANSWER ? bench_answer(&arena, &to) : err;
    err = err == OK && last >= STAGE_AUDIT ? bench_audit(&arena, &to) : err;
    arena_fini(&arena);
    return err;
}

static enum err bench_mode(const char *name, size_t headers_count)
{
    const struct record record = {
        .topic = TOPIC_MESSAGES,
        .partition = 2,
        .offset = 77,
        .leader_epoch = -1,
        .timestamp_wall_ms = 1764324000000,
        .key = STR("conv-0042"),
        .has_key = true,
        .value = STR(MESSAGE),
        .has_value = true,
        .headers = headers,
        .headers_count = headers_count,
    };
    double us[STAGE_COUNT];
    for (enum stage last = STAGE_DECODE; last < STAGE_COUNT; last++) {
        int64_t start_ns = bench_now_ns();
        for (int i = 0; i < ROUNDS; i++) {
            TRY(bench_round(&record, last));
        }
        us[last] = (double)(bench_now_ns() - start_ns) / 1000 / ROUNDS;
    }
    printf("  %-8s %6zu  %6.2f  %6.2f  %6.2f  %6.2f\n", name, record.value.len, us[STAGE_DECODE],
           us[STAGE_ANSWER] - us[STAGE_DECODE], us[STAGE_AUDIT] - us[STAGE_ANSWER],
           us[STAGE_AUDIT]);
    return OK;
}

int main(void)
{
    json_setup(1);
    printf("  %-8s %6s  %6s  %6s  %6s  %6s  (us a message)\n", "mode", "bytes", "decode", "answer",
           "audit", "all");
    enum err err = bench_mode("plain", 0);
    err = err == OK ? bench_mode("binary", countof(headers)) : err;
    return err == OK ? 0 : 1;
}
