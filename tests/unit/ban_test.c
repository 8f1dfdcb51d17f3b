/* ban_test.c - words that advertising may not use, by market. */
#include "worker/answer/ban.h"

#include "tests/unit/payload.h"

struct banning {
    struct arena arena;
    struct ban ban;
    struct note note;
    enum err err;
};

static void banning_init(struct banning *banning, struct str text)
{
    *banning = (struct banning){ .err = OK };
    arena_init(&banning->arena, (size_t)2 << 20);
    banning->err = ban_read(&banning->arena, text, &banning->ban, &banning->note);
}

static void expect(const struct ban *ban, const char *market, const char *text, bool is_found)
{
    print_message("%s: %s\n", market, text);
    assert_int_equal(ban_finds(ban, str_from(market), str_from(text), STR_NONE), is_found);
}

static void superlatives_are_found_in_china(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "全网最低价", "最好的茶壶", "第一品牌", "销量第 一", "国家级工艺", "顶级享受", "独一无二", "最后一波",
        "最\xe2\x80\x8b佳选择", "顶\xe2\x80\x8b级", "NO.1", "Ｎｏ．１", "Best tea",
        "獨家發售", "100%好评", "最近买过的最好的",
    };
    static const char *const good[] = {
        "最近上架", "最后三天", "第一次泡茶", "最大功率2200W", "100%棉", "手工制作", "best before 2027",
        "Bestie", "第一步", "最多可装1升", "",
    };
    struct banning banning;
    banning_init(&banning, ban_builtin());
    assert_int_equal(banning.err, OK);
    for (size_t i = 0; i < countof(bad); i++) {
        expect(&banning.ban, "cn", bad[i], true);
    }
    for (size_t i = 0; i < countof(good); i++) {
        expect(&banning.ban, "cn", good[i], false);
    }
    arena_fini(&banning.arena);
}

static void claims_that_nobody_can_prove_are_found_elsewhere(void **state)
{
    (void)state;
    static const char *const bad[] = { "The BEST kettle", "We are #1", "the no. 1 choice",
                                       "Guaranteed fresh", "risk-free", "100% satisfaction" };
    static const char *const good[] = { "best before May", "100% cotton", "#10 can", "bestow",
                                        "Tea. Now." };
    struct banning banning;
    banning_init(&banning, ban_builtin());
    for (size_t i = 0; i < countof(bad); i++) {
        expect(&banning.ban, "other", bad[i], true);
        expect(&banning.ban, "de", bad[i], true); /* has no list of its own */
    }
    for (size_t i = 0; i < countof(good); i++) {
        expect(&banning.ban, "other", good[i], false);
    }
    expect(&banning.ban, "other", "最好", false);
    arena_fini(&banning.arena);
}

static void a_products_own_name_may_be_said(void **state)
{
    (void)state;
    struct banning banning;
    banning_init(&banning, ban_builtin());
    assert_false(ban_finds(&banning.ban, STR("cn"), STR("最美时光茶壶上新"), STR("最美时光茶壶")));
    assert_true(ban_finds(&banning.ban, STR("cn"), STR("最美时光茶壶，最好"), STR("最美时光茶壶")));
    assert_true(ban_finds(&banning.ban, STR("cn"), STR("最美时光"), STR("最美时光茶壶")));
    arena_fini(&banning.arena);
}

static void a_list_of_ones_own_goes_by_its_markets(void **state)
{
    (void)state;
    struct banning banning;
    banning_init(&banning, STR("\xef\xbb\xbf; ours\nmarket: de\n\n[de]\r\nbest*\n!Bestand\n[fr]\n"
                               " numéro 1 \n"));
    assert_int_equal(banning.err, OK);
    assert_int_equal(banning.ban.words_count, 3);
    assert_int_equal(banning.ban.version.len, 12);
    expect(&banning.ban, "DE", "Bester Tee", true);
    expect(&banning.ban, "de", "Bestand", false);
    expect(&banning.ban, "fr", "Numéro 1", true);
    expect(&banning.ban, "fr", "bester", false);
    expect(&banning.ban, "uk", "bester", false); /* there is no [other] */
    expect(NULL, "de", "bester", false);
    assert_str(ban_market(&banning.ban, STR("fr"), STR("zh")), "fr");
    assert_str(ban_market(&banning.ban, STR_NONE, STR("zh")), "de");
    assert_str(ban_market(NULL, STR_NONE, STR("zh")), "cn");
    assert_str(ban_market(NULL, STR_NONE, STR("en")), "other");
    arena_fini(&banning.arena);
}

