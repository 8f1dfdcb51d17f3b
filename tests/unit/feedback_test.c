/* feedback_test.c - feedback: read field by field, and each way to be refused. */
#include "tests/unit/payload.h"

#include "common/feedback.h"

#define MINIMAL "{\"id\":\"f-1\",\"customer_id\":\"ann\",\"type\":\"shown\"}"
#define WITH(fields) "{\"id\":\"f-1\",\"customer_id\":\"ann\",\"type\":\"refused\"," fields "}"

/* What is refused leaves the output alone. */
static enum err decode(const struct json_at *at)
{
    struct feedback feedback = { .rating = 77 };
    enum err err = feedback_decode(at, &feedback);
    assert_true(err == OK || feedback.rating == 77);
    return err;
}

static void full_feedback_is_read_field_by_field(void **state)
{
    (void)state;
    struct payload payload;
    struct feedback feedback;
    payload_init(&payload, WITH("\"about\":\"a-1\",\"skus\":[\"a\",\"b\"],\"rating\":5,"
                                "\"text\":\"no\",\"model\":\"m\",\"tenant\":\"east\","
                                "\"at\":\"2025-03-04T09:15:30Z\""));
    assert_int_equal(feedback_decode(&payload.at, &feedback), OK);
    assert_str(feedback.id, "f-1");
    assert_str(feedback.customer_id, "ann");
    assert_int_equal(feedback.type, FEEDBACK_REFUSED);
    assert_str(feedback.about, "a-1");
    assert_int_equal(feedback.skus_count, 2);
    assert_str(feedback.skus[1], "b");
    assert_int_equal(feedback.rating, 5);
    assert_str(feedback.text, "no");
    assert_str(feedback.model, "m");
    assert_str(feedback.tenant, "east");
    assert_true(feedback.at_wall_ms == 1741079730000);
    payload_fini(&payload);
}

static void optional_fields_may_be_absent(void **state)
{
    (void)state;
    struct payload payload;
    struct feedback feedback;
    payload_init(&payload, MINIMAL);
    assert_int_equal(feedback_decode(&payload.at, &feedback), OK);
    assert_int_equal(feedback.type, FEEDBACK_SHOWN);
    assert_int_equal(feedback.rating, 0);
    assert_int_equal(feedback.skus_count, 0);
    assert_true(feedback.at_wall_ms == -1);
    payload_fini(&payload);
}

static void feedback_is_refused_at_its_first_fault(void **state)
{
    (void)state;
    static const struct refusal refusals[] = {
        { "{}", "/id" },
        { "{\"id\":\"f-1\",\"type\":\"shown\"}", "/customer_id" },
        { "{\"id\":\"f-1\",\"customer_id\":\"ann\"}", "/type" },
        { "{\"id\":\"f-1\",\"customer_id\":\"ann\",\"type\":\"liked\"}", "/type" },
        { WITH("\"rating\":0"), "/rating" },
        { WITH("\"rating\":6"), "/rating" },
        { WITH("\"skus\":{}"), "/skus" },
        { WITH("\"skus\":[7]"), "/skus/0" },
        { WITH("\"at\":\"today\""), "/at" },
        { WITH("\"text\":7"), "/text" },
    };
    assert_refused(refusals, decode);
}

static enum err decode_into(const struct json_at *at, void *ret_output)
{
    return feedback_decode(at, ret_output);
}

static void without_memory_nothing_is_given(void **state)
{
    (void)state;
    assert_decodes_or_gives_nothing(WITH("\"skus\":[\"a\"],\"tenant\":\"east\""), decode_into,
                                    struct feedback);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(full_feedback_is_read_field_by_field),
        cmocka_unit_test(optional_fields_may_be_absent),
        cmocka_unit_test(feedback_is_refused_at_its_first_fault),
        cmocka_unit_test(without_memory_nothing_is_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
