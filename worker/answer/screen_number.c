/* screen_number.c - see screen_number.h. */
#include "worker/answer/screen_number.h"

#include "worker/answer/screen_pair.h"

#define NUMBER_ONE INT64_C(10000)
#define NUMBER_MAX INT64_C(1000000000000000)

struct number_word {
    struct str word;
    int64_t value;
};

static const struct number_word english[] = {
    { { "zero", 4 }, 0 },     { { "one", 3 }, 1 },       { { "two", 3 }, 2 },
    { { "three", 5 }, 3 },    { { "four", 4 }, 4 },      { { "five", 4 }, 5 },
    { { "six", 3 }, 6 },      { { "seven", 5 }, 7 },     { { "eight", 5 }, 8 },
    { { "nine", 4 }, 9 },     { { "ten", 3 }, 10 },      { { "eleven", 6 }, 11 },
    { { "twelve", 6 }, 12 },  { { "thirteen", 8 }, 13 }, { { "fourteen", 8 }, 14 },
    { { "fifteen", 7 }, 15 }, { { "sixteen", 7 }, 16 },  { { "seventeen", 9 }, 17 },
    { { "eighteen", 8 }, 18 }, { { "nineteen", 8 }, 19 }, { { "twenty", 6 }, 20 },
    { { "thirty", 6 }, 30 },  { { "forty", 5 }, 40 },    { { "fifty", 5 }, 50 },
    { { "sixty", 5 }, 60 },   { { "seventy", 7 }, 70 },  { { "eighty", 6 }, 80 },
    { { "ninety", 6 }, 90 },  { { "hundred", 7 }, 100 }, { { "thousand", 8 }, 1000 },
    { { "a couple of", 11 }, 2 }, { { "a dozen", 7 }, 12 },
};

static const struct number_word chinese[] = {
    { { "零", 3 }, 0 },  { { "〇", 3 }, 0 },   { { "一", 3 }, 1 },     { { "二", 3 }, 2 },
    { { "两", 3 }, 2 },  { { "三", 3 }, 3 },   { { "四", 3 }, 4 },     { { "五", 3 }, 5 },
    { { "六", 3 }, 6 },  { { "七", 3 }, 7 },   { { "八", 3 }, 8 },     { { "九", 3 }, 9 },
    { { "十", 3 }, 10 }, { { "百", 3 }, 100 }, { { "千", 3 }, 1000 }, { { "万", 3 }, 10000 },
};

static struct screen_firsts english_firsts; /* only read once main() runs */
static struct screen_firsts chinese_firsts;

__attribute__((constructor)) static void number_firsts_build(void)
{
    for (size_t i = 0; i < countof(english); i++) {
        screen_firsts_add(&english_firsts, english[i].word);
    }
    for (size_t i = 0; i < countof(chinese); i++) {
        screen_firsts_add(&chinese_firsts, chinese[i].word);
    }
}

static bool is_digit_at(struct str text, size_t at)
{
    return at < text.len && text.ptr[at] >= '0' && text.ptr[at] <= '9';
}

/* 1,299 is one number, and so is 1299; 1,29 are two. */
static size_t comma_group(struct str text, size_t at)
{
    bool is_group = at < text.len && text.ptr[at] == ',' && is_digit_at(text, at + 1) &&
                    is_digit_at(text, at + 2) && is_digit_at(text, at + 3) &&
                    !is_digit_at(text, at + 4);
    return is_group ? 4 : 0;
}

