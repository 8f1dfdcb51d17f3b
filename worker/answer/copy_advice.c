/* copy_advice.c - see copy_advice.h. */
#include "worker/answer/copy_advice.h"

void copy_advise(const struct brief *brief, struct note *note)
{
    const struct copy_request *request = &brief->event->copy_request;
    if (!brief_product(brief)) {
        note_set(note, "sku: the catalogue does not have this sku: add it there, or send the "
                       "entry as product");
        return;
    }
    if (request->offer.len > 0) {
        note_set(note, "offer: copy that tells all of it cannot be made: it must be in the copy's "
                       "language, hold no banned word and fit the channel and max_chars");
        return;
    }
    if (request->max_chars > 0) {
        note_set(note, "max_chars: %lld characters hold nothing true about the product: allow at "
                       "least 27, in Chinese 10, or leave it out", (long long)request->max_chars);
        return;
    }
    note_set(note, "product: nothing that is known of the product may be said here: give it a "
                   "description, a price or attributes, or take words off copy.banned.file");
}
