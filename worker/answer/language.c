/* language.c - see language.h. */
#include "worker/answer/language.h"

#include "common/utf8.h"

struct language {
    struct str code;
    const char *name;
    enum utf8_script script;
};

static const struct language languages[] = {
#define LANGUAGE(code, name, script) { { "" code, sizeof(code) - 1 }, name, script },
#include "worker/answer/languages.def"
#undef LANGUAGE
};

static const struct language *language_find(struct str code)
{
    size_t primary = min_size(str_find(code, STR("-")), code.len);
    for (size_t i = 0; i < countof(languages); i++) {
        if (str_eq_ascii_case(str_slice(code, 0, primary), languages[i].code)) {
            return &languages[i];
        }
    }
    return NULL;
}

static const struct language *language_of_script(enum utf8_script script)
{
    for (size_t i = 0; i < countof(languages); i++) {
        if (languages[i].script == script && script != UTF8_COMMON) {
            return &languages[i];
        }
    }
    return NULL;
}

/* A Han character says about as much as a word; one Kana decides that it is Japanese. */
static enum utf8_script language_script(struct str text)
{
    struct utf8_scripts scripts = utf8_scripts_in(text);
    scripts.of[UTF8_HAN] *= 3;
    if (scripts.of[UTF8_KANA] > 0) {
        scripts.of[UTF8_KANA] += scripts.of[UTF8_HAN] + scripts.of[UTF8_KANA] * 2;
        scripts.of[UTF8_HAN] = 0;
    }
    enum utf8_script most = UTF8_COMMON;
    size_t count = 0;
    for (size_t script = UTF8_LATIN; script < UTF8_OTHER; script++) {
        if (scripts.of[script] > count) {
            count = scripts.of[script];
            most = (enum utf8_script)script;
        }
    }
    return most;
}

/* Words that no other language in Latin letters has in this company. */
static bool language_is_english(struct str text)
{
    static const struct str words[] = {
        { "the", 3 }, { "is", 2 },   { "what", 4 }, { "how", 3 },    { "where", 5 },
        { "when", 4 }, { "my", 2 },  { "i", 1 },    { "does", 4 },   { "can", 3 },
        { "thanks", 6 }, { "hello", 5 }, { "this", 4 }, { "it", 2 },
    };
    size_t start = 0;
    while (start < text.len) {
        size_t end = start;
        while (end < text.len && text.ptr[end] != ' ') {
            end++;
        }
        struct str word = str_slice(text, start, end - start);
        for (size_t i = 0; i < countof(words); i++) {
            if (word.len == words[i].len && str_eq_ascii_case(word, words[i])) {
                return true;
            }
        }
        start = end + 1;
    }
    return false;
}

/* A short code such as "A100?" is in Latin letters and in no language. */
static bool language_is_open(enum utf8_script script, struct str text)
{
    return script == UTF8_COMMON || script == UTF8_HAN || script == UTF8_CYRILLIC ||
           (script == UTF8_LATIN && !language_is_english(text));
}

static bool language_fits(const struct language *language, enum utf8_script script)
{
    if (script == UTF8_COMMON || script == UTF8_LATIN) {
        return script == UTF8_COMMON || language->script == UTF8_COMMON ||
               language->script == UTF8_LATIN;
    }
    bool is_kin = script == UTF8_HAN && language->script == UTF8_KANA;
    bool is_slavic = script == UTF8_CYRILLIC && str_is(language->code, "uk");
    return language->script == script || is_kin || is_slavic;
}

struct str language_of(struct str text, struct str hint, struct str fallback)
{
    enum utf8_script script = language_script(text);
    const struct language *hinted = language_find(hint);
    if (hinted && language_is_open(script, text) && language_fits(hinted, script)) {
        return hinted->code;
    }
    const struct language *seen = language_of_script(script);
    if (seen) {
        return seen->code;
    }
    const struct language *last = hinted ? hinted : language_find(fallback);
    return last ? last->code : STR("und");
}

const char *language_name(struct str language)
{
    const struct language *found = language_find(language);
    return found ? found->name : NULL;
}
