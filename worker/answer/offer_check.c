/* offer_check.c - see offer_check.h. */
#include "worker/answer/offer_check.h"

#include "worker/answer/copy_claim.h"
#include "worker/answer/screen.h"

enum err offer_check(struct arena *scratch, const struct brief *brief, const struct offer *offer,
                     int64_t now_wall_ms, enum flaw *ret_flaw)
{
    const struct passage ground = { .id = offer->sku,
                                    .title = offer->name,
                                    .text = offer->reason };
    const struct brief alone = {
        .event = brief->event,
        .language = brief->language,
        .product = offer->product,
        .passages = &ground,
        .passages_count = 1,
    };
    enum flaw flaw = copy_claim_flaw(&alone, offer->sentence);
    if (flaw == FLAW_NONE) {
        TRY(screen_reply(scratch, &alone, offer->sentence, now_wall_ms, &flaw));
    }
    *ret_flaw = flaw;
    return OK;
}
