/* flight.c - see flight.h. */
#include "worker/engine/flight.h"

#include "common/mem.h"

enum err flights_init(struct flights *flights, size_t flights_max, const uint64_t seed[2])
{
    flights->leaving = 0;
    TRY(flight_locks_init(&flights->locks, flights_max));
    enum err err = map_init(&flights->map, flights_max, seed);
    if (err != OK) {
        flight_locks_fini(&flights->locks);
    }
    return err;
}

void flights_fini(struct flights *flights)
{
    assert(flights->map.count == 0 && flights->leaving == 0);
    flight_locks_fini(&flights->locks);
    map_fini(&flights->map);
}

static enum err flight_create(struct flights *flights, const struct key *key, size_t bytes_max,
                              struct flight **ret_flight)
{
    struct flight *flight = mem_zero(1, sizeof(*flight));
    if (!flight) {
        return ERR_NOMEM;
    }
    flight->key = *key;
    list_init(&flight->seats);
    arena_init_from(&flight->arena, flights->pool, bytes_max);
    enum err err = map_add(&flights->map, &flight->entry, key_str(&flight->key));
    if (err != OK) {
        mem_free(flight);
        return err;
    }
    *ret_flight = flight;
    return OK;
}

enum err flights_board(struct flights *flights, const struct key *key, size_t bytes_max,
                       struct flight_seat *seat, bool *ret_is_new)
{
    assert(!seat->flight);
    struct map_entry *entry = map_find(&flights->map, key_str(key));
    struct flight *flight = entry ? container_of(entry, struct flight, entry) : NULL;
    bool is_new = !flight;
    if (is_new) {
        TRY(flight_create(flights, key, bytes_max, &flight));
    }
    seat->flight = flight;
    list_append(&flight->seats, &seat->node);
    *ret_is_new = is_new;
    return OK;
}

void flight_leave(struct flight_seat *seat)
{
    list_remove(&seat->flight->seats, &seat->node);
    seat->flight = NULL;
}

void flights_close(struct flights *flights, struct flight *flight)
{
    if (!flight->is_closed) {
        flight->is_closed = true;
        map_remove(&flights->map, &flight->entry);
    }
}

void flight_destroy(struct flight *flight)
{
    assert(list_is_empty(&flight->seats) && !flight->is_asking);
    arena_fini(&flight->arena);
    mem_free(flight);
}
