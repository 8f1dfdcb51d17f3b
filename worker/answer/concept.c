/* concept.c - see concept.h. More than a thousand words are looked for in each text, almost all
 * in vain. So the words are found from the text and not the other way round: each place of it is
 * compared only with the words that begin with the two bytes that stand there, and by their first
 * eight bytes at once. */
#include "worker/answer/concept.h"

#include <stdlib.h>

#define LEXICON_SLOTS 1024
#define CONCEPT_ID_DIGITS_MIN 3
#define CONCEPT_GIVE_BACK_WORDS_MAX 5 /* between the verb and "back" */

struct vocabulary {
    const struct str *words;
    size_t words_count;
};

/* One word of one concept. */
struct lexeme {
    uint64_t head; /* the first eight bytes of the word, as far as it has them; zeros behind it */
    uint64_t mask; /* the bits of those that it has */
    struct str word;
    concept_set bit;
    bool is_first; /* only where a sentence begins */
};

#define W(word) { word, sizeof(word) - 1 },
#define CONCEPT(name, ...) static const struct str words_of_##name[] = { __VA_ARGS__ { NULL, 0 } };
#include "worker/answer/concept.def"
#undef CONCEPT
#undef W

static const struct vocabulary vocabularies[CONCEPT_COUNT] = {
#define CONCEPT(name, ...) { words_of_##name, countof(words_of_##name) - 1 },
#include "worker/answer/concept.def"
#undef CONCEPT
};

_Static_assert(CONCEPT_COUNT <= 64, "concepts are bits of one word");

enum {
    LEXEMES = 0
#define CONCEPT(name, ...) + countof(words_of_##name) - 1
#include "worker/answer/concept.def"
#undef CONCEPT
};

_Static_assert(LEXEMES < UINT16_MAX, "lexemes are numbered in 16 bits");

/* In the order of their slots, which their first two bytes choose; made before main(), since C
 * cannot do it while it compiles, and only read from then on. */
static struct lexeme lexemes[LEXEMES];
static uint16_t lexicon[LEXICON_SLOTS + 1]; /* the first lexeme of a slot or of a later one */

/* What can be denied. */
static const concept_set concept_wishes = CONCEPT_BIT(REFUND) | CONCEPT_BIT(RETURN) |
                                          CONCEPT_BIT(EXCHANGE) | CONCEPT_BIT(GIVE_BACK) |
                                          CONCEPT_BIT(RETURNED) | CONCEPT_BIT(CANCEL) |
                                          CONCEPT_BIT(PERSON) | CONCEPT_BIT(COMPLAIN) |
                                          CONCEPT_BIT(ANGRY);

struct negation {
    struct str word;
    size_t reach;
};

static const struct negation negations[] = {
#define BEHIND(word)
#define CALM(word, reach)
#define NEGATION(word, reach) { { word, sizeof(word) - 1 }, reach },
#include "worker/answer/negation.def"
#undef NEGATION
#undef CALM
#undef BEHIND
};

static const struct str waivers[] = {
#define BEHIND(word) { word, sizeof(word) - 1 },
#define CALM(word, reach)
#define NEGATION(word, reach)
#include "worker/answer/negation.def"
#undef NEGATION
#undef CALM
#undef BEHIND
};

/* More words deny anger than deny a wish: "no refund yet" is one, "no anger" is none. */
static const struct negation calms[] = {
#define BEHIND(word)
#define CALM(word, reach) { { word, sizeof(word) - 1 }, reach },
#define NEGATION(word, reach)
#include "worker/answer/negation.def"
#undef NEGATION
#undef CALM
#undef BEHIND
};

/* Characters that end what a Chinese negation reaches: 不要了怎么退 asks for a return. */
static const struct str concept_stops[] = {
    { "了", 3 }, { "怎", 3 }, { "吗", 3 }, { "能", 3 }, { "可", 3 }, { "如", 3 },
    { "但", 3 }, { "只", 3 }, { "而", 3 }, { "就", 3 }, { "这", 3 }, { "那", 3 },
};

/* After these, "don't" is about somebody else: "if you don't refund me". */
static const struct str concept_others[] = {
    { "you ", 4 }, { "they ", 5 }, { "we ", 3 }, { "why ", 4 }, { "u ", 2 },
};

struct scan {
    struct str text;
    size_t starts[CONCEPT_SENTENCES_MAX]; /* where each sentence begins */
    size_t count;
};

static size_t lexicon_slot(const char *bytes)
{
    size_t first = (unsigned char)bytes[0];
    size_t second = (unsigned char)bytes[1];
    return (first * 37 + second) % LEXICON_SLOTS;
}

static uint64_t lexeme_load(const char *bytes, size_t len)
{
    uint64_t word = 0;
    memcpy(&word, bytes, min_size(len, sizeof(word)));
    return word;
}

