/* Whatever opens under the seal, or stands in the workers' own topic: a memo, a history, the state
 * of an order, a conversation, of this version or another, or a miss. What was read is written
 * again and read as the same. */
#include "common/conversation.h"
#include "common/order.h"
#include "common/stored.h"
#include "tests/fuzz/check.h"
#include "worker/engine/history.h"
#include "worker/engine/memo.h"

#define ARENA_BYTES ((size_t)16 << 20)
#define FIELDS_MAX 8

static void check_memo(struct arena *arena, struct str bytes)
{
    struct memo memo;
    struct memo again;
    struct str once;
    struct str twice;
    if (!memo_decode(arena, bytes, &memo)) {
        return;
    }
    CHECK(memo.facts_count <= FACTS_MAX);
    CHECK(memo_encode(arena, STORED_NEWEST, &memo, &once) == OK);
    CHECK(memo_decode(arena, once, &again));
    CHECK(memo_encode(arena, STORED_NEWEST, &again, &twice) == OK);
    CHECK(str_eq(once, twice));
    CHECK(memo.has_position == again.has_position && str_eq(memo.said, again.said));
}

static void check_state(struct arena *arena, struct str bytes)
{
    struct order order;
    struct order again;
    struct str once;
    struct str twice;
    enum err err = order_state_decode(arena, bytes, &order);
    if (err != OK) {
        CHECK(err_class(err) == ERR_CLASS_REJECT || err == ERR_NOMEM);
        return;
    }
    CHECK(order_state_encode(arena, STORED_NEWEST, &order, &once) == OK);
    CHECK(order_state_decode(arena, once, &again) == OK);
    CHECK(order_state_encode(arena, STORED_NEWEST, &again, &twice) == OK);
    CHECK(str_eq(once, twice));
}

/* Each line is a field: its name, a space, its value. */
static void check_history(struct arena *arena, struct str input)
{
    struct store_field fields[FIELDS_MAX];
    struct store_call call = { .op = STORE_ALL, .fields = fields };
    const struct exchange self = { .partition = 3, .offset = 1000, .at_wall_ms = 1764324000000 };
    struct history history;
    while (input.len > 0 && call.fields_count < FIELDS_MAX) {
        struct str value = check_line(&input);
        struct str name = STR_NONE;
        str_split(&value, ' ', &name);
        fields[call.fields_count++] = (struct store_field){ name, value };
    }
    enum err err = history_read(arena, &call, &self, 3, &history);
    CHECK(err == OK || err == ERR_NO_FACTS || err == ERR_NOMEM);
    if (err != OK) {
        return;
    }
    CHECK(history.count <= 3);
    for (size_t i = 0; i < history.count; i++) {
        const struct exchange *item = &history.items[i];
        struct str bytes;
        CHECK(item->partition != self.partition || item->offset < self.offset);
        CHECK(utf8_check(item->text, NULL) == OK && utf8_check(item->answer, NULL) == OK);
        CHECK(history_encode(arena, STORED_NEWEST, item, &bytes) == OK);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct str input = { (const char *)bytes, len };
    struct arena arena;
    json_setup(1);
    arena_init(&arena, ARENA_BYTES);
    check_memo(&arena, input);
    check_state(&arena, input);
    check_history(&arena, input);
    uint64_t token = conversation_token(input);
    CHECK(token == 0 || token % 2 == 1);
    arena_fini(&arena);
    return 0;
}
