/* donemap_test.c - what is written is read back exactly, or refused; never approximated. */
#include "worker/engine/donemap.h"

#include "tests/unit/cm.h"

static const struct donemap_stamp stamp = {
    .version = 1, .topic_id = { 1, 2, 3 }, .leader_epoch = 7
};

static struct arena arena;

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena, (size_t)1 << 20);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_fini(&arena);
    return 0;
}

static void check_round_trip(const struct runs *runs, int64_t position)
{
    struct str text;
    struct donemap_stamp read_stamp;
    struct note note = { 0 };
    assert_int_equal(donemap_encode(&arena, runs, position, &stamp, &text), OK);
    assert_true(text.len <= DONEMAP_CHARS_MAX);
    struct runs back;
    runs_init(&back, 100000);
    assert_int_equal(donemap_decode(text, position, &back, &read_stamp, &note), DONEMAP_READ);
    assert_int_equal(back.count, runs->count);
    if (runs->count > 0) {
        assert_memory_equal(back.items, runs->items, runs->count * sizeof(struct run));
    }
    assert_int_equal(read_stamp.version, 1);
    assert_int_equal(read_stamp.leader_epoch, 7);
    assert_memory_equal(read_stamp.topic_id, stamp.topic_id, TOPIC_ID_BYTES);
    runs_fini(&back);
}

static void an_empty_map_keeps_its_stamp(void **state)
{
    (void)state;
    struct runs runs;
    runs_init(&runs, 4);
    check_round_trip(&runs, 0);
    runs_fini(&runs);
}

static void a_million_behind_one_open_offset_is_one_pair(void **state)
{
    (void)state;
    struct runs runs;
    runs_init(&runs, 4);
    assert_int_equal(runs_add(&runs, 101, 1000101), OK);
    assert_true(donemap_fits(&runs, 100, DONEMAP_BODY_MAX));
    check_round_trip(&runs, 100);
    runs_fini(&runs);
}

static void every_other_offset_fits_up_to_the_limit_and_not_beyond(void **state)
{
    (void)state;
    struct runs runs;
    runs_init(&runs, 100000);
    int64_t offset = 1;
    while (donemap_fits(&runs, 0, DONEMAP_BODY_MAX)) {
        assert_int_equal(runs_add(&runs, offset, offset + 1), OK);
        offset += 2;
    }
    struct str text;
    assert_int_equal(donemap_encode(&arena, &runs, 0, &stamp, &text), ERR_FULL);
    assert_int_equal(runs_remove(&runs, offset - 2, offset - 1), OK);
    assert_true(offset > (int64_t)DONEMAP_BODY_MAX * 8 - 16);
    check_round_trip(&runs, 0);
    runs_fini(&runs);
}

static void random_sets_come_back(void **state)
{
    (void)state;
    uint32_t seed = 20250302;
    print_message("seed %u\n", seed);
    for (int round = 0; round < 300; round++) {
        struct runs runs;
        runs_init(&runs, 100000);
        int64_t position = (int64_t)round * 1000003;
        int64_t at = position + 1;
        for (int i = 0; i < 1 + round % 400; i++) {
            seed = seed * 1664525u + 1013904223u;
            int64_t len = 1 + (seed >> 8) % 5;
            assert_int_equal(runs_add(&runs, at, at + len), OK);
            at += len + 1 + (seed >> 16) % 40;
        }
        check_round_trip(&runs, position);
        runs_fini(&runs);
    }
}

static enum donemap_verdict decode(struct str text)
{
    struct runs runs;
    struct donemap_stamp read_stamp;
    struct note note = { 0 };
    runs_init(&runs, 1000);
    enum donemap_verdict verdict = donemap_decode(text, 0, &runs, &read_stamp, &note);
    if (verdict == DONEMAP_UNREADABLE) {
        assert_true(note.text[0] != '\0');
    }
    runs_fini(&runs);
    return verdict;
}

static void foreign_text_is_no_map(void **state)
{
    (void)state;
    assert_int_equal(decode(STR_NONE), DONEMAP_FOREIGN);
    assert_int_equal(decode(STR("{\"app\":\"other\"}")), DONEMAP_FOREIGN);
}

static void a_newer_version_is_not_skipped_over(void **state)
{
    (void)state;
    assert_int_equal(decode(STR("dhm2:AAAA")), DONEMAP_UNREADABLE);
    assert_int_equal(decode(STR("dhm0:AAAA")), DONEMAP_UNREADABLE);
    assert_int_equal(decode(STR("dhm:AAAA")), DONEMAP_UNREADABLE);
    assert_int_equal(decode(STR("dhm")), DONEMAP_UNREADABLE);
}

static void one_changed_character_is_noticed(void **state)
{
    (void)state;
    struct runs runs;
    struct str text;
    runs_init(&runs, 4);
    assert_int_equal(runs_add(&runs, 3, 9), OK);
    assert_int_equal(donemap_encode(&arena, &runs, 0, &stamp, &text), OK);
    runs_fini(&runs);
    for (size_t i = 5; i < text.len; i++) {
        struct str copy;
        assert_int_equal(arena_copy(&arena, text, &copy), OK);
        char *bytes = arena_alloc(&arena, copy.len);
        assert_non_null(bytes);
        memcpy(bytes, copy.ptr, copy.len);
        bytes[i] = bytes[i] == 'A' ? 'B' : 'A';
        assert_int_equal(decode((struct str){ bytes, copy.len }), DONEMAP_UNREADABLE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_empty_map_keeps_its_stamp, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_million_behind_one_open_offset_is_one_pair, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(every_other_offset_fits_up_to_the_limit_and_not_beyond,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(random_sets_come_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(foreign_text_is_no_map, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_newer_version_is_not_skipped_over, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_changed_character_is_noticed, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
