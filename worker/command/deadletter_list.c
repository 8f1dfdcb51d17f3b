/* deadletter_list.c - `deskhand deadletter list` and `show`: what there is, and one of it. */
#include "worker/command/deadletter.h"

#define SHOW_BYTES_MAX ((size_t)256 << 20)

/* --- list ----------------------------------------------------------------------------------- */

struct list_pass {
    struct deadletter *dead;
    bool shows_all;
    int64_t shown;
    struct letter_sum sum;
};

static enum err list_on_record(void *owner, const struct record *record)
{
    struct list_pass *listing = owner;
    struct deadletter *dead = listing->dead;
    struct letter_mark mark;
    struct letter letter;
    struct letter_row row;
    struct note note = { 0 };
    if (letter_read_mark(record, &mark)) {
        return OK;
    }
    deadletter_see(dead, record, &letter, &note, &row);
    if (pick_judge(&dead->pick, record, row.letter) != PICK_YES) {
        return OK;
    }
    letter_sum_add(&listing->sum, &row);
    if (row.state != LETTER_OPEN && !listing->shows_all) {
        return OK;
    }
    TRY(deadletter_write_row(dead, &row));
    return ++listing->shown == dead->pick.limit ? ERR_CANCELLED : OK;
}

static enum err list_on_step(void *owner, int64_t done, int64_t all)
{
    struct list_pass *listing = owner;
    return deadletter_on_step(listing->dead, done, all);
}

enum err deadletter_list(struct deadletter *dead, bool shows_all)
{
    struct list_pass listing = { .dead = dead, .shows_all = shows_all };
    const struct letterbox_pass pass = {
        .partition = LETTERBOX_ALL_PARTITIONS,
        .owner = &listing,
        .on_record = list_on_record,
        .on_step = list_on_step,
    };
    CLEANUP(buf_fini) struct buf buf;
    buf_init(&buf, 1 << 16);
    TRY(deadletter_open(dead));
    dead->doing = "reading letters";
    enum err err = letterbox_read(dead->box, &pass, dead->note);
    TRY(err == ERR_CANCELLED ? OK : err); /* the limit was reached */
    TRY(letter_sum_render(&buf, dead->form, &listing.sum));
    TRY(deadletter_write(dead, buf_str(&buf)));
    return deadletter_doubt_topic(dead);
}

/* --- show ----------------------------------------------------------------------------------- */

struct showing {
    struct deadletter *dead;
    const struct place *place;
    struct arena arena;
    bool is_found;
    struct record record;
};

static enum err show_on_record(void *owner, const struct record *record)
{
    struct showing *showing = owner;
    if (record->offset != showing->place->first) {
        return ERR_CANCELLED;
    }
    showing->is_found = true;
    TRY(record_copy(&showing->arena, record, &showing->record));
    return ERR_CANCELLED;
}

static enum err show_on_step(void *owner, int64_t done, int64_t all)
{
    struct showing *showing = owner;
    return deadletter_on_step(showing->dead, done, all);
}

/* The record that a letter keeps, or points to. */
static enum err show_original(struct showing *showing, struct letter_row *row,
                              struct letterbox_found *found, const struct record **ret_original)
{
    struct deadletter *dead = showing->dead;
    *ret_original = &showing->record;
    if (row->letter && row->letter->is_reference) {
        TRY(letterbox_fetch(dead->box, row->letter, &showing->arena, found, dead->note));
        *ret_original = found->is_there ? &found->record : NULL;
        row->why = found->is_there ? "" : found->why.text;
    }
    return OK;
}

static enum err show_write(struct showing *showing, bool shows_bytes)
{
    struct deadletter *dead = showing->dead;
    struct letter letter;
    struct letter_row row;
    struct letterbox_found found = { 0 };
    struct note note = { 0 };
    const struct record *original;
    deadletter_see(dead, &showing->record, &letter, &note, &row);
    TRY(show_original(showing, &row, &found, &original));
    if (shows_bytes && !original) {
        *dead->note = found.why;
        return ERR_EMPTY;
    }
    if (shows_bytes) {
        return deadletter_write(dead, original->value);
    }
    CLEANUP(buf_fini) struct buf buf;
    buf_init(&buf, SHOW_BYTES_MAX);
    TRY(letter_whole_render(&buf, dead->form, &row, original));
    return deadletter_write(dead, buf_str(&buf));
}

static enum err show_find(struct showing *showing)
{
    struct deadletter *dead = showing->dead;
    const struct letterbox_pass pass = {
        .partition = showing->place->partition,
        .from = showing->place->first,
        .owner = showing,
        .on_record = show_on_record,
        .on_step = show_on_step,
    };
    TRY(deadletter_open(dead));
    dead->doing = "looking for the letter";
    enum err err = letterbox_read(dead->box, &pass, dead->note);
    TRY(err == ERR_CANCELLED ? OK : err);
    if (!showing->is_found) {
        note_set(dead->note, "there is no record at %d:%lld",
                 (int)showing->place->partition, (long long)showing->place->first);
        return ERR_EMPTY;
    }
    return OK;
}

enum err deadletter_show(struct deadletter *dead, const struct place *place, bool shows_bytes)
{
    struct showing showing = { .dead = dead, .place = place };
    arena_init(&showing.arena, SHOW_BYTES_MAX);
    enum err err = show_find(&showing);
    err = err == OK ? show_write(&showing, shows_bytes) : err;
    arena_fini(&showing.arena);
    return err;
}
