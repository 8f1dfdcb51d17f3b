/* passage_terms.c - see passage_terms.h. */
#include "worker/answer/passage_terms.h"

#include "common/utf8.h"
#include "worker/answer/concept.h"

#define TERM_STEM_BYTES_MIN 4

/* What a passage can be about; a word of another concept ("my", "when") says nothing of that. */
static const enum concept terms_topics[] = {
    CONCEPT_TRACK,  CONCEPT_SHIP,     CONCEPT_REFUND,  CONCEPT_RETURN, CONCEPT_GIVE_BACK,
    CONCEPT_EXCHANGE,
    CONCEPT_CANCEL, CONCEPT_BROKEN,   CONCEPT_PRICE,   CONCEPT_STOCK,  CONCEPT_DISCOUNT,
    CONCEPT_PAY,    CONCEPT_FREIGHT,  CONCEPT_ADDRESS, CONCEPT_CHANGE, CONCEPT_INVOICE,
    CONCEPT_PERSON, CONCEPT_COMPLAIN, CONCEPT_HOURS,
};

_Static_assert(countof(terms_topics) <= PASSAGE_TERMS_MAX, "one set of terms holds all topics");

static const char *const terms_stop_words[] = {
    "a",     "about", "after", "all",   "am",    "an",    "and",   "any",    "are",   "as",
    "at",    "be",    "been",  "but",   "by",    "can",   "could", "did",    "do",    "does",
    "don",   "for",   "from",  "get",   "give",  "had",   "has",   "have",   "hello", "hi",
    "how",   "i",     "if",    "in",    "is",    "it",    "its",   "just",   "know",  "let",
    "like",  "ll",    "long",  "me",    "much",  "my",    "need",  "no",     "not",   "of",
    "on",    "or",    "our",   "please", "shop", "should", "so",   "some",   "tell",  "thanks",
    "that",  "the",   "their", "them",  "then",  "there", "they",  "this",   "to",    "us",
    "ve",    "want",  "was",   "we",    "were",  "what",  "when",  "where",  "which", "who",
    "why",   "will",  "with",  "would", "yes",   "you",   "your",  "多久",  "多少",
};

/* Characters that make sentences, not subjects: a pair with one of them is no term. */
static const char terms_stop_characters[] =
    "\xe7\x9a\x84\xe4\xba\x86\xe5\x90\x97\xe5\x91\xa2\xe5\x90\xa7\xe5\x95\x8a\xe6\x88\x91"
    "\xe4\xbd\xa0\xe6\x82\xa8\xe4\xbb\x96\xe5\xa5\xb9\xe5\xae\x83\xe4\xbb\xac\xe6\x98\xaf"
    "\xe8\xaf\xb7\xe6\x83\xb3\xe8\xa6\x81\xe8\xbf\x99\xe9\x82\xa3\xe5\x93\xaa\xe4\xb9\x88"
    "\xe4\xbb\x80\xe6\x80\x8e\xe5\x92\x8c\xe4\xb8\x8e\xe9\x83\xbd\xe5\xb0\xb1\xe4\xb9\x9f"
    "\xe5\xbe\x88\xe5\x91\x80\xe5\x98\x9b";

/* Walks the terms of a plain text. */
struct terms_walk {
    struct str text;
    size_t at;
    bool was_pair; /* the last term was one: a lone character behind it is told already */
};

static bool terms_is_syllable(uint32_t character)
{
    enum utf8_script script = utf8_script_of(character);
    return script == UTF8_HAN || script == UTF8_KANA || script == UTF8_HANGUL;
}

static bool terms_is_letter(uint32_t character)
{
    bool is_digit = character >= '0' && character <= '9';
    return is_digit || (utf8_script_of(character) != UTF8_COMMON && !terms_is_syllable(character));
}

static struct str terms_word(struct terms_walk *walk, size_t start)
{
    size_t end = walk->at;
    while (walk->at < walk->text.len && terms_is_letter(utf8_next(walk->text, &walk->at))) {
        end = walk->at;
    }
    walk->at = end;
    walk->was_pair = false;
    return utf8_cut_bytes(str_slice(walk->text, start, end - start), PASSAGE_TERM_BYTES_MAX);
}

/* The character at `start` with the next one; alone only if it stands alone. */
static struct str terms_pair(struct terms_walk *walk, size_t start)
{
    size_t second = walk->at;
    size_t end = second;
    bool is_pair = end < walk->text.len && terms_is_syllable(utf8_next(walk->text, &end));
    bool is_told = !is_pair && walk->was_pair;
    walk->was_pair = is_pair;
    return is_told ? STR_NONE : str_slice(walk->text, start, (is_pair ? end : second) - start);
}

/* False at the end. */
static bool terms_next(struct terms_walk *walk, struct str *ret_term)
{
    while (walk->at < walk->text.len) {
        size_t start = walk->at;
        uint32_t character = utf8_next(walk->text, &walk->at);
        struct str term = STR_NONE;
        if (terms_is_letter(character)) {
            term = terms_word(walk, start);
        } else if (terms_is_syllable(character)) {
            term = terms_pair(walk, start);
        } else {
            walk->was_pair = false;
        }
        if (term.len > 0) {
            *ret_term = term;
            return true;
        }
    }
    return false;
}

