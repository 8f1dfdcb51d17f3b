/* builtin_page.c - see builtin_page.h. */
#include "worker/answer/builtin_page.h"

#include "worker/answer/brief_order.h"
#include "worker/answer/builtin_order.h"
#include "worker/answer/concept.h"
#include "worker/answer/language.h"
#include "worker/answer/place.h"

/* A text of digits and names fits every language. */
bool builtin_page_is_readable(const struct brief *brief, const struct passage *passage)
{
    return str_eq(language_of(passage->text, brief->language, brief->language), brief->language);
}

/* What a passage has to be about, if the question is about something that is done to an order, or
 * about when one is there for customers. */
static concept_set page_topic(const struct brief *brief)
{
    switch (brief->intent) {
    case INTENT_RETURN:
        return CONCEPT_BIT(RETURN) | CONCEPT_BIT(GIVE_BACK) | CONCEPT_BIT(RETURNED) |
               CONCEPT_BIT(EXCHANGE);
    case INTENT_REFUND:
        return CONCEPT_BIT(REFUND);
    case INTENT_CANCEL:
        return CONCEPT_BIT(CANCEL) | CONCEPT_BIT(GOT_CANCELLED);
    case INTENT_ADDRESS:
        return CONCEPT_BIT(ADDRESS); /* page_is_of_change() wants more */
    case INTENT_OTHER:
        return brief_about(brief) & CONCEPT_BIT(HOURS);
    case INTENT_SHIPPING_TIME:
    case INTENT_ORDER_STATUS:
    case INTENT_PRICE:
    case INTENT_STOCK:
    case INTENT_PRODUCT:
    case INTENT_COMPLAINT:
    case INTENT_PERSON:
    case INTENT_ANGRY:
    case INTENT_GREETING:
    case INTENT_THANKS:
    case INTENT_SCOPE:
    case INTENT_NOD:
    case INTENT_HELP:
    case INTENT_ROBOT:
        return 0;
    }
    BUG("no such intent");
}

/* Only a person does these. */
static bool page_is_change(enum intent intent)
{
    return intent == INTENT_REFUND || intent == INTENT_CANCEL || intent == INTENT_ADDRESS;
}

/* Where the shop is is an address, too, that nobody wants changed. */
static bool page_is_of_change(const struct passage *passage)
{
    const concept_set changes = CONCEPT_BIT(CHANGE) | CONCEPT_BIT(ORDER);
    return ((brief_concepts(passage->title) | brief_concepts(passage->text)) & changes) != 0;
}

/* "Exchange" of "Returns / Exchange". */
static struct str page_heading(const struct passage *passage)
{
    struct str rest = passage->title;
    struct str heading = STR_NONE;
    while (str_split(&rest, '/', &heading)) {
        continue;
    }
    return str_trim(heading);
}

/* Whether the question has the words of the heading right above the passage. */
static bool page_is_headed(struct str text, const struct passage *passage)
{
    struct plain plain;
    struct plain heading;
    plain_of(text, &plain);
    plain_of(page_heading(passage), &heading);
    return heading.len > 0 && plain_has(plain_str(&plain), plain_str(&heading));
}

static bool page_is_named(const struct brief *brief, const struct passage *passage)
{
    return page_is_headed(brief_text(brief), passage);
}

/* What no rule knows is answered by a page that tells a good part of what is asked. */
static bool page_tells(const struct brief *brief, size_t place, place_set countries)
{
    if (place_is_untold(countries, brief->passages[place].text)) {
        return false;
    }
    return brief->intent != INTENT_OTHER || page_topic(brief) != 0 || !brief->covers ||
           brief->covers[place] >= PASSAGE_COVER_MIN;
}

/* What a section can be about besides its topic, so that the question has to ask for it, too: "What
 * a return costs" does not tell how to return. */
static const concept_set page_asides = CONCEPT_BIT(EXCHANGE) | CONCEPT_BIT(PRICE) |
                                       CONCEPT_BIT(FREIGHT) | CONCEPT_BIT(REFUND) |
                                       CONCEPT_BIT(BROKEN) | CONCEPT_BIT(PAY) |
                                       CONCEPT_BIT(CANCEL);

/* What is done to an order. Such a section may tell who pays for the way back, or by what
 * means money comes back, which is neither what shipping costs nor how to pay. */
