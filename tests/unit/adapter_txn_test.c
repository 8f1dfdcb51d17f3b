/* Which repeated requests cost a producer: librdkafka's own retries against its own cluster. */
#include "tests/unit/cm.h"

#include "common/mem.h"
#include "tests/unit/txn_cluster.h"
#include "worker/adapter/committer.h"

/* Longer than a hasty producer waits for an answer. */
#define TOO_LATE_MS 12000

static void each_costs_with(const char *const *settings, const struct mishap *mishaps,
                            size_t count, int64_t cost)
{
    struct cluster cluster;
    struct rig rig;
    cluster_open(&cluster);
    kafka_rig_open(&rig, cluster_bootstrap(&cluster), "w1", settings);
    for (size_t i = 0; i < count; i++) {
        int64_t lost = cluster_lost(&cluster, &rig, &mishaps[i], 1);
        if (lost != cost) {
            fail_msg("%d, %s: %d lost", mishaps[i].api_key, rd_kafka_err2name(mishaps[i].err),
                     (int)lost);
        }
    }
    int64_t unknown = metric_get(rig.metrics, METRIC_TRANSACTIONS, METRIC_TXN_UNKNOWN, 0);
    assert_int_equal(unknown, cost * (int64_t)count);
    kafka_rig_close(&rig);
    cluster_close(&cluster);
}

static void each_costs(const struct mishap *mishaps, size_t count, int64_t cost)
{
    each_costs_with(cluster_settings, mishaps, count, cost);
}

static void what_is_sent_again_behind_a_full_answer_costs_no_producer(void **state)
{
    (void)state;
    static const struct mishap mishaps[] = {
        { END, RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS, 0, 3 },
        { END, RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS, 0, 2 },
        { END, RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE, 0, 1 },
        { END, RD_KAFKA_RESP_ERR_NOT_COORDINATOR, 0, 1 },
        { ADD_PARTITIONS, RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS, 0, 3 },
        { ADD_OFFSETS, RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS, 0, 3 },
        { OFFSET_COMMIT, RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS, 0, 2 },
        { OFFSET_COMMIT, RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS, 0, 2 },
    };
    each_costs(mishaps, countof(mishaps), 0);
}

static void what_has_no_answer_costs_the_producer_though_the_next_copy_succeeds(void **state)
{
    (void)state;
    static const struct mishap late[] = {
        { END, RD_KAFKA_RESP_ERR_NO_ERROR, TOO_LATE_MS, 1 },
    };
    static const struct mishap lost[] = {
        { END, RD_KAFKA_RESP_ERR__TRANSPORT, 0, 1 },
        { ADD_PARTITIONS, RD_KAFKA_RESP_ERR__TRANSPORT, 0, 1 },
        { ADD_OFFSETS, RD_KAFKA_RESP_ERR__TRANSPORT, 0, 1 },
        { OFFSET_COMMIT, RD_KAFKA_RESP_ERR__TRANSPORT, 0, 1 },
    };
    each_costs_with(cluster_hasty_settings, late, countof(late), 1);
    each_costs(lost, 2, 1); /* not more than TXN_REPLACEMENTS_MAX of one worker */
    each_costs(lost + 2, countof(lost) - 2, 1);
}

/* What brokers refuse for certain: the batch goes again with the same producer. */
static void what_only_this_transaction_is_refused_for_costs_no_producer(void **state)
{
    (void)state;
    static const struct mishap mishaps[] = {
        { OFFSET_COMMIT, RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION, 0, 1 },
        { OFFSET_COMMIT, RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS, 0, 1 },
        { OFFSET_COMMIT, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, 0, 1 },
        { ADD_OFFSETS, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, 0, 1 },
        { END, RD_KAFKA_RESP_ERR_UNKNOWN, 0, 1 },
    };
    each_costs(mishaps, countof(mishaps), 0);
}

/* How the first batch that was aborted ended. */
static enum err aborted_why;
static struct note aborted_note;

static void note_abort(void *owner)
{
    const struct engine *engine = owner;
    if (engine->results[BATCH_ABORTED] == 1 && aborted_why == OK) {
        aborted_why = engine->last_why;
        aborted_note = engine->last_note;
    }
}

/* It will be right again. To blame a record would make a dead letter, which is refused as well. */
static void records_that_are_refused_for_our_clock_go_again(void **state)
{
    (void)state;
    struct cluster cluster;
    struct rig rig;
    cluster_open(&cluster);
    const char *bootstrap = cluster_bootstrap(&cluster);
    rig_produce(bootstrap, "support.messages", -1, TXN_CLUSTER_RECORDS);
    cluster_push(&cluster, &(struct mishap){ PRODUCE, RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP, 0, 1 });
    kafka_rig_open(&rig, bootstrap, "w1", cluster_settings);
    rig.engine.on_change = note_abort;
    rig.engine.owner = &rig.engine;
    rig.goal = TXN_CLUSTER_RECORDS;
    assert_true(rig_run_until(&rig, rig_is_settled));
    assert_int_equal(rig.fatal, OK);
    assert_int_equal(aborted_why, ERR_TXN);
    assert_non_null(strstr(aborted_note.text, "set this machine's clock right"));
    kafka_rig_close(&rig);
    cluster_close(&cluster);
}

