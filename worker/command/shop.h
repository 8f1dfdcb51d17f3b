/* shop.h - what a shop brings along: files, read at the start and again when told to, and pages
 * of a topic.
 *
 *   topic.knowledge pages of all shops, as they change
 *   knowledge.dir   pages of the shop: *.md, *.markdown, *.jsonl
 *   tenants.dir     a folder for each tenant, named as in its events, with knowledge/ in
 *                   it (read again when told to), prompt.txt and banned.txt
 *
 * Thread: the loop's. */
#ifndef COMMAND_SHOP_H
#define COMMAND_SHOP_H

#include "common/conf.h"
#include "common/event.h"
#include "worker/adapter/knowledge_desk.h"
#include "worker/adapter/tenants_folder.h"

struct shop {
    struct log *log;
    struct knowledge_desk *desk; /* NULL: the shop has no pages */
    struct embedder *embedder;   /* NULL: pages are found by words alone */
    struct tenants_folder tenants;
    struct arena arena; /* of the instructions */
};

struct shop_options {
    const struct conf *conf; /* borrowed until shop_close() */
    struct loop *loop;
    struct log *log;
    struct metrics *metrics;
    uint64_t seed[2];
};

/* Reads files, so before the loop runs. On failure nothing is open and the note says why.
 * ERR_CONFIG, ERR_NOMEM. */
MUST_USE enum err shop_open(struct shop *shop, const struct shop_options *options,
                            struct note *note);

/* All calls have ended, and the loop has no tick any more. Accepts a zeroed shop. */
void shop_close(struct shop *shop);

/* Takes a page of the topic, whose record it is. As knowledge_desk_put(). */
MUST_USE enum err shop_take_page(struct shop *shop, const struct record *record,
                                 const struct event *event);

/* Reads what has changed in the files, beside the work. */
void shop_reload(struct shop *shop);

#endif
