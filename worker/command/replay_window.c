/* replay_window.c - see replay_window.h. */
#include "worker/command/replay_window.h"

#include "common/clock.h"
#include "common/conf_topic.h"

#define WINDOW_BACK_MAX 1000000000
#define WINDOW_LIST_BYTES 96 /* of topics that are named in a note */

static bool window_unit_ms(char unit, int64_t *ret_ms)
{
    static const struct {
        char unit;
        int64_t ms;
    } units[] = { { 's', 1000 }, { 'm', 60000 }, { 'h', 3600000 }, { 'd', 86400000 } };
    for (size_t i = 0; i < countof(units); i++) {
        if (units[i].unit == unit) {
            *ret_ms = units[i].ms;
            return true;
        }
    }
    return false;
}

bool window_parse_time(struct str text, int64_t now_wall_ms, int64_t *ret_wall_ms)
{
    int64_t unit_ms;
    int64_t count;
    if (str_is(text, "now")) {
        *ret_wall_ms = now_wall_ms;
        return true;
    }
    if (!str_starts(text, STR("-"))) {
        return clock_day_exists(text) && clock_parse_day_or_time(text, ret_wall_ms);
    }
    struct str number = str_slice(text, 1, text.len - 1);
    if (number.len < 2 || !window_unit_ms(number.ptr[number.len - 1], &unit_ms) ||
        !str_to_i64(str_slice(number, 0, number.len - 1), 0, WINDOW_BACK_MAX, &count)) {
        return false;
    }
    *ret_wall_ms = now_wall_ms - count * unit_ms;
    return true;
}

enum err window_read_time(const char *option, const char *word, int64_t now_wall_ms,
                          int64_t *ret_wall_ms, struct note *note)
{
    int64_t ignored;
    if (!word || window_parse_time(str_from(word), now_wall_ms, ret_wall_ms)) {
        return OK;
    }
    if (clock_parse_day_or_time(str_from(word), &ignored)) {
        note_set(note, "%s: there is no such day as %.10s", option, word);
    } else {
        note_set(note, "%s: %s is no time; write 2025-01-31T10:00:00Z, 2025-01-31, -90m or now",
                 option, word);
    }
    return ERR_USAGE;
}

/* Which input topics there are, for whoever has named another: as many as a note has room for. */
static void window_list_topics(const struct conf *conf, const char *word, struct note *note)
{
    char list[WINDOW_LIST_BYTES] = "";
    size_t len = 0;
    bool is_whole = true;
    for (enum topic topic = 0; topic < TOPIC_COUNT; topic++) {
        struct str name = conf_topic_name(conf, topic);
        if (!topic_has_events(topic) || name.len == 0) {
            continue;
        }
        is_whole = is_whole && len + name.len + 2 < sizeof(list);
        if (is_whole) {
            len += (size_t)snprintf(list + len, sizeof(list) - len, "%s%.*s", len ? ", " : "",
                                    STR_ARG(name));
        }
    }
    note_set(note, "--topic: %s has no events of this worker, unlike %s%s", word, list,
             is_whole ? "" : ", ...");
}

static enum err window_topic(const char *word, const struct conf *conf, enum topic *ret_topic,
                             struct note *note)
{
    if (!word) {
        note_set(note, "--topic is missing: name the topic whose events are to be replayed");
        return ERR_USAGE;
    }
    enum topic topic;
    if (!conf_topic_find(conf, str_from(word), &topic) || !topic_has_events(topic)) {
        window_list_topics(conf, word, note);
        return ERR_USAGE;
    }
    *ret_topic = topic;
    return OK;
}

static bool window_parse_span(struct str text, struct tape_span *span)
{
    struct str partition;
    struct str first;
    int64_t number;
    if (!str_split(&text, ':', &partition) || !str_split(&text, '-', &first) ||
        !str_to_i64(partition, 0, INT32_MAX, &number) ||
        !str_to_i64(first, 0, INT64_MAX - 1, &span->from) ||
        !str_to_i64(text, 0, INT64_MAX - 1, &span->to) || span->from > span->to) {
        return false;
    }
    span->partition = (int32_t)number;
    return true;
}

