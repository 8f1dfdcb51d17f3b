/* handover.c - see handover.h. */
#include "worker/engine/handover.h"

#include "common/conversation.h"
#include "worker/engine/conclude.h"
#include "worker/engine/engine_state.h"

static enum err handover_key(struct turn *turn, struct str *ret_key)
{
    return conversation_key(&turn->arena, turn->event->tenant, event_conversation(turn->event),
                            ret_key);
}

enum err handover_is_held(struct turn *turn, bool *ret_is_held)
{
    const struct engine *engine = turn->engine;
    *ret_is_held = false;
    if (!engine->options.is_custody_on || turn->event->kind != EVENT_MESSAGE) {
        return OK;
    }
    struct str key;
    TRY(handover_key(turn, &key));
    *ret_is_held = custody_has(engine->ports.custody, key);
    return OK;
}

enum err handover_take(struct turn *turn, struct str reason)
{
    struct engine *engine = turn->engine;
    struct str key;
    if (!engine->options.is_custody_on) {
        return OK;
    }
    TRY(handover_key(turn, &key));
    if (custody_has(engine->ports.custody, key)) {
        return OK;
    }
    struct custody_change *change = arena_new(&turn->arena, struct custody_change);
    if (!change) {
        return ERR_NOMEM;
    }
    const struct reply_to to = conclude_to(turn);
    const struct conversation conversation = {
        .key = key, .reason = reason, .version = engine->options.stored_version
    };
    struct output output;
    change->key = key;
    TRY(conversation_encode(&turn->arena, &to, &conversation, &output, &change->token));
    TRY(custody_take(engine->ports.custody, key, change->token));
    conclude_add(turn, &output);
    turn->change = change;
    return OK;
}

enum err handover_return(struct turn *turn)
{
    struct custody_change *change = arena_new(&turn->arena, struct custody_change);
    if (!change) {
        return ERR_NOMEM;
    }
    TRY(handover_key(turn, &change->key));
    change->token = 0;
    if (turn->engine->options.is_custody_on) {
        const struct output output = conversation_end(change->key);
        conclude_add(turn, &output);
        turn->change = change;
    }
    return OK;
}

void handover_settle(struct turn *turn)
{
    const struct engine *engine = turn->engine;
    const struct custody_change *change = turn->change;
    bool has_topic = engine->options.topic_names[TOPIC_CONVERSATIONS].len > 0;
    if (!change || has_topic) {
        return;
    }
    if (change->token == 0) {
        custody_return(engine->ports.custody, change->key);
    } else if (custody_learn(engine->ports.custody, change->key, change->token) != OK) {
        BUG("what was taken is not there");
    }
}

void handover_cancel(struct turn *turn)
{
    const struct custody_change *change = turn->change;
    if (change && change->token) {
        custody_cancel(turn->engine->ports.custody, change->key, change->token);
    }
    turn->change = NULL;
}
