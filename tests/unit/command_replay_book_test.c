/* The book of a replay: its order, who waits for whom, and what was recorded for each event. */
#include "tests/unit/leaf.h"

#include "common/json.h"
#include "worker/command/replay_book.h"

#define EVENTS_MAX 64
#define BYTES_MAX ((size_t)4 << 20)

struct world {
    struct arena arena; /* of what is recorded */
    struct book book;
    struct book_options options;
    char values[EVENTS_MAX][512];
    size_t count;
};

static struct world world;

static void open_book(void)
{
    assert_int_equal(book_init(&world.book, &world.options), OK);
}

static int set_up(void **state)
{
    (void)state;
    json_setup(7);
    world = (struct world){ .options = { .limits = { .value_bytes_max = 1 << 16 },
                                         .topic = TOPIC_MESSAGES,
                                         .from_wall_ms = INT64_MIN,
                                         .limit = INT64_MAX,
                                         .events_max = EVENTS_MAX,
                                         .bytes_max = BYTES_MAX,
                                         .seed = { 1, 2 } } };
    for (enum topic topic = 0; topic < TOPIC_COUNT; topic++) {
        world.options.topic_names[topic] = str_from(topic_info(topic)->default_name);
    }
    arena_init(&world.arena, BYTES_MAX);
    open_book();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    book_fini(&world.book);
    arena_fini(&world.arena);
    return 0;
}

static struct record record_of(enum topic topic, int32_t partition, int64_t offset, int64_t wall_ms)
{
    return (struct record){ .topic = topic,
                            .partition = partition,
                            .offset = offset,
                            .leader_epoch = -1,
                            .timestamp_wall_ms = wall_ms,
                            .value = str_from(world.values[world.count++]),
                            .has_value = true };
}

/* Message `m<offset>` of customer `u<who>` in conversation `c<who>`. */
static struct record message(int32_t partition, int64_t offset, int64_t wall_ms, int who)
{
    snprintf(
        world.values[world.count], sizeof(world.values[0]),
        "{\"id\":\"m%lld\",\"conversation_id\":\"c%d\",\"customer_id\":\"u%d\",\"text\":\"hi\"}",
        (long long)offset, who, who);
    return record_of(TOPIC_MESSAGES, partition, offset, wall_ms);
}

static struct record order(int64_t offset, int64_t wall_ms, int who)
{
    snprintf(world.values[world.count], sizeof(world.values[0]),
             "{\"id\":\"o%lld\",\"order_id\":\"7\",\"customer_id\":\"u%d\",\"type\":\"paid\","
             "\"at\":\"2025-01-01T00:00:00Z\"}",
             (long long)offset, who);
    return record_of(TOPIC_ORDERS, 0, offset, wall_ms);
}

static struct record handback(int64_t offset, int64_t wall_ms, int who)
{
    snprintf(world.values[world.count], sizeof(world.values[0]),
             "{\"id\":\"h%lld\",\"conversation_id\":\"c%d\"}", (long long)offset, who);
    return record_of(TOPIC_HANDBACKS, 0, offset, wall_ms);
}

static void take(struct record record)
{
    struct note note = { 0 };
    bool is_event = record.topic == world.options.topic;
    assert_int_equal(is_event ? book_take_event(&world.book, &record, &note)
                              : book_take_state(&world.book, &record, &note),
                     OK);
}

static void seal(void)
{
    assert_int_equal(book_seal(&world.book), OK);
}

static void expect_next(enum topic topic, int32_t partition, int64_t offset)
{
    const struct record *record = book_next(&world.book);
    assert_non_null(record);
    assert_int_equal(record->topic, topic);
    assert_int_equal(record->partition, partition);
    assert_int_equal(record->offset, offset);
}

static struct book_event *settle(enum topic topic, int32_t partition, int64_t offset)
{
    const struct record record = { .topic = topic, .partition = partition, .offset = offset };
    return book_settle(&world.book, &record);
}

/* Nothing else may start before it is settled. */
static void goes_alone(enum topic topic, int32_t partition, int64_t offset)
{
    expect_next(topic, partition, offset);
    assert_null(book_next(&world.book));
    settle(topic, partition, offset);
}

/* --- order ---------------------------------------------------------------------------------- */

