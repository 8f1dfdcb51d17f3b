/* What operators write: limits, prices, a day for the demo, and words that say which events or
 * letters are meant. The first byte chooses the reader. Each says what is wrong, or what it gives
 * keeps its bounds. */
#include "common/json.h"
#include "tests/fuzz/check.h"
#include "worker/command/day.h"
#include "worker/command/deadletter_pick.h"
#include "worker/command/replay_window.h"
#include "worker/engine/budget_limits.h"
#include "worker/engine/price.h"

#define ARENA_BYTES ((size_t)4 << 20)
#define WORDS_MAX 8
#define NOW_WALL_MS 1732000000000

static void check_err(enum err err, const struct note *note)
{
    if (err != OK && err != ERR_NOMEM && err != ERR_FULL) {
        check_note(note->text, sizeof(note->text));
    }
}

static void check_limits(struct arena *arena, struct str text)
{
    struct note note = { .text = "" };
    struct budget_limits defaults = { 0 };
    struct budget_overrides overrides = { 0 };
    enum err err = budget_overrides_read(arena, text, &defaults, &overrides, &note);
    check_err(err, &note);
    const struct budget_limits *of = err == OK ? budget_overrides_find(&overrides, STR("t")) : NULL;
    for (size_t kind = 0; of && kind < METRIC_BUDGET_COUNT; kind++) {
        CHECK(of->of[kind] >= 0);
    }
    budget_overrides_fini(&overrides);
}

static void check_prices(struct arena *arena, struct str text)
{
    struct note note = { .text = "" };
    struct prices prices = { .count = 0 };
    enum err err = prices_read(arena, text, &prices, &note);
    check_err(err, &note);
    CHECK(prices.count <= PRICES_MAX);
    const struct usage usage = { .tokens_in = 1000000, .tokens_out = 1000, .tokens_cached = 500 };
    for (size_t i = 0; err == OK && i < prices.count; i++) {
        CHECK(price_micros(&prices.rows[i], &usage) >= 0);
    }
}

static void check_day(struct str text)
{
    struct note note = { .text = "" };
    struct day day = { 0 };
    struct conf *conf = conf_create();
    enum err err = conf ? day_read(&day, conf, "day", text, &note) : ERR_NOMEM;
    check_err(err, &note);
    for (size_t i = 0; err == OK && i < day.count; i++) {
        CHECK(day.steps[i].topic < TOPIC_COUNT);
        (void)day_is_stock(&day.steps[i]);
    }
    day_fini(&day);
    conf_destroy(conf);
}

/* One word a line; an empty line is a word that is not there. */
static void cut_words(struct arena *arena, struct str text, const char *words[WORDS_MAX])
{
    for (size_t i = 0; i < WORDS_MAX; i++) {
        struct str line = check_line(&text);
        bool is_word = line.len > 0 && !memchr(line.ptr, '\0', line.len);
        struct str copy;
        words[i] = is_word && arena_copy(arena, line, &copy) == OK ? copy.ptr : NULL;
    }
}

static void check_window(struct arena *arena, struct str text)
{
    const char *at[WORDS_MAX];
    struct note note = { .text = "" };
    struct window window;
    struct conf *conf = conf_create();
    cut_words(arena, text, at);
    const struct window_words words = { .topic = at[0], .from = at[1], .to = at[2], .warm = at[3],
                                        .offsets = at[4], .partition = at[5], .limit = at[6] };
    enum err err = conf ? window_read(&words, conf, NOW_WALL_MS, &window, &note) : ERR_NOMEM;
    check_err(err, &note);
    if (err == OK) {
        CHECK(window.spans_count > 0 && window.spans_count <= WINDOW_SPANS_MAX);
        CHECK(window.limit > 0);
    }
    conf_destroy(conf);
}

static void check_pick(struct arena *arena, struct str text)
{
    const char *at[WORDS_MAX];
    struct note note = { .text = "" };
    struct pick pick = { 0 };
    cut_words(arena, text, at);
    const struct pick_words words = { .reason = at[0], .from = at[1], .to = at[2], .topic = at[3],
                                      .key = at[4], .letters = at[5], .skip = at[6],
                                      .limit = at[7] };
    enum err err = pick_read(&words, NOW_WALL_MS, &pick, &note);
    check_err(err, &note);
    if (err == OK) {
        check_err(pick_read_skips(&pick, text, &note), &note);
        const struct record record = { .partition = 0, .offset = 7 };
        CHECK(pick_judge(&pick, &record, NULL) <= PICK_YES);
    }
    for (size_t i = 0; i < pick.skips.count; i++) {
        CHECK(pick.skips.items[i].first <= pick.skips.items[i].last);
    }
    pick_fini(&pick);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    if (len == 0) {
        return 0;
    }
    struct str text = { (const char *)bytes + 1, len - 1 };
    struct arena arena;
    arena_init(&arena, ARENA_BYTES);
    json_setup(1);
    switch (bytes[0] % 5) {
    case 0:
        check_limits(&arena, text);
        break;
    case 1:
        check_prices(&arena, text);
        break;
    case 2:
        check_day(text);
        break;
    case 3:
        check_window(&arena, text);
        break;
    default:
        check_pick(&arena, text);
        break;
    }
    arena_fini(&arena);
    return 0;
}
