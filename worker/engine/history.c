/* history.c - see history.h. */
#include "worker/engine/history.h"

#include "common/json.h"
#include "common/json_out.h"
#include "common/stored.h"

#define HISTORY_BYTES_MAX ((size_t)1 << 20)

int32_t history_place(struct partition_id id)
{
    return id.topic == TOPIC_HANDBACKS ? -1 - id.number : id.number;
}

struct str history_field(int32_t place, int64_t offset, char out[HISTORY_FIELD_BYTES])
{
    int len = snprintf(out, HISTORY_FIELD_BYTES, "%d/%lld", (int)place, (long long)offset);
    return (struct str){ out, (size_t)len };
}

static bool history_take_field(struct str field, struct exchange *exchange)
{
    struct str number;
    int64_t partition;
    if (!str_split(&field, '/', &number) || !str_to_i64(number, INT32_MIN, INT32_MAX, &partition) ||
        !str_to_i64(field, 0, INT64_MAX, &exchange->offset)) {
        return false;
    }
    exchange->partition = (int32_t)partition;
    return true;
}

enum err history_encode(struct arena *arena, int version, const struct exchange *exchange,
                        struct str *ret_bytes)
{
    CLEANUP(buf_fini) struct buf buf;
    buf_init(&buf, HISTORY_BYTES_MAX);
    struct json_out out = json_out_to(&buf);
    json_open_object(&out, NULL);
    json_put_int(&out, "v", version);
    json_put_int(&out, "at", exchange->at_wall_ms);
    json_put_int(&out, "author", exchange->author);
    json_put_text(&out, "text", exchange->text);
    json_put_text_if(&out, "answer", exchange->answer);
    json_put_text_if(&out, "sku", exchange->sku);
    json_put_text_if(&out, "order", exchange->order_id);
    json_close_object(&out);
    TRY(json_out_end(&out));
    return arena_copy(arena, buf_str(&buf), ret_bytes);
}

static enum err history_take(const struct json_at *at, struct exchange *exchange)
{
    int64_t author;
    TRY(stored_check(at));
    TRY(json_want_int(at, "at", INT64_MIN, INT64_MAX, &exchange->at_wall_ms));
    TRY(json_want_int(at, "author", AUTHOR_CUSTOMER, AUTHOR_SYSTEM, &author));
    exchange->author = (enum author)author;
    TRY(json_want_text(at, "text", 0, HISTORY_BYTES_MAX, &exchange->text));
    TRY(json_may_text(at, "answer", 0, HISTORY_BYTES_MAX, &exchange->answer));
    TRY(json_may_text(at, "sku", 0, HISTORY_BYTES_MAX, &exchange->sku));
    return json_may_text(at, "order", 0, HISTORY_BYTES_MAX, &exchange->order_id);
}

static enum err history_decode(struct arena *arena, const struct store_field *field,
                               struct exchange *ret_exchange)
{
    struct exchange exchange = { 0 };
    CLEANUP(json_drop) struct json_t *root = NULL;
    if (!history_take_field(field->name, &exchange)) {
        return ERR_FORMAT;
    }
    TRY(json_read(field->value, HISTORY_BYTES_MAX, &root, NULL));
    const struct json_in in = { .arena = arena };
    struct json_at at = json_root(root, &in);
    TRY(history_take(&at, &exchange));
    *ret_exchange = exchange;
    return OK;
}

/* Within one partition the offset tells what was earlier, across partitions only time does. */
static int history_order(const void *a, const void *b)
{
    const struct exchange *left = a;
    const struct exchange *right = b;
    if (left->partition != right->partition && left->at_wall_ms != right->at_wall_ms) {
        return left->at_wall_ms < right->at_wall_ms ? -1 : 1;
    }
    if (left->partition != right->partition) {
        return left->partition < right->partition ? -1 : 1;
    }
    return (left->offset > right->offset) - (left->offset < right->offset);
}

size_t history_items_max(size_t turns)
{
    return min_size(turns, BRIEF_HISTORY_MAX);
}

size_t history_fields_max(size_t turns)
{
    return 2 * history_items_max(turns);
}

static void history_leave_oldest(struct history *history, size_t items_max)
{
    size_t excess = history->count > items_max ? history->count - items_max : 0;
    history->items += excess;
    history->count -= excess;
}

enum err history_read(struct arena *arena, const struct store_call *call,
                      const struct exchange *self, size_t items_max, struct history *ret_history)
{
    struct history history = { 0 };
    if (call->fields_count == 0) {
        *ret_history = history;
        return OK;
    }
    history.items = arena_zero(arena, call->fields_count, sizeof(*history.items));
    if (!history.items) {
        return ERR_NOMEM;
    }
    for (size_t i = 0; i < call->fields_count; i++) {
        struct exchange *exchange = &history.items[history.count];
        enum err err = history_decode(arena, &call->fields[i], exchange);
        if (err == ERR_VERSION || err == ERR_NOMEM) {
            return err == ERR_VERSION ? ERR_NO_FACTS : err;
        }
        if (err == OK && history_order(exchange, self) < 0) {
            history.count++;
        }
    }
    qsort(history.items, history.count, sizeof(*history.items), history_order);
    history_leave_oldest(&history, items_max);
    *ret_history = history;
    return OK;
}
