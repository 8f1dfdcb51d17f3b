/* copy_said.c - see copy_said.h. */
#include "worker/answer/copy_said.h"

#include "common/json.h"
#include "common/json_out.h"
#include "worker/answer/compose.h"
#include "worker/answer/said.h"

#define COPY_SAID_JSON_MAX ((size_t)1 << 20)

struct copy_said_field {
    const char *key;
    size_t chars_max;
    bool is_optional; /* may be empty */
};

static enum err copy_said_take(const struct json_at *at, const struct copy_said_field *field,
                               struct str *ret_text, enum flaw *ret_flaw)
{
    struct str text;
    TRY(json_want_text(at, field->key, 0, COPY_SAID_JSON_MAX, &text));
    text = str_trim(text);
    enum flaw flaw = text.len == 0 && field->is_optional
                         ? FLAW_NONE
                         : compose_text_flaw(text, field->chars_max);
    if (flaw != FLAW_NONE) {
        *ret_flaw = flaw;
        return ERR_ANSWER;
    }
    *ret_text = text;
    return OK;
}

static enum err copy_said_variant(const struct json_at *at, struct copy *copy,
                                  enum flaw *ret_flaw)
{
    static const struct copy_said_field headline = { "headline", COPY_SAID_LINE_MAX, false };
    static const struct copy_said_field body = { "body", COPY_SAID_BODY_MAX, false };
    static const struct copy_said_field action = { "call_to_action", COPY_SAID_LINE_MAX, true };
    struct copy_variant variant = { .parts_count = 0 };
    TRY(copy_said_take(at, &headline, &variant.headline, ret_flaw));
    TRY(copy_said_take(at, &body, &variant.body, ret_flaw));
    TRY(copy_said_take(at, &action, &variant.call_to_action, ret_flaw));
    copy->variants[copy->variants_count++] = variant;
    return OK;
}

static enum err copy_said_object(const struct json_at *root, struct copy *copy,
                                 enum flaw *ret_flaw)
{
    struct json_at list;
    if (json_kind_of(root, "variants") == KIND_NONE) {
        return copy_said_variant(root, copy, ret_flaw);
    }
    TRY(json_want_array(root, "variants", 1, 1000, &list));
    for (size_t i = 0; i < json_count(&list) && i < COPY_VARIANTS_MAX; i++) {
        struct json_at item = json_element(&list, i);
        struct json_at object;
        TRY(json_want_object(&item, NULL, &object));
        TRY(copy_said_variant(&object, copy, ret_flaw));
    }
    return OK;
}

enum err copy_said_read(struct arena *arena, struct str said, struct copy *copy,
                        enum flaw *ret_flaw)
{
    CLEANUP(json_drop) struct json_t *root = NULL;
    struct copy read = *copy;
    enum flaw flaw = FLAW_FORM;
    enum err err = json_read(said_object(said), COPY_SAID_JSON_MAX, &root, NULL);
    read.variants_count = 0;
    if (err == OK) {
        const struct json_in in = { .arena = arena };
        struct json_at at = json_root(root, &in);
        err = copy_said_object(&at, &read, &flaw);
    }
    if (err == OK) {
        *copy = read;
        return OK;
    }
    if (err == ERR_NOMEM) {
        return ERR_NOMEM;
    }
    *ret_flaw = flaw;
    return ERR_ANSWER;
}

enum err copy_said_write(struct arena *arena, const struct copy *copy, struct str *ret_said)
{
    CLEANUP(buf_fini) struct buf buf;
    buf_init(&buf, COPY_SAID_JSON_MAX);
    struct json_out out = json_out_to(&buf);
    json_open_object(&out, NULL);
    json_open_array(&out, "variants");
    for (size_t i = 0; i < copy->variants_count; i++) {
        json_open_object(&out, NULL);
        json_put_text(&out, "headline", copy->variants[i].headline);
        json_put_text(&out, "body", copy->variants[i].body);
        json_put_text(&out, "call_to_action", copy->variants[i].call_to_action);
        json_close_object(&out);
    }
    json_close_array(&out);
    json_close_object(&out);
    TRY(json_out_end(&out));
    return arena_copy(arena, buf_str(&buf), ret_said);
}
