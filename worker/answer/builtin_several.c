/* builtin_several.c - see builtin_several.h. */
#include "worker/answer/builtin_several.h"

#include "worker/answer/brief_order.h"
#include "worker/answer/builtin_one.h"
#include "worker/answer/builtin_product.h"
#include "worker/answer/naming.h"
#include "worker/answer/passage_cover.h"
#include "worker/answer/question.h"

#define SEVERAL_MORE_MAX 2 /* questions besides the first */

/* "Can you tell me" asks for nothing. */
static const char several_fillers[] =
    "tell|know|help|say|check|look|question|questions|ask|something|anything|wonder|wondering";

/* What may be told beside another question; only a person answers the others. */
static bool several_may_be_told(enum intent intent)
{
    return intent == INTENT_SHIPPING_TIME || intent == INTENT_ORDER_STATUS ||
           intent == INTENT_RETURN || intent == INTENT_REFUND || intent == INTENT_CANCEL ||
           intent == INTENT_PRICE || intent == INTENT_STOCK || intent == INTENT_PRODUCT ||
           intent == INTENT_ADDRESS || intent == INTENT_OTHER;
}

struct several {
    struct question all[QUESTIONS_MAX];
    size_t count;
    size_t first; /* the one that the message's intent is of */
};

/* False: it asks one, or its intent is of no part alone. */
static bool several_in(const struct brief *brief, struct plain *plain, struct several *ret_several)
{
    struct several several = { .count = 0 };
    enum intent whole;
    if (brief->event->kind != EVENT_MESSAGE || brief->is_shelf ||
        !several_may_be_told(brief->intent)) {
        return false;
    }
    plain_of(brief_text(brief), plain);
    several.count = questions_in(plain, several.all, &whole);
    for (size_t i = 1; i < several.count; i++) {
        if (several.all[i].weight > several.all[several.first].weight) {
            several.first = i;
        }
    }
    *ret_several = several;
    return several.count > 1 && several.all[several.first].intent == whole;
}

/* Whether it was asked already, by the message's intent or by a question before it. */
static bool several_is_asked_before(const struct brief *brief, const struct several *several,
                                    size_t number)
{
    const struct question *question = &several->all[number];
    bool is_before = question->intent == brief->intent && question->intent != INTENT_OTHER;
    for (size_t i = 0; i < several->count; i++) {
        const struct question *other = &several->all[i];
        bool is_same = other->intent == question->intent &&
                       (question->intent != INTENT_OTHER ||
                        (other->weight == question->weight && question->weight > 0));
        is_before = is_before || (is_same && i != number && (i < number || i == several->first));
    }
    return is_before;
}

struct part {
    struct brief brief;
    bool asks;
};

/* Words of a question that no rule knows, without those that name the product or tell nothing. */
static size_t several_words(const struct passage_cover *cover)
{
    size_t count = 0;
    for (size_t i = 0; i < cover->asked.count; i++) {
        bool is_filler = plain_has_any(passage_term(&cover->asked, i), several_fillers);
        count += cover->is_thing[i] || is_filler ? 0 : 1;
    }
    return count;
}

/* Whether a question has a word of the product's name. */
static bool several_names(struct str question, const struct product *product)
{
    struct passage_terms words;
    const struct passage own = { .text = question };
    passage_question_words(product->name, &words);
    return passage_words_found(&words, &own) > 0;
}

/* "How much is the jigsaw, and is the lamp in stock?": each is asked of its own product. A question
 * that names none of them is asked of all. */
static enum err several_narrow(struct arena *arena, struct str question, struct brief *part)
{
    size_t count = 0;
    const struct product **named = arena_zero(arena, part->others_count + 1, sizeof(*named));
    if (!named) {
        return ERR_NOMEM;
    }
    if (part->names_product && part->product && several_names(question, part->product)) {
        named[count++] = part->product;
    }
    for (size_t i = 0; i < brief_named_count(part); i++) {
        if (several_names(question, part->others[i])) {
            named[count++] = part->others[i];
        }
    }
    if (count > 0 && brief_named_count(part) > 0) {
        part->product = named[0];
        part->others = named + 1;
        part->others_count = count - 1;
        part->asides_count = 0;
    }
    return OK;
}

/* "And which mugs do you have?" is answered by what fits it. */
static void several_wish(struct brief *part)
{
    const struct product *const *asides = part->others + brief_named_count(part);
    size_t count = part->asides_count;
    part->is_shelf = true;
    part->product = count > 0 ? asides[0] : NULL;
    part->others = asides + min_size(count, 1);
    part->others_count = count - min_size(count, 1);
    part->asides_count = 0;
}

