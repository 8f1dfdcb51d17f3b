/* What backends are sent, and what is made of all that they may answer. */
#include "tests/unit/cm.h"

#include "common/json.h"
#include "common/mem.h"
#include "worker/answer/completion.h"

static const struct prompt_part parts[] = { { ROLE_SYSTEM, { "Be kind.", 8 } },
                                            { ROLE_USER, { "Say \"hi\"", 8 } } };

static void a_chat_request_names_model_messages_and_limits(void **state)
{
    (void)state;
    struct buf buf;
    buf_init(&buf, 4096);
    struct prompt prompt = { .parts = parts, .parts_count = 2 };
    struct completion_wish wish = { .model = STR("m1"), .max_tokens = 64, .temperature = 0.2 };
    assert_int_equal(completion_write_chat(&wish, &prompt, &buf), OK);
    assert_true(str_is(buf_str(&buf),
                       "{\"model\":\"m1\",\"messages\":[{\"role\":\"system\",\"content\":\"Be "
                       "kind.\"},{\"role\":\"user\",\"content\":\"Say \\\"hi\\\"\"}],"
                       "\"max_tokens\":64,\"temperature\":0.2}"));
    buf_fini(&buf);
}

static void several_texts_may_each_be_as_long_as_an_answer(void **state)
{
    (void)state;
    struct buf buf;
    buf_init(&buf, 4096);
    struct prompt prompt = { .parts = parts, .parts_count = 2, .answers = 3 };
    struct completion_wish wish = { .max_tokens = 64 };
    assert_int_equal(completion_write_chat(&wish, &prompt, &buf), OK);
    assert_non_null(memmem(buf.ptr, buf.len, "\"max_tokens\":192,", 17));
    buf_fini(&buf);
}

static void a_schema_is_asked_for_strictly(void **state)
{
    (void)state;
    struct buf buf;
    buf_init(&buf, 4096);
    struct prompt prompt = { .parts = parts,
                             .parts_count = 1,
                             .schema_name = STR("copy"),
                             .schema = STR("{\"type\":\"object\"}") };
    struct completion_wish wish = { .max_tokens = 1 };
    assert_int_equal(completion_write_chat(&wish, &prompt, &buf), OK);
    struct str wanted = STR("\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{"
                            "\"name\":\"copy\",\"strict\":true,\"schema\":{\"type\":\"object\"}}}");
    assert_true(str_find(buf_str(&buf), wanted) < buf.len);
    assert_int_equal(str_find(buf_str(&buf), STR("\"model\"")), buf.len);
    buf_fini(&buf);
}

static const struct prompt_part whole[] = { { ROLE_SYSTEM, { "Rules. ", 7 } },
                                            { ROLE_SYSTEM, { "Facts.", 6 } },
                                            { ROLE_USER, { "Hi", 2 } } };

static void expect_chat(enum completion_json json, const char *has, const char *lacks)
{
    struct buf buf;
    buf_init(&buf, 4096);
    const struct prompt prompt = { .parts = whole,
                                   .parts_count = 3,
                                   .schema_name = STR("reply"),
                                   .schema = STR("{\"type\":\"object\"}"),
                                   .form = STR("JSON! ") };
    const struct completion_wish wish = { .max_tokens = 1, .json = json };
    assert_int_equal(completion_write_chat(&wish, &prompt, &buf), OK);
    assert_true(str_find(buf_str(&buf), str_from(has)) < buf.len);
    assert_int_equal(str_find(buf_str(&buf), str_from(lacks)), buf.len);
    buf_fini(&buf);
}

static void json_is_asked_for_as_far_as_the_backend_knows_it(void **state)
{
    (void)state;
    expect_chat(COMPLETION_SCHEMA, "{\"role\":\"system\",\"content\":\"Rules. JSON! Facts.\"}",
                "json_object");
    expect_chat(COMPLETION_SCHEMA, "\"type\":\"json_schema\"", "json_object");
    expect_chat(COMPLETION_OBJECT, "\"response_format\":{\"type\":\"json_object\"}",
                "json_schema");
    expect_chat(COMPLETION_OBJECT, "Rules. JSON! Facts.", "json_schema");
    expect_chat(COMPLETION_OFF, "{\"role\":\"system\",\"content\":\"Rules. Facts.\"}", "JSON");
    expect_chat(COMPLETION_OFF, "\"max_tokens\":1", "response_format");
}

