/* conclude_test.c - each turn ends with one outcome, whose records say what it was made from. */
#include "worker/engine/conclude.h"

#include "common/mem.h"
#include "tests/unit/world.h"
#include "worker/engine/answering.h"

static struct world world;

static void tell_all(struct engine_options *options)
{
    options->topic_names[TOPIC_AUDIT] = STR("support.audit");
    options->is_cache_on = true;
    options->is_personal_cache_on = true;
    options->history_turns = 4;
}

static void switch_topics_off(struct engine_options *options)
{
    for (enum topic topic = 0; topic < TOPIC_COUNT; topic++) {
        options->topic_names[topic] = topic == TOPIC_MESSAGES ? STR("in") : STR_NONE;
    }
}

/* A turn that works on `text` and is about to be concluded. */
static struct turn *open_turn(void (*change)(struct engine_options *options), const char *text)
{
    world_open(&world, change);
    world_claim(&world, 0);
    world_step(&world, 1);
    world.holds_store = true;
    world_say(&world, 0, 0, "ann", text);
    struct turn *turn = container_of(list_first(&world.engine->turns[TURN_RUNNABLE]), struct turn,
                                     node);
    answering_start(turn);
    assert_int_equal(turn->state, TURN_LOADING);
    memset(turn->work->on_called, 0, sizeof(turn->work->on_called)); /* the test says what next */
    turn->work->said = (struct memo){ .said = STR("Yes, we do."), .model = STR("m-1") };
    return turn;
}

static const struct output *output_of(const struct turn *turn, enum topic topic)
{
    const struct outcome *outcome = &turn->delivery.outcome;
    for (size_t i = 0; i < outcome->outputs_count; i++) {
        if (outcome->outputs[i].topic == topic) {
            return &outcome->outputs[i];
        }
    }
    return NULL;
}

static bool says(const struct output *output, const char *words)
{
    return output && memmem(output->value.ptr, output->value.len, words, strlen(words));
}

static bool is_started(const struct turn *turn, enum turn_call which)
{
    struct list_node *node = list_first(&world.store_calls);
    while (node && container_of(node, struct store_call, node) != &turn->work->calls[which]) {
        node = list_next(&world.store_calls, node);
    }
    return node;
}

static void an_answer_goes_to_its_topic_and_its_makings_to_the_audit(void **state)
{
    (void)state;
    struct turn *turn = open_turn(tell_all, "hello");
    assert_int_equal(conclude_said(turn, SOURCE_MODEL), OK);
    assert_int_equal(turn->state, TURN_READY);
    assert_int_equal(turn->delivery.outcome.kind, OUTCOME_ANSWER);
    assert_int_equal(turn->delivery.outcome.outputs_count, 2);
    assert_true(says(output_of(turn, TOPIC_ANSWERS), "\"text\":\"Yes, we do.\""));
    assert_true(says(output_of(turn, TOPIC_AUDIT), "\"model\":\"m-1\""));
    assert_true(says(output_of(turn, TOPIC_AUDIT), "\"prompt_version\":\"v1\""));
    world_close(&world);
}

static void what_was_paid_for_is_remembered_and_what_was_found_is_not_stored_again(void **state)
{
    (void)state;
    static const struct {
        enum answer_source source;
        bool is_memoised;
        bool is_cached;
    } ways[] = { { SOURCE_MODEL, true, true },
                 { SOURCE_CACHE, true, false },
                 { SOURCE_MEMO, false, false } };
    for (size_t i = 0; i < countof(ways); i++) {
        struct turn *turn = open_turn(tell_all, "hello");
        assert_int_equal(conclude_said(turn, ways[i].source), OK);
        assert_int_equal(is_started(turn, CALL_MEMO_WRITE), ways[i].is_memoised);
        assert_int_equal(is_started(turn, CALL_CACHE_WRITE), ways[i].is_cached);
        assert_true(is_started(turn, CALL_HISTORY_WRITE));
        world_close(&world);
    }
}

static void without_history_nothing_of_it_is_written(void **state)
{
    (void)state;
    struct turn *turn = open_turn(NULL, "hello");
    assert_int_equal(conclude_said(turn, SOURCE_MODEL), OK);
    assert_false(is_started(turn, CALL_HISTORY_WRITE));
    assert_false(is_started(turn, CALL_CACHE_WRITE));
    world_close(&world);
}

