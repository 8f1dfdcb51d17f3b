/* completion.h - the JSON that model backends are sent, and the JSON they answer with.
 *
 * Two dialects: chat completions (OpenAI's, spoken by most servers), and the plain
 * {"text"} -> {"response"}. What a backend says is a stranger's: an answer that is cut off,
 * empty, not text or not JSON is ERR_ANSWER; one that it refused to give is ERR_REFUSED; an
 * error in place of an answer is ERR_BACKEND. Notes never repeat the backend's words.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_COMPLETION_H
#define ANSWER_COMPLETION_H

#include "common/arena.h"
#include "common/buf.h"
#include "common/note.h"
#include "worker/answer/prompt.h"

#define COMPLETION_MODEL_CHARS_MAX 256
#define COMPLETION_CODE_BYTES 49

/* How much of JSON the backend can be asked for. */
enum completion_json { COMPLETION_SCHEMA, COMPLETION_OBJECT, COMPLETION_OFF };

struct completion_wish {
    struct str model; /* empty: the backend has only one */
    int64_t max_tokens; /* of each text that is wished for */
    double temperature;
    enum completion_json json;
};

/* All memory is the arena's. */
struct completion {
    struct str text;
    struct str model;   /* empty if the backend did not say */
    int64_t tokens_in;  /* -1 if it did not say */
    int64_t tokens_out; /* the same */
    int64_t tokens_cached; /* the same; part of tokens_in */
};

/* Append a request. ERR_UTF8, ERR_FULL, ERR_NOMEM. */
MUST_USE enum err completion_write_chat(const struct completion_wish *wish,
                                        const struct prompt *prompt, struct buf *buf);
MUST_USE enum err completion_write_plain(const struct prompt *prompt, struct buf *buf);

/* Read a response. ERR_ANSWER, ERR_REFUSED, ERR_BACKEND, ERR_NOMEM: there is no text, but which
 * model it was and what it took is told as far as the response says, since it is paid for. */
MUST_USE enum err completion_read_chat(struct arena *arena, struct str body,
                                       struct completion *ret_completion, struct note *note);
MUST_USE enum err completion_read_plain(struct arena *arena, struct str body,
                                        struct completion *ret_completion, struct note *note);

/* The code of an error response ("context_length_exceeded"), if it is a plain word: the rest of
 * an error may quote the customer. Else empty. */
struct str completion_error_code(struct str body, char out[COMPLETION_CODE_BYTES]);

#endif
