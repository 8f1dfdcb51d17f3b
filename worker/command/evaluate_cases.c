/* evaluate_cases.c - see evaluate_cases.h. */
#include "worker/command/evaluate_cases.h"

#include "common/json_out.h"
#include "common/utf8.h"
#include "worker/answer/intent.h"
#include "worker/answer/language.h"

#define CASE_ID_CHARS_MAX 200
#define CASE_TEXT_CHARS_MAX 20000

static const char *const case_actions[] = {
    [CASE_ANY] = "any",
    [CASE_ANSWER] = "answer",
    [CASE_HANDOFF] = "handoff",
    [CASE_NOTHING] = "nothing",
};

/* A misspelt field would be an expectation that nobody holds a reply to. */
static enum err case_knows(const struct json_at *at, const char *const *names, size_t count)
{
    struct json_at member = { 0 };
    while (json_next(at, &member)) {
        size_t i = 0;
        while (i < count && strcmp(member.key, names[i]) != 0) {
            i++;
        }
        if (i == count) {
            return json_fault(&member, NULL, "is not a field of a case");
        }
    }
    return OK;
}

/* ---- what is expected ---- */

static enum err case_take_texts(const struct json_at *list, struct case_texts *ret_texts)
{
    size_t count = json_count(list);
    struct str *texts = arena_zero(list->in->arena, max_size(count, 1), sizeof(*texts));
    if (!texts) {
        return ERR_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        struct json_at element = json_element(list, i);
        TRY(json_want_text(&element, NULL, 1, CASE_TEXT_CHARS_MAX, &texts[i]));
    }
    *ret_texts = (struct case_texts){ texts, count };
    return OK;
}

static enum err case_may_texts(const struct json_at *at, const char *key,
                               struct case_texts *ret_texts)
{
    struct json_at list;
    TRY(json_may_array(at, key, 0, CASE_TEXTS_MAX, &list));
    return list.value ? case_take_texts(&list, ret_texts) : OK;
}

/* A text is a list of one. */
static enum err case_take_choice(const struct json_at *element, struct case_texts *ret_texts)
{
    if (json_kind_of(element, NULL) == KIND_ARRAY) {
        struct json_at list;
        TRY(json_want_array(element, NULL, 1, CASE_TEXTS_MAX, &list));
        return case_take_texts(&list, ret_texts);
    }
    struct str *text = arena_new(element->in->arena, struct str);
    if (!text) {
        return ERR_NOMEM;
    }
    TRY(json_want_text(element, NULL, 1, CASE_TEXT_CHARS_MAX, text));
    *ret_texts = (struct case_texts){ text, 1 };
    return OK;
}

static enum err case_take_must(const struct json_at *at, struct expectation *expect)
{
    struct json_at list;
    TRY(json_may_array(at, "must", 0, CASE_TEXTS_MAX, &list));
    size_t count = json_count(&list);
    struct case_texts *must = arena_zero(at->in->arena, max_size(count, 1), sizeof(*must));
    if (!must) {
        return ERR_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        struct json_at element = json_element(&list, i);
        TRY(case_take_choice(&element, &must[i]));
    }
    expect->must = must;
    expect->must_count = count;
    return OK;
}

/* ---- names that a reply can have; another one would never be met ---- */

static bool case_is_intent(struct str name)
{
    for (int intent = 0; intent < INTENT_COUNT; intent++) {
        if (str_eq(name, str_from(intent_name((enum intent)intent)))) {
            return true;
        }
    }
    return false;
}

static bool case_is_reason(struct str name)
{
    for (int err = OK + 1; err < ERR_COUNT; err++) {
        if (err_class((enum err)err) == ERR_CLASS_HANDOFF &&
            str_eq(name, str_from(err_label((enum err)err)))) {
            return true;
        }
    }
    return false;
}

static enum err case_check_names(const struct json_at *at, const struct expectation *expect)
{
    bool is_language = language_name(expect->language) || str_is(expect->language, "und");
    if (expect->language.len > 0 && !is_language) {
        return json_fault(at, "language", "is no language that is told apart");
    }
    if (expect->intent.len > 0 && !case_is_intent(expect->intent)) {
        return json_fault(at, "intent", "is no intent");
    }
    for (size_t i = 0; i < expect->reasons.count; i++) {
        if (!case_is_reason(expect->reasons.texts[i])) {
            return json_fault(at, "reasons", "has what is no reason of a hand-off");
        }
    }
    return OK;
}

static enum err case_list_intents(struct buf *buf)
{
    for (int intent = 0; intent < INTENT_COUNT; intent++) {
        TRY(buf_printf(buf, "%s%s", intent ? ", " : "", intent_name((enum intent)intent)));
    }
    return OK;
}

static enum err case_list_reasons(struct buf *buf)
{
    for (int err = OK + 1; err < ERR_COUNT; err++) {
        if (err_class((enum err)err) == ERR_CLASS_HANDOFF) {
            TRY(buf_printf(buf, "%s%s", buf->len ? ", " : "", err_label((enum err)err)));
        }
    }
    return OK;
}

