/* Each job of a worker that asks brokers says what it does, and for how long at most.
 *
 * In place of the commit thread stands one that takes notes: a job is run where it is submitted,
 * and its end is told from the loop, as always. */
#include "tests/unit/cm.h"

#include <poll.h>

#include "common/mem.h"
#include "tests/unit/txn_cluster.h"
#include "worker/adapter/now.h"
#include "worker/adapter/rights_kafka.h"
#include "worker/adapter/whole_kafka.h"

#define CALLS_MAX 64
/* Of a start, which may be told to wait for brokers for half of it; without transactions, whose
 * offsets wait for the coordinator; of anything else. */
#define LONGEST_START_MS 60000
#define LONGEST_PLAIN_MS 90000
#define LONGEST_MS 45000

struct call {
    const char *name;
    int64_t most_ms;
};

/* Of the thread that was made last; kept when it is destroyed. */
static struct {
    struct call calls[CALLS_MAX]; /* each name once, with its longest time */
    size_t count;
    bool is_named;   /* the job that runs has named a call */
    size_t nameless; /* jobs that named none */
} notes;

struct job_thread {
    struct loop *loop;
    struct loop_task tell;
    struct list done;
    bool is_telling;
    bool is_hurried;
};

static void note_call(const char *name, int64_t most_ms)
{
    notes.is_named = true;
    for (size_t i = 0; i < notes.count; i++) {
        if (strcmp(notes.calls[i].name, name) == 0) {
            notes.calls[i].most_ms = max_i64(notes.calls[i].most_ms, most_ms);
            return;
        }
    }
    assert_true(notes.count < CALLS_MAX);
    notes.calls[notes.count++] = (struct call){ name, most_ms };
}

/* --- job_thread.h --------------------------------------------------------------------------- */

static void tell(struct loop_task *task)
{
    struct job_thread *thread = container_of(task, struct job_thread, tell);
    struct list_node *node;
    thread->is_telling = false;
    while ((node = list_pop(&thread->done)) != NULL) {
        struct job *job = container_of(node, struct job, node);
        job->on_done(job);
    }
}

struct job_thread *job_thread_create(const struct job_thread_options *options)
{
    struct job_thread *thread = mem_zero(1, sizeof(*thread));
    memset(&notes, 0, sizeof(notes));
    thread->loop = options->loop;
    thread->tell.run = tell;
    list_init(&thread->done);
    return thread;
}

void job_thread_destroy(struct job_thread *thread)
{
    loop_task_drop(thread->loop, &thread->tell);
    mem_free(thread);
}

enum err job_thread_submit(struct job_thread *thread, struct job *job)
{
    job->thread = thread;
    notes.is_named = false;
    if (job->call) {
        note_call(job->call, job->most_ms);
    }
    job->run(job);
    notes.nameless += notes.is_named ? 0 : 1;
    list_append(&thread->done, &job->node);
    if (!thread->is_telling) {
        thread->is_telling = true;
        loop_later(thread->loop, &thread->tell);
    }
    return OK;
}

void job_thread_hurry(struct job_thread *thread)
{
    thread->is_hurried = true;
}

bool job_thread_is_hurried(struct job_thread *thread)
{
    return thread->is_hurried;
}

void job_thread_wait(struct job_thread *thread, int64_t wait_ms)
{
    (void)thread;
    (void)poll(NULL, 0, (int)wait_ms); /* brokers are to be asked again, and no sooner */
}

void job_thread_enter(struct job_thread *thread, const char *call, int64_t timeout_ms)
{
    (void)thread;
    note_call(call, timeout_ms);
}

void job_thread_leave(struct job_thread *thread)
{
    (void)thread;
}

const char *job_thread_overdue(struct job_thread *thread, int64_t now_us)
{
    (void)thread;
    (void)now_us;
    return NULL;
}

/* --- what has been noted -------------------------------------------------------------------- */

static const struct call *call_named(const char *name)
{
    for (size_t i = 0; i < notes.count; i++) {
        if (strcmp(notes.calls[i].name, name) == 0) {
            return &notes.calls[i];
        }
    }
    return NULL;
}

/* All jobs but `nameless`, which ask no broker, have said what they do, these among them, and for
 * how long at most. */
static void are_bounded(size_t nameless, int64_t longest_ms, const char *const *names)
{
    assert_int_equal(notes.nameless, nameless);
    for (size_t i = 0; names[i]; i++) {
        if (!call_named(names[i])) {
            fail_msg("nothing was named %s", names[i]);
        }
    }
    for (size_t i = 0; i < notes.count; i++) {
        const struct call *call = &notes.calls[i];
        bool is_start = strcmp(call->name, "topics") == 0;
        if (call->most_ms <= 0 || call->most_ms > (is_start ? LONGEST_START_MS : longest_ms)) {
            fail_msg("%s: %lld ms", call->name, (long long)call->most_ms);
        }
    }
}

