/* deadletter.h - the parts of `deskhand deadletter`, shared by its verbs.
 *
 * Every verb reads the topic of dead letters twice: once for the marks, which say what is done
 * with, and once for the letters. No place of its own is kept anywhere: who starts again after
 * an interruption goes on where the marks end.
 *
 * Thread: the loop's. */
#ifndef COMMAND_DEADLETTER_H
#define COMMAND_DEADLETTER_H

#include "worker/adapter/letterbox_kafka.h"
#include "worker/command/deadletter_marks.h"
#include "worker/command/deadletter_pick.h"
#include "worker/command/deadletter_print.h"

struct deadletter {
    const struct conf *conf;
    struct pick pick;
    enum print_form form;
    bool shows_progress;
    struct letterbox *box;
    struct marks marks;
    bool knows_topic; /* the original of some letter was on the topic that was asked for */
    const char *doing; /* for the progress line */
    int64_t shown_ms;  /* monotonic: when it was last written */
    struct note *note; /* why it failed */
};

/* Opens the box and reads the marks. Closed by deadletter_close() in any case. */
MUST_USE enum err deadletter_open(struct deadletter *dead);
void deadletter_close(struct deadletter *dead);

/* As on_step of a reading: shows how far it is. */
enum err deadletter_on_step(void *owner, int64_t done, int64_t all);

/* On standard output, instead of the progress line. ERR_OS. */
MUST_USE enum err deadletter_write(struct deadletter *dead, struct str bytes);
MUST_USE enum err deadletter_write_row(struct deadletter *dead, const struct letter_row *row);

/* The letter in the record, or none; the rest of `ret_row` follows from that and the marks.
 * `note` keeps what `why` says. */
void deadletter_see(struct deadletter *dead, const struct record *record,
                    struct letter *letter, struct note *note, struct letter_row *ret_row);

/* After all letters were seen. ERR_EMPTY: no letter is of the topic that was asked for, and
 * brokers have none of this name. */
MUST_USE enum err deadletter_doubt_topic(const struct deadletter *dead);

/* What settles letters, and how. */
struct settle_options {
    enum letter_state to;
    bool acts;            /* else it only says what it would do */
    int64_t rate;         /* letters a second, at most */
    int64_t redrives_max; /* a letter that has come back from so many is kept */
};

struct settle_sum {
    int64_t taken;   /* could be sent again, or dropped; --limit counts these */
    int64_t settled; /* or would be */
    int64_t kept;    /* could not be sent again */
    int64_t skipped;
    bool is_interrupted;
};

struct kafka_conf_options deadletter_kafka(const struct deadletter *dead);
void deadletter_sleep(int64_t wait_ms);

/* The verbs. */
MUST_USE enum err deadletter_list(struct deadletter *dead, bool shows_all);
MUST_USE enum err deadletter_show(struct deadletter *dead, const struct place *place,
                                  bool shows_bytes);
MUST_USE enum err deadletter_settle(struct deadletter *dead, const struct settle_options *options,
                                    struct settle_sum *ret_sum);

#endif
