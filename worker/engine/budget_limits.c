/* budget_limits.c - see budget_limits.h. */
#include "worker/engine/budget_limits.h"

#include "common/properties.h"

static const struct {
    struct str suffix; /* of a key in the file */
    int64_t window_ms;
    bool is_of_tokens;
} budget_kinds[METRIC_BUDGET_COUNT] = {
    [METRIC_BUDGET_REQUESTS_MINUTE] = { STR(".requests.minute"), BUDGET_MINUTE_MS, false },
    [METRIC_BUDGET_REQUESTS_DAY] = { STR(".requests.day"), BUDGET_DAY_MS, false },
    [METRIC_BUDGET_TOKENS_MINUTE] = { STR(".tokens.minute"), BUDGET_MINUTE_MS, true },
    [METRIC_BUDGET_TOKENS_DAY] = { STR(".tokens.day"), BUDGET_DAY_MS, true },
};

/* Names are compared as bytes and come from the operator: the hash needs no secret. */
static const uint64_t budget_seed[2] = { 1, 2 };

struct budget_override {
    struct map_entry entry;
    struct budget_limits limits;
};

int64_t budget_window_ms(enum metric_budget kind)
{
    return budget_kinds[kind].window_ms;
}

bool budget_is_of_tokens(enum metric_budget kind)
{
    return budget_kinds[kind].is_of_tokens;
}

bool budget_limits_any(const struct budget_limits *limits)
{
    for (size_t i = 0; i < METRIC_BUDGET_COUNT; i++) {
        if (limits->of[i] > 0) {
            return true;
        }
    }
    return false;
}

/* Tenants may have dots in their names: the kind is what the key ends with. */
static bool override_split(struct str key, struct str *ret_tenant, size_t *ret_kind)
{
    for (size_t i = 0; i < METRIC_BUDGET_COUNT; i++) {
        struct str suffix = budget_kinds[i].suffix;
        if (key.len > suffix.len &&
            str_eq(str_slice(key, key.len - suffix.len, suffix.len), suffix)) {
            *ret_tenant = str_slice(key, 0, key.len - suffix.len);
            *ret_kind = i;
            return true;
        }
    }
    return false;
}

static enum err override_make(struct budget_overrides *overrides, struct arena *arena,
                              struct str tenant, const struct budget_limits *defaults,
                              struct budget_override **ret_override)
{
    struct budget_override *override = arena_new(arena, struct budget_override);
    if (!override) {
        return ERR_NOMEM;
    }
    override->limits = *defaults;
    TRY(map_add(&overrides->map, &override->entry, tenant));
    *ret_override = override;
    return OK;
}

static enum err override_take(struct budget_overrides *overrides, struct arena *arena,
                              const struct property *property,
                              const struct budget_limits *defaults, struct note *note)
{
    struct str tenant;
    size_t kind;
    int64_t limit;
    if (!override_split(property->key, &tenant, &kind)) {
        note_set(note, "%.100s: a key is TENANT.requests.minute, .requests.day, .tokens.minute "
                       "or .tokens.day", property->key.ptr);
        return ERR_CONFIG;
    }
    if (!str_to_i64(property->value, 0, BUDGET_LIMIT_MAX, &limit)) {
        note_set(note, "%.100s: must be a number from 0 (no limit) to %lld", property->key.ptr,
                 (long long)BUDGET_LIMIT_MAX);
        return ERR_CONFIG;
    }
    struct map_entry *entry = map_find(&overrides->map, tenant);
    struct budget_override *override = NULL;
    if (entry) {
        override = container_of(entry, struct budget_override, entry);
    } else {
        TRY(override_make(overrides, arena, tenant, defaults, &override));
    }
    override->limits.of[kind] = limit;
    return OK;
}

static enum err overrides_fill(struct budget_overrides *overrides, struct arena *arena,
                               struct properties *properties,
                               const struct budget_limits *defaults, struct note *note)
{
    for (;;) {
        struct property property;
        TRY(properties_next(properties, arena, &property, note));
        if (property.key.len == 0) {
            return OK;
        }
        enum err err = override_take(overrides, arena, &property, defaults, note);
        if (err == ERR_FULL) {
            note_set(note, "more than %d tenants", BUDGET_OVERRIDES_MAX);
            return ERR_CONFIG;
        }
        TRY(err);
    }
}

enum err budget_overrides_read(struct arena *arena, struct str text,
                               const struct budget_limits *defaults,
                               struct budget_overrides *ret_overrides, struct note *note)
{
    struct budget_overrides overrides;
    struct properties properties = properties_of(text);
    struct note why = { .text = "" };
    TRY(map_init(&overrides.map, BUDGET_OVERRIDES_MAX, budget_seed));
    enum err err = overrides_fill(&overrides, arena, &properties, defaults, &why);
    if (err != OK) {
        note_set(note, "line %zu: %s", properties.line, why.text);
        map_fini(&overrides.map);
        return err;
    }
    *ret_overrides = overrides;
    return OK;
}

void budget_overrides_fini(struct budget_overrides *overrides)
{
    map_fini(&overrides->map);
}

const struct budget_limits *budget_overrides_find(const struct budget_overrides *overrides,
                                                  struct str tenant)
{
    if (overrides->map.count == 0) {
        return NULL;
    }
    struct map_entry *entry = map_find(&overrides->map, tenant);
    return entry ? &container_of(entry, struct budget_override, entry)->limits : NULL;
}