static void a_plain_request_is_one_text(void **state)
{
    (void)state;
    struct buf buf;
    buf_init(&buf, 4096);
    struct prompt prompt = { .parts = parts, .parts_count = 2 };
    assert_int_equal(completion_write_plain(&prompt, &buf), OK);
    assert_true(str_is(buf_str(&buf), "{\"text\":\"Be kind.\\n\\nSay \\\"hi\\\"\"}"));
    buf_fini(&buf);
}

static void a_plain_request_says_who_spoke_in_a_conversation(void **state)
{
    (void)state;
    static const struct prompt_part talk[] = { { ROLE_SYSTEM, { "Be kind.", 8 } },
                                               { ROLE_USER, { "a", 1 } },
                                               { ROLE_ASSISTANT, { "b", 1 } },
                                               { ROLE_USER, { "c", 1 } } };
    struct buf buf;
    buf_init(&buf, 4096);
    struct prompt prompt = { .parts = talk, .parts_count = 4 };
    assert_int_equal(completion_write_plain(&prompt, &buf), OK);
    assert_true(str_is(buf_str(&buf), "{\"text\":\"Be kind.\\n\\nCustomer: a\\n\\nAssistant: b"
                                      "\\n\\nCustomer: c\\n\\nAssistant:\"}"));
    buf_fini(&buf);
}

static void a_request_that_is_too_large_is_not_half_written(void **state)
{
    (void)state;
    struct buf buf;
    buf_init(&buf, 24);
    struct prompt prompt = { .parts = parts, .parts_count = 2 };
    struct completion_wish wish = { .max_tokens = 1 };
    assert_int_equal(completion_write_chat(&wish, &prompt, &buf), ERR_FULL);
    assert_int_equal(completion_write_plain(&prompt, &buf), ERR_FULL);
    assert_int_equal(buf.len, 0);
    buf_fini(&buf);
}

struct answer_kit {
    struct arena arena;
    struct completion got;
    struct note note;
};

typedef enum err read_fn(struct arena *arena, struct str body, struct completion *ret_completion,
                         struct note *note);

static enum err read_with(read_fn *read, const char *body, struct answer_kit *kit)
{
    *kit = (struct answer_kit){ .got = { .tokens_in = 99 } };
    arena_init(&kit->arena, 1 << 16);
    enum err err = read(&kit->arena, str_from(body), &kit->got, &kit->note);
    assert_true(err == OK || kit->got.text.len == 0);
    assert_true(err == OK || kit->note.text[0] != '\0');
    return err;
}

static void refuse_with(read_fn *read, const char *body, enum err err)
{
    struct answer_kit kit;
    assert_int_equal(read_with(read, body, &kit), err);
    assert_null(strstr(kit.note.text, "secret"));
    arena_fini(&kit.arena);
}

static void refuse_chat(const char *body, enum err err)
{
    refuse_with(completion_read_chat, body, err);
}

static void an_answer_comes_with_model_and_tokens(void **state)
{
    (void)state;
    struct answer_kit kit;
    assert_int_equal(read_with(completion_read_chat,
                               "{\"id\":\"x\",\"model\":\"m1-2025\",\"choices\":[{\"index\":0,"
                               "\"message\":{\"role\":\"assistant\",\"content\":\"\\u4f60\\u597d\","
                               "\"refusal\":null},\"finish_reason\":\"stop\"}],\"usage\":{"
                               "\"prompt_tokens\":12,\"completion_tokens\":3,"
                               "\"prompt_tokens_details\":{\"cached_tokens\":8}}}",
                               &kit),
                     OK);
    assert_true(str_is(kit.got.text, "你好"));
    assert_true(str_is(kit.got.model, "m1-2025"));
    assert_int_equal(kit.got.tokens_in, 12);
    assert_int_equal(kit.got.tokens_out, 3);
    assert_int_equal(kit.got.tokens_cached, 8);
    arena_fini(&kit.arena);
}

static void what_is_only_told_for_information_spoils_nothing(void **state)
{
    (void)state;
    static const char *const extras[] = {
        "", ",\"usage\":null,\"model\":null", ",\"usage\":[],\"model\":7",
        ",\"usage\":{\"prompt_tokens\":\"12\",\"completion_tokens\":-3}",
        ",\"usage\":{\"prompt_tokens\":1e300,\"completion_tokens\":0.5}",
    };
    for (size_t i = 0; i < countof(extras); i++) {
        char body[256];
        struct answer_kit kit;
        snprintf(body, sizeof(body), "{\"choices\":[{\"message\":{\"content\":\"hi\"}}]%s}",
                 extras[i]);
        assert_int_equal(read_with(completion_read_chat, body, &kit), OK);
        assert_true(str_is(kit.got.text, "hi"));
        assert_int_equal(kit.got.model.len, 0);
        assert_int_equal(kit.got.tokens_in, -1);
        assert_int_equal(kit.got.tokens_out, -1);
        arena_fini(&kit.arena);
    }
}

