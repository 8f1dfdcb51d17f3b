/* Any file of settings: refused with a line, or read, checked, and printed as a file that reads
 * back as the same settings. Its first line goes into the command line and the environment as
 * well. */
#include "common/conf.h"
#include "common/properties.h"
#include "tests/fuzz/check.h"

#define ENTRY_BYTES 512
#define PRINT_BYTES_MAX ((size_t)1 << 20)

/* What the file says, key by key. */
static void check_properties(struct str bytes)
{
    struct properties properties = properties_of(bytes);
    struct property property;
    struct note note = { .text = "" };
    struct arena arena;
    size_t line = 0;
    arena_init(&arena, 1 << 20);
    enum err err = properties_next(&properties, &arena, &property, &note);
    while (err == OK && property.key.len > 0) {
        CHECK(properties.line > line);
        line = properties.line;
        CHECK(utf8_check(property.key, NULL) == OK && utf8_check(property.value, NULL) == OK);
        CHECK(strlen(property.key.ptr) == property.key.len);
        CHECK(strlen(property.value.ptr) == property.value.len);
        err = properties_next(&properties, &arena, &property, &note);
    }
    if (err == ERR_CONFIG) {
        CHECK(properties.line > line);
        check_note(note.text, sizeof(note.text));
    }
    CHECK(err == OK || err == ERR_CONFIG || err == ERR_NOMEM);
    arena_fini(&arena);
}

static void check_err(enum err err, const struct note *note)
{
    CHECK(err == OK || err == ERR_CONFIG || err == ERR_NOMEM);
    if (err == ERR_CONFIG) {
        check_note(note->text, sizeof(note->text));
    }
}

/* Secrets are masked where they are printed, so their values may differ. */
static void check_same(const struct conf *conf, const struct conf *again)
{
    for (size_t i = 0; i < CONF_COUNT; i++) {
        enum conf_id id = (enum conf_id)i;
        CHECK(str_eq(conf_str(conf, id), conf_str(again, id)));
    }
    CHECK(conf_kafka_count(conf) == conf_kafka_count(again));
    for (size_t i = 0; i < conf_kafka_count(conf); i++) {
        CHECK(strcmp(conf_kafka_at(conf, i)->key, conf_kafka_at(again, i)->key) == 0);
        CHECK(conf_kafka_at(conf, i)->side == conf_kafka_at(again, i)->side);
    }
}

static void check_print(const struct conf *conf)
{
    struct buf buf;
    struct conf *again = conf_create();
    buf_init(&buf, PRINT_BYTES_MAX);
    CHECK(again && conf_print(conf, &buf) == OK);
    CHECK(conf_read_file(again, "printed", buf_str(&buf), NULL) == OK);
    check_same(conf, again);
    buf_fini(&buf);
    conf_destroy(again);
}

/* NUL-terminated, with a name in front. */
static void check_entry(const char *name, struct str value, bool is_argument)
{
    char entry[ENTRY_BYTES];
    char *environment[] = { entry, NULL };
    struct note note = { .text = "" };
    struct conf *conf = conf_create();
    CHECK(conf);
    snprintf(entry, sizeof(entry), "%s%.*s", name, STR_ARG(str_slice(value, 0, ENTRY_BYTES / 2)));
    enum err err = is_argument ? conf_read_argument(conf, entry, &note)
                               : conf_read_env(conf, environment, &note);
    if (is_argument && err == ERR_USAGE) { /* it is no key=value */
        CHECK(note.text[0] != '\0');
    } else {
        check_err(err, &note);
    }
    conf_destroy(conf);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct str file = { (const char *)bytes, len };
    struct str rest = file;
    struct str line = check_line(&rest);
    struct note note = { .text = "" };
    struct conf *conf = conf_create();
    CHECK(conf);
    check_properties(file);
    enum err err = conf_read_file(conf, "deskhand.properties", file, &note);
    check_err(err, &note);
    if (err == OK) {
        check_print(conf);
        check_err(conf_check(conf, &note), &note);
    }
    check_entry("", line, true);
    check_entry("", line, false);
    check_entry("DESKHAND_", line, false);
    conf_destroy(conf);
    return 0;
}
