/* cloudevent.h - the envelope of an event: who sent it, under which id, since when.
 *
 * CloudEvents 1.0.2 over Kafka: attributes in ce_ headers (binary mode) or around the payload
 * (structured mode). Of the extensions it reads tenant, traceparent (Distributed Tracing) and
 * expirytime.
 *
 * Pure: no I/O, no clock. */
#ifndef COMMON_CLOUDEVENT_H
#define COMMON_CLOUDEVENT_H

#include "common/json.h"
#include "common/record.h"

#define CLOUDEVENT_SPECVERSION "1.0"
#define CLOUDEVENT_SOURCE_MAX 1024 /* characters */
#define CLOUDEVENT_JSON "application/json"

/* The type of our own payloads, and what begins like one. */
#define CLOUDEVENT_CLAIM "deskhand."
#define CLOUDEVENT_TYPE(payload) CLOUDEVENT_CLAIM payload ".v1"

enum cloudevent_mode { CLOUDEVENT_PLAIN, CLOUDEVENT_BINARY, CLOUDEVENT_STRUCTURED };

/* Absent strings have len 0. All memory is the arena's. */
struct cloudevent {
    struct str source;
    struct str id;
    struct str type;
    struct str tenant;
    struct str traceparent;  /* empty if absent or malformed */
    int64_t time_wall_ms;    /* -1: absent */
    int64_t expires_wall_ms; /* -1: absent or malformed */
};

/* Of a record without an envelope. */
#define CLOUDEVENT_NONE ((struct cloudevent){ .time_wall_ms = -1, .expires_wall_ms = -1 })

/* What the headers say. A record without an envelope in its headers is PLAIN; its JSON may
 * still be one, see cloudevent_is_envelope(). ERR_FORMAT: its content-type is not JSON. */
MUST_USE enum err cloudevent_mode_of(const struct record *record, enum cloudevent_mode *ret_mode,
                                     struct note *note);

/* True for a root object that looks like structured mode: `specversion` is a string. */
bool cloudevent_is_envelope(const struct json_at *root);

/* Binary mode. ERR_SCHEMA, ERR_UTF8; ERR_VERSION: specversion is not 1.0. */
MUST_USE enum err cloudevent_from_headers(struct arena *arena, const struct record *record,
                                          struct cloudevent *ret_cloudevent, struct note *note);

/* Structured mode, schemas/envelope.schema.json; `ret_data` is at the payload.
 * ERR_SCHEMA, ERR_VERSION. */
MUST_USE enum err cloudevent_from_envelope(const struct json_at *root,
                                           struct cloudevent *ret_cloudevent,
                                           struct json_at *ret_data);

/* Prefers the record's traceparent header, which names the last hop, to the attribute, which
 * names the origin. In every mode, after the others. ERR_NOMEM. */
MUST_USE enum err cloudevent_trace(struct arena *arena, const struct record *record,
                                   struct cloudevent *cloudevent);

/* What the `type` of a record claims: any, but one that begins with "deskhand." must be
 * deskhand.<payload>.v1. */
bool cloudevent_claims(struct str type, const char *payload);

/* A traceparent by W3C Trace Context, of version 00 or a later one. */
bool cloudevent_is_traceparent(struct str text);

#endif
