/* catalog_csv.c - see catalog_csv.h. */
#include "worker/answer/catalog_csv.h"

#include "common/json_out.h"
#include "common/utf8.h"

#define CSV_ROW_BYTES_MAX ((size_t)8 << 20)

enum csv_field {
    CSV_SKU,
    CSV_NAME,
    CSV_TENANT,
    CSV_CATEGORY,
    CSV_PRICE,
    CSV_CURRENCY,
    CSV_IN_STOCK,
    CSV_DESCRIPTION,
    CSV_MIN_DAYS,
    CSV_MAX_DAYS,
    CSV_FROM,
    CSV_ATTRIBUTE,
    CSV_FIELD_COUNT
};

static const char *const csv_names[CSV_ATTRIBUTE] = {
    "sku",      "name",        "tenant",   "category", "price", "currency",
    "in_stock", "description", "min_days", "max_days", "from",
};

struct csv_cell {
    struct str text;
    bool is_last; /* of its row */
};

static bool csv_is_row_end(struct str rest)
{
    return rest.len == 0 || rest.ptr[0] == '\n' ||
           (rest.ptr[0] == '\r' && (rest.len == 1 || rest.ptr[1] == '\n'));
}

/* Takes what parts it from the next cell, too. */
static bool csv_end_cell(struct catalog_csv *csv, struct csv_cell *cell)
{
    struct str *rest = &csv->rest;
    if (rest->len > 0 && rest->ptr[0] == ',') {
        *rest = str_slice(*rest, 1, rest->len);
        return true;
    }
    if (!csv_is_row_end(*rest)) {
        return false;
    }
    cell->is_last = true;
    csv->line_next++;
    size_t end = str_find(*rest, STR("\n"));
    *rest = str_slice(*rest, min_size(end + 1, rest->len), rest->len);
    return true;
}

/* "a ""b"", c": two quotation marks stand for one. */
static enum err csv_quoted(struct arena *arena, struct catalog_csv *csv, struct str *ret_text,
                           struct note *note)
{
    CLEANUP(buf_fini) struct buf buf;
    struct str rest = str_slice(csv->rest, 1, csv->rest.len);
    buf_init(&buf, CATALOG_CSV_CELL_BYTES_MAX);
    for (;;) {
        size_t mark = str_find(rest, STR("\""));
        if (mark == rest.len) {
            note_set(note, "a quotation mark is not closed");
            return ERR_SCHEMA;
        }
        struct str piece = str_slice(rest, 0, mark);
        rest = str_slice(rest, mark + 1, rest.len);
        bool is_doubled = rest.len > 0 && rest.ptr[0] == '"';
        for (size_t i = 0; i < piece.len; i++) {
            csv->line_next += piece.ptr[i] == '\n';
        }
        enum err err = buf_add(&buf, piece);
        err = err == OK && is_doubled ? buf_add_char(&buf, '"') : err;
        if (err != OK) {
            note_set(note, "a cell is larger than %zu bytes", CATALOG_CSV_CELL_BYTES_MAX);
            return err == ERR_NOMEM ? err : ERR_SCHEMA;
        }
        if (!is_doubled) {
            break;
        }
        rest = str_slice(rest, 1, rest.len);
    }
    csv->rest = rest;
    return arena_copy(arena, buf_str(&buf), ret_text);
}

static enum err csv_cell(struct arena *arena, struct catalog_csv *csv, struct csv_cell *ret_cell,
                         struct note *note)
{
    struct csv_cell cell = { .is_last = false };
    if (csv->rest.len > 0 && csv->rest.ptr[0] == '"') {
        TRY(csv_quoted(arena, csv, &cell.text, note));
        if (!csv_end_cell(csv, &cell)) {
            note_set(note, "a quotation mark stands inside a cell and is not doubled");
            return ERR_SCHEMA;
        }
    } else {
        size_t end = 0;
        while (end < csv->rest.len && csv->rest.ptr[end] != ',' &&
               !csv_is_row_end(str_slice(csv->rest, end, csv->rest.len))) {
            end++;
        }
        cell.text = str_slice(csv->rest, 0, end);
        csv->rest = str_slice(csv->rest, end, csv->rest.len);
        (void)csv_end_cell(csv, &cell);
    }
    cell.text = str_trim(cell.text);
    *ret_cell = cell;
    return OK;
}