static struct lexeme lexeme_of(struct str word, size_t concept)
{
    static const char ones[] = "\xff\xff\xff\xff\xff\xff\xff\xff";
    bool is_first = word.len > 1 && word.ptr[0] == '^';
    struct str bare = str_slice(word, is_first ? 1 : 0, word.len);
    assert(bare.len >= 2);
    size_t fixed = bare.len - (bare.ptr[bare.len - 1] == '*' ? 1 : 0);
    return (struct lexeme){ .head = lexeme_load(bare.ptr, fixed),
                            .mask = lexeme_load(ones, fixed),
                            .word = bare,
                            .bit = UINT64_C(1) << concept,
                            .is_first = is_first };
}

static int lexeme_order(const void *left, const void *right)
{
    const struct lexeme *a = left;
    const struct lexeme *b = right;
    return (int)lexicon_slot(a->word.ptr) - (int)lexicon_slot(b->word.ptr);
}

__attribute__((constructor)) static void lexicon_build(void)
{
    size_t count = 0;
    for (size_t i = 0; i < CONCEPT_COUNT; i++) {
        for (size_t j = 0; j < vocabularies[i].words_count; j++) {
            lexemes[count++] = lexeme_of(vocabularies[i].words[j], i);
        }
    }
    qsort(lexemes, count, sizeof(lexemes[0]), lexeme_order);
    for (size_t i = 0; i < count; i++) {
        lexicon[lexicon_slot(lexemes[i].word.ptr) + 1] = (uint16_t)(i + 1);
    }
    for (size_t slot = 0; slot < LEXICON_SLOTS; slot++) {
        lexicon[slot + 1] = lexicon[slot + 1] ? lexicon[slot + 1] : lexicon[slot];
    }
}

/* Bytes of the sentence's end at `at`; 0: none. A full stop ends one only before a space. */
static size_t scan_sentence_end(struct str text, size_t at)
{
    char c = text.ptr[at];
    bool is_last = at + 1 == text.len;
    if (c == '?' || c == '!' || c == ';' || c == '\n') {
        return 1;
    }
    if (c == '.' && (is_last || text.ptr[at + 1] == ' ' || text.ptr[at + 1] == '\n')) {
        return 1;
    }
    return (unsigned char)c >= 0x80 && str_starts(str_slice(text, at, 3), STR("。")) ? 3 : 0;
}

static void scan_sentences(struct scan *scan)
{
    scan->count = 1;
    for (size_t at = 0; at < scan->text.len;) {
        size_t end = scan_sentence_end(scan->text, at);
        at += end ? end : 1;
        bool is_space = at < scan->text.len && scan->text.ptr[at] == ' ';
        if (!end || scan->count == CONCEPT_SENTENCES_MAX) {
            continue;
        }
        scan->starts[scan->count] = at + (is_space ? 1 : 0);
        /* Ends behind ends ("?!") do not make empty sentences. */
        if (scan->starts[scan->count] < scan->text.len &&
            !scan_sentence_end(scan->text, scan->starts[scan->count])) {
            scan->count++;
        }
    }
}

static size_t scan_sentence_of(const struct scan *scan, size_t at)
{
    size_t sentence = scan->count - 1;
    while (scan->starts[sentence] > at) {
        sentence--;
    }
    return sentence;
}

/* The clause before `at`: from the last comma or the start of the sentence. */
static struct str scan_clause(const struct scan *scan, size_t at)
{
    size_t start = scan->starts[scan_sentence_of(scan, at)];
    for (size_t i = start; i < at; i++) {
        if (scan->text.ptr[i] == ',' ||
            str_eq(str_slice(scan->text, i, 3), STR("、"))) {
            start = i + 1;
        }
    }
    return str_slice(scan->text, start, at - start);
}

/* Characters and, for English, words between a negation and what it may deny. */
static size_t gap_length(struct str gap, bool is_ascii)
{
    size_t length = 0;
    for (size_t i = 0; i < gap.len; i++) {
        bool starts_char = ((unsigned char)gap.ptr[i] & 0xC0) != 0x80;
        bool starts_word = gap.ptr[i] != ' ' && (i == 0 || gap.ptr[i - 1] == ' ');
        length += is_ascii ? starts_word : starts_char;
    }
    return length;
}

static bool gap_is_stopped(struct str gap)
{
    for (size_t i = 0; i < countof(concept_stops); i++) {
        if (str_find(gap, concept_stops[i]) < gap.len) {
            return true;
        }
    }
    return false;
}

