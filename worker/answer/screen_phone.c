/* screen_phone.c - see screen_phone.h. */
#include "worker/answer/screen_phone.h"

#define PHONE_DIGITS_MIN 7
#define PHONE_DIGITS_MAX 15 /* of ITU-T E.164 */
#define PHONE_GROUPS_MAX 8
#define PHONE_JOINT_MAX 3  /* bytes between two groups: ") " and its like */
#define PHONE_COUNTRY_MAX 1000 /* codes of countries have three digits at most */

/* Groups of digits as they stand in a text. */
struct phone_run {
    size_t from[PHONE_GROUPS_MAX];
    size_t len[PHONE_GROUPS_MAX];
    size_t count;
    bool is_dashed;  /* nothing but "-" parts them */
    bool is_dotted;  /* nothing but "." does */
    bool is_bracketed; /* the first one stands in brackets */
    bool is_plus;
};

static bool phone_is_digit_at(struct str text, size_t at)
{
    return at < text.len && text.ptr[at] >= '0' && text.ptr[at] <= '9';
}

static size_t phone_digits(struct str text, size_t at)
{
    size_t end = at;
    while (phone_is_digit_at(text, end)) {
        end++;
    }
    return end - at;
}

/* Bytes of what parts two groups of one number: one mark at most, and brackets. */
static size_t phone_joint(struct str text, size_t at)
{
    static const struct str joints[] = { STR(" ("), STR(") "), STR(")-"), STR("-("), STR("–"),
                                         STR(" "),  STR("-"),  STR("."),  STR("/"),  STR("("),
                                         STR(")") };
    char c = at < text.len ? text.ptr[at] : 'a';
    for (size_t i = 0; i < countof(joints) && !plain_is_letter(c); i++) {
        if (str_starts(str_slice(text, at, PHONE_JOINT_MAX), joints[i]) &&
            phone_is_digit_at(text, at + joints[i].len)) {
            return joints[i].len;
        }
    }
    return 0;
}

/* The hour of "9:00" and the number of "24h" are no group. */
static bool phone_is_cut(struct str text, size_t end)
{
    bool is_clock = end < text.len && text.ptr[end] == ':' && phone_is_digit_at(text, end + 1);
    return is_clock || (end < text.len && (plain_is_letter(text.ptr[end]) || text.ptr[end] == '%'));
}

static void phone_read(struct str text, size_t at, struct phone_run *run)
{
    *run = (struct phone_run){ .is_dashed = true, .is_dotted = true };
    run->is_plus = text.ptr[at] == '+';
    at += run->is_plus ? 1 : 0;
    run->is_bracketed = at < text.len && text.ptr[at] == '(';
    at += run->is_bracketed ? 1 : 0;
    for (size_t len; run->count < PHONE_GROUPS_MAX; at += len) {
        size_t digits = phone_digits(text, at);
        if (digits == 0 || phone_is_cut(text, at + digits)) {
            return;
        }
        run->from[run->count] = at;
        run->len[run->count++] = digits;
        at += digits;
        len = phone_joint(text, at);
        if (len == 0) {
            return;
        }
        run->is_dashed = run->is_dashed && len == 1 && text.ptr[at] == '-';
        run->is_dotted = run->is_dotted && len == 1 && text.ptr[at] == '.';
    }
    run->count = 0; /* it goes on and on */
}

static bool phone_has_groups(const struct phone_run *run, size_t first, size_t second, size_t third)
{
    size_t at = run->count == 4 && run->len[0] == 1 ? 1 : 0; /* 1 800 555 0199 */
    return run->count == at + 3 && run->len[at] == first && run->len[at + 1] == second &&
           run->len[at + 2] == third;
}

/* Without a + or a 0 in front most digits are no telephone's: "200-1500 EUR", "1 000 000". */
static bool phone_is_bare(const struct phone_run *run)
{
    bool is_one = run->count == 1 && !run->is_bracketed;
    bool is_dashed = run->count > 2 && run->is_dashed;
    return is_one || is_dashed || (run->is_bracketed && run->count > 1) ||
           phone_has_groups(run, 3, 3, 4);
}

/* 01.12.2025, 0.00012345 */
static bool phone_is_other(const struct phone_run *run)
{
    bool is_date = (run->is_dotted || run->is_dashed) && phone_has_groups(run, 2, 2, 4);
    return is_date || (run->count > 1 && run->is_dotted && run->len[0] == 1);
}

/* The digits of all groups, without the (0) that nobody dials from abroad. */
static size_t phone_join(struct str text, const struct phone_run *run, int64_t *ret_digits)
{
    size_t count = 0;
    *ret_digits = 0;
    for (size_t i = 0; i < run->count; i++) {
        struct str group = str_slice(text, run->from[i], run->len[i]);
        bool is_trunk = run->is_plus && i > 0 && text.ptr[run->from[i] - 1] == '(' &&
                        str_eq(group, STR("0"));
        for (size_t k = 0; k < group.len && !is_trunk && count <= PHONE_DIGITS_MAX; k++, count++) {
            *ret_digits = *ret_digits * 10 + (group.ptr[k] - '0');
        }
    }
    return count;
}

/* Most numbers are short ones that stand alone: no need to read on. */
static bool phone_may_be(struct str text, size_t at)
{
    char c = at < text.len ? text.ptr[at] : ' ';
    size_t digits = phone_digits(text, at);
    bool goes_on = digits >= PHONE_DIGITS_MIN || (digits > 0 && phone_joint(text, at + digits) > 0);
    return goes_on || ((c == '+' || c == '(') && phone_is_digit_at(text, at + 1));
}

size_t screen_phone_at(struct str text, size_t at, struct screen_phone *ret_phone)
{
    struct phone_run run;
    int64_t digits = 0;
    if (!phone_may_be(text, at)) {
        return 0;
    }
    phone_read(text, at, &run);
    size_t count = phone_join(text, &run, &digits);
    if (count < PHONE_DIGITS_MIN || count > PHONE_DIGITS_MAX || phone_is_other(&run)) {
        return 0;
    }
    struct str first = str_slice(text, run.from[0], 2);
    bool is_abroad = run.is_plus || str_eq(first, STR("00"));
    bool is_national = !is_abroad && first.ptr[0] == '0';
    if (!is_abroad && !is_national && !phone_is_bare(&run)) {
        return 0;
    }
    ret_phone->form = is_abroad     ? SCREEN_PHONE_ABROAD
                      : is_national ? SCREEN_PHONE_NATIONAL
                                    : SCREEN_PHONE_BARE;
    ret_phone->digits = digits;
    return run.from[run.count - 1] + run.len[run.count - 1] - at;
}

/* The number at home of one with a country in front. */
static bool phone_is_home_of(int64_t home, int64_t abroad)
{
    int64_t scale = 1;
    while (scale <= home) {
        scale *= 10;
    }
    return abroad % scale == home && abroad / scale > 0 && abroad / scale < PHONE_COUNTRY_MAX;
}

bool screen_phone_fits(const struct screen_phone *said, const struct screen_phone *fact)
{
    bool is_national = said->form == SCREEN_PHONE_NATIONAL || fact->form == SCREEN_PHONE_NATIONAL;
    if (said->digits == fact->digits && (said->form == fact->form || !is_national)) {
        return true;
    }
    return fact->form == SCREEN_PHONE_ABROAD && said->form != SCREEN_PHONE_ABROAD &&
           phone_is_home_of(said->digits, fact->digits);
}
