/* ban.c - see ban.h. */
#include "worker/answer/ban.h"

#include "common/crypto.h"
#include "common/field.h"
#include "common/utf8.h"
#include "worker/answer/plain.h"
#include "worker/answer/sentence.h"

static const char ban_list[] =
#define LINE(text) text "\n"
#include "worker/answer/ban_list.def"
#undef LINE
    ;

struct str ban_builtin(void)
{
    return (struct str){ ban_list, sizeof(ban_list) - 1 };
}

struct ban_reading {
    struct arena *arena;
    struct ban ban;
    struct ban_word *words;
    size_t line;
    struct note *note;
};

static enum err ban_refuse(const struct ban_reading *reading, const char *what)
{
    note_set(reading->note, "line %zu %s", reading->line, what);
    return ERR_CONFIG;
}

static enum err ban_take_market(struct ban_reading *reading, struct str line)
{
    struct ban *ban = &reading->ban;
    struct str name = str_trim(str_slice(line, 1, line.len - 2));
    if (line.ptr[line.len - 1] != ']' || !field_has_chars(name, 1, FIELD_LABEL_MAX)) {
        return ban_refuse(reading, "must name a market of 1 to 64 characters, as in [cn]");
    }
    if (ban->markets_count == BAN_MARKETS_MAX) {
        return ban_refuse(reading, "is one market too many, there may be 64");
    }
    for (size_t i = 0; i < ban->markets_count; i++) {
        if (str_eq_ascii_case(ban->markets[i], name)) {
            return ban_refuse(reading, "names a market for the second time");
        }
    }
    TRY(arena_copy(reading->arena, name, &ban->markets[ban->markets_count]));
    ban->markets_count++;
    return OK;
}

static enum err ban_take_word(struct ban_reading *reading, struct str line)
{
    struct ban *ban = &reading->ban;
    bool is_harmless = line.ptr[0] == '!';
    struct plain plain;
    plain_of(str_trim(str_slice(line, is_harmless ? 1 : 0, line.len)), &plain);
    struct str word = plain_str(&plain);
    if (ban->markets_count == 0) {
        return ban_refuse(reading, "stands before the first market, such as [cn] or [other]");
    }
    if (word.len == 0 || word.len > BAN_WORD_BYTES_MAX || str_is(word, "*")) {
        return ban_refuse(reading, "must have 1 to 128 bytes");
    }
    if (ban->words_count == BAN_WORDS_MAX) {
        return ban_refuse(reading, "is one word too many, there may be 4,096");
    }
    struct ban_word *kept = &reading->words[ban->words_count];
    TRY(arena_copy(reading->arena, word, &kept->word));
    kept->market = ban->markets_count - 1;
    kept->is_harmless = is_harmless;
    ban->words_count++;
    return OK;
}

static enum err ban_take_line(struct ban_reading *reading, struct str line)
{
    static const struct str mark = { "market:", 7 };
    struct ban *ban = &reading->ban;
    if (line.len == 0 || line.ptr[0] == ';') {
        return OK;
    }
    if (line.ptr[0] == '[') {
        return ban_take_market(reading, line);
    }
    if (ban->markets_count > 0 || !str_starts(line, mark)) {
        return ban_take_word(reading, line);
    }
    struct str name = str_trim(str_slice(line, mark.len, line.len));
    if (!field_has_chars(name, 1, FIELD_LABEL_MAX)) {
        return ban_refuse(reading, "must name a market of 1 to 64 characters");
    }
    return arena_copy(reading->arena, name, &ban->market);
}

static enum err ban_sign(struct arena *arena, struct str text, struct str *ret_version)
{
    char version[CRYPTO_VERSION_CHARS + 1];
    TRY(crypto_version(text, version));
    return arena_copy(arena, str_from(version), ret_version);
}

/* At least as many as there will be words; more than are allowed need no room. */
static size_t ban_lines(struct str text)
{
    size_t lines = 1;
    for (size_t at = 0; at < text.len; at++) {
        lines += text.ptr[at] == '\n';
    }
    return min_size(lines, BAN_WORDS_MAX);
}

enum err ban_read(struct arena *arena, struct str text, struct ban *ret_ban, struct note *note)
{
    struct ban_reading reading = { .arena = arena, .note = note };
    size_t bad_at;
    if (text.len > BAN_BYTES_MAX) {
        note_set(note, "the list is larger than %zu bytes", BAN_BYTES_MAX);
        return ERR_CONFIG;
    }
    if (utf8_check(text, &bad_at) != OK) {
        note_set(note, "the list is not UTF-8 at byte %zu; iconv -f GBK -t UTF-8 helps with GBK",
                 bad_at);
        return ERR_CONFIG;
    }
    reading.words = arena_zero(arena, ban_lines(text), sizeof(*reading.words));
    if (!reading.words) {
        return ERR_NOMEM;
    }
    struct str rest = utf8_without_mark(text);
    struct str line;
    while (str_split(&rest, '\n', &line)) {
        reading.line++;
        TRY(ban_take_line(&reading, str_trim(line)));
    }
    TRY(ban_sign(arena, text, &reading.ban.version));
    reading.ban.words = reading.words;
    *ret_ban = reading.ban;
    return OK;
}

