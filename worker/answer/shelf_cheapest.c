/* shelf_cheapest.c - see shelf_cheapest.h. */
#include "worker/answer/shelf_cheapest.h"

#include "worker/answer/plain.h"
#include "worker/answer/plural.h"

#define CHEAPEST_HAN_BYTES 24 /* of a kind in Chinese */
#define CHEAPEST_ONE_HAN 3    /* bytes of one character */

static const struct str cheapest_openers[] = {
    STR("what is"), STR("what's"), STR("whats"), STR("which is"), STR("show me"),
    STR("how much is"),
    STR("do you have"), STR("your"), STR("the"), STR("hello"), STR("hi"),
    STR("请问"), STR("你们家"), STR("你们"), STR("你家"), STR("店里"), STR("有没有"), STR("哪个是"),
    STR("哪款是"), STR("什么是"), STR("你好"),
};

static const struct str cheapest_closers[] = {
    STR("you have"), STR("you've got"), STR("you sell"), STR("do you have"), STR("do you sell"),
    STR("in stock"), STR("that you have"), STR("please"), STR("是哪本"), STR("是哪个"), STR("是哪款"),
    STR("是哪种"), STR("是什么"), STR("是多少钱"), STR("多少钱"), STR("呢"), STR("吗"),
};

static const struct str cheapest_counts[] = {
    STR("哪本"), STR("哪个"), STR("哪款"), STR("哪种"), STR("哪辆"), STR("哪件"),
    STR("哪把"), STR("哪只"), STR("哪台"), STR("哪双"), STR("哪支"),
};

static bool cheapest_is_edge(char c)
{
    return c == ' ' || c == ',' || c == '.' || c == '?' || c == '!';
}

static bool cheapest_ends(struct str text, struct str end)
{
    return text.len >= end.len &&
           str_eq(str_slice(text, text.len - end.len, end.len), end);
}

static struct str cheapest_trim(struct str text)
{
    static const struct str marks[] = { STR("。"), STR("，"), STR("？"), STR("！") };
    while (text.len > 0 && cheapest_is_edge(text.ptr[0])) {
        text = str_slice(text, 1, text.len);
    }
    for (bool goes_on = true; goes_on;) {
        goes_on = text.len > 0 && cheapest_is_edge(text.ptr[text.len - 1]);
        text.len -= goes_on ? 1 : 0;
        for (size_t i = 0; i < countof(marks); i++) {
            bool ends = cheapest_ends(text, marks[i]);
            text.len -= ends ? marks[i].len : 0;
            goes_on = goes_on || ends;
        }
    }
    return text;
}

static struct str cheapest_open(struct str text)
{
    text = cheapest_trim(text);
    for (size_t i = 0; i < countof(cheapest_openers);) {
        bool opens = plain_is_at(text, 0, cheapest_openers[i]);
        text = opens ? cheapest_trim(str_slice(text, cheapest_openers[i].len, text.len)) : text;
        i = opens ? 0 : i + 1;
    }
    return text;
}

static struct str cheapest_close(struct str text)
{
    text = cheapest_trim(text);
    for (size_t i = 0; i < countof(cheapest_closers);) {
        struct str closer = cheapest_closers[i];
        bool closes = text.len >= closer.len &&
                      plain_is_at(text, text.len - closer.len, closer);
        text = closes ? cheapest_trim(str_slice(text, 0, text.len - closer.len)) : text;
        i = closes ? 0 : i + 1;
    }
    return text;
}

/* What stands between `head` and `tail`; empty: the text has another form. */
static struct str cheapest_between(struct str text, struct str head, struct str tail)
{
    bool fits = text.len > head.len + tail.len && plain_is_at(text, 0, head) &&
                (tail.len == 0 || plain_is_at(text, text.len - tail.len, tail));
    return fits ? cheapest_trim(str_slice(text, head.len, text.len - head.len - tail.len))
                : STR_NONE;
}

