/* evaluate_table.c - see evaluate_table.h. */
#include "worker/command/evaluate_table.h"

#include "common/json_out.h"

#define VERDICT_LINE_BYTES ((size_t)1 << 20)

/* NULL: there are too many groups. */
static struct tally *verdict_table_find(struct verdict_table *table, struct str group)
{
    for (size_t i = 0; i < table->rows_count; i++) {
        if (str_eq(table->rows[i].group, group)) {
            return &table->rows[i].tally;
        }
    }
    if (table->rows_count == VERDICT_GROUPS_MAX) {
        return NULL;
    }
    struct verdict_row *row = &table->rows[table->rows_count++];
    row->group = group;
    return &row->tally;
}

static struct str verdict_group(const struct expectation *expect)
{
    if (expect->group.len > 0) {
        return expect->group;
    }
    return expect->intent.len > 0 ? expect->intent : STR("-");
}

static enum err verdict_tell(const struct reply_case *item, const struct told *told,
                             const struct verdict *verdict, FILE *out)
{
    CLEANUP(buf_fini) struct buf buf;
    buf_init(&buf, VERDICT_LINE_BYTES);
    struct json_out json = json_out_to(&buf);
    json_open_object(&json, NULL);
    json_put_text(&json, "case", item->name);
    json_put_text(&json, "verdict", str_from(verdict_kind_name(verdict->kind)));
    json_put_text(&json, "outcome", str_from(outcome_kind_name(told->kind)));
    json_put_text_if(&json, "reason", told->reason);
    json_put_text_if(&json, "intent", told->intent);
    json_put_text_if(&json, "language", told->language);
    json_put_bool(&json, "grounded", verdict->is_grounded);
    json_put_bool(&json, "language_right", verdict->is_language);
    json_put_bool(&json, "intent_right", verdict->is_intent);
    json_put_bool(&json, "action_right", verdict->is_action);
    json_put_bool(&json, "facts_right", verdict->has_facts);
    json_put_text_if(&json, "text", told->text);
    json_close_object(&json);
    TRY(json_out_end(&json));
    fprintf(out, "%.*s\n", STR_ARG(buf_str(&buf)));
    return OK;
}

enum err verdict_table_add(struct verdict_table *table, const struct reply_case *item,
                           const struct told *told, FILE *out)
{
    struct verdict verdict = verdict_of(&item->expect, told);
    if (out) {
        TRY(verdict_tell(item, told, &verdict, out));
    }
    struct tally *row = verdict_table_find(table, verdict_group(&item->expect));
    if (row) {
        tally_add(row, &verdict, told->kind);
    }
    tally_add(&table->sum, &verdict, told->kind);
    return OK;
}

static void verdict_print_row(FILE *out, struct str group, const struct tally *tally)
{
    char grounded[48];
    snprintf(grounded, sizeof(grounded), "%zu/%zu", tally->grounded, tally->answers);
    fprintf(out, "%-18.*s %6zu %9zu %8zu %9zu %6zu %10s %9zu %7zu %7zu\n", STR_ARG(group),
            tally->cases, tally->kinds[VERDICT_ANSWERED], tally->kinds[VERDICT_HANDED_OFF],
            tally->kinds[VERDICT_NEEDLESS], tally->kinds[VERDICT_WRONG], grounded,
            tally->languages, tally->intents, tally->actions);
}

static void verdict_print_json(FILE *out, const struct tally *sum)
{
    fprintf(out, "{\"summary\":{\"cases\":%zu", sum->cases);
    for (enum verdict_kind kind = 0; kind < VERDICTS; kind++) {
        fprintf(out, ",\"%s\":%zu", verdict_kind_name(kind), sum->kinds[kind]);
    }
    fprintf(out,
            ",\"answers\":%zu,\"grounded\":%zu,\"language_right\":%zu,\"intent_right\":%zu,"
            "\"action_right\":%zu}}\n",
            sum->answers, sum->grounded, sum->languages, sum->intents, sum->actions);
}

void verdict_table_print(const struct verdict_table *table, FILE *out, bool is_json)
{
    if (is_json) {
        verdict_print_json(out, &table->sum);
        return;
    }
    fprintf(out, "%-18s %6s %9s %8s %9s %6s %10s %9s %7s %7s\n", "group", "cases", "answered",
            "person", "needless", "wrong", "grounded", "language", "intent", "action");
    for (size_t i = 0; i < table->rows_count; i++) {
        verdict_print_row(out, table->rows[i].group, &table->rows[i].tally);
    }
    verdict_print_row(out, STR("all"), &table->sum);
}
