/* consult.c - see consult.h. */
#include "worker/engine/consult.h"

#include "worker/engine/answering.h"
#include "worker/engine/engine_state.h"

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
        work->brief.covers = call->covers;
        work->brief.passages_count = call->passages_count;
    }
    answering_arrived(turn);
}

/* The product may have been named by its page alone, so its name is told, too. */
static enum err consult_before(struct turn *turn, struct str *ret_before)
{
    const struct brief *brief = &turn->work->brief;
    struct str sku = brief_history_sku(brief->history, brief->history_count);
    const struct product *product = NULL;
    struct str said;
    TRY(brief_said_before(&turn->scratch, brief->history, brief->history_count, &said));
    if (sku.len > 0) {
        TRY(catalog_find(turn->engine->ports.catalog, &turn->scratch, turn->event->tenant, sku,
                         &product));
    }
    const struct str parts[] = { said, product ? product->name : STR_NONE };
    return arena_join(&turn->scratch, parts, countof(parts), ret_before);
}

/* Of a text that leans on another one both ask. */
static enum err consult_things(struct turn *turn, struct passage_question *question)
{
    const struct str parts[] = { question->text, STR("\n"), question->before };
    struct str text;
    TRY(arena_join(&turn->arena, parts, countof(parts), &text));
    return catalog_things(turn->engine->ports.catalog, &turn->arena, turn->event->tenant, text,
                          &question->things);
}

enum err consult_start(struct turn *turn)
{
    struct knowledge_call *call = &turn->work->consult;
    call->question.text = brief_text(&turn->work->brief);
    if (turn->work->needs.leans) {
        TRY(consult_before(turn, &call->question.before));
    }
    TRY(consult_things(turn, &call->question));
    call->tenant = turn->event->tenant;
    call->arena = &turn->scratch;
    call->on_done = consult_done;
    turn->calls_open++;
    struct knowledge *knowledge = turn->engine->ports.knowledge;
    knowledge->ops->find(knowledge, call);
    return OK;
}