/* The brief of one question. What it names goes before what the whole message names. */
static enum err several_part(struct arena *arena, const struct brief *brief,
                             const struct question *question, struct part *ret_part)
{
    struct event *event = arena_new(arena, struct event);
    unsigned *covers = arena_zero(arena, brief->passages_count + 1, sizeof(*covers));
    const struct product *product = brief_product(brief);
    struct str names = product ? product->name : STR_NONE;
    struct passage_cover cover;
    if (!event || !covers) {
        return ERR_NOMEM;
    }
    *event = *brief->event;
    event->message.text = question->text;
    passage_cover_init(&cover, NULL, brief->passages_count, question->text, names);
    for (size_t i = 0; i < brief->passages_count; i++) {
        covers[i] = passage_cover_of(&cover, &brief->passages[i]);
    }
    struct brief part = *brief;
    part.event = event;
    part.mended = STR_NONE;
    part.covers = covers;
    part.intent = question->intent;
    part.is_named_found = false;
    if (brief->aside.len > 0 && str_eq(brief->aside, question->text)) {
        several_wish(&part);
        *ret_part = (struct part){ part, true };
        return OK;
    }
    TRY(several_narrow(arena, question->text, &part));
    brief_find_named(&part);
    bool is_wish = part.intent == INTENT_OTHER && naming_intent(&part) == INTENT_ORDER_STATUS;
    part.intent = is_wish ? INTENT_ORDER_STATUS : part.intent;
    if (!part.named && !part.names_number) {
        part.named = brief_order_named(brief);
    }
    bool is_of_order = part.intent == INTENT_PRICE && !product && brief_order(&part);
    part.intent = is_of_order ? INTENT_ORDER_STATUS : part.intent;
    *ret_part = (struct part){ part, question->weight > 0 || is_wish || several_words(&cover) > 0 };
    return OK;
}

/* What was said so far; what is not told, and what has to be asked back, stand behind it. */
struct saying {
    struct str told;
    struct str back;
    bool is_short;
};

/* What the answer begins with may have been said already: the state of an order. */
static enum err several_join(struct arena *arena, struct str answer, struct str *text)
{
    struct str rest = answer;
    struct str line = STR_NONE;
    bool is_said = true;
    while (is_said && rest.len > 0) {
        answer = rest;
        (void)str_split(&rest, '\n', &line);
        is_said = str_find(*text, line) < text->len;
    }
    const struct str parts[] = { *text, text->len > 0 ? STR("\n") : STR_NONE, answer };
    return is_said ? OK : arena_join(arena, parts, countof(parts), text);
}

static enum err several_say_part(struct arena *arena, const struct part *part,
                                 struct saying *saying)
{
    struct str line = STR_NONE;
    const struct brief *brief = &part->brief;
    if (!part->asks) {
        return OK;
    }
    enum err err = builtin_one(arena, brief, &line);
    bool is_back = builtin_one_asks_back(brief);
    if (err == ERR_NO_FACTS) {
        saying->is_short = true;
        return OK;
    }
    TRY(err);
    return several_join(arena, line, is_back ? &saying->back : &saying->told);
}

/* Of more than SEVERAL_MORE_MAX others the rest is not told. */
static enum err several_say_more(struct arena *arena, const struct brief *brief,
                                 const struct several *several, struct saying *saying)
{
    size_t more = 0;
    for (size_t i = 0; i < several->count; i++) {
        const struct question *question = &several->all[i];
        struct part part;
        if (!question->is_asked || i == several->first ||
            several_is_asked_before(brief, several, i)) {
            continue;
        }
        if (!several_may_be_told(question->intent) || more == SEVERAL_MORE_MAX) {
            saying->is_short = true;
            continue;
        }
        more++;
        TRY(several_part(arena, brief, question, &part));
        TRY(several_say_part(arena, &part, saying));
    }
    return OK;
}

/* What only a person can answer of the first question hands all of it over. */
enum err builtin_several(struct arena *arena, const struct brief *brief, struct str *ret_text)
{
    struct plain plain;
    struct several several;
    struct saying saying = { .is_short = false };
    if (!several_in(brief, &plain, &several)) {
        return builtin_one(arena, brief, ret_text);
    }
    struct part first = { *brief, true };
    TRY(several_narrow(arena, several.all[several.first].text, &first.brief));
    if (brief->intent == INTENT_OTHER) {
        TRY(several_part(arena, brief, &several.all[several.first], &first));
    }
    TRY(several_say_part(arena, &first, &saying));
    if (saying.told.len + saying.back.len == 0) {
        return ERR_NO_FACTS;
    }
    TRY(several_say_more(arena, brief, &several, &saying));
    TRY(several_join(arena, saying.back, &saying.told));
    if (saying.is_short) {
        TRY(builtin_add_untold(arena, brief, &saying.told));
    }
    *ret_text = saying.told;
    return OK;
}
