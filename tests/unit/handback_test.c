/* Hand-backs: read field by field, and each way to be refused. */
#include "tests/unit/payload.h"

#include "common/handback.h"

#define MINIMAL "{\"id\":\"b-1\",\"conversation_id\":\"c-1\"}"
#define WITH(fields) "{\"id\":\"b-1\",\"conversation_id\":\"c-1\"," fields "}"

/* What is refused leaves the output alone. */
static enum err decode(const struct json_at *at)
{
    struct handback handback = { .at_wall_ms = 77 };
    enum err err = handback_decode(at, &handback);
    assert_true(err == OK || handback.at_wall_ms == 77);
    return err;
}

static void a_full_handback_is_read_field_by_field(void **state)
{
    (void)state;
    struct payload payload;
    struct handback handback;
    payload_init(&payload, WITH("\"at\":\"2025-03-04T09:15:30Z\",\"tenant\":\"shop\","
                                "\"note\":\"\xe5\xb7\xb2\xe9\x80\x80\xe6\xac\xbe\""));
    assert_int_equal(handback_decode(&payload.at, &handback), OK);
    assert_str(handback.id, "b-1");
    assert_str(handback.conversation_id, "c-1");
    assert_str(handback.tenant, "shop");
    assert_str(handback.note, "\xe5\xb7\xb2\xe9\x80\x80\xe6\xac\xbe");
    assert_true(handback.at_wall_ms == 1741079730000);
    payload_fini(&payload);
}

static void optional_fields_may_be_absent_or_null(void **state)
{
    (void)state;
    const char *const texts[] = { MINIMAL, WITH("\"at\":null,\"tenant\":null,\"note\":null"),
                                  WITH("\"other\":{}") };
    for (size_t i = 0; i < countof(texts); i++) {
        struct payload payload;
        struct handback handback;
        payload_init(&payload, texts[i]);
        assert_int_equal(handback_decode(&payload.at, &handback), OK);
        assert_int_equal(handback.tenant.len, 0);
        assert_int_equal(handback.note.len, 0);
        assert_true(handback.at_wall_ms == -1);
        payload_fini(&payload);
    }
}

static void a_handback_is_refused_at_its_first_fault(void **state)
{
    (void)state;
    static const struct refusal refusals[] = {
        { "{}", "/id" },
        { "{\"id\":\"\"}", "/id" },
        { "{\"id\":\"b-1\"}", "/conversation_id" },
        { "{\"id\":\"b-1\",\"conversation_id\":[]}", "/conversation_id" },
        { WITH("\"at\":\"2025-03-04\""), "/at" },
        { WITH("\"at\":1741079730000"), "/at" },
        { WITH("\"tenant\":\"\""), "/tenant" },
        { WITH("\"note\":5"), "/note" },
    };
    assert_refused(refusals, decode);
}

static enum err decode_into(const struct json_at *at, void *ret_output)
{
    return handback_decode(at, ret_output);
}

static void without_memory_nothing_is_given(void **state)
{
    (void)state;
    assert_decodes_or_gives_nothing(MINIMAL, decode_into, struct handback);
    assert_decodes_or_gives_nothing(WITH("\"tenant\":\"shop\",\"note\":\"done\""), decode_into,
                                    struct handback);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_handback_is_read_field_by_field),
        cmocka_unit_test(optional_fields_may_be_absent_or_null),
        cmocka_unit_test(a_handback_is_refused_at_its_first_fault),
        cmocka_unit_test(without_memory_nothing_is_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
