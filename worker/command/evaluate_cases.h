/* evaluate_cases.h - a file of questions, with what a good reply to each of them has.
 *
 * JSON lines, a case each:
 *
 *     {"case", "customer_id", "tenant", "facts": {"orders": [], "products": []}, "history": [],
 *      "message", "context",
 *      "expect": {"group", "language", "intent", "action",
 *                 "reasons": [], "must": [], "must_not": []}}
 *
 * `orders` and `products` are records as on support.orders and support.catalog, with the tenant
 * that they name themselves. `history` has what was said before, as a text of the customer's or
 * {"author", "text"}. Only `message` has to be there. An element of `must` is a text, or a list of
 * texts of which one is enough.
 *
 * Pure: no I/O, no clock. */
#ifndef COMMAND_EVALUATE_CASES_H
#define COMMAND_EVALUATE_CASES_H

#include "common/arena.h"
#include "common/json.h"
#include "common/topic.h"

#define CASES_BYTES_MAX ((size_t)256 << 20)
#define CASES_MAX 100000
#define CASE_TEXTS_MAX 64   /* in each list of `expect` */
#define CASE_RECORDS_MAX 1024 /* of a case: products, orders, what was said, the question */

enum case_action { CASE_ANY, CASE_ANSWER, CASE_HANDOFF, CASE_NOTHING };

struct case_texts {
    const struct str *texts;
    size_t count;
};

/* What is expected; an empty text or list: nothing in particular. */
struct expectation {
    struct str group; /* of cases in the table; else the intent */
    struct str language;
    struct str intent;
    enum case_action action;
    struct case_texts reasons;
    const struct case_texts *must;
    size_t must_count;
    struct case_texts must_not;
};

/* One record that is played; the last one of a case is the question. */
struct case_record {
    enum topic topic;
    struct str value;
};

struct reply_case {
    struct str name;
    struct str conversation_id;
    struct str tenant; /* whose shop the question is for; empty: the one without a tenant */
    size_t line;
    struct case_record *records;
    size_t records_count;
    struct expectation expect;
};

struct cases {
    struct arena arena;
    struct reply_case *all;
    size_t count;
    struct str allowed; /* of what was refused: the values that it may have; mostly empty */
};

/* Reads the file's bytes. The result is to be given to cases_fini() even after an error.
 * ERR_SCHEMA, ERR_JSON and their like, with the line in the note; ERR_FULL; ERR_NOMEM. */
MUST_USE enum err cases_read(struct cases *cases, struct str bytes, struct note *note);
void cases_fini(struct cases *cases);

#endif
