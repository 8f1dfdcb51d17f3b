/* shop.c - see shop.h. */
#include "worker/command/shop.h"

static const char *shop_path(const struct conf *conf, enum conf_id id)
{
    return conf_is_set(conf, id) ? conf_str(conf, id).ptr : NULL;
}

enum err shop_open(struct shop *shop, const struct shop_options *options, struct note *note)
{
    struct knowledge_desk_options desk_options = { .loop = options->loop };
    struct library_options *library = &desk_options.library;
    *shop = (struct shop){ .log = options->log };
    library->log = options->log;
    library->pages = options->pages;
    if (!options->pages) {
        library->dir = shop_path(options->conf, CONF_KNOWLEDGE_DIR);
        library->tenants_dir = shop_path(options->conf, CONF_TENANTS_DIR);
    }
    if (!library->pages && !library->dir && !library->tenants_dir) {
        return OK;
    }
    return knowledge_desk_create(&desk_options, &shop->desk, note);
}

void shop_close(struct shop *shop)
{
    knowledge_desk_destroy(shop->desk);
    *shop = (struct shop){ .desk = NULL };
}

void shop_reload(struct shop *shop)
{
    if (!shop->desk) {
        log_say(shop->log, LOG_INFO, "run", "there are no files of the shop to read again");
        return;
    }
    knowledge_desk_reload(shop->desk);
}
