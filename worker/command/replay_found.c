/* replay_found.c - what was recorded for the events of a replay; the last part of
 * replay_book.h. An outcome is found by its id, which is made from the event's identity; a dead
 * letter and an audit record by the position that they name. */
#include "common/json.h"
#include "worker/command/replay_book.h"

#define FOUND_AUDIT_BYTES_MAX ((size_t)1 << 20)
#define FOUND_CHARS_MAX 1024

static struct book_event *found_at(const struct book *book, const struct book_place *place)
{
    const struct str key = { (const char *)place, sizeof(*place) };
    struct map_entry *entry = map_find(&book->places, key);
    struct book_event *event = entry ? container_of(entry, struct book_event, by_place) : NULL;
    return event && event->is_sought ? event : NULL;
}

static struct book_event *found_by_id(const struct book *book, const struct record *record)
{
    struct str id;
    if (!record_header(record, "ce_id", &id)) {
        return NULL;
    }
    struct map_entry *entry = map_find(&book->ids, id);
    return entry ? container_of(entry, struct book_id, entry)->event : NULL;
}

static bool found_number(const struct record *record, const char *name, int64_t *ret_number)
{
    struct str text;
    return record_header(record, name, &text) && str_to_i64(text, 0, INT64_MAX, ret_number);
}

static bool found_is_ours(const struct book *book, struct str topic_name)
{
    return str_eq(topic_name, book->options.topic_names[book->options.topic]);
}

static struct book_event *found_by_letter(const struct book *book, const struct record *record)
{
    struct str topic;
    int64_t partition;
    int64_t offset;
    if (!record_header(record, "x-dlq-topic", &topic) || !found_is_ours(book, topic) ||
        !found_number(record, "x-dlq-partition", &partition) || partition > INT32_MAX ||
        !found_number(record, "x-dlq-offset", &offset)) {
        return NULL;
    }
    const struct book_place place = { (int32_t)book->options.topic, (int32_t)partition, offset };
    return found_at(book, &place);
}

/* What an audit record says that matters here. */
struct found_audit {
    struct str topic;
    struct book_place place;
    size_t outcome;
};

static enum err found_read_audit(const struct json_at *at, struct found_audit *audit)
{
    const char *names[OUTCOME_KIND_COUNT];
    int64_t partition;
    for (size_t kind = 0; kind < OUTCOME_KIND_COUNT; kind++) {
        names[kind] = outcome_kind_name((enum outcome_kind)kind);
    }
    TRY(json_want_text(at, "topic", 1, FOUND_CHARS_MAX, &audit->topic));
    TRY(json_want_int(at, "partition", 0, INT32_MAX, &partition));
    TRY(json_want_int(at, "offset", 0, INT64_MAX, &audit->place.offset));
    audit->place.partition = (int32_t)partition;
    return json_want_enum(at, "outcome", names, countof(names), &audit->outcome);
}

static bool found_speaks(enum outcome_kind kind)
{
    const struct statement statement = statement_of_kind(kind);
    return statement_speaks(&statement);
}

static void found_settle(struct book *book, struct book_event *event)
{
    bool is_complete = event->has_audit &&
                       (!found_speaks(event->audited) ||
                        (event->has_found && event->found_kind == event->audited));
    if (is_complete && !event->is_complete) {
        event->is_complete = true;
        book->open--;
    }
}

/* An audit record that is none of ours says nothing. */
static void found_take_audit(struct book *book, const struct record *record)
{
    struct arena arena;
    struct json_t *root = NULL;
    struct found_audit audit = { .place = { .topic = (int32_t)book->options.topic } };
    arena_init(&arena, FOUND_AUDIT_BYTES_MAX);
    const struct json_in in = { .arena = &arena };
    if (json_read(record->value, FOUND_AUDIT_BYTES_MAX, &root, NULL) == OK) {
        const struct json_at at = json_root(root, &in);
        struct book_event *event = NULL;
        if (found_read_audit(&at, &audit) == OK && found_is_ours(book, audit.topic)) {
            event = found_at(book, &audit.place);
        }
        if (event && !event->has_audit) {
            event->has_audit = true;
            event->audited = (enum outcome_kind)audit.outcome;
            found_settle(book, event);
        }
        json_drop(&root);
    }
    arena_fini(&arena);
}

