/* store_memory.c - see store_memory.h. A call is worked on at once and completes in the next
 * turn of the loop. */
#include "worker/adapter/store_memory.h"

#include "common/map.h"
#include "common/mem.h"
#include "worker/adapter/store_later.h"

/* Name and value in one piece of memory. */
struct memory_field {
    struct list_node node;
    size_t name_len;
    size_t value_len;
    char bytes[];
};

/* A plain value is one field without a name. */
struct memory_entry {
    struct map_entry found; /* by `key` */
    struct list_node node;  /* least recently used first */
    struct list fields;
    int64_t expires_ms;
    size_t bytes;
    bool has_fields; /* made by STORE_PUT */
    char key[];
};

struct store_memory {
    struct store store;
    struct store_memory_options options;
    struct store_later later;
    struct map map;
    struct list entries;
    size_t bytes;
};

static struct str field_name(const struct memory_field *field)
{
    return (struct str){ field->bytes, field->name_len };
}

static struct str field_value(const struct memory_field *field)
{
    return (struct str){ field->bytes + field->name_len, field->value_len };
}

static size_t field_bytes(const struct memory_field *field)
{
    return sizeof(*field) + field->name_len + field->value_len;
}

static void memory_count(struct store_memory *memory, struct memory_entry *entry, size_t more,
                         size_t less)
{
    entry->bytes += more - less;
    memory->bytes += more - less;
}

static void field_remove(struct store_memory *memory, struct memory_entry *entry,
                         struct memory_field *field)
{
    list_remove(&entry->fields, &field->node);
    memory_count(memory, entry, 0, field_bytes(field));
    mem_free(field);
}

static struct memory_field *field_find(const struct memory_entry *entry, struct str name)
{
    struct list_node *node = list_first(&entry->fields);
    for (; node; node = list_next(&entry->fields, node)) {
        struct memory_field *field = list_entry(node, struct memory_field, node);
        if (str_eq(field_name(field), name)) {
            return field;
        }
    }
    return NULL;
}

/* NULL when out of memory. */
static struct memory_field *field_make(struct str name, struct str value)
{
    struct memory_field *field = mem_alloc(sizeof(*field) + name.len + value.len);
    if (!field) {
        return NULL;
    }
    *field = (struct memory_field){ .name_len = name.len, .value_len = value.len };
    if (name.len > 0) {
        memcpy(field->bytes, name.ptr, name.len);
    }
    if (value.len > 0) {
        memcpy(field->bytes + name.len, value.ptr, value.len);
    }
    return field;
}

static void entry_remove(struct store_memory *memory, struct memory_entry *entry)
{
    while (!list_is_empty(&entry->fields)) {
        field_remove(memory, entry,
                     list_entry(list_first(&entry->fields), struct memory_field, node));
    }
    memory->bytes -= entry->bytes;
    list_remove(&memory->entries, &entry->node);
    map_remove(&memory->map, &entry->found);
    mem_free(entry);
}

/* Found and not expired; it becomes the one that was used last. */
static struct memory_entry *entry_find(struct store_memory *memory, struct str key)
{
    struct map_entry *found = map_find(&memory->map, key);
    if (!found) {
        return NULL;
    }
    struct memory_entry *entry = container_of(found, struct memory_entry, found);
    if (entry->expires_ms <= loop_clock(memory->options.loop)->mono_ms) {
        entry_remove(memory, entry);
        return NULL;
    }
    list_remove(&memory->entries, &entry->node);
    list_append(&memory->entries, &entry->node);
    return entry;
}

static void memory_drop_oldest(struct store_memory *memory)
{
    entry_remove(memory, list_entry(list_first(&memory->entries), struct memory_entry, node));
}

/* Not in the map yet; NULL when out of memory. */
static struct memory_entry *entry_make(struct str key, bool has_fields)
{
    struct memory_entry *entry = mem_zero(1, sizeof(*entry) + key.len);
    if (!entry) {
        return NULL;
    }
    list_init(&entry->fields);
    entry->has_fields = has_fields;
    if (key.len > 0) {
        memcpy(entry->key, key.ptr, key.len);
    }
    return entry;
}

