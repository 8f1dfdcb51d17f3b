/* page.c - see page.h. */
#include "common/page.h"

#include "common/field.h"

enum err page_decode(const struct json_at *at, struct page *ret_page)
{
    struct page page = { .is_removed = false };
    TRY(field_want_id(at, "name", &page.name));
    TRY(json_want_text(at, "text", 1, PAGE_TEXT_MAX, &page.text));
    TRY(field_may_id(at, "tenant", &page.tenant));
    *ret_page = page;
    return OK;
}
