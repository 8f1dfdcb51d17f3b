/* markdown.h - what a reader of Markdown sees, as plain text.
 *
 * A page is quoted to customers and told to models, and both should be told "within 2 days", not
 * "**within 2 days**". Marks of emphasis and code go, a link becomes its words with its address
 * behind, an image its description, a row of a table "cell: cell, cell". What is struck through is
 * not said any more and goes with its words. HTML tags go, those that end a line end one, and the
 * usual entities become characters. What is no such thing stays as it is ("2 * 3", "a_b_c").
 *
 * After CommonMark 0.31 and the tables and strikethroughs of GitHub Flavored Markdown, for what
 * stands within a section: headings are the caller's.
 *
 * Pure: no I/O, no clock. Thread: any. */
#ifndef ANSWER_MARKDOWN_H
#define ANSWER_MARKDOWN_H

#include "common/str.h"

/* `text` is valid UTF-8. What is written to `out` is valid, too, and at most MARKDOWN_GROWTH times
 * as long as `text`: cells of a table may stand closer than words. The result is in `out`, without
 * white space at its ends. */
#define MARKDOWN_GROWTH 2
struct str markdown_plain(struct str text, char *out);

/* Whether `line`, without white space around it, opens or closes fenced code; `*fence` is the mark
 * of what is open, 0 when nothing is, and follows. */
bool markdown_take_fence(struct str line, char *fence);

#endif
