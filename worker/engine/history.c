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

/* A field whose name tells where it belongs; its value may be closed still. */
struct history_leaf {
    int32_t place;
    int64_t offset;
    const struct store_field *field;
};

struct history_reading {
    struct arena *arena;
    const struct store_call *call;
    const struct exchange *self;
    size_t items_max;
    struct history_leaf *leaves;
    size_t leaves_count;
};

static bool leaf_take(const struct store_field *field, struct history_leaf *leaf)
{
    struct str rest = field->name;
    struct str number;
    int64_t place;
    if (!str_split(&rest, '/', &number) || !str_to_i64(number, INT32_MIN, INT32_MAX, &place) ||
        !str_to_i64(rest, 0, INT64_MAX, &leaf->offset)) {
        return false;
    }
    leaf->place = (int32_t)place;
    leaf->field = field;
    return true;
}

/* Place by place, the newest of each first. */
static int leaf_order(const void *a, const void *b)
{
    const struct history_leaf *left = a;
    const struct history_leaf *right = b;
    if (left->place != right->place) {
        return left->place < right->place ? -1 : 1;
    }
    return (left->offset < right->offset) - (left->offset > right->offset);
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

static enum err history_decode(const struct history_reading *reading,
                               const struct history_leaf *leaf, struct exchange *ret_exchange)
{
    struct exchange exchange = { .partition = leaf->place, .offset = leaf->offset };
    CLEANUP(json_drop) struct json_t *root = NULL;
    struct str value;
    TRY(store_open_field(reading->call, leaf->field, &value));
    TRY(json_read(value, HISTORY_BYTES_MAX, &root, NULL));
    const struct json_in in = { .arena = reading->arena };
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

/* The fields that may be before the turn's own; what its place has later is known to be not. */
static enum err history_list(struct history_reading *reading)
{
    const struct store_call *call = reading->call;
    const struct exchange *self = reading->self;
    reading->leaves = arena_zero(reading->arena, call->fields_count, sizeof(*reading->leaves));
    if (!reading->leaves) {
        return ERR_NOMEM;
    }
    for (size_t i = 0; i < call->fields_count; i++) {
        struct history_leaf *leaf = &reading->leaves[reading->leaves_count];
        if (leaf_take(&call->fields[i], leaf) &&
            (leaf->place != self->partition || leaf->offset < self->offset)) {
            reading->leaves_count++;
        }
    }
    qsort(reading->leaves, reading->leaves_count, sizeof(*reading->leaves), leaf_order);
    return OK;
}

/* Opening and decoding is what reading costs: the last `items_max` of all are among the last
 * `items_max` of each place. */
static enum err history_open(const struct history_reading *reading, struct history *history)
{
    size_t of_place = 0;
    for (size_t i = 0; i < reading->leaves_count; i++) {
        const struct history_leaf *leaf = &reading->leaves[i];
        of_place = i > 0 && leaf[-1].place == leaf->place ? of_place : 0;
        if (of_place == reading->items_max) {
            continue;
        }
        struct exchange *exchange = &history->items[history->count];
        enum err err = history_decode(reading, leaf, exchange);
        if (err == ERR_VERSION || err == ERR_NOMEM) {
            return err == ERR_VERSION ? ERR_NO_FACTS : err;
        }
        if (err == OK && history_order(exchange, reading->self) < 0) {
            history->count++;
            of_place++;
        }
    }
    return OK;
}

enum err history_read(struct arena *arena, const struct store_call *call,
                      const struct exchange *self, size_t items_max, struct history *ret_history)
{
    struct history_reading reading = {
        .arena = arena, .call = call, .self = self, .items_max = items_max
    };
    struct history history = { 0 };
    if (call->fields_count == 0) {
        *ret_history = history;
        return OK;
    }
    TRY(history_list(&reading));
    history.items = arena_zero(arena, call->fields_count, sizeof(*history.items));
    if (!history.items) {
        return ERR_NOMEM;
    }
    TRY(history_open(&reading, &history));
    qsort(history.items, history.count, sizeof(*history.items), history_order);
    history_leave_oldest(&history, items_max);
    *ret_history = history;
    return OK;
}
