/* field.h - the types that fields of several payloads have: ID, LANGUAGE, PRICE, ...
 *
 * Named and bounded as in schemas/README.md, on top of json.h: want for required fields, may
 * for optional ones, which leave the output as it was when they are not there.
 *
 * Pure: no I/O, no clock. Thread: any. */
#ifndef COMMON_FIELD_H
#define COMMON_FIELD_H

#include "common/json.h"

/* In characters. */
#define FIELD_ID_MAX 256
#define FIELD_LABEL_MAX 64
#define FIELD_SHORT_MAX 256
#define FIELD_NAME_MAX 512
#define FIELD_LONG_MAX 8192
#define FIELD_TEXT_OUT_MAX 16384
#define FIELD_LANGUAGE_MAX 35
#define FIELD_REASON_MAX 64
#define FIELD_SEQ_MAX ((int64_t)9007199254740991) /* what every JSON reader can hold */

MUST_USE enum err field_want_id(const struct json_at *at, const char *key, struct str *ret_id);
MUST_USE enum err field_may_id(const struct json_at *at, const char *key, struct str *ret_id);
MUST_USE enum err field_may_label(const struct json_at *at, const char *key, struct str *ret_label);
MUST_USE enum err field_may_short(const struct json_at *at, const char *key, struct str *ret_text);
MUST_USE enum err field_may_seq(const struct json_at *at, const char *key, int64_t *ret_seq);
MUST_USE enum err field_may_language(const struct json_at *at, const char *key,
                                     struct str *ret_language);
MUST_USE enum err field_may_currency(const struct json_at *at, const char *key,
                                     struct str *ret_currency);

/* A decimal of at most twelve digits and four decimals: a string as it was written, a number
 * rounded and without trailing zeros. */
MUST_USE enum err field_may_price(const struct json_at *at, const char *key,
                                  struct str *ret_price);

/* As it was written. */
MUST_USE enum err field_may_day_or_time(const struct json_at *at, const char *key,
                                        struct str *ret_text);

/* The same for texts that are on their way out, or that no tree holds. */
bool field_is_language(struct str text);
bool field_is_price(struct str text);
bool field_is_currency(struct str text);
bool field_is_day_or_time(struct str text);
bool field_is_reason(struct str text);
bool field_has_chars(struct str text, size_t chars_min, size_t chars_max);

#endif
