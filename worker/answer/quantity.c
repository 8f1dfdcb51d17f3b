/* quantity.c - see quantity.h. A number counts pieces only where what stands behind it says so:
 * "the 2 l kettle" and "in 3 days" ask for one. */
#include "worker/answer/quantity.h"

#include "worker/answer/plural.h"
#include "worker/answer/screen_number.h"

#define QUANTITY_ONE 10000 /* a number's amount is in ten thousandths */

static const char quantity_counts[] =
    "of|x|pcs|pc|piece|pieces|unit|units|item|items|pairs|sets|packs|boxes|bottles";

static const char *const quantity_measures[] = {
    "个", "件", "把", "只", "盒", "罐", "套", "双", "瓶", "袋", "包", "台", "张", "本", "块", "份",
};

/* 两个月, 3个工作日: time. */
static const char *const quantity_times[] = { "月", "工作日", "小时", "星期", "礼拜" };

static bool starts_with_any(struct str text, const char *const *words, size_t count,
                            size_t *ret_len)
{
    for (size_t i = 0; i < count; i++) {
        if (str_starts(text, str_from(words[i]))) {
            *ret_len = str_from(words[i]).len;
            return true;
        }
    }
    return false;
}

static struct str quantity_word(struct str text)
{
    size_t len = 0;
    while (len < text.len && plain_is_letter(text.ptr[len])) {
        len++;
    }
    return str_slice(text, 0, len);
}

/* "kettles" of a Gooseneck kettle. */
static bool quantity_is_named(struct str word, struct str name)
{
    return word.len > 0 &&
           (plain_has(name, word) || plain_has(name, plural_without_s(word)));
}

/* Whether what stands behind a number says that it counts pieces. */
static bool quantity_is_count(struct str behind, struct str name)
{
    size_t len;
    struct str rest = str_trim(behind);
    if (starts_with_any(rest, quantity_measures, countof(quantity_measures), &len)) {
        struct str next = str_slice(rest, len, rest.len);
        return !starts_with_any(next, quantity_times, countof(quantity_times), &len);
    }
    struct str word = quantity_word(rest);
    return plain_has_any(word, quantity_counts) || quantity_is_named(word, name);
}

/* Bytes of the product's own name or sku at `at`, with what numbers they hold; 0: neither. */
static size_t quantity_own(struct str text, size_t at, struct str name, struct str sku)
{
    const struct str own[] = { name, sku };
    for (size_t i = 0; i < countof(own); i++) {
        if (own[i].len > 0 && plain_is_at(text, at, own[i])) {
            return own[i].len;
        }
    }
    return 0;
}

/* 0: none, or more than one number that may be it. */
static int64_t quantity_in(struct str text, struct str name, struct str sku)
{
    int64_t quantity = 0;
    size_t numbers = 0;
    for (size_t at = 0; at < text.len;) {
        struct screen_number number;
        size_t own = quantity_own(text, at, name, sku);
        if (own > 0 || plain_is_inside(text, at) || !screen_number_at(text, at, &number)) {
            at += max_size(own, 1);
            continue;
        }
        size_t end = at + number.len;
        bool is_place = at >= 3 && str_starts(str_slice(text, at - 3, 3), STR("第"));
        bool is_whole = !number.is_parted && number.amount % QUANTITY_ONE == 0 && !is_place;
        bool is_count = is_whole && quantity_is_count(str_slice(text, end, text.len), name);
        numbers += number.amount > QUANTITY_ONE ? 1 : 0;
        quantity = is_count ? number.amount / QUANTITY_ONE : quantity;
        at = end;
    }
    return numbers == 1 && quantity >= 2 && quantity <= QUANTITY_MAX ? quantity : 0;
}

bool quantity_total(struct str question, const struct product *product,
                    struct quantity_total *ret_total)
{
    struct plain text;
    struct plain name;
    struct plain sku;
    struct order_total sum;
    plain_of(question, &text);
    plain_of(product->name, &name);
    plain_of(product->sku, &sku);
    int64_t quantity = quantity_in(plain_str(&text), plain_str(&name), plain_str(&sku));
    struct order_item item = { .price = product->price,
                               .currency = product->currency,
                               .quantity = quantity };
    const struct order order = { .items = &item, .items_count = 1 };
    if (quantity == 0 || product->price.len == 0 || !order_total_of(&order, &sum)) {
        return false;
    }
    *ret_total = (struct quantity_total){ quantity, sum.amount };
    return true;
}
