/* evaluate_baskets.c - see evaluate_baskets.h. */
#include "worker/command/evaluate_baskets.h"

#include "common/clock.h"
#include "common/json.h"
#include "common/mem.h"
#include "common/utf8.h"

#define BASKETS_FIELDS_MAX 64
#define BASKETS_TEXT_MAX 256
#define BASKETS_ITEMS_MAX 100000

/* What the program has no secret to protect with. */
static const uint64_t baskets_seed[2] = { 0, 0 };

struct basket_name {
    struct map_entry entry;
    uint32_t number;
};

/* ---- names ---- */

static enum err baskets_name_grow(struct basket_names *names)
{
    if (names->count < names->room) {
        return OK;
    }
    uint32_t room = names->room > 0 ? 2 * names->room : 1024;
    struct str *texts = mem_resize(names->texts, room * sizeof(*texts));
    if (!texts) {
        return ERR_NOMEM;
    }
    names->texts = texts;
    names->room = room;
    return OK;
}

static enum err baskets_name(struct baskets *baskets, struct basket_names *names, struct str text,
                             uint32_t *ret_number)
{
    struct map_entry *known = map_find(&names->map, text);
    if (known) {
        *ret_number = container_of(known, struct basket_name, entry)->number;
        return OK;
    }
    TRY(baskets_name_grow(names));
    struct basket_name *name = arena_new(&baskets->arena, struct basket_name);
    if (!name) {
        return ERR_NOMEM;
    }
    struct str copy;
    TRY(arena_copy(&baskets->arena, text, &copy));
    name->number = names->count;
    TRY(map_add(&names->map, &name->entry, copy));
    names->texts[names->count++] = copy;
    *ret_number = name->number;
    return OK;
}

static enum err baskets_categorise(struct baskets *baskets, uint32_t item, struct str category)
{
    if (item >= baskets->categories_room) {
        uint32_t room = baskets->items.room;
        struct str *categories = mem_resize(baskets->categories, room * sizeof(*categories));
        if (!categories) {
            return ERR_NOMEM;
        }
        memset(categories + baskets->categories_room, 0,
               (room - baskets->categories_room) * sizeof(*categories));
        baskets->categories = categories;
        baskets->categories_room = room;
    }
    if (baskets->categories[item].len > 0 || category.len == 0) {
        return OK;
    }
    return arena_copy(&baskets->arena, category, &baskets->categories[item]);
}

uint32_t baskets_number(const struct baskets *baskets, struct str sku)
{
    struct map_entry *found = map_find(&baskets->items.map, sku);
    assert(found);
    return container_of(found, struct basket_name, entry)->number;
}

/* ---- baskets ---- */

struct basket_key {
    struct str customer;
    struct str order; /* len 0: the time tells baskets apart */
    int64_t at;
};

static enum err baskets_add(struct baskets *baskets, uint32_t number, const struct basket_key *key)
{
    if (number < baskets->count) {
        return OK;
    }
    if (baskets->count == baskets->room) {
        uint32_t room = baskets->room > 0 ? 2 * baskets->room : 1024;
        struct basket *all = mem_resize(baskets->all, room * sizeof(*all));
        if (!all) {
            return ERR_NOMEM;
        }
        baskets->all = all;
        baskets->room = room;
    }
    struct basket *basket = &baskets->all[baskets->count++];
    *basket =
        (struct basket){ .number = number, .at = key->at, .order = baskets->orders.texts[number] };
    return baskets_name(baskets, &baskets->customers, key->customer, &basket->customer);
}

/* The length keeps customer and order apart. */
static enum err baskets_find(struct baskets *baskets, const struct basket_key *key,
                             struct basket **ret_basket)
{
    char name[2 * (4 * BASKETS_TEXT_MAX) + 64];
    char length[STR_INT_BYTES];
    char at[STR_INT_BYTES];
    struct str order = key->order.len > 0 ? key->order : str_from_int(key->at, at);
    const struct str parts[] = { str_from_int((int64_t)key->customer.len, length), STR(":"),
                                 key->customer, STR("/"), order };
    uint32_t number;
    TRY(baskets_name(baskets, &baskets->orders, str_join(parts, countof(parts), name, sizeof(name)),
                     &number));
    TRY(baskets_add(baskets, number, key));
    *ret_basket = &baskets->all[number];
    return OK;
}

