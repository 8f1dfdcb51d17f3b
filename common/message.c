/* message.c - see message.h. The order of the fields is that of schemas/README.md, so the
 * first fault is the one that a reader of the table finds first. */
#include "common/message.h"

#include "common/field.h"

static const char *const author_names[] = {
    [AUTHOR_CUSTOMER] = "customer",
    [AUTHOR_AGENT] = "agent",
    [AUTHOR_SYSTEM] = "system",
};

static enum err message_read_author(const struct json_at *at, struct message *message)
{
    size_t author = AUTHOR_CUSTOMER;
    TRY(json_may_enum(at, "author", author_names, countof(author_names), &author));
    message->author = (enum author)author;
    return OK;
}

static enum err message_read_context(const struct json_at *at, struct message *message)
{
    struct json_at context;
    TRY(json_may_object(at, "context", &context));
    if (!context.value) {
        return OK;
    }
    TRY(field_may_id(&context, "sku", &message->sku));
    TRY(field_may_id(&context, "order_id", &message->order_id));
    return json_may_text(&context, "page", 0, MESSAGE_PAGE_MAX, &message->page);
}

enum err message_decode(const struct json_at *at, struct message *ret_message)
{
    struct message message = { .seq = -1, .sent_at_wall_ms = -1 };
    TRY(field_want_id(at, "id", &message.id));
    TRY(field_want_id(at, "conversation_id", &message.conversation_id));
    TRY(field_want_id(at, "customer_id", &message.customer_id));
    TRY(json_want_text(at, "text", 1, MESSAGE_TEXT_MAX, &message.text));
    TRY(field_may_seq(at, "seq", &message.seq));
    TRY(field_may_id(at, "tenant", &message.tenant));
    TRY(field_may_language(at, "language", &message.language));
    TRY(field_may_label(at, "channel", &message.channel));
    TRY(json_may_time(at, "sent_at", &message.sent_at_wall_ms));
    TRY(message_read_author(at, &message));
    TRY(message_read_context(at, &message));
    *ret_message = message;
    return OK;
}
