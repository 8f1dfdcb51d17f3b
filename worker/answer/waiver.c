/* waiver.c - see waiver.h. */
#include "worker/answer/waiver.h"

static const enum concept waiver_wishes[] = { CONCEPT_REFUND, CONCEPT_RETURN, CONCEPT_EXCHANGE,
                                              CONCEPT_GIVE_BACK, CONCEPT_RETURNED };

/* These take a return back by themselves. */
static const char waiver_whole[] = "不退了|不换了|不用退了|不用换了|不想退了|不想换了|不要退了";

/* What takes back, and what says nothing. */
static const char waiver_words[] =
    "never|mind|nevermind|forget|no|not|longer|need|needed|want|wanted|don't|dont|do|ignore|"
    "disregard|changed|decided|against|necessary|required|isn't|is|the|a|my|about|it|i|for|to|any|"
    "more|anymore|after|all|request|please|thanks|thank|you|ok|okay|actually|then|now|just|well|"
    "so|and|can|have|i've|that|this|hi|hello|sorry|keep|i'll|will";
static const char waiver_characters[] =
    "不用|不需要|不必|无需|暂时|暂不|先不|谢谢|已经|现在|还是|决定|麻烦|申请|订单|这个|那个|没事|"
    "不要|不想|你好|您好|不好意思|不|就|了|我|的|先|暂|要|想|再|那|啊|哈|吧|好|嗯|请|算|呢|您|你|亲";

static size_t waiver_known_at(struct str rest, const char *words)
{
    struct str all = str_from(words);
    struct str word;
    size_t longest = 0;
    while (str_split(&all, '|', &word)) {
        longest = word.len > longest && plain_is_at(rest, 0, word) ? word.len : longest;
    }
    return longest;
}

static size_t waiver_wish_at(struct str rest)
{
    size_t longest = 0;
    for (size_t i = 0; i < countof(waiver_wishes); i++) {
        size_t end = 0;
        bool is_here = concept_find(rest, 0, waiver_wishes[i], &end) == 0 && rest.len > 0;
        longest = is_here ? max_size(longest, end) : longest;
    }
    return longest;
}

static bool waiver_is_mark(struct str rest)
{
    unsigned char c = (unsigned char)rest.ptr[0];
    return c == ' ' || c == ',' || c == '.' || c == '!' || c == '\n' || c == '~';
}

/* Bytes of what says nothing else at the start; 0: something does. */
static size_t waiver_step(struct str rest)
{
    size_t len = max_size(waiver_known_at(rest, waiver_whole), waiver_wish_at(rest));
    len = max_size(len, waiver_known_at(rest, waiver_words));
    len = max_size(len, waiver_known_at(rest, waiver_characters));
    bool is_stop = str_starts(rest, STR("。")) || str_starts(rest, STR("、"));
    return len > 0 ? len : waiver_is_mark(rest) ? 1 : is_stop ? 3 : 0;
}

bool waiver_is(struct str text, const struct concepts *concepts)
{
    concept_set wishes = 0;
    for (size_t i = 0; i < countof(waiver_wishes); i++) {
        wishes |= UINT64_C(1) << waiver_wishes[i];
    }
    bool is_back = (concepts->denied & wishes) != 0 || plain_has_any(text, waiver_whole);
    if (!is_back || ((concepts->denied | concepts->all) & CONCEPT_BIT(CANCEL)) != 0 ||
        (concepts->all & wishes) != 0) {
        return false;
    }
    size_t len = 0;
    for (size_t at = 0; at < text.len; at += len) {
        len = waiver_step(str_slice(text, at, text.len));
        if (len == 0) {
            return false;
        }
    }
    return true;
}
