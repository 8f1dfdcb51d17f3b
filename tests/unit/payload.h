/* payload.h - a JSON text on its way through a decoder of common/, for tests. */
#ifndef TESTS_UNIT_PAYLOAD_H
#define TESTS_UNIT_PAYLOAD_H

#include "tests/unit/cm.h"

#include "common/json.h"
#include "common/mem.h"
#include "common/record.h"

#define PAYLOAD_BYTES_MAX ((size_t)1 << 20)

#define assert_str(actual, expected) assert_string_equal(payload_text(actual), (expected))

/* NUL-terminated; of the last four calls. */
static inline const char *payload_text(struct str text)
{
    static char texts[4][4096];
    static unsigned turn;
    char *out = texts[turn++ % 4];
    snprintf(out, sizeof(texts[0]), "%.*s", STR_ARG(text));
    return out;
}

struct payload {
    struct arena arena;
    struct note note;
    struct json_in in;
    struct json_t *tree;
    struct json_at at;
};

/* Everything that a decoder needs to read `json`; payload_fini() ends it. */
static inline void payload_init(struct payload *payload, const char *json)
{
    *payload = (struct payload){ 0 };
    json_setup(1);
    arena_init(&payload->arena, (size_t)16 << 20);
    payload->in = (struct json_in){ &payload->arena, &payload->note };
    assert_int_equal(json_read(str_from(json), PAYLOAD_BYTES_MAX, &payload->tree, NULL), OK);
    payload->at = json_root(payload->tree, &payload->in);
}

static inline void payload_fini(struct payload *payload)
{
    json_drop(&payload->tree);
    arena_fini(&payload->arena);
}

/* `text` repeated; of the last four calls. */
static inline const char *payload_times(const char *text, size_t times)
{
    static char texts[4][1 << 17];
    static unsigned turn;
    char *out = texts[turn++ % 4];
    size_t len = strlen(text);
    assert_true(len * times < sizeof(texts[0]));
    for (size_t i = 0; i < times; i++) {
        memcpy(out + i * len, text, len);
    }
    out[len * times] = '\0';
    return out;
}

/* `format` with one %s, filled with `text` repeated; of the last four calls. */
static inline const char *payload_with(const char *format, const char *text, size_t times)
{
    static char texts[4][1 << 18];
    static unsigned turn;
    char *out = texts[turn++ % 4];
    const char *gap = strstr(format, "%s");
    assert_non_null(gap);
    snprintf(out, sizeof(texts[0]), "%.*s%s%s", (int)(gap - format), format,
             payload_times(text, times), gap + 2);
    return out;
}

/* A decoder and a payload that it takes, with room for what it gives. */
struct starving {
    const char *json;
    enum err (*decode)(const struct json_at *at, void *ret_output);
    void *output;
    size_t output_bytes;
};

/* Decodes with the n-th allocation failing (0: none) into an arena of so many bytes. What is not
 * given for lack of memory must leave the output as it was; false then. */
static inline bool starving_decode(const struct starving *starving, long nth, size_t arena_bytes)
{
    struct payload payload;
    unsigned char *bytes = starving->output;
    payload_init(&payload, starving->json);
    payload.arena.max_bytes = arena_bytes;
    memset(bytes, 0x55, starving->output_bytes);
    mem_fail_nth(nth);
    enum err err = starving->decode(&payload.at, starving->output);
    bool has_failed = mem_has_failed();
    mem_fail_nth(0);
    payload_fini(&payload);
    if (err == OK) {
        assert_false(has_failed);
        return true;
    }
    assert_int_equal(err, ERR_NOMEM);
    for (size_t i = 0; i < starving->output_bytes; i++) {
        assert_int_equal(bytes[i], 0x55);
    }
    return false;
}

/* Lets each allocation fail in turn, then each block that the arena has no room for. */
static inline void starving_all(const struct starving *starving)
{
    long nth = 1;
    size_t arena_bytes = 0;
    while (!starving_decode(starving, nth, (size_t)16 << 20)) {
        nth++;
    }
    while (!starving_decode(starving, 0, arena_bytes)) {
        arena_bytes += 16;
    }
    assert_true(nth > 1 && arena_bytes > 0);
}

#define assert_decodes_or_gives_nothing(json_text, decode_fn, type)                                \
    do {                                                                                           \
        type output_;                                                                              \
        const struct starving starving_ = { (json_text), (decode_fn), &output_, sizeof(output_) }; \
        starving_all(&starving_);                                                                  \
    } while (0)

/* A payload that a decoder refuses, and where. */
struct refusal {
    const char *json;
    const char *pointer;
};

/* Fails the test at the first refusal that is none, or that names another place. */
#define assert_refused(refusals, decode)                                                           \
    do {                                                                                           \
        for (size_t i_ = 0; i_ < countof(refusals); i_++) {                                        \
            struct payload payload_;                                                               \
            payload_init(&payload_, (refusals)[i_].json);                                          \
            if (decode(&payload_.at) != ERR_SCHEMA) {                                              \
                fail_msg("accepted: %s", (refusals)[i_].json);                                     \
            }                                                                                      \
            assert_string_equal(payload_.note.pointer, (refusals)[i_].pointer);                    \
            assert_true(payload_.note.text[0] != '\0');                                            \
            payload_fini(&payload_);                                                               \
        }                                                                                          \
    } while (0)

#endif
