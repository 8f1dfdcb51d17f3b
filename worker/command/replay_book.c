/* replay_book.c - see replay_book.h: the events and their order. */
#include "worker/command/replay_book_inner.h"

#include "common/mem.h"

#define BOOK_FIRST_SIZE 1024

enum err book_init(struct book *book, const struct book_options *options)
{
    *book = (struct book){ .options = *options };
    arena_init(&book->arena, options->bytes_max);
    book->oldest_wall_ms = INT64_MAX;
    book->newest_wall_ms = INT64_MIN;
    TRY(map_init(&book->actors, 2 * options->events_max, options->seed));
    TRY(map_init(&book->places, options->events_max, options->seed));
    return map_init(&book->ids, BOOK_IDS_MAX * options->events_max, options->seed);
}

void book_fini(struct book *book)
{
    for (size_t i = 0; i < book->count; i++) {
        buf_fini(&book->events[i]->line);
    }
    mem_free(book->events);
    map_fini(&book->actors);
    map_fini(&book->places);
    map_fini(&book->ids);
    arena_fini(&book->arena);
    *book = (struct book){ 0 };
}

enum err book_explain(const struct book *book, enum err err, struct note *note)
{
    if (err != ERR_NOMEM && err != ERR_FULL) {
        return err;
    }
    note_set(note,
             "more than is held at once (%zu events, %zu MiB): replay less in one run, "
             "with --from, --to, --partition, --key or --conversation",
             book->options.events_max, book->options.bytes_max >> 20);
    return ERR_USAGE;
}

/* --- taking events -------------------------------------------------------------------------- */

static enum err book_grow(struct book *book)
{
    if (book->count >= book->options.events_max) {
        return ERR_FULL;
    }
    if (book->count < book->size) {
        return OK;
    }
    size_t size = max_size(2 * book->size, BOOK_FIRST_SIZE);
    struct book_event **events = mem_resize(book->events, size * sizeof(struct book_event *));
    if (!events) {
        return ERR_NOMEM;
    }
    book->events = events;
    book->size = size;
    return OK;
}

/* The ids that its outcomes would have. */
static enum err book_identify(struct book_event *to, const struct event *event)
{
    static const char *const kinds[][BOOK_IDS_MAX] = {
        [EVENT_MESSAGE] = { "answer", "recommendation", "handoff" },
        [EVENT_ORDER] = { "recommendation", "handoff" },
        [EVENT_PRODUCT] = { NULL },
        [EVENT_PAGE] = { NULL },
        [EVENT_COPY_REQUEST] = { "copy" },
        [EVENT_HANDBACK] = { NULL },
        [EVENT_RECOMMENDATION_REQUEST] = { "recommendation" },
        [EVENT_FEEDBACK] = { NULL },
    };
    const char *const *names = kinds[event->kind];
    for (size_t i = 0; i < BOOK_IDS_MAX && names[i]; i++) {
        TRY(event_outcome_id(event->source, event->id, names[i], to->ids[i].text));
        to->ids[i].event = to;
        to->ids_count++;
    }
    return OK;
}

static bool book_is_wanted(const struct book *book, const struct record *record,
                           const struct event *event)
{
    const struct book_options *options = &book->options;
    if (options->key.len > 0 && !str_eq(record->key, options->key)) {
        return false;
    }
    return options->conversation.len == 0 ||
           (event && event->kind == EVENT_MESSAGE &&
            str_eq(event->message.conversation_id, options->conversation));
}

enum err book_add(struct book *book, const struct record *record, const struct event *event,
                  struct book_event **ret_event)
{
    TRY(book_grow(book));
    struct book_event *added = arena_new(&book->arena, struct book_event);
    if (!added) {
        return ERR_NOMEM;
    }
    TRY(record_copy(&book->arena, record, &added->record));
    added->place = (struct book_place){ (int32_t)record->topic, record->partition, record->offset };
    if (event) {
        TRY(arena_copy(&book->arena, event_payload_id(event), &added->id));
        TRY(book_identify(added, event));
        TRY(book_find_actors(book, event, BOOK_ADD, added));
    }
    book->events[book->count++] = added;
    *ret_event = added;
    return OK;
}

/* An event that does not decode is a dead letter then and now: it is replayed too. */
static enum err book_take_decoded(struct book *book, const struct record *record,
                                  const struct event *event)
{
    struct book_event *added;
    if (!book_is_wanted(book, record, event)) {
        return OK;
    }
    TRY(book_add(book, record, event, &added));
    added->is_sought = true;
    added->is_reported = record->timestamp_wall_ms >= book->options.from_wall_ms;
    book->oldest_wall_ms = min_i64(book->oldest_wall_ms, record->timestamp_wall_ms);
    book->newest_wall_ms = max_i64(book->newest_wall_ms, record->timestamp_wall_ms);
    return OK;
}

/* Decodes into memory that is given back: most of it is not needed again. */
enum err book_decode(struct book *book, const struct record *record, book_decoded_fn *take)
{
    struct arena arena;
    struct event *event = NULL;
    arena_init(&arena, EVENT_ARENA_BYTES(book->options.limits.value_bytes_max));
    const struct json_in in = { .arena = &arena };
    enum err err = event_decode(&in, record, book->options.topic_names[record->topic],
                                &book->options.limits, &event);
    err = err == ERR_NOMEM ? err : take(book, record, err == OK ? event : NULL);
    arena_fini(&arena);
    return err;
}

enum err book_take_event(struct book *book, const struct record *record, struct note *note)
{
    return book_explain(book, book_decode(book, record, book_take_decoded), note);
}

/* --- order ---------------------------------------------------------------------------------- */

