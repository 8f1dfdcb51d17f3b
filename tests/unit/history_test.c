/* history_test.c - the conversation so far: in order, only what was earlier, bounded. */
#include "worker/engine/history.h"

#include "common/json.h"
#include "common/stored.h"
#include "tests/unit/leaf.h"

#define ARENA_BYTES ((size_t)1 << 20)
#define FIELDS_MAX 64

struct shelf {
    struct arena arena;
    struct store_field fields[FIELDS_MAX];
    struct store_call call;
    struct store opener;
    size_t opened;
};

static void shelf_open(struct shelf *shelf)
{
    *shelf = (struct shelf){ 0 };
    arena_init(&shelf->arena, ARENA_BYTES);
    shelf->call.fields = shelf->fields;
}

static void shelf_close(struct shelf *shelf)
{
    arena_fini(&shelf->arena);
}

static void keep_bytes(struct shelf *shelf, const char *name, const char *value)
{
    assert_true(shelf->call.fields_count < FIELDS_MAX);
    shelf->fields[shelf->call.fields_count++] =
        (struct store_field){ str_from(name), str_from(value) };
}

static void keep(struct shelf *shelf, int32_t place, int64_t offset, int64_t at_ms,
                 const char *text)
{
    char name[HISTORY_FIELD_BYTES];
    const struct exchange exchange = { .at_wall_ms = at_ms, .text = str_from(text) };
    assert_true(shelf->call.fields_count < FIELDS_MAX);
    struct store_field *field = &shelf->fields[shelf->call.fields_count++];
    assert_int_equal(arena_copy(&shelf->arena, history_field(place, offset, name), &field->name),
                     OK);
    assert_int_equal(history_encode(&shelf->arena, STORED_OLDEST, &exchange, &field->value), OK);
}

static struct history read_before(struct shelf *shelf, int32_t place, int64_t offset,
                                  int64_t at_ms, size_t items_max)
{
    const struct exchange self = { .partition = place, .offset = offset, .at_wall_ms = at_ms };
    struct history history;
    assert_int_equal(history_read(&shelf->arena, &shelf->call, &self, items_max, &history), OK);
    return history;
}

static void texts_are(const struct history *history, const char *wanted)
{
    char told[128] = "";
    size_t len = 0;
    for (size_t i = 0; i < history->count; i++) {
        len += (size_t)snprintf(told + len, sizeof(told) - len, "%.*s ",
                                STR_ARG(history->items[i].text));
    }
    assert_string_equal(told, wanted);
}

static void a_message_comes_back_with_its_answer_and_what_it_was_about(void **state)
{
    (void)state;
    struct shelf shelf;
    shelf_open(&shelf);
    const struct exchange exchange = { .at_wall_ms = -5, .author = AUTHOR_AGENT,
                                       .text = STR("a \"b\"\n水壶"), .answer = STR("yes"),
                                       .sku = STR("K1"), .order_id = STR("100234") };
    struct str bytes;
    assert_int_equal(history_encode(&shelf.arena, STORED_OLDEST, &exchange, &bytes), OK);
    shelf.fields[shelf.call.fields_count++] = (struct store_field){ STR("3/42"), bytes };
    struct history history = read_before(&shelf, 3, 43, 0, 10);
    assert_int_equal(history.count, 1);
    const struct exchange *found = &history.items[0];
    assert_int_equal(found->partition, 3);
    assert_int_equal(found->offset, 42);
    assert_int_equal(found->at_wall_ms, -5);
    assert_int_equal(found->author, AUTHOR_AGENT);
    assert_true(str_eq(found->text, exchange.text));
    assert_text(found->answer, "yes");
    assert_text(found->sku, "K1");
    assert_text(found->order_id, "100234");
    shelf_close(&shelf);
}

static void within_a_partition_the_offset_decides_and_not_the_time(void **state)
{
    (void)state;
    struct shelf shelf;
    shelf_open(&shelf);
    keep(&shelf, 0, 10, 100, "ten");
    keep(&shelf, 0, 9, 900, "nine");
    keep(&shelf, 0, 2, 500, "two");
    struct history history = read_before(&shelf, 0, 11, 50, 10);
    texts_are(&history, "two nine ten ");
    shelf_close(&shelf);
}