static void an_answer_that_is_no_answer_is_refused(void **state)
{
    (void)state;
    refuse_chat("", ERR_ANSWER);
    refuse_chat("<html>secret</html>", ERR_ANSWER);
    refuse_chat("[]", ERR_ANSWER);
    refuse_chat("{}", ERR_ANSWER);
    refuse_chat("{\"choices\":[]}", ERR_ANSWER);
    refuse_chat("{\"choices\":{}}", ERR_ANSWER);
    refuse_chat("{\"choices\":[null]}", ERR_ANSWER);
    refuse_chat("{\"choices\":[\"secret\"]}", ERR_ANSWER);
    refuse_chat("{\"choices\":[{}]}", ERR_ANSWER);
    refuse_chat("{\"choices\":[{\"message\":\"secret\"}]}", ERR_ANSWER);
    refuse_chat("{\"choices\":[{\"message\":{}}]}", ERR_ANSWER);
    refuse_chat("{\"choices\":[{\"message\":{\"content\":null}}]}", ERR_ANSWER);
    refuse_chat("{\"choices\":[{\"message\":{\"content\":7}}]}", ERR_ANSWER);
    refuse_chat("{\"choices\":[{\"message\":{\"content\":[\"secret\"]}}]}", ERR_ANSWER);
    refuse_chat("{\"choices\":[{\"message\":{\"content\":\" \\n\"}}]}", ERR_ANSWER);
    refuse_chat("{\"choices\":[{\"message\":{\"content\":\"secret\\u0000\"}}]}", ERR_ANSWER);
    refuse_chat("{\"choices\":[{\"message\":{\"content\":\"secret\xff\"}}]}", ERR_ANSWER);
    refuse_chat("{\"choices\":[{\"message\":{\"content\":\"a\",\"content\":\"b\"}}]}", ERR_ANSWER);
    refuse_chat("{\"choices\":[{\"message\":{\"content\":\"hi\"}}]} x", ERR_ANSWER);
    refuse_chat("{\"choices\":[{\"message\":{\"content\":\"hi\"},\"finish_reason\":7}]}",
                ERR_ANSWER);
}

static void an_answer_that_was_cut_off_is_refused(void **state)
{
    (void)state;
    refuse_chat("{\"choices\":[{\"message\":{\"content\":\"secret\"},"
                "\"finish_reason\":\"length\"}]}",
                ERR_ANSWER);
}

static void what_an_answer_took_is_told_though_it_is_of_no_use(void **state)
{
    (void)state;
    static const struct {
        const char *choice;
        enum err err;
    } cases[] = {
        { "{\"message\":{\"content\":\"secret\"},\"finish_reason\":\"length\"}", ERR_ANSWER },
        { "{\"message\":{\"content\":\" \"}}", ERR_ANSWER },
        { "{\"message\":{\"content\":null,\"refusal\":\"secret\"}}", ERR_REFUSED },
        { "{}", ERR_ANSWER },
    };
    for (size_t i = 0; i < countof(cases); i++) {
        char body[256];
        struct answer_kit kit;
        snprintf(body, sizeof(body),
                 "{\"model\":\"m1\",\"choices\":[%s],\"usage\":{\"prompt_tokens\":12,"
                 "\"completion_tokens\":64}}",
                 cases[i].choice);
        assert_int_equal(read_with(completion_read_chat, body, &kit), cases[i].err);
        assert_int_equal(kit.got.tokens_in, 12);
        assert_int_equal(kit.got.tokens_out, 64);
        assert_true(str_is(kit.got.model, "m1"));
        arena_fini(&kit.arena);
    }
}

static void a_model_that_does_not_want_is_not_asked_again(void **state)
{
    (void)state;
    refuse_chat("{\"choices\":[{\"message\":{\"content\":null,\"refusal\":\"secret\"}}]}",
                ERR_REFUSED);
    refuse_chat("{\"choices\":[{\"message\":{\"content\":\"\"},"
                "\"finish_reason\":\"content_filter\"}]}",
                ERR_REFUSED);
}

