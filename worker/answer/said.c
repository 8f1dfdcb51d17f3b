/* said.c - see said.h. */
#include "worker/answer/said.h"

#include "common/json.h"

#define SAID_CODE_CHARS_MAX 35

static const char *const said_actions[] = { "answer", "handoff" };
static const char *const said_reasons[] = { "none",  "no_facts",     "person_wanted",
                                            "angry", "out_of_scope", "needs_decision" };
static const char *const said_confidences[] = { "high", "medium", "low" };
static const char *const said_fields[] = { "text", "language", "action", "reason", "confidence" };

enum err said_schema(struct arena *arena, struct str code, struct str *ret_schema)
{
    return arena_printf(
        arena, ret_schema,
        "{\"type\":\"object\",\"properties\":{\"text\":{\"type\":\"string\"},"
        "\"language\":{\"type\":\"string\",\"enum\":[\"%.*s\"]},"
        "\"action\":{\"type\":\"string\",\"enum\":[\"answer\",\"handoff\"]},"
        "\"reason\":{\"type\":\"string\",\"enum\":[\"none\",\"no_facts\",\"person_wanted\","
        "\"angry\",\"out_of_scope\",\"needs_decision\"]},"
        "\"confidence\":{\"type\":\"string\",\"enum\":[\"high\",\"medium\",\"low\"]}},"
        "\"required\":[\"text\",\"language\",\"action\",\"reason\",\"confidence\"],"
        "\"additionalProperties\":false}",
        STR_ARG(code));
}

struct str said_form(void)
{
    return STR("Write one JSON object and nothing else: \"text\" is the reply; \"language\" its "
               "code; \"action\" is \"answer\", or \"handoff\" if a person must answer; \"reason\" "
               "says why (none, no_facts, person_wanted, angry, out_of_scope, needs_decision); "
               "\"confidence\" that the facts hold the reply is high, medium or low.\n");
}

static struct str said_without_thoughts(struct str raw)
{
    static const struct str open = { "<think>", 7 };
    static const struct str close = { "</think>", 8 };
    struct str text = str_trim(raw);
    if (!str_starts(text, open)) {
        return text;
    }
    size_t end = str_find(text, close);
    return end < text.len ? str_trim(str_slice(text, end + close.len, text.len)) : STR_NONE;
}

struct str said_bare(struct str raw)
{
    static const struct str fence = { "```", 3 };
    struct str text = said_without_thoughts(raw);
    bool is_fenced = text.len > 2 * fence.len && str_starts(text, fence) &&
                     str_eq(str_slice(text, text.len - fence.len, fence.len), fence);
    if (!is_fenced) {
        return text;
    }
    struct str inner = str_slice(text, fence.len, text.len - 2 * fence.len);
    struct str name = str_slice(inner, 0, str_find(inner, STR("\n")));
    bool is_named = name.len < inner.len && str_find(name, STR("{")) == name.len;
    return str_trim(is_named ? str_slice(inner, name.len, inner.len) : inner);
}

struct str said_object(struct str raw)
{
    struct str bare = said_bare(raw);
    size_t open = str_find(bare, STR("{"));
    size_t close = bare.len;
    while (close > open && bare.ptr[close - 1] != '}') {
        close--;
    }
    return str_slice(bare, open, close - open);
}

static enum err said_refuse_unknown(const struct json_at *root)
{
    for (struct json_at member = { 0 }; json_next(root, &member);) {
        bool is_known = false;
        for (size_t i = 0; i < countof(said_fields); i++) {
            is_known = is_known || str_is(str_from(said_fields[i]), member.key);
        }
        if (!is_known) {
            return json_fault(root, NULL, "has a field that is not asked for");
        }
    }
    return OK;
}

static enum err said_take(const struct json_at *root, struct said *said)
{
    size_t action = SAID_ANSWER;
    size_t reason = SAID_NO_REASON;
    size_t confidence = SAID_HIGH;
    TRY(said_refuse_unknown(root));
    TRY(json_want_enum(root, "action", said_actions, countof(said_actions), &action));
    TRY(json_want_text(root, "text", 0, SAID_CHARS_MAX, &said->text));
    TRY(json_may_text(root, "language", 0, SAID_CODE_CHARS_MAX, &said->language));
    TRY(json_may_enum(root, "reason", said_reasons, countof(said_reasons), &reason));
    TRY(json_may_enum(root, "confidence", said_confidences, countof(said_confidences),
                      &confidence));
    said->action = (enum said_action)action;
    said->reason = (enum said_reason)reason;
    said->confidence = (enum said_confidence)confidence;
    if (said->action == SAID_ANSWER && str_trim(said->text).len == 0) {
        return json_fault(root, "text", "is empty");
    }
    return OK;
}

enum err said_read(struct arena *arena, struct str raw, struct said *ret_said, struct note *note)
{
    CLEANUP(json_drop) struct json_t *tree = NULL;
    const struct json_in in = { arena, note };
    struct said said = { .text = STR_NONE };
    enum err err = json_read(said_bare(raw), SAID_BYTES_MAX, &tree, note);
    if (err == OK) {
        struct json_at root = json_root(tree, &in);
        err = said_take(&root, &said);
    }
    if (err != OK) {
        return err == ERR_NOMEM ? err : ERR_ANSWER;
    }
    *ret_said = said;
    return OK;
}

bool said_is_unsure(const struct said *said, enum said_limit limit)
{
    switch (limit) {
    case SAID_LIMIT_LOW:
        return said->confidence == SAID_LOW;
    case SAID_LIMIT_MEDIUM:
        return said->confidence != SAID_HIGH;
    case SAID_LIMIT_NONE:
        break;
    }
    return false;
}

const char *said_reason_name(enum said_reason reason)
{
    assert((size_t)reason < countof(said_reasons));
    return said_reasons[reason];
}
