/* Any bytes: no JSON, with a reason and a place, or a tree that can be walked, pointed into,
 * written and read again as the same. */
#include "common/json.h"
#include "common/json_scan.h"
#include "tests/fuzz/check.h"

#define BYTES_MAX ((size_t)1 << 16)
#define WALKED_MAX 10000

struct walk {
    size_t left; /* of the values that are still looked at */
    size_t depth;
    struct note *note;
};

/* Every getter must say yes or no to every value, and name its place. */
static void walk_value(struct walk *walk, const struct json_at *at)
{
    static const char *const names[] = { "a", "answer" };
    struct str text;
    int64_t number;
    double real;
    bool flag;
    size_t index;
    enum err errs[] = {
        json_may_text(at, NULL, 1, 64, &text),     json_may_int(at, NULL, -9, 9, &number),
        json_may_number(at, NULL, -9, 9, &real),   json_may_bool(at, NULL, &flag),
        json_may_enum(at, NULL, names, 2, &index), json_may_time(at, NULL, &number),
    };
    size_t taken = 0;
    for (size_t i = 0; i < countof(errs); i++) {
        CHECK(errs[i] == OK || errs[i] == ERR_SCHEMA || errs[i] == ERR_NOMEM);
        taken += errs[i] == OK;
    }
    CHECK(at->value ? taken < countof(errs) : taken == countof(errs));
    CHECK(json_fault(at, NULL, "is here") == ERR_SCHEMA);
    CHECK(walk->depth == 0 || walk->note->pointer[0] == '/');
    CHECK(utf8_check(str_from(walk->note->pointer), NULL) == OK);
}

static void walk_all(struct walk *walk, const struct json_at *at);

static void walk_into(struct walk *walk, const struct json_at *at)
{
    CHECK(walk->depth <= JSON_DEPTH_MAX);
    if (walk->left > 0) {
        walk->left--;
        walk->depth++;
        walk_all(walk, at);
        walk->depth--;
    }
}

/* As deep as a text may nest, which json_read() has checked. */
static void walk_all(struct walk *walk, const struct json_at *at)
{
    walk_value(walk, at);
    if (json_kind_of(at, NULL) == KIND_ARRAY) {
        for (size_t i = 0; i < json_count(at); i++) {
            struct json_at element = json_element(at, i);
            walk_into(walk, &element);
        }
    }
    if (json_kind_of(at, NULL) == KIND_OBJECT) {
        struct json_at member = { .value = NULL };
        while (json_next(at, &member)) {
            struct json_at same = json_member(at, member.key);
            CHECK(same.value == member.value);
            walk_into(walk, &member);
        }
    }
}

static void check_again(struct json_t *root)
{
    struct json_t *again = NULL;
    struct buf once;
    struct buf twice;
    buf_init(&once, 16 * BYTES_MAX);
    buf_init(&twice, 16 * BYTES_MAX);
    CHECK(json_write(root, &once) == OK);
    CHECK(json_read(buf_str(&once), 16 * BYTES_MAX, &again, NULL) == OK);
    CHECK(json_write(again, &twice) == OK);
    CHECK(str_eq(buf_str(&once), buf_str(&twice)));
    json_drop(&again);
    buf_fini(&once);
    buf_fini(&twice);
}

/* What is read fast is what jansson reads. */
static void check_scan(struct str bytes)
{
    json_t *tree;
    if (utf8_check(bytes, NULL) != OK || json_scan(bytes, &tree) != SCAN_DONE) {
        return;
    }
    json_t *other = json_loadb(bytes.ptr, bytes.len, JSON_REJECT_DUPLICATES, NULL);
    CHECK(other && json_equal(tree, other));
    json_decref(tree);
    json_decref(other);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct json_t *root = NULL;
    struct arena arena;
    struct note note = { .text = "" };
    json_setup(1);
    check_scan((struct str){ (const char *)bytes, len });
    arena_init(&arena, 1 << 20);
    enum err err = json_read((struct str){ (const char *)bytes, len }, BYTES_MAX, &root, &note);
    CHECK((err == OK) == (root != NULL));
    if (err != OK) {
        CHECK(err_class(err) == ERR_CLASS_REJECT);
        check_note(note.text, sizeof(note.text));
    } else {
        const struct json_in in = { &arena, &note };
        struct json_at at = json_root(root, &in);
        struct walk walk = { .left = WALKED_MAX, .note = &note };
        walk_all(&walk, &at);
        check_again(root);
    }
    json_drop(&root);
    arena_fini(&arena);
    return 0;
}