static void entry_add(struct store_memory *memory, struct memory_entry *entry, size_t key_len)
{
    if (memory->map.count >= memory->options.entries_max) {
        memory_drop_oldest(memory);
    }
    if (map_add(&memory->map, &entry->found, (struct str){ entry->key, key_len }) != OK) {
        BUG("no room where room was made");
    }
    list_append(&memory->entries, &entry->node);
    memory_count(memory, entry, sizeof(*entry) + key_len, 0);
}

static int64_t memory_expiry(const struct store_memory *memory, int64_t ttl_ms)
{
    int64_t now_ms = loop_clock(memory->options.loop)->mono_ms;
    return ttl_ms > INT64_MAX - now_ms ? INT64_MAX : now_ms + ttl_ms;
}

static enum err memory_get(struct store_memory *memory, struct store_call *call)
{
    struct memory_entry *entry = entry_find(memory, call->key);
    if (!entry || entry->has_fields) {
        return OK;
    }
    struct memory_field *field = list_entry(list_first(&entry->fields), struct memory_field, node);
    if (call->arena) {
        TRY(arena_copy(call->arena, field_value(field), &call->found_value));
    }
    call->found = true;
    return OK;
}

static enum err memory_copy_fields(const struct memory_entry *entry, struct store_call *call)
{
    struct store_field *copies = arena_zero(call->arena, entry->fields.count, sizeof(*copies));
    if (!copies) {
        return ERR_NOMEM;
    }
    size_t count = 0;
    struct list_node *node = list_first(&entry->fields);
    for (; node; node = list_next(&entry->fields, node)) {
        struct memory_field *field = list_entry(node, struct memory_field, node);
        TRY(arena_copy(call->arena, field_name(field), &copies[count].name));
        TRY(arena_copy(call->arena, field_value(field), &copies[count].value));
        count++;
    }
    call->fields = copies;
    call->fields_count = count;
    return OK;
}

static enum err memory_all(struct store_memory *memory, struct store_call *call)
{
    struct memory_entry *entry = entry_find(memory, call->key);
    if (!entry || !entry->has_fields || list_is_empty(&entry->fields)) {
        return OK;
    }
    if (call->arena) {
        TRY(memory_copy_fields(entry, call));
    }
    call->found = true;
    return OK;
}

static enum err memory_pick(struct store_memory *memory, struct store_call *call)
{
    struct memory_entry *entry = entry_find(memory, call->key);
    if (!entry || !entry->has_fields) {
        return OK;
    }
    struct memory_field *field = field_find(entry, call->field);
    if (field && call->arena) {
        TRY(arena_copy(call->arena, field_value(field), &call->found_value));
    }
    call->found = field != NULL;
    call->revision = call->found_value;
    return OK;
}

static enum err memory_drop(struct store_memory *memory, const struct store_call *call)
{
    struct memory_entry *entry = entry_find(memory, call->key);
    if (entry) {
        entry_remove(memory, entry);
    }
    return OK;
}

/* Nothing is taken away before all memory that is needed is there: a write that fails leaves what
 * was there before it. */
static enum err memory_write(struct store_memory *memory, const struct store_call *call,
                             bool has_fields, struct memory_entry **ret_entry)
{
    struct memory_entry *entry = entry_find(memory, call->key);
    bool is_kept = entry && entry->has_fields == has_fields;
    struct str name = has_fields ? call->field : STR_NONE;
    struct memory_field *field = field_make(name, call->value);
    struct memory_entry *made = field && !is_kept ? entry_make(call->key, has_fields) : NULL;
    if (!field || (!is_kept && !made)) {
        mem_free(field);
        return ERR_NOMEM;
    }
    if (entry && !is_kept) {
        entry_remove(memory, entry);
    }
    if (made) {
        entry_add(memory, made, call->key.len);
        entry = made;
    }
    struct memory_field *old = field_find(entry, name);
    if (old) {
        field_remove(memory, entry, old);
    }
    list_append(&entry->fields, &field->node);
    memory_count(memory, entry, field_bytes(field), 0);
    entry->expires_ms = memory_expiry(memory, call->ttl_ms);
    *ret_entry = entry;
    return OK;
}