struct str ban_market(const struct ban *ban, struct str named, struct str language)
{
    if (named.len > 0) {
        return named;
    }
    if (ban && ban->market.len > 0) {
        return ban->market;
    }
    return str_is(language, "zh") ? STR("cn") : STR("other");
}

static size_t ban_market_number(const struct ban *ban, struct str market)
{
    size_t other = ban->markets_count;
    for (size_t i = 0; i < ban->markets_count; i++) {
        if (str_eq_ascii_case(ban->markets[i], market)) {
            return i;
        }
        other = str_is(ban->markets[i], "other") ? i : other;
    }
    return other;
}

/* Zero width, soft hyphen, word joiner, byte order mark: they part words for a machine alone. */
static bool ban_is_unseen(uint32_t c)
{
    return (c >= 0x200B && c <= 0x200F) || c == 0xAD || c == 0x2060 || c == 0xFEFF ||
           c == 0x034F || (c >= 0xFE00 && c <= 0xFE0F);
}

/* A sentence that is looked at: what is harmless in it has a byte that is not 0. */
struct ban_look {
    struct plain plain;
    unsigned char harmless[PLAIN_BYTES_MAX];
};

static bool ban_look_at(struct ban_look *look, struct str sentence)
{
    char seen[PLAIN_BYTES_MAX];
    size_t len = 0;
    for (size_t at = 0; at < sentence.len;) {
        size_t from = at;
        bool is_unseen = ban_is_unseen(utf8_next(sentence, &at));
        if (len + (at - from) + 8 > sizeof(seen)) {
            return false;
        }
        if (!is_unseen) {
            memcpy(seen + len, sentence.ptr + from, at - from);
            len += at - from;
        }
    }
    plain_of((struct str){ seen, len }, &look->plain);
    memset(look->harmless, 0, look->plain.len);
    return true;
}

static void ban_excuse(struct ban_look *look, struct str word)
{
    struct str text = plain_str(&look->plain);
    if (word.len == 0) {
        return;
    }
    for (size_t at = 0; (at = plain_find(text, at, word)) < text.len; at++) {
        memset(look->harmless + at, 1, word.len - (word.ptr[word.len - 1] == '*' ? 1 : 0));
    }
}

static bool ban_has(const struct ban_look *look, struct str word)
{
    struct str text = plain_str(&look->plain);
    size_t len = word.len - (word.ptr[word.len - 1] == '*' ? 1 : 0);
    for (size_t at = 0; (at = plain_find(text, at, word)) < text.len; at++) {
        if (memchr(look->harmless + at, 0, len)) {
            return true;
        }
    }
    return false;
}

static bool ban_finds_in(const struct ban *ban, size_t market, struct ban_look *look)
{
    for (size_t i = 0; i < ban->words_count; i++) {
        if (ban->words[i].market == market && ban->words[i].is_harmless) {
            ban_excuse(look, ban->words[i].word);
        }
    }
    for (size_t i = 0; i < ban->words_count; i++) {
        const struct ban_word *word = &ban->words[i];
        if (word->market == market && !word->is_harmless && ban_has(look, word->word)) {
            return true;
        }
    }
    return false;
}

static bool ban_finds_between(const struct ban *ban, size_t market, struct str text,
                              const struct plain *name)
{
    struct ban_look look;
    struct str rest = text;
    struct str sentence;
    while (sentence_next(&rest, &sentence)) {
        if (!ban_look_at(&look, sentence)) {
            return true;
        }
        ban_excuse(&look, plain_str(name));
        if (ban_finds_in(ban, market, &look)) {
            return true;
        }
    }
    return false;
}

/* A name may be more than a sentence, so the text is parted at it first. */
bool ban_finds(const struct ban *ban, struct str market, struct str text, struct str name)
{
    struct plain own;
    struct str bare = str_trim(name);
    struct str rest = text;
    if (!ban) {
        return false;
    }
    size_t number = ban_market_number(ban, market);
    plain_of(bare, &own);
    while (rest.len > 0) {
        size_t at = bare.len > 0 ? str_find(rest, bare) : rest.len;
        if (ban_finds_between(ban, number, str_slice(rest, 0, at), &own)) {
            return true;
        }
        rest = str_slice(rest, at + bare.len, rest.len);
    }
    return false;
}

enum err ban_tell(const struct ban *ban, struct str market, struct buf *buf)
{
    size_t number = ban ? ban_market_number(ban, market) : 0;
    bool is_first = true;
    for (size_t i = 0; ban && i < ban->words_count; i++) {
        const struct ban_word *word = &ban->words[i];
        if (word->market != number || word->is_harmless) {
            continue;
        }
        struct str bare = str_slice(word->word, 0, str_find(word->word, STR("*")));
        enum err err = buf_printf(buf, "%s%.*s", is_first ? "" : ", ", STR_ARG(bare));
        if (err != OK) {
            return err == ERR_FULL ? OK : err;
        }
        is_first = false;
    }
    return OK;
}