static int book_compare(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int book_by_place(const void *a, const void *b)
{
    const struct book_place *left = &(*(struct book_event *const *)a)->place;
    const struct book_place *right = &(*(struct book_event *const *)b)->place;
    int order = book_compare(left->topic, right->topic);
    order = order ? order : book_compare(left->partition, right->partition);
    return order ? order : book_compare(left->offset, right->offset);
}

/* Of one millisecond, what changes the state comes first. */
static int book_by_time(const void *a, const void *b)
{
    const struct book_event *left = *(struct book_event *const *)a;
    const struct book_event *right = *(struct book_event *const *)b;
    int order = book_compare(left->time_wall_ms, right->time_wall_ms);
    if (order == 0 && left->record.topic != right->record.topic) {
        order = right->is_writer - left->is_writer;
    }
    return order ? order : book_by_place(a, b);
}

static bool book_is_same_partition(const struct book_event *a, const struct book_event *b)
{
    return a->place.topic == b->place.topic && a->place.partition == b->place.partition;
}

/* Producers' clocks may go back; the order of a partition may not. */
static void book_set_times(struct book *book)
{
    for (size_t i = 0; i < book->count; i++) {
        struct book_event *event = book->events[i];
        struct book_event *before = i > 0 ? book->events[i - 1] : NULL;
        bool is_first = !before || !book_is_same_partition(before, event);
        event->time_wall_ms = is_first
                                  ? event->record.timestamp_wall_ms
                                  : max_i64(before->time_wall_ms, event->record.timestamp_wall_ms);
        book->claims_count += is_first ? 1 : 0;
    }
}

static enum err book_make_claims(struct book *book)
{
    book->claims = arena_zero(&book->arena, max_size(book->claims_count, 1), sizeof(*book->claims));
    if (!book->claims) {
        return ERR_NOMEM;
    }
    size_t count = 0;
    for (size_t i = 0; i < book->count; i++) {
        const struct book_event *event = book->events[i];
        if (i == 0 || !book_is_same_partition(book->events[i - 1], event)) {
            book->claims[count++] = (struct claim){
                .id = { event->record.topic, event->record.partition },
                .committed = -1,
                .leader_epoch = -1,
                .low = event->record.offset,
                .high = -1,
            };
        }
    }
    return OK;
}

/* What is behind the last one to be reported is of no use. */
static void book_cut(struct book *book)
{
    size_t kept = 0;
    int64_t reported = 0;
    while (kept < book->count && reported < book->options.limit) {
        const struct book_event *event = book->events[kept++];
        reported += event->is_reported ? 1 : 0;
        book->open += event->is_sought ? 1 : 0;
    }
    book->count = kept;
    book->reported = (size_t)reported;
}

static enum err book_index_event(struct book *book, struct book_event *event)
{
    const struct str place = { (const char *)&event->place, sizeof(event->place) };
    TRY(map_add(&book->places, &event->by_place, place));
    for (size_t i = 0; event->is_sought && i < event->ids_count; i++) {
        struct book_id *id = &event->ids[i];
        struct map_entry *found = map_find(&book->ids, str_from(id->text));
        if (found) {
            event->first = container_of(found, struct book_id, entry)->event;
            return OK;
        }
        TRY(map_add(&book->ids, &id->entry, str_from(id->text)));
    }
    return OK;
}

enum err book_seal(struct book *book)
{
    if (book->count > 0) {
        qsort(book->events, book->count, sizeof(struct book_event *), book_by_place);
    }
    book_set_times(book);
    TRY(book_make_claims(book));
    if (book->count > 0) {
        qsort(book->events, book->count, sizeof(struct book_event *), book_by_time);
    }
    book_cut(book);
    for (size_t i = 0; i < book->count; i++) {
        TRY(book_index_event(book, book->events[i]));
    }
    return OK;
}

/* --- running -------------------------------------------------------------------------------- */

static bool book_must_wait_for(const struct book_event *event, const struct book_actor *actor)
{
    return actor && (actor->writers_open > 0 || (event->is_writer && actor->readers_open > 0));
}

static void book_count_open(const struct book_event *event, struct book_actor *actor, int change)
{
    if (actor && event->is_writer) {
        actor->writers_open += change;
    } else if (actor) {
        actor->readers_open += change;
    }
}

const struct record *book_next(struct book *book)
{
    if (book->next == book->count || book->next - book->printed >= BOOK_AHEAD_MAX) {
        return NULL;
    }
    struct book_event *event = book->events[book->next];
    if (book_must_wait_for(event, event->customer) ||
        book_must_wait_for(event, event->conversation)) {
        return NULL;
    }
    book_count_open(event, event->customer, 1);
    book_count_open(event, event->conversation, 1);
    event->is_sent = true;
    book->next++;
    return &event->record;
}

struct book_event *book_settle(struct book *book, const struct record *record)
{
    const struct book_place place = { (int32_t)record->topic, record->partition, record->offset };
    const struct str key = { (const char *)&place, sizeof(place) };
    struct map_entry *found = map_find(&book->places, key);
    assert(found);
    struct book_event *event = container_of(found, struct book_event, by_place);
    assert(event->is_sent && !event->is_done);
    event->is_done = true;
    book_count_open(event, event->customer, -1);
    book_count_open(event, event->conversation, -1);
    return event;
}

struct book_event *book_take_back(struct book *book)
{
    while (book->printed < book->count && book->events[book->printed]->is_done) {
        struct book_event *event = book->events[book->printed++];
        if (event->is_reported) {
            return event;
        }
    }
    return NULL;
}

bool book_is_over(const struct book *book)
{
    return book->printed == book->count;
}
