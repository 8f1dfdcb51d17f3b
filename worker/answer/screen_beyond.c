/* screen_beyond.c - see screen_beyond.h. */
#include "worker/answer/screen_beyond.h"

#define BEYOND_WORDS_MAX 256

struct beyond {
    struct str said;
    const char *told;
    const char *with;
};

static const struct beyond beyonds[] = {
#define BEYOND(said, told, with) { { said, sizeof(said) - 1 }, told, with },
#include "worker/answer/screen_beyond.def"
#undef BEYOND
};

/* Each word with its row; only read once main() runs. */
struct beyond_word {
    struct screen_pair_word word;
    unsigned second; /* pair */
    const struct beyond *row;
};

static struct beyond_word beyond_words[BEYOND_WORDS_MAX];
static size_t beyond_words_count;

__attribute__((constructor)) static void beyond_words_build(void)
{
    for (size_t i = 0; i < countof(beyonds); i++) {
        struct str rest = beyonds[i].said;
        struct str word;
        while (str_split(&rest, '|', &word)) {
            assert(beyond_words_count < BEYOND_WORDS_MAX);
            beyond_words[beyond_words_count++] =
                (struct beyond_word){ screen_pair_word(word), screen_pair_second(word),
                                      &beyonds[i] };
        }
    }
}

static bool beyond_is_told(const struct screen_facts *facts, const char *told)
{
    bool is_told = false;
    for (size_t i = 0; i < facts->sentences_count && !is_told; i++) {
        is_told = plain_has_any(facts->sentences[i], told);
    }
    for (size_t i = 0; i < facts->attributes_count && !is_told; i++) {
        is_told = plain_has_any(facts->attributes_told[i], told);
    }
    return is_told;
}

static bool beyond_is_denied(struct str sentence, size_t at)
{
    static const char denials[] = "not|cannot|can't|don't|won't|isn't|whether|no|不|没|未|无法|是否";
    return plain_has_any(str_slice(sentence, 0, at), denials);
}

static bool beyond_is_unfounded(const struct screen_facts *facts, struct str sentence,
                                const struct beyond_word *one)
{
    size_t at = screen_find_outside_names(facts, sentence, one->word.word);
    const struct beyond *row = one->row;
    return at < sentence.len && !beyond_is_denied(sentence, at) &&
           (row->with[0] == '\0' || plain_has_any(sentence, row->with)) &&
           !beyond_is_told(facts, row->told);
}

enum flaw screen_beyond_flaw(const struct screen_facts *facts, const struct screen_pairs *pairs,
                             struct str sentence)
{
    bool is_asked = sentence.len > 0 && sentence.ptr[sentence.len - 1] == '?';
    for (size_t i = 0; i < beyond_words_count && !is_asked; i++) {
        const struct beyond_word *one = &beyond_words[i];
        if (screen_pairs_may_have(pairs, one->word.pair) &&
            screen_pairs_may_have(pairs, one->second) &&
            beyond_is_unfounded(facts, sentence, one)) {
            return FLAW_PROMISE;
        }
    }
    return FLAW_NONE;
}
