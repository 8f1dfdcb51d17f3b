/* What is read without a tree is what the tree says: a field that nobody knows makes the reader
 * take the tree. */
#include "common/message_scan.h"
#include "tests/fuzz/check.h"

#define ARENA_BYTES ((size_t)16 << 20)

static struct str with_a_stranger(struct arena *arena, struct str bytes)
{
    size_t open = str_find(bytes, STR("{"));
    const struct str parts[] = { STR("{\"stranger\":0,"), str_slice(bytes, open + 1, bytes.len) };
    struct str text;
    CHECK(arena_join(arena, parts, countof(parts), &text) == OK);
    return text;
}

static void check_text(struct str one, struct str other)
{
    CHECK(str_eq(one, other));
    CHECK((one.ptr == NULL) == (other.ptr == NULL));
    CHECK(!one.ptr || one.ptr[one.len] == '\0');
}

static void check_same(const struct message *one, const struct message *other)
{
    check_text(one->id, other->id);
    check_text(one->conversation_id, other->conversation_id);
    check_text(one->customer_id, other->customer_id);
    check_text(one->text, other->text);
    check_text(one->tenant, other->tenant);
    check_text(one->language, other->language);
    check_text(one->channel, other->channel);
    check_text(one->sku, other->sku);
    check_text(one->order_id, other->order_id);
    check_text(one->page, other->page);
    CHECK(one->seq == other->seq && one->sent_at_wall_ms == other->sent_at_wall_ms);
    CHECK(one->author == other->author);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct arena arena;
    struct message message;
    struct message same;
    struct json_t *root = NULL;
    bool is_read;
    const struct str text = { (const char *)bytes, len };
    json_setup(1);
    arena_init(&arena, ARENA_BYTES);
    if (message_scan(&arena, text, &message, &is_read) == OK && is_read) {
        CHECK(json_read(with_a_stranger(&arena, text), ARENA_BYTES, &root, NULL) == OK);
        const struct json_in in = { .arena = &arena };
        const struct json_at at = json_root(root, &in);
        CHECK(json_kind_of(&at, "specversion") == KIND_NONE);
        CHECK(message_decode(&at, &same) == OK);
        check_same(&message, &same);
        json_drop(&root);
    }
    arena_fini(&arena);
    return 0;
}
