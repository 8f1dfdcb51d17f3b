/* stand_in.c - see stand_in.h. */
#include "tests/unit/stand_in.h"

#include <math.h>
#include <string.h>

static void stand_in_vector(struct str text, float *ret_vector)
{
    float counts[MEANING_DIMS] = { 0 };
    double sum = 0;
    for (size_t i = 0; i < text.len; i++) {
        counts[(unsigned char)text.ptr[i] | 0x20] += 1;
    }
    for (size_t i = 0; i < MEANING_DIMS; i++) {
        sum += (double)counts[i] * (double)counts[i];
    }
    for (size_t i = 0; i < MEANING_DIMS; i++) {
        ret_vector[i] = sum > 0 ? (float)((double)counts[i] / sqrt(sum)) : 0;
    }
}

static bool stand_in_refuses(const struct stand_in *stand_in, struct str text)
{
    size_t len = stand_in->refused ? strlen(stand_in->refused) : 0;
    for (size_t i = 0; i + len <= text.len; i++) {
        if (len == 0 || memcmp(text.ptr + i, stand_in->refused, len) == 0) {
            return true;
        }
    }
    return false;
}

static enum err stand_in_embed(struct embedder *embedder, struct str text, enum embedding as,
                               float *ret_vector)
{
    struct stand_in *stand_in = container_of(embedder, struct stand_in, port);
    pthread_mutex_lock(&stand_in->lock);
    *(as == EMBED_PASSAGE ? &stand_in->passages : &stand_in->questions) += 1;
    while (stand_in->is_held || (as == EMBED_PASSAGE && stand_in->is_held_for_passages)) {
        pthread_cond_wait(&stand_in->changed, &stand_in->lock);
    }
    enum err err = stand_in_refuses(stand_in, text) ? stand_in->result : OK;
    pthread_mutex_unlock(&stand_in->lock);
    if (err == OK) {
        stand_in_vector(text, ret_vector);
    }
    return err;
}

static const struct embedder_ops stand_in_ops = { .embed = stand_in_embed };

void stand_in_open(struct stand_in *stand_in)
{
    *stand_in = (struct stand_in){ .port = { .ops = &stand_in_ops } };
    pthread_mutex_init(&stand_in->lock, NULL);
    pthread_cond_init(&stand_in->changed, NULL);
}

void stand_in_close(struct stand_in *stand_in)
{
    pthread_cond_destroy(&stand_in->changed);
    pthread_mutex_destroy(&stand_in->lock);
}

void stand_in_hold(struct stand_in *stand_in)
{
    pthread_mutex_lock(&stand_in->lock);
    stand_in->is_held = true;
    pthread_mutex_unlock(&stand_in->lock);
}

void stand_in_hold_passages(struct stand_in *stand_in)
{
    pthread_mutex_lock(&stand_in->lock);
    stand_in->is_held_for_passages = true;
    pthread_mutex_unlock(&stand_in->lock);
}

void stand_in_release(struct stand_in *stand_in)
{
    pthread_mutex_lock(&stand_in->lock);
    stand_in->is_held = false;
    stand_in->is_held_for_passages = false;
    pthread_cond_broadcast(&stand_in->changed);
    pthread_mutex_unlock(&stand_in->lock);
}

static size_t stand_in_count(struct stand_in *stand_in, const size_t *count)
{
    pthread_mutex_lock(&stand_in->lock);
    size_t now = *count;
    pthread_mutex_unlock(&stand_in->lock);
    return now;
}

size_t stand_in_passages(struct stand_in *stand_in)
{
    return stand_in_count(stand_in, &stand_in->passages);
}

size_t stand_in_questions(struct stand_in *stand_in)
{
    return stand_in_count(stand_in, &stand_in->questions);
}
