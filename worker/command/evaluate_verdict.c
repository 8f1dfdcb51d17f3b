/* evaluate_verdict.c - see evaluate_verdict.h. */
#include "worker/command/evaluate_verdict.h"

#include "worker/answer/plain.h"

/* Plain text is bounded, and a long answer longer: it is searched in pieces that overlap. */
#define VERDICT_PIECE_BYTES 2048

static bool verdict_has_in(struct str piece, struct str wanted)
{
    struct plain haystack;
    struct plain needle;
    plain_of(piece, &haystack);
    plain_of(wanted, &needle);
    struct str text = plain_str(&haystack);
    return str_find(text, plain_str(&needle)) < text.len;
}

static bool verdict_has(struct str text, struct str wanted)
{
    for (size_t at = 0; at < text.len; at += VERDICT_PIECE_BYTES / 2) {
        size_t end = min_size(at + VERDICT_PIECE_BYTES, text.len);
        if (verdict_has_in(str_slice(text, at, end), wanted)) {
            return true;
        }
    }
    return false;
}

static bool verdict_has_any(struct str text, const struct case_texts *wanted)
{
    for (size_t i = 0; i < wanted->count; i++) {
        if (verdict_has(text, wanted->texts[i])) {
            return true;
        }
    }
    return false;
}

static bool verdict_has_facts(const struct expectation *expect, struct str text)
{
    for (size_t i = 0; i < expect->must_count; i++) {
        if (!verdict_has_any(text, &expect->must[i])) {
            return false;
        }
    }
    return !verdict_has_any(text, &expect->must_not);
}

static bool verdict_is_reason(const struct expectation *expect, struct str reason)
{
    for (size_t i = 0; i < expect->reasons.count; i++) {
        if (str_eq(expect->reasons.texts[i], reason)) {
            return true;
        }
    }
    return expect->reasons.count == 0;
}

static bool verdict_is_action(enum case_action expected, enum outcome_kind kind)
{
    switch (expected) {
    case CASE_ANY:
        return kind == OUTCOME_ANSWER || kind == OUTCOME_HANDOFF;
    case CASE_ANSWER:
        return kind == OUTCOME_ANSWER;
    case CASE_HANDOFF:
        return kind == OUTCOME_HANDOFF;
    case CASE_NOTHING:
        return kind == OUTCOME_NOTHING;
    }
    BUG("no such action");
}

static bool verdict_is_text(struct str expected, struct str told)
{
    return expected.len == 0 || str_eq(expected, told);
}

static enum verdict_kind verdict_kind(const struct verdict *verdict,
                                      const struct expectation *expect, const struct told *told)
{
    if (told->kind == OUTCOME_HANDOFF) {
        bool is_right = verdict->is_action && verdict_is_reason(expect, told->reason);
        return is_right ? VERDICT_HANDED_OFF : VERDICT_NEEDLESS;
    }
    bool is_right = verdict->is_action && verdict->is_grounded && verdict->is_language &&
                    verdict->has_facts;
    return is_right ? VERDICT_ANSWERED : VERDICT_WRONG;
}

struct verdict verdict_of(const struct expectation *expect, const struct told *told)
{
    bool is_answer = told->kind == OUTCOME_ANSWER;
    struct verdict verdict = {
        .is_grounded = !is_answer || told->is_grounded,
        .is_language = verdict_is_text(expect->language, told->language),
        .is_intent = verdict_is_text(expect->intent, told->intent),
        .is_action = verdict_is_action(expect->action, told->kind),
        .has_facts = !is_answer || verdict_has_facts(expect, told->text),
    };
    verdict.kind = verdict_kind(&verdict, expect, told);
    return verdict;
}

const char *verdict_kind_name(enum verdict_kind kind)
{
    static const char *const names[VERDICTS] = {
        [VERDICT_ANSWERED] = "answered",
        [VERDICT_HANDED_OFF] = "handed_off",
        [VERDICT_NEEDLESS] = "needless",
        [VERDICT_WRONG] = "wrong",
    };
    assert(kind < VERDICTS);
    return names[kind];
}

void tally_add(struct tally *tally, const struct verdict *verdict, enum outcome_kind kind)
{
    bool is_answer = kind == OUTCOME_ANSWER;
    tally->cases++;
    tally->kinds[verdict->kind]++;
    tally->answers += is_answer ? 1 : 0;
    tally->grounded += is_answer && verdict->is_grounded ? 1 : 0;
    tally->languages += verdict->is_language ? 1 : 0;
    tally->intents += verdict->is_intent ? 1 : 0;
    tally->actions += verdict->is_action ? 1 : 0;
}
