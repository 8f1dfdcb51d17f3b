/* pitching.h - products and texts drawn at random, for tests of copy. */
#ifndef TESTS_UNIT_PITCHING_H
#define TESTS_UNIT_PITCHING_H

#include "tests/unit/payload.h"

#include "common/utf8.h"
#include "worker/answer/copy_fit.h"

struct dice {
    uint64_t state;
};

/* SplitMix64. */
static inline uint64_t dice_roll(struct dice *dice, uint64_t sides)
{
    dice->state += 0x9e3779b97f4a7c15u;
    uint64_t z = dice->state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (z ^ (z >> 31)) % sides;
}

static const char *const pitching_pieces[] = {
    "tea",  "Kettle", "39.90 EUR", "No. 1", "[x]", "{y}", "€", "’", "👩‍🍳", "👍🏽", "🇨🇳", "❗️",
    "e\xcc\x81",
    "茶壶", "手工",   "300毫升",   "。",    "！",  ". ",  "! ", "? ", "\n",  "，",  " ",   " ",    " ",
    "Donaudampfschifffahrtsgesellschaftskapitaensmuetzenhersteller", "最好", "best", "100%",
    "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十",
};

/* Of so many pieces; the arena's. Never empty. */
static inline struct str pitching_text(struct arena *arena, struct dice *dice, size_t pieces)
{
    struct str text = STR("a");
    for (size_t i = 0; i < pieces; i++) {
        const char *piece = pitching_pieces[dice_roll(dice, countof(pitching_pieces))];
        const struct str parts[] = { text, str_from(piece) };
        assert_int_equal(arena_join(arena, parts, countof(parts), &text), OK);
    }
    return text;
}

/* Grapheme clusters begin at both ends of `part` inside `whole`. */
static inline void assert_uncut(struct str part, struct str whole)
{
    if (part.len == 0) {
        return;
    }
    size_t from = str_find(whole, part);
    bool is_whole = false;
    for (; from < whole.len && !is_whole; from++) {
        struct str rest = str_slice(whole, from, whole.len);
        bool starts = false;
        bool ends = from + part.len == whole.len;
        if (!str_starts(rest, part)) {
            continue;
        }
        for (size_t at = 0; at < whole.len; at = utf8_grapheme_end(whole, at)) {
            starts = starts || at == from;
            ends = ends || at == from + part.len;
        }
        is_whole = starts && ends;
    }
    assert_true(is_whole);
}

static inline void assert_within(const struct copy_limits *limits,
                                 const struct copy_variant *variant)
{
    size_t chars = utf8_count(variant->headline) + utf8_count(variant->body) +
                   utf8_count(variant->call_to_action);
    assert_true(limits->chars_max == 0 || chars <= limits->chars_max);
    assert_true(variant->headline.len > 0 && variant->body.len > 0);
    assert_true(!limits->channel || variant->parts_count > 0);
    size_t sent = 0;
    for (size_t i = 0; i < variant->parts_count; i++) {
        sent += utf8_count(variant->parts[i].text);
    }
    assert_true(limits->chars_max == 0 || sent <= limits->chars_max);
    for (size_t i = 0; i < variant->parts_count; i++) {
        const struct copy_part *part = &variant->parts[i];
        bool is_known = false;
        for (size_t j = 0; j < limits->channel->parts_count; j++) {
            const struct channel_part *row = &limits->channel->parts[j];
            struct channel_length length = channel_measure(row, limits->language, part->text);
            if (strcmp(row->name, part->name) == 0) {
                is_known = true;
                assert_int_equal(part->length, length.length);
                assert_int_equal(part->limit, length.max);
                assert_true(length.length <= length.max);
            }
        }
        assert_true(is_known);
    }
}

#endif
