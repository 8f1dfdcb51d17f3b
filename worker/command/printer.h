/* printer.h - shows events and what became of them, to people or to programs.
 *
 * Thread: the loop's. */
#ifndef COMMAND_PRINTER_H
#define COMMAND_PRINTER_H

#include <stdio.h>

#include "worker/engine/sink.h"

enum print_form { PRINT_TEXT, PRINT_JSON };

/* What is shown of an event. */
struct print_event {
    struct str topic; /* its name */
    struct str key;
    struct str value;
    struct str text; /* for people; empty: the value */
};

void printer_event(FILE *out, enum print_form form, const struct print_event *event);

/* One line for each output record of the outcome but those for audit and for the workers
 * themselves, or for its lack. Text
 * of customers is shown with its control characters escaped. */
void printer_outcome(FILE *out, enum print_form form, const struct delivery *delivery);

#endif