static void events_go_by_time_over_all_partitions(void **state)
{
    (void)state;
    take(message(1, 0, 30, 1));
    take(message(0, 0, 10, 2));
    take(message(0, 1, 40, 3));
    take(message(1, 1, 35, 4));
    seal();
    expect_next(TOPIC_MESSAGES, 0, 0);
    expect_next(TOPIC_MESSAGES, 1, 0);
    expect_next(TOPIC_MESSAGES, 1, 1);
    expect_next(TOPIC_MESSAGES, 0, 1);
    assert_null(book_next(&world.book));
}

static void a_clock_that_goes_back_does_not_turn_a_partition_round(void **state)
{
    (void)state;
    take(message(0, 5, 100, 1));
    take(message(0, 6, 50, 2));
    take(message(1, 0, 70, 3));
    seal();
    expect_next(TOPIC_MESSAGES, 1, 0);
    expect_next(TOPIC_MESSAGES, 0, 5);
    expect_next(TOPIC_MESSAGES, 0, 6);
}

static void each_partition_is_claimed_from_its_first_event(void **state)
{
    (void)state;
    take(message(3, 12, 20, 1));
    take(message(3, 11, 10, 1));
    take(order(4, 5, 1));
    seal();
    assert_int_equal(world.book.claims_count, 2);
    assert_int_equal(world.book.claims[0].id.topic, TOPIC_MESSAGES);
    assert_int_equal(world.book.claims[0].id.number, 3);
    assert_int_equal(world.book.claims[0].low, 11);
    assert_int_equal(world.book.claims[1].id.topic, TOPIC_ORDERS);
    assert_int_equal(world.book.claims[1].low, 4);
}

static void messages_wait_for_the_orders_of_their_customer_only(void **state)
{
    (void)state;
    take(message(0, 0, 10, 1));
    take(message(0, 1, 30, 2));
    take(message(0, 2, 30, 1));
    take(order(0, 20, 1));
    seal();
    goes_alone(TOPIC_MESSAGES, 0, 0); /* the order would change what the first one saw */
    expect_next(TOPIC_ORDERS, 0, 0);
    expect_next(TOPIC_MESSAGES, 0, 1); /* another customer's */
    assert_null(book_next(&world.book));
    settle(TOPIC_ORDERS, 0, 0);
    expect_next(TOPIC_MESSAGES, 0, 2);
}

static void messages_wait_for_the_hand_back_of_their_conversation(void **state)
{
    (void)state;
    take(message(0, 0, 10, 1));
    take(message(0, 1, 30, 1));
    take(handback(0, 20, 1));
    seal();
    goes_alone(TOPIC_MESSAGES, 0, 0);
    goes_alone(TOPIC_HANDBACKS, 0, 0);
    expect_next(TOPIC_MESSAGES, 0, 1);
}

/* A recommendation is made from what all customers have ordered until then, and no later. */
static void a_request_waits_for_the_orders_of_everybody_and_they_for_it(void **state)
{
    (void)state;
    book_fini(&world.book);
    world.options.topic = TOPIC_RECOMMENDATION_REQUESTS;
    open_book();
    snprintf(world.values[world.count], sizeof(world.values[0]),
             "{\"id\":\"r\",\"customer_id\":\"u1\"}");
    take(record_of(TOPIC_RECOMMENDATION_REQUESTS, 0, 0, 20));
    take(order(0, 10, 3));
    take(order(1, 30, 4));
    seal();
    goes_alone(TOPIC_ORDERS, 0, 0);
    goes_alone(TOPIC_RECOMMENDATION_REQUESTS, 0, 0);
    expect_next(TOPIC_ORDERS, 0, 1);
}

static void of_one_millisecond_the_order_event_goes_first(void **state)
{
    (void)state;
    take(message(0, 0, 10, 1));
    take(order(9, 10, 1));
    seal();
    expect_next(TOPIC_ORDERS, 0, 9);
}

static void state_of_strangers_is_left_out(void **state)
{
    (void)state;
    take(message(0, 0, 10, 1));
    take(order(0, 5, 2));
    take(handback(0, 15, 2));
    seal();
    assert_int_equal(world.book.count, 1);
}

static void results_come_back_in_the_order_of_the_events(void **state)
{
    (void)state;
    take(message(0, 0, 10, 1));
    take(message(0, 1, 20, 2));
    take(order(0, 5, 1));
    seal();
    expect_next(TOPIC_ORDERS, 0, 0);
    settle(TOPIC_ORDERS, 0, 0);
    expect_next(TOPIC_MESSAGES, 0, 0);
    expect_next(TOPIC_MESSAGES, 0, 1);
    settle(TOPIC_MESSAGES, 0, 1);
    assert_null(book_take_back(&world.book));
    settle(TOPIC_MESSAGES, 0, 0);
    assert_int_equal(book_take_back(&world.book)->record.offset, 0);
    assert_int_equal(book_take_back(&world.book)->record.offset, 1);
    assert_null(book_take_back(&world.book));
    assert_true(book_is_over(&world.book));
}

