/* memo.c - see memo.h. */
#include "worker/engine/memo.h"

#include "common/json.h"
#include "common/json_out.h"
#include "common/member.h"
#include "common/stored.h"

#define MEMO_BYTES_MAX ((size_t)4 << 20)
#define MEMO_BYTES_USUAL ((size_t)256) /* beside what was said */
#define MEMO_CHARS_MAX ((size_t)1 << 20)
#define MEMO_SCAN_BYTES_MAX ((size_t)16384) /* longer ones are read as a tree */

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

/* ---- the usual one, which needs no tree ---- */

/* The numbers of a memo as they are written. */
struct memo_form {
    int64_t v;
    int64_t topic;
    int64_t partition;
    int64_t offset;
    struct memo memo;
};

struct memo_fact {
    int64_t kind;
    struct str id;
};

static const struct member fact_members[] = {
    MEMBER_NUMBER(memo_fact, kind, FACT_ORDER, FACT_HISTORY),
    MEMBER_TEXT(memo_fact, id, 0, MEMO_CHARS_MAX),
};

static bool memo_scan_fact(struct member_scan *scan, struct fact *fact)
{
    struct members members = { fact_members, countof(fact_members), 0, 0 };
    struct memo_fact read;
    if (!member_object(scan, &members, &read) || members.seen != (BIT(0) | BIT(1))) {
        return false;
    }
    *fact = (struct fact){ (enum fact_kind)read.kind, read.id };
    return true;
}

static bool memo_scan_facts(struct member_scan *scan, const struct member *member, char *place)
{
    struct memo *memo = &container_of(place - member->offset, struct memo_form, v)->memo;
    if (!json_token_take(&scan->token, '[')) {
        return false;
    }
    if (json_token_take(&scan->token, ']')) {
        return true;
    }
    do {
        if (memo->facts_count == FACTS_MAX ||
            !memo_scan_fact(scan, &memo->facts[memo->facts_count])) {
            return false;
        }
        memo->facts_count++;
    } while (json_token_take(&scan->token, ','));
    return json_token_take(&scan->token, ']');
}

/* The last three are there together, or not at all. */
#define MEMO_MEMBERS_WANTED 4
static const struct member memo_members[] = {
    MEMBER_NUMBER(memo_form, v, STORED_OLDEST, STORED_NEWEST),
    { MEMBER_NAME("said"), member_short, offsetof(struct memo_form, memo.said), 0, MEMO_CHARS_MAX,
      NULL },
    { MEMBER_NAME("model"), member_short, offsetof(struct memo_form, memo.model), 0,
      MEMO_CHARS_MAX, NULL },
    MEMBER_OTHER("facts", memo_scan_facts, 0),
    MEMBER_NUMBER(memo_form, topic, 0, TOPIC_COUNT - 1),
    MEMBER_NUMBER(memo_form, partition, 0, INT32_MAX),
    MEMBER_NUMBER(memo_form, offset, 0, INT64_MAX),
};

static bool memo_scan_form(struct member_scan *scan, struct memo_form *form)
{
    struct members members = { memo_members, countof(memo_members), 0, 0 };
    const unsigned wanted = BIT(MEMO_MEMBERS_WANTED) - 1;
    const unsigned all = BIT(countof(memo_members)) - 1;
    if (!member_object(scan, &members, form) || !json_token_is_end(&scan->token) ||
        (members.seen != wanted && members.seen != all)) {
        return false;
    }
    form->memo.has_position = members.seen == all;
    if (form->memo.has_position) {
        form->memo.id = (struct partition_id){ (enum topic)form->topic, (int32_t)form->partition };
        form->memo.offset = form->offset;
    }
    return true;
}

/* `*ret_is_read` is false: nothing is decided. */
static enum err memo_scan(struct arena *arena, struct str bytes, struct memo *ret_memo,
                          bool *ret_is_read)
{
    struct member_scan scan;
    struct memo_form form = { .v = 0 };
    *ret_is_read = false;
    if (bytes.len == 0 || bytes.len > MEMO_SCAN_BYTES_MAX) {
        return OK;
    }
    enum err err = member_begin(&scan, arena, bytes);
    if (err != OK) {
        return err == ERR_NOMEM ? err : OK;
    }
    *ret_is_read = memo_scan_form(&scan, &form);
    if (!*ret_is_read) {
        member_undo(&scan);
        return OK;
    }
    *ret_memo = form.memo;
    return OK;
}

static bool memo_read(struct arena *arena, struct str bytes, struct memo *ret_memo)
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

bool memo_decode(struct arena *arena, struct str bytes, struct memo *ret_memo)
{
    bool is_read;
    return memo_scan(arena, bytes, ret_memo, &is_read) == OK &&
           (is_read || memo_read(arena, bytes, ret_memo));
}

bool memo_is_of(const struct memo *memo, struct partition_id id, int64_t offset)
{
    return memo->has_position && memo->id.topic == id.topic && memo->id.number == id.number &&
           memo->offset == offset;
}
