/* err.h - every way in which something can fail, and what that makes the worker do.
 *
 * One table (err.def) names each error, its class, its metric label and its text. Code
 * that routes looks at the class only, so a new error cannot be forgotten anywhere.
 *
 * Pure: no I/O, no clock. */
#ifndef COMMON_ERR_H
#define COMMON_ERR_H

#define MUST_USE __attribute__((warn_unused_result))

enum err {
    OK = 0,
#define X(name, class, label, text) name,
#include "common/err.def"
#undef X
    ERR_COUNT
};

enum err_class {
    ERR_CLASS_NONE,    /* OK */
    ERR_CLASS_RETRY,   /* this turn again, later, in its lane */
    ERR_CLASS_REJECT,  /* this event can never succeed: dead letter */
    ERR_CLASS_HANDOFF, /* a person should answer */
    ERR_CLASS_ABORT,   /* the transaction is aborted */
    ERR_CLASS_FATAL    /* the process stops with a clear message */
};

enum err_class err_class(enum err err);

/* Static strings: `err_name` "ERR_TIMEOUT", `err_label` "timeout", `err_text` a phrase. */
const char *err_name(enum err err);
const char *err_label(enum err err);
const char *err_text(enum err err);

/* The exit code of sysexits.h that a command ends with when it fails with `err`. */
int err_exit_code(enum err err);

#endif
