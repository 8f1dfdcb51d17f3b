/* said.h - the JSON object in which a model is asked for its reply, and the reading of it.
 *
 *     {"text", "language", "action", "reason", "confidence"}
 *
 * That a person should answer is a field, never a word in the text. What comes back is a
 * stranger's: it is read strictly and within bounds.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_SAID_H
#define ANSWER_SAID_H

#include "common/arena.h"
#include "common/note.h"

#define SAID_BYTES_MAX ((size_t)128 << 10)
#define SAID_CHARS_MAX 8192

enum said_action { SAID_ANSWER, SAID_HANDOFF };

/* Why the model would rather have a person answer. */
enum said_reason {
    SAID_NO_REASON,
    SAID_NO_FACTS,
    SAID_PERSON_WANTED,
    SAID_ANGRY,
    SAID_OUT_OF_SCOPE,
    SAID_DECISION
};

enum said_confidence { SAID_HIGH, SAID_MEDIUM, SAID_LOW };

/* Which confidence is too little. */
enum said_limit { SAID_LIMIT_LOW, SAID_LIMIT_MEDIUM, SAID_LIMIT_NONE };

struct said {
    struct str text; /* the arena's; empty only with SAID_HANDOFF */
    struct str language;
    enum said_action action;
    enum said_reason reason;
    enum said_confidence confidence;
};

/* The JSON schema of a reply in the language `code`. ERR_NOMEM. */
MUST_USE enum err said_schema(struct arena *arena, struct str code, struct str *ret_schema);

/* The same in words, for a backend that knows only that an object is wanted, or is not told by
 * its schema alone what the fields mean. */
struct str said_form(void);

/* Without thoughts (<think>...</think>) at the start and a code fence around the rest. */
struct str said_bare(struct str raw);

/* The same without what a model says before and behind the object; empty if there is none. */
struct str said_object(struct str raw);

/* Reads the object. `text` and `action` must be there; null stands for a field that is not; an
 * unknown or repeated field, another type, an unknown value, more than SAID_BYTES_MAX bytes or
 * text behind the object are ERR_ANSWER, and the note, which never repeats the model's words,
 * has the JSON pointer. ERR_NOMEM. */
MUST_USE enum err said_read(struct arena *arena, struct str raw, struct said *ret_said,
                            struct note *note);

bool said_is_unsure(const struct said *said, enum said_limit limit);

/* "no_facts", ... for people. */
const char *said_reason_name(enum said_reason reason);

#endif
