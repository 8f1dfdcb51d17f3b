/* What each kind of refusal means in each step of a commit: librdkafka against its own cluster,
 * whose broker refuses the request of that step. begin_transaction() sends none; the first
 * partition is added with the first record. */
#include "tests/unit/cm.h"

#include "tests/unit/txn_cluster.h"
#include "worker/engine/txn_state.h"

#define ERR(name) RD_KAFKA_RESP_ERR_##name
#define MISHAPS_MAX 2

/* Refused certainly, for this transaction alone: it is aborted. */
#define ABORTED { OFFSET_COMMIT, ERR(GROUP_AUTHORIZATION_FAILED), 0, 1 }
/* In doubt: the producer is replaced. */
#define DOUBTED { END, ERR(_TRANSPORT), 0, 1 }

struct row {
    const char *step;
    struct mishap mishaps[MISHAPS_MAX];
    int64_t lost; /* producers */
    size_t aborted; /* batches that go again */
};

static size_t count_of(const struct row *row)
{
    return row->mishaps[1].times > 0 ? 2 : 1;
}

struct place {
    struct cluster cluster;
    struct rig rig;
    int64_t lost; /* producers: a worker may not lose more than TXN_REPLACEMENTS_MAX */
};

static void place_open(struct place *place)
{
    cluster_open(&place->cluster);
    kafka_rig_open(&place->rig, cluster_bootstrap(&place->cluster), "w1", cluster_settings);
    place->lost = 0;
}

static void place_close(struct place *place)
{
    kafka_rig_close(&place->rig);
    cluster_close(&place->cluster);
}

static void go(struct place *place, const struct row *row)
{
    const struct engine *engine = &place->rig.engine;
    size_t aborted = engine->results[BATCH_ABORTED];
    int64_t lost = cluster_lost(&place->cluster, &place->rig, row->mishaps, count_of(row));
    aborted = engine->results[BATCH_ABORTED] - aborted;
    if (lost != row->lost || aborted != row->aborted) {
        fail_msg("%s, %s: %d producers lost, %zu batches aborted", row->step,
                 rd_kafka_err2name(row->mishaps[count_of(row) - 1].err), (int)lost, aborted);
    }
    assert_int_equal(engine->settled, place->rig.goal);
    place->lost += lost;
}

static void go_each(const struct row *rows, size_t count)
{
    struct place place;
    place_open(&place);
    for (size_t i = 0; i < count; i++) {
        if (place.lost + rows[i].lost > TXN_REPLACEMENTS_MAX) {
            place_close(&place);
            place_open(&place);
        }
        go(&place, &rows[i]);
    }
    place_close(&place);
}

static void an_expired_producer_id_costs_the_producer_in_each_step_but_an_abort(void **state)
{
    (void)state;
    static const struct row rows[] = {
        { "begin", { { ADD_PARTITIONS, ERR(INVALID_PRODUCER_ID_MAPPING), 0, 1 } }, 1, 1 },
        { "produce", { { PRODUCE, ERR(UNKNOWN_PRODUCER_ID), 0, 1 } }, 1, 1 },
        { "add offsets", { { ADD_OFFSETS, ERR(INVALID_PRODUCER_ID_MAPPING), 0, 1 } }, 1, 1 },
        { "offsets", { { OFFSET_COMMIT, ERR(INVALID_PRODUCER_ID_MAPPING), 0, 1 } }, 1, 1 },
        { "commit", { { END, ERR(INVALID_PRODUCER_ID_MAPPING), 0, 1 } }, 1, 1 },
        /* Nothing is to be committed any more: librdkafka asks for another id by itself. */
        { "abort", { ABORTED, { END, ERR(INVALID_PRODUCER_ID_MAPPING), 0, 1 } }, 0, 1 },
        { "init", { DOUBTED, { INIT, ERR(INVALID_PRODUCER_ID_MAPPING), 0, 1 } }, 1, 1 },
    };
    go_each(rows, countof(rows));
}

/* A producer's first commit is told late who coordinates the group, so that offsets are sent well
 * behind the records. */
static void go_with_late_offsets(const struct row *row, int late_ms)
{
    struct place place;
    place_open(&place);
    assert_true(rig_run_until(&place.rig, rig_is_ready));
    cluster_push(&place.cluster, &(struct mishap){ FIND_COORDINATOR, ERR(NO_ERROR), late_ms, 1 });
    go(&place, row);
    place_close(&place);
}

/* The transaction fails meanwhile, and the call that sends its offsets only says that it is in the
 * wrong state. */
static void an_expired_id_costs_the_producer_though_it_shows_while_offsets_are_sent(void **state)
{
    (void)state;
    static const struct row row = {
        "amid the offsets", { { ADD_PARTITIONS, ERR(INVALID_PRODUCER_ID_MAPPING), 0, 1 } }, 1, 1
    };
    go_with_late_offsets(&row, 400);
}

