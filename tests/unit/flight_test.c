/* flight_test.c - turns with the same key share one call; a flight outlives its seats. */
#include "worker/engine/flight.h"

#include "tests/unit/leaf.h"

#define ARENA_BYTES ((size_t)1 << 16)

static const uint64_t seed[2] = { 1, 2 };
static const struct key one = { { 1 } };
static const struct key two = { { 2 } };

static bool boards_anew(struct flights *flights, const struct key *key, struct flight_seat *seat)
{
    bool is_new;
    assert_int_equal(flights_board(flights, key, ARENA_BYTES, seat, &is_new), OK);
    assert_non_null(seat->flight);
    return is_new;
}

static void leave_and_end(struct flights *flights, struct flight_seat *seat)
{
    struct flight *flight = seat->flight;
    flight_leave(seat);
    flights_close(flights, flight);
    flight_destroy(flight);
}

static void turns_with_one_key_share_a_flight_and_the_first_one_leads(void **state)
{
    (void)state;
    struct flights flights;
    struct flight_seat seats[3] = { 0 };
    assert_int_equal(flights_init(&flights, 8, seed), OK);
    assert_true(boards_anew(&flights, &one, &seats[0]));
    assert_false(boards_anew(&flights, &one, &seats[1]));
    assert_true(boards_anew(&flights, &two, &seats[2]));
    assert_ptr_equal(seats[0].flight, seats[1].flight);
    assert_ptr_not_equal(seats[0].flight, seats[2].flight);
    assert_int_equal(seats[0].flight->seats.count, 2);
    assert_ptr_equal(list_first(&seats[0].flight->seats), &seats[0].node);
    flight_leave(&seats[0]);
    assert_ptr_equal(list_first(&seats[1].flight->seats), &seats[1].node);
    leave_and_end(&flights, &seats[1]);
    leave_and_end(&flights, &seats[2]);
    flights_fini(&flights);
}

static void an_empty_flight_stays_for_the_next_turn_of_its_key(void **state)
{
    (void)state;
    struct flights flights;
    struct flight_seat seats[2] = { 0 };
    assert_int_equal(flights_init(&flights, 8, seed), OK);
    assert_true(boards_anew(&flights, &one, &seats[0]));
    struct flight *flight = seats[0].flight;
    flight_leave(&seats[0]);
    assert_null(seats[0].flight);
    assert_false(boards_anew(&flights, &one, &seats[1]));
    assert_ptr_equal(seats[1].flight, flight);
    leave_and_end(&flights, &seats[1]);
    flights_fini(&flights);
}

static void a_closed_flight_keeps_its_seats_and_takes_no_new_ones(void **state)
{
    (void)state;
    struct flights flights;
    struct flight_seat seats[2] = { 0 };
    assert_int_equal(flights_init(&flights, 8, seed), OK);
    assert_true(boards_anew(&flights, &one, &seats[0]));
    struct flight *closed = seats[0].flight;
    flights_close(&flights, closed);
    assert_int_equal(closed->seats.count, 1);
    assert_true(boards_anew(&flights, &one, &seats[1]));
    assert_ptr_not_equal(seats[1].flight, closed);
    flight_leave(&seats[0]);
    flight_destroy(closed);
    leave_and_end(&flights, &seats[1]);
    flights_fini(&flights);
}

static void there_are_never_more_flights_than_allowed(void **state)
{
    (void)state;
    struct flights flights;
    struct flight_seat seats[3] = { 0 };
    bool is_new = false;
    assert_int_equal(flights_init(&flights, 1, seed), OK);
    assert_true(boards_anew(&flights, &one, &seats[0]));
    assert_int_equal(flights_board(&flights, &two, ARENA_BYTES, &seats[1], &is_new), ERR_FULL);
    assert_null(seats[1].flight);
    assert_false(is_new);
    assert_false(boards_anew(&flights, &one, &seats[2]));
    flight_leave(&seats[2]);
    leave_and_end(&flights, &seats[0]);
    assert_true(boards_anew(&flights, &two, &seats[1]));
    leave_and_end(&flights, &seats[1]);
    flights_fini(&flights);
}

static enum err try_flight(void *owner)
{
    struct flights *flights = owner;
    struct flight_seat seat = { 0 };
    bool is_new = false;
    enum err err = flights_board(flights, &one, ARENA_BYTES, &seat, &is_new);
    if (err != OK) {
        assert_null(seat.flight);
        assert_false(is_new);
        assert_int_equal(flights->map.count, 0);
        return err;
    }
    leave_and_end(flights, &seat);
    return OK;
}

static enum err try_flights(void *owner)
{
    struct flights *flights = owner;
    TRY(flights_init(flights, 8, seed));
    flights_fini(flights);
    return OK;
}

static void without_memory_nobody_is_seated(void **state)
{
    (void)state;
    struct flights flights = { 0 };
    assert_true(starve(try_flights, &flights) >= 1);
    assert_int_equal(flights_init(&flights, 8, seed), OK);
    assert_true(starve(try_flight, &flights) >= 1);
    flights_fini(&flights);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(turns_with_one_key_share_a_flight_and_the_first_one_leads),
        cmocka_unit_test(an_empty_flight_stays_for_the_next_turn_of_its_key),
        cmocka_unit_test(a_closed_flight_keeps_its_seats_and_takes_no_new_ones),
        cmocka_unit_test(there_are_never_more_flights_than_allowed),
        cmocka_unit_test(without_memory_nobody_is_seated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