static bool window_has_partition(const struct window *window, int32_t partition)
{
    for (size_t i = 0; i < window->spans_count; i++) {
        if (window->spans[i].partition == partition) {
            return true;
        }
    }
    return false;
}

static enum err window_offsets(const char *words, struct window *window, struct note *note)
{
    struct str rest = str_from(words);
    struct str part;
    while (str_split(&rest, ',', &part)) {
        struct tape_span span = { .topic = window->topic, .is_by_offset = true };
        if (!window_parse_span(part, &span)) {
            note_set(note, "--offsets: %.*s is no range; write P:A-B, as in 0:100-199,1:40-40",
                     STR_ARG(part));
            return ERR_USAGE;
        }
        if (window_has_partition(window, span.partition)) {
            note_set(note, "--offsets: partition %d occurs twice; name it once",
                     (int)span.partition);
            return ERR_USAGE;
        }
        if (window->spans_count == WINDOW_SPANS_MAX) {
            note_set(note, "--offsets: more than %d ranges; replay them in several runs",
                     WINDOW_SPANS_MAX);
            return ERR_USAGE;
        }
        window->spans[window->spans_count++] = span;
    }
    return OK;
}

static enum err window_times(const struct window_words *words, int64_t now_wall_ms,
                             struct window *window, struct note *note)
{
    int64_t partition = TAPE_ALL_PARTITIONS;
    int64_t warm_wall_ms = 0;
    TRY(window_read_time("--from", words->from, now_wall_ms, &window->from_wall_ms, note));
    TRY(window_read_time("--to", words->to, now_wall_ms, &window->to_wall_ms, note));
    TRY(window_read_time("--warm", words->warm, now_wall_ms, &warm_wall_ms, note));
    if (window->from_wall_ms >= window->to_wall_ms) {
        note_set(note, "--from %s is not before --to %s", words->from, words->to);
        return ERR_USAGE;
    }
    if (words->warm && warm_wall_ms > window->from_wall_ms) {
        note_set(note, "--warm %s is behind --from %s", words->warm, words->from);
        return ERR_USAGE;
    }
    if (words->partition && !str_to_i64(str_from(words->partition), 0, INT32_MAX, &partition)) {
        note_set(note, "--partition: %s is no partition's number", words->partition);
        return ERR_USAGE;
    }
    window->spans[window->spans_count++] = (struct tape_span){
        .topic = window->topic,
        .partition = (int32_t)partition,
        .from = words->warm ? warm_wall_ms : window->from_wall_ms,
        .to = window->to_wall_ms,
    };
    return OK;
}

static enum err window_limit(const char *word, int64_t *ret_limit, struct note *note)
{
    if (word && !str_to_i64(str_from(word), 1, INT64_MAX, ret_limit)) {
        note_set(note, "--limit: %s is no number of events", word);
        return ERR_USAGE;
    }
    return OK;
}

enum err window_read(const struct window_words *words, const struct conf *conf, int64_t now_wall_ms,
                     struct window *ret_window, struct note *note)
{
    struct window window = { .from_wall_ms = TAPE_BEGINNING,
                             .to_wall_ms = TAPE_END,
                             .limit = INT64_MAX };
    bool has_times = words->from || words->to || words->warm || words->partition;
    TRY(window_topic(words->topic, conf, &window.topic, note));
    TRY(window_limit(words->limit, &window.limit, note));
    if (words->offsets && has_times) {
        note_set(note, "--offsets says it all: leave --from, --to, --warm and --partition out");
        return ERR_USAGE;
    }
    if (!words->offsets && !words->from) {
        note_set(note, "say what to replay: --from TIME [--to TIME], or --offsets P:A-B");
        return ERR_USAGE;
    }
    TRY(words->offsets ? window_offsets(words->offsets, &window, note)
                       : window_times(words, now_wall_ms, &window, note));
    *ret_window = window;
    return OK;
}