static void a_list_that_cannot_be_used_names_the_line(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *note;
    } cases[] = {
        { "best\n", "line 1" },          { "[cn]\n\n[cn\n", "line 3" },
        { "[cn]\n[CN]\n", "line 2" },    { "[]\n", "line 1" },
        { "[cn]\n!\n", "line 2" },       { "[cn]\n*\n", "line 2" },
        { "market:\n[cn]\n", "line 1" }, { "\xd7\xee\n", "UTF-8" },
    };
    struct banning banning;
    for (size_t i = 0; i < countof(cases); i++) {
        banning_init(&banning, str_from(cases[i].text));
        assert_int_equal(banning.err, ERR_CONFIG);
        assert_non_null(strstr(banning.note.text, cases[i].note));
        assert_int_equal(banning.ban.words_count, 0);
        arena_fini(&banning.arena);
    }
    banning_init(&banning, str_from(payload_with("[cn]\n%s", "word\n", 4096)));
    assert_int_equal(banning.err, OK);
    arena_fini(&banning.arena);
    banning_init(&banning, str_from(payload_with("[cn]\n%s", "word\n", 4097)));
    assert_non_null(strstr(banning.note.text, "line 4098"));
    arena_fini(&banning.arena);
    banning_init(&banning, str_from(payload_with("[cn]\n%s\n", "w", 129)));
    assert_non_null(strstr(banning.note.text, "line 2"));
    arena_fini(&banning.arena);
}

/* What nobody has looked at may not be published. */
static void a_sentence_without_end_counts_as_banned(void **state)
{
    (void)state;
    struct banning banning;
    banning_init(&banning, ban_builtin());
    expect(&banning.ban, "other", payload_times("tea ", 2000), true);
    expect(&banning.ban, "other", payload_times("Tea. ", 2000), false);
    arena_fini(&banning.arena);
}

static void the_words_can_be_told(void **state)
{
    (void)state;
    struct banning banning;
    CLEANUP(buf_fini) struct buf buf;
    buf_init(&buf, 20);
    banning_init(&banning, STR("[a]\nguarantee*\n!guaranteed\nbest\n[b]\nno\n"));
    assert_int_equal(ban_tell(&banning.ban, STR("a"), &buf), OK);
    assert_str(buf_str(&buf), "guarantee, best");
    assert_int_equal(ban_tell(&banning.ban, STR("a"), &buf), OK); /* as many as fit */
    assert_int_equal(ban_tell(NULL, STR("a"), &buf), OK);
    arena_fini(&banning.arena);
}

static void without_memory_nothing_is_given(void **state)
{
    (void)state;
    size_t failures = 0;
    for (size_t bytes = 64;; bytes += 64) {
        struct arena arena;
        struct ban ban = { .words_count = 77 };
        arena_init(&arena, bytes);
        enum err err = ban_read(&arena, STR("market: x\n[x]\nbest\n!best man\n"), &ban, NULL);
        arena_fini(&arena);
        assert_true(err == OK || (err == ERR_NOMEM && ban.words_count == 77));
        failures += err != OK;
        if (err == OK) {
            break;
        }
    }
    assert_true(failures > 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(superlatives_are_found_in_china),
        cmocka_unit_test(claims_that_nobody_can_prove_are_found_elsewhere),
        cmocka_unit_test(a_products_own_name_may_be_said),
        cmocka_unit_test(a_list_of_ones_own_goes_by_its_markets),
        cmocka_unit_test(a_list_that_cannot_be_used_names_the_line),
        cmocka_unit_test(a_sentence_without_end_counts_as_banned),
        cmocka_unit_test(the_words_can_be_told),
        cmocka_unit_test(without_memory_nothing_is_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