static void a_fenced_producer_is_replaced_in_each_step(void **state)
{
    (void)state;
    static const struct row rows[] = {
        { "begin", { { ADD_PARTITIONS, ERR(INVALID_PRODUCER_EPOCH), 0, 1 } }, 1, 1 },
        { "begin", { { ADD_PARTITIONS, ERR(PRODUCER_FENCED), 0, 1 } }, 1, 1 },
        { "produce", { { PRODUCE, ERR(INVALID_PRODUCER_EPOCH), 0, 1 } }, 1, 1 },
        { "add offsets", { { ADD_OFFSETS, ERR(INVALID_PRODUCER_EPOCH), 0, 1 } }, 1, 1 },
        { "add offsets", { { ADD_OFFSETS, ERR(PRODUCER_FENCED), 0, 1 } }, 1, 1 },
        { "offsets", { { OFFSET_COMMIT, ERR(INVALID_PRODUCER_EPOCH), 0, 1 } }, 1, 1 },
        { "offsets", { { OFFSET_COMMIT, ERR(PRODUCER_FENCED), 0, 1 } }, 1, 1 },
        { "commit", { { END, ERR(INVALID_PRODUCER_EPOCH), 0, 1 } }, 1, 1 },
        { "commit", { { END, ERR(PRODUCER_FENCED), 0, 1 } }, 1, 1 },
        { "abort", { ABORTED, { END, ERR(INVALID_PRODUCER_EPOCH), 0, 1 } }, 1, 1 },
        { "abort", { ABORTED, { END, ERR(PRODUCER_FENCED), 0, 1 } }, 1, 1 },
        { "init", { DOUBTED, { INIT, ERR(PRODUCER_FENCED), 0, 1 } }, 2, 1 },
    };
    go_each(rows, countof(rows));
}

/* Of the requests of a commit it is the one of the offsets that names member and generation. */
static void a_group_that_has_moved_on_aborts_and_keeps_the_producer(void **state)
{
    (void)state;
    static const struct row rows[] = {
        { "offsets", { { OFFSET_COMMIT, ERR(ILLEGAL_GENERATION), 0, 1 } }, 0, 1 },
        { "offsets", { { OFFSET_COMMIT, ERR(UNKNOWN_MEMBER_ID), 0, 1 } }, 0, 1 },
        { "offsets", { { OFFSET_COMMIT, ERR(FENCED_INSTANCE_ID), 0, 1 } }, 0, 1 },
        { "offsets", { { OFFSET_COMMIT, ERR(STALE_MEMBER_EPOCH), 0, 1 } }, 0, 1 },
        { "offsets", { { OFFSET_COMMIT, ERR(FENCED_MEMBER_EPOCH), 0, 1 } }, 0, 1 },
        { "offsets", { { OFFSET_COMMIT, ERR(REBALANCE_IN_PROGRESS), 0, 1 } }, 0, 1 },
    };
    go_each(rows, countof(rows));
}

/* A broker that goes away, in each step: no answer. */
static void a_broker_that_is_gone_costs_the_producer(void **state)
{
    (void)state;
    static const struct row rows[] = {
        { "begin", { { ADD_PARTITIONS, ERR(_TRANSPORT), 0, 1 } }, 1, 1 },
        { "add offsets", { { ADD_OFFSETS, ERR(_TRANSPORT), 0, 1 } }, 1, 1 },
        { "offsets", { { OFFSET_COMMIT, ERR(_TRANSPORT), 0, 1 } }, 1, 1 },
        { "commit", { { END, ERR(_TRANSPORT), 0, 1 } }, 1, 1 },
        { "abort", { ABORTED, { END, ERR(_TRANSPORT), 0, 1 } }, 1, 1 },
        { "init", { DOUBTED, { INIT, ERR(_TRANSPORT), 0, 1 } }, 1, 1 },
        { "reading back", { DOUBTED, { OFFSET_FETCH, ERR(_TRANSPORT), 0, 1 } }, 1, 1 },
        { "reading back", { DOUBTED, { OFFSET_FETCH, ERR(NOT_COORDINATOR), 0, 1 } }, 1, 1 },
    };
    go_each(rows, countof(rows));
}

/* Records alone are sent again without harm: the producer is idempotent. Offsets that are on their
 * way over the same connection would be in doubt with it. */
static void a_broker_that_goes_while_records_are_sent_costs_nothing(void **state)
{
    (void)state;
    static const struct row row = { "produce", { { PRODUCE, ERR(_TRANSPORT), 0, 1 } }, 0, 0 };
    go_with_late_offsets(&row, 2000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_expired_producer_id_costs_the_producer_in_each_step_but_an_abort),
        cmocka_unit_test(an_expired_id_costs_the_producer_though_it_shows_while_offsets_are_sent),
        cmocka_unit_test(a_fenced_producer_is_replaced_in_each_step),
        cmocka_unit_test(a_group_that_has_moved_on_aborts_and_keeps_the_producer),
        cmocka_unit_test(a_broker_that_is_gone_costs_the_producer),
        cmocka_unit_test(a_broker_that_goes_while_records_are_sent_costs_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