/* The record's refusal ends the transaction while its offsets are sent, which serves no reports:
 * the one that names it is heard only with what the abort waits for. */
static enum err first_refused;

static void note_refused(void *owner)
{
    struct engine *engine = owner;
    note_abort(owner);
    if (engine->results[BATCH_ABORTED] == 1 && engine->results[BATCH_COMMITTED] == 0) {
        struct list_node *node = list_first(&engine->waiting);
        first_refused = container_of(node, struct echo_turn, node)->delivery.refused;
    }
}

static void a_refused_record_is_named_though_its_report_comes_behind_the_abort(void **state)
{
    (void)state;
    static const struct mishap mishaps[] = {
        { PRODUCE, RD_KAFKA_RESP_ERR_INVALID_RECORD, 100, 1 },
        { ADD_OFFSETS, RD_KAFKA_RESP_ERR_NO_ERROR, 400, 1 }, /* is under way meanwhile */
    };
    struct cluster cluster;
    struct rig rig;
    aborted_why = OK;
    cluster_open(&cluster);
    kafka_rig_open(&rig, cluster_bootstrap(&cluster), "w1", cluster_settings);
    rig.engine.batch_max = 1;
    rig.engine.on_change = note_refused;
    rig.engine.owner = &rig.engine;
    assert_int_equal(cluster_lost(&cluster, &rig, mishaps, countof(mishaps)), 0);
    assert_int_equal(aborted_why, ERR_POISON);
    assert_int_equal(first_refused, ERR_REFUSED);
    assert_non_null(strstr(aborted_note.text, "produce: "));
    kafka_rig_close(&rig);
    cluster_close(&cluster);
}

static void an_id_that_is_expired_or_of_another_costs_the_producer(void **state)
{
    (void)state;
    static const struct mishap mishaps[] = {
        { END, RD_KAFKA_RESP_ERR_INVALID_PRODUCER_ID_MAPPING, 0, 1 },
        { END, RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH, 0, 1 },
        { OFFSET_COMMIT, RD_KAFKA_RESP_ERR_INVALID_TXN_STATE, 0, 1 },
    };
    each_costs(mishaps, countof(mishaps), 1);
}

/* Not the words for two workers with one id, though both show as a producer that is lost again. */
static void an_id_that_may_not_be_used_any_more_ends_the_worker_and_is_named(void **state)
{
    (void)state;
    struct cluster cluster;
    struct rig rig;
    cluster_open(&cluster);
    const char *bootstrap = cluster_bootstrap(&cluster);
    kafka_rig_open(&rig, bootstrap, "w1", cluster_settings);
    assert_true(rig_run_until(&rig, rig_is_ready));
    static const int16_t keys[] = { INIT, END };
    for (size_t i = 0; i < 40; i++) {
        cluster_push(&cluster,
                     &(struct mishap){ keys[i % 2],
                                       RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED, 0,
                                       1 });
    }
    rig_produce(bootstrap, "support.messages", -1, TXN_CLUSTER_RECORDS);
    assert_true(rig_run_until(&rig, rig_is_fatal));
    assert_int_equal(rig.fatal, ERR_CONFIG);
    assert_non_null(strstr(rig.fatal_note.text, "no permission; allow WRITE"));
    kafka_rig_close(&rig);
    cluster_close(&cluster);
}

/* Nothing is asked of brokers before it is started. */
static void without_memory_there_is_no_committer_and_nothing_is_left_of_it(void **state)
{
    (void)state;
    struct conf *conf = conf_create();
    const struct committer_options options = {
        .kafka = { .conf = conf, .bootstrap = "127.0.0.1:1", .worker_id = "w1" },
    };
    struct committer *committer = NULL;
    enum err err = ERR_NOMEM;
    for (long nth = 1; err != OK; nth++) {
        struct note note = { 0 };
        assert_true(nth < 200);
        mem_fail_nth(nth);
        err = txn_create(&options, &committer, &note);
        bool has_failed = mem_has_failed();
        mem_fail_nth(0);
        assert_true(err == OK || (err == ERR_NOMEM && has_failed && !committer));
    }
    committer->ops->destroy(committer);
    conf_destroy(conf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_sent_again_behind_a_full_answer_costs_no_producer),
        cmocka_unit_test(what_has_no_answer_costs_the_producer_though_the_next_copy_succeeds),
        cmocka_unit_test(what_only_this_transaction_is_refused_for_costs_no_producer),
        cmocka_unit_test(records_that_are_refused_for_our_clock_go_again),
        cmocka_unit_test(a_refused_record_is_named_though_its_report_comes_behind_the_abort),
        cmocka_unit_test(an_id_that_is_expired_or_of_another_costs_the_producer),
        cmocka_unit_test(an_id_that_may_not_be_used_any_more_ends_the_worker_and_is_named),
        cmocka_unit_test(without_memory_there_is_no_committer_and_nothing_is_left_of_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