static enum err memory_set(struct store_memory *memory, const struct store_call *call)
{
    struct memory_entry *entry = NULL;
    return memory_write(memory, call, false, &entry);
}

/* The group of a field's name, its "/" included; what has no group is its own. */
static struct str name_group(struct str name)
{
    size_t at = str_find(name, STR("/"));
    return str_slice(name, 0, min_size(at + 1, name.len));
}

/* -1: it has none, and goes first. */
static int64_t name_number(struct str name)
{
    int64_t number;
    struct str group = name_group(name);
    bool has_number = str_to_i64(str_slice(name, group.len, name.len), 0, INT64_MAX, &number);
    return has_number ? number : -1;
}

/* Drops the lowest numbers of the group, or of all others, until `most` are left. */
static void entry_cut(struct store_memory *memory, struct memory_entry *entry, struct str group,
                      bool is_own, size_t most)
{
    for (;;) {
        size_t count = 0;
        struct memory_field *lowest = NULL;
        struct list_node *node = list_first(&entry->fields);
        for (; node; node = list_next(&entry->fields, node)) {
            struct memory_field *field = list_entry(node, struct memory_field, node);
            struct str name = field_name(field);
            if (str_starts(name, group) != is_own) {
                continue;
            }
            count++;
            if (!lowest || name_number(name) < name_number(field_name(lowest))) {
                lowest = field;
            }
        }
        if (count <= most) {
            return;
        }
        field_remove(memory, entry, lowest);
    }
}

/* The field is still what the write is bound to, and there is room for it. */
static bool memory_may_put(struct store_memory *memory, struct store_call *call)
{
    struct memory_entry *entry = entry_find(memory, call->key);
    bool has_fields = entry && entry->has_fields;
    struct memory_field *field = has_fields ? field_find(entry, call->field) : NULL;
    struct str now = field ? field_value(field) : STR_NONE;
    if (call->revision.len > 0 ? !str_starts(now, call->revision) : now.len > 0) {
        return false;
    }
    call->is_crowded = has_fields && !field && call->room_for > 0 &&
                       entry->fields.count >= call->room_for;
    return !call->is_crowded;
}

static enum err memory_put(struct store_memory *memory, struct store_call *call)
{
    struct memory_entry *entry = NULL;
    if (call->is_bound && !memory_may_put(memory, call)) {
        return ERR_CONFLICT;
    }
    TRY(memory_write(memory, call, true, &entry));
    for (size_t i = 0; i < call->drops_count; i++) {
        struct memory_field *dropped = field_find(entry, call->drops[i]);
        if (dropped) {
            field_remove(memory, entry, dropped);
        }
    }
    if (call->fields_max > 0) {
        struct str group = name_group(call->field);
        entry_cut(memory, entry, group, true, call->fields_max);
        entry_cut(memory, entry, group, false, STORE_OTHERS * call->fields_max);
    }
    return OK;
}

static enum err memory_claim(struct store_memory *memory, struct store_call *call)
{
    if (entry_find(memory, call->key)) {
        return OK;
    }
    TRY(memory_set(memory, call));
    call->found = true;
    return OK;
}

static struct str entry_value(const struct memory_entry *entry)
{
    struct memory_field *field = list_entry(list_first(&entry->fields), struct memory_field, node);
    return entry->has_fields || !field ? STR_NONE : field_value(field);
}

static enum err memory_renew(struct store_memory *memory, struct store_call *call)
{
    struct memory_entry *entry = entry_find(memory, call->key);
    call->found = entry && str_eq(entry_value(entry), call->value);
    if (call->found) {
        entry->expires_ms = memory_expiry(memory, call->ttl_ms);
    }
    return OK;
}

