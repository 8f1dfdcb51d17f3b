/* list.h - a doubly linked list whose nodes are embedded in what they link.
 *
 * Counts its members, since the lengths are gauges. A node is in one list at most.
 *
 * Pure: no I/O, no clock. */
#ifndef COMMON_LIST_H
#define COMMON_LIST_H

#include "common/base.h"

struct list_node {
    struct list_node *prev;
    struct list_node *next;
};

struct list {
    struct list_node head;
    size_t count;
};

static inline void list_init(struct list *list)
{
    list->head = (struct list_node){ &list->head, &list->head };
    list->count = 0;
}

static inline bool list_is_empty(const struct list *list)
{
    return list->count == 0;
}

static inline struct list_node *list_first(const struct list *list)
{
    return list->count ? list->head.next : NULL;
}

/* NULL behind the last. */
static inline struct list_node *list_next(const struct list *list, const struct list_node *node)
{
    return node->next == &list->head ? NULL : node->next;
}

static inline struct list_node *list_last(const struct list *list)
{
    return list->count ? list->head.prev : NULL;
}

/* NULL before the first. */
static inline struct list_node *list_prev(const struct list *list, const struct list_node *node)
{
    return node->prev == &list->head ? NULL : node->prev;
}

static inline void list_insert_before(struct list *list, struct list_node *place,
                                      struct list_node *node)
{
    assert(!node->next && !node->prev);
    node->prev = place->prev;
    node->next = place;
    place->prev->next = node;
    place->prev = node;
    list->count++;
}

/* NULL as `place`: at the front. */
static inline void list_insert_after(struct list *list, struct list_node *place,
                                     struct list_node *node)
{
    list_insert_before(list, place ? place->next : list->head.next, node);
}

static inline void list_append(struct list *list, struct list_node *node)
{
    list_insert_before(list, &list->head, node);
}

static inline void list_prepend(struct list *list, struct list_node *node)
{
    list_insert_before(list, list->head.next, node);
}

static inline void list_remove(struct list *list, struct list_node *node)
{
    assert(node->next && node->prev && list->count > 0);
    node->prev->next = node->next;
    node->next->prev = node->prev;
    *node = (struct list_node){ NULL, NULL };
    list->count--;
}

static inline struct list_node *list_pop(struct list *list)
{
    struct list_node *node = list_first(list);
    if (node) {
        list_remove(list, node);
    }
    return node;
}

static inline struct list_node *list_pop_last(struct list *list)
{
    struct list_node *node = list_last(list);
    if (node) {
        list_remove(list, node);
    }
    return node;
}

/* All of `from`, in their order, behind what `list` has. In one step, however many there are. */
static inline void list_move_all(struct list *list, struct list *from)
{
    if (from->count == 0) {
        return;
    }
    struct list_node *last = list->head.prev;
    last->next = from->head.next;
    from->head.next->prev = last;
    from->head.prev->next = &list->head;
    list->head.prev = from->head.prev;
    list->count += from->count;
    list_init(from);
}

/* The member of type `type` whose field `field` is `node`; NULL stays NULL. */
#define list_entry(node, type, field)                                                              \
    ({                                                                                             \
        struct list_node *entry_node_ = (node);                                                    \
        entry_node_ ? container_of(entry_node_, type, field) : NULL;                               \
    })

#endif