static enum err case_list_languages(struct buf *buf)
{
#define LANGUAGE(code, name, script) TRY(buf_printf(buf, "%s%s", buf->len ? ", " : "", code));
#include "worker/answer/languages.def"
#undef LANGUAGE
    return buf_add(buf, STR(", und"));
}

/* What could stand at the place that was refused. Without memory nothing is told. */
static void cases_list_allowed(struct cases *cases, const char *pointer)
{
    CLEANUP(buf_fini) struct buf buf;
    buf_init(&buf, 4096);
    bool is_intent = strcmp(pointer, "/expect/intent") == 0;
    bool is_language = strcmp(pointer, "/expect/language") == 0;
    enum err err = is_intent     ? case_list_intents(&buf)
                   : is_language ? case_list_languages(&buf)
                   : strcmp(pointer, "/expect/reasons") == 0 ? case_list_reasons(&buf)
                                                             : OK;
    if (err != OK || arena_copy(&cases->arena, buf_str(&buf), &cases->allowed) != OK) {
        cases->allowed = STR_NONE;
    }
}

static enum err case_take_expect(const struct json_at *at, struct expectation *expect)
{
    static const char *const names[] = { "group",   "language", "intent",  "action",
                                         "reasons", "must",     "must_not" };
    size_t action = CASE_ANY;
    TRY(case_knows(at, names, countof(names)));
    TRY(json_may_text(at, "group", 1, CASE_ID_CHARS_MAX, &expect->group));
    TRY(json_may_text(at, "language", 1, CASE_ID_CHARS_MAX, &expect->language));
    TRY(json_may_text(at, "intent", 1, CASE_ID_CHARS_MAX, &expect->intent));
    TRY(json_may_enum(at, "action", case_actions, countof(case_actions), &action));
    expect->action = (enum case_action)action;
    TRY(case_may_texts(at, "reasons", &expect->reasons));
    TRY(case_check_names(at, expect));
    TRY(case_take_must(at, expect));
    return case_may_texts(at, "must_not", &expect->must_not);
}

/* ---- what is played ---- */

static enum err case_add(struct arena *arena, struct reply_case *item, enum topic topic,
                         struct str value)
{
    struct case_record *record = &item->records[item->records_count++];
    record->topic = topic;
    return arena_copy(arena, value, &record->value);
}

static enum err case_take_records(const struct json_at *facts, const char *key, enum topic topic,
                                  struct reply_case *item)
{
    struct json_at list;
    TRY(json_may_array(facts, key, 0, CASE_RECORDS_MAX, &list));
    for (size_t i = 0; i < json_count(&list); i++) {
        struct json_at element = json_element(&list, i);
        struct json_at object;
        TRY(json_want_object(&element, NULL, &object));
        CLEANUP(buf_fini) struct buf buf;
        buf_init(&buf, CASES_BYTES_MAX);
        TRY(json_write(object.value, &buf));
        TRY(case_add(facts->in->arena, item, topic, buf_str(&buf)));
    }
    return OK;
}

struct case_speech {
    struct str customer_id;
    struct str author; /* empty: the customer */
    struct str text;
    const struct json_at *context; /* NULL: none */
};

static enum err case_add_speech(struct arena *arena, struct reply_case *item,
                                const struct case_speech *speech)
{
    CLEANUP(buf_fini) struct buf buf;
    buf_init(&buf, CASES_BYTES_MAX);
    struct json_out out = json_out_to(&buf);
    char id[CASE_ID_CHARS_MAX];
    snprintf(id, sizeof(id), "case-%zu-%zu", item->line, item->records_count);
    json_open_object(&out, NULL);
    json_put_text(&out, "id", str_from(id));
    json_put_text(&out, "conversation_id", item->conversation_id);
    json_put_text(&out, "customer_id", speech->customer_id);
    json_put_text_if(&out, "tenant", item->tenant);
    json_put_text_if(&out, "author", speech->author);
    json_put_text(&out, "text", speech->text);
    if (speech->context && speech->context->value) {
        CLEANUP(buf_fini) struct buf context;
        buf_init(&context, CASES_BYTES_MAX);
        TRY(json_write(speech->context->value, &context));
        json_put_raw(&out, "context", buf_str(&context));
    }
    json_close_object(&out);
    TRY(json_out_end(&out));
    return case_add(arena, item, TOPIC_MESSAGES, buf_str(&buf));
}

