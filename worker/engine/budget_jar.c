/* budget_jar.c - see budget_jar.h. */
#include "worker/engine/budget_jar.h"

#include "common/buf.h"
#include "common/field.h"

#define BUDGET_ALONE_MS 1000 /* after a request that failed, until the next one */
#define BUDGET_BACK_MS 250   /* calls under way may give some of it back */
#define BUDGET_REPLY_MS 1    /* a reply is on its way: it is looked for on each turn of the loop */
#define BUDGET_KEY_BYTES (4 * FIELD_ID_MAX + 64) /* of UTF-8 */

void budget_jar_init(struct budget_jar *jar, const struct budget_ports *ports,
                     enum metric_budget kind, int64_t limit)
{
    *jar = (struct budget_jar){ .kind = kind, .ports = ports, .told_window = -1 };
    budget_pot_init(&jar->pot, limit, budget_window_ms(kind), ports->pods_max);
}

static void jar_fetch(struct budget_jar *jar, int64_t need);

static void jar_on_done(struct store_call *call, enum err err)
{
    struct budget_jar *jar = call->owner;
    int64_t now_ms = jar->ports->clock->mono_ms;
    bool is_told = err == OK && call->found;
    jar->is_calling = false;
    jar->alone_until_ms = is_told ? 0 : now_ms + BUDGET_ALONE_MS;
    if (jar->call_window != jar->pot.window) {
        return; /* what it took is of a window that is over */
    }
    if (!is_told) {
        budget_pot_failed(&jar->pot);
        return;
    }
    budget_pot_told(&jar->pot, call->sum, jar->call_need, now_ms);
    jar_fetch(jar, 0);
}

/* Neither secret nor personal: workers with other seals count together. */
static enum err jar_key(const struct budget_jar *jar, struct buf *buf)
{
    TRY(buf_printf(buf, "budget/%d/%d/%lld/", (int)jar->of, (int)jar->kind,
                   (long long)jar->pot.window));
    return buf_add(buf, jar->name);
}

/* Keeps `need` units in hand if it can, and gives back what is spare. */
static void jar_fetch(struct budget_jar *jar, int64_t need)
{
    struct store *store = jar->ports->store;
    int64_t now_ms = jar->ports->clock->mono_ms;
    int64_t amount;
    CLEANUP(buf_fini) struct buf key;
    buf_init(&key, BUDGET_KEY_BYTES);
    if (jar->is_calling || now_ms < jar->alone_until_ms || !store->ops->is_up(store) ||
        !budget_pot_add(&jar->pot, need, now_ms, &amount)) {
        return;
    }
    if (jar_key(jar, &key) != OK) {
        budget_pot_failed(&jar->pot);
        jar->alone_until_ms = now_ms + BUDGET_ALONE_MS;
        return;
    }
    jar->is_calling = true;
    jar->call_window = jar->pot.window;
    jar->call_need = need;
    jar->call = (struct store_call){ .op = STORE_ADD,
                                     .key = buf_str(&key),
                                     .amount = amount,
                                     .ttl_ms = 2 * jar->pot.window_ms,
                                     .on_done = jar_on_done,
                                     .owner = jar };
    store->ops->start(store, &jar->call);
}

static int64_t jar_need(const struct budget_jar *jar, int64_t tokens)
{
    int64_t need = budget_is_of_tokens(jar->kind) ? tokens : 1;
    return min_i64(need, jar->pot.limit); /* one call that is larger may go once in a window */
}

static bool jar_is_alone(const struct budget_jar *jar)
{
    struct store *store = jar->ports->store;
    return jar->ports->clock->mono_ms < jar->alone_until_ms || !store->ops->is_up(store);
}

/* A time that passes by itself: nobody has to take it back when the window ends. */
static void jar_show(const struct budget_jar *jar)
{
    struct metrics *metrics = jar->ports->metrics;
    int64_t until_s = budget_pot_end_wall_ms(&jar->pot) / 1000; /* windows end with a second */
    if (jar->of == METRIC_SCOPE_ALL) {
        metric_set2(metrics, METRIC_BUDGET_UNTIL, jar->kind, 0, until_s);
    } else {
        metric_set2(metrics, METRIC_TENANT_UNTIL, metric_tenant(metrics, jar->name), jar->kind,
                    until_s);
    }
}