static void a_turn_knows_neither_itself_nor_what_came_later(void **state)
{
    (void)state;
    struct shelf shelf;
    shelf_open(&shelf);
    keep(&shelf, 0, 4, 100, "before");
    keep(&shelf, 0, 5, 100, "itself");
    keep(&shelf, 0, 6, 100, "after");
    struct history history = read_before(&shelf, 0, 5, 100, 10);
    texts_are(&history, "before ");
    shelf_close(&shelf);
}

static void between_partitions_time_decides(void **state)
{
    (void)state;
    struct shelf shelf;
    shelf_open(&shelf);
    keep(&shelf, 0, 5, 100, "early");
    keep(&shelf, -1, 900, 200, "note");
    keep(&shelf, -1, 901, 400, "later");
    struct history history = read_before(&shelf, 0, 6, 300, 10);
    texts_are(&history, "early note ");
    shelf_close(&shelf);
}

static void notes_of_handbacks_have_places_of_their_own(void **state)
{
    (void)state;
    for (int32_t number = 0; number < 5; number++) {
        const struct partition_id message = { TOPIC_MESSAGES, number };
        const struct partition_id handback = { TOPIC_HANDBACKS, number };
        assert_int_equal(history_place(message), number);
        assert_true(history_place(handback) < 0);
    }
    char name[HISTORY_FIELD_BYTES];
    assert_string_equal(history_field(-1, 7, name).ptr, "-1/7");
    assert_string_equal(history_field(INT32_MIN, INT64_MAX, name).ptr,
                        "-2147483648/9223372036854775807");
}

static void only_the_newest_are_told(void **state)
{
    (void)state;
    struct shelf shelf;
    shelf_open(&shelf);
    for (int64_t offset = 0; offset < 7; offset++) {
        keep(&shelf, 0, 6 - offset, 100, "x");
    }
    struct history history = read_before(&shelf, 0, 9, 100, 5);
    assert_int_equal(history.count, 5);
    assert_int_equal(history.items[0].offset, 2);
    assert_int_equal(history.items[4].offset, 6);
    history = read_before(&shelf, 0, 9, 100, 1);
    assert_int_equal(history.count, 1);
    assert_int_equal(history.items[0].offset, 6);
    shelf_close(&shelf);
}

static void more_is_kept_than_told_and_both_are_bounded(void **state)
{
    (void)state;
    assert_int_equal(history_items_max(0), 0);
    assert_int_equal(history_items_max(10), 10);
    assert_int_equal(history_items_max(100), BRIEF_HISTORY_MAX);
    assert_int_equal(history_fields_max(10), 20);
    assert_int_equal(history_fields_max(SIZE_MAX), 2 * BRIEF_HISTORY_MAX);
}

static void foreign_and_damaged_fields_are_left_out(void **state)
{
    (void)state;
    struct shelf shelf;
    shelf_open(&shelf);
    keep(&shelf, 0, 1, 100, "mine");
    keep_bytes(&shelf, "0/2", "not json");
    keep_bytes(&shelf, "0/3", "{\"v\":1,\"at\":1,\"author\":9,\"text\":\"a\"}");
    keep_bytes(&shelf, "0/-1", "{\"v\":1,\"at\":1,\"author\":0,\"text\":\"a\"}");
    keep_bytes(&shelf, "0", "{\"v\":1,\"at\":1,\"author\":0,\"text\":\"a\"}");
    keep_bytes(&shelf, "x/1", "{\"v\":1,\"at\":1,\"author\":0,\"text\":\"a\"}");
    keep_bytes(&shelf, "0/4", "{\"v\":1,\"at\":1,\"author\":0,\"text\":\"good\"}");
    struct history history = read_before(&shelf, 0, 9, 100, 10);
    texts_are(&history, "mine good ");
    shelf_close(&shelf);
}

static void an_answer_is_not_guessed_around_a_newer_version(void **state)
{
    (void)state;
    struct shelf shelf;
    const struct exchange self = { .offset = 9 };
    struct history history = { .count = 77 };
    shelf_open(&shelf);
    keep(&shelf, 0, 1, 100, "mine");
    keep_bytes(&shelf, "0/2", "{\"v\":99,\"at\":1,\"author\":0,\"text\":\"a\"}");
    assert_int_equal(history_read(&shelf.arena, &shelf.call, &self, 10, &history), ERR_NO_FACTS);
    assert_int_equal(history.count, 77);
    shelf_close(&shelf);
}

