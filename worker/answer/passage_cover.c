/* passage_cover.c - see passage_cover.h. A word weighs its inverse document frequency (Spaerck
 * Jones, 1972). Of a row of Han characters each one weighs half a word, and is told if a pair that
 * it belongs to is: pairs that reach from one word into the next stand nowhere. */
#include "worker/answer/passage_cover.h"

#include <math.h>

#include "common/utf8.h"
#include "worker/answer/plain.h"

/* What stands nowhere is rarer than what stands once. */
#define COVER_NOWHERE 0.25
#define COVER_TOPIC 1.0 /* a topic weighs as much as a word that stands nowhere */

/* What can be asked about, but says nothing of what is asked, and what asks. */
static const char cover_things[] =
    "order|orders|ordered|item|items|product|products|thing|things|article|articles|number|"
    "numbers|one|ones|two|many|question|possible|still|also|say|today|tomorrow|now|"
    "今天|明天|现在|订单|单子|商品|产品|东西|可以|能否|有没|没有|能不|不能|怎样|如何|一下|客服|知道|"
    "能退|可退|想退|要退|还能"; /* what is done is a topic */

struct cover_sum {
    double asked;
    double told;
};

static bool cover_is_thing(const struct passage_terms *things, struct str term)
{
    struct str stem = passage_word_stem(term);
    for (size_t i = 0; i < things->count; i++) {
        if (str_eq(passage_word_stem(passage_term(things, i)), stem)) {
            return true;
        }
    }
    return plain_has_any(term, cover_things);
}

void passage_cover_init(struct passage_cover *cover, const struct passage_tally *tally,
                        size_t passages, struct str text, struct str things)
{
    struct passage_terms names;
    cover->tally = tally;
    cover->passages = passages;
    passage_question_words(text, &cover->asked);
    passage_question_topics(text, &cover->topics);
    passage_question_words(things, &names);
    for (size_t i = 0; i < cover->asked.count; i++) {
        cover->is_thing[i] = cover_is_thing(&names, passage_term(&cover->asked, i));
    }
}

static double cover_weight(const struct passage_cover *cover, size_t place)
{
    struct str term = passage_term(&cover->asked, place);
    double count = cover->tally ? (double)passage_tally_of(cover->tally, term) : 0;
    double passages = (double)max_size(cover->passages, 1);
    return log(1.0 + passages / (count > 0 ? count : COVER_NOWHERE));
}

/* Bytes of the first character if it is Han, Kana or Hangul, where each term is a pair; else 0. */
static size_t cover_syllable(struct str term)
{
    size_t at = 0;
    enum utf8_script script = utf8_script_of(utf8_next(term, &at));
    bool is_syllable = script == UTF8_HAN || script == UTF8_KANA || script == UTF8_HANGUL;
    return is_syllable ? at : 0;
}

/* Whether the term at `place` begins with the character that the one before it ends with. */
static bool cover_goes_on(const struct passage_cover *cover, size_t place)
{
    if (place == 0 || place >= cover->asked.count) {
        return false;
    }
    struct str last = passage_term(&cover->asked, place - 1);
    struct str term = passage_term(&cover->asked, place);
    size_t head = cover_syllable(last);
    size_t first = cover_syllable(term);
    return head > 0 && first > 0 && head < last.len &&
           str_eq(str_slice(last, head, last.len), str_slice(term, 0, first));
}

/* A character: it belongs to the term at `place`, and to the one before it if they share it. */
static void cover_add(const struct passage_cover *cover, const bool *stands, size_t before,
                      size_t place, struct cover_sum *sum)
{
    if (cover->is_thing[before] || cover->is_thing[place]) {
        return;
    }
    double weight = fmin(cover_weight(cover, before), cover_weight(cover, place)) / 2;
    sum->asked += weight;
    sum->told += stands[before] || stands[place] ? weight : 0;
}

static void cover_add_term(const struct passage_cover *cover, const bool *stands, size_t place,
                           struct cover_sum *sum)
{
    struct str term = passage_term(&cover->asked, place);
    size_t first = cover_syllable(term);
    if (first == 0) { /* a word is two halves */
        cover_add(cover, stands, place, place, sum);
        cover_add(cover, stands, place, place, sum);
        return;
    }
    cover_add(cover, stands, cover_goes_on(cover, place) ? place - 1 : place, place, sum);
    if (first < term.len && !cover_goes_on(cover, place + 1)) {
        cover_add(cover, stands, place, place, sum);
    }
}

static bool cover_has_topic(const struct passage_terms *topics, struct str topic)
{
    for (size_t i = 0; i < topics->count; i++) {
        if (str_eq(passage_term(topics, i), topic)) {
            return true;
        }
    }
    return false;
}

static void cover_add_topics(const struct passage_cover *cover, const struct passage *passage,
                             struct cover_sum *sum)
{
    struct passage_terms title;
    struct passage_terms text;
    double weight = COVER_TOPIC * log(1.0 + (double)max_size(cover->passages, 1) / COVER_NOWHERE);
    passage_question_topics(passage->title, &title);
    passage_question_topics(passage->text, &text);
    for (size_t i = 0; i < cover->topics.count; i++) {
        struct str topic = passage_term(&cover->topics, i);
        bool has = cover_has_topic(&title, topic) || cover_has_topic(&text, topic);
        sum->asked += weight;
        sum->told += has ? weight : 0;
    }
}

unsigned passage_cover_of(const struct passage_cover *cover, const struct passage *passage)
{
    bool stands[PASSAGE_TERMS_MAX];
    struct cover_sum sum = { 0 };
    passage_words_stand(&cover->asked, passage, stands);
    for (size_t i = 0; i < cover->asked.count; i++) {
        cover_add_term(cover, stands, i, &sum);
    }
    if (sum.asked <= 0) {
        return 0;
    }
    cover_add_topics(cover, passage, &sum);
    return (unsigned)(100 * sum.told / sum.asked + 0.5);
}
