/* handover_test.c - what a person has is the person's, from the hand-off until it is given back. */
#include "worker/engine/handover.h"

#include "tests/unit/world.h"

static struct world world;

static const char wish[] = "I want to talk to a person";

static const struct world_output *output_at(int64_t offset)
{
    for (size_t i = 0; i < world.outputs_count; i++) {
        if (world.outputs[i].offset == offset) {
            return &world.outputs[i];
        }
    }
    fail_msg("nothing was published for offset %d", (int)offset);
    return NULL;
}

static void is_handed_off(int64_t offset, const char *reason)
{
    char wanted[64];
    snprintf(wanted, sizeof(wanted), "\"reason\":\"%s\"", reason);
    assert_int_equal(output_at(offset)->kind, OUTCOME_HANDOFF);
    assert_non_null(strstr(output_at(offset)->text, wanted));
}

static void is_answered(int64_t offset)
{
    assert_int_equal(output_at(offset)->kind, OUTCOME_ANSWER);
}

static void once_handed_off_later_messages_follow_to_the_person(void **state)
{
    (void)state;
    world_open(&world, NULL);
    world_claim(&world, 0);
    world_say(&world, 0, 0, "ann", wish);
    world_say(&world, 0, 1, "ann", "do you gift wrap?");
    world_say(&world, 0, 2, "bob", "do you gift wrap?");
    world_step(&world, 20);
    is_handed_off(0, "person_wanted");
    is_handed_off(1, "with_person");
    is_answered(2);
    assert_int_equal(world.asked, 1);
    assert_string_equal(output_at(0)->held, "0:ann");
    assert_true(output_at(0)->token[0] != '\0');
    assert_string_equal(output_at(1)->held, "");
    world_learn(&world);
    world_say(&world, 0, 3, "ann", "hello?");
    world_step(&world, 20);
    is_handed_off(3, "with_person");
    world_close(&world);
}

static void given_back_it_is_answered_again(void **state)
{
    (void)state;
    world_open(&world, NULL);
    world_claim(&world, 0);
    world_claim_handbacks(&world);
    world_say(&world, 0, 0, "ann", wish);
    world_step(&world, 20);
    world_learn(&world);
    world_give_back(&world, 100, "ann");
    world_step(&world, 20);
    assert_int_equal(output_at(100)->kind, OUTCOME_NOTHING);
    assert_string_equal(output_at(100)->held, "0:ann");
    assert_string_equal(output_at(100)->token, "");
    world_learn(&world);
    world_say(&world, 0, 1, "ann", "do you gift wrap?");
    world_step(&world, 20);
    is_answered(1);
    world_say(&world, 0, 2, "ann", wish);
    world_step(&world, 20);
    is_handed_off(2, "person_wanted");
    assert_string_equal(output_at(2)->held, "0:ann");
    world_close(&world);
}

static void a_handoff_counts_before_it_is_committed(void **state)
{
    (void)state;
    world_open(&world, NULL);
    world_claim(&world, 0);
    world.holds_batches = true;
    world_say(&world, 0, 0, "ann", wish);
    world_say(&world, 0, 1, "ann", "do you gift wrap?");
    world_step(&world, 20);
    assert_int_equal(world.outputs_count, 0);
    assert_int_equal(world.asked, 0);
    world.holds_batches = false;
    world_step(&world, 20);
    is_handed_off(0, "person_wanted");
    is_handed_off(1, "with_person");
    world_close(&world);
}

static void an_older_handback_does_not_undo_a_handoff_on_its_way(void **state)
{
    (void)state;
    world_open(&world, NULL);
    world_claim(&world, 0);
    world_say(&world, 0, 0, "ann", wish);
    world_step(&world, 20);
    custody_return(world.custody, STR("0:ann"));
    world_say(&world, 0, 1, "ann", "do you gift wrap?");
    world_step(&world, 20);
    is_handed_off(1, "with_person");
    world_close(&world);
}

static void a_handoff_of_a_lost_partition_does_not_count(void **state)
{
    (void)state;
    world_open(&world, NULL);
    world_claim(&world, 0);
    world.holds_batches = true;
    world_say(&world, 0, 0, "ann", wish);
    world_step(&world, 20);
    assert_true(custody_has(world.custody, STR("0:ann")));
    const struct partition_id id = { TOPIC_MESSAGES, 0 };
    world.source.events->on_lost(world.engine, &id, 1);
    world.holds_batches = false;
    world_step(&world, 20);
    assert_int_equal(world.outputs_count, 0);
    assert_false(custody_has(world.custody, STR("0:ann")));
    world_close(&world);
}