static enum err baskets_put(struct baskets *baskets, struct basket *basket, struct str sku,
                            struct str category)
{
    uint32_t item;
    TRY(baskets_name(baskets, &baskets->items, sku, &item));
    TRY(baskets_categorise(baskets, item, category));
    baskets->lines++;
    for (uint32_t i = 0; i < basket->items_count; i++) {
        if (basket->items[i] == item) {
            return OK;
        }
    }
    if (basket->items_count == basket->items_room) {
        uint32_t room = basket->items_room > 0 ? 2 * basket->items_room : 4;
        uint32_t *items = mem_resize(basket->items, room * sizeof(*items));
        if (!items) {
            return ERR_NOMEM;
        }
        basket->items = items;
        basket->items_room = room;
    }
    basket->items[basket->items_count++] = item;
    return OK;
}

/* "12.0", as tables with gaps write whole numbers, is 12. */
static struct str baskets_whole(struct str text)
{
    size_t len = text.len;
    while (len > 0 && text.ptr[len - 1] == '0') {
        len--;
    }
    bool is_point = len > 0 && len < text.len && text.ptr[len - 1] == '.';
    return is_point ? str_slice(text, 0, len - 1) : text;
}

static bool baskets_time(struct baskets *baskets, struct str text, int64_t *ret_at)
{
    if (str_to_i64(baskets_whole(text), INT64_MIN / 2, INT64_MAX / 2, ret_at)) {
        return true;
    }
    baskets->has_dates = true;
    return clock_day_exists(text) && clock_parse_day_or_time(text, ret_at);
}

/* ---- CSV ---- */

enum basket_column {
    COLUMN_CUSTOMER,
    COLUMN_TIME,
    COLUMN_SKU, /* those before are needed, and this one */
    COLUMN_ORDER,
    COLUMN_CATEGORY,
    COLUMNS
};

static const char *const basket_columns[COLUMNS][2] = {
    [COLUMN_CUSTOMER] = { "customer", "customer_id" },
    [COLUMN_TIME] = { "time", "seq" },
    [COLUMN_SKU] = { "sku", "item" },
    [COLUMN_ORDER] = { "order", "order_id" },
    [COLUMN_CATEGORY] = { "category", "category" },
};

static bool baskets_is_doubled(const struct str *rest, size_t at)
{
    return at + 1 < rest->len && rest->ptr[at + 1] == '"';
}

/* A field ends at a comma; one in quotes at the next quote that is not doubled. What was
 * doubled is read once, in place of the line. */
static bool baskets_field(struct str *rest, char *room, struct str *ret_field)
{
    if (rest->len == 0 || rest->ptr[0] != '"') {
        return str_split(rest, ',', ret_field);
    }
    size_t len = 0;
    size_t at = 1;
    while (at < rest->len && (rest->ptr[at] != '"' || baskets_is_doubled(rest, at))) {
        at += rest->ptr[at] == '"' ? 1 : 0;
        if (len < 4 * (size_t)BASKETS_TEXT_MAX) {
            room[len++] = rest->ptr[at];
        }
        at++;
    }
    *ret_field = (struct str){ room, len };
    struct str behind; /* up to the comma nothing should be */
    *rest = str_slice(*rest, at + 1, rest->len);
    (void)str_split(rest, ',', &behind);
    return true;
}

struct basket_table {
    int columns[BASKETS_FIELDS_MAX]; /* enum basket_column, or -1 */
    bool has[COLUMNS];
};

static void baskets_name_column(struct basket_table *table, size_t at, struct str name)
{
    table->columns[at] = -1;
    for (int i = 0; i < COLUMNS; i++) {
        bool is_it = str_is(name, basket_columns[i][0]) || str_is(name, basket_columns[i][1]);
        if (is_it && !table->has[i]) {
            table->columns[at] = i;
            table->has[i] = true;
            return;
        }
    }
}