static const concept_set page_changes = CONCEPT_BIT(RETURN) | CONCEPT_BIT(GIVE_BACK) |
                                        CONCEPT_BIT(RETURNED) | CONCEPT_BIT(EXCHANGE) |
                                        CONCEPT_BIT(REFUND) | CONCEPT_BIT(CANCEL);

/* What the message is about, or leans on: "And who pays for that?" */
static concept_set page_spoken_of(const struct brief *brief)
{
    size_t count = brief->history_count;
    concept_set before = count > 0 ? brief_concepts(brief->history[count - 1].text) : 0;
    return brief_about(brief) | before;
}

/* "Do you deliver on Saturdays?" is not answered by until when one can send back what was
 * delivered, nor where the shop is by how to change an address, nor whether there are e-books by
 * when they can be returned. */
static bool page_is_of_other_deed(const struct brief *brief, const struct passage *passage)
{
    const concept_set move = CONCEPT_BIT(ADDRESS) | CONCEPT_BIT(CHANGE);
    concept_set asked = page_spoken_of(brief);
    concept_set title = brief_concepts(passage->title);
    bool is_change = (title & page_changes) != 0 && (asked & (page_changes | title)) == 0;
    bool is_move = (title & move) == move && (asked & CONCEPT_BIT(CHANGE)) == 0;
    return (brief->intent == INTENT_OTHER || brief->is_wish) && (is_change || is_move);
}

/* An exchange is a return, too, but who asks for one of the two means that one. */
static concept_set page_wanted(concept_set topic, concept_set asked)
{
    const concept_set returns = CONCEPT_BIT(RETURN) | CONCEPT_BIT(GIVE_BACK);
    bool is_return = (asked & returns) != 0;
    bool is_exchange = (asked & CONCEPT_BIT(EXCHANGE)) != 0;
    if (is_return == is_exchange) {
        return topic;
    }
    return is_return ? topic & ~CONCEPT_BIT(EXCHANGE) : topic & CONCEPT_BIT(EXCHANGE);
}

/* A title that names it is about it; a text that does may be. */
static int page_about(const struct passage *passage, concept_set topic)
{
    bool is_in_title = (brief_concepts(passage->title) & topic) != 0;
    return is_in_title ? 2 : (brief_concepts(passage->text) & topic) != 0 ? 1 : 0;
}

/* "Returns / Who pays", where the question does not ask for that. */
static bool page_is_on_payer(struct str heading, struct str question)
{
    static const char payer[] = "who pays|谁付|谁出|承担";
    struct plain plain;
    plain_of(heading, &plain);
    bool is_on_payer = plain_has_any(plain_str(&plain), payer);
    plain_of(is_on_payer ? question : STR_NONE, &plain);
    return is_on_payer && !plain_has_any(plain_str(&plain), payer);
}

/* "Can I pay by invoice?" is not answered by whether one gets an invoice. */
static bool page_is_of_other_invoice(struct str question, const struct passage *passage)
{
    static const char means[] = "by invoice|on invoice|per invoice|on account";
    struct plain plain;
    plain_of(question, &plain);
    bool is_means = plain_has_any(plain_str(&plain), means);
    concept_set told = is_means ? brief_concepts(passage->title) | brief_concepts(passage->text)
                                : CONCEPT_BIT(PAY);
    return (told & CONCEPT_BIT(PAY)) == 0;
}

enum { PAGE_WANTED = 16, PAGE_ABOUT = 4, PAGE_NAMED = 2, PAGE_ASIDE = 1 };

/* Of passages that are as much about what is wanted the one whose heading the question names, and
 * last the ones about something else as well. 0: not about it. */
