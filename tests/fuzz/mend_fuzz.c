/* A customer's text with its misspelt words mended: valid, bounded, and with the same bytes but for
 * ASCII letters. */
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

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The next byte that is no letter, from `*at` on; 0 at the end. */
static char next_other(struct str text, size_t *at)
{
    while (*at < text.len && is_letter(text.ptr[*at])) {
        (*at)++;
    }
    return *at < text.len ? text.ptr[(*at)++] : '\0';
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
    for (char c = '\1'; mended.len > 0 && c != '\0';) {
        c = next_other(text, &before);
        CHECK(next_other(mended, &behind) == c);
    }
    arena_fini(&arena);
    return 0;
}
