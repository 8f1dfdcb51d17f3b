/* passage_cut.h - cuts what a shop has written down into passages.
 *
 * A passage keeps the headings above it and is small enough that a few of them fit into a
 * prompt. It ends where a block ends (a paragraph, a list), or, in a block that is too long,
 * where a line, a sentence, a word or at least a character does. Nothing but headings, front
 * matter, comments, rules across the page, white space and the marks of Markdown (markdown.h) is
 * left out, and nothing is told twice.
 *
 * Pure: no I/O, no clock. Thread: any. */
#ifndef ANSWER_PASSAGE_CUT_H
#define ANSWER_PASSAGE_CUT_H

#include "common/note.h"
#include "worker/answer/passage.h"

#define PASSAGE_TEXT_BYTES_MAX 1200
#define PASSAGE_TITLE_BYTES_MAX 240
#define PASSAGE_ID_BYTES_MAX 255 /* what facts[] may hold */

/* One file and where its passages go. */
struct passage_sheet {
    struct str name; /* of the file, below the folder; the start of every id */
    struct str text; /* valid UTF-8 */
    void *owner;
    /* The passage is borrowed until return. Another result than OK ends the cutting. */
    enum err (*on_passage)(void *owner, const struct passage *passage);
    /* A line that cannot be used; lines count from 1. The rest of the file is used. */
    void (*on_fault)(void *owner, size_t line, const struct note *note);
};

/* A page of Markdown: headings ("## Refunds", or underlined) make the title, front matter and
 * comments (<!-- -->) are left out, what is fenced as code holds neither headings nor comments.
 * The result of on_passage. */
MUST_USE enum err passage_cut_page(const struct passage_sheet *sheet);

/* JSON lines: {"text"} with optional "id" and "title", or {"question","answer"} with optional
 * "id"; other members are allowed. An id is "NAME#ID", or "NAME#LINE" without one; a text that is
 * too long for one passage goes on in "NAME#ID.2". The result of on_passage, or ERR_NOMEM. */
MUST_USE enum err passage_cut_lines(const struct passage_sheet *sheet);

/* The longest start of `text` that may be a passage's text and ends where it hurts least; all of
 * it when it is short enough. Not empty unless `text` is. */
struct str passage_first_part(struct str text);

#endif