static void an_error_in_place_of_an_answer_is_the_backends_failure(void **state)
{
    (void)state;
    refuse_chat("{\"error\":{\"message\":\"secret\"}}", ERR_BACKEND);
    refuse_chat("{\"error\":\"secret\",\"choices\":[]}", ERR_BACKEND);
    refuse_with(completion_read_plain, "{\"error\":\"secret\"}", ERR_BACKEND);
}

static void a_plain_answer_is_a_text(void **state)
{
    (void)state;
    struct answer_kit kit;
    assert_int_equal(read_with(completion_read_plain, "{\"response\":\"hi\",\"x\":1}", &kit), OK);
    assert_true(str_is(kit.got.text, "hi"));
    arena_fini(&kit.arena);
    refuse_with(completion_read_plain, "{}", ERR_ANSWER);
    refuse_with(completion_read_plain, "{\"response\":\"\"}", ERR_ANSWER);
    refuse_with(completion_read_plain, "{\"response\":[\"secret\"]}", ERR_ANSWER);
    refuse_with(completion_read_plain, "secret", ERR_ANSWER);
}

static void only_a_plain_word_is_taken_for_an_error_code(void **state)
{
    (void)state;
    char out[COMPLETION_CODE_BYTES];
    assert_true(str_is(completion_error_code(
                           STR("{\"error\":{\"code\":\"context_length_exceeded\"}}"), out),
                       "context_length_exceeded"));
    assert_true(str_is(
        completion_error_code(STR("{\"error\":{\"code\":400,\"type\":\"bad.request\"}}"), out),
        "bad.request"));
    assert_int_equal(completion_error_code(STR("{\"error\":{\"code\":\"my name is\"}}"), out).len,
                     0);
    assert_int_equal(completion_error_code(STR("{\"error\":\"secret\"}"), out).len, 0);
    assert_int_equal(completion_error_code(STR("secret"), out).len, 0);
    assert_int_equal(completion_error_code(STR_NONE, out).len, 0);
    struct str longest = STR("{\"error\":{\"code\":\"aaaaaaaaaaaaaaaaaaaaaaaaa"
                             "aaaaaaaaaaaaaaaaaaaaaaaa\"}}");
    assert_int_equal(completion_error_code(longest, out).len, 0);
}

static void no_memory_is_told_as_such(void **state)
{
    (void)state;
    enum err err = ERR_NOMEM;
    for (long nth = 1; err != OK; nth++) {
        struct answer_kit kit = { .got = { .tokens_in = -1 } };
        assert_true(nth < 200);
        arena_init(&kit.arena, 1 << 16);
        mem_fail_nth(nth);
        err = completion_read_chat(
            &kit.arena,
            STR("{\"choices\":[{\"message\":{\"content\":\"hi\"}}],\"model\":\"m\",\"usage\":{}}"),
            &kit.got, NULL);
        assert_true(err == OK || err == ERR_NOMEM);
        arena_fini(&kit.arena);
    }
    mem_fail_nth(0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_chat_request_names_model_messages_and_limits),
        cmocka_unit_test(several_texts_may_each_be_as_long_as_an_answer),
        cmocka_unit_test(a_schema_is_asked_for_strictly),
        cmocka_unit_test(json_is_asked_for_as_far_as_the_backend_knows_it),
        cmocka_unit_test(a_plain_request_is_one_text),
        cmocka_unit_test(a_plain_request_says_who_spoke_in_a_conversation),
        cmocka_unit_test(a_request_that_is_too_large_is_not_half_written),
        cmocka_unit_test(an_answer_comes_with_model_and_tokens),
        cmocka_unit_test(what_is_only_told_for_information_spoils_nothing),
        cmocka_unit_test(an_answer_that_is_no_answer_is_refused),
        cmocka_unit_test(an_answer_that_was_cut_off_is_refused),
        cmocka_unit_test(what_an_answer_took_is_told_though_it_is_of_no_use),
        cmocka_unit_test(a_model_that_does_not_want_is_not_asked_again),
        cmocka_unit_test(an_error_in_place_of_an_answer_is_the_backends_failure),
        cmocka_unit_test(a_plain_answer_is_a_text),
        cmocka_unit_test(only_a_plain_word_is_taken_for_an_error_code),
        cmocka_unit_test(no_memory_is_told_as_such),
    };
    json_setup(1);
    return cmocka_run_group_tests_name("completion", tests, NULL, NULL);
}
