/* json_scan.h - the usual JSON, read fast; part of json.h.
 *
 * jansson looks at each byte several times through a function pointer, which makes it a good part
 * of what an event costs, and of a model's reply, whose text is quoted twice. What almost all of
 * them look like needs less: keys without escapes, whole numbers, a few levels. That is read here,
 * into the same tree; at the first sign of anything else nothing is decided, and jansson reads the
 * bytes from their start.
 *
 * Pure: no I/O, no clock. */
#ifndef COMMON_JSON_SCAN_H
#define COMMON_JSON_SCAN_H

#include <jansson.h>

#include "common/str.h"

/* Deeper ones are left to jansson. */
#define JSON_SCAN_DEPTH_MAX 8

enum json_scan_end {
    SCAN_DONE,
    SCAN_LEFT, /* to jansson: not JSON, or not the usual one */
    SCAN_NOMEM
};

/* Reads one object from valid UTF-8. With SCAN_DONE the tree is the one that jansson makes of these
 * bytes with JSON_REJECT_DUPLICATES; else `*ret_root` is not touched. */
enum json_scan_end json_scan(struct str bytes, json_t **ret_root);

#endif
