/* evaluate_reply.h - `deskhand evaluate reply`.
 *
 * Thread: the main one. */
#ifndef COMMAND_EVALUATE_REPLY_H
#define COMMAND_EVALUATE_REPLY_H

#include "worker/command/command.h"

command_fn evaluate_reply;

#endif
