/* engine_test.c - turns, lanes, batches and partitions together, in a made-up world. */
#include "tests/unit/world.h"

static struct world world;

static void offsets_are(const int64_t *wanted, size_t count)
{
    assert_int_equal(world.outputs_count, count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(world.outputs[i].offset, wanted[i]);
    }
}

static void a_question_is_answered_and_its_offset_committed(void **state)
{
    (void)state;
    world_open(&world, NULL);
    world_claim(&world, 0);
    world_say(&world, 0, 0, "ann", "do you gift wrap?");
    world_step(&world, 10);
    assert_int_equal(world.outputs_count, 1);
    assert_int_equal(world.outputs[0].kind, OUTCOME_ANSWER);
    assert_non_null(strstr(world.outputs[0].text, "re: do you gift wrap?"));
    assert_int_equal(world.committed[0], 1);
    world_close(&world);
}

static void one_conversation_has_one_call_at_a_time_others_run_beside_it(void **state)
{
    (void)state;
    world_open(&world, NULL);
    world.holds_model = true;
    world_claim(&world, 0);
    world_say(&world, 0, 0, "ann", "first");
    world_say(&world, 0, 1, "ann", "second");
    world_say(&world, 0, 2, "bob", "third");
    world_step(&world, 5);
    assert_int_equal(world.asked, 2);
    world.holds_model = false;
    world_step(&world, 20);
    assert_int_equal(world.asked, 3);
    assert_int_equal(world.committed[0], 3);
    world_close(&world);
}

static void what_is_done_behind_an_open_offset_is_skipped_by_the_next_owner(void **state)
{
    (void)state;
    world_open(&world, NULL);
    world.holds_model = true;
    world_claim(&world, 0);
    world_say(&world, 0, 0, "ann", "slow");
    world_step(&world, 5);
    world_deliver(&world, 0, 1, "bob", "not json");
    world_step(&world, 5);
    assert_int_equal(world.outputs_count, 1);
    assert_int_equal(world.outputs[0].kind, OUTCOME_DEAD_LETTER);
    assert_int_equal(world.committed[0], 0);
    const struct partition_id id = { TOPIC_MESSAGES, 0 };
    world.source.events->on_lost(world.engine, &id, 1);
    world.holds_model = false;
    world_step(&world, 5);
    world_claim(&world, 0);
    world_say(&world, 0, 0, "ann", "slow");
    world_deliver(&world, 0, 1, "bob", "not json");
    world_step(&world, 10);
    const int64_t wanted[] = { 1, 0 };
    offsets_are(wanted, 2);
    assert_int_equal(world.committed[0], 2);
    world_close(&world);
}

static void an_aborted_batch_goes_again_in_order(void **state)
{
    (void)state;
    world_open(&world, NULL);
    world_claim(&world, 0);
    world.result = BATCH_ABORTED;
    world_say(&world, 0, 0, "ann", "this");
    world_say(&world, 0, 1, "ann", "that");
    world_step(&world, 20);
    assert_int_equal(world.outputs_count, 0);
    world.result = BATCH_COMMITTED;
    world.clock.mono_ms += 10000;
    world_step(&world, 20);
    const int64_t wanted[] = { 0, 1 };
    offsets_are(wanted, 2);
    assert_int_equal(world.asked, 2);
    world_close(&world);
}

static void a_redelivered_event_reuses_the_answer_that_was_paid_for(void **state)
{
    (void)state;
    world_open(&world, NULL);
    world_claim(&world, 0);
    world.holds_batches = true;
    world_say(&world, 0, 0, "ann", "answered");
    world_step(&world, 10);
    const struct partition_id id = { TOPIC_MESSAGES, 0 };
    world.source.events->on_lost(world.engine, &id, 1);
    world.holds_batches = false;
    world_step(&world, 5);
    assert_int_equal(world.outputs_count, 0);
    world_claim(&world, 0);
    world_say(&world, 0, 0, "ann", "answered");
    world_step(&world, 10);
    assert_int_equal(world.outputs_count, 1);
    assert_int_equal(world.asked, 1);
    assert_non_null(strstr(world.outputs[0].text, "\"memo\""));
    world_close(&world);
}

static void a_failing_model_ends_with_a_person_after_bounded_attempts(void **state)
{
    (void)state;
    world_open(&world, NULL);
    world_claim(&world, 0);
    world.model_err = ERR_TIMEOUT;
    world_say(&world, 0, 0, "ann", "hard");
    for (int i = 0; i < 10; i++) {
        world_step(&world, 10);
        world.clock.mono_ms += 2000;
    }
    assert_int_equal(world.outputs_count, 1);
    assert_int_equal(world.outputs[0].kind, OUTCOME_HANDOFF);
    assert_int_equal(world.asked, 3);
    world_close(&world);
}

