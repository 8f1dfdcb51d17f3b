/* ledger_test.c - the commit position never passes an open offset, and nothing settled is lost. */
#include "worker/engine/ledger.h"

#include "tests/unit/cm.h"

static void deliver(struct ledger *ledger, int64_t offset, enum ledger_seen wanted)
{
    enum ledger_seen seen;
    assert_int_equal(ledger_deliver(ledger, offset, &seen), OK);
    assert_int_equal(seen, wanted);
}

static void the_position_waits_for_the_lowest_open_offset(void **state)
{
    (void)state;
    struct ledger ledger;
    ledger_init(&ledger, 10, 100);
    for (int64_t offset = 10; offset < 14; offset++) {
        deliver(&ledger, offset, LEDGER_NEW);
    }
    assert_int_equal(ledger_stage(&ledger), OK);
    assert_int_equal(ledger_stage_offset(&ledger, 11), OK);
    assert_int_equal(ledger_stage_offset(&ledger, 13), OK);
    ledger_commit(&ledger, ledger.staged_position);
    assert_int_equal(ledger.position, 10);
    assert_int_equal(ledger_stage(&ledger), OK);
    assert_int_equal(ledger_stage_offset(&ledger, 10), OK);
    ledger_commit(&ledger, ledger.staged_position);
    assert_int_equal(ledger.position, 12);
    ledger_fini(&ledger);
}

static void an_aborted_batch_leaves_no_trace(void **state)
{
    (void)state;
    struct ledger ledger;
    ledger_init(&ledger, 0, 100);
    deliver(&ledger, 0, LEDGER_NEW);
    deliver(&ledger, 1, LEDGER_NEW);
    assert_int_equal(ledger_stage(&ledger), OK);
    assert_int_equal(ledger_stage_offset(&ledger, 0), OK);
    ledger_abort(&ledger);
    assert_int_equal(ledger.position, 0);
    assert_int_equal(ledger.settled.count, 0);
    ledger_fini(&ledger);
}

static void what_must_be_written_anew_is_ahead_until_it_is_committed(void **state)
{
    (void)state;
    struct ledger ledger;
    ledger_init(&ledger, 0, 100);
    assert_false(ledger_is_ahead(&ledger));
    ledger_rewrite(&ledger);
    assert_true(ledger_is_ahead(&ledger));
    assert_int_equal(ledger_stage(&ledger), OK);
    ledger_abort(&ledger);
    assert_true(ledger_is_ahead(&ledger));
    assert_int_equal(ledger_stage(&ledger), OK);
    ledger_commit(&ledger, ledger.staged_position);
    assert_false(ledger_is_ahead(&ledger));
    ledger_fini(&ledger);
}

static void offsets_without_a_record_count_as_settled(void **state)
{
    (void)state;
    struct ledger ledger;
    ledger_init(&ledger, 0, 100);
    deliver(&ledger, 3, LEDGER_NEW);
    assert_int_equal(ledger.position, 3);
    assert_true(ledger_is_ahead(&ledger));
    assert_int_equal(ledger_reach(&ledger, 9), OK);
    assert_int_equal(ledger.position, 3);
    assert_int_equal(ledger_stage(&ledger), OK);
    assert_int_equal(ledger_stage_offset(&ledger, 3), OK);
    ledger_commit(&ledger, ledger.staged_position);
    assert_int_equal(ledger.position, 9);
    assert_false(ledger_is_ahead(&ledger));
    ledger_fini(&ledger);
}

static void a_gap_that_shows_while_a_batch_is_staged_is_not_forgotten(void **state)
{
    (void)state;
    struct ledger ledger;
    ledger_init(&ledger, 0, 100);
    deliver(&ledger, 0, LEDGER_NEW);
    assert_int_equal(ledger_stage(&ledger), OK);
    assert_int_equal(ledger_stage_offset(&ledger, 0), OK);
    assert_int_equal(ledger_reach(&ledger, 5), OK);
    ledger_commit(&ledger, 1); /* what was sent before the gap showed */
    assert_int_equal(ledger.position, 5);
    assert_true(ledger_is_ahead(&ledger));
    ledger_fini(&ledger);
}

/* Each record is followed by the marker of its transaction, and the first one is stuck. */
static void gaps_take_no_room_in_the_map(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 100000);
    struct ledger ledger;
    struct str text;
    ledger_init(&ledger, 0, 100000);
    for (int64_t offset = 0; offset < 60000; offset += 2) {
        deliver(&ledger, offset, LEDGER_NEW);
    }
    assert_int_equal(ledger_stage(&ledger), OK);
    assert_int_equal(ledger.staged.count, 0);
    assert_int_equal(ledger_stage_offset(&ledger, 2), OK);
    assert_int_equal(ledger_stage_offset(&ledger, 6), OK);
    assert_int_equal(ledger.staged.count, 2);
    assert_int_equal(ledger_stage_offset(&ledger, 4), OK); /* joins them */
    assert_int_equal(ledger.staged.count, 1);
    assert_int_equal(ledger.staged.items[0].start, 2);
    assert_int_equal(ledger.staged.items[0].end, 7);
    assert_int_equal(ledger_staged_map(&ledger, &arena, &text), OK);
    ledger_commit(&ledger, 0);
    assert_int_equal(ledger_stage(&ledger), OK);
    assert_int_equal(ledger_stage_offset(&ledger, 0), OK);
    assert_int_equal(ledger.staged_position, 8);
    ledger_commit(&ledger, 8);
    arena_fini(&arena);
    ledger_fini(&ledger);
}