/* Whatever the turn has read: most read no history, and the agents' messages none at all. */
static void every_write_of_a_history_bounds_it(void **state)
{
    (void)state;
    struct turn *turn = open_turn(tell_all, "hello");
    assert_false(turn->work->needs.history);
    assert_int_equal(conclude_said(turn, SOURCE_MODEL), OK);
    assert_int_equal(turn->work->calls[CALL_HISTORY_WRITE].fields_max, 8);
    world_close(&world);
    turn = open_turn(tell_all, "hello");
    conclude_heard(turn);
    assert_int_equal(turn->work->calls[CALL_HISTORY_WRITE].fields_max, 8);
    world_close(&world);
}

static void a_topic_that_is_switched_off_gets_nothing(void **state)
{
    (void)state;
    struct turn *turn = open_turn(switch_topics_off, "hello");
    assert_int_equal(conclude_said(turn, SOURCE_MODEL), OK);
    assert_int_equal(turn->delivery.outcome.kind, OUTCOME_ANSWER);
    assert_int_equal(turn->delivery.outcome.outputs_count, 0);
    world_close(&world);
}

static void what_cannot_be_used_concludes_nothing(void **state)
{
    (void)state;
    struct turn *turn = open_turn(tell_all, "hello");
    turn->work->said.said = STR("   ");
    assert_int_equal(conclude_said(turn, SOURCE_MODEL), ERR_ANSWER);
    assert_int_equal(turn->state, TURN_LOADING);
    assert_false(is_started(turn, CALL_MEMO_WRITE));
    assert_non_null(turn->place.lane);
    world_close(&world);
}

/* A turn that cannot be concluded goes on with the same work: a request that was made for it
 * already would be started once more while it runs. */
static void without_memory_nothing_is_written_before_the_turn_has_its_outcome(void **state)
{
    (void)state;
    static const enum turn_call writes[] = { CALL_MEMO_WRITE, CALL_CACHE_WRITE,
                                             CALL_HISTORY_WRITE };
    enum err err = ERR_NOMEM;
    long failures = 0;
    for (long nth = 1; err != OK; nth++) {
        struct turn *turn = open_turn(tell_all, "hello");
        mem_fail_nth(nth);
        err = conclude_said(turn, SOURCE_MODEL);
        mem_fail_nth(0);
        failures += err == ERR_NOMEM ? 1 : 0;
        for (size_t i = 0; i < countof(writes); i++) {
            assert_int_equal(is_started(turn, writes[i]), err == OK);
        }
        if (err != OK) {
            assert_int_equal(turn->state, TURN_LOADING);
            conclude_dead_letter(turn, ERR_NOMEM);
            assert_false(is_started(turn, CALL_MEMO_WRITE));
        }
        world_close(&world);
    }
    assert_true(failures > 3);
}

static void the_next_of_the_lane_may_run_when_this_one_has_its_outcome(void **state)
{
    (void)state;
    struct turn *turn = open_turn(NULL, "hello");
    world_say(&world, 0, 1, "ann", "and wrapped?");
    assert_int_equal(world.engine->turns[TURN_QUEUED].count, 1);
    conclude_nothing(turn, STR("because"));
    assert_int_equal(world.engine->turns[TURN_QUEUED].count, 0);
    assert_int_equal(world.engine->turns[TURN_RUNNABLE].count, 1);
    assert_null(turn->place.lane);
    world_close(&world);
}

static void a_handoff_says_why_and_takes_the_conversation(void **state)
{
    (void)state;
    struct turn *turn = open_turn(tell_all, "hello");
    conclude_handoff(turn, ERR_NO_FACTS);
    assert_int_equal(turn->delivery.outcome.kind, OUTCOME_HANDOFF);
    assert_int_equal(metric_get(world.metrics, METRIC_HANDOFFS, ERR_NO_FACTS, 0), 1);
    assert_int_equal(metric_get(world.metrics, METRIC_HANDOFFS, ERR_PERSON, 0), 0);
    assert_true(says(output_of(turn, TOPIC_HANDOFFS), "\"reason\":\"no_facts\""));
    assert_true(says(output_of(turn, TOPIC_AUDIT), "\"reason\":\"no_facts\""));
    assert_non_null(output_of(turn, TOPIC_CONVERSATIONS));
    assert_null(output_of(turn, TOPIC_ANSWERS));
    assert_int_equal(turn->work->said.said.len, 0);
    assert_true(is_started(turn, CALL_MEMO_WRITE));
    world_close(&world);
}

