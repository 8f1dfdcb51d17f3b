/* knowledge_find.c - the second half of knowledge_sqlite.h: what answers a question. */
#include "worker/adapter/knowledge_inner.h"
#include "worker/answer/fusion.h"
#include "worker/answer/brief.h"
#include "worker/answer/language.h"
#include "worker/answer/meaning.h"
#include "worker/answer/passage_cover.h"

#define INDEX_LIST_MAX 12

/* A word of more passages than these is not looked for while the question has a rarer one: each
 * passage that has it would be ranked. */
#define INDEX_OFTEN_MAX 250
#define INDEX_OFTEN_KEPT 2

#define INDEX_JOINED_MAX 2

/* A word that tells what a conversation is about stands in no more than one of so many passages. */
#define INDEX_TELLING 4

/* Words of a question. */
struct asked {
    struct passage_terms own;
    struct passage_terms all;     /* and of what it leans on */
    struct meaning_found nearest; /* by meaning; empty without vectors */
};

/* Lists, as bits of struct fused. */
enum { INDEX_LIST_WORDS = 1, INDEX_LIST_TOPICS = 2, INDEX_LIST_MEANING = 4 };

static bool index_leans(const struct asked *asked)
{
    return asked->all.count > asked->own.count;
}

static void index_fuse(struct fusion *found, unsigned list, const struct listing *listing)
{
    fusion_add(found, list, listing->rows, min_size(listing->count, INDEX_LIST_MAX));
}

/* Those with most of the words first; of equals the one that was first. */
static void index_hold(const struct knowledge_index *index, const struct passage_terms *words,
                       struct listing *listing)
{
    size_t held[INDEX_HELD_MAX];
    for (size_t i = 0; i < listing->count; i++) {
        size_t row = listing->rows[i];
        size_t found = passage_words_found(words, &index->passages[row]);
        size_t place = i;
        for (; place > 0 && held[place - 1] < found; place--) {
            held[place] = held[place - 1];
            listing->rows[place] = listing->rows[place - 1];
        }
        held[place] = found;
        listing->rows[place] = row;
    }
}

/* By `words`, in the order of `all` that they are among. */
static enum err index_find_words(struct knowledge_index *index, const struct passage_terms *words,
                                 const struct passage_terms *all, struct listing *ret_listing)
{
    struct passage_terms rare = *words;
    passage_tally_thin(index->tally, &rare, INDEX_OFTEN_MAX, INDEX_OFTEN_KEPT);
    bool is_part = rare.count < all->count;
    size_t rows_max = is_part ? INDEX_HELD_MAX : INDEX_LIST_MAX;
    TRY(index_search(index, &rare, INDEX_BY_WORDS, rows_max, ret_listing));
    if (is_part) {
        index_hold(index, all, ret_listing);
    }
    return OK;
}

static bool listing_has(const struct listing *listing, size_t row)
{
    for (size_t i = 0; i < listing->count; i++) {
        if (listing->rows[i] == row) {
            return true;
        }
    }
    return false;
}

/* The best of what was found by all words and has own ones, too, is among what the own ones find:
 * where those stand often, it need not have been. Not all of it, so that a page about the subject
 * in general has a place beside those about the one thing. */
static void index_join(const struct knowledge_index *index, const struct asked *asked,
                       const struct listing *by_all, struct listing *by_own)
{
    struct listing joined = { .count = 0 };
    for (size_t i = 0; i < by_all->count && joined.count < INDEX_JOINED_MAX; i++) {
        size_t row = by_all->rows[i];
        if (passage_words_found(&asked->own, &index->passages[row]) > 0) {
            joined.rows[joined.count++] = row;
        }
    }
    for (size_t i = 0; i < by_own->count && joined.count < INDEX_HELD_MAX; i++) {
        if (!listing_has(&joined, by_own->rows[i])) {
            joined.rows[joined.count++] = by_own->rows[i];
        }
    }
    index_hold(index, &asked->all, &joined);
    *by_own = joined;
}

static enum err index_list_words(struct knowledge_index *index, const struct asked *asked,
                                 struct fusion *found)
{
    struct listing by_own;
    struct listing by_all;
    TRY(index_find_words(index, &asked->own, &asked->all, &by_own));
    if (index_leans(asked)) {
        TRY(index_find_words(index, &asked->all, &asked->all, &by_all));
        index_join(index, asked, &by_all, &by_own);
        index_fuse(found, INDEX_LIST_WORDS, &by_all);
    }
    index_fuse(found, INDEX_LIST_WORDS, &by_own);
    return OK;
}

