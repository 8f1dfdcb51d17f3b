/* memo.c - see memo.h. */
#include "worker/engine/memo.h"

#include "common/json.h"
#include "common/json_out.h"
#include "common/stored.h"

#define MEMO_BYTES_MAX ((size_t)4 << 20)
#define MEMO_BYTES_USUAL ((size_t)256) /* beside what was said */
#define MEMO_CHARS_MAX ((size_t)1 << 20)

static void memo_put_facts(struct json_out *out, const struct memo *memo)
{
    json_open_array(out, "facts");
    for (size_t i = 0; i < memo->facts_count; i++) {
        json_open_object(out, NULL);
        json_put_int(out, "kind", memo->facts[i].kind);
        json_put_text(out, "id", memo->facts[i].id);
        json_close_object(out);
    }
    json_close_array(out);
}

enum err memo_encode(struct arena *arena, int version, const struct memo *memo,
                     struct str *ret_bytes)
{
    CLEANUP(buf_fini) struct buf buf;
    TRY(buf_init_in(&buf, arena, min_size(MEMO_BYTES_USUAL + memo->said.len, MEMO_BYTES_MAX),
                    MEMO_BYTES_MAX));
    struct json_out out = json_out_to(&buf);
    json_open_object(&out, NULL);
    json_put_int(&out, "v", version);
    if (memo->has_position) {
        json_put_int(&out, "topic", memo->id.topic);
        json_put_int(&out, "partition", memo->id.number);
        json_put_int(&out, "offset", memo->offset);
    }
    json_put_text(&out, "said", memo->said);
    json_put_text(&out, "model", memo->model);
    memo_put_facts(&out, memo);
    json_close_object(&out);
    TRY(json_out_end(&out));
    return buf_keep(&buf, arena, ret_bytes);
}

static enum err memo_take_position(const struct json_at *at, struct memo *memo)
{
    int64_t topic = -1;
    TRY(json_may_int(at, "topic", 0, TOPIC_COUNT - 1, &topic));
    if (topic < 0) {
        return OK;
    }
    int64_t number;
    TRY(json_want_int(at, "partition", 0, INT32_MAX, &number));
    TRY(json_want_int(at, "offset", 0, INT64_MAX, &memo->offset));
    memo->id = (struct partition_id){ (enum topic)topic, (int32_t)number };
    memo->has_position = true;
    return OK;
}

static enum err memo_take_facts(const struct json_at *at, struct memo *memo)
{
    struct json_at facts;
    TRY(json_want_array(at, "facts", 0, FACTS_MAX, &facts));
    for (size_t i = 0; i < json_count(&facts); i++) {
        struct json_at fact = json_element(&facts, i);
        int64_t kind;
        TRY(json_want_int(&fact, "kind", FACT_ORDER, FACT_HISTORY, &kind));
        TRY(json_want_text(&fact, "id", 0, MEMO_CHARS_MAX, &memo->facts[i].id));
        memo->facts[i].kind = (enum fact_kind)kind;
    }
    memo->facts_count = json_count(&facts);
    return OK;
}

static enum err memo_take(const struct json_at *at, struct memo *memo)
{
    TRY(stored_check(at));
    TRY(memo_take_position(at, memo));
    TRY(json_want_text(at, "said", 0, MEMO_CHARS_MAX, &memo->said));
    TRY(json_want_text(at, "model", 0, MEMO_CHARS_MAX, &memo->model));
    return memo_take_facts(at, memo);
}

bool memo_decode(struct arena *arena, struct str bytes, struct memo *ret_memo)
{
    CLEANUP(json_drop) struct json_t *root = NULL;
    if (json_read(bytes, MEMO_BYTES_MAX, &root, NULL) != OK) {
        return false;
    }
    const struct json_in in = { .arena = arena };
    struct json_at at = json_root(root, &in);
    struct memo memo = { 0 };
    if (memo_take(&at, &memo) != OK) {
        return false;
    }
    *ret_memo = memo;
    return true;
}

bool memo_is_of(const struct memo *memo, struct partition_id id, int64_t offset)
{
    return memo->has_position && memo->id.topic == id.topic && memo->id.number == id.number &&
           memo->offset == offset;
}
