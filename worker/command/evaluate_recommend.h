/* evaluate_recommend.h - `deskhand evaluate recommend`.
 *
 * Thread: the main one. */
#ifndef COMMAND_EVALUATE_RECOMMEND_H
#define COMMAND_EVALUATE_RECOMMEND_H

#include "worker/command/command.h"

command_fn evaluate_recommend;

#endif