static void no_history_is_an_empty_one(void **state)
{
    (void)state;
    struct shelf shelf;
    shelf_open(&shelf);
    struct history history = read_before(&shelf, 0, 9, 100, 10);
    assert_int_equal(history.count, 0);
    shelf_close(&shelf);
}

static enum err shelf_open_field(struct store *store, const struct store_call *call,
                                 const struct store_field *field, struct str *ret_value)
{
    struct shelf *shelf = container_of(store, struct shelf, opener);
    (void)call;
    shelf->opened++;
    *ret_value = field->value;
    return str_is(field->value, "closed") ? ERR_FORMAT : OK;
}

/* From here on its fields have to be opened. */
static void shelf_shut(struct shelf *shelf)
{
    static const struct store_ops ops = { .name = "shelf", .open = shelf_open_field };
    shelf->opener.ops = &ops;
    shelf->call.opener = &shelf->opener;
    shelf->opened = 0;
}

static void no_more_is_opened_than_is_told(void **state)
{
    (void)state;
    struct shelf shelf;
    shelf_open(&shelf);
    for (int64_t i = 0; i < 20; i++) {
        keep(&shelf, 0, i * 7 % 20, 100, "x");
    }
    shelf_shut(&shelf);
    struct history history = read_before(&shelf, 0, 30, 100, 10);
    assert_int_equal(history.count, 10);
    assert_int_equal(history.items[0].offset, 10);
    assert_int_equal(shelf.opened, 10);
    shelf.opened = 0;
    history = read_before(&shelf, 0, 4, 100, 10); /* what came later is not opened either */
    assert_int_equal(history.count, 4);
    assert_int_equal(shelf.opened, 4);
    keep(&shelf, -1, 5, 50, "note");
    shelf.opened = 0;
    history = read_before(&shelf, 0, 30, 100, 3);
    assert_int_equal(history.items[0].offset, 17);
    assert_int_equal(shelf.opened, 4);
    shelf_close(&shelf);
}

static void for_one_that_does_not_open_an_older_one_is_told(void **state)
{
    (void)state;
    struct shelf shelf;
    shelf_open(&shelf);
    keep(&shelf, 0, 1, 100, "oldest");
    keep(&shelf, 0, 2, 100, "old");
    keep(&shelf, 0, 3, 100, "new");
    keep_bytes(&shelf, "0/4", "closed");
    keep_bytes(&shelf, "0/5", "not json");
    shelf_shut(&shelf);
    struct history history = read_before(&shelf, 0, 9, 100, 2);
    texts_are(&history, "old new ");
    assert_int_equal(shelf.opened, 4);
    shelf_close(&shelf);
}

static void what_is_too_old_to_be_told_may_be_of_any_version(void **state)
{
    (void)state;
    struct shelf shelf;
    shelf_open(&shelf);
    keep_bytes(&shelf, "0/1", "{\"v\":99,\"at\":1,\"author\":0,\"text\":\"a\"}");
    keep(&shelf, 0, 2, 100, "two");
    keep(&shelf, 0, 3, 100, "three");
    struct history history = read_before(&shelf, 0, 9, 100, 2);
    texts_are(&history, "two three ");
    shelf_close(&shelf);
}

/* Places 0 and -1 grow side by side in time, in an order of fields that tells nothing. */
static void shelf_fill(struct shelf *shelf, struct luck *luck, size_t count)
{
    char text[16];
    for (size_t i = 0; i < count; i++) {
        int32_t place = luck_next(luck, 4) == 0 ? -1 : 0;
        int64_t at_ms = 100 * (int64_t)i + (int64_t)luck_next(luck, 50);
        snprintf(text, sizeof(text), "t%zu", i);
        keep(shelf, place, (int64_t)i, at_ms, text);
        if (luck_next(luck, 8) == 0) {
            shelf->fields[shelf->call.fields_count - 1].value = STR("closed");
        }
        size_t other = (size_t)luck_next(luck, shelf->call.fields_count);
        struct store_field last = shelf->fields[shelf->call.fields_count - 1];
        shelf->fields[shelf->call.fields_count - 1] = shelf->fields[other];
        shelf->fields[other] = last;
    }
}