static enum err case_take_history(const struct json_at *at, struct str customer_id,
                                  struct reply_case *item)
{
    struct json_at list;
    TRY(json_may_array(at, "history", 0, CASE_RECORDS_MAX, &list));
    for (size_t i = 0; i < json_count(&list); i++) {
        struct json_at element = json_element(&list, i);
        struct case_speech speech = { .customer_id = customer_id };
        if (json_kind_of(&element, NULL) == KIND_TEXT) {
            TRY(json_want_text(&element, NULL, 1, CASE_TEXT_CHARS_MAX, &speech.text));
        } else {
            TRY(json_want_text(&element, "author", 1, CASE_ID_CHARS_MAX, &speech.author));
            TRY(json_want_text(&element, "text", 1, CASE_TEXT_CHARS_MAX, &speech.text));
        }
        TRY(case_add_speech(at->in->arena, item, &speech));
    }
    return OK;
}

static size_t case_count(const struct json_at *at, const struct json_at *facts)
{
    struct json_at products = json_member(facts, "products");
    struct json_at orders = json_member(facts, "orders");
    struct json_at history = json_member(at, "history");
    return json_count(&products) + json_count(&orders) + json_count(&history) + 1;
}

static enum err case_make_room(const struct json_at *at, const struct json_at *facts,
                               struct reply_case *item)
{
    size_t count = case_count(at, facts);
    if (count > CASE_RECORDS_MAX) {
        return json_fault(at, NULL, "has more than %d records", CASE_RECORDS_MAX);
    }
    item->records = arena_zero(at->in->arena, count, sizeof(*item->records));
    return item->records ? OK : ERR_NOMEM;
}

static enum err case_take_played(const struct json_at *at, struct reply_case *item)
{
    struct json_at facts;
    struct json_at context;
    struct str customer_id = item->conversation_id;
    struct case_speech question = { .context = &context };
    TRY(json_may_text(at, "customer_id", 1, CASE_ID_CHARS_MAX, &customer_id));
    TRY(json_may_text(at, "tenant", 1, CASE_ID_CHARS_MAX, &item->tenant));
    TRY(json_may_object(at, "facts", &facts));
    TRY(json_may_object(at, "context", &context));
    TRY(json_want_text(at, "message", 1, CASE_TEXT_CHARS_MAX, &question.text));
    question.customer_id = customer_id;
    TRY(case_make_room(at, &facts, item));
    TRY(case_take_records(&facts, "products", TOPIC_CATALOG, item));
    TRY(case_take_records(&facts, "orders", TOPIC_ORDERS, item));
    TRY(case_take_history(at, customer_id, item));
    return case_add_speech(at->in->arena, item, &question);
}

/* ---- the file ---- */

static enum err cases_take(struct cases *cases, struct str line, size_t number, struct note *note)
{
    static const char *const names[] = { "case",    "customer_id", "tenant",  "facts",
                                         "history", "message",     "context", "expect" };
    CLEANUP(json_drop) struct json_t *root = NULL;
    TRY(json_read(line, CASES_BYTES_MAX, &root, note));
    const struct json_in in = { &cases->arena, note };
    struct json_at at = json_root(root, &in);
    struct reply_case *item = &cases->all[cases->count];
    struct json_at expect;
    TRY(case_knows(&at, names, countof(names)));
    item->line = number;
    TRY(arena_printf(&cases->arena, &item->conversation_id, "case-%zu", number));
    item->name = item->conversation_id;
    TRY(json_may_text(&at, "case", 1, CASE_ID_CHARS_MAX, &item->name));
    TRY(case_take_played(&at, item));
    TRY(json_may_object(&at, "expect", &expect));
    if (expect.value) {
        TRY(case_take_expect(&expect, &item->expect));
    }
    cases->count++;
    return OK;
}

static size_t cases_count_lines(struct str bytes)
{
    size_t count = 0;
    struct str line;
    while (str_split(&bytes, '\n', &line)) {
        count++;
    }
    return count;
}

enum err cases_read(struct cases *cases, struct str bytes, struct note *note)
{
    bytes = utf8_without_mark(bytes);
    size_t lines = cases_count_lines(bytes);
    *cases = (struct cases){ 0 };
    arena_init(&cases->arena, 4 * CASES_BYTES_MAX);
    if (lines > CASES_MAX) {
        note_set(note, "there are more than %d lines", CASES_MAX);
        return ERR_FULL;
    }
    cases->all = arena_zero(&cases->arena, max_size(lines, 1), sizeof(*cases->all));
    if (!cases->all) {
        return ERR_NOMEM;
    }
    struct str line;
    for (size_t number = 1; str_split(&bytes, '\n', &line); number++) {
        struct note why = { 0 };
        enum err err = str_trim(line).len ? cases_take(cases, line, number, &why) : OK;
        if (err != OK) {
            note_set(note, "line %zu: %s%s%s", number, why.text[0] ? why.text : err_text(err),
                     why.pointer[0] ? " at " : "", why.pointer);
            cases_list_allowed(cases, why.pointer);
            return err;
        }
    }
    if (cases->count == 0) {
        note_set(note, "there is no case in it");
        return ERR_EMPTY;
    }
    return OK;
}

void cases_fini(struct cases *cases)
{
    arena_fini(&cases->arena);
    *cases = (struct cases){ 0 };
}
