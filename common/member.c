/* member.c - see member.h. */
#include "common/member.h"

#include "common/field.h"
#include "common/utf8.h"

enum err member_begin(struct member_scan *scan, struct arena *arena, struct str bytes)
{
    assert(bytes.len > 0);
    if (utf8_check(bytes, NULL) != OK) {
        return ERR_FORMAT;
    }
    char *copy = arena_alloc(arena, bytes.len);
    if (!copy) {
        return ERR_NOMEM;
    }
    memcpy(copy, bytes.ptr, bytes.len);
    *scan = (struct member_scan){ .token = { .bytes = { copy, bytes.len } },
                                  .copy = copy,
                                  .arena = arena };
    return OK;
}

void member_undo(struct member_scan *scan)
{
    arena_trim(scan->arena, scan->copy, scan->token.bytes.len, 0);
}

/* ---- values ---- */

bool member_text(struct member_scan *scan, struct str *ret_text)
{
    if (!json_token_string(&scan->token, ret_text)) {
        return false;
    }
    scan->copy[scan->token.at - 1] = '\0';
    return true;
}

bool member_short(struct member_scan *scan, const struct member *member, char *place)
{
    struct str text;
    if (!member_text(scan, &text) ||
        !field_has_chars(text, (size_t)member->min, (size_t)member->max)) {
        return false;
    }
    memcpy(place, &text, sizeof(text));
    return true;
}

bool member_number(struct member_scan *scan, const struct member *member, char *place)
{
    int64_t number;
    if (!json_token_int(&scan->token, &number) || number < member->min || number > member->max) {
        return false;
    }
    memcpy(place, &number, sizeof(number));
    return true;
}

/* A text that must look like what it is. */
bool member_form(struct member_scan *scan, const struct member *member, char *place)
{
    struct str text;
    if (!member_text(scan, &text) || !member->is_formed(text)) {
        return false;
    }
    memcpy(place, &text, sizeof(text));
    return true;
}

/* ---- objects ---- */

/* Where the member of that name is in the table; `count`: it is not. */
static size_t member_find(const struct members *members, struct str name)
{
    for (size_t i = 0; i < members->count; i++) {
        size_t at = members->next + i;
        at -= at < members->count ? 0 : members->count;
        if (str_eq(members->table[at].name, name)) {
            return at;
        }
    }
    return members->count;
}

/* False: a member that is not in the table, or that has been there. */
static bool member_read(struct member_scan *scan, struct members *members, char *object)
{
    struct str name;
    if (!json_token_string(&scan->token, &name) || !json_token_take(&scan->token, ':')) {
        return false;
    }
    size_t at = member_find(members, name);
    if (at == members->count || (members->seen & BIT(at))) {
        return false;
    }
    members->seen |= BIT(at);
    members->next = at + 1 < members->count ? at + 1 : 0;
    const struct member *member = &members->table[at];
    return member->read(scan, member, object + member->offset);
}

bool member_object(struct member_scan *scan, struct members *members, void *object)
{
    if (!json_token_take(&scan->token, '{')) {
        return false;
    }
    if (json_token_take(&scan->token, '}')) {
        return true;
    }
    do {
        if (!member_read(scan, members, object)) {
            return false;
        }
    } while (json_token_take(&scan->token, ','));
    return json_token_take(&scan->token, '}');
}
