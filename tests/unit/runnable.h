/* runnable.h - a world with one turn that may start and has not. */
#ifndef TESTS_UNIT_RUNNABLE_H
#define TESTS_UNIT_RUNNABLE_H

#include "tests/unit/world.h"

static struct world world;

static const char greeting[] = "hello"; /* leans on nothing, so its answer may be shared */
static const char about_order[] = "where is my order?";

static inline void share(struct engine_options *options)
{
    options->is_cache_on = true;
    options->is_personal_cache_on = true;
}

static inline void tell_history(struct engine_options *options)
{
    share(options);
    options->history_turns = 4;
}

static inline void open_with(void (*change)(struct engine_options *options))
{
    world_open(&world, change);
    world_claim(&world, 0);
    world_step(&world, 1);
}

static inline struct turn *first_in(enum turn_state state)
{
    struct list_node *node = list_first(&world.engine->turns[state]);
    return node ? container_of(node, struct turn, node) : NULL;
}

/* A turn that may start, and has not. */
static inline struct turn *runnable(const char *text)
{
    world_say(&world, 0, 0, "ann", text);
    struct turn *turn = first_in(TURN_RUNNABLE);
    assert_non_null(turn);
    return turn;
}

static inline void ends_as(enum outcome_kind kind, const char *words)
{
    assert_int_equal(world.outputs_count, 1);
    assert_int_equal(world.outputs[0].kind, kind);
    assert_non_null(strstr(world.outputs[0].text, words));
}

#endif