static enum err csv_name_column(struct arena *arena, struct str name,
                                struct catalog_csv_column *ret_column, struct note *note)
{
    static const struct str attribute = { "attribute.", 10 };
    if (str_starts(name, attribute) && name.len > attribute.len) {
        ret_column->field = CSV_ATTRIBUTE;
        return arena_copy(arena, str_slice(name, attribute.len, name.len), &ret_column->name);
    }
    for (int i = 0; i < CSV_ATTRIBUTE; i++) {
        if (str_eq_ascii_case(name, str_from(csv_names[i]))) {
            *ret_column = (struct catalog_csv_column){ .field = i };
            return OK;
        }
    }
    if (name.len == 0) {
        note_set(note, "a column has no name; the first line names the columns, sku among them");
        return ERR_SCHEMA;
    }
    if (str_find(name, STR(";")) < name.len || str_find(name, STR("\t")) < name.len) {
        note_set(note, "the columns must be parted by commas: \"%.*s\"",
                 STR_ARG(str_slice(name, 0, 40)));
        return ERR_SCHEMA;
    }
    note_set(note, "the column \"%.*s\" is not known; an attribute's is attribute.NAME",
             STR_ARG(str_slice(name, 0, 40)));
    return ERR_SCHEMA;
}

static bool csv_has_column(const struct catalog_csv *csv, const struct catalog_csv_column *column)
{
    for (size_t i = 0; i < csv->columns_count; i++) {
        if (csv->columns[i].field == column->field &&
            str_eq(csv->columns[i].name, column->name)) {
            return true;
        }
    }
    return false;
}

static enum err csv_add_column(struct arena *arena, struct catalog_csv *csv, struct str name,
                               struct note *note)
{
    struct catalog_csv_column column = { .name = STR_NONE };
    TRY(csv_name_column(arena, name, &column, note));
    if (csv->columns_count == CATALOG_CSV_COLUMNS_MAX) {
        note_set(note, "there are more than %d columns", CATALOG_CSV_COLUMNS_MAX);
        return ERR_SCHEMA;
    }
    if (csv_has_column(csv, &column)) {
        note_set(note, "the column \"%.*s\" is there twice", STR_ARG(str_slice(name, 0, 40)));
        return ERR_SCHEMA;
    }
    csv->columns[csv->columns_count++] = column;
    return OK;
}

enum err catalog_csv_open(struct arena *arena, struct str text, struct catalog_csv *ret_csv,
                          struct note *note)
{
    static const struct catalog_csv_column sku = { .field = CSV_SKU };
    struct catalog_csv csv = { .rest = utf8_without_mark(text), .line = 1, .line_next = 1 };
    struct csv_cell cell = { .is_last = false };
    while (!cell.is_last) {
        TRY(csv_cell(arena, &csv, &cell, note));
        TRY(csv_add_column(arena, &csv, cell.text, note));
    }
    if (!csv_has_column(&csv, &sku)) {
        note_set(note, "the first row must name the columns, and one of them sku");
        return ERR_SCHEMA;
    }
    *ret_csv = csv;
    return OK;
}

static bool csv_is_one(struct str text, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (str_eq_ascii_case(text, str_from(words[i]))) {
            return true;
        }
    }
    return false;
}

/* A number is how many there are. False: it says neither. */
static bool csv_stock(struct str text, bool *ret_is_there)
{
    static const char *const yes[] = { "true", "yes", "y", "是", "有", "有货" };
    static const char *const no[] = { "false", "no", "n", "否", "无", "缺货" };
    int64_t count = 0;
    bool is_count = str_to_i64(text, 0, INT64_MAX, &count);
    *ret_is_there = count > 0 || csv_is_one(text, yes, countof(yes));
    return is_count || *ret_is_there || csv_is_one(text, no, countof(no));
}

static void csv_put_days(struct json_out *out, const char *key, struct str text)
{
    int64_t days;
    if (str_to_i64(text, 0, INT32_MAX, &days)) {
        json_put_int(out, key, days);
    } else {
        json_put_text(out, key, text);
    }
}

static void csv_put(struct json_out *out, const struct catalog_csv_column *column,
                    struct str text)
{
    if (text.len == 0 || column->field == CSV_ATTRIBUTE || column->field == CSV_MIN_DAYS ||
        column->field == CSV_MAX_DAYS || column->field == CSV_FROM) {
        return;
    }
    if (column->field == CSV_IN_STOCK) {
        bool is_there = false;
        (void)csv_stock(text, &is_there);
        json_put_bool(out, "in_stock", is_there);
        return;
    }
    json_put_text(out, csv_names[column->field], text);
}

struct csv_row {
    struct str cells[CATALOG_CSV_COLUMNS_MAX];
    size_t count;
    bool is_empty;
};