/* Of a dead letter only what its headers say is kept: the value is the event's. */
static enum err found_copy(struct arena *arena, enum outcome_kind kind, const struct record *from,
                           struct record *to)
{
    struct record record = *from;
    record.key = STR_NONE;
    record.headers_count = kind == OUTCOME_DEAD_LETTER ? from->headers_count : 0;
    record.value = kind == OUTCOME_DEAD_LETTER ? STR_NONE : from->value;
    return record_copy(arena, &record, to);
}

/* After a crash with delivery=at-least-once there may be several: the first of its kind counts,
 * and of several kinds the one that the audit names, else the one that speaks to the customer. */
static bool found_is_better(const struct book_event *event, enum outcome_kind kind)
{
    if (!event->has_found) {
        return true;
    }
    if (event->has_audit && (event->audited == kind || event->audited == event->found_kind)) {
        return event->found_kind != event->audited;
    }
    return kind < event->found_kind;
}

static enum err found_take(struct book *book, struct book_event *event, enum outcome_kind kind,
                           const struct record *record)
{
    if (!found_is_better(event, kind)) {
        return OK;
    }
    TRY(found_copy(&book->arena, kind, record, &event->found));
    event->has_found = true;
    event->found_kind = kind;
    found_settle(book, event);
    return OK;
}

static bool found_kind_of(enum topic topic, enum outcome_kind *ret_kind)
{
    static const struct {
        enum topic topic;
        enum outcome_kind kind;
    } kinds[] = { { TOPIC_ANSWERS, OUTCOME_ANSWER },
                  { TOPIC_RECOMMENDATIONS, OUTCOME_RECOMMENDATION },
                  { TOPIC_COPIES, OUTCOME_COPY },
                  { TOPIC_HANDOFFS, OUTCOME_HANDOFF },
                  { TOPIC_DEAD_LETTERS, OUTCOME_DEAD_LETTER } };
    for (size_t i = 0; i < countof(kinds); i++) {
        if (kinds[i].topic == topic) {
            *ret_kind = kinds[i].kind;
            return true;
        }
    }
    return false;
}

enum err book_take_outcome(struct book *book, const struct record *record, struct note *note)
{
    enum outcome_kind kind;
    if (record->topic == TOPIC_AUDIT) {
        found_take_audit(book, record);
        return OK;
    }
    if (!found_kind_of(record->topic, &kind)) {
        return OK;
    }
    struct book_event *event = kind == OUTCOME_DEAD_LETTER ? found_by_letter(book, record)
                                                           : found_by_id(book, record);
    return event ? book_explain(book, found_take(book, event, kind, record), note) : OK;
}

bool book_is_complete(const struct book *book)
{
    return book->open == 0;
}

/* Whose record tells what was said: a second record of one event has the first one's ids. */
static const struct book_event *found_owner(const struct book_event *event)
{
    const struct book_event *first = event->first;
    bool is_first_s = event->has_audit && !event->has_found && first && first->has_found &&
                      first->found_kind == event->audited;
    return is_first_s ? first : event;
}

enum err book_recorded(const struct book_event *event, struct arena *arena,
                       struct statement *ret_statement)
{
    const struct book_event *owner = found_owner(event);
    bool has_words = owner->has_found && (!event->has_audit || event->audited == owner->found_kind);
    struct statement statement = { 0 };
    enum err err = has_words ? statement_read(arena, owner->found_kind, &owner->found, &statement)
                             : ERR_EMPTY;
    if (err == ERR_NOMEM) {
        return err;
    }
    if (err != OK && event->has_audit) {
        statement = statement_of_kind(event->audited);
    } else if (err != OK && owner->has_found) {
        statement = statement_of_kind(owner->found_kind);
    }
    *ret_statement = statement;
    return OK;
}
