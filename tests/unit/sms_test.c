/* sms_test.c - the length of short messages, by 3GPP TS 23.038. */
#include "common/sms.h"

#include "tests/unit/payload.h"

/* The default alphabet as its table has it, without the escape. */
#define ALPHABET                                                                                   \
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"                          \
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"

static void expect(const char *text, enum sms_alphabet alphabet, size_t units)
{
    struct sms sms = sms_of(str_from(text));
    print_message("%s\n", text);
    assert_int_equal(sms.alphabet, alphabet);
    assert_int_equal(sms.units, units);
    assert_int_equal(sms.units_max, alphabet == SMS_GSM7 ? 160 : 70);
}

static void the_default_alphabet_takes_one_septet_a_character(void **state)
{
    (void)state;
    expect("", SMS_GSM7, 0);
    expect(ALPHABET, SMS_GSM7, 127);
    expect(payload_times("a", 160), SMS_GSM7, 160);
}

static void the_extension_table_takes_two(void **state)
{
    (void)state;
    expect("^{}\\[~]|€\f", SMS_GSM7, 20);
    expect("39.90 €", SMS_GSM7, 8);
}

static void one_other_character_makes_the_whole_message_ucs2(void **state)
{
    (void)state;
    static const char *const others[] = { "`", "\t", "ç", "á", "ê", "’", "“", "–", "…", "价",
                                         "\x7f" };
    for (size_t i = 0; i < countof(others); i++) {
        expect(others[i], SMS_UCS2, 1);
    }
    expect("[Tea] 茶", SMS_UCS2, 7);
    expect(payload_times("价", 70), SMS_UCS2, 70);
}

/* Outside the basic plane a character is a pair of surrogates. */
static void a_picture_takes_two_units(void **state)
{
    (void)state;
    expect("🫖", SMS_UCS2, 2);
    expect("👩‍🍳", SMS_UCS2, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_default_alphabet_takes_one_septet_a_character),
        cmocka_unit_test(the_extension_table_takes_two),
        cmocka_unit_test(one_other_character_makes_the_whole_message_ucs2),
        cmocka_unit_test(a_picture_takes_two_units),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