static enum err baskets_head(struct str line, struct basket_table *ret_table, struct note *note)
{
    struct basket_table table = { 0 };
    char room[4 * BASKETS_TEXT_MAX];
    struct str field;
    for (size_t i = 0; i < BASKETS_FIELDS_MAX && baskets_field(&line, room, &field); i++) {
        baskets_name_column(&table, i, str_trim(field));
    }
    for (int i = 0; i <= COLUMN_SKU; i++) {
        if (!table.has[i]) {
            note_set(note, "line 1 names no column \"%s\" (or \"%s\")", basket_columns[i][0],
                     basket_columns[i][1]);
            return ERR_FORMAT;
        }
    }
    *ret_table = table;
    return OK;
}

static enum err baskets_csv_line(struct baskets *baskets, const struct basket_table *table,
                                 struct str line, struct note *note)
{
    char rooms[COLUMNS][4 * BASKETS_TEXT_MAX];
    char spare[4 * BASKETS_TEXT_MAX];
    struct str fields[COLUMNS] = { { 0 } };
    struct str field;
    for (size_t i = 0; i < BASKETS_FIELDS_MAX && line.ptr; i++) {
        int column = table->columns[i];
        if (baskets_field(&line, column >= 0 ? rooms[column] : spare, &field) && column >= 0) {
            fields[column] = str_trim(field);
        }
    }
    struct basket_key key = { .customer = fields[COLUMN_CUSTOMER], .order = fields[COLUMN_ORDER] };
    for (int i = 0; i < COLUMNS; i++) {
        bool is_needed = i <= COLUMN_SKU;
        if ((is_needed && fields[i].len == 0) || fields[i].len > BASKETS_TEXT_MAX) {
            note_set(note, "column \"%s\" is empty or too long", basket_columns[i][0]);
            return ERR_FORMAT;
        }
    }
    if (!baskets_time(baskets, fields[COLUMN_TIME], &key.at)) {
        note_set(note, "column \"time\" is no number and no time");
        return ERR_FORMAT;
    }
    struct basket *basket;
    TRY(baskets_find(baskets, &key, &basket));
    return baskets_put(baskets, basket, fields[COLUMN_SKU], fields[COLUMN_CATEGORY]);
}

/* ---- JSON lines ---- */

static enum err baskets_json_time(struct baskets *baskets, const struct json_at *at,
                                  int64_t *ret_at)
{
    const char *key = json_kind_of(at, "time") != KIND_NONE ? "time" : "seq";
    if (json_kind_of(at, key) == KIND_NUMBER) {
        return json_want_int(at, key, INT64_MIN / 2, INT64_MAX / 2, ret_at);
    }
    struct str text;
    TRY(json_want_text(at, key, 1, BASKETS_TEXT_MAX, &text));
    return baskets_time(baskets, text, ret_at) ? OK
                                               : json_fault(at, key, "is no number and no time");
}

static enum err baskets_json_items(struct baskets *baskets, const struct json_at *at,
                                   struct basket *basket)
{
    struct json_at items;
    TRY(json_want_array(at, "items", 1, BASKETS_ITEMS_MAX, &items));
    for (size_t i = 0; i < json_count(&items); i++) {
        struct json_at item = json_element(&items, i);
        struct str sku;
        TRY(json_want_text(&item, NULL, 1, BASKETS_TEXT_MAX, &sku));
        TRY(baskets_put(baskets, basket, sku, STR_NONE));
    }
    return OK;
}

static enum err baskets_json_line(struct baskets *baskets, struct arena *arena, struct str line,
                                  struct note *note)
{
    CLEANUP(json_drop) struct json_t *root = NULL;
    TRY(json_read(line, BASKETS_BYTES_MAX, &root, note));
    const struct json_in in = { .arena = arena, .note = note };
    struct json_at at = json_root(root, &in);
    struct basket_key key = { 0 };
    TRY(json_want_text(&at, "customer", 1, BASKETS_TEXT_MAX, &key.customer));
    TRY(json_may_text(&at, "order", 1, BASKETS_TEXT_MAX, &key.order));
    TRY(baskets_json_time(baskets, &at, &key.at));
    struct basket *basket;
    TRY(baskets_find(baskets, &key, &basket));
    return baskets_json_items(baskets, &at, basket);
}

