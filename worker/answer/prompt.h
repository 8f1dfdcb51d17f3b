/* prompt.h - the words that a model is sent.
 *
 * The parts stand in a fixed order, the ones that never change first, so that a backend's own
 * prefix cache works. `version` names the instructions: it is in the cache key and in audit.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_PROMPT_H
#define ANSWER_PROMPT_H

#include "common/arena.h"
#include "worker/answer/brief.h"

/* The shop's instructions, from prompt.file or the builtin text. */
struct instructions {
    struct str text;
    struct str version; /* first line "version: NAME", else the first 12 hex of its SHA-256 */
    struct str canary;  /* a word of the prompt that no answer may hold */
};

/* Of one tenant. */
struct tenant_instructions {
    struct str tenant;
    struct instructions instructions;
};

enum prompt_role { ROLE_SYSTEM, ROLE_USER, ROLE_ASSISTANT };

struct prompt_part {
    enum prompt_role role;
    struct str text;
};

#define PROMPT_PARTS_MAX (2 * BRIEF_HISTORY_MAX + 4)

/* Of all parts' texts together; what is left of it after instructions, facts and message is
 * for history, of which at most PROMPT_HISTORY_BYTES_MAX, newest first, is told. */
#define PROMPT_BYTES_MAX ((size_t)96 << 10)
#define PROMPT_INSTRUCTIONS_BYTES_MAX ((size_t)16 << 10)
#define PROMPT_FACTS_BYTES_MAX ((size_t)24 << 10)
#define PROMPT_HISTORY_BYTES_MAX ((size_t)12 << 10)

/* The first part is the rules, which change with the instructions only; the second language and
 * facts; both are the system's. Then history, and the message. */
struct prompt {
    const struct prompt_part *parts;
    size_t parts_count;
    struct str schema_name;
    struct str schema; /* JSON schema of the wanted output */
    struct str form;   /* the schema in words; belongs behind the rules where JSON is asked for */
    int64_t answers;   /* texts as long as an answer that are wished for; 0: one */
};

/* `ret_instructions` borrows from `text`; version and canary are the arena's. */
MUST_USE enum err instructions_read(struct arena *arena, struct str text,
                                    struct instructions *ret_instructions, struct note *note);

/* The instructions that are used when prompt.file is not set. */
struct str instructions_builtin(void);

/* A fact on one line, "label: value": what could end its line or the message's frame is a space.
 * Nothing where the value is empty. ERR_FULL, ERR_NOMEM. */
MUST_USE enum err prompt_put(struct buf *buf, const char *label, struct str value);

/* So many texts as long as an answer are wished for, at least one. */
int64_t prompt_answers(const struct brief *brief);

MUST_USE enum err prompt_render(struct arena *arena, const struct brief *brief,
                                const struct instructions *instructions,
                                struct prompt *ret_prompt);

#endif
