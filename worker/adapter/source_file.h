/* source_file.h - events from a file or stdin, a line each.
 *
 * Every topic that occurs is one partition, 0; the offset is the number of its line among
 * them. Reads no faster than the engine takes.
 *
 * Thread: the loop's. */
#ifndef ADAPTER_SOURCE_FILE_H
#define ADAPTER_SOURCE_FILE_H

#include "common/arena.h"
#include "common/note.h"
#include "worker/adapter/loop.h"
#include "worker/engine/source.h"

/* Makes a record of a line: topic, key, value, headers, in the arena or in the line. False:
 * the line asks for nothing (an empty one). Partition, offset and time are set afterwards. */
typedef bool source_line_fn(void *owner, struct arena *arena, struct str line,
                            struct record *ret_record);

struct source_file_options {
    struct loop *loop;
    const char *path;      /* "-": stdin */
    size_t line_bytes_max; /* a longer line is cut one byte behind it: decoding refuses it */
    enum topic topics[TOPIC_COUNT]; /* which may occur */
    size_t topics_count;
    source_line_fn *on_line;
    /* All lines were delivered; ERR_OS: as many as could be read, and the note says why. */
    void (*on_eof)(void *owner, enum err err, const struct note *note);
    void *owner;
};

/* ERR_CONFIG: the file cannot be read; ERR_NOMEM. Delivers nothing before the loop runs and
 * source_file_start() was called (engine and events are set by then). */
MUST_USE enum err source_file_create(const struct source_file_options *options,
                                     struct source **ret_source, struct note *note);
void source_file_start(struct source *source);
void source_file_destroy(struct source *source); /* accepts NULL */

#endif
