/* day.c - see day.h. */
#include "worker/command/day.h"

#include "common/conf_topic.h"
#include "common/json.h"

#define DAY_ARENA_BYTES (4 * DAY_BYTES_MAX)
#define DAY_KEY_CHARS_MAX 512
#define DAY_TEXT_CHARS_MAX ((size_t)1 << 20)

struct shop_row {
    enum topic topic;
    const char *key;
    const char *text;
    const char *value;
};

static const struct shop_row day_rows[] = {
#define X(topic, key, text, value) { topic, key, text, value },
#include "worker/command/shop_day.def"
#undef X
};

static enum err day_start(struct day *day, size_t steps_max)
{
    *day = (struct day){ 0 };
    arena_init(&day->arena, DAY_ARENA_BYTES);
    day->steps = arena_zero(&day->arena, steps_max, sizeof(*day->steps));
    return day->steps ? OK : ERR_NOMEM;
}

void day_fini(struct day *day)
{
    arena_fini(&day->arena);
    *day = (struct day){ 0 };
}

enum err day_init(struct day *day)
{
    TRY(day_start(day, countof(day_rows)));
    for (size_t i = 0; i < countof(day_rows); i++) {
        const struct shop_row *row = &day_rows[i];
        day->steps[day->count++] = (struct day_step){ row->topic, str_from(row->key),
                                                      str_from(row->text), str_from(row->value) };
    }
    return OK;
}

bool day_is_stock(const struct day_step *step)
{
    return step->topic == TOPIC_CATALOG || step->topic == TOPIC_KNOWLEDGE;
}

static enum err day_take_topic(const struct json_at *at, const struct conf *conf,
                               struct day_step *step)
{
    struct str name;
    TRY(json_want_text(at, "topic", 1, DAY_KEY_CHARS_MAX, &name));
    enum topic topic;
    if (!conf_topic_find(conf, name, &topic) || !topic_is_input(topic)) {
        return json_fault(at, "topic", "is not the name of an input");
    }
    step->topic = topic;
    return OK;
}

static enum err day_take_event(const struct json_at *at, struct day_step *step)
{
    if (json_kind_of(at, "event") == KIND_TEXT) {
        return json_want_text(at, "event", 0, DAY_TEXT_CHARS_MAX, &step->value);
    }
    struct json_at object;
    TRY(json_want_object(at, "event", &object));
    CLEANUP(buf_fini) struct buf buf;
    buf_init(&buf, DAY_BYTES_MAX);
    TRY(json_write(object.value, &buf));
    return arena_copy(at->in->arena, buf_str(&buf), &step->value);
}

/* What a demo prints beside events: where its Kafka is, outcomes, and the sum at the end. */
static enum err day_pass_over(const struct json_at *at)
{
    static const char *const others[] = { "bootstrap", "outcome", "summary" };
    for (size_t i = 0; i < countof(others); i++) {
        if (json_kind_of(at, others[i]) != KIND_NONE) {
            return OK;
        }
    }
    return json_fault(at, "event", "has no event");
}

static enum err day_take_line(struct day *day, const struct conf *conf, struct str line,
                              struct note *note)
{
    CLEANUP(json_drop) struct json_t *root = NULL;
    TRY(json_read(line, DAY_BYTES_MAX, &root, note));
    const struct json_in in = { &day->arena, note };
    struct json_at at = json_root(root, &in);
    if (json_kind_of(&at, "event") == KIND_NONE) {
        return day_pass_over(&at);
    }
    struct day_step step = { 0 };
    TRY(day_take_topic(&at, conf, &step));
    TRY(day_take_event(&at, &step));
    TRY(json_may_text(&at, "key", 0, DAY_KEY_CHARS_MAX, &step.key));
    TRY(json_may_text(&at, "text", 0, DAY_TEXT_CHARS_MAX, &step.text));
    day->steps[day->count++] = step;
    return OK;
}

static size_t day_count_lines(struct str bytes)
{
    size_t count = 0;
    struct str line;
    while (str_split(&bytes, '\n', &line)) {
        count++;
    }
    return count;
}

enum err day_read(struct day *day, const struct conf *conf, const char *name, struct str bytes,
                  struct note *note)
{
    size_t lines = day_count_lines(bytes);
    TRY(day_start(day, min_size(lines, DAY_STEPS_MAX)));
    struct str line;
    for (size_t number = 1; str_split(&bytes, '\n', &line); number++) {
        if (number > DAY_STEPS_MAX) {
            note_set(note, "%s: has more than %d lines", name, DAY_STEPS_MAX);
            return ERR_FULL;
        }
        struct note why = { 0 };
        enum err err = str_trim(line).len ? day_take_line(day, conf, line, &why) : OK;
        if (err != OK) {
            note_set(note, "%s:%zu: %s%s%s", name, number, why.text, why.pointer[0] ? " at " : "",
                     why.pointer);
            return err;
        }
    }
    return OK;
}