static void what_is_no_conversation_cannot_be_handed_to_a_person(void **state)
{
    (void)state;
    struct turn *turn = open_turn(tell_all, "hello");
    turn->event->kind = EVENT_COPY_REQUEST;
    conclude_handoff(turn, ERR_ATTEMPTS);
    assert_int_equal(turn->delivery.outcome.kind, OUTCOME_DEAD_LETTER);
    assert_non_null(output_of(turn, TOPIC_DEAD_LETTERS));
    assert_null(output_of(turn, TOPIC_CONVERSATIONS));
    turn->event->kind = EVENT_MESSAGE;
    world_close(&world);
}

static void a_dead_letter_holds_the_original_and_is_counted_by_its_reason(void **state)
{
    (void)state;
    struct turn *turn = open_turn(tell_all, "hello");
    conclude_dead_letter(turn, ERR_SCHEMA);
    const struct output *letter = output_of(turn, TOPIC_DEAD_LETTERS);
    assert_int_equal(turn->delivery.outcome.kind, OUTCOME_DEAD_LETTER);
    assert_true(letter && str_eq(letter->value, turn->record.value));
    assert_true(says(output_of(turn, TOPIC_AUDIT), "\"reason\":\"schema\""));
    assert_int_equal(metric_get(world.metrics, METRIC_DEADLETTERS, ERR_SCHEMA, 0), 1);
    world_close(&world);
}

static void what_settles_in_silence_is_in_the_audit_alone(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct turn *turn = open_turn(tell_all, "hello");
        if (i == 0) {
            conclude_duplicate(turn);
        } else {
            conclude_nothing(turn, STR("because"));
        }
        const struct outcome *outcome = &turn->delivery.outcome;
        assert_int_equal(outcome->kind, i == 0 ? OUTCOME_DUPLICATE : OUTCOME_NOTHING);
        assert_int_equal(outcome->outputs_count, 1);
        assert_true(says(output_of(turn, TOPIC_AUDIT), i == 0 ? "\"duplicate\"" : "\"because\""));
        world_close(&world);
    }
}

static void what_was_heard_joins_the_history_and_is_not_answered(void **state)
{
    (void)state;
    struct turn *turn = open_turn(tell_all, "hello");
    turn->work->brief = (struct brief){ .event = NULL }; /* nobody made one for it */
    conclude_heard(turn);
    assert_int_equal(turn->delivery.outcome.kind, OUTCOME_NOTHING);
    assert_true(is_started(turn, CALL_HISTORY_WRITE));
    assert_false(is_started(turn, CALL_MEMO_WRITE));
    assert_null(output_of(turn, TOPIC_ANSWERS));
    world_close(&world);
}

static void a_refused_outcome_becomes_a_letter_by_reference_once(void **state)
{
    (void)state;
    struct turn *turn = open_turn(tell_all, "hello");
    assert_int_equal(conclude_said(turn, SOURCE_MODEL), OK);
    assert_true(conclude_refused(turn, ERR_TOO_LARGE));
    assert_int_equal(turn->state, TURN_READY);
    assert_int_equal(turn->delivery.outcome.kind, OUTCOME_DEAD_LETTER);
    assert_null(output_of(turn, TOPIC_ANSWERS));
    const struct output *letter = output_of(turn, TOPIC_DEAD_LETTERS);
    assert_true(letter && !says(letter, "hello"));
    assert_false(conclude_refused(turn, ERR_TOO_LARGE));
    world_close(&world);
}

static void outputs_point_back_to_the_record_they_settle(void **state)
{
    (void)state;
    struct turn *turn = open_turn(NULL, "hello");
    const struct reply_to to = conclude_to(turn);
    assert_ptr_equal(to.event, turn->event);
    assert_ptr_equal(to.record, &turn->record);
    assert_true(str_is(to.topic_name, "support.messages"));
    assert_int_equal(to.now_wall_ms, world.clock.wall_ms);
    world_close(&world);
}

