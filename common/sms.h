/* sms.h - how long a text is as one short message.
 *
 * A message is sent in the GSM 7 bit default alphabet if all of its characters are in it or in its
 * extension table (3GPP TS 23.038, formerly GSM 03.38), else all of it in UCS-2. One message
 * holds 140 bytes (3GPP TS 23.040): 160 septets or 70 units of 16 bits.
 *
 * Pure: no I/O, no clock. Thread: any. */
#ifndef COMMON_SMS_H
#define COMMON_SMS_H

#include "common/str.h"

#define SMS_SEPTETS_MAX 160
#define SMS_UCS2_MAX 70

enum sms_alphabet { SMS_GSM7, SMS_UCS2 };

struct sms {
    enum sms_alphabet alphabet;
    size_t units;     /* septets, of which the extension table takes two; or units of UTF-16 */
    size_t units_max; /* of one message in that alphabet */
};

/* Of valid UTF-8. */
struct sms sms_of(struct str text);

#endif
