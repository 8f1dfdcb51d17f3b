/* A model's sentences, of whatever bytes: each offer has one plain short sentence, or none. */
#include "worker/answer/offer_said.h"

#include "common/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct arena arena;
    struct offer offers[] = { { .sku = STR("TEA"), .sentence = STR("before") },
                              { .sku = STR("POT"), .sentence = STR("before") } };
    const struct str said = { (const char *)bytes, len };
    arena_init(&arena, (size_t)1 << 22);
    enum err err = offer_said_read(&arena, said, offers, countof(offers));
    assert(err == OK || err == ERR_NOMEM || err == ERR_ANSWER);
    for (size_t i = 0; i < countof(offers); i++) {
        assert(err == OK || str_is(offers[i].sentence, "before"));
        assert(utf8_check(offers[i].sentence, NULL) == OK);
        assert(utf8_count(offers[i].sentence) <= OFFER_SENTENCE_CHARS_MAX);
    }
    arena_fini(&arena);
    return 0;
}
