/* membership_inner.h - what the two files of membership.h share.
 *
 * Thread: the loop's. */
#ifndef ADAPTER_MEMBERSHIP_INNER_H
#define ADAPTER_MEMBERSHIP_INNER_H

#include "worker/adapter/membership.h"

/* In the eager protocol an assignment is always the whole of it. */
bool membership_is_eager(const struct membership *membership);

/* What librdkafka fetches and we do not hold any more goes back. */
void membership_unassign(struct membership *membership);

/* Answers an assignment, so that librdkafka goes on. */
void membership_assign_nothing(struct membership *membership);

/* Claims whose witness has been read by now go on. */
void membership_look(struct membership *membership);

/* Starts a takeover of all that is being claimed and was not asked for. */
void membership_claim(struct membership *membership);

#endif
