/* builtin_page.c - see builtin_page.h. */
#include "worker/answer/builtin_page.h"

#include "worker/answer/language.h"

/* A text of digits and names fits every language. */
static bool page_is_readable(const struct brief *brief, const struct passage *passage)
{
    return str_eq(language_of(passage->text, brief->language, brief->language), brief->language);
}

static enum err page_quote(struct arena *arena, const struct brief *brief,
                           const struct passage *passage, struct str *ret_text)
{
    bool is_chinese = str_is(brief->language, "zh");
    const char *lead = is_chinese ? "我们的说明" : "Our pages say";
    const char *open = passage->title.len == 0 ? "" : is_chinese ? "“" : " under \"";
    const char *end = passage->title.len == 0 ? "" : is_chinese ? "”" : "\"";
    return arena_printf(arena, ret_text, "%s%s%.*s%s%s%.*s", lead, open, STR_ARG(passage->title),
                        end, is_chinese ? ":" : ": ", STR_ARG(passage->text));
}

enum err builtin_page(struct arena *arena, const struct brief *brief, struct str *ret_text)
{
    for (size_t i = 0; i < brief->passages_count; i++) {
        if (page_is_readable(brief, &brief->passages[i])) {
            return page_quote(arena, brief, &brief->passages[i], ret_text);
        }
    }
    return ERR_NO_FACTS;
}