/* --- what is taken -------------------------------------------------------------------------- */

static void what_is_before_the_window_is_run_but_not_reported(void **state)
{
    (void)state;
    world.book.options.from_wall_ms = 20;
    take(message(0, 0, 10, 1));
    take(message(0, 1, 20, 1));
    seal();
    assert_int_equal(world.book.reported, 1);
    expect_next(TOPIC_MESSAGES, 0, 0);
    expect_next(TOPIC_MESSAGES, 0, 1);
    settle(TOPIC_MESSAGES, 0, 0);
    settle(TOPIC_MESSAGES, 0, 1);
    assert_int_equal(book_take_back(&world.book)->record.offset, 1);
}

static void the_limit_counts_reported_events_in_their_order(void **state)
{
    (void)state;
    world.book.options.limit = 1;
    world.book.options.from_wall_ms = 20;
    take(message(0, 0, 10, 1));
    take(message(1, 0, 30, 2));
    take(message(0, 1, 20, 3));
    seal();
    assert_int_equal(world.book.count, 2);
    expect_next(TOPIC_MESSAGES, 0, 0);
    expect_next(TOPIC_MESSAGES, 0, 1);
    assert_null(book_next(&world.book));
}

static void filters_pick_by_key_and_by_conversation(void **state)
{
    (void)state;
    struct record keyed = message(0, 1, 10, 1);
    keyed.key = STR("k");
    keyed.has_key = true;
    world.book.options.key = STR("k");
    take(message(0, 0, 10, 1));
    take(keyed);
    assert_int_equal(world.book.count, 1);
    world.book.options.key = STR_NONE;
    world.book.options.conversation = STR("c2");
    take(message(0, 2, 10, 1));
    take(message(0, 3, 10, 2));
    assert_int_equal(world.book.count, 2);
}

static void an_event_that_does_not_decode_is_an_event(void **state)
{
    (void)state;
    struct record broken = message(0, 0, 10, 1);
    broken.value = STR("{");
    take(broken);
    seal();
    assert_int_equal(world.book.reported, 1);
    expect_next(TOPIC_MESSAGES, 0, 0);
}

static void too_many_events_are_refused_with_what_to_do(void **state)
{
    (void)state;
    struct note note = { 0 };
    world.book.options.events_max = 2;
    take(message(0, 0, 10, 1));
    take(message(0, 1, 10, 2));
    const struct record third = message(0, 2, 10, 3);
    assert_int_equal(book_take_event(&world.book, &third, &note), ERR_USAGE);
    assert_non_null(strstr(note.text, "2 events"));
    assert_non_null(strstr(note.text, "--from"));
}

static void too_many_bytes_are_refused_too(void **state)
{
    (void)state;
    struct note note = { 0 };
    static char text[1 << 15];
    book_fini(&world.book);
    world.options.bytes_max = (size_t)1 << 20;
    open_book();
    memset(text, 'x', sizeof(text));
    enum err err = OK;
    for (int64_t offset = 0; err == OK && offset < EVENTS_MAX; offset++) {
        const struct record record = { .topic = TOPIC_MESSAGES,
                                       .offset = offset,
                                       .value = { text, sizeof(text) },
                                       .has_value = true };
        err = book_take_event(&world.book, &record, &note);
    }
    assert_int_equal(err, ERR_USAGE);
    assert_non_null(strstr(note.text, "1 MiB"));
}

/* --- what was recorded ---------------------------------------------------------------------- */

static void give(enum topic topic, struct str value, const struct header *headers, size_t count)
{
    struct note note = { 0 };
    const struct record record = { .topic = topic,
                                   .value = value,
                                   .has_value = true,
                                   .headers = headers,
                                   .headers_count = count };
    assert_int_equal(book_take_outcome(&world.book, &record, &note), OK);
}

/* An outcome of the plain message at that position. */
static void give_outcome(enum topic topic, const char *kind, const char *position,
                         const char *value)
{
    char id[CRYPTO_UUID_TEXT_BYTES];
    assert_int_equal(event_outcome_id(STR("support.messages"), str_from(position), kind, id), OK);
    const struct header headers[] = { { STR("ce_id"), str_from(id) } };
    give(topic, str_from(value), headers, countof(headers));
}

