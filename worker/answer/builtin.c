/* builtin.c - see builtin.h. */
#include "worker/answer/builtin.h"

#include "worker/answer/builtin_copy.h"
#include "worker/answer/builtin_several.h"

enum err builtin_answer(struct arena *arena, const struct brief *brief, struct str *ret_text)
{
    return brief->event->kind == EVENT_COPY_REQUEST ? builtin_copy(arena, brief, ret_text)
                                                    : builtin_several(arena, brief, ret_text);
}

struct str builtin_language(struct str wanted)
{
    return str_is(wanted, "zh") ? STR("zh") : STR("en");
}
