/* screen_facts.h - what a brief holds, as values and words that a reply is held against.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_SCREEN_FACTS_H
#define ANSWER_SCREEN_FACTS_H

#include "common/arena.h"
#include "worker/answer/brief.h"
#include "worker/answer/screen_read.h"

/* Bits of screen_topic.def; behind them one for each of the product's first attributes. */
enum screen_topic {
#define TOPIC(name, words) SCREEN_TOPIC_##name,
#include "worker/answer/screen_topic.def"
#undef TOPIC
    SCREEN_TOPIC_COUNT
};

typedef uint64_t topic_set;
#define TOPIC_BIT(name) (UINT64_C(1) << SCREEN_TOPIC_##name)
#define SCREEN_ATTRIBUTES_MAX (64 - (size_t)SCREEN_TOPIC_COUNT)

/* More facts than these are not known: what leans on them is refused. */
#define SCREEN_FACTS_MAX 1024
#define SCREEN_ANY (-1)

enum screen_role {
    SCREEN_OF_TEXT, /* a name, a place, a carrier, a value of an attribute */
    SCREEN_OF_PRODUCT,
    SCREEN_OF_ORDER_ID,
    SCREEN_OF_TRACKING,
    SCREEN_OF_SKU
};

struct screen_fact {
    struct screen_value value; /* of a passage: where it stands in its sentence */
    struct str text;   /* of SCREEN_TEXT: plain, the arena's */
    topic_set topics;  /* what it is told of; empty: anything */
    enum screen_role role;
    int order;   /* number of the order it belongs to, or SCREEN_ANY */
    int item;    /* number of the product it belongs to, or SCREEN_ANY */
    int passage; /* number of the passage it stands in, or SCREEN_ANY */
    size_t sentence; /* of a passage: number of the sentence it stands in */
};

struct screen_facts {
    struct arena *arena;
    const struct brief *brief;
    bool is_copy; /* or a recommendation: every word must be known, for that is all claims */
    int64_t today;
    struct screen_fact *items;
    size_t count;
    size_t room;
    bool is_short; /* of memory: some are missing */
    size_t products;
    struct str attributes[SCREEN_ATTRIBUTES_MAX]; /* their names, plain */
    struct str attributes_told[SCREEN_ATTRIBUTES_MAX]; /* "name value", plain */
    size_t attributes_count;
    struct str *sentences; /* of the passages and the description, plain */
    size_t sentences_count;
    size_t described; /* how many of them, the first, are the description's */
    size_t quotable; /* the first of them that is of a passage */
};

/* True if the words are a number of two or three digits, as the value of "gears 12". It is looked
 * for among the values, for "7 to 12 days" tells another one. Years have more digits. */
static inline bool screen_is_bare_number(const struct screen_fact *fact)
{
    bool is_short = fact->value.kind == SCREEN_TEXT && fact->role == SCREEN_OF_TEXT &&
                    fact->text.len <= 3;
    for (size_t i = 0; is_short && i < fact->text.len; i++) {
        is_short = fact->text.ptr[i] >= '0' && fact->text.ptr[i] <= '9';
    }
    return is_short;
}

/* `today` is a day since 1970. ERR_NOMEM. */
MUST_USE enum err screen_facts_of(struct arena *arena, const struct brief *brief, int64_t today,
                                  struct screen_facts *ret_facts);

/* What a stretch of a plain text is about. */
topic_set screen_topics_in(const struct screen_facts *facts, struct str text);

/* True if the `len` bytes at `at` are part of a product's name: "Sugar-free syrup" makes nothing
 * free. */
bool screen_is_in_name(const struct screen_facts *facts, struct str text, size_t at, size_t len);

/* Where the word stands first that is no part of a product's name; the length of `text`:
 * nowhere. */
size_t screen_find_outside_names(const struct screen_facts *facts, struct str text,
                                 struct str word);

/* True if a passage has the sentence word for word: the shop says it itself. */
bool screen_is_quoted(const struct screen_facts *facts, struct str plain_sentence);

/* Cuts the next sentence off `*rest`; false when there is none. Ends: . ! ? before a space or the
 * end, 。 ！ ？, ; and a line feed. */
bool screen_sentence_next(struct str *rest, struct str *ret_sentence);

#endif
