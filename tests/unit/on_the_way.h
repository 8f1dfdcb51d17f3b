/* on_the_way.h - a batch of two partitions, both ours, and the way that it goes. */
#ifndef TESTS_UNIT_ON_THE_WAY_H
#define TESTS_UNIT_ON_THE_WAY_H

#include "tests/unit/cm.h"
#include "worker/engine/txn_way.h"

struct fixture {
    struct txn_way way;
    struct epoch epochs[2];
    struct progress progress[2];
    struct batch batch;
    int64_t now_ms;
};

static struct fixture fix;

/* Nothing is started yet. */
static inline void fix_open(void)
{
    memset(&fix, 0, sizeof(fix));
    fix.now_ms = 1000;
    for (size_t i = 0; i < countof(fix.progress); i++) {
        fix.epochs[i].now = 1;
        fix.progress[i] = (struct progress){
            .position = 5, .metadata = STR("map"), .epoch = &fix.epochs[i], .epoch_expected = 1
        };
    }
    fix.batch = (struct batch){ .progress = fix.progress,
                                .progress_count = countof(fix.progress) };
    txn_way_init(&fix.way);
}

static inline void took(struct txn_took took)
{
    took.now_ms = fix.now_ms;
    txn_way_took(&fix.way, &took);
}

#endif
