/* completion.c - see completion.h. */
#include "worker/answer/completion.h"

#include "common/json.h"
#include "common/json_out.h"

#define COMPLETION_ARENA_BYTES 4096

static const char *role_name(enum prompt_role role)
{
    switch (role) {
    case ROLE_SYSTEM:
        return "system";
    case ROLE_USER:
        return "user";
    case ROLE_ASSISTANT:
        return "assistant";
    }
    BUG("a role without a name");
}

/* The system's parts in one message, since some chat templates take no second one. */
static enum err join_system(const struct completion_wish *wish, const struct prompt *prompt,
                            struct buf *text, size_t *ret_count)
{
    size_t count = 0;
    while (count < prompt->parts_count && prompt->parts[count].role == ROLE_SYSTEM) {
        TRY(buf_add(text, prompt->parts[count].text));
        if (count == 0 && wish->json != COMPLETION_OFF) {
            TRY(buf_add(text, prompt->form));
        }
        count++;
    }
    *ret_count = count;
    return OK;
}

static void put_messages(struct json_out *out, const struct prompt *prompt, struct str system,
                         size_t first)
{
    json_open_array(out, "messages");
    if (first > 0) {
        json_open_object(out, NULL);
        json_put_text(out, "role", STR("system"));
        json_put_text(out, "content", system);
        json_close_object(out);
    }
    for (size_t i = first; i < prompt->parts_count; i++) {
        json_open_object(out, NULL);
        json_put_text(out, "role", str_from(role_name(prompt->parts[i].role)));
        json_put_text(out, "content", prompt->parts[i].text);
        json_close_object(out);
    }
    json_close_array(out);
}

static void put_schema(struct json_out *out, enum completion_json json,
                       const struct prompt *prompt)
{
    if (prompt->schema.len == 0 || json == COMPLETION_OFF) {
        return;
    }
    json_open_object(out, "response_format");
    if (json == COMPLETION_OBJECT) {
        json_put_text(out, "type", STR("json_object"));
        json_close_object(out);
        return;
    }
    json_put_text(out, "type", STR("json_schema"));
    json_open_object(out, "json_schema");
    json_put_text(out, "name", prompt->schema_name);
    json_put_bool(out, "strict", true);
    json_put_raw(out, "schema", prompt->schema);
    json_close_object(out);
    json_close_object(out);
}

enum err completion_write_chat(const struct completion_wish *wish, const struct prompt *prompt,
                               struct buf *buf)
{
    CLEANUP(buf_fini) struct buf system;
    buf_init(&system, buf->max);
    size_t first;
    TRY(join_system(wish, prompt, &system, &first));
    struct json_out out = json_out_to(buf);
    json_open_object(&out, NULL);
    json_put_text_if(&out, "model", wish->model);
    put_messages(&out, prompt, buf_str(&system), first);
    json_put_int(&out, "max_tokens", wish->max_tokens * max_i64(prompt->answers, 1));
    json_put_number(&out, "temperature", wish->temperature);
    put_schema(&out, wish->json, prompt);
    json_close_object(&out);
    return json_out_end(&out);
}

/* More than one part that is not the system's. */
static bool has_conversation(const struct prompt *prompt)
{
    size_t count = 0;
    for (size_t i = 0; i < prompt->parts_count; i++) {
        count += prompt->parts[i].role != ROLE_SYSTEM;
    }
    return count > 1;
}

/* Says who speaks only where a conversation is told. */
static enum err add_part(struct buf *text, const struct prompt *prompt, size_t i)
{
    const struct prompt_part *part = &prompt->parts[i];
    bool is_told = has_conversation(prompt) && part->role != ROLE_SYSTEM;
    if (i > 0) {
        TRY(buf_add(text, STR("\n\n")));
    }
    if (is_told) {
        TRY(buf_add(text, part->role == ROLE_USER ? STR("Customer: ") : STR("Assistant: ")));
    }
    return buf_add(text, part->text);
}

static enum err join_parts(const struct prompt *prompt, struct buf *text)
{
    for (size_t i = 0; i < prompt->parts_count; i++) {
        TRY(add_part(text, prompt, i));
    }
    return has_conversation(prompt) ? buf_add(text, STR("\n\nAssistant:")) : OK;
}

enum err completion_write_plain(const struct prompt *prompt, struct buf *buf)
{
    CLEANUP(buf_fini) struct buf text;
    buf_init(&text, buf->max);
    TRY(join_parts(prompt, &text));
    struct json_out out = json_out_to(buf);
    json_open_object(&out, NULL);
    json_put_text(&out, "text", buf_str(&text));
    json_close_object(&out);
    return json_out_end(&out);
}

/* Whatever is wrong with the JSON of an answer, another try may bring a better one. */
static enum err as_answer_err(enum err err)
{
    return err == OK || err == ERR_NOMEM ? err : ERR_ANSWER;
}

/* Some backends send an error with status 200. */
static enum err refuse_error(const struct json_at *root, struct note *note)
{
    if (json_kind_of(root, "error") == KIND_NONE) {
        return OK;
    }
    note_at(note, "/error");
    note_set(note, "an error in place of an answer");
    return ERR_BACKEND;
}

static enum err refuse_empty(struct str text, struct note *note)
{
    if (str_trim(text).len > 0) {
        return OK;
    }
    note_set(note, "the answer is empty");
    return ERR_ANSWER;
}