static bool number_digits(struct str text, size_t at, struct screen_number *number)
{
    size_t end = at;
    int64_t amount = 0;
    while (end < text.len && amount < NUMBER_MAX) {
        size_t group = end > at ? comma_group(text, end) : 0;
        number->is_parted = number->is_parted || group > 0;
        end += group ? 1 : 0;
        if (!is_digit_at(text, end)) {
            break;
        }
        amount = amount * 10 + (text.ptr[end++] - '0') * NUMBER_ONE;
    }
    if (end == at) {
        return false;
    }
    if (end < text.len && text.ptr[end] == '.' && is_digit_at(text, end + 1)) {
        number->is_parted = true;
        int64_t place = NUMBER_ONE / 10;
        for (end++; is_digit_at(text, end); end++, place /= 10) {
            amount += (text.ptr[end] - '0') * place;
        }
    }
    /* 3万 is thirty thousand. */
    if (str_starts(str_slice(text, end, 3), STR("万"))) {
        amount *= 10000;
        end += 3;
    }
    number->amount = amount;
    number->len = end - at;
    return true;
}

static const struct number_word *word_at(struct str text, size_t at, bool is_english)
{
    const struct number_word *rows = is_english ? english : chinese;
    size_t count = is_english ? countof(english) : countof(chinese);
    const struct number_word *best = NULL;
    if (!screen_firsts_may_be(is_english ? &english_firsts : &chinese_firsts, text, at)) {
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        bool is_longer = !best || rows[i].word.len > best->word.len;
        if (is_longer && plain_is_at(text, at, rows[i].word)) {
            best = &rows[i];
        }
    }
    return best;
}

/* " ", "-" and " and " between the words of one number. */
static size_t english_joint(struct str text, size_t at, int64_t last)
{
    if (plain_is_at(text, at, STR(" and ")) && last >= 100) {
        return at + 5;
    }
    bool is_joint = at < text.len && (text.ptr[at] == ' ' || text.ptr[at] == '-');
    return is_joint ? at + 1 : at;
}

/* two | hundred | and fifty: units add up, hundreds and thousands multiply. */
static bool number_english(struct str text, size_t at, struct screen_number *number)
{
    int64_t total = 0;
    int64_t group = 0;
    int64_t last = INT64_MAX;
    size_t end = at;
    size_t next = at;
    const struct number_word *word = word_at(text, next, true);
    while (word && total < NUMBER_ONE * 1000) {
        bool is_scale = word->value >= 100;
        bool fits = is_scale || last >= 100 || (last >= 20 && last < 100 && word->value < 10);
        if (!fits) {
            break;
        }
        group = word->value == 100 ? (group ? group : 1) * 100 : group;
        total += word->value == 1000 ? (group ? group : 1) * 1000 : 0;
        group = word->value == 1000 ? 0 : group + (is_scale ? 0 : word->value);
        last = word->value;
        end = next + word->word.len;
        next = english_joint(text, end, last);
        word = next > end ? word_at(text, next, true) : NULL;
    }
    number->amount = (total + group) * NUMBER_ONE;
    number->len = end - at;
    return end > at;
}

/* 三百二十, 二〇二五, 两万; 半 stands for a half behind what it belongs to and is not read. */
static bool number_chinese(struct str text, size_t at, struct screen_number *number)
{
    int64_t total = 0;
    int64_t section = 0;
    int64_t digit = 0;
    bool was_digit = false;
    size_t end = at;
    const struct number_word *word;
    while ((word = word_at(text, end, false)) != NULL && total < NUMBER_MAX / NUMBER_ONE) {
        if (word->value < 10) {
            digit = was_digit ? digit * 10 + word->value : word->value;
            digit = min_i64(digit, INT64_C(100000000));
            was_digit = true;
        } else if (word->value < 10000) {
            section += (was_digit ? digit : 1) * word->value;
            digit = 0;
            was_digit = false;
        } else {
            total = (total + section + digit) * 10000;
            section = digit = 0;
            was_digit = false;
        }
        end += word->word.len;
    }
    number->amount = (total + section + digit) * NUMBER_ONE;
    number->len = end - at;
    return end > at;
}

bool screen_number_at(struct str text, size_t at, struct screen_number *ret_number)
{
    struct screen_number number = { .is_parted = false };
    if (at >= text.len || !(number_digits(text, at, &number) || number_english(text, at, &number) ||
                            number_chinese(text, at, &number))) {
        return false;
    }
    *ret_number = number;
    return true;
}
