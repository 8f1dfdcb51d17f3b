/* A model's copy, of whatever bytes: read whole and fitted to each channel, or refused. */
#include "worker/answer/copy_fit.h"
#include "worker/answer/copy_said.h"

#include "common/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void fit(struct arena *arena, const struct copy_variant *variant)
{
    static const char *const names[] = { "sms", "email", "push", "social", "listing" };
    for (size_t i = 0; i < countof(names); i++) {
        const struct copy_limits limits = { .channel = channel_named(str_from(names[i])),
                                            .language = i % 2 ? STR("zh") : STR("en") };
        struct copy_variant fitting;
        enum err err = copy_fit(arena, &limits, variant, &fitting);
        assert(err == OK || err == ERR_ANSWER || err == ERR_NOMEM);
        for (size_t j = 0; err == OK && j < fitting.parts_count; j++) {
            assert(fitting.parts[j].length <= fitting.parts[j].limit);
            assert(utf8_check(fitting.parts[j].text, NULL) == OK);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct arena arena;
    struct copy copy = { .variants_count = 0 };
    enum flaw flaw = FLAW_NONE;
    const struct str said = { (const char *)bytes, len };
    arena_init(&arena, (size_t)1 << 22);
    enum err err = copy_said_read(&arena, said, &copy, &flaw);
    assert(err == OK || err == ERR_NOMEM || (err == ERR_ANSWER && flaw != FLAW_NONE));
    assert((err == OK) == (copy.variants_count > 0));
    for (size_t i = 0; i < copy.variants_count; i++) {
        assert(copy.variants[i].headline.len > 0 && copy.variants[i].body.len > 0);
        fit(&arena, &copy.variants[i]);
    }
    arena_fini(&arena);
    return 0;
}