static void give_audit(const char *topic, int64_t offset, const char *outcome)
{
    char value[256];
    snprintf(value, sizeof(value),
             "{\"topic\":\"%s\",\"partition\":0,\"offset\":%lld,\"outcome\":\"%s\"}", topic,
             (long long)offset, outcome);
    give(TOPIC_AUDIT, str_from(value), NULL, 0);
}

static struct statement recorded(size_t index)
{
    struct statement statement;
    assert_int_equal(book_recorded(world.book.events[index], &world.arena, &statement), OK);
    return statement;
}

static void an_answer_is_found_by_the_identity_of_its_event(void **state)
{
    (void)state;
    take(message(0, 0, 10, 1));
    take(message(0, 1, 20, 1));
    seal();
    give_outcome(TOPIC_ANSWERS, "answer", "support.messages/0/1", "{\"text\":\"yes\"}");
    give_outcome(TOPIC_ANSWERS, "answer", "support.messages/0/1", "{\"text\":\"again\"}");
    give_outcome(TOPIC_ANSWERS, "answer", "support.messages/0/9", "{\"text\":\"other\"}");
    assert_false(recorded(0).is_known);
    const struct statement statement = recorded(1);
    assert_int_equal(statement.kind, OUTCOME_ANSWER);
    assert_text(statement_find(&statement, STR("text"))->value, "yes");
    assert_false(book_is_complete(&world.book));
}

static void a_dead_letter_is_found_by_the_position_it_names(void **state)
{
    (void)state;
    take(message(0, 5, 10, 1));
    seal();
    const struct header other[] = { { STR("x-dlq-topic"), STR("support.orders") },
                                    { STR("x-dlq-partition"), STR("0") },
                                    { STR("x-dlq-offset"), STR("5") } };
    const struct header headers[] = { { STR("x-dlq-topic"), STR("support.messages") },
                                      { STR("x-dlq-partition"), STR("0") },
                                      { STR("x-dlq-offset"), STR("5") },
                                      { STR("x-dlq-reason"), STR("json") } };
    give(TOPIC_DEAD_LETTERS, STR("original"), other, countof(other));
    assert_false(recorded(0).is_known);
    give(TOPIC_DEAD_LETTERS, STR("original"), headers, countof(headers));
    const struct statement statement = recorded(0);
    assert_int_equal(statement.kind, OUTCOME_DEAD_LETTER);
    assert_text(statement_find(&statement, STR("reason"))->value, "json");
}

static void the_audit_tells_what_has_no_record_and_when_all_is_found(void **state)
{
    (void)state;
    take(message(0, 0, 10, 1));
    take(message(0, 1, 20, 1));
    seal();
    give_audit("support.messages", 0, "nothing");
    assert_int_equal(recorded(0).kind, OUTCOME_NOTHING);
    give_audit("support.messages", 1, "answer");
    assert_false(book_is_complete(&world.book));
    give_outcome(TOPIC_ANSWERS, "answer", "support.messages/0/1", "{\"text\":\"yes\"}");
    assert_true(book_is_complete(&world.book));
}

static void audit_of_others_and_broken_audit_say_nothing(void **state)
{
    (void)state;
    take(message(0, 0, 10, 1));
    seal();
    give_audit("support.orders", 0, "nothing");
    give_audit("support.messages", 7, "nothing");
    give_audit("support.messages", 0, "no such outcome");
    give(TOPIC_AUDIT, STR("{"), NULL, 0);
    assert_false(recorded(0).is_known);
}

/* Two records with one identity: a producer's own retry. */
static void take_twins(void)
{
    static const struct header headers[] = { { STR("ce_specversion"), STR("1.0") },
                                             { STR("ce_type"), STR("message") },
                                             { STR("ce_source"), STR("support.messages") },
                                             { STR("ce_id"), STR("e1") } };
    for (int64_t offset = 0; offset < 2; offset++) {
        struct record record = message(0, offset, 10 + offset, 1);
        record.headers = headers;
        record.headers_count = countof(headers);
        take(record);
    }
    seal();
    give_outcome(TOPIC_ANSWERS, "answer", "e1", "{\"text\":\"yes\"}");
}

static void without_audit_the_first_of_two_twins_has_the_answer(void **state)
{
    (void)state;
    take_twins();
    assert_int_equal(recorded(0).kind, OUTCOME_ANSWER);
    assert_false(recorded(1).is_known);
}

