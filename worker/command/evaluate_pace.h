/* evaluate_pace.h - how far apart baskets are whose times are numbers of an unknown unit.
 *
 * The ranking counts days. Numbers are milliseconds if they reach from 1973 on (1e11), or if
 * two baskets of a customer that follow each other are usually (in the median) an hour of
 * milliseconds apart. Anything else counts orders, days or seconds: such numbers are stretched
 * until what is usual between two orders is a week, so that neither the ranking takes all of them
 * for one moment, nor a file has to name its unit.
 *
 * Pure: no I/O, no clock. */
#ifndef COMMAND_EVALUATE_PACE_H
#define COMMAND_EVALUATE_PACE_H

#include "worker/command/evaluate_baskets.h"

/* Changes `at` of all baskets, which are in order of time and stay so, if it is not in
 * milliseconds. ERR_NOMEM. */
MUST_USE enum err baskets_pace(struct baskets *baskets);

#endif