/* 要不要, 能不能: a question, no negation. */
static bool is_choice(struct str clause, size_t at, struct str word)
{
    return word.len >= 6 && at >= 3 && str_starts(word, STR("不")) &&
           str_eq(str_slice(clause, at - 3, 3), str_slice(word, 3, 3));
}

static bool is_about_others(struct str clause, size_t at)
{
    for (size_t i = 0; i < countof(concept_others); i++) {
        struct str other = concept_others[i];
        if (at >= other.len && str_eq(str_slice(clause, at - other.len, other.len), other)) {
            return true;
        }
    }
    return false;
}

/* "Don't forget my refund". */
static bool is_denied_itself(struct str clause, size_t at)
{
    struct str before = str_slice(clause, at >= 5 ? at - 5 : 0, at >= 5 ? 5 : at);
    return str_find(before, STR("n't ")) < before.len ||
           str_find(before, STR("not ")) < before.len || str_eq(before, STR("dont "));
}

static bool negation_denies(const struct negation *negation, struct str clause)
{
    struct str word = negation->word;
    bool is_ascii = (unsigned char)word.ptr[0] < 0x80;
    for (size_t at = 0; (at = plain_find(clause, at, word)) < clause.len; at++) {
        struct str gap = str_slice(clause, at + word.len, clause.len);
        bool is_near = gap_length(gap, is_ascii) <= negation->reach;
        bool is_other = is_ascii ? is_about_others(clause, at) || is_denied_itself(clause, at)
                                 : is_choice(clause, at, word);
        if (is_near && !is_other && !gap_is_stopped(gap)) {
            return true;
        }
    }
    return false;
}

/* 退款就不用了, "no refund needed", 不退款了: what stands behind the wish denies it, alone or with
 * what stands before. 怎么还不退款了 asks why there is none. */
static bool scan_is_waived(struct str clause, struct str word, struct str behind)
{
    static const char asks[] = "怎么|为什么|为何|为啥|凭什么|还|再|咋|是不是";
    bool is_waived = false;
    for (size_t i = 0; i < countof(waivers) && !is_waived; i++) {
        is_waived = str_starts(behind, waivers[i]);
    }
    bool is_needless = str_starts(behind, STR(" needed")) ||
                       str_starts(behind, STR(" necessary")) ||
                       str_starts(behind, STR(" required"));
    bool is_over = str_starts(behind, STR("了")) ||
                   (word.len > 3 && str_eq(str_slice(word, word.len - 3, 3), STR("了")));
    size_t last = clause.len >= 3 ? clause.len - 3 : 0;
    bool is_none = is_needless && plain_is_at(clause, last, STR("no"));
    bool is_dropped = is_over && str_eq(str_slice(clause, last, 3), STR("不")) &&
                      !plain_has_any(clause, asks);
    return is_waived || is_none || is_dropped;
}

static bool scan_is_denied(const struct scan *scan, size_t at, const struct lexeme *lexeme)
{
    struct str clause = scan_clause(scan, at);
    concept_set bit = lexeme->bit;
    bool is_open = lexeme->word.ptr[lexeme->word.len - 1] == '*';
    size_t end = at + lexeme->word.len - (is_open ? 1 : 0);
    while (is_open && end < scan->text.len && plain_is_letter(scan->text.ptr[end])) {
        end++;
    }
    if (scan_is_waived(clause, lexeme->word, str_slice(scan->text, end, scan->text.len))) {
        return true;
    }
    for (size_t i = 0; i < countof(negations); i++) {
        if (negation_denies(&negations[i], clause)) {
            return true;
        }
    }
    for (size_t i = 0; bit == CONCEPT_BIT(ANGRY) && i < countof(calms); i++) {
        if (negation_denies(&calms[i], clause)) {
            return true;
        }
    }
    return false;
}

static void scan_lexeme(const struct scan *scan, size_t at, const struct lexeme *lexeme,
                        struct concepts *found)
{
    if (!plain_is_at(scan->text, at, lexeme->word)) {
        return;
    }
    size_t sentence = scan_sentence_of(scan, at);
    bool is_misplaced = lexeme->is_first && scan->starts[sentence] != at;
    bool is_denied = (concept_wishes & lexeme->bit) && scan_is_denied(scan, at, lexeme);
    found->denied |= is_denied ? lexeme->bit : 0;
    if (!is_misplaced && !is_denied) {
        found->sentences[sentence] |= lexeme->bit;
    }
}

/* `plain` is what the scan is of. */
static void scan_words(const struct scan *scan, const struct plain *plain, struct concepts *found)
{
    for (size_t at = 0; at + 1 < scan->text.len; at++) {
        if (plain_is_inside(scan->text, at)) {
            continue;
        }
        size_t slot = lexicon_slot(plain->bytes + at);
        uint64_t head = lexeme_load(plain->bytes + at, PLAIN_TAIL_BYTES);
        for (size_t i = lexicon[slot]; i < lexicon[slot + 1]; i++) {
            if ((head & lexemes[i].mask) == lexemes[i].head) {
                scan_lexeme(scan, at, &lexemes[i], found);
            }
        }
    }
}

