/* evaluate_table.h - the verdicts on cases, by group, as a table or as JSON lines.
 *
 * Thread: the main one. */
#ifndef COMMAND_EVALUATE_TABLE_H
#define COMMAND_EVALUATE_TABLE_H

#include <stdio.h>

#include "worker/command/evaluate_verdict.h"

#define VERDICT_GROUPS_MAX 64 /* cases of further groups are in the sum alone */

struct verdict_row {
    struct str group; /* the case's */
    struct tally tally;
};

struct verdict_table {
    struct verdict_row rows[VERDICT_GROUPS_MAX];
    size_t rows_count;
    struct tally sum;
};

/* Counts what became of `item`, whose group is borrowed until the end of the table. It is told on
 * `out` as a line of JSON, unless that is NULL. ERR_NOMEM, ERR_FULL. */
MUST_USE enum err verdict_table_add(struct verdict_table *table, const struct reply_case *item,
                                    const struct told *told, FILE *out);

void verdict_table_print(const struct verdict_table *table, FILE *out, bool is_json);

#endif
