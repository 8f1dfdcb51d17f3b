/* Secrets and certificates from files: what is taken, and what is said of the rest. */
#include "tests/unit/cm.h"
#include <string.h>
#include <unistd.h>

#include "common/mem.h"
#include "tests/unit/temporary.h"
#include "worker/adapter/secret_file.h"

struct file {
    char path[TEMPORARY_BYTES];
};

static struct file file_of(const char *bytes, size_t len)
{
    struct file file;
    temporary_name(file.path);
    int fd = mkstemp(file.path);
    assert_int_equal(write(fd, bytes, len), len);
    close(fd);
    return file;
}

/* "" and the note's text when it was refused. */
static enum err read_bytes(const char *bytes, size_t len, enum secret_kind kind, struct buf *buf,
                           struct note *note)
{
    struct file file = file_of(bytes, len);
    buf_init(buf, SECRET_BYTES_MAX);
    enum err err = secret_file_read("model.key.file", file.path, kind, buf, note);
    assert_true(err == OK || strstr(note->text, "model.key.file: ") != NULL);
    unlink(file.path);
    return err;
}

static void takes(const char *bytes, size_t len, enum secret_kind kind, struct str wanted)
{
    struct buf buf;
    struct note note = { .text = "" };
    assert_int_equal(read_bytes(bytes, len, kind, &buf, &note), OK);
    assert_true(str_eq(buf_str(&buf), wanted));
    assert_int_equal(buf.ptr[buf.len], '\0');
    secret_forget(&buf);
    assert_null(buf.ptr);
}

static void refuses(const char *bytes, size_t len, enum secret_kind kind, const char *why)
{
    struct buf buf;
    struct note note = { .text = "" };
    assert_int_equal(read_bytes(bytes, len, kind, &buf, &note), ERR_CONFIG);
    assert_non_null(strstr(note.text, why));
    assert_null(strstr(note.text, "hunter2"));
    secret_forget(&buf);
}

static void one_newline_at_the_end_does_not_count(void **state)
{
    (void)state;
    takes("sk-1", 4, SECRET_TEXT, STR("sk-1"));
    takes("sk-1\n", 5, SECRET_TEXT, STR("sk-1"));
    takes("sk-1\r\n", 6, SECRET_TEXT, STR("sk-1"));
    takes("\0\x01\n\n", 4, SECRET_BYTES, (struct str){ "\0\x01\n", 3 });
}

static void a_text_is_one_line_of_printable_characters(void **state)
{
    (void)state;
    refuses("hunter2\nhunter2\n", 16, SECRET_TEXT, "one line");
    refuses("hunter2\0x", 9, SECRET_TEXT, "one line");
    refuses("hunter2\t", 8, SECRET_TEXT, "one line");
    refuses("", 0, SECRET_TEXT, "is empty");
    refuses("\n", 1, SECRET_BYTES, "is empty");
}

static void what_is_too_large_is_no_secret(void **state)
{
    (void)state;
    static char bytes[SECRET_BYTES_MAX + 1];
    memset(bytes, 'x', sizeof(bytes));
    takes(bytes, SECRET_BYTES_MAX, SECRET_TEXT, (struct str){ bytes, SECRET_BYTES_MAX });
    refuses(bytes, SECRET_BYTES_MAX + 1, SECRET_TEXT, "more than 65536 bytes");
}

static void a_file_that_is_not_there_is_named(void **state)
{
    (void)state;
    struct buf buf;
    struct note note = { .text = "" };
    buf_init(&buf, SECRET_BYTES_MAX);
    assert_int_equal(
        secret_file_read("store.password.file", "/nonexistent/p", SECRET_TEXT, &buf, &note),
        ERR_CONFIG);
    assert_non_null(strstr(note.text, "store.password.file: /nonexistent/p"));
    assert_int_equal(text_file_read("prompt.file", "/tmp", 100, &buf, &note), ERR_CONFIG);
    assert_non_null(strstr(note.text, "prompt.file: /tmp"));
    assert_int_equal(text_file_read("--day", "/tmp", 100, &buf, &note), ERR_INPUT);
    secret_forget(&buf);
}

static void a_text_file_may_be_empty(void **state)
{
    (void)state;
    struct buf buf;
    struct file file = file_of("", 0);
    buf_init(&buf, 100);
    assert_int_equal(text_file_read("prompt.file", file.path, 100, &buf, NULL), OK);
    assert_int_equal(buf.len, 0);
    unlink(file.path);
    secret_forget(&buf);
}

static void a_certificate_file_looks_like_one(void **state)
{
    (void)state;
    struct note note = { .text = "" };
    struct file good = file_of("# ours\n-----BEGIN CERTIFICATE-----\n", 35);
    struct file bad = file_of("hello", 5);
    assert_int_equal(pem_file_check("model.ca.file", good.path, &note), OK);
    assert_int_equal(pem_file_check("model.ca.file", bad.path, &note), ERR_CONFIG);
    assert_non_null(strstr(note.text, "model.ca.file: "));
    unlink(good.path);
    unlink(bad.path);
}

static void no_memory_is_told(void **state)
{
    (void)state;
    struct buf buf;
    struct file file = file_of("sk-1", 4);
    buf_init(&buf, SECRET_BYTES_MAX);
    mem_fail_nth(1);
    assert_int_equal(secret_file_read("x.file", file.path, SECRET_TEXT, &buf, NULL), ERR_NOMEM);
    mem_fail_nth(0);
    unlink(file.path);
    secret_forget(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_newline_at_the_end_does_not_count),
        cmocka_unit_test(a_text_is_one_line_of_printable_characters),
        cmocka_unit_test(what_is_too_large_is_no_secret),
        cmocka_unit_test(a_file_that_is_not_there_is_named),
        cmocka_unit_test(a_text_file_may_be_empty),
        cmocka_unit_test(a_certificate_file_looks_like_one),
        cmocka_unit_test(no_memory_is_told),
    };
    return cmocka_run_group_tests_name("adapter_secret_file", tests, NULL, NULL);
}
