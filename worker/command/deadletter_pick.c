/* deadletter_pick.c - see deadletter_pick.h. */
#include "worker/command/deadletter_pick.h"

#include "common/mem.h"
#include "worker/command/replay_window.h"

/* --- places --------------------------------------------------------------------------------- */

bool place_parse(struct str text, struct place *ret_place)
{
    struct str partition;
    struct str first;
    struct place place;
    int64_t number;
    if (!str_split(&text, ':', &partition) || !text.ptr || !str_split(&text, '-', &first) ||
        !str_to_i64(partition, 0, INT32_MAX, &number) ||
        !str_to_i64(first, 0, INT64_MAX - 1, &place.first)) {
        return false;
    }
    place.partition = (int32_t)number;
    place.last = place.first;
    if (text.ptr && !str_to_i64(text, place.first, INT64_MAX - 1, &place.last)) {
        return false;
    }
    *ret_place = place;
    return true;
}

static enum err places_add(struct places *places, const struct place *place, struct note *note)
{
    if (places->count == PICK_PLACES_MAX) {
        note_set(note, "more than %d letters are named; use ranges, as in 0:100-199",
                 PICK_PLACES_MAX);
        return ERR_USAGE;
    }
    if ((places->count & (places->count - 1)) == 0) { /* full: the sizes are powers of two */
        size_t size = places->count ? 2 * places->count : 1;
        struct place *items = mem_resize(places->items, size * sizeof(*items));
        if (!items) {
            return ERR_NOMEM;
        }
        places->items = items;
    }
    places->items[places->count++] = *place;
    return OK;
}

static enum err places_read(struct places *places, const char *option, struct str words,
                            struct note *note)
{
    struct str word;
    while (str_split(&words, ',', &word)) {
        struct place place;
        word = str_trim(word);
        if (!place_parse(word, &place)) {
            note_set(note, "%s: %.*s is no letter; write partition:offset, as in 0:17 or 0:10-19",
                     option, STR_ARG(word));
            return ERR_USAGE;
        }
        TRY(places_add(places, &place, note));
    }
    return OK;
}

static bool places_have(const struct places *places, const struct record *record)
{
    for (size_t i = 0; i < places->count; i++) {
        const struct place *place = &places->items[i];
        if (place->partition == record->partition && place->first <= record->offset &&
            record->offset <= place->last) {
            return true;
        }
    }
    return false;
}

enum err pick_read_skips(struct pick *pick, struct str lines, struct note *note)
{
    struct str line;
    while (str_split(&lines, '\n', &line)) {
        line = str_trim(str_slice(line, 0, str_find(line, STR("#"))));
        if (line.len > 0) {
            TRY(places_read(&pick->skips, "--skip-file", line, note));
        }
    }
    return OK;
}

/* --- words ---------------------------------------------------------------------------------- */

static enum err pick_times(const struct pick_words *words, int64_t now_wall_ms, struct pick *pick,
                           struct note *note)
{
    TRY(window_read_time("--from", words->from, now_wall_ms, &pick->from_wall_ms, note));
    TRY(window_read_time("--to", words->to, now_wall_ms, &pick->to_wall_ms, note));
    if (pick->from_wall_ms >= pick->to_wall_ms) {
        note_set(note, "--from %s is not before --to %s", words->from,
                 words->to ? words->to : "now");
        return ERR_USAGE;
    }
    return OK;
}

static bool pick_is_reason(struct str label)
{
    bool is_one = false;
    for (int err = 1; err < ERR_COUNT; err++) {
        is_one = is_one || str_is(label, err_label((enum err)err));
    }
    return is_one;
}

/* A label that no letter can have would find nothing, in silence. */
static enum err pick_check_reasons(struct str reasons, struct note *note)
{
    struct str one;
    while (str_split(&reasons, ',', &one)) {
        one = str_trim(one);
        if (!pick_is_reason(one)) {
            note_set(note, "--reason: %.*s is no reason; they are schema, json, too_large, ...",
                     STR_ARG(str_slice(one, 0, 40)));
            return ERR_USAGE;
        }
    }
    return OK;
}

enum err pick_read(const struct pick_words *words, int64_t now_wall_ms, struct pick *ret_pick,
                   struct note *note)
{
    struct pick *pick = ret_pick;
    *pick = (struct pick){
        .reasons = str_from(words->reason),
        .from_wall_ms = INT64_MIN,
        .to_wall_ms = INT64_MAX,
        .topic_name = str_from(words->topic),
        .key = str_from(words->key),
        .has_key = words->key != NULL,
        .has_letters = words->letters != NULL,
        .limit = INT64_MAX,
    };
    if (words->topic && !words->topic[0]) { /* an unset variable, which would pick all there is */
        note_set(note, "--topic names no topic");
        return ERR_USAGE;
    }
    TRY(pick_times(words, now_wall_ms, pick, note));
    TRY(pick_check_reasons(pick->reasons, note));
    if (words->limit && !str_to_i64(str_from(words->limit), 1, INT64_MAX, &pick->limit)) {
        note_set(note, "--limit: %s is no number of letters, from 1 on", words->limit);
        return ERR_USAGE;
    }
    TRY(places_read(&pick->letters, "--letters", str_from(words->letters), note));
    return places_read(&pick->skips, "--skip", str_from(words->skip), note);
}

void pick_fini(struct pick *pick)
{
    mem_free(TAKE(pick->letters.items));
    mem_free(TAKE(pick->skips.items));
}

/* --- judging -------------------------------------------------------------------------------- */

static bool pick_has_reason(const struct pick *pick, struct str reason)
{
    struct str rest = pick->reasons;
    struct str one;
    while (str_split(&rest, ',', &one)) {
        if (str_eq(str_trim(one), reason)) {
            return true;
        }
    }
    return pick->reasons.len == 0;
}

/* A record that is no letter has neither reason nor time nor origin. */
static bool pick_has_letter(const struct pick *pick, const struct letter *letter)
{
    if (!letter) {
        return pick->reasons.len == 0 && pick->topic_name.len == 0 &&
               pick->from_wall_ms == INT64_MIN && pick->to_wall_ms == INT64_MAX;
    }
    return pick_has_reason(pick, letter->reason) &&
           (pick->topic_name.len == 0 || str_eq(pick->topic_name, letter->topic_name)) &&
           letter->last_at_wall_ms >= pick->from_wall_ms &&
           letter->last_at_wall_ms < pick->to_wall_ms;
}

enum pick_verdict pick_judge(const struct pick *pick, const struct record *record,
                             const struct letter *letter)
{
    bool is_keyed = !pick->has_key || (record->has_key && str_eq(pick->key, record->key));
    bool is_named = !pick->has_letters || places_have(&pick->letters, record);
    if (!is_keyed || !is_named || !pick_has_letter(pick, letter)) {
        return PICK_NO;
    }
    return places_have(&pick->skips, record) ? PICK_SKIPPED : PICK_YES;
}
