/* copy_check.h - from what a model wrote to copy that may be published.
 *
 * Read (copy_said.h), as many variants as were asked for and no two alike; each fitted to where it
 * will appear (copy_fit.h); none with a banned word (ban.h). Whether it says only what the facts
 * say is the screen's (screen.h): it is shown what is left after fitting.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_COPY_CHECK_H
#define ANSWER_COPY_CHECK_H

#include "worker/answer/brief.h"
#include "worker/answer/copy_fit.h"
#include "worker/answer/prompt.h"

/* Channel, language and length that the request of `brief` asks for. */
struct copy_limits copy_check_limits(const struct brief *brief);

/* Fills sku, variants, channel and market of `copy`. ERR_ANSWER: `*ret_flaw` tells what is wrong;
 * ERR_NOMEM. */
MUST_USE enum err copy_check(struct arena *arena, const struct brief *brief, struct str said,
                             struct copy *copy, enum flaw *ret_flaw);

/* Whether both look the same where they appear: a channel may not show the call to action. */
bool copy_check_is_like(const struct channel *channel, const struct copy_variant *one,
                        const struct copy_variant *other);

/* A variant as one text of three lines, for the screen. ERR_NOMEM. */
MUST_USE enum err copy_check_text(struct arena *arena, const struct copy_variant *variant,
                                  struct str *ret_text);

#endif