static void who_wants_a_person_or_is_angry_gets_one_and_no_model_is_asked(void **state)
{
    (void)state;
    world_open(&world, NULL);
    world_claim(&world, 0);
    world_say(&world, 0, 0, "ann", "I want to talk to a person");
    world_say(&world, 0, 1, "bob", "you scammers, I am furious");
    world_say(&world, 0, 2, "cid", "I am not angry, do you gift wrap?");
    world_step(&world, 10);
    assert_int_equal(world.outputs_count, 3);
    size_t handed = 0;
    for (size_t i = 0; i < 3; i++) {
        const struct world_output *output = &world.outputs[i];
        handed += output->kind == OUTCOME_HANDOFF ? 1 : 0;
        if (output->kind == OUTCOME_HANDOFF) {
            const char *reason = output->offset == 0 ? "\"person_wanted\"" : "\"angry\"";
            assert_non_null(strstr(output->text, reason));
        }
    }
    assert_int_equal(handed, 2);
    assert_int_equal(world.asked, 1);
    assert_int_equal(world.committed[0], 3);
    world_close(&world);
}

static void a_revoked_partition_is_given_back_when_what_ran_is_committed(void **state)
{
    (void)state;
    world_open(&world, NULL);
    world_claim(&world, 0);
    world.holds_model = true;
    world_say(&world, 0, 0, "ann", "running");
    world_say(&world, 0, 1, "ann", "queued");
    world_step(&world, 5);
    const struct partition_id id = { TOPIC_MESSAGES, 0 };
    world.source.events->on_revoke(world.engine, &id, 1);
    world_step(&world, 5);
    assert_int_equal(world.released, 0);
    world.holds_model = false;
    world_step(&world, 10);
    assert_int_equal(world.released, 1);
    const int64_t wanted[] = { 0 };
    offsets_are(wanted, 1);
    assert_int_equal(world.committed[0], 1);
    world_close(&world);
}

static void a_revoked_partition_is_given_back_in_bounded_time(void **state)
{
    (void)state;
    world_open(&world, NULL);
    world_claim(&world, 0);
    world.holds_model = true;
    world_say(&world, 0, 0, "ann", "never answered");
    world_step(&world, 5);
    const struct partition_id id = { TOPIC_MESSAGES, 0 };
    world.source.events->on_revoke(world.engine, &id, 1);
    world_step(&world, 5);
    world.clock.mono_ms += 1000;
    world_step(&world, 2);
    assert_int_equal(world.released, 1);
    assert_int_equal(world.outputs_count, 0);
    world_close(&world);
}

static void what_the_model_owes_when_the_time_is_up_is_called_off(void **state)
{
    (void)state;
    world_open(&world, NULL);
    world_claim(&world, 0);
    world_say(&world, 0, 0, "ann", "answered");
    world_step(&world, 10);
    world.holds_model = true;
    world_say(&world, 0, 1, "ann", "never answered");
    world_step(&world, 5);
    engine_drain(world.engine, world.clock.mono_ms + 500);
    world_step(&world, 5);
    assert_false(world.is_drained);
    world.clock.mono_ms += 500;
    world_step(&world, 5);
    assert_true(world.is_drained);
    assert_true(world.holds_model);
    assert_int_equal(world.committed[0], 1);
    world_close(&world);
}

static size_t one_bytes;

static void few_bytes(struct engine_options *options)
{
    options->backlog_bytes_max = 4 * one_bytes;
    options->inflight_max = 1;
}

static void small_backlog(struct engine_options *options)
{
    options->backlog_records_max = 4;
    options->inflight_max = 1;
}

/* Four events fill the backlog; answers to two of them make it half full. */
static void fill_backlog_and_answer(void (*change)(struct engine_options *options))
{
    world_open(&world, change);
    world_claim(&world, 0);
    world.holds_model = true;
    for (int64_t offset = 0; offset < 4; offset++) {
        assert_int_equal(world.paused, 0);
        world_say(&world, 0, offset, "ann", "more");
    }
    assert_int_equal(world.paused, 1);
    world.holds_model = false;
    while (world.outputs_count < 1) {
        world_step(&world, 1);
    }
    assert_int_equal(world.paused, 1);
    while (world.outputs_count < 2) {
        world_step(&world, 1);
    }
    world_step(&world, 1);
    assert_int_equal(world.paused, 0);
    world_step(&world, 60);
    assert_int_equal(world.committed[0], 4);
    world_close(&world);
}

