/* embedder.h - port: makes vectors of texts.
 *
 * Thread: any, one at a time. */
#ifndef ADAPTER_EMBEDDER_H
#define ADAPTER_EMBEDDER_H

#include "common/str.h"
#include "worker/answer/meaning.h"

enum embedding { EMBED_QUESTION, EMBED_PASSAGE };

struct embedder;

struct embedder_ops {
    /* MEANING_DIMS numbers, of length 1. Takes milliseconds to a second. ERR_FORMAT: no vector of
     * this text. */
    enum err (*embed)(struct embedder *embedder, struct str text, enum embedding as,
                      float *ret_vector);
};

struct embedder {
    const struct embedder_ops *ops;
};

#endif
