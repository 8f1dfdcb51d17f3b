/* err.c - see err.h. The table is expanded once for each column. */
#include "common/err.h"

#include <sysexits.h>

#include "common/base.h"

static const char *const err_names[] = {
    [OK] = "OK",
#define X(name, class, label, text) [name] = #name,
#include "common/err.def"
#undef X
};

static const char *const err_labels[] = {
    [OK] = "ok",
#define X(name, class, label, text) [name] = label,
#include "common/err.def"
#undef X
};

static const char *const err_texts[] = {
    [OK] = "ok",
#define X(name, class, label, text) [name] = text,
#include "common/err.def"
#undef X
};

static const enum err_class err_classes[] = {
    [OK] = ERR_CLASS_NONE,
#define X(name, class, label, text) [name] = ERR_CLASS_##class,
#include "common/err.def"
#undef X
};

static size_t err_index(enum err err)
{
    assert((size_t)err < ERR_COUNT);
    return (size_t)err;
}

enum err_class err_class(enum err err)
{
    return err_classes[err_index(err)];
}

const char *err_name(enum err err)
{
    return err_names[err_index(err)];
}

const char *err_label(enum err err)
{
    return err_labels[err_index(err)];
}

const char *err_text(enum err err)
{
    return err_texts[err_index(err)];
}

int err_exit_code(enum err err)
{
    switch (err_class(err)) {
    case ERR_CLASS_NONE:
        return EX_OK;
    case ERR_CLASS_REJECT:
        return EX_DATAERR;
    case ERR_CLASS_RETRY:
    case ERR_CLASS_HANDOFF:
    case ERR_CLASS_ABORT:
        return EX_UNAVAILABLE;
    case ERR_CLASS_FATAL:
        break;
    }
    if (err == ERR_CONFIG) {
        return EX_CONFIG;
    }
    if (err == ERR_USAGE) {
        return EX_USAGE;
    }
    if (err == ERR_INPUT) {
        return EX_NOINPUT;
    }
    return err == ERR_OS ? EX_OSERR : EX_UNAVAILABLE;
}
