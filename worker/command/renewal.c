/* renewal.c - see renewal.h. */
#include "worker/command/renewal.h"

#include "worker/adapter/secret_file.h"

/* True if `fresh` is not what is known already. */
static bool renewal_is_new(const struct renewal_file *file, const struct buf *fresh)
{
    return !str_eq(buf_str(&file->known), buf_str(fresh));
}

static enum err renewal_take(struct renewal *renewal, struct renewal_file *file,
                             struct buf *fresh, struct note *note)
{
    bool is_first = file->known.len == 0; /* the start has read it, or the one before */
    TRY(file->take(renewal->rig, file->place, buf_str(fresh), note));
    secret_forget(&file->known);
    file->known = *fresh;
    buf_init(fresh, SECRET_BYTES_MAX);
    if (!is_first) {
        log_say(renewal->rig->log, LOG_INFO, "run", "a secret was replaced",
                LOG_CHARS("setting", file->setting));
    }
    return OK;
}

static void renewal_look(struct renewal *renewal, struct renewal_file *file)
{
    CLEANUP(secret_forget) struct buf fresh;
    buf_init(&fresh, SECRET_BYTES_MAX);
    struct note note = { .text = "" };
    enum err err = secret_file_read(file->setting, file->path, SECRET_TEXT, &fresh, &note);
    if (err == OK && renewal_is_new(file, &fresh)) {
        err = renewal_take(renewal, file, &fresh, &note);
    }
    if (err != OK && !file->is_told) {
        log_say(renewal->rig->log, LOG_WARN, "run",
                "a secret cannot be read again; the last one stays in use",
                LOG_CHARS("reason", note.text[0] ? note.text : err_text(err)));
    }
    file->is_told = err != OK;
}

static void renewal_on_due(void *owner)
{
    struct renewal *renewal = owner;
    for (size_t i = 0; i < renewal->count; i++) {
        renewal_look(renewal, &renewal->files[i]);
    }
    loop_timer_set(renewal->timer, loop_clock(renewal->rig->loop)->mono_ms + RENEWAL_EVERY_MS);
}

static void renewal_add(struct renewal *renewal, enum conf_id id, size_t place,
                        enum err (*take)(struct rig *rig, size_t place, struct str secret,
                                         struct note *note))
{
    const struct conf *conf = renewal->rig->conf;
    if (!conf_is_set(conf, id)) {
        return;
    }
    struct renewal_file *file = &renewal->files[renewal->count++];
    *file = (struct renewal_file){ .setting = conf_key(id),
                                   .place = place,
                                   .path = conf_str(conf, id).ptr,
                                   .take = take };
    buf_init(&file->known, SECRET_BYTES_MAX);
}

enum err renewal_open(struct renewal *renewal, struct rig *rig)
{
    *renewal = (struct renewal){ .rig = rig };
    for (size_t place = 0; place < CONF_BACKENDS_MAX; place++) {
        renewal_add(renewal, conf_backend(place)->key_file, place, rig_rekey_model);
    }
    renewal_add(renewal, CONF_STORE_PASSWORD_FILE, 0, rig_rekey_store);
    renewal->timer = loop_timer_create(rig->loop, renewal_on_due, renewal);
    if (!renewal->timer) {
        return ERR_NOMEM;
    }
    if (renewal->count > 0) {
        loop_timer_set(renewal->timer, loop_clock(rig->loop)->mono_ms + RENEWAL_EVERY_MS);
    }
    return OK;
}

void renewal_close(struct renewal *renewal)
{
    loop_timer_destroy(renewal->timer);
    for (size_t i = 0; i < renewal->count; i++) {
        secret_forget(&renewal->files[i].known);
    }
}
