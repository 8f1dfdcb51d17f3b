/* screen_deed.c - see screen_deed.h. In English, words are looked at one by one from the one in
 * question; in Chinese, what stands in the same clause decides. */
#include "worker/answer/screen_deed.h"

#define DEED_BEHIND_BYTES 6 /* two Chinese characters */

/* What may stand between who does something and what is done. */
static const char deed_adverbs[] = "now|just|already|also|since|then|gladly|happily|immediately|"
                                   "successfully|gone|ahead|and|went|only|recently|today|"
                                   "meanwhile|personally|directly|fully|accordingly";
static const char deed_articles[] = "a|an|the|your|full|partial|its|for|my|of|to";
/* "issue you a refund", "have it replaced" */
static const char deed_objects[] = "you|this|that|it";
static const char deed_agents[] = "i|we|i've|we've";
static const char deed_perfects[] = "have|has|had|been";
static const char deed_aids[] = "will|can|could|shall|am|are|going|to|be|happy|glad|me|would";
static const char deed_lights[] = "issue|process|arrange|start|initiate|make|give|send|approve|"
                                  "get|set|trigger|request|apply|book|offer|grant";
static const char deed_lights_done[] = "issued|processed|arranged|started|initiated|made|gave|"
                                       "given|sent|approved|set|triggered|requested|applied|"
                                       "received|accepted|booked|completed|granted|put|paid";
static const char deed_relatives[] = "that|which|who|you|items|goods|products|orders|parcels|"
                                     "articles";

/* What a shop's writer may say to have done though no fact tells of it is not among these. */
static const char deed_others[] =
    "notified|informed|contacted|alerted|called|emailed|messaged|forwarded|passed|escalated|"
    "transferred|opened|created|raised|logged|filed|submitted|updated|changed|modified|corrected|"
    "adjusted|edited|amended|upgraded|expedited|prioritised|prioritized|rushed|added|removed|"
    "applied|credited|waived|reserved|booked|scheduled|rescheduled|arranged|organised|organized|"
    "requested|registered|flagged|marked|stopped|paused|blocked|activated|deactivated|extended|"
    "reported|subscribed|unsubscribed|deleted";
static const char deed_supposed[] = "if|when|once|after|until|before|unless|whether|not|never|"
                                    "cannot|can't|haven't|hasn't|as soon as";

/* Behind these, 已发货 is said of any order. */
static const char *const deed_general[] = { "的", "后", "时", "前", "订单", "商品", "状态", "则",
                                            "即", "可", "才", "之", "就", "且", "或" };
static const char deed_for_you[] = "为您|帮您|给您|替您|为你|帮你|给你|替你";
static const char deed_done_zh[] = "已|刚刚|刚才|马上|立即|立刻|这就|现在就";
static const char deed_behind_zh[] = "已提交|已处理|已发起|已受理|已完成|已办理|已登记|已申请|已到账|"
                                     "已经|已退回|已安排|已通过|正在处理|处理中|申请已|请求已";
static const char deed_others_zh[] =
    "通知|联系|转告|转达|登记|提交|反馈|上报|加急|催|备注|申请|修改|更改|变更|更正|升级|预留|预约|"
    "添加|删除|拦截|开通|延长|转交|致电|安排|处理|记录|优先";
static const char deed_looked_zh[] = "查|核实|核对|确认|找到";
static const char deed_supposed_zh[] = "如|若|一旦|待|等|是否|未|没|不|前|后|请";

static bool deed_is_word(char c)
{
    return plain_is_letter(c) || c == '\'';
}

/* The word that ends before `at`; empty: something else than a space stands there. */
static struct str deed_word_before(struct str text, size_t at)
{
    size_t end = at;
    while (end > 0 && text.ptr[end - 1] == ' ') {
        end--;
    }
    size_t from = end;
    while (from > 0 && deed_is_word(text.ptr[from - 1])) {
        from--;
    }
    return str_slice(text, from, end - from);
}

/* The word that begins at `at` or behind spaces. */
static struct str deed_word_behind(struct str text, size_t at)
{
    size_t from = at;
    while (from < text.len && text.ptr[from] == ' ') {
        from++;
    }
    size_t end = from;
    while (end < text.len && deed_is_word(text.ptr[end])) {
        end++;
    }
    return str_slice(text, from, end - from);
}

static size_t deed_at(struct str text, struct str word)
{
    return (size_t)(word.ptr - text.ptr);
}

