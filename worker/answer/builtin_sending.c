/* builtin_sending.c - see builtin_sending.h. */
#include "worker/answer/builtin_sending.h"

#include "worker/answer/brief_order.h"
#include "worker/answer/builtin_page.h"
#include "worker/answer/passage_terms.h"
#include "worker/answer/place.h"

/* What says nothing of which goods, and where to. */
static const char sending_words[] =
    "ship|ships|shipped|shipping|shipment|shipments|deliver|delivers|delivered|delivery|deliveries|"
    "send|sends|sending|sent|dispatch|dispatched|post|postage|postal|freight|transit|cost|costs|"
    "charge|charges|charged|fee|fees|price|prices|pay|paid|rate|rates|take|takes|taken|time|times|"
    "timeframe|duration|estimate|estimated|expect|expected|lead|day|days|week|weeks|hour|hours|"
    "soon|fast|quick|quickly|usual|usually|normal|normally|typical|typically|general|generally|"
    "approximately|around|roughly|about|average|arrive|arrives|arrived|arrival|reach|receive|"
    "received|get|gets|order|orders|ordered|ordering|buy|parcel|parcels|package|packages|item|"
    "items|good|goods|stuff|something|anything|thing|things|product|products|many|place|placed|"
    "country|countries|live|living|here|home|house|door|it|them|wondering|wonder|ask|question|"
    "business|working|until|till|once|now|guys|address|"
    "多少钱|多少|多久|多长时间|多长|什么时候|什么时间|几天|几号|几日|哪天|多少天|大概|大约|一般|"
    "通常|正常|请问|你们家|你们|你家|咱们|我们|我这边|我这里|我|您|寄到|寄往|寄去|寄|发到|发往|发货|"
    "发出|发|送到|送货|送达|送|运到|运输|运送|运费|邮费|邮寄|快递费|快递|配送费|配送|物流|货运|包邮|"
    "到货|到手|到达|到|去|往|收到|收货|收费|收取|收|费用|价格|价钱|要花|需要|要|得|花|付|出|怎么算|"
    "怎么|计算|能|可以|会|时间|时效|期限|周期|天|日|小时|工作|下单|付款|之后|以后|后|国家|地区|方式|"
    "东西|商品|订单|货|说明|标准|的|是|吗|呢|么|啊|有|在|从|用|才|就|那|这|给|买|个|地址|家里|大陆";

/* What an amount of money, or that there is none, is told with. */
static const char sending_money[] =
    "eur|euro|euros|usd|gbp|cny|chf|sek|pln|dollar|dollars|pound|pounds|$|£|€|¥|元|free|包邮|免费|"
    "免运费";

static const char sending_units[] =
    "business day|business days|working day|working days|day|days|hour|hours|week|weeks|个工作日|"
    "工作日|天|日|小时|周";

/* A title that is about what comes back tells who pays for that. */
static const concept_set sending_others = CONCEPT_BIT(RETURN) | CONCEPT_BIT(GIVE_BACK) |
                                          CONCEPT_BIT(RETURNED) | CONCEPT_BIT(EXCHANGE) |
                                          CONCEPT_BIT(REFUND) | CONCEPT_BIT(CANCEL);

static const concept_set sending_topics = CONCEPT_BIT(SHIP) | CONCEPT_BIT(FREIGHT);

static bool sending_is_cost(const struct brief *brief)
{
    concept_set about = brief_about(brief);
    bool is_to = (about & CONCEPT_BIT(ARRIVE)) && places_in(brief_text(brief)) != 0; /* 发到荷兰 */
    bool is_price = (about & CONCEPT_BIT(PRICE)) && ((about & CONCEPT_BIT(SHIP)) || is_to);
    bool is_open = brief->intent == INTENT_OTHER || brief->intent == INTENT_PRICE;
    return is_open && ((about & CONCEPT_BIT(FREIGHT)) || is_price);
}

bool builtin_sending_is_asked(const struct brief *brief)
{
    const concept_set changes = CONCEPT_BIT(DISCOUNT) | CONCEPT_BIT(BROKEN);
    bool is_asked = sending_is_cost(brief) || brief->intent == INTENT_SHIPPING_TIME;
    return is_asked && !(brief_about(brief) & (sending_others | changes));
}

/* Bytes of the longest of the words at byte `at`; 0: none stands there. */
static size_t sending_word_at(struct str text, size_t at)
{
    struct str rest = str_from(sending_words);
    struct str word;
    size_t longest = 0;
    while (str_split(&rest, '|', &word)) {
        longest = plain_is_at(text, at, word) ? max_size(longest, word.len) : longest;
    }
    return longest;
}