static enum err index_shortlist(struct knowledge_index *index, struct str topic,
                                struct listing *ret_listing)
{
    struct passage_terms *topics = &index->topics;
    size_t number = 0;
    while (!str_eq(topic, passage_term(topics, number))) {
        number++;
    }
    struct shortlist *shortlist = &index->shortlists[number];
    if (shortlist->passages != index->count) {
        struct passage_terms alone = { .count = 0 };
        passage_terms_add(&alone, topic);
        TRY(index_search(index, &alone, INDEX_BY_TOPICS, INDEX_HELD_MAX, &shortlist->listing));
        shortlist->passages = index->count;
    }
    *ret_listing = shortlist->listing;
    return OK;
}

/* Empty: there is none. */
static struct str index_often(const struct knowledge_index *index,
                              const struct passage_terms *topics)
{
    for (size_t i = 0; i < topics->count; i++) {
        struct str topic = passage_term(topics, i);
        if (passage_tally_of(index->tally, topic) > INDEX_OFTEN_MAX) {
            return topic;
        }
    }
    return STR_NONE;
}

/* A topic is the same in all languages, so it finds as much in each: what the asker can read comes
 * first. Language counts on this list alone; what is written in another one has its words. */
static void index_hold_language(const struct knowledge_index *index, struct str question,
                                struct listing *listing)
{
    struct str language = language_of(question, STR_NONE, STR_NONE);
    struct listing others = { .count = 0 };
    size_t kept = 0;
    for (size_t i = 0; i < listing->count; i++) {
        struct str text = index->passages[listing->rows[i]].text;
        bool is_read = str_eq(language_of(text, language, language), language);
        struct listing *to = is_read ? listing : &others;
        to->rows[is_read ? kept++ : others.count++] = listing->rows[i];
    }
    memcpy(listing->rows + kept, others.rows, others.count * sizeof(others.rows[0]));
}

/* What sending costs may be told by a page that only speaks of sending. */
static void index_add_sending(struct passage_terms *topics)
{
    struct passage_terms freight;
    passage_question_topics(STR("postage"), &freight);
    for (size_t i = 0; i < topics->count; i++) {
        if (str_eq(passage_term(topics, i), passage_term(&freight, 0))) {
            passage_question_topics(STR("shipping"), &freight);
            passage_terms_add(topics, passage_term(&freight, 0));
            return;
        }
    }
}

/* A topic that stands too often is looked for if nothing would be found by the others. */
static enum err index_list_topics(struct knowledge_index *index,
                                  const struct passage_question *question,
                                  const struct asked *asked, struct fusion *found)
{
    struct passage_terms topics;
    struct listing listing;
    passage_question_topics(question->text, &topics);
    if (topics.count == 0) {
        passage_question_topics(question->before, &topics);
    }
    index_add_sending(&topics);
    passage_tally_thin(index->tally, &topics, INDEX_OFTEN_MAX, 1);
    struct str often = index_often(index, &topics);
    TRY(often.len > 0 ? index_shortlist(index, often, &listing)
                      : index_search(index, &topics, INDEX_BY_TOPICS, INDEX_HELD_MAX, &listing));
    if (listing.count > BRIEF_PASSAGES_MAX) {
        index_hold_language(index, question->text, &listing);
    }
    if (index_leans(asked)) {
        index_hold(index, &asked->all, &listing);
    }
    index_fuse(found, INDEX_LIST_TOPICS, &listing);
    return OK;
}

/* What words have found is one list by now, so that meaning counts as much. */
static void index_fuse_meaning(const struct knowledge_index *index,
                               const struct passage_question *question, struct asked *asked,
                               struct fusion *found)
{
    if (!question->vector || !index->vectors) {
        return;
    }
    struct meaning_found *nearest = &asked->nearest;
    struct fusion by_words = *found;
    size_t rows[FUSION_ROWS_MAX];
    for (size_t i = 0; i < by_words.count; i++) {
        rows[i] = by_words.all[i].row;
    }
    meaning_find(index->vectors, index->count, question->vector, nearest);
    *found = (struct fusion){ .count = 0 };
    fusion_add(found, 0, rows, by_words.count);
    for (size_t i = 0; i < by_words.count; i++) {
        found->all[i].lists = by_words.all[i].lists;
    }
    fusion_add(found, INDEX_LIST_MEANING, nearest->rows, nearest->count);
    fusion_sort(found);
}