/* Order numbers: five digits or more in a row of letters, digits and hyphens. */
static void scan_numbers(const struct scan *scan, struct concepts *found)
{
    size_t digits = 0;
    for (size_t at = 0; at < scan->text.len; at++) {
        char c = scan->text.ptr[at];
        bool is_digit = c >= '0' && c <= '9';
        digits = is_digit ? digits + 1 : digits;
        if (!is_digit && c != '-' && !(c >= 'a' && c <= 'z')) {
            digits = 0;
        }
        if (digits >= 5) {
            found->sentences[scan_sentence_of(scan, at)] |= CONCEPT_BIT(NUMBER);
        }
    }
}

/* Three digits or more behind a hyphen behind letters. */
static bool is_id_at(struct str text, size_t hyphen)
{
    size_t digits = 0;
    while (hyphen + 1 + digits < text.len && str_is_digit(text.ptr[hyphen + 1 + digits])) {
        digits++;
    }
    return digits >= CONCEPT_ID_DIGITS_MIN && text.ptr[hyphen - 1] >= 'a' &&
           text.ptr[hyphen - 1] <= 'z';
}

static void scan_ids(const struct scan *scan, struct concepts *found)
{
    for (size_t at = 1; at < scan->text.len; at++) {
        if (scan->text.ptr[at] == '-' && is_id_at(scan->text, at)) {
            found->sentences[scan_sentence_of(scan, at)] |= CONCEPT_BIT(ID);
        }
    }
}

/* Where the verb of "send the blue kettle back" stands, of which `back` is the end; text.len:
 * nowhere. "Send me word when the kettle is back" has none. */
static size_t give_back_from(const struct scan *scan, size_t back)
{
    static const struct str verbs[] = { STR("send "), STR("sending "), STR("ship "),
                                        STR("give "), STR("mail "), STR("post ") };
    struct str clause = scan_clause(scan, back);
    size_t start = (size_t)(clause.ptr - scan->text.ptr);
    for (size_t i = 0; i < countof(verbs); i++) {
        for (size_t at = 0; (at = plain_find(clause, at, verbs[i])) < clause.len; at++) {
            struct str thing = str_slice(clause, at + verbs[i].len, clause.len);
            bool is_thing = str_starts(thing, STR("the ")) || str_starts(thing, STR("this ")) ||
                            str_starts(thing, STR("these ")) || str_starts(thing, STR("my "));
            if (is_thing && gap_length(thing, true) <= CONCEPT_GIVE_BACK_WORDS_MAX) {
                return start + at;
            }
        }
    }
    return scan->text.len;
}

static void scan_give_backs(const struct scan *scan, struct concepts *found)
{
    static const struct lexeme verb = { .word = STR("send"), .bit = CONCEPT_BIT(GIVE_BACK) };
    struct str text = scan->text;
    for (size_t at = 0; (at = plain_find(text, at, STR("back"))) < text.len; at++) {
        size_t from = give_back_from(scan, at);
        if (from < text.len && scan_is_denied(scan, from, &verb)) {
            found->denied |= verb.bit;
        } else if (from < text.len) {
            found->sentences[scan_sentence_of(scan, at)] |= verb.bit;
        }
    }
}

size_t concept_find(struct str text, size_t from, enum concept concept, size_t *ret_end)
{
    const struct vocabulary *vocabulary = &vocabularies[concept];
    size_t first = text.len;
    for (size_t i = 0; i < vocabulary->words_count; i++) {
        struct str word = vocabulary->words[i];
        size_t at = plain_find(text, from, word);
        if (at < first || (at == first && at < text.len && at + word.len > *ret_end)) {
            first = at;
            *ret_end = at + word.len;
        }
    }
    return first;
}

struct str concept_word(enum concept concept, size_t number)
{
    const struct vocabulary *vocabulary = &vocabularies[concept];
    return number < vocabulary->words_count ? vocabulary->words[number] : STR_NONE;
}

void concepts_in(const struct plain *plain, struct concepts *ret_concepts)
{
    struct scan scan = { .text = plain_str(plain) };
    struct concepts found = { .count = 0 };
    scan_sentences(&scan);
    scan_words(&scan, plain, &found);
    scan_numbers(&scan, &found);
    scan_ids(&scan, &found);
    scan_give_backs(&scan, &found);
    found.count = scan.count;
    for (size_t i = 0; i < scan.count; i++) {
        found.all |= found.sentences[i];
    }
    *ret_concepts = found;
}