static int page_fit(const struct brief *brief, const struct passage *passage, concept_set topic)
{
    concept_set asked = brief_about(brief);
    concept_set wanted = page_wanted(topic, asked);
    int about = PAGE_WANTED * page_about(passage, wanted) + PAGE_ABOUT * page_about(passage, topic);
    bool is_change = brief->intent != INTENT_ADDRESS || page_is_of_change(passage);
    if (topic != 0 && (about == 0 || !is_change)) {
        return 0;
    }
    if (page_is_of_other_invoice(brief_text(brief), passage) ||
        page_is_of_other_deed(brief, passage)) {
        return 0;
    }
    concept_set heading = brief_concepts(page_heading(passage));
    const concept_set costs = CONCEPT_BIT(FREIGHT) | CONCEPT_BIT(PAY);
    concept_set title = brief_concepts(passage->title);
    bool is_under = (title & page_changes) && !(title & CONCEPT_BIT(SHIP)) &&
                    !(asked & page_changes); /* 运费 under 退换货 */
    if ((asked & costs) && (is_under || (heading & page_changes & ~asked) != 0)) {
        return 0;
    }
    concept_set asides = topic ? heading & page_asides : 0;
    bool is_named = !page_is_change(brief->intent) && page_is_named(brief, passage);
    bool is_aside = (asides & ~wanted & ~asked) != 0 ||
                    (topic && page_is_on_payer(page_heading(passage), brief_text(brief)));
    return PAGE_NAMED + about + (is_named ? PAGE_NAMED : 0) - (is_aside ? PAGE_ASIDE : 0);
}

/* NULL: there is none. */
static const struct passage *page_find(const struct brief *brief)
{
    concept_set topic = page_topic(brief);
    const struct passage *best = NULL;
    int best_fit = 0;
    unsigned best_cover = 0;
    bool is_sent = topic == 0 && (brief_about(brief) & CONCEPT_BIT(SHIP)) != 0;
    place_set countries = is_sent ? places_in(brief_text(brief)) : 0;
    for (size_t i = 0; i < brief->passages_count; i++) {
        const struct passage *passage = &brief->passages[i];
        int fit = page_fit(brief, passage, topic);
        unsigned cover = brief->covers && topic != 0 ? brief->covers[i] : 0;
        bool is_better = fit > best_fit || (fit == best_fit && best && cover > best_cover);
        is_better = is_better && builtin_page_is_readable(brief, passage);
        if (is_better && page_tells(brief, i, countries)) {
            best = passage;
            best_fit = fit;
            best_cover = cover;
        }
    }
    return best;
}

enum err builtin_page_lead(struct arena *arena, struct str language, struct str title,
                           struct str *ret_text)
{
    bool is_chinese = str_is(language, "zh");
    const char *lead = is_chinese ? "我们的说明" : "Our pages say";
    const char *open = title.len == 0 ? "" : is_chinese ? "“" : " under \"";
    const char *end = title.len == 0 ? "" : is_chinese ? "”" : "\"";
    return arena_printf(arena, ret_text, "%s%s%.*s%s:", lead, open, STR_ARG(title), end);
}

/* A line of its own: what stands before a quotation is no part of its first sentence. */
static enum err page_quote(struct arena *arena, const struct brief *brief,
                           const struct passage *passage, struct str *ret_text)
{
    struct str lead;
    TRY(builtin_page_lead(arena, brief->language, passage->title, &lead));
    return arena_printf(arena, ret_text, "%.*s\n%.*s", STR_ARG(lead), STR_ARG(passage->text));
}

static enum err page_order(struct arena *arena, const struct brief *brief, struct str *ret_text)
{
    const struct order *order = brief->orders_known ? brief_order_named(brief) : NULL;
    return order ? builtin_order_state(arena, brief, order, ret_text) : OK;
}

bool builtin_page_is_named(const struct brief *brief)
{
    const struct product *product = brief_product(brief);
    struct str name = product ? product->name : STR_NONE;
    for (size_t i = 0; i < brief->passages_count; i++) {
        const struct passage *passage = &brief->passages[i];
        if (page_is_named(brief, passage) && !page_is_headed(name, passage) &&
            builtin_page_is_readable(brief, passage)) {
            return true;
        }
    }
    return false;
}

enum err builtin_page(struct arena *arena, const struct brief *brief, struct str *ret_text)
{
    const struct passage *passage = page_find(brief);
    bool is_chinese = str_is(brief->language, "zh");
    if (!passage) {
        return ERR_NO_FACTS;
    }
    struct str order = STR_NONE;
    struct str quote;
    TRY(page_order(arena, brief, &order));
    TRY(page_quote(arena, brief, passage, &quote));
    const char *person = !page_is_change(brief->intent) ? ""
                         : is_chinese                   ? "\n如需办理，请回复“人工”。"
                                                        : "\nTo have it done, ask for a person.";
    return arena_printf(arena, ret_text, "%.*s%s%.*s%s", STR_ARG(order),
                        order.len > 0 ? "\n" : "", STR_ARG(quote), person);
}
