/* stand_in.h - an embedder whose vectors are made of letters, and which can be held.
 *
 * Two texts are the nearer, the more letters they share; so that tests need no model. */
#ifndef TESTS_UNIT_STAND_IN_H
#define TESTS_UNIT_STAND_IN_H

#include <pthread.h>

#include "worker/adapter/embedder.h"

struct stand_in {
    struct embedder port;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool is_held; /* texts wait */
    bool is_held_for_passages;
    size_t passages;
    size_t questions;
    enum err result;     /* instead of a vector */
    const char *refused; /* NULL, or only for texts that hold this */
};

void stand_in_open(struct stand_in *stand_in);
void stand_in_close(struct stand_in *stand_in);

void stand_in_hold(struct stand_in *stand_in);
void stand_in_hold_passages(struct stand_in *stand_in);
void stand_in_release(struct stand_in *stand_in);

size_t stand_in_passages(struct stand_in *stand_in); /* that it was given so far */
size_t stand_in_questions(struct stand_in *stand_in);

#endif
