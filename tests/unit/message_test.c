/* Messages: all fields, their absence, and each way to be refused. */
#include "tests/unit/payload.h"

#include "common/message.h"

#define WHO "\"id\":\"m-1\",\"conversation_id\":\"c-1\",\"customer_id\":\"u-1\""
#define MINIMAL "{" WHO ",\"text\":\"hi\"}"
#define WITH(fields) "{" WHO ",\"text\":\"hi\"," fields "}"

static enum err decode(const struct json_at *at)
{
    struct message message;
    return message_decode(at, &message);
}

static void a_full_message_is_read_field_by_field(void **state)
{
    (void)state;
    struct payload payload;
    struct message message;
    payload_init(&payload, "{" WHO ",\"text\":\"\xe4\xbd\xa0\xe5\xa5\xbd\",\"seq\":7,"
                           "\"tenant\":\"shop\",\"language\":\"zh-Hans\",\"channel\":\"web\","
                           "\"sent_at\":\"2025-11-28T10:00:00.250+08:00\",\"author\":\"agent\","
                           "\"context\":{\"sku\":\"KTL-17\",\"order_id\":\"o-9\","
                           "\"page\":\"/kettles\",\"more\":[1]},\"unknown\":{\"a\":null}}");
    assert_int_equal(message_decode(&payload.at, &message), OK);
    assert_str(message.id, "m-1");
    assert_str(message.conversation_id, "c-1");
    assert_str(message.customer_id, "u-1");
    assert_str(message.text, "\xe4\xbd\xa0\xe5\xa5\xbd");
    assert_str(message.tenant, "shop");
    assert_str(message.language, "zh-Hans");
    assert_str(message.channel, "web");
    assert_str(message.sku, "KTL-17");
    assert_str(message.order_id, "o-9");
    assert_str(message.page, "/kettles");
    assert_int_equal(message.seq, 7);
    assert_int_equal(message.author, AUTHOR_AGENT);
    assert_true(message.sent_at_wall_ms == 1764295200250);
    payload_fini(&payload);
}

static void check_minimal(const char *json)
{
    struct payload payload;
    struct message message;
    payload_init(&payload, json);
    assert_int_equal(message_decode(&payload.at, &message), OK);
    assert_int_equal(message.seq, -1);
    assert_int_equal(message.sent_at_wall_ms, -1);
    assert_int_equal(message.author, AUTHOR_CUSTOMER);
    assert_int_equal(message.tenant.len + message.language.len + message.channel.len, 0);
    assert_int_equal(message.sku.len + message.order_id.len + message.page.len, 0);
    payload_fini(&payload);
}

static void optional_fields_may_be_absent_or_null(void **state)
{
    (void)state;
    check_minimal(MINIMAL);
    check_minimal(WITH("\"seq\":null,\"tenant\":null,\"language\":null,\"channel\":null,"
                       "\"sent_at\":null,\"author\":null,\"context\":null"));
    check_minimal(WITH("\"context\":{}"));
    check_minimal(WITH("\"context\":{\"sku\":null,\"order_id\":null,\"page\":null}"));
}

static void a_message_is_refused_at_its_first_fault(void **state)
{
    (void)state;
    const struct refusal refusals[] = {
        { "{}", "/id" },
        { "{\"id\":null}", "/id" },
        { "{\"id\":\"\"}", "/id" },
        { "{\"id\":5}", "/id" },
        { "{\"id\":\"a\"}", "/conversation_id" },
        { "{\"id\":\"a\",\"conversation_id\":\"b\"}", "/customer_id" },
        { "{" WHO "}", "/text" },
        { "{" WHO ",\"text\":\"\"}", "/text" },
        { "{" WHO ",\"text\":null}", "/text" },
        { "{" WHO ",\"text\":[\"hi\"]}", "/text" },
        { WITH("\"seq\":-1"), "/seq" },
        { WITH("\"seq\":1.5"), "/seq" },
        { WITH("\"tenant\":\"\""), "/tenant" },
        { WITH("\"language\":\"english\""), "/language" },
        { WITH("\"channel\":1"), "/channel" },
        { WITH("\"sent_at\":\"2025-11-28\""), "/sent_at" },
        { WITH("\"sent_at\":1764295200"), "/sent_at" },
        { WITH("\"author\":\"bot\""), "/author" },
        { WITH("\"author\":false"), "/author" },
        { WITH("\"context\":[]"), "/context" },
        { WITH("\"context\":{\"sku\":\"\"}"), "/context/sku" },
        { WITH("\"context\":{\"order_id\":7}"), "/context/order_id" },
        { WITH("\"context\":{\"page\":{}}"), "/context/page" },
    };
    assert_refused(refusals, decode);
}

static void texts_at_their_limit_are_read_and_one_more_is_refused(void **state)
{
    (void)state;
    struct payload payload;
    struct message message;
    const char *text = "{" WHO ",\"text\":\"%s\"}";
    payload_init(&payload, payload_with(text, "\xe5\xa5\xbd", 8192));
    assert_int_equal(message_decode(&payload.at, &message), OK);
    assert_int_equal(message.text.len, 3 * 8192);
    payload_fini(&payload);
    const struct refusal longer[] = { { payload_with(text, "x", 8193), "/text" } };
    assert_refused(longer, decode);
    const struct refusal page[] = {
        { payload_with("{" WHO ",\"text\":\"hi\",\"context\":{\"page\":\"%s\"}}", "p", 2049),
          "/context/page" }
    };
    assert_refused(page, decode);
}

static void notes_never_repeat_what_was_written(void **state)
{
    (void)state;
    struct payload payload;
    payload_init(&payload, WITH("\"language\":\"secret-words\",\"author\":\"secret\""));
    assert_int_equal(decode(&payload.at), ERR_SCHEMA);
    assert_null(strstr(payload.note.text, "secret"));
    payload_fini(&payload);
}

static void what_is_read_outlives_the_tree(void **state)
{
    (void)state;
    struct payload payload;
    struct message message;
    payload_init(&payload, MINIMAL);
    assert_int_equal(message_decode(&payload.at, &message), OK);
    json_drop(&payload.tree);
    assert_str(message.text, "hi");
    payload_fini(&payload);
}

static enum err decode_into(const struct json_at *at, void *ret_output)
{
    return message_decode(at, ret_output);
}

static void without_memory_nothing_is_given(void **state)
{
    (void)state;
    assert_decodes_or_gives_nothing(MINIMAL, decode_into, struct message);
    assert_decodes_or_gives_nothing(
        WITH("\"tenant\":\"t\",\"language\":\"en\",\"channel\":\"web\","
             "\"context\":{\"sku\":\"s\",\"order_id\":\"o\",\"page\":\"p\"}"),
        decode_into, struct message);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_message_is_read_field_by_field),
        cmocka_unit_test(optional_fields_may_be_absent_or_null),
        cmocka_unit_test(a_message_is_refused_at_its_first_fault),
        cmocka_unit_test(texts_at_their_limit_are_read_and_one_more_is_refused),
        cmocka_unit_test(notes_never_repeat_what_was_written),
        cmocka_unit_test(what_is_read_outlives_the_tree),
        cmocka_unit_test(without_memory_nothing_is_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
