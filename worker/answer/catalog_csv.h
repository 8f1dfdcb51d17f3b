/* catalog_csv.h - a catalogue as a table: comma-separated values with a header row (RFC 4180).
 *
 * Each row becomes the JSON of a catalogue entry, so that it is checked as every other entry is.
 * Columns, in any order: sku (needed), name, tenant, category, price, currency, in_stock,
 * description, min_days, max_days, from (of shipping), and attribute.NAME for any NAME. An empty
 * cell is a field that is not there.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_CATALOG_CSV_H
#define ANSWER_CATALOG_CSV_H

#include "common/arena.h"
#include "common/note.h"

#define CATALOG_CSV_COLUMNS_MAX 96
#define CATALOG_CSV_CELL_BYTES_MAX ((size_t)64 << 10)

struct catalog_csv_column {
    int field;       /* the reader's */
    struct str name; /* of an attribute */
};

struct catalog_csv {
    struct str rest;
    size_t line; /* of the row that was read last, from 1 */
    size_t line_next;
    struct catalog_csv_column columns[CATALOG_CSV_COLUMNS_MAX];
    size_t columns_count;
};

/* Takes the header off `text`, which is borrowed until the last row is read; names are the arena's.
 * ERR_SCHEMA: the note says which column is wrong; ERR_NOMEM. */
MUST_USE enum err catalog_csv_open(struct arena *arena, struct str text,
                                   struct catalog_csv *ret_csv, struct note *note);

/* The next row that is not empty, as an entry's JSON; of STR_NONE: there are no more. csv->line is
 * where it begins. ERR_SCHEMA: the note says what is wrong with it; ERR_NOMEM. */
MUST_USE enum err catalog_csv_next(struct arena *arena, struct catalog_csv *csv,
                                   struct str *ret_json, struct note *note);

#endif