static bool deed_is(struct str word, const char *words)
{
    struct str rest = str_from(words);
    struct str one;
    bool is_one = false;
    while (!is_one && str_split(&rest, '|', &one)) {
        is_one = str_eq(word, one);
    }
    return is_one;
}

static bool deed_ends(struct str word, struct str end)
{
    return word.len > end.len + 1 &&
           str_eq(str_slice(word, word.len - end.len, end.len), end);
}

static bool deed_is_past(struct str word)
{
    return deed_ends(word, STR("ed"));
}

/* The word in question, whole: a table's "refund*" is "refunded". */
static struct str deed_whole(struct str clause, struct screen_place place)
{
    return deed_word_behind(clause, place.from);
}

struct deed_lead {
    struct str subject; /* the first word of another kind than these */
    bool is_perfect;    /* have, been */
    bool is_light;      /* "issue" a refund */
    bool is_light_done; /* "issued" one */
};

/* What leads up to `at`. */
static struct deed_lead deed_lead(struct str clause, size_t at)
{
    struct deed_lead lead = { .is_perfect = false };
    bool is_verb = false;
    for (;;) {
        struct str word = deed_word_before(clause, at);
        bool is_done = deed_is(word, deed_lights_done);
        bool is_light = deed_is(word, deed_lights);
        bool is_perfect = deed_is(word, deed_perfects);
        lead.is_light |= is_light;
        lead.is_light_done |= is_done;
        lead.is_perfect |= is_perfect;
        bool is_of_verb = is_done || is_light || is_perfect || deed_is(word, deed_aids);
        bool goes_on = is_of_verb || deed_is(word, deed_adverbs) || deed_is(word, deed_articles) ||
                       (!is_verb && deed_is(word, deed_objects));
        is_verb |= is_of_verb;
        if (!goes_on) {
            lead.subject = word;
            return lead;
        }
        at = deed_at(clause, word);
    }
}

static bool deed_is_han(struct str text, size_t at)
{
    return (unsigned char)text.ptr[at] >= 0x80;
}

static bool deed_goes_on_general(struct str clause, size_t at)
{
    struct str behind = str_slice(clause, at, clause.len);
    for (size_t i = 0; i < countof(deed_general); i++) {
        if (str_starts(behind, str_from(deed_general[i]))) {
            return true;
        }
    }
    return false;
}

/* "It has been", "your order was", "we": told of one; "items that have been" of all. */
static bool deed_is_of_one(struct str clause, size_t at)
{
    static const char aids[] = "has|have|had|been|was|were|is|are|already|now|just|not|also|being";
    bool is_told = false;
    struct str word = deed_word_before(clause, at);
    while (deed_is(word, aids)) {
        is_told = is_told || !deed_is(word, "is|are|not|also|being");
        at = deed_at(clause, word);
        word = deed_word_before(clause, at);
    }
    bool is_agent = deed_is(word, deed_agents);
    bool is_mine = plain_has_any(str_slice(clause, 0, at), "your order|your parcel|your package|"
                                                           "the parcel|it is|it's|it") ||
                   deed_is(word, "it's");
    bool is_yours = plain_has_any(str_slice(clause, 0, at), "your orders|both orders|your parcels");
    return is_yours || (!deed_is(word, deed_relatives) && (is_told || is_agent || is_mine));
}

bool screen_deed_is_state(struct str clause, struct screen_place word)
{
    return deed_is_han(clause, word.from) ? !deed_goes_on_general(clause, word.to)
                                          : deed_is_of_one(clause, word.from);
}

/* "Your refund has been issued", "the return is on its way". */
static bool deed_is_passive(struct str clause, size_t at)
{
    struct str word = deed_word_behind(clause, at);
    bool is_done = false;
    while (deed_is(word, "has|have|been|was|were|now|already|just|is|are|being")) {
        is_done = is_done || deed_is(word, "been|was|were|being");
        at = deed_at(clause, word) + word.len;
        word = deed_word_behind(clause, at);
    }
    bool is_coming = plain_has_any(str_slice(clause, at, 12), "on its way|on the way");
    return is_coming || (is_done && word.len > 0);
}

/* "It has been refunded", "is being refunded"; "it is refunded" says how it goes. */
static bool deed_is_undergone(struct str clause, size_t at)
{
    bool is_done = false;
    struct str word = deed_word_before(clause, at);
    while (deed_is(word, "has|have|had|been|was|were|is|are|already|now|just|also|being")) {
        is_done = is_done || !deed_is(word, "is|are|also");
        at = deed_at(clause, word);
        word = deed_word_before(clause, at);
    }
    return is_done && !deed_is(word, deed_relatives);
}

