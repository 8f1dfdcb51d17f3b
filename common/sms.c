/* sms.c - see sms.h. */
#include "common/sms.h"

#include "common/utf8.h"

/* What the default alphabet has besides ASCII (TS 23.038, 6.2.1). */
static const uint16_t sms_letters[] = {
    0xA3,  0xA5,  0xE8,  0xE9,  0xF9,  0xEC,  0xF2,  0xC7,  0xD8,  0xF8,  0xC5,
    0xE5,  0x394, 0x3A6, 0x393, 0x39B, 0x3A9, 0x3A0, 0x3A8, 0x3A3, 0x398, 0x39E,
    0xC6,  0xE6,  0xDF,  0xC9,  0xA4,  0xA1,  0xC4,  0xD6,  0xD1,  0xDC,  0xA7,
    0xBF,  0xE4,  0xF6,  0xF1,  0xFC,  0xE0,
};

/* Behind an escape, so two septets each (TS 23.038, 6.2.1.1); 0x20AC is the euro sign. */
static bool sms_is_extended(uint32_t c)
{
    return c == '\f' || c == '^' || c == '{' || c == '}' || c == '\\' || c == '[' || c == '~' ||
           c == ']' || c == '|' || c == 0x20AC;
}

/* Septets of one character; 0: the alphabet does not have it. */
static size_t sms_septets(uint32_t c)
{
    if (sms_is_extended(c)) {
        return 2;
    }
    if (c < 0x80) {
        bool is_there = (c >= ' ' && c <= '~' && c != '`') || c == '\n' || c == '\r';
        return is_there ? 1 : 0;
    }
    for (size_t i = 0; i < countof(sms_letters); i++) {
        if (sms_letters[i] == c) {
            return 1;
        }
    }
    return 0;
}

struct sms sms_of(struct str text)
{
    struct sms sms = { .alphabet = SMS_GSM7, .units_max = SMS_SEPTETS_MAX };
    size_t wide = 0;
    for (size_t at = 0; at < text.len;) {
        uint32_t c = utf8_next(text, &at);
        size_t septets = sms_septets(c);
        wide += c > 0xFFFF ? 2 : 1;
        sms.units += septets;
        sms.alphabet = septets == 0 ? SMS_UCS2 : sms.alphabet;
    }
    if (sms.alphabet == SMS_UCS2) {
        sms.units = wide;
        sms.units_max = SMS_UCS2_MAX;
    }
    return sms;
}
