/* intake.c - see intake.h. */
#include "worker/engine/intake.h"

/* A turn holds its record, what was decoded from it, facts, words and outcome. */
#define INTAKE_ARENA_FACTOR 12
#define INTAKE_ARENA_EXTRA ((size_t)8 << 20)

#define INTAKE_KEY_BYTES_MAX 512

static size_t intake_arena_bytes(const struct engine *engine, const struct record *record)
{
    size_t bytes = max_size(engine->options.event_limits.value_bytes_max, record_bytes(record));
    return INTAKE_ARENA_FACTOR * bytes + INTAKE_ARENA_EXTRA;
}

/* A lane is topic, partition and key. A long key counts by its hash and length: two that
 * agree in both would only wait for each other. A record without any key is a lane of its own. */
static struct str intake_lane_key(const struct engine *engine, const struct turn *turn,
                                  char out[INTAKE_KEY_BYTES_MAX])
{
    const struct record *record = &turn->record;
    struct str key = event_lane_key(record, turn->event);
    char topic[STR_INT_BYTES];
    char partition[STR_INT_BYTES];
    char number[STR_INT_BYTES];
    char hash[STR_INT_BYTES];
    struct str parts[] = { str_from_int(record->topic, topic), STR("/"),
                           str_from_int(record->partition, partition), STR("/"), key, STR_NONE,
                           STR_NONE };
    if (key.len == 0 || (engine->options.lowered & ENGINE_LOWER_LANES)) {
        parts[3] = STR("@");
        parts[4] = str_from_int(record->offset, number);
    } else if (key.len > INTAKE_KEY_BYTES_MAX / 2) {
        parts[3] = STR("#");
        parts[4] = str_from_int((int64_t)key.len, number);
        parts[5] = STR("/");
        parts[6] = str_from_int((int64_t)str_hash(key, engine->options.seed), hash);
    }
    return str_join(parts, countof(parts), out, INTAKE_KEY_BYTES_MAX);
}

void intake_decode(struct turn *turn)
{
    const struct engine_options *options = &turn->engine->options;
    struct note note = { 0 };
    const struct json_in in = { &turn->arena, &note };
    turn->fault = event_decode(&in, &turn->record, options->topic_names[turn->record.topic],
                               &options->event_limits, &turn->event);
    if (turn->fault == OK) {
        return;
    }
    turn->note = arena_new(&turn->arena, struct note);
    if (turn->note) {
        *turn->note = note;
    }
}

static enum err intake_accept(struct engine *engine, struct part *part,
                              const struct record *record)
{
    struct turn *turn =
        turn_create(engine, part, record, intake_arena_bytes(engine, record));
    if (!turn) {
        return ERR_NOMEM;
    }
    intake_decode(turn);
    char key[INTAKE_KEY_BYTES_MAX];
    enum err err = lanes_enter(&engine->lanes, intake_lane_key(engine, turn, key), &turn->place);
    if (err != OK) {
        turn_drop(turn);
        return err;
    }
    if (lane_is_first(&turn->place)) {
        turn_move(turn, TURN_RUNNABLE);
    }
    part_balance(engine, part);
    return OK;
}

void intake_record(struct engine *engine, const struct record *record)
{
    const struct partition_id id = { record->topic, record->partition };
    struct part *part = parts_find(&engine->parts, id);
    /* Records of a partition that is on its way out are left to its next owner. */
    if (engine->is_fatal || engine->phase != ENGINE_RUNNING || !part ||
        part->state != PART_OWNED) {
        return;
    }
    enum ledger_seen seen = LEDGER_REPEATED;
    enum err err = ledger_deliver(&part->ledger, record->offset, &seen);
    metric_add(engine->ports.metrics, METRIC_RECORDS, 0, 1);
    if (record->leader_epoch > part->ledger.stamp.leader_epoch) {
        part->ledger.stamp.leader_epoch = record->leader_epoch;
    }
    if (err == OK && seen != LEDGER_NEW) {
        metric_add(engine->ports.metrics, METRIC_RECORDS_SKIPPED, 0, 1);
        return;
    }
    if (err == OK) {
        err = intake_accept(engine, part, record);
    }
    if (err != OK) {
        /* A record that was let by could never be found again: better to end here. */
        engine_fail(engine, err, NULL);
    }
}

void intake_end(struct engine *engine, struct partition_id id, int64_t next)
{
    struct part *part = parts_find(&engine->parts, id);
    if (engine->is_fatal || engine->phase != ENGINE_RUNNING || !part ||
        part->state != PART_OWNED) {
        return;
    }
    enum err err = ledger_reach(&part->ledger, next);
    if (err != OK) {
        engine_fail(engine, err, NULL);
    }
}
