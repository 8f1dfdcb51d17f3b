/* difference.c - see difference.h. */
#include "worker/answer/difference.h"

#include "common/json.h"
#include "common/utf8.h"

/* As long as a payload of ours can be. */
#define STATEMENT_BYTES_MAX ((size_t)4 << 20)

static const char *const statement_left_out[] = { "id", "created_at", "source" };

static const char *const statement_letter_headers[] = { "x-dlq-reason", "x-dlq-class",
                                                        "x-dlq-detail", "x-dlq-pointer" };
#define STATEMENT_LETTER_PREFIX (sizeof("x-dlq-") - 1)

static bool statement_is_left_out(const char *name)
{
    for (size_t i = 0; i < countof(statement_left_out); i++) {
        if (strcmp(name, statement_left_out[i]) == 0) {
            return true;
        }
    }
    return false;
}

static enum err statement_add(struct arena *arena, struct statement *statement,
                              const struct statement_field *field)
{
    if (statement->fields_count == STATEMENT_FIELDS_MAX) {
        return ERR_FULL;
    }
    struct statement_field *added = &statement->fields[statement->fields_count];
    added->is_text = field->is_text;
    TRY(arena_copy(arena, field->name, &added->name));
    TRY(arena_copy(arena, field->value, &added->value));
    statement->fields_count++;
    return OK;
}

static enum err statement_add_member(struct arena *arena, struct statement *statement,
                                     const struct json_at *member)
{
    struct statement_field field = { .name = str_from(member->key) };
    CLEANUP(buf_fini) struct buf buf;
    buf_init(&buf, STATEMENT_BYTES_MAX);
    if (json_kind_of(member, NULL) == KIND_TEXT) {
        field.is_text = true;
        TRY(json_want_text(member, NULL, 0, STATEMENT_BYTES_MAX, &field.value));
    } else if (member->value) {
        TRY(json_write(member->value, &buf));
        field.value = buf_str(&buf);
    } else {
        field.value = STR("null");
    }
    return statement_add(arena, statement, &field);
}

static enum err statement_read_payload(struct arena *arena, struct str value,
                                       struct statement *statement)
{
    CLEANUP(json_drop) struct json_t *root = NULL;
    TRY(json_read(value, STATEMENT_BYTES_MAX, &root, NULL));
    const struct json_in in = { .arena = arena };
    struct json_at at = json_root(root, &in);
    struct json_at member = { 0 };
    while (json_next(&at, &member)) {
        if (!statement_is_left_out(member.key)) {
            TRY(statement_add_member(arena, statement, &member));
        }
    }
    return OK;
}

static enum err statement_read_letter(struct arena *arena, const struct record *record,
                                      struct statement *statement)
{
    for (size_t i = 0; i < countof(statement_letter_headers); i++) {
        const char *name = statement_letter_headers[i];
        struct statement_field field = { .name = str_from(name + STATEMENT_LETTER_PREFIX),
                                         .is_text = true };
        if (record_header(record, name, &field.value) && utf8_check(field.value, NULL) == OK) {
            TRY(statement_add(arena, statement, &field));
        }
    }
    return OK;
}

enum err statement_read(struct arena *arena, enum outcome_kind kind, const struct record *record,
                        struct statement *ret_statement)
{
    struct statement statement = statement_of_kind(kind);
    if (kind == OUTCOME_DEAD_LETTER) {
        TRY(statement_read_letter(arena, record, &statement));
    } else {
        TRY(statement_read_payload(arena, record->value, &statement));
    }
    *ret_statement = statement;
    return OK;
}

struct statement statement_of_kind(enum outcome_kind kind)
{
    return (struct statement){ .is_known = true, .kind = kind };
}

bool statement_speaks(const struct statement *statement)
{
    return statement->is_known && statement->kind != OUTCOME_DUPLICATE &&
           statement->kind != OUTCOME_NOTHING;
}

const struct statement_field *statement_find(const struct statement *statement, struct str name)
{
    for (size_t i = 0; i < statement->fields_count; i++) {
        if (str_eq(statement->fields[i].name, name)) {
            return &statement->fields[i];
        }
    }
    return NULL;
}

const char *verdict_name(enum verdict verdict)
{
    static const char *const names[VERDICT_COUNT] = { "same", "changed", "only_recorded",
                                                      "only_new" };
    assert((size_t)verdict < countof(names));
    return names[verdict];
}

static void difference_add(struct difference *difference, const struct statement_field *recorded,
                           const struct statement_field *fresh)
{
    bool is_same = recorded && fresh && recorded->is_text == fresh->is_text &&
                   str_eq(recorded->value, fresh->value);
    if (is_same) {
        return;
    }
    difference->fields[difference->fields_count++] = (struct difference_field){
        .name = recorded ? recorded->name : fresh->name, .recorded = recorded, .fresh = fresh
    };
}

/* In the order in which the recorded one has them, then what only the new one has. */
static void difference_walk(const struct statement *recorded, const struct statement *fresh,
                            struct difference *difference)
{
    for (size_t i = 0; i < recorded->fields_count; i++) {
        const struct statement_field *field = &recorded->fields[i];
        difference_add(difference, field, statement_find(fresh, field->name));
    }
    for (size_t i = 0; i < fresh->fields_count; i++) {
        const struct statement_field *field = &fresh->fields[i];
        if (!statement_find(recorded, field->name)) {
            difference_add(difference, NULL, field);
        }
    }
}

static enum verdict difference_silent(const struct statement *recorded,
                                      const struct statement *fresh)
{
    if (statement_speaks(recorded)) {
        return VERDICT_ONLY_RECORDED;
    }
    if (statement_speaks(fresh)) {
        return VERDICT_ONLY_NEW;
    }
    bool is_same = !recorded->is_known || recorded->kind == fresh->kind;
    return is_same ? VERDICT_SAME : VERDICT_CHANGED;
}

void difference_of(const struct statement *recorded, const struct statement *fresh,
                   struct difference *ret_difference)
{
    *ret_difference = (struct difference){ .verdict = VERDICT_SAME };
    difference_walk(recorded, fresh, ret_difference);
    if (!statement_speaks(recorded) || !statement_speaks(fresh)) {
        ret_difference->verdict = difference_silent(recorded, fresh);
    } else if (recorded->kind != fresh->kind || ret_difference->fields_count > 0) {
        ret_difference->verdict = VERDICT_CHANGED;
    }
}
