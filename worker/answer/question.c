/* question.c - see question.h. */
#include "worker/answer/question.h"

/* What one part names and the others are about, too. */
static const concept_set question_topics = CONCEPT_BIT(MINE) | CONCEPT_BIT(NUMBER);

static const struct str question_joints[] = {
    STR("?"),      STR("!"),    STR(";"),    STR("\n"),    STR(". "),
    STR(", "),     STR(","),    STR("。"),   STR(" and "), STR(" & "),
    STR(" plus "), STR("还有"), STR("另外"), STR("以及"),  STR("顺便"),
};

/* A part that begins with one of these asks. */
static const char question_starts[] =
    "what|what's|whats|when|when's|where|where's|wheres|how|how's|which|who|why|can|could|do|does|"
    "did|is|are|will|would|may|has|have|should";

/* One that has one of these asks, or wishes for something. */
static const char question_marks[] =
    "吗|么|多少|多久|几|什么|怎么|怎样|哪|能不能|可以|可不可以|能否|是否|是不是|何时|请|想|要|帮|"
    "查|呢|"
    "how much|how long|how many|want|like to|need|please|tell me|let me know|wondering|wonder";

/* Where the first joint stands, from byte `from` on, and the byte behind it; text.len: nowhere. */
static size_t question_joint(struct str text, size_t from, size_t *ret_end)
{
    for (size_t at = from; at < text.len; at++) {
        struct str rest = str_slice(text, at, text.len);
        for (size_t i = 0; i < countof(question_joints); i++) {
            if (str_starts(rest, question_joints[i])) {
                *ret_end = at + question_joints[i].len;
                return at;
            }
        }
    }
    *ret_end = text.len;
    return text.len;
}

/* Bytes of a word that only leads to the question, with its space; 0: it is one of the question. */
static size_t question_link(struct str part)
{
    static const char links[] = "and|also|but|or|then|so|plus|secondly|finally|well|ok|okay|hi|"
                                "hello";
    size_t len = 0;
    while (len < part.len && plain_is_letter(part.ptr[len])) {
        len++;
    }
    bool is_link = len > 0 && len < part.len && part.ptr[len] == ' ' &&
                   plain_has_any(str_slice(part, 0, len), links);
    return is_link ? len + 1 : 0;
}

/* "And do you ship there?" begins with "do". */
static struct str question_core(struct str part)
{
    size_t from = 0;
    for (size_t len = 1; len > 0; from += len) {
        len = question_link(str_slice(part, from, part.len));
    }
    return str_slice(part, from, part.len);
}

/* "How much is A and B?": a part that only ends like a question goes on with the one before. */
static bool question_is_outright(struct str whole)
{
    struct str part = question_core(whole);
    static const char chinese[] = "吗|什么|多少|几|怎么|怎样|哪|谁|能否|是否|能不能|可不可以|是不是";
    size_t len = 0;
    while (len < part.len && (plain_is_letter(part.ptr[len]) || part.ptr[len] == '\'')) {
        len++;
    }
    struct str first = str_slice(part, 0, len);
    return (len > 0 && plain_has_any(first, question_starts)) || plain_has_any(part, chinese);
}

/* What the part is about by itself. */
static concept_set question_about(struct str part)
{
    struct plain plain;
    struct concepts concepts;
    plain_of(part, &plain);
    concepts_in(&plain, &concepts);
    return concepts.all;
}

/* The topics of the whole text count, too, but alone they tell nothing of this part. */
static enum intent question_intent(concept_set about, concept_set topics, int *ret_weight)
{
    int topics_weight;
    (void)intent_of_part(topics, &topics_weight);
    enum intent intent = intent_of_part(about | topics, ret_weight);
    bool is_of_topics = *ret_weight == topics_weight && (about & topics) != topics;
    return is_of_topics ? intent_of_part(about, ret_weight) : intent;
}

size_t questions_in(const struct plain *plain, struct question ret_questions[QUESTIONS_MAX],
                    enum intent *ret_whole)
{
    struct str text = plain_str(plain);
    struct concepts whole;
    size_t count = 0;
    size_t end = 0;
    concepts_in(plain, &whole);
    for (size_t at = 0; at < text.len && count < QUESTIONS_MAX; at = end) {
        size_t joint = question_joint(text, at, &end);
        struct str part = str_trim(str_slice(text, at, joint - at));
        concept_set about = question_about(part);
        struct question question = { .text = part };
        concept_set topics = about ? whole.all & question_topics : 0;
        question.intent = question_intent(about, topics, &question.weight);
        bool is_outright = question_is_outright(part);
        question.is_asked = is_outright || (joint < text.len && text.ptr[joint] == '?') ||
                            plain_has_any(part, question_marks);
        if (question.weight > 0 || (is_outright && intent_of(part) == INTENT_OTHER)) {
            ret_questions[count++] = question;
        }
    }
    *ret_whole = intent_of_concepts(&whole);
    return count;
}
