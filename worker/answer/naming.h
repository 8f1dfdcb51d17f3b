/* naming.h - a message that only names a product or an order: "the gooseneck kettle", 龙井茶,
 * "and the mug?", "100234".
 *
 * It asks what the question before it asked, of what it names. So an answer to "Which product do
 * you mean?" is understood.
 *
 * Pure: no I/O, no clock. */
#ifndef ANSWER_NAMING_H
#define ANSWER_NAMING_H

#include "worker/answer/brief.h"

/* The message's intent: its own where it says more than a name, else that of the last of the
 * customer's messages before it, at most BRIEF_LEANING_MAX, that has one of what is named. With
 * none, who names a product asks about it, and who names an order how it stands. */
enum intent naming_intent(const struct brief *brief);

#endif
