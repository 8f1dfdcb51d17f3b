/* Whatever a store gives back for a sealed value: nothing but what was sealed opens.
 *
 * A seed is a line of text to be sealed, and lines that say what is done to it: "flip 3 1" changes
 * byte 3 by 1, "cut 9" cuts it to 9 bytes, "add x" puts x behind it, "key k" opens it under another
 * key; the rest of the input is also taken for a sealed value as it is. */
#include "common/seal.h"
#include "tests/fuzz/check.h"

#define BYTES_MAX ((size_t)1 << 16)

static const uint8_t nonce[CRYPTO_NONCE_BYTES] = { 1, 2, 3 };

struct tampering {
    struct buf value;
    struct str key;
};

static void tamper_flip(struct buf *value, struct str arguments)
{
    struct str place;
    int64_t at;
    int64_t by;
    if (str_split(&arguments, ' ', &place) && str_to_i64(place, 0, (int64_t)value->len - 1, &at) &&
        str_to_i64(arguments, 0, 255, &by)) {
        value->ptr[at] = (char)(value->ptr[at] ^ (char)by);
    }
}

static void tamper(struct tampering *tampering, struct str line)
{
    struct str verb;
    int64_t len;
    if (!str_split(&line, ' ', &verb)) {
        return;
    }
    if (str_is(verb, "flip")) {
        tamper_flip(&tampering->value, line);
    } else if (str_is(verb, "cut") && str_to_i64(line, 0, (int64_t)tampering->value.len, &len)) {
        tampering->value.len = (size_t)len;
    } else if (str_is(verb, "add")) {
        CHECK(buf_add(&tampering->value, line) == OK);
    } else if (str_is(verb, "key")) {
        tampering->key = line;
    }
}

/* The fuzzer sees what is compared, so it may come with a value that was sealed here. */
static bool is_sealed_here(struct seal *seal, struct str raw, struct str plain)
{
    struct buf again;
    uint8_t raw_nonce[CRYPTO_NONCE_BYTES];
    buf_init(&again, 4 * BYTES_MAX);
    memcpy(raw_nonce, raw.ptr + 5, sizeof(raw_nonce));
    CHECK(seal_close(seal, raw_nonce, STR("k"), plain, &again) == OK);
    bool is_same = str_eq(buf_str(&again), raw);
    buf_fini(&again);
    return is_same;
}

static void check_raw(struct seal *seal, struct arena *arena, struct str raw)
{
    struct str plain = STR("untouched");
    enum err err = seal_open(seal, STR("k"), raw, arena, &plain);
    CHECK(err == OK || err == ERR_FORMAT);
    CHECK(err == OK ? is_sealed_here(seal, raw, plain) : str_is(plain, "untouched"));
}

/* Opens if, and only if, it is again what was sealed. */
static void check_tampered(struct seal *seal, struct arena *arena, struct str input)
{
    struct str text = check_line(&input);
    struct tampering tampering = { .key = STR("k") };
    struct buf sealed;
    struct str plain = STR_NONE;
    buf_init(&sealed, 4 * BYTES_MAX);
    buf_init(&tampering.value, 4 * BYTES_MAX);
    CHECK(seal_close(seal, nonce, STR("k"), text, &sealed) == OK);
    CHECK(buf_add(&tampering.value, buf_str(&sealed)) == OK);
    while (input.len > 0) {
        tamper(&tampering, check_line(&input));
    }
    bool is_same = str_eq(buf_str(&sealed), buf_str(&tampering.value)) &&
                   str_is(tampering.key, "k");
    enum err err = seal_open(seal, tampering.key, buf_str(&tampering.value), arena, &plain);
    CHECK(err == (is_same ? OK : ERR_FORMAT));
    CHECK(!is_same || str_eq(plain, text));
    buf_fini(&sealed);
    buf_fini(&tampering.value);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static struct seal *seal;
    struct str input = { (const char *)bytes, min_size(len, BYTES_MAX) };
    struct arena arena;
    if (!seal) {
        seal = seal_create(STR("0123456789abcdef"));
        CHECK(seal);
    }
    arena_init(&arena, 16 * BYTES_MAX);
    check_raw(seal, &arena, input);
    check_tampered(seal, &arena, input);
    arena_fini(&arena);
    return 0;
}
