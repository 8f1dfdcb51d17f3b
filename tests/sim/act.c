/* act.c - see act.h. */
#include "tests/sim/act.h"

static const struct {
    const char *word;
    const char *kinds;
} act_table[ACT_COUNT] = {
#define X(name, word, kinds) [name] = { word, kinds },
    ACTS(X)
#undef X
};

static const char *const act_faults[FAULT_COUNT] = {
    [FAULT_NONE] = "fine",       [FAULT_DROPPED] = "dropped", [FAULT_MUTE] = "mute",
    [FAULT_LATE] = "late",       [FAULT_RESENT] = "resent",   [FAULT_REPEATED] = "repeated",
    [FAULT_BUSY] = "busy",       [FAULT_UNSURE] = "unsure",   [FAULT_REFUSED] = "refused",
    [FAULT_BROKEN] = "broken",
};
static const char *const act_shelf[SHELF_FAULT_COUNT] = { "fine", "away", "mute" };
static const char *const act_model[] = { "fine", "timeout", "busy" };
static const enum err act_model_err[] = { OK, ERR_TIMEOUT, ERR_BUSY };

const char *act_kinds(enum act_verb verb)
{
    return act_table[verb].kinds;
}

static bool act_do_questions(struct sim *sim, const struct act *act)
{
    int part = act->args[0] % sim->options.parts;
    switch (act->verb) {
    case ACT_ASK:
        return sim_ask(sim, part, act->args[1] % JUDGE_CONVERSATIONS, false);
    case ACT_AGAIN:
        return sim_ask_again(sim, part, act->args[1] % JUDGE_CONVERSATIONS);
    case ACT_POISON:
        return sim_ask(sim, part, act->args[1] % JUDGE_CONVERSATIONS, true);
    default:
        cluster_skip(&sim->cluster, part, 1 + act->args[1]);
        return true;
    }
}

static bool act_do_pod(struct sim *sim, const struct act *act)
{
    struct pod *pod = &sim->pods[act->args[0] % sim->options.pods];
    uint8_t arg = act->args[1];
    switch (act->verb) {
    case ACT_START:
        return pod_start(pod);
    case ACT_KILL:
        return pod_kill(pod);
    case ACT_TERM:
        return pod_terminate(pod);
    case ACT_BEAT:
        return pod_beat(pod);
    case ACT_POLL:
        return pod_poll(pod, 1 + arg);
    case ACT_WORK:
        return pod_work(pod, (enum fault)(arg % FAULT_COUNT));
    case ACT_TELL:
        return pod_tell(pod);
    case ACT_STORE:
        return pod_store(pod, (enum shelf_fault)(arg % SHELF_FAULT_COUNT));
    case ACT_MODEL:
        return pod_answer(pod, arg, act_model_err[act->args[2] % countof(act_model_err)]);
    case ACT_TICK:
        return pod_tick(pod);
    case ACT_OVERSLEEP:
        return pod_oversleep(pod);
    default:
        return pod_retake(pod, arg % sim->options.parts);
    }
}

static void act_pass(struct sim *sim, unsigned power)
{
    int64_t wait_ms = 1;
    for (unsigned i = 0; i < power % 6; i++) {
        wait_ms *= 10;
    }
    sim->clock.mono_ms += wait_ms;
    sim->clock.wall_ms += wait_ms;
}

static bool act_do_brokers(struct sim *sim, const struct act *act)
{
    int pod = act->args[0] % sim->options.pods;
    switch (act->verb) {
    case ACT_EXPIRE:
        return cluster_expire(&sim->cluster, pod);
    case ACT_ABSENT:
        sim_expire_absent(sim);
        return true;
    case ACT_GROUP:
        return cluster_stop_waiting(&sim->cluster);
    case ACT_MARK:
        return cluster_mark(&sim->cluster, pod);
    case ACT_TIMEOUT:
        return cluster_time_out(&sim->cluster, pod);
    case ACT_FORGET:
        return cluster_forget(&sim->cluster, pod);
    case ACT_LATE:
        return wire_deliver(&sim->wire, &sim->cluster);
    case ACT_FLUSH:
        shelf_flush(&sim->shelf);
        judge_flushed(sim);
        return true;
    default:
        act_pass(sim, act->args[0]);
        return true;
    }
}

bool act_do(struct sim *sim, const struct act *act)
{
    sim->now++;
    if (act->verb <= ACT_SKIP) {
        return act_do_questions(sim, act);
    }
    if (act->verb <= ACT_RETAKE) {
        return act_do_pod(sim, act);
    }
    bool has_effect = act_do_brokers(sim, act);
    judge_outputs(sim);
    return has_effect;
}

/* --- written -------------------------------------------------------------------------------- */

static const char *const *act_words(char kind, size_t *ret_count)
{
    *ret_count = kind == 'f' ? FAULT_COUNT : kind == 's' ? SHELF_FAULT_COUNT : countof(act_model);
    return kind == 'f' ? act_faults : kind == 's' ? act_shelf : act_model;
}

static bool act_is_word(char kind)
{
    return kind == 'f' || kind == 's' || kind == 'm';
}

void act_write(const struct act *act, char out[ACT_BYTES])
{
    const char *kinds = act_table[act->verb].kinds;
    int len = snprintf(out, ACT_BYTES, "%s", act_table[act->verb].word);
    for (size_t i = 0; kinds[i]; i++) {
        size_t count;
        const char *const *words = act_words(kinds[i], &count);
        char *at = out + len;
        size_t room = ACT_BYTES - (size_t)len;
        len += act_is_word(kinds[i]) ? snprintf(at, room, " %s", words[act->args[i] % count])
                                     : snprintf(at, room, " %d", act->args[i]);
    }
}

/* The next word of `*rest`, up to a space or a semicolon. */
static size_t act_next_word(const char **rest, char out[ACT_BYTES])
{
    size_t len = 0;
    *rest += strspn(*rest, " \n");
    while (**rest && !strchr(" \n;", **rest) && len + 1 < ACT_BYTES) {
        out[len++] = *(*rest)++;
    }
    out[len] = '\0';
    return len;
}

static uint8_t act_read_arg(char kind, const char *word)
{
    if (!act_is_word(kind)) {
        return (uint8_t)strtoul(word, NULL, 10);
    }
    size_t count;
    const char *const *words = act_words(kind, &count);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(words[i], word) == 0) {
            return (uint8_t)i;
        }
    }
    BUG(word);
}

bool act_read(const char **rest, struct act *ret_act)
{
    char word[ACT_BYTES];
    *rest += strspn(*rest, " \n;");
    if (act_next_word(rest, word) == 0) {
        return false;
    }
    struct act act = { .verb = 0 };
    while (act.verb < ACT_COUNT && strcmp(act_table[act.verb].word, word) != 0) {
        act.verb++;
    }
    if (act.verb == ACT_COUNT) {
        BUG(word);
    }
    for (size_t i = 0; act_table[act.verb].kinds[i]; i++) {
        if (act_next_word(rest, word) == 0) {
            BUG("an argument is missing");
        }
        act.args[i] = act_read_arg(act_table[act.verb].kinds[i], word);
    }
    *ret_act = act;
    return true;
}
