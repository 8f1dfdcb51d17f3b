/* consult.c - see consult.h. */
#include "worker/engine/consult.h"

#include "worker/engine/answering.h"
#include "worker/engine/engine.h"

bool consult_is_possible(const struct turn *turn)
{
    struct knowledge *knowledge = turn->engine->ports.knowledge;
    return knowledge && knowledge->ops->has(knowledge, turn->event->tenant);
}

static void consult_done(struct knowledge_call *call, enum err err)
{
    struct work *work = container_of(call, struct work, consult);
    struct turn *turn = work->turn;
    turn->calls_open--;
    work->consulted = err;
    if (turn->is_dropped) {
        turn_release(turn);
        return;
    }
    if (err == OK) {
        work->brief.passages = call->passages;
        work->brief.passages_count = call->passages_count;
    }
    answering_arrived(turn);
}

void consult_start(struct turn *turn)
{
    struct knowledge_call *call = &turn->work->consult;
    call->tenant = turn->event->tenant;
    call->text = turn->event->message.text;
    call->arena = &turn->arena;
    call->on_done = consult_done;
    turn->calls_open++;
    struct knowledge *knowledge = turn->engine->ports.knowledge;
    knowledge->ops->find(knowledge, call);
}
