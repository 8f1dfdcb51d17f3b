/* message_scan_test.c - what is read without a tree is what the tree says, and the rest is left. */
#include "tests/unit/leaf.h"
#include "tests/unit/payload.h"

#include "common/message_scan.h"

#define WHO "\"id\":\"m-1\",\"conversation_id\":\"c-1\",\"customer_id\":\"u-1\""
#define MINIMAL "{" WHO ",\"text\":\"Hi\"}"
#define WITH(fields) "{" WHO ",\"text\":\"Hi\"," fields "}"
#define FULL                                                                                       \
    WITH("\"seq\":3,\"tenant\":\"shop\",\"language\":\"zh-Hans\",\"channel\":\"\","                \
         "\"sent_at\":\"2025-11-28T10:00:00Z\",\"author\":\"customer\","                           \
         "\"context\":{\"sku\":\"水-1\",\"order_id\":\"o-1\",\"page\":\"\"}")

static bool scan(const char *text, struct message *ret_message)
{
    static char copy[MESSAGE_SCAN_BYTES_MAX + 2];
    static struct arena arena;
    bool is_read = true;
    struct str bytes = str_from(text);
    arena_fini(&arena);
    arena_init(&arena, 1 << 20);
    memcpy(copy, bytes.ptr, bytes.len); /* without a NUL behind it */
    *ret_message = (struct message){ .seq = 77 };
    assert_int_equal(message_scan(&arena, (struct str){ copy, bytes.len }, ret_message, &is_read),
                     OK);
    return is_read;
}

static void assert_same_text(struct str one, struct str other)
{
    assert_true(str_eq(one, other));
    assert_true((one.ptr == NULL) == (other.ptr == NULL));
    assert_true(!one.ptr || one.ptr[one.len] == '\0');
}

static void assert_same(const struct message *one, const struct message *other)
{
    assert_same_text(one->id, other->id);
    assert_same_text(one->conversation_id, other->conversation_id);
    assert_same_text(one->customer_id, other->customer_id);
    assert_same_text(one->text, other->text);
    assert_same_text(one->tenant, other->tenant);
    assert_same_text(one->language, other->language);
    assert_same_text(one->channel, other->channel);
    assert_same_text(one->sku, other->sku);
    assert_same_text(one->order_id, other->order_id);
    assert_same_text(one->page, other->page);
    assert_true(one->seq == other->seq);
    assert_true(one->sent_at_wall_ms == other->sent_at_wall_ms);
    assert_int_equal(one->author, other->author);
}

static void a_message_is_the_one_that_its_tree_holds(void **state)
{
    (void)state;
    const char *const texts[] = {
        MINIMAL,
        FULL,
        " { \"text\" : \"在吗\" ,\n\"customer_id\":\"u\",\"id\":\"m\",\"conversation_id\":\"c\" } ",
        WITH("\"seq\":0,\"context\":{}"),
        WITH("\"context\":{ \"page\" : \"/kettles\" },\"sent_at\":\"2025-11-28T10:00:00.5+02:00\""),
        WITH("\"channel\":\"web\",\"language\":\"en\""),
    };
    for (size_t i = 0; i < countof(texts); i++) {
        struct payload payload;
        struct message message;
        struct message same;
        assert_true(scan(texts[i], &message));
        payload_init(&payload, texts[i]);
        assert_int_equal(message_decode(&payload.at, &same), OK);
        assert_same(&message, &same);
        payload_fini(&payload);
    }
}

static void anything_unusual_is_left_and_nothing_is_given(void **state)
{
    (void)state;
    const char *const texts[] = {
        "",
        "{}",
        "[" MINIMAL "]",
        MINIMAL "x",
        MINIMAL MINIMAL,
        "{" WHO "}",
        "{" WHO ",\"text\":\"\"}",
        "{\"id\":\"\",\"conversation_id\":\"c-1\",\"customer_id\":\"u-1\",\"text\":\"Hi\"}",
        WITH("\"specversion\":\"1.0\""),
        WITH("\"data\":{}"),
        WITH("\"sku\":\"a\""), /* of the context alone */
        WITH("\"seq\":1,\"seq\":1"),
        WITH("\"text\":\"twice\""),
        WITH("\"seq\":null"),
        WITH("\"seq\":1.0"),
        WITH("\"seq\":-1"),
        WITH("\"seq\":9007199254740992"),
        WITH("\"tenant\":\"\""),
        WITH("\"tenant\":\"a\\u0062\""),
        WITH("\"channel\":\"\xff\""),
        WITH("\"channel\":1"),
        WITH("\"language\":\"\""),
        WITH("\"language\":\"english\""),
        WITH("\"sent_at\":\"today\""),
        WITH("\"author\":\"agent\""),
        WITH("\"author\":\"nobody\""),
        WITH("\"context\":null"),
        WITH("\"context\":{\"sku\":\"\"}"),
        WITH("\"context\":{\"text\":\"a\"}"),
        WITH("\"context\":{\"sku\":\"a\",\"sku\":\"a\"}"),
        WITH("\"context\":{\"sku\":\"a\""),
    };
    for (size_t i = 0; i < countof(texts); i++) {
        struct message message;
        if (scan(texts[i], &message) || message.seq != 77) {
            fail_msg("read: %s", texts[i]);
        }
    }
}

static void texts_have_as_many_characters_as_a_tree_allows(void **state)
{
    (void)state;
    const char *const parts[] = { WITH("\"tenant\":\"%s\""), WITH("\"context\":{\"page\":\"%s\"}"),
                                  WITH("\"channel\":\"%s\"") };
    for (size_t i = 0; i < countof(parts); i++) {
        for (size_t times = 1; times < 2100; times += times < 70 ? 1 : 10) {
            struct payload payload;
            struct message message;
            struct message same;
            const char *text = payload_with(parts[i], "水", times);
            bool is_read = scan(text, &message);
            payload_init(&payload, text);
            assert_int_equal(is_read, message_decode(&payload.at, &same) == OK);
            payload_fini(&payload);
        }
    }
}

static void what_is_too_long_is_left(void **state)
{
    (void)state;
    struct message message;
    size_t rest = MESSAGE_SCAN_BYTES_MAX - strlen(MINIMAL);
    assert_true(scan(payload_with("%s" MINIMAL, " ", rest), &message));
    assert_false(scan(payload_with("%s" MINIMAL, " ", rest + 1), &message));
}

static enum err try_scan(void *owner)
{
    struct arena arena;
    struct message message = { .seq = 77 };
    bool is_read;
    arena_init(&arena, 1 << 20);
    enum err err = message_scan(&arena, str_from(owner), &message, &is_read);
    assert_true(err == OK ? is_read : message.seq == 77);
    arena_fini(&arena);
    return err;
}

static void without_memory_no_message_is_given(void **state)
{
    (void)state;
    char full[] = FULL;
    assert_int_equal(starve(try_scan, full), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_is_the_one_that_its_tree_holds),
        cmocka_unit_test(anything_unusual_is_left_and_nothing_is_given),
        cmocka_unit_test(texts_have_as_many_characters_as_a_tree_allows),
        cmocka_unit_test(what_is_too_long_is_left),
        cmocka_unit_test(without_memory_no_message_is_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