enum err passage_index_words(struct str text, struct buf *buf)
{
    struct plain plain;
    plain_of(text, &plain);
    struct terms_walk walk = { .text = plain_str(&plain) };
    struct str term;
    while (terms_next(&walk, &term)) {
        TRY(buf_add(buf, term));
        TRY(buf_add_char(buf, ' '));
    }
    return OK;
}

static bool terms_is_stop_pair(struct str term)
{
    for (size_t at = 0; at < term.len;) {
        size_t start = at;
        uint32_t character = utf8_next(term, &at);
        struct str one = str_slice(term, start, at - start);
        struct str stops = str_from(terms_stop_characters);
        if (terms_is_syllable(character) && str_find(stops, one) < stops.len) {
            return true;
        }
    }
    return false;
}

static bool terms_is_stop(struct str term)
{
    bool is_lone_letter = term.len == 1 && (term.ptr[0] < '0' || term.ptr[0] > '9');
    for (size_t i = 0; i < countof(terms_stop_words); i++) {
        if (str_is(term, terms_stop_words[i])) {
            return true;
        }
    }
    return is_lone_letter || terms_is_stop_pair(term);
}

struct str passage_term(const struct passage_terms *terms, size_t index)
{
    assert(index < terms->count);
    return (struct str){ terms->bytes[index], terms->lens[index] };
}

void passage_terms_add(struct passage_terms *terms, struct str term)
{
    for (size_t i = 0; i < terms->count; i++) {
        if (str_eq(passage_term(terms, i), term)) {
            return;
        }
    }
    if (terms->count < PASSAGE_TERMS_MAX && term.len <= PASSAGE_TERM_BYTES_MAX) {
        memcpy(terms->bytes[terms->count], term.ptr, term.len);
        terms->lens[terms->count++] = term.len;
    }
}

void passage_question_words(struct str text, struct passage_terms *ret_terms)
{
    struct plain plain;
    plain_of(text, &plain);
    struct terms_walk walk = { .text = plain_str(&plain) };
    struct str term;
    ret_terms->count = 0;
    while (terms_next(&walk, &term)) {
        if (!terms_is_stop(term)) {
            passage_terms_add(ret_terms, term);
        }
    }
}

static void terms_add_topic(struct passage_terms *terms, enum concept topic)
{
    char name[12];
    bool is_return = topic == CONCEPT_GIVE_BACK || topic == CONCEPT_EXCHANGE;
    topic = is_return ? CONCEPT_RETURN : topic;
    snprintf(name, sizeof(name), "topic%02d", (int)topic);
    passage_terms_add(terms, str_from(name));
}

void passage_question_topics(struct str text, struct passage_terms *ret_terms)
{
    struct plain plain;
    struct concepts concepts;
    plain_of(text, &plain);
    concepts_in(&plain, &concepts);
    ret_terms->count = 0;
    for (size_t i = 0; i < countof(terms_topics); i++) {
        if (concepts.all & (UINT64_C(1) << terms_topics[i])) {
            terms_add_topic(ret_terms, terms_topics[i]);
        }
    }
}

void passage_all_topics(struct passage_terms *ret_terms)
{
    ret_terms->count = 0;
    for (size_t i = 0; i < countof(terms_topics); i++) {
        terms_add_topic(ret_terms, terms_topics[i]);
    }
}

enum err passage_index_topics(struct str text, struct buf *buf)
{
    struct passage_terms topics;
    passage_question_topics(text, &topics);
    for (size_t i = 0; i < topics.count; i++) {
        TRY(buf_add(buf, passage_term(&topics, i)));
        TRY(buf_add_char(buf, ' '));
    }
    return OK;
}

/* Endings are the plural's and the verb's of the S stemmer (Harman, 1991) and a little more. */
struct str passage_word_stem(struct str word)
{
    static const char *const endings[] = { "ies", "ing", "es", "ed", "s", "y", "e" };
    for (size_t i = 0; i < countof(endings); i++) {
        struct str ending = str_from(endings[i]);
        if (word.len >= TERM_STEM_BYTES_MIN + ending.len &&
            str_eq(str_slice(word, word.len - ending.len, ending.len), ending)) {
            return str_slice(word, 0, word.len - ending.len);
        }
    }
    return word;
}

/* Open behind: "returned" is found by "return*". */
static struct str terms_open(struct str word, char *out)
{
    const struct str parts[] = { passage_word_stem(word),
                                 word.len >= TERM_STEM_BYTES_MIN ? STR("*") : STR_NONE };
    return str_join(parts, countof(parts), out, PASSAGE_TERM_BYTES_MAX + 1);
}

void passage_words_stand(const struct passage_terms *words, const struct passage *passage,
                         bool *ret_stand)
{
    struct plain title;
    struct plain text;
    plain_of(passage->title, &title);
    plain_of(passage->text, &text);
    for (size_t i = 0; i < words->count; i++) {
        char open[PASSAGE_TERM_BYTES_MAX + 1];
        struct str word = terms_open(passage_term(words, i), open);
        ret_stand[i] = plain_has(plain_str(&title), word) || plain_has(plain_str(&text), word);
    }
}

size_t passage_words_found(const struct passage_terms *words, const struct passage *passage)
{
    bool stand[PASSAGE_TERMS_MAX];
    size_t found = 0;
    passage_words_stand(words, passage, stand);
    for (size_t i = 0; i < words->count; i++) {
        found += stand[i] ? 1 : 0;
    }
    return found;
}
