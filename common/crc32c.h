/* crc32c.h - the Castagnoli checksum (RFC 3720), for stored forms.
 *
 * Finds accidents, not attacks: seal.h is for those.
 *
 * Pure: no I/O, no clock. Thread: any. */
#ifndef COMMON_CRC32C_H
#define COMMON_CRC32C_H

#include "common/str.h"

uint32_t crc32c(struct str bytes);

#endif