static struct str cheapest_part(struct str text)
{
    static const struct str forms[][2] = {
        { STR("cheapest"), STR("") },
        { STR("which"), STR("is the cheapest") },
        { STR("which"), STR("is cheapest") },
        { STR("最便宜的"), STR("") },
    };
    struct str part = STR_NONE;
    for (size_t i = 0; i < countof(forms) && part.len == 0; i++) {
        part = cheapest_between(text, forms[i][0], forms[i][1]);
    }
    for (size_t i = 0; i < countof(cheapest_counts) && part.len == 0; i++) {
        part = cheapest_between(text, cheapest_counts[i], STR("最便宜"));
    }
    return part;
}

static bool cheapest_is_word(struct str word)
{
    static const char others[] = "one|ones|of|for|and|or|to|with|than|my|this|that|in|is|not|"
                                 "product|products|item|items|thing|things|option|way|under|below|"
                                 "over|above|between|up|from|at|on|around|about|than|but|no|"
                                 "without|except|are";
    /* Of "dresses" and "batteries" the other number is not plain. */
    bool is_plain = !cheapest_ends(word, STR("ies")) && !cheapest_ends(word, STR("ses")) &&
                    !cheapest_ends(word, STR("xes")) && !cheapest_ends(word, STR("hes"));
    for (size_t i = 0; i < word.len; i++) {
        is_plain = is_plain && (plain_is_letter(word.ptr[i]) || word.ptr[i] == '-');
    }
    return word.len > 1 && is_plain && !plain_has_any(word, others);
}

/* One word in Chinese, or Latin words apart. */
static bool cheapest_take(struct str part, struct passage_terms *words)
{
    struct str word;
    size_t count = 0;
    words->count = 0;
    if (!plain_is_ascii(part)) {
        bool is_one = part.len <= CHEAPEST_HAN_BYTES && !plain_is_letter(part.ptr[0]) &&
                      !plain_has_any(part, "的|和|或|最|，|。|？|、| |,|?|是|吗");
        if (is_one) {
            passage_terms_add(words, part);
        }
        return words->count == 1;
    }
    bool is_kind = true;
    for (struct str rest = part; is_kind && str_split(&rest, ' ', &word); count++) {
        is_kind = cheapest_is_word(word) && count < CHEAPEST_WORDS_MAX;
        passage_terms_add(words, word);
    }
    return is_kind && words->count == count && count > 0;
}

bool cheapest_kind(struct str plain, struct passage_terms *ret_words)
{
    struct str part = cheapest_part(cheapest_close(cheapest_open(plain)));
    return part.len > 0 && cheapest_take(part, ret_words);
}

/* The last word of a text is the kind's; one character is a word only where it stands alone, for
 * 面包 is no 包. */
static bool cheapest_is_head(struct str text, struct str head)
{
    struct plain plain;
    plain_of(text, &plain);
    struct str all = str_trim(plain_str(&plain));
    if (!plain_is_letter(head.ptr[0])) {
        bool is_book = str_is(head, "书") && (str_is(all, "图书") || str_is(all, "书籍"));
        return is_book || (head.len > CHEAPEST_ONE_HAN ? cheapest_ends(all, head)
                                                       : str_eq(all, head));
    }
    size_t from = all.len;
    while (from > 0 && (plain_is_letter(all.ptr[from - 1]) || all.ptr[from - 1] == '-')) {
        from--;
    }
    return str_eq(plural_without_s(str_slice(all, from, all.len)), plural_without_s(head));
}

enum cheapest_fit cheapest_fit_of(const struct product *product, const struct passage_terms *words)
{
    static const char joints[] = "&|/|,|and|+|or|for|with|和|与|及|、|，|／";
    struct str head = passage_term(words, words->count - 1);
    struct plain category;
    plain_of(product->category, &category);
    bool is_one = !plain_has_any(plain_str(&category), joints);
    if (is_one && cheapest_is_head(product->category, head)) {
        return CHEAPEST_OF_KIND;
    }
    struct plain name;
    plain_of(product->name, &name);
    bool is_named = !plain_has_any(plain_str(&name), joints) &&
                    cheapest_is_head(product->name, head);
    return is_named ? CHEAPEST_NAMED : CHEAPEST_LOOSE;
}