static void a_full_backlog_pauses_and_resumes_at_half(void **state)
{
    (void)state;
    fill_backlog_and_answer(small_backlog);
}

/* In bytes of four such records, which are all of one size. */
static void a_backlog_full_of_bytes_pauses_and_resumes_at_half(void **state)
{
    (void)state;
    world_open(&world, NULL);
    world_claim(&world, 0);
    world.holds_model = true;
    world_say(&world, 0, 0, "ann", "more");
    one_bytes = world.engine->backlog_bytes;
    world_close(&world);
    fill_backlog_and_answer(few_bytes);
}

static void equal_questions_share_one_flight(void **state)
{
    (void)state;
    world_open(&world, NULL);
    world.engine->options.is_cache_on = true;
    world_claim(&world, 0);
    world.holds_model = true;
    for (int64_t offset = 0; offset < 8; offset++) {
        char name[8];
        snprintf(name, sizeof(name), "c%d", (int)offset);
        world_say(&world, 0, offset, name, "what do you sell?");
    }
    world_step(&world, 5);
    assert_int_equal(world.asked, 1);
    world.holds_model = false;
    world_step(&world, 20);
    assert_int_equal(world.outputs_count, 8);
    world_close(&world);
}

static void limit_age(struct engine_options *options)
{
    options->event_age_max_ms = 1000;
}

static void ignore_age(struct engine_options *options)
{
    options->event_age_max_ms = 1000;
    options->ignores_age = true;
}

static enum outcome_kind outcome_of_an_old_question(void (*change)(struct engine_options *options))
{
    world_open(&world, change);
    world_claim(&world, 0);
    world_say(&world, 0, 0, "ann", "what do you sell?");
    world.clock.wall_ms += 5000;
    world_step(&world, 20);
    assert_int_equal(world.outputs_count, 1);
    enum outcome_kind kind = world.outputs[0].kind;
    world_close(&world);
    return kind;
}

static void an_event_that_is_too_old_is_a_persons_unless_it_is_replayed(void **state)
{
    (void)state;
    assert_int_equal(outcome_of_an_old_question(NULL), OUTCOME_ANSWER);
    assert_int_equal(outcome_of_an_old_question(limit_age), OUTCOME_HANDOFF);
    assert_int_equal(outcome_of_an_old_question(ignore_age), OUTCOME_ANSWER);
}

static void what_brokers_refuse_unnamed_is_found_by_halves_and_the_rest_goes_in_order(void **state)
{
    (void)state;
    world_open(&world, NULL);
    world_claim(&world, 0);
    world.holds_model = true;
    world.poison = 4;
    for (int64_t offset = 0; offset < 8; offset++) {
        char name[8];
        snprintf(name, sizeof(name), "c%d", (int)offset);
        world_say(&world, 0, offset, name, "do you gift wrap?");
    }
    world_step(&world, 5);
    world.holds_model = false;
    world_step(&world, 40); /* 40 ms: no back-off in between */
    const int64_t wanted[] = { 0, 1, 2, 3, 4, 5, 6, 7 };
    offsets_are(wanted, 8);
    for (size_t i = 0; i < 8; i++) {
        enum outcome_kind kind = i == 4 ? OUTCOME_DEAD_LETTER : OUTCOME_ANSWER;
        assert_int_equal(world.outputs[i].kind, kind);
    }
    assert_int_equal(world.committed[0], 8);
    world_close(&world);
}

static void a_partition_may_be_lost_while_memo_and_batch_are_under_way(void **state)
{
    (void)state;
    const struct partition_id id = { TOPIC_MESSAGES, 0 };
    world_open(&world, NULL);
    world_claim(&world, 0);
    world.holds_batches = true;
    world.holds_model = true;
    world_say(&world, 0, 0, "ann", "do you gift wrap?");
    world_step(&world, 2);
    world.holds_store = true;
    world.holds_model = false;
    world_step(&world, 5);
    assert_non_null(world.batch);
    assert_int_equal(world.store_calls.count, 1);
    world.source.events->on_lost(world.engine, &id, 1);
    world.holds_store = false;
    world_step(&world, 2); /* the memo is written while the batch still has the turn */
    assert_int_equal(world.store_calls.count, 0);
    world.holds_batches = false;
    world_step(&world, 2);
    assert_int_equal(world.outputs_count, 0);
    world_close(&world);
}

