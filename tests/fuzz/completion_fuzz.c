/* Whatever a model backend answers: read or refused, never more. */
#include "common/utf8.h"
#include "worker/answer/completion.h"

typedef enum err read_fn(struct arena *arena, struct str body, struct completion *ret_completion,
                         struct note *note);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void fuzz_read(read_fn *read, struct str body)
{
    struct arena arena;
    struct completion completion = { .text = STR_NONE };
    struct note note = { .text = "" };
    arena_init(&arena, 1 << 20);
    enum err err = read(&arena, body, &completion, &note);
    assert(err == OK || err == ERR_ANSWER || err == ERR_REFUSED || err == ERR_BACKEND ||
           err == ERR_NOMEM);
    if (err == OK) {
        assert(utf8_check(completion.text, NULL) == OK);
        assert(memchr(completion.text.ptr, '\0', completion.text.len) == NULL);
    }
    assert(err == OK || completion.text.len == 0);
    assert(completion.tokens_in >= -1 && completion.tokens_out >= -1);
    arena_fini(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    char code[COMPLETION_CODE_BYTES];
    struct str body = { (const char *)bytes, len };
    fuzz_read(completion_read_chat, body);
    fuzz_read(completion_read_plain, body);
    assert(completion_error_code(body, code).len < sizeof(code));
    return 0;
}
