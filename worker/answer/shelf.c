/* shelf.c - see shelf.h. An entry's JSON is our own, so that a price is found by its name in it. */
#include "worker/answer/shelf.h"

#include "worker/answer/order_asked.h"
#include "worker/answer/plain.h"
#include "worker/answer/plural.h"
#include "worker/answer/property.h"
#include "worker/answer/screen_read.h"
#include "worker/answer/shelf_cheapest.h"
#include "worker/answer/shelf_words.h"

/* An entry that may fit. */
struct shelf_hit {
    struct str sku;
    int64_t amount;
    bool is_in;
    bool is_kind; /* its category is what is asked for, and not only a word of it */
};

struct shelf_look {
    const struct shelf_wish *wish;
    struct shelf_words words;
    struct shelf_hit hits[SHELF_READ_MAX]; /* best first */
    size_t count;
    size_t fits;                        /* also those that are not kept */
    bool is_met[SHELF_WORDS_MAX];       /* each word, by some entry */
    bool is_money_met;                  /* something is sold for that currency */
    struct str currency;                /* of the first that fits */
    bool is_incomparable;               /* prices of several currencies, or none that is known,
                                           or whether it is in stock is not known */
};

/* What stands behind `name` up to the next quotation mark. */
static struct str shelf_field(struct str entry, struct str name)
{
    size_t at = str_find(entry, name);
    struct str rest = str_slice(entry, min_size(at + name.len, entry.len), entry.len);
    return str_slice(rest, 0, str_find(rest, STR("\"")));
}

/* In ten thousandths; -1: it is none. */
static int64_t shelf_amount(struct str price)
{
    int64_t amount;
    return order_amount_read(price, &amount) ? amount : -1;
}

static bool shelf_is_money(const struct shelf_wish *wish, struct str currency)
{
    return wish->currency == 0 || screen_is_same_money(wish->currency, screen_currency(currency));
}

static bool shelf_price_fits(const struct shelf_wish *wish, int64_t amount, struct str currency)
{
    bool is_bound = wish->min_amount >= 0 || wish->max_amount >= 0;
    bool is_under = wish->max_amount < 0 || amount < wish->max_amount ||
                    (!wish->excludes_max && amount == wish->max_amount);
    bool is_over = wish->min_amount < 0 || amount > wish->min_amount ||
                   (!wish->excludes_min && amount == wish->min_amount);
    return !is_bound || (amount >= 0 && shelf_is_money(wish, currency) && is_under && is_over);
}

static bool shelf_is_before(const struct shelf_hit *one, const struct shelf_hit *other)
{
    if (one->is_kind != other->is_kind) {
        return one->is_kind;
    }
    if (one->is_in != other->is_in) {
        return one->is_in;
    }
    return one->amount != other->amount ? one->amount < other->amount
                                        : str_cmp(one->sku, other->sku) < 0;
}

static void shelf_keep(struct shelf_look *look, const struct shelf_hit *hit)
{
    size_t at = look->count;
    while (at > 0 && shelf_is_before(hit, &look->hits[at - 1])) {
        at--;
    }
    if (at == SHELF_READ_MAX) {
        return;
    }
    look->count = min_size(look->count + 1, SHELF_READ_MAX);
    memmove(&look->hits[at + 1], &look->hits[at], (look->count - 1 - at) * sizeof(*hit));
    look->hits[at] = *hit;
}

/* "Green teas" are of tea, and 绿茶 is of 茶; "tea pots" are not. */
static bool shelf_is_of_kind(const struct shelf_wish *wish, struct str category)
{
    size_t count = wish->words.count;
    struct plain plain;
    plain_of(category, &plain);
    struct str all = plural_without_s(plain_str(&plain));
    struct str head = count > 0 ? passage_term(&wish->words, count - 1) : STR_NONE;
    struct str kind = plural_without_s(head);
    return kind.len > 0 && kind.len <= all.len &&
           str_eq(str_slice(all, all.len - kind.len, kind.len), kind);
}

static void shelf_compare(struct shelf_look *look, const struct shelf_hit *hit, struct str entry,
                          struct str currency)
{
    bool is_out = str_find(entry, STR("\"in_stock\":false")) < entry.len;
    look->currency = look->fits == 0 ? currency : look->currency;
    look->is_incomparable = look->is_incomparable || (!is_out && !hit->is_in) ||
                            (hit->is_in && hit->amount < 0) ||
                            !str_eq(look->currency, currency);
}