static bool deed_is_promised_en(struct str clause, struct screen_place place)
{
    struct str word = deed_whole(clause, place);
    struct deed_lead lead = deed_lead(clause, place.from);
    bool is_past = deed_is_past(word);
    bool is_doing = deed_is(lead.subject, "i|i'll|i'm|i've|i'd|let") &&
                    (is_past || lead.is_light || lead.is_light_done ||
                     !deed_is(deed_word_before(clause, place.from), deed_articles));
    bool is_ours = deed_is(lead.subject, "we|we've|we're|we'll") &&
                   (is_past || lead.is_light_done || deed_ends(word, STR("ing")));
    bool is_at_once = plain_has_any(clause, "will|we'll|you'll") &&
                      plain_has_any(clause, "right away|straight away|shortly|at once");
    bool is_passive = (is_past && deed_is_undergone(clause, place.from)) ||
                      deed_is_passive(clause, place.from + word.len);
    bool is_supposed = plain_has_any(str_slice(clause, 0, place.from), deed_supposed);
    return is_doing || is_at_once || ((is_ours || is_passive) && !is_supposed);
}

static bool deed_is_promised_zh(struct str clause, struct screen_place place)
{
    struct str before = str_slice(clause, 0, place.to);
    struct str behind = str_slice(clause, place.to, clause.len);
    bool is_for_you = plain_has_any(before, deed_for_you);
    struct str rest = str_from(deed_behind_zh);
    struct str word;
    bool is_behind = false;
    while (str_split(&rest, '|', &word)) {
        is_behind = is_behind || str_starts(behind, word);
    }
    bool is_done = plain_has_any(before, deed_done_zh) || str_starts(behind, STR("了"));
    return (is_for_you && is_done) || is_behind;
}

bool screen_deed_is_promised(struct str clause, struct screen_place word)
{
    return deed_is_han(clause, word.from) ? deed_is_promised_zh(clause, word)
                                          : deed_is_promised_en(clause, word);
}

/* "We've changed", "has been forwarded". Most sentences tell of nobody who does anything. */
static bool deed_is_other_en(struct str sentence)
{
    if (!plain_has_any(sentence, deed_agents) && !plain_has_any(sentence, deed_perfects)) {
        return false;
    }
    struct str rest = str_from(deed_others);
    struct str other;
    while (str_split(&rest, '|', &other)) {
        size_t at = plain_find(sentence, 0, other);
        if (at == sentence.len || plain_has_any(str_slice(sentence, 0, at), deed_supposed)) {
            continue;
        }
        struct deed_lead lead = deed_lead(sentence, at);
        bool is_agent = deed_is(lead.subject, deed_agents);
        bool is_passive = lead.is_perfect && deed_is_undergone(sentence, at);
        if (is_agent || is_passive) {
            return true;
        }
    }
    return false;
}

/* 已为您登记, 我帮您催了; not 已为您查到. */
static bool deed_is_other_zh(struct str sentence)
{
    struct str rest = str_from(deed_for_you);
    struct str word;
    while (str_split(&rest, '|', &word)) {
        size_t at = plain_find(sentence, 0, word);
        struct str before = str_slice(sentence, 0, at);
        struct str behind = str_slice(sentence, at + word.len, 5 * DEED_BEHIND_BYTES);
        bool is_done = plain_has_any(before, "已") || plain_has_any(behind, "了");
        bool is_looked = plain_has_any(str_slice(behind, 0, DEED_BEHIND_BYTES), deed_looked_zh);
        if (at < sentence.len && is_done && !is_looked && plain_has_any(behind, deed_others_zh) &&
            !plain_has_any(before, deed_supposed_zh)) {
            return true;
        }
    }
    return plain_has_any(sentence, "已通知|已联系|已经通知|已经联系|已加急|已经加急|已转告|已备注|已上报|"
                                   "申请已提交|申请已受理|申请已通过|申请已收到");
}

bool screen_deed_is_claimed(struct str sentence)
{
    bool is_asked = sentence.len > 0 && sentence.ptr[sentence.len - 1] == '?';
    bool is_sent = plain_has_any(sentence, "sent you a|sent you an|sent you the label|emailed you");
    bool is_wide = !plain_is_ascii(sentence);
    return !is_asked && (is_sent || deed_is_other_en(sentence) ||
                         (is_wide && deed_is_other_zh(sentence)));
}
