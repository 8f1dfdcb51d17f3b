/* Maps: bounded, seeded, and the entries belong to someone else. */
#include "tests/unit/leaf.h"

#include "common/map.h"

static const uint64_t seed[2] = { 7, 11 };

struct item {
    struct map_entry entry;
    char key[8];
    bool is_in;
};

static struct item *item_of(struct map_entry *entry)
{
    return entry ? container_of(entry, struct item, entry) : NULL;
}

static void what_was_added_is_found_by_its_bytes(void **state)
{
    (void)state;
    struct map map;
    struct map_entry first = { 0 };
    struct map_entry second = { 0 };
    assert_int_equal(map_init(&map, 4, seed), OK);
    assert_null(map_find(&map, STR("a")));
    assert_int_equal(map_add(&map, &first, BYTES("a\0")), OK);
    assert_int_equal(map_add(&map, &second, STR("")), OK);
    assert_ptr_equal(map_find(&map, BYTES("a\0")), &first);
    assert_ptr_equal(map_find(&map, STR_NONE), &second);
    assert_null(map_find(&map, STR("a")));
    map_remove(&map, &first);
    assert_null(map_find(&map, BYTES("a\0")));
    assert_int_equal(map.count, 1);
    map_fini(&map);
    map_fini(&map);
}

static void a_full_map_takes_no_more(void **state)
{
    (void)state;
    struct map map;
    struct item items[3] = { { .key = "a" }, { .key = "b" }, { .key = "c" } };
    assert_int_equal(map_init(&map, 2, seed), OK);
    assert_int_equal(map_add(&map, &items[0].entry, str_from(items[0].key)), OK);
    assert_int_equal(map_add(&map, &items[1].entry, str_from(items[1].key)), OK);
    assert_int_equal(map_add(&map, &items[2].entry, str_from(items[2].key)), ERR_FULL);
    assert_null(map_find(&map, STR("c")));
    map_remove(&map, &items[0].entry);
    assert_int_equal(map_add(&map, &items[2].entry, str_from(items[2].key)), OK);
    map_fini(&map);
}

static void a_walk_visits_each_once_even_if_it_removes_them(void **state)
{
    (void)state;
    struct map map;
    struct item items[100] = { { .key = "" } };
    assert_int_equal(map_init(&map, countof(items), seed), OK);
    for (size_t i = 0; i < countof(items); i++) {
        snprintf(items[i].key, sizeof(items[i].key), "%zu", i);
        assert_int_equal(map_add(&map, &items[i].entry, str_from(items[i].key)), OK);
    }
    size_t bucket;
    size_t visits = 0;
    for (struct map_entry *entry = map_walk(&map, &bucket, NULL); entry;
         entry = map_walk(&map, &bucket, entry)) {
        assert_false(item_of(entry)->is_in);
        item_of(entry)->is_in = true;
        if (visits++ % 2) {
            map_remove(&map, entry);
        }
    }
    assert_int_equal(visits, countof(items));
    assert_int_equal(map.count, countof(items) / 2);
    map_fini(&map);
}

static void it_agrees_with_an_array_under_random_use(void **state)
{
    (void)state;
    struct luck luck = luck_of(20250404);
    struct map map;
    struct item items[40] = { { .key = "" } };
    assert_int_equal(map_init(&map, countof(items), seed), OK);
    for (size_t i = 0; i < countof(items); i++) {
        snprintf(items[i].key, sizeof(items[i].key), "k%zu", i);
    }
    for (int step = 0; step < 20000; step++) {
        struct item *item = &items[luck_next(&luck, countof(items))];
        struct str key = str_from(item->key);
        assert_ptr_equal(map_find(&map, key), item->is_in ? &item->entry : NULL);
        if (item->is_in) {
            map_remove(&map, &item->entry);
        } else {
            assert_int_equal(map_add(&map, &item->entry, key), OK);
        }
        item->is_in = !item->is_in;
    }
    map_fini(&map);
}

static enum err try_map(void *owner)
{
    (void)owner;
    struct map map = { 0 };
    enum err err = map_init(&map, 1000, seed);
    assert_true((err == OK) == (map.buckets != NULL));
    map_fini(&map);
    return err;
}

static void without_memory_no_map_is_made(void **state)
{
    (void)state;
    assert_int_equal(starve(try_map, NULL), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_added_is_found_by_its_bytes),
        cmocka_unit_test(a_full_map_takes_no_more),
        cmocka_unit_test(a_walk_visits_each_once_even_if_it_removes_them),
        cmocka_unit_test(it_agrees_with_an_array_under_random_use),
        cmocka_unit_test(without_memory_no_map_is_made),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
