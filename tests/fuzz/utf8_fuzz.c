/* Any bytes taken for text: refused where they are no UTF-8, else counted, cut, brought into a
 * canonical form that is its own, and told apart by script, language and intent. */
#include "tests/fuzz/check.h"
#include "worker/answer/intent.h"
#include "worker/answer/language.h"

#define BYTES_MAX ((size_t)4096)

static void check_refused(struct str text, size_t bad_at)
{
    CHECK(bad_at < text.len);
    CHECK(utf8_check(str_slice(text, 0, bad_at), NULL) == OK);
    size_t at = bad_at;
    CHECK(utf8_next(text, &at) == UTF8_BAD && at == bad_at + 1);
}

static void check_characters(struct str text)
{
    size_t count = 0;
    for (size_t at = 0; at < text.len; count++) {
        char bytes[4];
        size_t start = at;
        uint32_t character = utf8_next(text, &at);
        size_t len = utf8_put(character, bytes);
        CHECK(str_eq((struct str){ bytes, len }, str_slice(text, start, at - start)));
    }
    CHECK(utf8_count(text) == count);
    struct utf8_scripts scripts = utf8_scripts_in(text);
    for (size_t i = 0; i < UTF8_SCRIPT_COUNT; i++) {
        count -= scripts.of[i];
    }
    CHECK(count == 0);
}

static void check_cuts(struct str text)
{
    for (size_t max = 0; max <= min_size(text.len + 1, 40); max++) {
        struct str chars = utf8_cut(text, max);
        struct str bytes = utf8_cut_bytes(text, max);
        CHECK(utf8_check(chars, NULL) == OK && utf8_check(bytes, NULL) == OK);
        CHECK(utf8_count(chars) == max || chars.len == text.len);
        CHECK(bytes.len <= max && (bytes.len == text.len || bytes.len + 4 > max));
        CHECK(str_starts(text, chars) && str_starts(text, bytes));
    }
}

static void check_canonical(struct arena *arena, struct str text)
{
    struct str once;
    struct str twice;
    CHECK(utf8_canonical(arena, text, &once) == OK);
    CHECK(utf8_check(once, NULL) == OK);
    CHECK(utf8_canonical(arena, once, &twice) == OK);
    CHECK(str_eq(once, twice));
    CHECK(str_eq(once, str_trim(once)));
    CHECK(str_find(once, STR("  ")) == once.len || once.len < 2);
    CHECK(intent_name(intent_of(once))[0] != '\0');
    struct str language = language_of(text, STR_NONE, STR("en"));
    CHECK(language.len >= 2 && language.len <= 3);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct str text = { (const char *)bytes, min_size(len, BYTES_MAX) };
    size_t bad_at;
    struct arena arena;
    struct str canonical = STR("untouched");
    arena_init(&arena, 64 * BYTES_MAX);
    if (utf8_check(text, &bad_at) != OK) {
        check_refused(text, bad_at);
        CHECK(utf8_canonical(&arena, text, &canonical) == ERR_UTF8);
        CHECK(str_is(canonical, "untouched"));
    } else {
        check_characters(text);
        check_cuts(text);
        check_canonical(&arena, text);
    }
    arena_fini(&arena);
    return 0;
}
