/* act.h - one step of a schedule, and its written form.
 *
 *   "ask 0 1; start 0; beat 0; work 0 resent; late; kill 0"
 *
 * An act that is not possible when its turn comes does nothing, so a schedule stays one when
 * acts are taken out of it. */
#ifndef TESTS_SIM_ACT_H
#define TESTS_SIM_ACT_H

#include "tests/sim/sim.h"

/* X(name, word, kinds of its arguments): p part, c conversation, w pod, n number, and the faults
 * f of a step, s of the store, m of the model. */
#define ACTS(X)                                                                                    \
    X(ACT_ASK, "ask", "pc")           /* a question */                                             \
    X(ACT_AGAIN, "again", "pc")       /* a producer's retry of the last one */                     \
    X(ACT_POISON, "poison", "pc")     /* a question whose answer brokers refuse */                 \
    X(ACT_SKIP, "skip", "pn")         /* offsets that no record has */                             \
    X(ACT_START, "start", "w")                                                                     \
    X(ACT_KILL, "kill", "w")                                                                       \
    X(ACT_TERM, "term", "w")                                                                       \
    X(ACT_BEAT, "beat", "w")          /* the consumer's own thread */                              \
    X(ACT_POLL, "poll", "wn")         /* up to n records */                                        \
    X(ACT_WORK, "work", "wf")         /* the commit thread */                                      \
    X(ACT_TELL, "tell", "w")          /* what it has done is told on the loop */                   \
    X(ACT_STORE, "store", "ws")                                                                    \
    X(ACT_MODEL, "model", "wnm")      /* the n-th of the calls that run is answered */             \
    X(ACT_TICK, "tick", "w")                                                                       \
    X(ACT_OVERSLEEP, "oversleep", "w")                                                             \
    X(ACT_RETAKE, "retake", "wp")     /* offsets of a partition are gone */                        \
    X(ACT_EXPIRE, "expire", "w")      /* the sessions of a pod are over */                         \
    X(ACT_ABSENT, "absent", "")       /* and those of everyone who is gone */                      \
    X(ACT_GROUP, "group", "")         /* those who have not rejoined are not waited for */         \
    X(ACT_MARK, "mark", "w")          /* one marker of the transaction of that id */               \
    X(ACT_TIMEOUT, "timeout", "w")    /* its transaction is open for too long */                   \
    X(ACT_FORGET, "forget", "w")      /* its producer id expires */                                \
    X(ACT_LATE, "late", "")           /* the oldest request on its way arrives */                  \
    X(ACT_FLUSH, "flush", "")         /* the store loses everything */                             \
    X(ACT_PASS, "pass", "n")          /* 10^n milliseconds */

enum act_verb {
#define X(name, word, kinds) name,
    ACTS(X)
#undef X
    ACT_COUNT
};

#define ACT_ARGS_MAX 3

struct act {
    uint8_t verb;
    uint8_t args[ACT_ARGS_MAX];
};

/* Kinds of the arguments of a verb. */
const char *act_kinds(enum act_verb verb);

/* Does it. False: it was not possible, or changed nothing. */
bool act_do(struct sim *sim, const struct act *act);

/* Its written form, at most 64 bytes. */
#define ACT_BYTES 64
void act_write(const struct act *act, char out[ACT_BYTES]);

/* Reads the first act of `*rest`, which moves on. False at the end; a word that is no act ends
 * the program. */
bool act_read(const char **rest, struct act *ret_act);

#endif