static void csv_put_attributes(struct json_out *out, const struct catalog_csv *csv,
                               const struct csv_row *row)
{
    json_open_object(out, "attributes");
    for (size_t i = 0; i < row->count; i++) {
        const struct catalog_csv_column *column = &csv->columns[i];
        if (column->field == CSV_ATTRIBUTE && row->cells[i].len > 0) {
            json_put_text(out, column->name.ptr, row->cells[i]);
        }
    }
    json_close_object(out);
}

static void csv_put_shipping(struct json_out *out, const struct catalog_csv *csv,
                             const struct csv_row *row)
{
    json_open_object(out, "shipping");
    for (size_t i = 0; i < row->count; i++) {
        int field = csv->columns[i].field;
        if (row->cells[i].len == 0) {
            continue;
        }
        if (field == CSV_MIN_DAYS || field == CSV_MAX_DAYS) {
            csv_put_days(out, csv_names[field], row->cells[i]);
        } else if (field == CSV_FROM) {
            json_put_text(out, "from", row->cells[i]);
        }
    }
    json_close_object(out);
}

/* Whether one of the columns has something in this row. */
static bool csv_has(const struct catalog_csv *csv, const struct csv_row *row, int from, int to)
{
    for (size_t i = 0; i < row->count; i++) {
        int field = csv->columns[i].field;
        if (field >= from && field <= to && row->cells[i].len > 0) {
            return true;
        }
    }
    return false;
}

static enum err csv_write(struct arena *arena, const struct catalog_csv *csv,
                          const struct csv_row *row, struct str *ret_json)
{
    CLEANUP(buf_fini) struct buf buf;
    buf_init(&buf, CSV_ROW_BYTES_MAX);
    struct json_out out = json_out_to(&buf);
    json_open_object(&out, NULL);
    for (size_t i = 0; i < row->count; i++) {
        csv_put(&out, &csv->columns[i], row->cells[i]);
    }
    if (csv_has(csv, row, CSV_ATTRIBUTE, CSV_ATTRIBUTE)) {
        csv_put_attributes(&out, csv, row);
    }
    if (csv_has(csv, row, CSV_MIN_DAYS, CSV_FROM)) {
        csv_put_shipping(&out, csv, row);
    }
    json_close_object(&out);
    TRY(json_out_end(&out));
    return arena_copy(arena, buf_str(&buf), ret_json);
}

static enum err csv_check_row(const struct catalog_csv *csv, const struct csv_row *row,
                              struct note *note)
{
    for (size_t i = 0; i < row->count; i++) {
        struct str text = row->cells[i];
        bool is_there;
        if (csv->columns[i].field == CSV_IN_STOCK && text.len > 0 && !csv_stock(text, &is_there)) {
            note_set(note,
                     "in_stock is \"%.*s\"; it must be yes or no, true or false, 是 or 否, 有货 or "
                     "缺货, or a number",
                     STR_ARG(utf8_cut_bytes(text, 20)));
            return ERR_SCHEMA;
        }
    }
    return OK;
}

static enum err csv_read_row(struct arena *arena, struct catalog_csv *csv, struct csv_row *ret_row,
                             struct note *note)
{
    struct csv_cell cell = { .is_last = false };
    *ret_row = (struct csv_row){ .is_empty = true };
    csv->line = csv->line_next;
    for (size_t count = 0; !cell.is_last; count++) {
        TRY(csv_cell(arena, csv, &cell, note));
        ret_row->is_empty = ret_row->is_empty && cell.text.len == 0;
        if (count < csv->columns_count) {
            ret_row->cells[ret_row->count++] = cell.text;
        } else if (cell.text.len > 0) {
            note_set(note, "the row has more cells than the header has columns (%zu)",
                     csv->columns_count);
            return ERR_SCHEMA;
        }
    }
    if (!ret_row->is_empty && ret_row->count < csv->columns_count) {
        note_set(note, "the row has %zu cells, the header %zu columns", ret_row->count,
                 csv->columns_count);
        return ERR_SCHEMA;
    }
    return OK;
}

enum err catalog_csv_next(struct arena *arena, struct catalog_csv *csv, struct str *ret_json,
                          struct note *note)
{
    while (csv->rest.len > 0) {
        struct csv_row row;
        TRY(csv_read_row(arena, csv, &row, note));
        if (!row.is_empty) {
            TRY(csv_check_row(csv, &row, note));
            return csv_write(arena, csv, &row, ret_json);
        }
    }
    *ret_json = STR_NONE;
    return OK;
}
