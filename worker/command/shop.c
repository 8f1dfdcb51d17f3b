/* shop.c - see shop.h. */
#include "worker/command/shop.h"

#include "worker/adapter/embedder_e5.h"
#include "worker/adapter/tenants_folder.h"

#define SHOP_BANS_BYTES ((size_t)64 << 20) /* of all tenants together; far more than lists take */
#define SHOP_ARENA_BYTES                                                                           \
    ((size_t)(LIBRARY_TENANTS_MAX + 64) * 2 * PROMPT_INSTRUCTIONS_BYTES_MAX + SHOP_BANS_BYTES)

static const char *shop_path(const struct conf *conf, enum conf_id id)
{
    return conf_is_set(conf, id) ? conf_str(conf, id).ptr : NULL;
}

static enum err shop_open_embedder(struct shop *shop, const struct conf *conf, struct note *note)
{
    struct note why = { .text = "" };
    const char *dir = shop_path(conf, CONF_KNOWLEDGE_EMBEDDINGS_DIR);
    enum err err = dir ? embedder_e5_open(dir, &shop->embedder, &why) : OK;
    if (err == ERR_CONFIG) {
        note_set(note, "knowledge.embeddings.dir: %s", why.text);
    }
    return err;
}

static enum err shop_open_desk(struct shop *shop, const struct shop_options *options,
                               struct note *note)
{
    struct knowledge_desk_options desk_options = {
        .loop = options->loop,
        .metrics = options->metrics,
        .meaning_wait_ms = conf_int(options->conf, CONF_KNOWLEDGE_EMBEDDINGS_WAIT_MS),
        .seed = { options->seed[0], options->seed[1] },
    };
    struct library_options *library = &desk_options.library;
    library->log = options->log;
    library->dir = shop_path(options->conf, CONF_KNOWLEDGE_DIR);
    library->tenants_dir = shop_path(options->conf, CONF_TENANTS_DIR);
    if (!library->dir && !library->tenants_dir &&
        !conf_is_set(options->conf, CONF_TOPIC_KNOWLEDGE)) {
        return OK;
    }
    TRY(shop_open_embedder(shop, options->conf, note));
    desk_options.embedder = shop->embedder;
    return knowledge_desk_create(&desk_options, &shop->desk, note);
}

enum err shop_open(struct shop *shop, const struct shop_options *options, struct note *note)
{
    const char *tenants_dir = shop_path(options->conf, CONF_TENANTS_DIR);
    *shop = (struct shop){ .log = options->log };
    arena_init(&shop->arena, SHOP_ARENA_BYTES);
    enum err err = shop_open_desk(shop, options, note);
    if (err == OK && tenants_dir) {
        err = tenants_folder_read(&shop->arena, tenants_dir, &shop->tenants, note);
    }
    if (err != OK) {
        shop_close(shop);
    }
    return err;
}

void shop_close(struct shop *shop)
{
    knowledge_desk_destroy(shop->desk);
    embedder_e5_close(shop->embedder);
    arena_fini(&shop->arena);
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

enum err shop_take_page(struct shop *shop, const struct record *record, const struct event *event)
{
    bool has_key = record->has_key && record->key.len > 0;
    return knowledge_desk_put(shop->desk, has_key ? record->key : event->page.name, event->tenant,
                              &event->page);
}