/* However long it goes on, only what is next to an open record is remembered. */
static void gaps_between_settled_records_are_forgotten(void **state)
{
    (void)state;
    struct ledger ledger;
    ledger_init(&ledger, 0, 100);
    deliver(&ledger, 0, LEDGER_NEW);
    for (int64_t offset = 2; offset < 100000; offset += 2) {
        deliver(&ledger, offset, LEDGER_NEW);
        assert_int_equal(ledger_stage(&ledger), OK);
        assert_int_equal(ledger_stage_offset(&ledger, offset), OK);
        ledger_commit(&ledger, ledger.staged_position);
        assert_true(ledger.gaps.count <= 2 && ledger.settled.count <= 2);
    }
    ledger_fini(&ledger);
}

static void a_new_owner_skips_what_the_old_one_settled(void **state)
{
    (void)state;
    struct runs runs;
    runs_init(&runs, 10);
    assert_int_equal(runs_add(&runs, 22, 24), OK);
    struct ledger ledger;
    ledger_init(&ledger, 20, 100);
    assert_int_equal(ledger_restore(&ledger, &runs), OK);
    deliver(&ledger, 20, LEDGER_NEW);
    deliver(&ledger, 21, LEDGER_NEW);
    deliver(&ledger, 22, LEDGER_SETTLED);
    deliver(&ledger, 23, LEDGER_SETTLED);
    deliver(&ledger, 24, LEDGER_NEW);
    deliver(&ledger, 23, LEDGER_REPEATED);
    runs_fini(&runs);
    ledger_fini(&ledger);
}

/* One conversation is stuck at offset 0; every other offset behind it stays open too, so the
 * map grows until it is full. */
static void a_full_map_refuses_and_the_lowest_offset_still_goes(void **state)
{
    (void)state;
    struct ledger ledger;
    ledger_init(&ledger, 0, 200000);
    for (int64_t offset = 0; offset < 60000; offset++) {
        deliver(&ledger, offset, LEDGER_NEW);
    }
    assert_int_equal(ledger_stage(&ledger), OK);
    int64_t offset = 1;
    while (ledger_stage_offset(&ledger, offset) == OK) {
        offset += 2;
        assert_true(offset < 60000);
    }
    size_t runs = ledger.staged.count;
    assert_int_equal(ledger_stage_offset(&ledger, offset), ERR_FULL);
    assert_int_equal(ledger.staged.count, runs);
    struct arena arena;
    arena_init(&arena, 100000);
    struct str text;
    assert_int_equal(ledger_staged_map(&ledger, &arena, &text), OK);
    assert_true(text.len <= DONEMAP_CHARS_MAX);
    assert_int_equal(ledger_stage_offset(&ledger, 0), OK);
    assert_int_equal(ledger.staged_position, 2);
    arena_fini(&arena);
    ledger_fini(&ledger);
}

#define SPACE 400

static void random_batches_settle_each_offset_once(void **state)
{
    (void)state;
    uint32_t seed = 20250303;
    print_message("seed %u\n", seed);
    bool settled[SPACE] = { false };
    struct ledger ledger;
    ledger_init(&ledger, 0, SPACE);
    for (int64_t offset = 0; offset < SPACE; offset++) {
        deliver(&ledger, offset, LEDGER_NEW);
    }
    for (int round = 0; round < 2000 && ledger.position < SPACE; round++) {
        bool batch[SPACE] = { false };
        assert_int_equal(ledger_stage(&ledger), OK);
        for (int i = 0; i < 7; i++) {
            seed = seed * 1664525u + 1013904223u;
            int64_t offset = (seed >> 8) % SPACE;
            if (!settled[offset] && !batch[offset]) {
                batch[offset] = true;
                assert_int_equal(ledger_stage_offset(&ledger, offset), OK);
            }
        }
        bool commits = seed & 0x10000;
        if (commits) {
            ledger_commit(&ledger, ledger.staged_position);
        } else {
            ledger_abort(&ledger);
        }
        int64_t lowest = -1;
        for (int64_t offset = 0; offset < SPACE; offset++) {
            settled[offset] = settled[offset] || (commits && batch[offset]);
            lowest = lowest < 0 && !settled[offset] ? offset : lowest;
        }
        assert_int_equal(ledger.position, lowest < 0 ? SPACE : lowest);
    }
    ledger_fini(&ledger);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_position_waits_for_the_lowest_open_offset),
        cmocka_unit_test(an_aborted_batch_leaves_no_trace),
        cmocka_unit_test(what_must_be_written_anew_is_ahead_until_it_is_committed),
        cmocka_unit_test(offsets_without_a_record_count_as_settled),
        cmocka_unit_test(a_gap_that_shows_while_a_batch_is_staged_is_not_forgotten),
        cmocka_unit_test(gaps_take_no_room_in_the_map),
        cmocka_unit_test(gaps_between_settled_records_are_forgotten),
        cmocka_unit_test(a_new_owner_skips_what_the_old_one_settled),
        cmocka_unit_test(a_full_map_refuses_and_the_lowest_offset_still_goes),
        cmocka_unit_test(random_batches_settle_each_offset_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