/* Once in a window. */
static void jar_tell(struct budget_jar *jar)
{
    const struct budget_ports *ports = jar->ports;
    if (jar->told_window == jar->pot.window) {
        return;
    }
    jar->told_window = jar->pot.window;
    metric_add2(ports->metrics, METRIC_BUDGET_USED_UP, jar->kind, jar->of, 1);
    jar_show(jar);
    log_say(ports->log, LOG_WARN, "model", "a budget is used up",
            LOG_CHARS("of", jar->of == METRIC_SCOPE_ALL ? "all" : "tenant"),
            LOG_STR("tenant", jar->name),
            LOG_CHARS("unit", budget_is_of_tokens(jar->kind) ? "tokens" : "requests"),
            LOG_INT("limit", jar->pot.limit), LOG_INT("window_ms", jar->pot.window_ms),
            LOG_INT("left_ms", budget_pot_end_wall_ms(&jar->pot) - ports->clock->wall_ms));
}

/* Of what is set aside for calls under way some may come back: before the first of them have ended,
 * the estimate of a few can be all that there is. */
static bool jar_may_get_back(const struct budget_jar *jar)
{
    return budget_is_of_tokens(jar->kind) && jar->under_way > 0;
}

static struct admission jar_wait(const struct budget_jar *jar)
{
    const struct clock *clock = jar->ports->clock;
    int64_t end_ms = clock->mono_ms + budget_pot_end_wall_ms(&jar->pot) - clock->wall_ms;
    int64_t again_ms = jar_is_alone(jar) ? clock->mono_ms + BUDGET_ALONE_MS
                                         : jar->pot.dry_until_ms; /* others may give back */
    if (jar_may_get_back(jar)) {
        again_ms = min_i64(again_ms, clock->mono_ms + BUDGET_BACK_MS);
    }
    return (struct admission){ .verdict = ADMISSION_WAIT,
                               .until_ms = max_i64(clock->mono_ms + 1, min_i64(end_ms, again_ms)) };
}

/* Nothing is in hand. Nobody is refused for what may still come. */
static struct admission jar_lack(struct budget_jar *jar)
{
    bool is_used_up = jar->pot.is_used_up || jar_is_alone(jar);
    if (!is_used_up || (jar->ports->manner == BUDGET_REFUSES && jar_may_get_back(jar))) {
        return jar_wait(jar);
    }
    jar_tell(jar);
    if (jar->ports->manner == BUDGET_REFUSES) {
        return (struct admission){ .verdict = ADMISSION_REFUSE, .why = ERR_BUDGET };
    }
    return jar_wait(jar);
}

struct admission budget_jar_ask(struct budget_jar *jar, int64_t tokens)
{
    const struct clock *clock = jar->ports->clock;
    int64_t need = jar_need(jar, tokens);
    budget_pot_turn(&jar->pot, clock->wall_ms);
    bool is_alone = jar_is_alone(jar);
    if (is_alone ? budget_pot_has_alone(&jar->pot, need) : budget_pot_has(&jar->pot, need)) {
        return (struct admission){ .verdict = ADMISSION_GO };
    }
    jar_fetch(jar, need);
    if (is_alone || (!jar->is_calling && clock->mono_ms < jar->pot.dry_until_ms)) {
        return jar_lack(jar);
    }
    return (struct admission){ .verdict = ADMISSION_WAIT,
                               .until_ms = clock->mono_ms + BUDGET_REPLY_MS };
}

void budget_jar_spend(struct budget_jar *jar, int64_t tokens)
{
    int64_t units = budget_is_of_tokens(jar->kind) ? tokens : 1;
    jar->under_way++;
    budget_pot_spend(&jar->pot, units, jar->ports->clock->mono_ms);
    jar_fetch(jar, jar_need(jar, tokens));
}

void budget_jar_settle(struct budget_jar *jar, int64_t more, int64_t started_wall_ms)
{
    jar->under_way -= jar->under_way > 0 ? 1 : 0; /* 0: the jar is newer than the call */
    if (budget_is_of_tokens(jar->kind)) {
        budget_pot_correct(&jar->pot, started_wall_ms / jar->pot.window_ms, more);
    }
}

bool budget_jar_rest(struct budget_jar *jar)
{
    budget_pot_turn(&jar->pot, jar->ports->clock->wall_ms);
    if (budget_pot_rest(&jar->pot, jar->ports->clock->mono_ms)) {
        jar_fetch(jar, 0);
    }
    return jar->is_calling || jar->pot.lease > 0 || jar->pot.spare > 0;
}

void budget_jar_close(struct budget_jar *jar)
{
    budget_pot_close(&jar->pot);
    jar_fetch(jar, 0);
}
