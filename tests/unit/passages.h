/* passages.h - the passages that were cut, as tests look at them. */
#ifndef TESTS_UNIT_PASSAGES_H
#define TESTS_UNIT_PASSAGES_H

#include "common/arena.h"
#include "tests/unit/cm.h"
#include "worker/answer/passage_cut.h"

#define PASSAGES_MAX 64

struct passages {
    struct arena arena;
    struct passage all[PASSAGES_MAX];
    size_t count;
    size_t faults[PASSAGES_MAX]; /* lines */
    size_t faults_count;
    struct note note; /* of the last fault */
    enum err result;  /* what on_passage gives */
};

void passages_open(struct passages *passages);
void passages_close(struct passages *passages);

/* A sheet that keeps what is cut in `passages`. */
struct passage_sheet passages_sheet(struct passages *passages, const char *name, struct str text);

void assert_passage(const struct passages *passages, size_t index, const char *id,
                    const char *title, const char *text);

#endif