static void shelf_on_entry(void *context, struct str sku, struct str entry)
{
    struct shelf_look *look = context;
    bool stand[SHELF_WORDS_MAX];
    size_t found = shelf_words_met(&look->words, entry, stand);
    for (size_t i = 0; i < look->words.count; i++) {
        look->is_met[i] = look->is_met[i] || stand[i];
    }
    struct str currency = shelf_field(entry, STR("\"currency\":\""));
    look->is_money_met = look->is_money_met || shelf_is_money(look->wish, currency);
    const struct shelf_hit hit = {
        .sku = sku,
        .amount = shelf_amount(shelf_field(entry, STR("\"price\":\""))),
        .is_in = str_find(entry, STR("\"in_stock\":true")) < entry.len,
        .is_kind = look->wish->is_open &&
                   shelf_is_of_kind(look->wish, shelf_field(entry, STR("\"category\":\""))),
    };
    if (found == look->words.count &&
        shelf_price_fits(look->wish, hit.amount, currency)) {
        shelf_compare(look, &hit, entry, currency);
        look->fits++;
        shelf_keep(look, &hit);
    }
}

/* What it is called and what it is like; a description may name what it is not. */
static enum err shelf_fits(struct arena *arena, const struct shelf_words *words,
                           const struct product *product, bool *ret_fits)
{
    CLEANUP(buf_fini) struct buf buf;
    struct str own;
    bool stand[SHELF_WORDS_MAX];
    buf_init(&buf, 65536);
    TRY(buf_add(&buf, product->name));
    TRY(buf_add_char(&buf, '\n'));
    TRY(buf_add(&buf, product->category));
    for (size_t i = 0; i < product->attributes_count; i++) {
        TRY(buf_add_char(&buf, '\n'));
        TRY(buf_add(&buf, product->attributes[i].value));
    }
    TRY(arena_copy(arena, buf_str(&buf), &own));
    *ret_fits = shelf_words_met(words, own, stand) == words->count;
    return OK;
}

/* "grey" is "gray", and 绿 is 绿色. */
static bool shelf_has_colour(struct str text, struct str colour)
{
    bool is_grey = str_eq(colour, STR("grey")) || str_eq(colour, STR("gray"));
    bool is_blue = str_eq(colour, STR("blue")) || str_eq(colour, STR("blu"));
    struct plain plain;
    plain_of(text, &plain);
    struct str all = plain_str(&plain);
    return plain_is_letter(colour.ptr[0])
               ? plain_has(all, colour) || (is_grey && plain_has_any(all, "grey|gray")) ||
                     (is_blue && plain_has_any(all, "blue|blu"))
               : plain_has(all, str_slice(colour, 0, STR("绿").len));
}

/* Whether the text names a colour in the letters of the one that is denied. */
static bool shelf_tells_colour(struct str text, struct str denied)
{
    struct plain plain;
    bool tells = false;
    plain_of(text, &plain);
    for (size_t at = 0; at < plain.len && !tells; at++) {
        struct str colour = property_colour_at(plain_str(&plain), at);
        tells = colour.len > 0 &&
                plain_is_letter(colour.ptr[0]) == plain_is_letter(denied.ptr[0]);
    }
    return tells;
}

/* A colour is told of it, and nowhere the denied one: of what color a thing is that tells none
 * nobody knows. */
static bool shelf_is_without(const struct product *product, struct str denied)
{
    bool is_told = false;
    bool has = shelf_has_colour(product->name, denied) ||
               shelf_has_colour(product->category, denied) ||
               shelf_has_colour(product->description, denied);
    for (size_t i = 0; i < product->attributes_count; i++) {
        has = has || shelf_has_colour(product->attributes[i].value, denied);
        is_told = is_told || shelf_tells_colour(product->attributes[i].value, denied);
    }
    return is_told && !has;
}

static enum err shelf_read(struct arena *arena, const struct catalog *catalog, struct str tenant,
                           const struct shelf_look *look, struct shelf *shelf)
{
    struct str denied = look->wish->denied;
    for (size_t i = 0; i < look->count && shelf->count < SHELF_TOLD_MAX; i++) {
        const struct product *product = NULL;
        bool fits = false;
        TRY(catalog_find(catalog, arena, tenant, look->hits[i].sku, &product));
        if (product) {
            TRY(shelf_fits(arena, &look->words, product, &fits));
            fits = fits && (denied.len == 0 || shelf_is_without(product, denied));
        }
        if (fits) {
            shelf->products[shelf->count++] = product;
        }
        shelf->is_part = i + 1 < look->count || look->fits > look->count;
    }
    return OK;
}

