/* shelf_range.c - see shelf_range.h. An entry's JSON is our own, so that its category is found by
 * the field's name; one with an escape in it is left out. */
#include "worker/answer/shelf_range.h"

#include "worker/answer/shelf.h"

struct range_category {
    struct str name; /* the catalogue's */
    size_t products;
};

struct range_look {
    struct range_category all[SHELF_RANGE_LOOKED_MAX];
    size_t count;
    bool is_part;
};

static struct str range_category_of(struct str entry)
{
    const struct str field = STR("\"category\":\"");
    size_t at = str_find(entry, field);
    struct str rest = str_slice(entry, min_size(at + field.len, entry.len), entry.len);
    struct str name = str_slice(rest, 0, str_find(rest, STR("\"")));
    return str_find(name, STR("\\")) < name.len ? STR_NONE : str_trim(name);
}

static void range_on_entry(void *context, struct str sku, struct str entry)
{
    struct range_look *look = context;
    struct str name = range_category_of(entry);
    size_t place = 0;
    (void)sku;
    while (place < look->count && !str_eq_ascii_case(look->all[place].name, name)) {
        place++;
    }
    if (name.len == 0 || place == SHELF_RANGE_LOOKED_MAX) {
        look->is_part = true;
        return;
    }
    if (place == look->count) {
        look->all[look->count++] = (struct range_category){ name, 0 };
    }
    look->all[place].products++;
}

static bool range_is_before(const struct range_category *one, const struct range_category *other)
{
    return one->products != other->products ? one->products > other->products
                                            : str_cmp(one->name, other->name) < 0;
}

static void range_sort(struct range_look *look)
{
    for (size_t i = 1; i < look->count; i++) {
        struct range_category one = look->all[i];
        size_t place = i;
        for (; place > 0 && range_is_before(&one, &look->all[place - 1]); place--) {
            look->all[place] = look->all[place - 1];
        }
        look->all[place] = one;
    }
}

enum err shelf_range_of(struct arena *arena, const struct catalog *catalog, struct str tenant,
                        struct shelf_range *ret_range)
{
    struct range_look look = { .count = 0 };
    struct shelf_range range = { .count = 0 };
    bool is_whole = catalog_each(catalog, tenant, SHELF_LOOKED_MAX, range_on_entry, &look);
    range_sort(&look);
    for (size_t i = 0; i < look.count && range.count < BRIEF_CATEGORIES_MAX; i++) {
        TRY(arena_copy(arena, look.all[i].name, &range.categories[range.count++]));
    }
    range.is_part = !is_whole || look.is_part || look.count > range.count;
    *ret_range = range;
    return OK;
}
