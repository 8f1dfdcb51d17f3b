/* passages.c - see passages.h. */
#include "tests/unit/passages.h"

void passages_open(struct passages *passages)
{
    *passages = (struct passages){ .count = 0 };
    arena_init(&passages->arena, (size_t)1 << 20);
}

void passages_close(struct passages *passages)
{
    arena_fini(&passages->arena);
}

static enum err passages_keep(void *owner, const struct passage *passage)
{
    struct passages *passages = owner;
    if (passages->result != OK) {
        return passages->result;
    }
    assert_true(passages->count < PASSAGES_MAX);
    struct passage *copy = &passages->all[passages->count++];
    assert_int_equal(arena_copy(&passages->arena, passage->id, &copy->id), OK);
    assert_int_equal(arena_copy(&passages->arena, passage->title, &copy->title), OK);
    return arena_copy(&passages->arena, passage->text, &copy->text);
}

static void passages_fault(void *owner, size_t line, const struct note *note)
{
    struct passages *passages = owner;
    assert_true(passages->faults_count < PASSAGES_MAX);
    passages->faults[passages->faults_count++] = line;
    passages->note = *note;
}

struct passage_sheet passages_sheet(struct passages *passages, const char *name, struct str text)
{
    return (struct passage_sheet){ .name = str_from(name),
                                   .text = text,
                                   .owner = passages,
                                   .on_passage = passages_keep,
                                   .on_fault = passages_fault };
}

void assert_passage(const struct passages *passages, size_t index, const char *id,
                    const char *title, const char *text)
{
    assert_true(index < passages->count);
    assert_string_equal(passages->all[index].id.ptr, id);
    assert_string_equal(passages->all[index].title.ptr, title);
    assert_string_equal(passages->all[index].text.ptr, text);
}
