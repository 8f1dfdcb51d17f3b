/* place.c - see place.h. */
#include "worker/answer/place.h"

static const char *const places[] = {
#define PLACE(names) names,
#include "worker/answer/place.def"
#undef PLACE
};

/* With these a page may tell of any country. */
static const char place_wide[] =
    "worldwide|world|international|internationally|abroad|overseas|everywhere|all countries|"
    "other countries|every country|europe|european|eu|asia|africa|america|middle east|scandinavia|"
    "全球|世界|海外|国际|国外|境外|各国|欧洲|欧盟|亚洲|非洲|美洲|北美|南美|东南亚|北欧|港澳台";

_Static_assert(countof(places) <= 64, "places are bits of one word");

place_set places_in(struct str text)
{
    struct plain plain;
    place_set set = 0;
    plain_of(text, &plain);
    for (size_t i = 0; i < countof(places); i++) {
        set |= plain_has_any(plain_str(&plain), places[i]) ? UINT64_C(1) << i : 0;
    }
    return set;
}

void places_take_out(struct plain *plain)
{
    for (size_t i = 0; i < countof(places); i++) {
        struct str names = str_from(places[i]);
        struct str name;
        while (str_split(&names, '|', &name)) {
            size_t at = 0;
            while ((at = plain_find(plain_str(plain), at, name)) < plain->len) {
                memset(plain->bytes + at, ',', name.len);
            }
        }
    }
}

bool place_is_untold(place_set asked, struct str page)
{
    struct plain plain;
    bool is_untold = false;
    if (asked == 0) {
        return false;
    }
    plain_of(page, &plain);
    for (size_t i = 0; i < countof(places) && !is_untold; i++) {
        bool is_asked = (asked & UINT64_C(1) << i) != 0;
        is_untold = is_asked && !plain_has_any(plain_str(&plain), places[i]);
    }
    return is_untold && !plain_has_any(plain_str(&plain), place_wide);
}
