/* screen_described.c - see screen_described.h. */
#include "worker/answer/screen_described.h"

static bool is_begin(struct str text, size_t at)
{
    struct str before = str_trim(str_slice(text, 0, at));
    char last = before.len > 0 ? before.ptr[before.len - 1] : ',';
    return last == ',' || last == ':';
}

static bool is_end(struct str text, size_t at)
{
    struct str behind = str_trim(str_slice(text, at, text.len));
    return behind.len == 0 || strchr(".,;!?", behind.ptr[0]) || str_starts(behind, STR("。"));
}

static struct str without_stop(struct str sentence)
{
    struct str text = sentence;
    if (text.len >= 3 && str_eq(str_slice(text, text.len - 3, text.len), STR("。"))) {
        return str_slice(text, 0, text.len - 3);
    }
    bool is_stopped = text.len > 0 && strchr(".;!?", text.ptr[text.len - 1]);
    return str_slice(text, 0, text.len - (is_stopped ? 1 : 0));
}

/* What stands in front of the quote, up to the value before, must not make it another's: "colour:
 * cotton" is not borne out by a description that says "cotton". */
static bool quote_covers(const struct screen_facts *facts, struct str quote, struct str text,
                         const struct screen_value *words, size_t begin)
{
    size_t at = words->to > quote.len ? words->to - quote.len : 0; /* where it ends with them */
    while ((at = plain_find(text, at, quote)) <= words->from && at < text.len) {
        struct str lead = str_slice(text, begin, at > begin ? at - begin : 0);
        if (is_begin(text, at) && is_end(text, at + quote.len) &&
            screen_topics_in(facts, lead) == 0) {
            return true;
        }
        at++;
    }
    return false;
}

bool screen_is_described(const struct screen_facts *facts, struct str text,
                         const struct screen_value *words, size_t begin)
{
    size_t len = words->to - words->from;
    for (size_t i = 0; i < facts->described; i++) {
        struct str rest = without_stop(facts->sentences[i]);
        struct str clause;
        if (rest.len >= len && quote_covers(facts, rest, text, words, begin)) {
            return true;
        }
        while (str_split(&rest, ',', &clause)) {
            clause = str_trim(clause);
            if (clause.len > len && quote_covers(facts, clause, text, words, begin)) {
                return true;
            }
        }
    }
    return false;
}
