/* message_scan.c - see message_scan.h. */
#include "common/message_scan.h"

#include "common/clock.h"
#include "common/field.h"
#include "common/member.h"

static bool scan_sent_at(struct member_scan *scan, const struct member *member, char *place)
{
    int64_t wall_ms;
    struct str text;
    (void)member;
    if (!member_text(scan, &text) || !clock_parse(text, &wall_ms)) {
        return false;
    }
    memcpy(place, &wall_ms, sizeof(wall_ms));
    return true;
}

/* Those of agents and systems are few. */
static bool scan_author(struct member_scan *scan, const struct member *member, char *place)
{
    struct str text;
    (void)member;
    (void)place; /* it is the customer already */
    return member_text(scan, &text) && str_is(text, "customer");
}

static const struct member context_members[] = {
    MEMBER_TEXT(message, sku, 1, FIELD_ID_MAX),
    MEMBER_TEXT(message, order_id, 1, FIELD_ID_MAX),
    MEMBER_TEXT(message, page, 0, MESSAGE_PAGE_MAX),
};

static bool scan_context(struct member_scan *scan, const struct member *member, char *place)
{
    struct members members = { context_members, countof(context_members), 0, 0 };
    return member_object(scan, &members, place - member->offset);
}

/* What a message must have comes first. */
#define MESSAGE_MEMBERS_WANTED 4
static const struct member message_members[] = {
    MEMBER_TEXT(message, id, 1, FIELD_ID_MAX),
    MEMBER_TEXT(message, conversation_id, 1, FIELD_ID_MAX),
    MEMBER_TEXT(message, customer_id, 1, FIELD_ID_MAX),
    MEMBER_TEXT(message, text, 1, MESSAGE_TEXT_MAX),
    MEMBER_NUMBER(message, seq, 0, FIELD_SEQ_MAX),
    MEMBER_TEXT(message, tenant, 1, FIELD_ID_MAX),
    MEMBER_FORM(message, language, field_is_language),
    MEMBER_TEXT(message, channel, 0, FIELD_LABEL_MAX),
    MEMBER_OTHER("sent_at", scan_sent_at, offsetof(struct message, sent_at_wall_ms)),
    MEMBER_OTHER("author", scan_author, offsetof(struct message, author)),
    MEMBER_OTHER("context", scan_context, 0),
};

static bool scan_message(struct member_scan *scan, struct message *message)
{
    struct members members = { message_members, countof(message_members), 0, 0 };
    const unsigned wanted = BIT(MESSAGE_MEMBERS_WANTED) - 1;
    return member_object(scan, &members, message) && (members.seen & wanted) == wanted &&
           json_token_is_end(&scan->token);
}

enum err message_scan(struct arena *arena, struct str bytes, struct message *ret_message,
                      bool *ret_is_read)
{
    struct member_scan scan;
    struct message message = { .seq = -1, .sent_at_wall_ms = -1, .author = AUTHOR_CUSTOMER };
    *ret_is_read = false;
    if (bytes.len == 0 || bytes.len > MESSAGE_SCAN_BYTES_MAX) {
        return OK;
    }
    enum err err = member_begin(&scan, arena, bytes);
    if (err != OK) {
        return err == ERR_NOMEM ? err : OK;
    }
    if (!scan_message(&scan, &message)) {
        member_undo(&scan);
        return OK;
    }
    *ret_message = message;
    *ret_is_read = true;
    return OK;
}