static void each_step_of_a_commit_and_of_a_doubt_is_bounded(void **state)
{
    (void)state;
    static const struct mishap mishaps[] = {
        { OFFSET_COMMIT, RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION, 0, 1 }, /* is aborted */
        { END, RD_KAFKA_RESP_ERR__TRANSPORT, 0, 1 },                   /* and in doubt */
    };
    struct cluster cluster;
    struct rig rig;
    cluster_open(&cluster);
    kafka_rig_open(&rig, cluster_bootstrap(&cluster), "w1", cluster_settings);
    for (size_t i = 0; i < countof(mishaps); i++) {
        (void)cluster_lost(&cluster, &rig, &mishaps[i], 1);
    }
    kafka_rig_close(&rig);
    cluster_close(&cluster);
    are_bounded(0, LONGEST_MS,
                (const char *const[]){ "topics", "takeover", "init", "begin", "produce", "offsets",
                                       "commit", "abort", "drop", "read", "close", NULL });
}

static void each_step_without_transactions_is_bounded(void **state)
{
    (void)state;
    static const char *const settings[] = { "delivery=at-least-once", NULL };
    struct cluster cluster;
    struct rig rig;
    cluster_open(&cluster);
    kafka_rig_open(&rig, cluster_bootstrap(&cluster), "w1", settings);
    (void)cluster_lost(&cluster, &rig, NULL, 0);
    kafka_rig_close(&rig);
    cluster_close(&cluster);
    /* The start only makes the client. */
    are_bounded(1, LONGEST_PLAIN_MS,
                (const char *const[]){ "topics", "takeover", "produce", "commit offsets", "close",
                                       NULL });
}

/* --- what else a worker asks ---------------------------------------------------------------- */

struct desk {
    struct cluster cluster;
    struct conf *conf;
    struct loop *loop;
    struct job_thread *thread;
    const char *until; /* a call that ends the wait once it was made */
    size_t closed;
    int64_t until_ms;
};

static int64_t desk_tick(void *owner)
{
    struct desk *desk = owner;
    int64_t now_ms = loop_clock(desk->loop)->mono_ms;
    if (desk->closed > 0 || (desk->until && call_named(desk->until)) || now_ms >= desk->until_ms) {
        loop_stop(desk->loop);
    }
    return desk->until_ms;
}

static void desk_open(struct desk *desk)
{
    char text[128];
    struct note note;
    *desk = (struct desk){ .conf = conf_create(), .loop = loop_create() };
    desk->thread = job_thread_create(&(struct job_thread_options){ .loop = desk->loop });
    cluster_open(&desk->cluster);
    snprintf(text, sizeof(text), "kafka.bootstrap.servers=%s", cluster_bootstrap(&desk->cluster));
    assert_int_equal(conf_read_argument(desk->conf, text, &note), OK);
    loop_on_tick(desk->loop, desk_tick, desk);
}

/* Until `call` was made, or something has closed. */
static void desk_run(struct desk *desk, const char *call)
{
    desk->until = call;
    desk->until_ms = now_mono_us() / 1000 + RIG_WAIT_MS;
    loop_run(desk->loop);
}

static void desk_close(struct desk *desk)
{
    job_thread_destroy(desk->thread);
    loop_destroy(desk->loop);
    conf_destroy(desk->conf);
    cluster_close(&desk->cluster);
}

static void on_closed(void *owner)
{
    struct desk *desk = owner;
    desk->closed++;
}

static void on_record(void *owner, const struct record *record)
{
    (void)owner;
    (void)record;
}

static void on_whole(void *owner)
{
    (void)owner;
}

static void on_fatal(void *owner, enum err err, const struct note *note)
{
    (void)owner;
    fail_msg("%s: %s", err_name(err), note->text);
}

static void a_topic_that_is_read_whole_is_asked_for_in_bounds(void **state)
{
    (void)state;
    struct desk desk;
    struct note note;
    struct whole_kafka *reader;
    desk_open(&desk);
    assert_int_equal(rd_kafka_mock_topic_create(desk.cluster.mock, "support.catalog", 2, 1), 0);
    const struct whole_kafka_options options = {
        .kafka = { .conf = desk.conf },
        .topic = TOPIC_CATALOG,
        .loop = desk.loop,
        .thread = desk.thread,
        .start_timeout_ms = LONGEST_START_MS,
        .look_ms = 20,
        .owner = &desk,
        .on_record = on_record,
        .on_whole = on_whole,
        .on_fatal = on_fatal,
        .on_closed = on_closed,
    };
    assert_int_equal(whole_kafka_create(&options, &reader, &note), OK);
    whole_kafka_start(reader);
    desk_run(&desk, "partitions");
    whole_kafka_close(reader);
    desk_run(&desk, NULL);
    whole_kafka_destroy(reader);
    are_bounded(0, LONGEST_MS, (const char *const[]){ "topics", "partitions", "close", NULL });
    desk_close(&desk);
}

static void the_question_for_rights_is_bounded(void **state)
{
    (void)state;
    struct desk desk;
    desk_open(&desk);
    struct rights_kafka rights = {
        .client = desk.cluster.client,
        .loop = desk.loop,
        .thread = desk.thread,
        .inputs = { "support.messages" },
        .inputs_count = 1,
    };
    assert_int_equal(rights_kafka_open(&rights), OK);
    rights_kafka_refused(&rights, "support.messages");
    desk_run(&desk, "rights");
    rights_kafka_close(&rights);
    are_bounded(0, LONGEST_MS, (const char *const[]){ "rights", NULL });
    desk_close(&desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_step_of_a_commit_and_of_a_doubt_is_bounded),
        cmocka_unit_test(each_step_without_transactions_is_bounded),
        cmocka_unit_test(a_topic_that_is_read_whole_is_asked_for_in_bounds),
        cmocka_unit_test(the_question_for_rights_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