static bool index_stands_out(const struct asked *asked, size_t row)
{
    for (size_t i = 0; i < asked->nearest.telling; i++) {
        if (asked->nearest.rows[i] == row) {
            return true;
        }
    }
    return false;
}

static bool index_has_third(const struct passage_terms *words, const struct passage *passage)
{
    return words->count > 0 && 3 * passage_words_found(words, passage) >= words->count;
}

/* Whether a passage says anything about the question: it is of its topic, holds a good part of its
 * words, or stands out by its meaning. What merely shares a common word with it would mislead more
 * than help. */
static bool index_fits(const struct knowledge_index *index, const struct fused *candidate,
                       const struct asked *asked)
{
    const struct passage *passage = &index->passages[candidate->row];
    if (candidate->lists & INDEX_LIST_TOPICS) {
        return asked->all.count > 0;
    }
    if (index_stands_out(asked, candidate->row)) {
        return true;
    }
    return index_has_third(&asked->own, passage) || index_has_third(&asked->all, passage);
}

enum err knowledge_index_settle(struct knowledge_index *index)
{
    for (size_t i = 0; i < index->topics.count; i++) {
        struct listing listing;
        struct str topic = passage_term(&index->topics, i);
        if (passage_tally_of(index->tally, topic) > INDEX_OFTEN_MAX) {
            TRY(index_shortlist(index, topic, &listing));
        }
    }
    return OK;
}

/* Whether a word of the conversation tells what it is about: what stands in many passages would
 * only draw the question away from its own subject. */
static bool index_tells(const struct knowledge_index *index, struct str word)
{
    size_t count = passage_tally_of(index->tally, word);
    return count > 0 && count <= INDEX_OFTEN_MAX &&
           (count == 1 || INDEX_TELLING * count <= index->count);
}

/* A question without words of its own has all of those that it leans on. */
static void index_read(const struct knowledge_index *index, const struct passage_question *question,
                       struct asked *ret_asked)
{
    struct passage_terms before;
    passage_question_words(question->text, &ret_asked->own);
    passage_question_words(question->before, &before);
    ret_asked->all = ret_asked->own;
    ret_asked->nearest = (struct meaning_found){ .count = 0 };
    for (size_t i = 0; i < before.count; i++) {
        struct str word = passage_term(&before, i);
        if (ret_asked->own.count == 0 || index_tells(index, word)) {
            passage_terms_add(&ret_asked->all, word);
        }
    }
}

/* What stands out by its meaning may say it in other words. */
static struct passage_found index_judge(const struct knowledge_index *index,
                                        const struct asked *asked,
                                        const struct passage_cover *cover, size_t row)
{
    const struct passage *passage = &index->passages[row];
    unsigned least = index_stands_out(asked, row) ? PASSAGE_COVER_MIN : 0;
    unsigned told = passage_cover_of(cover, passage);
    return (struct passage_found){ passage, told > least ? told : least };
}

/* A question without words of its own asks what was asked before. */
static void index_cover(const struct knowledge_index *index,
                        const struct passage_question *question, const struct asked *asked,
                        struct passage_cover *ret_cover)
{
    bool has_own = asked->own.count > 0;
    passage_cover_init(ret_cover, index->tally, index->count,
                       has_own ? question->text : question->before, question->things);
}

enum err knowledge_index_find(struct knowledge_index *index,
                              const struct passage_question *question,
                              struct passage_found *ret_found, size_t passages_max,
                              size_t *ret_count)
{
    struct asked asked;
    struct passage_cover cover;
    struct fusion found = { .count = 0 };
    index_read(index, question, &asked);
    TRY(index_list_words(index, &asked, &found));
    TRY(index_list_topics(index, question, &asked, &found));
    fusion_sort(&found);
    index_fuse_meaning(index, question, &asked, &found);
    index_cover(index, question, &asked, &cover);
    size_t count = 0;
    for (size_t i = 0; i < found.count && count < passages_max; i++) {
        if (index_fits(index, &found.all[i], &asked)) {
            ret_found[count++] = index_judge(index, &asked, &cover, found.all[i].row);
        }
    }
    *ret_count = count;
    return OK;
}