struct shelf_choice {
    const struct product *products[SHELF_READ_MAX]; /* in stock, the cheapest first */
    int64_t amounts[SHELF_READ_MAX];
    enum cheapest_fit fits[SHELF_READ_MAX];
    size_t count;
};

static enum err shelf_choose(struct arena *arena, const struct catalog *catalog, struct str tenant,
                             const struct shelf_look *look, struct shelf_choice *choice)
{
    choice->count = 0;
    for (size_t i = 0; i < look->count && look->hits[i].is_in; i++) {
        const struct product *product = NULL;
        bool fits = false;
        TRY(catalog_find(catalog, arena, tenant, look->hits[i].sku, &product));
        if (product) {
            TRY(shelf_fits(arena, &look->words, product, &fits));
            choice->products[choice->count] = product;
            choice->amounts[choice->count] = look->hits[i].amount;
            choice->fits[choice->count++] =
                fits ? cheapest_fit_of(product, &look->wish->words) : CHEAPEST_LOOSE;
        }
    }
    return OK;
}

/* Those that fit as well as `fit`, unless one that costs less fits nearly as well. */
static void shelf_take_cheapest(const struct shelf_choice *choice, enum cheapest_fit fit,
                                struct shelf *shelf)
{
    size_t first = 0;
    bool is_sure = true;
    while (first < choice->count && choice->fits[first] != fit) {
        first++;
    }
    for (size_t i = 0; i < choice->count && first < choice->count; i++) {
        bool is_less = choice->amounts[i] < choice->amounts[first];
        bool is_same = choice->amounts[i] == choice->amounts[first] && choice->fits[i] == fit;
        is_sure = is_sure && !(is_less && choice->fits[i] + 1 == fit) &&
                  !(is_same && shelf->count == SHELF_TOLD_MAX);
        if (is_same && is_sure) {
            shelf->products[shelf->count++] = choice->products[i];
        }
    }
    shelf->count = is_sure ? shelf->count : 0;
}

/* By category, which leaves a bell for bikes aside; by name where no category is of the kind. */
static enum err shelf_read_cheapest(struct arena *arena, const struct catalog *catalog,
                                    struct str tenant, const struct shelf_look *look,
                                    struct shelf *shelf)
{
    struct shelf_choice choice;
    bool is_by_category = false;
    TRY(shelf_choose(arena, catalog, tenant, look, &choice));
    for (size_t i = 0; i < choice.count; i++) {
        is_by_category = is_by_category || choice.fits[i] == CHEAPEST_OF_KIND;
    }
    if (is_by_category || look->fits <= look->count) {
        shelf_take_cheapest(&choice, is_by_category ? CHEAPEST_OF_KIND : CHEAPEST_NAMED, shelf);
    }
    bool is_same_behind = look->fits > look->count && shelf->count > 0 &&
                          choice.amounts[choice.count - 1] ==
                              shelf_amount(shelf->products[0]->price);
    shelf->count = is_same_behind ? 0 : shelf->count;
    shelf->is_cheapest = shelf->is_known = shelf->count > 0;
    return OK;
}

enum err shelf_find(struct arena *arena, const struct catalog *catalog, struct str tenant,
                    const struct shelf_wish *wish, struct shelf *ret_shelf)
{
    struct shelf_look look = { .wish = wish };
    shelf_words_of(wish, &look.words);
    bool is_whole = catalog_each(catalog, tenant, SHELF_LOOKED_MAX, shelf_on_entry, &look);
    struct shelf shelf = { .is_known = look.is_money_met, .is_whole = is_whole };
    for (size_t i = 0; i < wish->words.count; i++) {
        bool is_kind = shelf_wish_is_kind(passage_term(&wish->words, i)); /* that none is of */
        shelf.is_known = shelf.is_known && (look.is_met[i] || is_kind);
    }
    if (wish->is_cheapest) {
        shelf.is_known = shelf.is_known && is_whole && !look.is_incomparable;
        if (shelf.is_known) {
            TRY(shelf_read_cheapest(arena, catalog, tenant, &look, &shelf));
        }
        *ret_shelf = shelf;
        return OK;
    }
    if (shelf.is_known) {
        TRY(shelf_read(arena, catalog, tenant, &look, &shelf));
    }
    bool is_none_sure = is_whole && look.fits <= SHELF_READ_MAX && !wish->is_open &&
                        wish->denied.len == 0;
    shelf.is_known = shelf.is_known && (shelf.count > 0 || is_none_sure);
    /* Those whose colour nobody tells may be without it, too. */
    shelf.is_part = shelf.is_part || !is_whole || wish->denied.len > 0;
    *ret_shelf = shelf;
    return OK;
}
