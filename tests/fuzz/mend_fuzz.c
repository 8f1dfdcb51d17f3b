/* A customer's text with its misspelt words mended: valid, bounded, and with the same characters
 * but for letters; full-width letters, digits and hyphens count as their ASCII forms. */
#include "tests/fuzz/check.h"
#include "worker/answer/mend.h"

static struct catalog *shop;

static void open_shop(void)
{
    static const uint64_t seed[2] = { 7, 9 };
    static const char *const names[] = { "Gooseneck kettle", "Stoneware backpack", "Copper cable" };
    shop = catalog_create(countof(names), seed);
    CHECK(shop);
    for (size_t i = 0; i < countof(names); i++) {
        struct event event = { .kind = EVENT_PRODUCT };
        event.product = (struct product){ .sku = str_from(names[i]), .name = str_from(names[i]) };
        CHECK(catalog_apply(shop, &event) == OK);
    }
}

static bool is_letter(uint32_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The character at `*at`, which moves behind it; in its ASCII form, if mending has to narrow it. */
static uint32_t next_narrow(struct str text, size_t *at)
{
    uint32_t wide = utf8_next(text, at);
    uint32_t narrow = wide >= 0xFF01 && wide <= 0xFF5E ? wide - 0xFEE0 : 0;
    bool is_narrowed = is_letter(narrow) || (narrow >= '0' && narrow <= '9') || narrow == '-';
    return is_narrowed ? narrow : wide;
}

/* The next character that is no letter, from `*at` on; 0 at the end. */
static uint32_t next_other(struct str text, size_t *at)
{
    while (*at < text.len) {
        uint32_t c = next_narrow(text, at);
        if (!is_letter(c)) {
            return c;
        }
    }
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct str text = { (const char *)bytes, len };
    struct arena arena;
    struct str mended;
    if (!shop) {
        open_shop();
    }
    if (len == 0 || utf8_check(text, NULL) != OK) {
        return 0;
    }
    arena_init(&arena, (size_t)1 << 16);
    CHECK(mend_text(&arena, shop, STR_NONE, text, &mended) == OK);
    CHECK(mended.len <= MEND_BYTES_MAX + 2 * MEND_WORDS_MAX);
    CHECK(utf8_check(mended, NULL) == OK);
    size_t before = 0;
    size_t behind = 0;
    while (before < text.len && mended.len > 0) {
        CHECK(next_other(text, &before) == next_other(mended, &behind));
    }
    CHECK(mended.len == 0 || behind == mended.len);
    arena_fini(&arena);
    return 0;
}
