/* replying.h - a decoded event and what is needed to reply to it, for tests of encoders. */
#ifndef TESTS_UNIT_REPLYING_H
#define TESTS_UNIT_REPLYING_H

#include "tests/unit/payload.h"

#include "common/reply.h"

#define REPLYING_NOW_MS 1764324000250
#define REPLYING_NOW "2025-11-28T10:00:00.250Z"
#define REPLYING_TRACE "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
#define REPLYING_MESSAGE                                                                           \
    "{\"id\":\"m-1\",\"conversation_id\":\"c-1\",\"customer_id\":\"u-1\",\"text\":\"hi\"}"

struct replying {
    struct arena arena;
    struct header headers[8];
    struct record record;
    struct event *event;
    struct reply_to to;
    struct output output;
    struct note note;
};

/* An event of ce_id "e-1" and ce_source "/shop", at offset 42 of partition 3, without a key. */
static inline void replying_init(struct replying *replying, enum topic topic, const char *json)
{
    const struct event_limits limits = { .value_bytes_max = 1 << 20 };
    *replying = (struct replying){ 0 };
    json_setup(1);
    arena_init(&replying->arena, (size_t)8 << 20);
    const struct header headers[] = {
        { STR("ce_specversion"), STR("1.0") }, { STR("ce_id"), STR("e-1") },
        { STR("ce_source"), STR("/shop") },    { STR("ce_type"), STR("any") },
        { STR("ce_tenant"), STR("acme") },     { STR("traceparent"), STR(REPLYING_TRACE) },
    };
    memcpy(replying->headers, headers, sizeof(headers));
    replying->record = (struct record){
        .topic = topic, .partition = 3, .offset = 42, .timestamp_wall_ms = 1700000000000,
        .value = str_from(json), .has_value = true, .headers = replying->headers,
        .headers_count = countof(headers),
    };
    const struct json_in in = { &replying->arena, &replying->note };
    assert_int_equal(
        event_decode(&in, &replying->record, STR("support.in"), &limits, &replying->event), OK);
    replying->to = (struct reply_to){
        .event = replying->event, .record = &replying->record, .topic_name = STR("support.in"),
        .worker = STR("0.1.0"), .now_wall_ms = REPLYING_NOW_MS,
    };
}

static inline void replying_fini(struct replying *replying)
{
    arena_fini(&replying->arena);
}

/* The value of the only header of that name; "" when there is none. */
static inline const char *replying_header(const struct replying *replying, const char *name)
{
    const char *found = "";
    for (size_t i = 0; i < replying->output.headers_count; i++) {
        if (str_is(replying->output.headers[i].name, name)) {
            assert_string_equal(found, "");
            found = payload_text(replying->output.headers[i].value);
        }
    }
    return found;
}

/* Runs `call`, which writes into `arena` and to `ret_output`, with the n-th allocation failing, for
 * every n, then in an arena that has no room for its first, second, ... block, and expects
 * ERR_NOMEM and an output that is untouched. */
#define assert_encodes_or_gives_nothing(replying, call)                                            \
    do {                                                                                           \
        size_t failures_ = 0;                                                                      \
        long nth_ = 1;                                                                             \
        for (size_t bytes_ = (size_t)8 << 20;;) {                                                  \
            struct arena arena_;                                                                   \
            struct output output_ = { .headers_count = 77 };                                       \
            struct arena *arena = &arena_;                                                         \
            struct output *ret_output = &output_;                                                  \
            arena_init(arena, bytes_);                                                             \
            mem_fail_nth(nth_);                                                                    \
            enum err err_ = (call);                                                                \
            bool has_failed_ = mem_has_failed();                                                   \
            mem_fail_nth(0);                                                                       \
            arena_fini(arena);                                                                     \
            assert_true(err_ == ERR_NOMEM || (err_ == OK && !has_failed_));                        \
            assert_true((err_ != OK) == (output_.headers_count == 77));                            \
            failures_ += err_ != OK;                                                               \
            if (err_ == OK && nth_ == 0) {                                                         \
                break;                                                                             \
            }                                                                                      \
            bytes_ = nth_ == 0 ? bytes_ + 16 + bytes_ / 64 : err_ == OK ? 0 : bytes_;              \
            nth_ = err_ == OK ? 0 : nth_ + (nth_ > 0);                                             \
        }                                                                                          \
        assert_true(failures_ >= 2);                                                               \
    } while (0)

#endif