/* ---- the file ---- */

static enum err baskets_place(enum err err, uint64_t number, struct note *note)
{
    struct note inner = *note;
    if (err == OK || err == ERR_NOMEM) {
        return err;
    }
    note_set(note, "line %llu: %s%s%s", (unsigned long long)number,
             inner.text[0] ? inner.text : err_text(err), inner.pointer[0] ? " at " : "",
             inner.pointer);
    return err == ERR_FULL ? err : ERR_FORMAT;
}

static enum err baskets_line(struct baskets *baskets, const struct basket_table *table,
                             struct str line, struct note *note)
{
    if (table) {
        return baskets_csv_line(baskets, table, line, note);
    }
    struct arena arena;
    arena_init(&arena, BASKETS_BYTES_MAX);
    enum err err = baskets_json_line(baskets, &arena, line, note);
    arena_fini(&arena);
    return err;
}

static enum err baskets_lines(struct baskets *baskets, const struct basket_table *table,
                              struct str bytes, struct note *note)
{
    uint64_t number = table ? 1 : 0;
    struct str line;
    while (str_split(&bytes, '\n', &line)) {
        number++;
        line = str_trim(line);
        if (line.len > 0) {
            TRY(baskets_place(baskets_line(baskets, table, line, note), number, note));
        }
    }
    return OK;
}

/* Equal times stay as in the file. */
static int baskets_order(const void *a, const void *b)
{
    const struct basket *left = a;
    const struct basket *right = b;
    if (left->at != right->at) {
        return left->at < right->at ? -1 : 1;
    }
    return left->number < right->number ? -1 : 1;
}

static enum err baskets_hold(struct baskets *baskets)
{
    uint32_t customers = baskets->customers.count;
    uint32_t *counts = mem_zero(max_size(customers, 1), sizeof(*counts));
    if (!counts) {
        return ERR_NOMEM;
    }
    for (uint32_t i = 0; i < baskets->count; i++) {
        counts[baskets->all[i].customer]++;
    }
    for (uint32_t i = baskets->count; i > 0; i--) {
        struct basket *basket = &baskets->all[i - 1];
        basket->is_held = counts[basket->customer] >= 3;
        counts[basket->customer] = 0;
    }
    mem_free(counts);
    return OK;
}

static enum err baskets_init(struct baskets *baskets, size_t bytes)
{
    size_t names_max = min_size(BASKETS_NAMES_MAX, bytes);
    *baskets = (struct baskets){ 0 };
    arena_init(&baskets->arena, 4 * BASKETS_BYTES_MAX);
    TRY(map_init(&baskets->customers.map, names_max, baskets_seed));
    TRY(map_init(&baskets->items.map, names_max, baskets_seed));
    return map_init(&baskets->orders.map, names_max, baskets_seed);
}

enum err baskets_read(struct baskets *baskets, struct str bytes, struct note *note)
{
    struct basket_table table;
    bytes = utf8_without_mark(bytes);
    bool is_json = bytes.len > 0 && bytes.ptr[0] == '{';
    TRY(baskets_init(baskets, bytes.len));
    if (!is_json) {
        struct str head = STR_NONE;
        (void)!str_split(&bytes, '\n', &head);
        TRY(baskets_head(str_trim(head), &table, note));
    }
    TRY(baskets_lines(baskets, is_json ? NULL : &table, bytes, note));
    if (baskets->count > 0) { /* without any there is no array, and qsort() wants one */
        qsort(baskets->all, baskets->count, sizeof(*baskets->all), baskets_order);
    }
    return baskets_hold(baskets);
}

static void baskets_name_fini(struct basket_names *names)
{
    map_fini(&names->map);
    mem_free(names->texts);
}

void baskets_fini(struct baskets *baskets)
{
    for (uint32_t i = 0; i < baskets->count; i++) {
        mem_free(baskets->all[i].items);
    }
    mem_free(baskets->all);
    mem_free(baskets->categories);
    baskets_name_fini(&baskets->customers);
    baskets_name_fini(&baskets->items);
    baskets_name_fini(&baskets->orders);
    arena_fini(&baskets->arena);
    *baskets = (struct baskets){ 0 };
}