static enum err memory_yield(struct store_memory *memory, const struct store_call *call)
{
    struct memory_entry *entry = entry_find(memory, call->key);
    if (entry && str_eq(entry_value(entry), call->value)) {
        entry_remove(memory, entry);
    }
    return OK;
}

/* The sum stays until the key's first time is over, as in Redis. ERR_BACKEND: it is no number. */
static enum err memory_add(struct store_memory *memory, struct store_call *call)
{
    struct memory_entry *entry = entry_find(memory, call->key);
    int64_t expires_ms = entry ? entry->expires_ms : memory_expiry(memory, call->ttl_ms);
    char number[STR_INT_BYTES];
    int64_t sum = 0;
    if (entry && !str_to_i64(entry_value(entry), INT64_MIN, INT64_MAX, &sum)) {
        return ERR_BACKEND;
    }
    if (__builtin_add_overflow(sum, call->amount, &sum)) {
        return ERR_BACKEND;
    }
    struct store_call set = *call;
    set.value = str_from_int(sum, number);
    TRY(memory_set(memory, &set));
    entry_find(memory, call->key)->expires_ms = expires_ms;
    call->sum = sum;
    call->found = true;
    return OK;
}

static enum err memory_work(struct store_memory *memory, struct store_call *call)
{
    switch (call->op) {
    case STORE_GET:
        return memory_get(memory, call);
    case STORE_ALL:
        return memory_all(memory, call);
    case STORE_PICK:
        return memory_pick(memory, call);
    case STORE_SET:
        return memory_set(memory, call);
    case STORE_PUT:
        return memory_put(memory, call);
    case STORE_DROP:
        return memory_drop(memory, call);
    case STORE_CLAIM:
        return memory_claim(memory, call);
    case STORE_RENEW:
        return memory_renew(memory, call);
    case STORE_YIELD:
        return memory_yield(memory, call);
    case STORE_ADD:
        return memory_add(memory, call);
    }
    BUG("an operation that no store knows");
}

static void memory_start(struct store *store, struct store_call *call)
{
    struct store_memory *memory = container_of(store, struct store_memory, store);
    call->found = false;
    call->found_value = STR_NONE;
    call->fields = NULL;
    call->fields_count = 0;
    call->sum = 0;
    call->revision = call->op == STORE_PICK ? STR_NONE : call->revision;
    call->is_crowded = false;
    enum err err = memory_work(memory, call);
    while (memory->bytes > memory->options.bytes_max) {
        memory_drop_oldest(memory);
    }
    store_later_add(&memory->later, call, err);
}

/* Every call is on its way as soon as it was started. */
static void memory_cancel(struct store *store, struct store_call *call)
{
    (void)store;
    (void)call;
}

static bool memory_is_up(const struct store *store)
{
    (void)store;
    return true;
}

struct store *store_memory_create(const struct store_memory_options *options)
{
    static const struct store_ops ops = { "memory", memory_start, memory_cancel, memory_is_up,
                                          NULL };
    assert(options->entries_max > 0 && options->bytes_max > 0);
    struct store_memory *memory = mem_zero(1, sizeof(*memory));
    if (!memory) {
        return NULL;
    }
    memory->store.ops = &ops;
    memory->options = *options;
    list_init(&memory->entries);
    store_later_init(&memory->later, options->loop);
    if (map_init(&memory->map, options->entries_max, options->seed) != OK) {
        mem_free(memory);
        return NULL;
    }
    return &memory->store;
}

void store_memory_destroy(struct store *store)
{
    if (!store) {
        return;
    }
    struct store_memory *memory = container_of(store, struct store_memory, store);
    while (!list_is_empty(&memory->entries)) {
        memory_drop_oldest(memory);
    }
    assert(memory->bytes == 0);
    store_later_fini(&memory->later);
    map_fini(&memory->map);
    mem_free(memory);
}
