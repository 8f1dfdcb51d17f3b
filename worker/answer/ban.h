/* ban.h - words that advertising may not use in a market.
 *
 * A list is a text: a line is a word or a phrase, [cn] begins the words of a market, [other] those
 * of every market that has none of its own; a line that begins with ! is an expression in which a
 * word is harmless (!最近), one with ; is a comment. A word with * at its end may go on. A line
 * "market: cn" in front of the first [ ] names the market of whoever names none.
 *
 * Text is looked at in its plain form (plain.h) and without characters that cannot be seen, so
 * that wide letters, capitals, Traditional characters and spaces hide nothing.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_BAN_H
#define ANSWER_BAN_H

#include "common/arena.h"
#include "common/buf.h"
#include "common/note.h"

#define BAN_BYTES_MAX ((size_t)256 << 10)
#define BAN_WORDS_MAX 4096
#define BAN_WORD_BYTES_MAX 128
#define BAN_MARKETS_MAX 64

struct ban_word {
    struct str word; /* plain */
    size_t market;
    bool is_harmless;
};

struct ban {
    struct str version; /* a digest of the text: belongs into cache keys */
    struct str market;  /* of whoever names none; empty: goes by language */
    struct str markets[BAN_MARKETS_MAX];
    size_t markets_count;
    const struct ban_word *words;
    size_t words_count;
};

/* Of one tenant. */
struct tenant_ban {
    struct str tenant;
    struct ban ban;
};

/* The list that is used when copy.banned.file is not set. */
struct str ban_builtin(void);

/* Memory is the arena's, nothing of `text` is kept. ERR_CONFIG: the note names the line. */
MUST_USE enum err ban_read(struct arena *arena, struct str text, struct ban *ret_ban,
                           struct note *note);

/* The one that is named, else the list's, else "cn" for copy in Chinese, else "other". */
struct str ban_market(const struct ban *ban, struct str named, struct str language);

/* True if the text holds a banned word, but for what stands in `name`, the product's own. A
 * sentence that is too long to be looked at counts as holding one. A `ban` of NULL bans nothing. */
bool ban_finds(const struct ban *ban, struct str market, struct str text, struct str name);

/* The market's words for people, with commas, as many as fit in `buf`; ERR_NOMEM. */
MUST_USE enum err ban_tell(const struct ban *ban, struct str market, struct buf *buf);

#endif
