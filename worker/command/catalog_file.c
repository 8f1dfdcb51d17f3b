/* catalog_file.c - see catalog_file.h. */
#include "worker/command/catalog_file.h"

#include "common/utf8.h"
#include "worker/adapter/secret_file.h"
#include "worker/answer/catalog_csv.h"

#define CATALOG_FILE_HEADER_BYTES ((size_t)1 << 20)

struct catalog_reading {
    const struct catalog_file *file;
    struct catalog *catalog;
    struct note *note;
};

static enum err catalog_file_refuse(const struct catalog_reading *reading, size_t line,
                                    enum err err, const struct note *why)
{
    note_set(reading->note, "%s:%zu: %s%s%s", reading->file->path, line,
             why->text[0] ? why->text : err_text(err), why->pointer[0] ? " at " : "",
             why->pointer);
    return err;
}

/* Nothing but its sku, and perhaps its tenant. */
static bool catalog_file_is_removal(const struct json_at *root)
{
    bool has_sku = false;
    for (struct json_at member = { 0 }; json_next(root, &member);) {
        bool is_sku = str_is(str_from(member.key), "sku");
        if (!is_sku && !str_is(str_from(member.key), "tenant")) {
            return false;
        }
        has_sku = has_sku || is_sku;
    }
    return has_sku;
}

enum err catalog_file_take_entry(struct catalog *catalog, struct str json, size_t value_bytes_max,
                                 struct note *note)
{
    CLEANUP(json_drop) struct json_t *tree = NULL;
    CLEANUP(arena_fini) struct arena arena;
    arena_init(&arena, EVENT_ARENA_BYTES(value_bytes_max));
    const struct json_in in = { &arena, note };
    struct event *event = NULL;
    TRY(json_read(json, value_bytes_max, &tree, note));
    struct json_at root = json_root(tree, &in);
    if (catalog_file_is_removal(&root)) {
        struct event gone = { .kind = EVENT_PRODUCT, .product = { .removed = true } };
        TRY(json_want_text(&root, "sku", 1, 256, &gone.product.sku));
        TRY(json_may_text(&root, "tenant", 1, 256, &gone.tenant));
        return catalog_apply(catalog, &gone);
    }
    const struct event_limits limits = { .value_bytes_max = value_bytes_max };
    const struct record record = { .topic = TOPIC_CATALOG,
                                   .leader_epoch = -1,
                                   .timestamp_wall_ms = -1,
                                   .value = json,
                                   .has_value = true };
    TRY(event_decode(&in, &record, STR("catalog"), &limits, &event));
    return catalog_apply(catalog, event);
}

static enum err catalog_file_take(const struct catalog_reading *reading, size_t line,
                                  struct str json)
{
    struct note why = { .text = "" };
    enum err err =
        catalog_file_take_entry(reading->catalog, json, reading->file->value_bytes_max, &why);
    return err == OK ? OK : catalog_file_refuse(reading, line, err, &why);
}

static enum err catalog_file_lines(const struct catalog_reading *reading, struct str text)
{
    struct str rest = utf8_without_mark(text);
    struct str line;
    for (size_t number = 1; str_split(&rest, '\n', &line); number++) {
        struct str json = str_trim(line);
        TRY(json.len > 0 ? catalog_file_take(reading, number, json) : OK);
    }
    return OK;
}

static enum err catalog_file_rows(const struct catalog_reading *reading, struct str text)
{
    CLEANUP(arena_fini) struct arena header;
    struct catalog_csv csv;
    struct note why = { .text = "" };
    arena_init(&header, CATALOG_FILE_HEADER_BYTES);
    enum err err = catalog_csv_open(&header, text, &csv, &why);
    if (err != OK) {
        return catalog_file_refuse(reading, 1, err, &why);
    }
    for (;;) {
        CLEANUP(arena_fini) struct arena arena;
        struct str json;
        arena_init(&arena, EVENT_ARENA_BYTES(reading->file->value_bytes_max));
        err = catalog_csv_next(&arena, &csv, &json, &why);
        if (err != OK) {
            return catalog_file_refuse(reading, csv.line, err, &why);
        }
        if (!json.ptr) {
            return OK;
        }
        TRY(catalog_file_take(reading, csv.line, json));
    }
}

/* A table made elsewhere is often in another encoding; the line tells where to look. */
static enum err catalog_file_check(const struct catalog_reading *reading, struct str text)
{
    size_t bad_at = 0;
    if (utf8_check(text, &bad_at) == OK) {
        return OK;
    }
    size_t line = 1;
    for (size_t at = 0; at < bad_at; at++) {
        line += text.ptr[at] == '\n';
    }
    note_set(reading->note, "%s: %s:%zu: is not UTF-8; iconv -f GBK -t UTF-8 helps with GBK",
             reading->file->setting, reading->file->path, line);
    return ERR_CONFIG;
}

static bool catalog_file_is_table(const char *path)
{
    size_t len = strlen(path);
    return len > 4 && str_eq_ascii_case((struct str){ path + len - 4, 4 }, STR(".csv"));
}

enum err catalog_file_read(const struct catalog_file *file, struct catalog *catalog,
                           struct note *note)
{
    const struct catalog_reading reading = { file, catalog, note };
    CLEANUP(buf_fini) struct buf bytes;
    buf_init(&bytes, CATALOG_FILE_BYTES_MAX);
    TRY(text_file_read(file->setting, file->path, CATALOG_FILE_BYTES_MAX - 1, &bytes, note));
    TRY(catalog_file_check(&reading, buf_str(&bytes)));
    return catalog_file_is_table(file->path) ? catalog_file_rows(&reading, buf_str(&bytes))
                                             : catalog_file_lines(&reading, buf_str(&bytes));
}
