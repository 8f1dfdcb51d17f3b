/* place.c - see place.h. */
#include "worker/answer/place.h"

#include "worker/answer/plain.h"

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

bool place_is_untold(struct str question, struct str page)
{
    struct plain asked;
    struct plain told;
    plain_of(question, &asked);
    plain_of(page, &told);
    for (size_t i = 0; i < countof(places); i++) {
        if (plain_has_any(plain_str(&asked), places[i])) {
            return !plain_has_any(plain_str(&told), places[i]) &&
                   !plain_has_any(plain_str(&told), place_wide);
        }
    }
    return false;
}