/* Leaves one arena of the turn `bytes` of room and tries; true: it had its outcome. */
static bool concludes_within(size_t bytes, bool is_scratch, void (*conclude)(struct turn *turn))
{
    struct turn *turn = open_turn(tell_all, "hello");
    struct arena *arena = is_scratch ? &turn->scratch : &turn->arena;
    const size_t bytes_max = arena->max_bytes;
    turn->attempt = 1;
    world_leave_room(arena, bytes);
    conclude(turn);
    bool is_done = turn->state == TURN_READY;
    assert_true(is_done || turn->state == TURN_WAITING);
    arena->max_bytes = bytes_max;
    world.holds_store = false;
    world.clock.mono_ms += 2000;
    world_step(&world, 30);
    assert_int_equal(world.outputs_count, 1);
    assert_int_equal(world.fatal, OK);
    world_close(&world);
    return is_done;
}

static void person(struct turn *turn)
{
    conclude_handoff(turn, ERR_PERSON);
}

static void letter(struct turn *turn)
{
    conclude_dead_letter(turn, ERR_SCHEMA);
}

static void nothing(struct turn *turn)
{
    conclude_nothing(turn, STR("because"));
}

static void without_memory_it_is_tried_again_and_settled_once(void **state)
{
    (void)state;
    const struct {
        void (*conclude)(struct turn *turn);
        bool needs_scratch;
    } ends[] = {
        { person, true }, { letter, false }, { nothing, false }, { conclude_heard, true }
    };
    for (size_t i = 0; i < 2 * countof(ends); i++) {
        bool is_scratch = i >= countof(ends);
        size_t bytes = 0;
        while (!concludes_within(bytes, is_scratch, ends[i % countof(ends)].conclude)) {
            bytes += 16 + bytes / 16;
        }
        assert_int_equal(bytes > 100, !is_scratch || ends[i % countof(ends)].needs_scratch);
    }
}

static void without_memory_at_the_last_attempt_the_process_stops(void **state)
{
    (void)state;
    struct turn *turn = open_turn(tell_all, "hello");
    turn->attempt = world.engine->options.retry.attempts_max;
    turn->arena.max_bytes = turn->arena.total_bytes;
    while (arena_alloc(&turn->arena, 1)) {
    }
    conclude_nothing(turn, STR("because"));
    turn->arena.max_bytes *= 2;
    world_step(&world, 0);
    assert_int_equal(world.fatal, ERR_NOMEM);
    assert_int_equal(world.outputs_count, 0);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_goes_to_its_topic_and_its_makings_to_the_audit),
        cmocka_unit_test(what_was_paid_for_is_remembered_and_what_was_found_is_not_stored_again),
        cmocka_unit_test(without_history_nothing_of_it_is_written),
        cmocka_unit_test(every_write_of_a_history_bounds_it),
        cmocka_unit_test(a_topic_that_is_switched_off_gets_nothing),
        cmocka_unit_test(what_cannot_be_used_concludes_nothing),
        cmocka_unit_test(without_memory_nothing_is_written_before_the_turn_has_its_outcome),
        cmocka_unit_test(the_next_of_the_lane_may_run_when_this_one_has_its_outcome),
        cmocka_unit_test(a_handoff_says_why_and_takes_the_conversation),
        cmocka_unit_test(what_is_no_conversation_cannot_be_handed_to_a_person),
        cmocka_unit_test(a_dead_letter_holds_the_original_and_is_counted_by_its_reason),
        cmocka_unit_test(what_settles_in_silence_is_in_the_audit_alone),
        cmocka_unit_test(what_was_heard_joins_the_history_and_is_not_answered),
        cmocka_unit_test(a_refused_outcome_becomes_a_letter_by_reference_once),
        cmocka_unit_test(outputs_point_back_to_the_record_they_settle),
        cmocka_unit_test(without_memory_it_is_tried_again_and_settled_once),
        cmocka_unit_test(without_memory_at_the_last_attempt_the_process_stops),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