/* What the text asks besides the words of sending and the names of countries. */
static void sending_besides(struct str text, struct passage_terms *ret_words)
{
    struct plain plain;
    plain_of(text, &plain);
    places_take_out(&plain);
    struct str all = plain_str(&plain);
    for (size_t at = 0; at < plain.len;) {
        size_t len = sending_word_at(all, at);
        memset(plain.bytes + at, ',', len);
        at += max_size(len, 1);
    }
    passage_question_words(all, ret_words);
}

/* Whether the passage, or one of the things, has each of the words. */
static bool sending_has_all(const struct passage_terms *words, const struct passage *passage,
                            struct str things)
{
    const struct passage own = { .title = passage->title, .text = things };
    bool stands[PASSAGE_TERMS_MAX];
    bool is_own[PASSAGE_TERMS_MAX];
    bool has = true;
    passage_words_stand(words, passage, stands);
    passage_words_stand(words, &own, is_own);
    for (size_t i = 0; i < words->count; i++) {
        has = has && (stands[i] || is_own[i]);
    }
    return has;
}

/* "Shipping / Express", where nobody asks for that. */
static bool sending_is_special(const struct brief *brief, const struct passage *passage)
{
    const struct passage question = { .text = brief_text(brief) };
    struct passage_terms words;
    sending_besides(passage->title, &words);
    return passage_words_found(&words, &question) < words.count;
}

static bool sending_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* "3 days", 3个工作日: a number right before a unit of time. */
static bool sending_has_duration(struct str text)
{
    struct str rest = str_from(sending_units);
    struct str unit;
    bool has = false;
    while (!has && str_split(&rest, '|', &unit)) {
        for (size_t at = plain_find(text, 0, unit); at < text.len && !has;
             at = plain_find(text, at + 1, unit)) {
            size_t from = at;
            while (from > 0 && text.ptr[from - 1] == ' ') {
                from--;
            }
            has = from > 0 && sending_is_digit(text.ptr[from - 1]);
        }
    }
    return has;
}

static bool sending_has_digit(struct str text)
{
    bool has = false;
    for (size_t i = 0; i < text.len; i++) {
        has = has || sending_is_digit(text.ptr[i]);
    }
    return has;
}

enum { SENDING_COUNTRY = 4, SENDING_PLAIN = 2, SENDING_TOLD = 1 };

/* 0: the passage does not tell what is asked. */
static int sending_fit(const struct brief *brief, const struct passage *passage, struct str things)
{
    concept_set title = brief_concepts(passage->title);
    place_set countries = places_in(brief_text(brief));
    struct passage_terms words;
    struct plain text;
    plain_of(passage->text, &text);
    struct str all = plain_str(&text);
    bool is_time = !sending_is_cost(brief);
    bool tells = plain_has_any(all, is_time ? sending_units : sending_money);
    if (!(title & sending_topics) || (title & sending_others) || !tells ||
        (is_time && !sending_has_digit(all)) || place_is_untold(countries, passage->text)) {
        return 0;
    }
    sending_besides(brief_text(brief), &words);
    bool is_country = countries != 0 && (countries & ~places_in(passage->text)) == 0;
    bool is_special = sending_is_special(brief, passage);
    if (!sending_has_all(&words, passage, things) || (is_special && !is_country)) {
        return 0;
    }
    bool is_told = is_time ? sending_has_duration(all) : sending_has_digit(all);
    return 1 + (is_country ? SENDING_COUNTRY : 0) + (is_special ? 0 : SENDING_PLAIN) +
           (is_told ? SENDING_TOLD : 0);
}

enum err builtin_sending(struct arena *arena, const struct brief *brief, struct str things,
                         struct str *ret_text)
{
    struct brief open = *brief;
    int best = 0;
    open.intent = INTENT_OTHER;
    open.covers = NULL;
    open.passages_count = 0;
    for (size_t i = 0; i < brief->passages_count; i++) {
        bool is_read = builtin_page_is_readable(brief, &brief->passages[i]);
        int fit = is_read ? sending_fit(brief, &brief->passages[i], things) : 0;
        if (fit > best) {
            best = fit;
            open.passages = &brief->passages[i];
            open.passages_count = 1;
        }
    }
    return open.passages_count > 0 ? builtin_page(arena, &open, ret_text) : ERR_NO_FACTS;
}