static void what_is_asked_when_a_partition_is_lost_is_memoised_for_the_next_owner(void **state)
{
    (void)state;
    const struct partition_id id = { TOPIC_MESSAGES, 0 };
    world_open(&world, NULL);
    world_claim(&world, 0);
    world.holds_model = true;
    world_say(&world, 0, 0, "ann", "do you gift wrap?");
    world_step(&world, 3);
    assert_int_equal(world.asked, 1);
    world.source.events->on_lost(world.engine, &id, 1);
    world_step(&world, 3);
    world.holds_model = false;
    world_step(&world, 5);
    assert_int_equal(world.outputs_count, 0);
    world_claim(&world, 0);
    world_say(&world, 0, 0, "ann", "do you gift wrap?");
    world_step(&world, 20);
    assert_int_equal(world.outputs_count, 1);
    assert_non_null(strstr(world.outputs[0].text, "\"memo\""));
    assert_int_equal(world.asked, 1);
    world_close(&world);
}

static void a_call_that_fails_after_its_partition_was_lost_leaves_nothing(void **state)
{
    (void)state;
    const struct partition_id id = { TOPIC_MESSAGES, 0 };
    world_open(&world, NULL);
    world_claim(&world, 0);
    world.holds_model = true;
    world.model_err = ERR_BACKEND;
    world_say(&world, 0, 0, "ann", "do you gift wrap?");
    world_step(&world, 3);
    world.source.events->on_lost(world.engine, &id, 1);
    world.holds_model = false;
    world_step(&world, 5);
    world.model_err = OK;
    world_claim(&world, 0);
    world_say(&world, 0, 0, "ann", "do you gift wrap?");
    world_step(&world, 20);
    assert_int_equal(world.outputs_count, 1);
    assert_non_null(strstr(world.outputs[0].text, "\"model\""));
    assert_int_equal(world.asked, 2);
    world_close(&world);
}

static void a_gap_behind_a_batch_is_committed_by_itself(void **state)
{
    (void)state;
    const struct partition_id id = { TOPIC_MESSAGES, 0 };
    world_open(&world, NULL);
    world_claim(&world, 0);
    world.holds_batches = true;
    world_say(&world, 0, 0, "ann", "do you gift wrap?");
    world_step(&world, 5);
    assert_non_null(world.batch);
    world.source.events->on_end(world.engine, id, 3); /* the marker of a transaction, and more */
    world.holds_batches = false;
    world_step(&world, 5);
    assert_int_equal(world.committed[0], 1);
    world_step(&world, 1100);
    assert_int_equal(world.committed[0], 3);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_question_is_answered_and_its_offset_committed),
        cmocka_unit_test(one_conversation_has_one_call_at_a_time_others_run_beside_it),
        cmocka_unit_test(what_is_done_behind_an_open_offset_is_skipped_by_the_next_owner),
        cmocka_unit_test(an_aborted_batch_goes_again_in_order),
        cmocka_unit_test(a_redelivered_event_reuses_the_answer_that_was_paid_for),
        cmocka_unit_test(a_failing_model_ends_with_a_person_after_bounded_attempts),
        cmocka_unit_test(who_wants_a_person_or_is_angry_gets_one_and_no_model_is_asked),
        cmocka_unit_test(a_revoked_partition_is_given_back_when_what_ran_is_committed),
        cmocka_unit_test(a_revoked_partition_is_given_back_in_bounded_time),
        cmocka_unit_test(what_the_model_owes_when_the_time_is_up_is_called_off),
        cmocka_unit_test(a_full_backlog_pauses_and_resumes_at_half),
        cmocka_unit_test(a_backlog_full_of_bytes_pauses_and_resumes_at_half),
        cmocka_unit_test(equal_questions_share_one_flight),
        cmocka_unit_test(an_event_that_is_too_old_is_a_persons_unless_it_is_replayed),
        cmocka_unit_test(what_brokers_refuse_unnamed_is_found_by_halves_and_the_rest_goes_in_order),
        cmocka_unit_test(a_partition_may_be_lost_while_memo_and_batch_are_under_way),
        cmocka_unit_test(what_is_asked_when_a_partition_is_lost_is_memoised_for_the_next_owner),
        cmocka_unit_test(a_call_that_fails_after_its_partition_was_lost_leaves_nothing),
        cmocka_unit_test(a_gap_behind_a_batch_is_committed_by_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
