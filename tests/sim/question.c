/* question.c - see question.h. */
#include "tests/sim/question.h"

static const char question_mark[] = "kind words q";

/* Letters for digits: an answer that repeats a number has no ground for it. */
static struct str question_letters(int uid, char out[QUESTION_BYTES])
{
    int len = snprintf(out, QUESTION_BYTES, "%d", uid);
    for (int i = 0; i < len; i++) {
        out[i] = (char)('a' + out[i] - '0');
    }
    return (struct str){ out, (size_t)len };
}

struct str question_key(const struct question *question, char out[QUESTION_BYTES])
{
    int len = snprintf(out, QUESTION_BYTES, "c%d", question->conversation);
    return (struct str){ out, (size_t)len };
}

struct str question_id(const struct question *question, char out[QUESTION_BYTES])
{
    int len = snprintf(out, QUESTION_BYTES, "m-%d", question->uid);
    return (struct str){ out, (size_t)len };
}

struct str question_value(const struct question *question, char out[QUESTION_BYTES])
{
    char letters[QUESTION_BYTES];
    struct str name = question_letters(question->uid, letters);
    int len = snprintf(out, QUESTION_BYTES,
                       "{\"id\":\"m-%d\",\"conversation_id\":\"c%d\",\"customer_id\":\"c\","
                       "\"text\":\"%s%.*s please\"}",
                       question->uid, question->conversation, question_mark, STR_ARG(name));
    return (struct str){ out, (size_t)len };
}

void question_memo_key(const struct question *question, struct seal *seal, struct key *ret_key)
{
    char key[QUESTION_BYTES];
    char value[QUESTION_BYTES];
    char id[QUESTION_BYTES];
    uint8_t digest[CRYPTO_DIGEST_BYTES];
    if (crypto_sha256(question_value(question, value), digest) != OK) {
        BUG("no digest");
    }
    const struct str names[] = { STR_NONE,
                                 question_key(question, key),
                                 STR(QUESTION_SOURCE),
                                 question_id(question, id),
                                 { (const char *)digest, sizeof(digest) } };
    if (key_of(seal, STR("memo"), names, countof(names), ret_key) != OK) {
        BUG("no key");
    }
}

int question_uid(struct str text)
{
    size_t mark_len = sizeof(question_mark) - 1;
    const char *at = text.len ? memmem(text.ptr, text.len, question_mark, mark_len) : NULL;
    int uid = -1;
    if (at) {
        uid = 0;
        for (at += mark_len; *at >= 'a' && *at <= 'j'; at++) {
            uid = uid * 10 + (*at - 'a');
        }
    }
    return uid;
}

int question_at(const struct cluster *cluster, int part, int64_t offset)
{
    int index = cluster_fetch(cluster, part, offset);
    return index >= 0 && cluster->questions[index].offset == offset ? index : -1;
}

void question_write(const struct cluster *cluster, const struct delivery *delivery,
                    struct write *ret_write)
{
    const struct record *record = delivery->record;
    struct write write = {
        .kind = delivery->outcome.kind,
        .question = question_at(cluster, record->partition, record->offset),
        .uid = -1,
    };
    assert(write.question >= 0);
    write.shard = cluster->questions[write.question].conversation % SHARDS;
    for (size_t i = 0; i < delivery->outcome.outputs_count && write.uid < 0; i++) {
        write.uid = question_uid(delivery->outcome.outputs[i].value);
    }
    *ret_write = write;
}

bool question_is_poison(const struct delivery *delivery)
{
    return question_uid(delivery->record->value) >= QUESTION_POISON;
}
