/* Letters that are sent again, against librdkafka's own cluster: what is told of them when brokers
 * refuse, fence or fall silent. It fences nobody by itself: a second sender is a flow test. */
#include "tests/unit/leaf.h"

#include "tests/unit/txn_cluster.h"
#include "worker/adapter/redrive_kafka.h"

#define ITEMS 3
#define INPUT "support.messages"
#define LETTERS "support.answers" /* of the topics there are */

struct office {
    struct cluster cluster;
    struct conf *conf;
    struct redrive *redrive;
    struct redrive_item items[ITEMS];
    struct note note;
};

static struct redrive *redrive_of(const struct office *office, struct note *note)
{
    const struct redrive_options options = {
        .kafka = { .conf = office->conf,
                   .bootstrap = cluster_bootstrap(&office->cluster),
                   .worker_id = "deskhand-deadletter",
                   .txn_scope = LETTERS },
        .timeout_ms = 20000,
        .doing = "sending letters again",
    };
    struct redrive *redrive = NULL;
    if (redrive_open(&options, &redrive, note) != OK) {
        fail_msg("%s", note->text);
    }
    return redrive;
}

static struct record record_of(const char *value)
{
    return (struct record){ .value = str_from(value), .has_value = true };
}

static void open_office(struct office *office)
{
    *office = (struct office){ .conf = conf_create() };
    cluster_open(&office->cluster);
    office->redrive = redrive_of(office, &office->note);
    for (size_t i = 0; i < ITEMS; i++) {
        office->items[i] = (struct redrive_item){ .topic_name = INPUT,
                                                  .original = record_of("original"),
                                                  .mark_topic_name = LETTERS,
                                                  .mark = record_of("mark") };
    }
}

static void close_office(struct office *office)
{
    redrive_close(office->redrive);
    cluster_close(&office->cluster);
    conf_destroy(office->conf);
}

static enum err send_all(struct office *office)
{
    return redrive_send(office->redrive, office->items, ITEMS, &office->note);
}

static void assert_told(const struct office *office, size_t sent, size_t refused)
{
    for (size_t i = 0; i < ITEMS; i++) {
        sent -= office->items[i].is_sent ? 1 : 0;
        refused -= office->items[i].is_refused ? 1 : 0;
    }
    assert_int_equal(sent, 0);
    assert_int_equal(refused, 0);
}

static void originals_and_marks_are_sent(void **state)
{
    (void)state;
    struct office office;
    open_office(&office);
    assert_int_equal(send_all(&office), OK);
    assert_told(&office, ITEMS, 0);
    assert_int_equal(rig_count(cluster_bootstrap(&office.cluster), INPUT, 2), ITEMS);
    assert_int_equal(rig_count(cluster_bootstrap(&office.cluster), LETTERS, 2), ITEMS);
    close_office(&office);
}

static void what_was_refused_together_is_tried_alone(void **state)
{
    (void)state;
    struct office office;
    open_office(&office);
    cluster_push(&office.cluster,
                 &(struct mishap){ PRODUCE, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, 0, 1 });
    assert_int_equal(send_all(&office), OK);
    assert_told(&office, ITEMS, 0);
    close_office(&office);
}

/* Nobody has looked at the others alone: they are open, and not kept for a reason. */
static void what_was_refused_together_is_not_told_when_it_was_not_tried_alone(void **state)
{
    (void)state;
    struct office office;
    open_office(&office);
    const struct mishap mishaps[] = {
        { PRODUCE, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, 0, 1 },
        { END, RD_KAFKA_RESP_ERR_NO_ERROR, 0, 1 }, /* of the abort */
        { END, RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH, 0, 1 },
    };
    for (size_t i = 0; i < countof(mishaps); i++) {
        cluster_push(&office.cluster, &mishaps[i]);
    }
    assert_int_equal(send_all(&office), ERR_FENCED);
    assert_told(&office, 0, 0);
    close_office(&office);
}

static void a_commit_whose_answer_is_lost_is_not_known(void **state)
{
    (void)state;
    struct office office;
    open_office(&office);
    cluster_push(&office.cluster, &(struct mishap){ END, RD_KAFKA_RESP_ERR__TRANSPORT, 0, 1 });
    assert_int_equal(send_all(&office), ERR_TXN_UNKNOWN);
    assert_told(&office, 0, 0);
    assert_non_null(strstr(office.note.text, "Run it again"));
    close_office(&office);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(originals_and_marks_are_sent),
        cmocka_unit_test(what_was_refused_together_is_tried_alone),
        cmocka_unit_test(what_was_refused_together_is_not_told_when_it_was_not_tried_alone),
        cmocka_unit_test(a_commit_whose_answer_is_lost_is_not_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
