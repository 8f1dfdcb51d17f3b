/* handback.c - see handback.h. */
#include "common/handback.h"

#include "common/field.h"

enum err handback_decode(const struct json_at *at, struct handback *ret_handback)
{
    struct handback handback = { .at_wall_ms = -1 };
    TRY(field_want_id(at, "id", &handback.id));
    TRY(field_want_id(at, "conversation_id", &handback.conversation_id));
    TRY(json_may_time(at, "at", &handback.at_wall_ms));
    TRY(field_may_id(at, "tenant", &handback.tenant));
    TRY(json_may_text(at, "note", 0, FIELD_LONG_MAX, &handback.note));
    *ret_handback = handback;
    return OK;
}