static void a_handoff_that_the_broker_refuses_does_not_count(void **state)
{
    (void)state;
    world_open(&world, NULL);
    world_claim(&world, 0);
    world.holds_batches = true;
    world_say(&world, 0, 0, "ann", wish);
    world_step(&world, 20);
    struct list_node *node = list_first(&world.batch->deliveries);
    container_of(node, struct delivery, node)->refused = ERR_POISON;
    world.result = BATCH_ABORTED;
    world.holds_batches = false;
    world_step(&world, 1);
    world.result = BATCH_COMMITTED;
    world_step(&world, 20);
    assert_int_equal(output_at(0)->kind, OUTCOME_DEAD_LETTER);
    assert_false(custody_has(world.custody, STR("0:ann")));
    world_close(&world);
}

static void what_another_worker_handed_off_is_known_from_the_topic(void **state)
{
    (void)state;
    world_open(&world, NULL);
    assert_int_equal(custody_learn(world.custody, STR("0:ann"), 77), OK);
    world_claim(&world, 0);
    world_say(&world, 0, 0, "ann", "do you gift wrap?");
    world_say(&world, 0, 1, "ann", wish);
    world_step(&world, 20);
    is_handed_off(0, "with_person");
    is_handed_off(1, "with_person");
    assert_string_equal(output_at(0)->held, "");
    assert_int_equal(world.asked, 0);
    world_close(&world);
}

static void what_an_agent_says_is_neither_answered_nor_handed_on(void **state)
{
    (void)state;
    world_open(&world, NULL);
    world_claim(&world, 0);
    world_say(&world, 0, 0, "ann", wish);
    world_deliver(&world, 0, 1, "ann",
                  "{\"id\":\"a\",\"conversation_id\":\"ann\",\"customer_id\":\"c\","
                  "\"author\":\"agent\",\"text\":\"do you gift wrap?\"}");
    world_deliver(&world, 0, 2, "bob",
                  "{\"id\":\"b\",\"conversation_id\":\"bob\",\"customer_id\":\"c\","
                  "\"author\":\"agent\",\"text\":\"I am angry\"}");
    world_step(&world, 20);
    assert_int_equal(output_at(1)->kind, OUTCOME_NOTHING);
    assert_int_equal(output_at(2)->kind, OUTCOME_NOTHING);
    assert_int_equal(world.asked, 0);
    world_close(&world);
}

static void switch_off(struct engine_options *options)
{
    options->is_custody_on = false;
    options->topic_names[TOPIC_CONVERSATIONS] = STR_NONE;
}

static void switched_off_each_message_stands_for_itself(void **state)
{
    (void)state;
    world_open(&world, switch_off);
    world_claim(&world, 0);
    world_claim_handbacks(&world);
    world_say(&world, 0, 0, "ann", wish);
    world_say(&world, 0, 1, "ann", "do you gift wrap?");
    world_give_back(&world, 100, "ann");
    world_step(&world, 20);
    is_handed_off(0, "person_wanted");
    is_answered(1);
    assert_int_equal(output_at(100)->kind, OUTCOME_NOTHING);
    assert_string_equal(output_at(0)->held, "");
    world_close(&world);
}

static void keep_no_topic(struct engine_options *options)
{
    options->topic_names[TOPIC_CONVERSATIONS] = STR_NONE;
}

static void without_a_topic_it_counts_when_it_is_settled(void **state)
{
    (void)state;
    world_open(&world, keep_no_topic);
    world_claim(&world, 0);
    world_claim_handbacks(&world);
    world_say(&world, 0, 0, "ann", wish);
    world_say(&world, 0, 1, "ann", "hello?");
    world_step(&world, 20);
    is_handed_off(1, "with_person");
    world_give_back(&world, 100, "ann");
    world_step(&world, 20);
    world_say(&world, 0, 2, "ann", "do you gift wrap?");
    world_step(&world, 20);
    is_answered(2);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(once_handed_off_later_messages_follow_to_the_person),
        cmocka_unit_test(given_back_it_is_answered_again),
        cmocka_unit_test(a_handoff_counts_before_it_is_committed),
        cmocka_unit_test(an_older_handback_does_not_undo_a_handoff_on_its_way),
        cmocka_unit_test(a_handoff_of_a_lost_partition_does_not_count),
        cmocka_unit_test(a_handoff_that_the_broker_refuses_does_not_count),
        cmocka_unit_test(what_another_worker_handed_off_is_known_from_the_topic),
        cmocka_unit_test(what_an_agent_says_is_neither_answered_nor_handed_on),
        cmocka_unit_test(switched_off_each_message_stands_for_itself),
        cmocka_unit_test(without_a_topic_it_counts_when_it_is_settled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