/* With room for all of them every field is opened, so the end of that is what has to be told. */
static void reading_the_newest_tells_what_reading_all_of_them_would(void **state)
{
    (void)state;
    struct luck luck = luck_of(20261127);
    size_t opened = 0;
    size_t opened_all = 0;
    for (size_t round = 0; round < 300; round++) {
        struct shelf shelf;
        shelf_open(&shelf);
        shelf_fill(&shelf, &luck, 1 + (size_t)luck_next(&luck, FIELDS_MAX - 1));
        shelf_shut(&shelf);
        int64_t self = (int64_t)luck_next(&luck, FIELDS_MAX + 8);
        size_t items_max = 1 + (size_t)luck_next(&luck, 12);
        struct history all = read_before(&shelf, 0, self, 100 * self, FIELDS_MAX);
        opened_all += shelf.opened;
        shelf.opened = 0;
        struct history told = read_before(&shelf, 0, self, 100 * self, items_max);
        opened += shelf.opened;
        assert_int_equal(told.count, min_size(all.count, items_max));
        for (size_t i = 0; i < told.count; i++) {
            const struct exchange *wanted = &all.items[all.count - told.count + i];
            assert_int_equal(told.items[i].partition, wanted->partition);
            assert_int_equal(told.items[i].offset, wanted->offset);
            assert_true(str_eq(told.items[i].text, wanted->text));
        }
        shelf_close(&shelf);
    }
    assert_true(opened < opened_all);
}

static enum err try_encode(void *owner)
{
    (void)owner;
    struct arena arena;
    const struct exchange exchange = { .text = STR("text"), .answer = STR("answer") };
    struct str bytes = STR("untouched");
    arena_init(&arena, ARENA_BYTES);
    enum err err = history_encode(&arena, STORED_OLDEST, &exchange, &bytes);
    if (err != OK) {
        assert_text(bytes, "untouched");
    }
    arena_fini(&arena);
    return err;
}

static enum err try_read(void *owner)
{
    const struct shelf *shelf = owner;
    struct arena arena;
    const struct exchange self = { .offset = 9 };
    struct history history = { .count = 77 };
    arena_init(&arena, ARENA_BYTES);
    enum err err = history_read(&arena, &shelf->call, &self, 1, &history);
    assert_int_equal(history.count, err == OK ? 1 : 77);
    arena_fini(&arena);
    return err;
}

static void without_memory_a_history_is_not_shortened_in_silence(void **state)
{
    (void)state;
    struct shelf shelf;
    shelf_open(&shelf);
    keep(&shelf, 0, 1, 100, "one");
    keep(&shelf, 0, 2, 100, "two");
    assert_true(starve(try_encode, NULL) >= 2);
    assert_true(starve(try_read, &shelf) >= 2);
    shelf_close(&shelf);
}

int main(void)
{
    json_setup(1);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_comes_back_with_its_answer_and_what_it_was_about),
        cmocka_unit_test(within_a_partition_the_offset_decides_and_not_the_time),
        cmocka_unit_test(a_turn_knows_neither_itself_nor_what_came_later),
        cmocka_unit_test(between_partitions_time_decides),
        cmocka_unit_test(notes_of_handbacks_have_places_of_their_own),
        cmocka_unit_test(only_the_newest_are_told),
        cmocka_unit_test(more_is_kept_than_told_and_both_are_bounded),
        cmocka_unit_test(foreign_and_damaged_fields_are_left_out),
        cmocka_unit_test(an_answer_is_not_guessed_around_a_newer_version),
        cmocka_unit_test(no_history_is_an_empty_one),
        cmocka_unit_test(no_more_is_opened_than_is_told),
        cmocka_unit_test(for_one_that_does_not_open_an_older_one_is_told),
        cmocka_unit_test(what_is_too_old_to_be_told_may_be_of_any_version),
        cmocka_unit_test(reading_the_newest_tells_what_reading_all_of_them_would),
        cmocka_unit_test(without_memory_a_history_is_not_shortened_in_silence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
