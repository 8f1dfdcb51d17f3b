/* holding.c - see holding.h. A row for each topic, indexed by partition. */
#include "worker/engine/holding.h"

#include "common/mem.h"

static const char *const holding_names[HOLDING_PHASE_COUNT] = {
    [HOLDING_NONE] = "none",
    [HOLDING_CLAIMING] = "claiming",
    [HOLDING_OURS] = "ours",
    [HOLDING_REVOKED] = "revoked",
};

/* Rows: from. Bits: to. */
static const unsigned holding_next[HOLDING_PHASE_COUNT] = {
    [HOLDING_NONE] = BIT(HOLDING_CLAIMING),
    [HOLDING_CLAIMING] = BIT(HOLDING_OURS) | BIT(HOLDING_CLAIMING) | BIT(HOLDING_NONE),
    [HOLDING_OURS] = BIT(HOLDING_REVOKED) | BIT(HOLDING_CLAIMING) | BIT(HOLDING_NONE),
    [HOLDING_REVOKED] = BIT(HOLDING_NONE),
};

void holdings_init(struct holdings *holdings)
{
    *holdings = (struct holdings){ 0 };
}

void holdings_fini(struct holdings *holdings)
{
    for (size_t i = 0; i < TOPIC_COUNT; i++) {
        mem_free(holdings->rows[i]);
        holdings->rows[i] = NULL;
        holdings->counts[i] = 0;
    }
}

struct holding *holdings_find(const struct holdings *holdings, struct partition_id id)
{
    if (id.number < 0 || (size_t)id.number >= holdings->counts[id.topic]) {
        return NULL;
    }
    return &holdings->rows[id.topic][id.number];
}

struct holding *holdings_make(struct holdings *holdings, struct partition_id id)
{
    if (id.number < 0 || id.number >= HOLDING_NUMBER_MAX) {
        return NULL;
    }
    size_t count = holdings->counts[id.topic];
    size_t wanted = (size_t)id.number + 1;
    if (wanted > count) {
        struct holding *row =
            mem_resize(holdings->rows[id.topic], wanted * sizeof(struct holding));
        if (!row) {
            return NULL;
        }
        for (size_t i = count; i < wanted; i++) {
            row[i] = (struct holding){ 0 };
        }
        holdings->rows[id.topic] = row;
        holdings->counts[id.topic] = wanted;
    }
    return &holdings->rows[id.topic][id.number];
}

const char *holding_phase_name(enum holding_phase phase)
{
    return holding_names[phase];
}

bool holding_may_move(enum holding_phase from, enum holding_phase to)
{
    return (holding_next[from] & BIT(to)) != 0;
}

void holdings_move(struct holdings *holdings, struct holding *holding, enum holding_phase phase)
{
    if (!holding_may_move(holding->phase, phase)) {
        BUG(holding_names[phase]);
    }
    if (holding->phase != HOLDING_NONE) {
        holdings->in_phase[holding->phase]--;
    }
    if (phase != HOLDING_NONE) {
        holdings->in_phase[phase]++;
    }
    if (phase == HOLDING_CLAIMING || phase == HOLDING_NONE) {
        holding->claim++;
        holding->is_asked = false;
    }
    holding->phase = phase;
}

bool holdings_next(const struct holdings *holdings, struct partition_id *id,
                   struct holding **ret_holding)
{
    size_t topic = (size_t)id->topic;
    int32_t number = id->number + 1;
    while (topic < TOPIC_COUNT && (size_t)number >= holdings->counts[topic]) {
        topic++;
        number = 0;
    }
    if (topic == TOPIC_COUNT) {
        return false;
    }
    *id = (struct partition_id){ .topic = (enum topic)topic, .number = number };
    *ret_holding = &holdings->rows[topic][number];
    return true;
}

size_t holdings_count(const struct holdings *holdings)
{
    size_t count = 1;
    for (size_t i = 0; i < TOPIC_COUNT; i++) {
        count += holdings->counts[i];
    }
    return count;
}