static void with_audit_the_twin_that_was_answered_has_it(void **state)
{
    (void)state;
    take_twins();
    give_audit("support.messages", 0, "duplicate");
    give_audit("support.messages", 1, "answer");
    assert_int_equal(recorded(0).kind, OUTCOME_DUPLICATE);
    const struct statement second = recorded(1);
    assert_int_equal(second.kind, OUTCOME_ANSWER);
    assert_text(statement_find(&second, STR("text"))->value, "yes");
}

/* --- who was held --------------------------------------------------------------------------- */

static enum err count_held(void *owner, struct str key)
{
    size_t *count = owner;
    assert_text(key, "0:c1");
    (*count)++;
    return OK;
}

static size_t held(void)
{
    size_t count = 0;
    assert_int_equal(book_each_held(&world.book, count_held, &count), OK);
    return count;
}

static void who_had_a_conversation_is_told_by_its_first_outcome(void **state)
{
    (void)state;
    take(message(0, 0, 10, 1));
    take(message(0, 1, 20, 1));
    take(message(0, 2, 30, 2));
    take(message(0, 3, 40, 2));
    seal();
    give_audit("support.messages", 0, "nothing"); /* an agent's note, for example */
    give_outcome(TOPIC_HANDOFFS, "handoff", "support.messages/0/1", "{\"reason\":\"with_person\"}");
    give_outcome(TOPIC_ANSWERS, "answer", "support.messages/0/2", "{\"text\":\"yes\"}");
    give_outcome(TOPIC_HANDOFFS, "handoff", "support.messages/0/3", "{\"reason\":\"with_person\"}");
    assert_int_equal(held(), 1);
}

static void a_hand_off_for_a_reason_shows_that_nobody_had_it_before(void **state)
{
    (void)state;
    take(message(0, 0, 10, 1));
    take(message(0, 1, 20, 1));
    seal();
    give_outcome(TOPIC_HANDOFFS, "handoff", "support.messages/0/0", "{\"reason\":\"angry\"}");
    give_outcome(TOPIC_HANDOFFS, "handoff", "support.messages/0/1", "{\"reason\":\"with_person\"}");
    assert_int_equal(held(), 0);
}

/* --- memory --------------------------------------------------------------------------------- */

static enum err fill_once(void *owner)
{
    const struct record *record = owner;
    struct book book;
    enum err err = book_init(&book, &world.options);
    err = err == OK ? book_take_event(&book, record, NULL) : err;
    err = err == OK ? book_seal(&book) : err;
    book_fini(&book);
    return err == ERR_USAGE ? ERR_NOMEM : err; /* it cannot tell its own bound from another's */
}

static void without_memory_nothing_leaks(void **state)
{
    (void)state;
    struct record record = message(0, 0, 10, 1);
    world.options.events_max = 4;
    assert_true(starve(fill_once, &record) > 3);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(events_go_by_time_over_all_partitions),
        TEST(a_clock_that_goes_back_does_not_turn_a_partition_round),
        TEST(each_partition_is_claimed_from_its_first_event),
        TEST(messages_wait_for_the_orders_of_their_customer_only),
        TEST(messages_wait_for_the_hand_back_of_their_conversation),
        TEST(a_request_waits_for_the_orders_of_everybody_and_they_for_it),
        TEST(of_one_millisecond_the_order_event_goes_first),
        TEST(state_of_strangers_is_left_out),
        TEST(results_come_back_in_the_order_of_the_events),
        TEST(what_is_before_the_window_is_run_but_not_reported),
        TEST(the_limit_counts_reported_events_in_their_order),
        TEST(filters_pick_by_key_and_by_conversation),
        TEST(an_event_that_does_not_decode_is_an_event),
        TEST(too_many_events_are_refused_with_what_to_do),
        TEST(too_many_bytes_are_refused_too),
        TEST(an_answer_is_found_by_the_identity_of_its_event),
        TEST(a_dead_letter_is_found_by_the_position_it_names),
        TEST(the_audit_tells_what_has_no_record_and_when_all_is_found),
        TEST(audit_of_others_and_broken_audit_say_nothing),
        TEST(without_audit_the_first_of_two_twins_has_the_answer),
        TEST(with_audit_the_twin_that_was_answered_has_it),
        TEST(who_had_a_conversation_is_told_by_its_first_outcome),
        TEST(a_hand_off_for_a_reason_shows_that_nobody_had_it_before),
        TEST(without_memory_nothing_leaks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