static enum err check_finish(const struct json_at *choice, struct note *note)
{
    struct str reason = STR_NONE;
    TRY(as_answer_err(json_may_text(choice, "finish_reason", 0, SIZE_MAX, &reason)));
    if (str_is(reason, "length")) {
        note_set(note, "the answer was cut off at model.max.tokens");
        return ERR_ANSWER;
    }
    if (str_is(reason, "content_filter")) {
        note_set(note, "the backend's content filter stopped the answer");
        return ERR_REFUSED;
    }
    return OK;
}

static enum err read_message(const struct json_at *choice, struct str *ret_text, struct note *note)
{
    struct json_at message;
    TRY(as_answer_err(json_want_object(choice, "message", &message)));
    struct json_at refusal = json_member(&message, "refusal");
    if (json_kind_of(&refusal, NULL) == KIND_TEXT) {
        note_set(note, "the model refused to answer");
        return ERR_REFUSED;
    }
    struct str text = STR_NONE;
    TRY(as_answer_err(json_want_text(&message, "content", 0, SIZE_MAX, &text)));
    TRY(refuse_empty(text, note));
    *ret_text = text;
    return OK;
}

/* What is only told for information may have any form without spoiling the answer. */
static int64_t read_tokens(const struct json_at *root, const char *key)
{
    int64_t tokens = -1;
    struct json_at usage = json_member(root, "usage");
    if (json_kind_of(&usage, key) == KIND_NUMBER &&
        json_may_int(&usage, key, 0, INT32_MAX, &tokens) != OK) {
        return -1;
    }
    return tokens;
}

/* Of those that were sent, as OpenAI and its likes tell it. */
static int64_t read_cached(const struct json_at *root)
{
    int64_t tokens = -1;
    struct json_at usage = json_member(root, "usage");
    struct json_at details = json_member(&usage, "prompt_tokens_details");
    if (json_kind_of(&details, "cached_tokens") == KIND_NUMBER &&
        json_may_int(&details, "cached_tokens", 0, INT32_MAX, &tokens) != OK) {
        return -1;
    }
    return tokens;
}

static struct str read_model(const struct json_at *root)
{
    struct str model = STR_NONE;
    if (json_kind_of(root, "model") == KIND_TEXT &&
        json_may_text(root, "model", 0, COMPLETION_MODEL_CHARS_MAX, &model) != OK) {
        return STR_NONE;
    }
    return model;
}

static enum err read_chat(const struct json_at *root, struct str *ret_text, struct note *note)
{
    struct json_at choices;
    struct json_at choice;
    TRY(refuse_error(root, note));
    TRY(as_answer_err(json_want_array(root, "choices", 1, SIZE_MAX, &choices)));
    struct json_at first = json_element(&choices, 0);
    TRY(as_answer_err(json_want_object(&first, NULL, &choice)));
    TRY(check_finish(&choice, note));
    return read_message(&choice, ret_text, note);
}

static const struct completion completion_none = { .tokens_in = -1, .tokens_out = -1,
                                                   .tokens_cached = -1 };

enum err completion_read_chat(struct arena *arena, struct str body,
                              struct completion *ret_completion, struct note *note)
{
    CLEANUP(json_drop) struct json_t *tree = NULL;
    const struct json_in in = { arena, note };
    *ret_completion = completion_none;
    TRY(as_answer_err(json_read(body, SIZE_MAX, &tree, note)));
    struct json_at root = json_root(tree, &in);
    ret_completion->model = read_model(&root);
    ret_completion->tokens_in = read_tokens(&root, "prompt_tokens");
    ret_completion->tokens_out = read_tokens(&root, "completion_tokens");
    ret_completion->tokens_cached = read_cached(&root);
    return read_chat(&root, &ret_completion->text, note);
}

enum err completion_read_plain(struct arena *arena, struct str body,
                               struct completion *ret_completion, struct note *note)
{
    CLEANUP(json_drop) struct json_t *tree = NULL;
    const struct json_in in = { arena, note };
    struct str text = STR_NONE;
    *ret_completion = completion_none;
    TRY(as_answer_err(json_read(body, SIZE_MAX, &tree, note)));
    struct json_at root = json_root(tree, &in);
    TRY(refuse_error(&root, note));
    TRY(as_answer_err(json_want_text(&root, "response", 0, SIZE_MAX, &text)));
    TRY(refuse_empty(text, note));
    ret_completion->text = text;
    return OK;
}

static bool is_code(struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool is_fine = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
        if (!is_fine) {
            return false;
        }
    }
    return text.len > 0 && text.len < COMPLETION_CODE_BYTES;
}

static struct str find_code(const struct json_at *root, const char *key)
{
    struct str code = STR_NONE;
    struct json_at error = json_member(root, "error");
    if (json_kind_of(&error, key) != KIND_TEXT ||
        json_may_text(&error, key, 0, COMPLETION_CODE_BYTES, &code) != OK || !is_code(code)) {
        return STR_NONE;
    }
    return code;
}

struct str completion_error_code(struct str body, char out[COMPLETION_CODE_BYTES])
{
    CLEANUP(json_drop) struct json_t *tree = NULL;
    CLEANUP(arena_fini) struct arena arena;
    arena_init(&arena, COMPLETION_ARENA_BYTES);
    const struct json_in in = { &arena, NULL };
    if (json_read(body, SIZE_MAX, &tree, NULL) != OK) {
        return STR_NONE;
    }
    struct json_at root = json_root(tree, &in);
    struct str code = find_code(&root, "code");
    code = code.len > 0 ? code : find_code(&root, "type");
    if (code.len > 0) {
        memcpy(out, code.ptr, code.len);
    }
    return (struct str){ out, code.len };
}
