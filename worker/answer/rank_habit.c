/* rank_habit.c - see rank_habit.h.
 *
 * The weights are those of a logistic regression over half of the customers of two shops;
 * docs/recommendations.md says which, and what came out for the others. */
#include "worker/answer/rank_habit.h"

#include <math.h>

#include "worker/answer/rank_trees.h"

#define HABIT_DAY_MS 86400000.0

/* How an order fades: with its age in orders to the power of -HABIT_FADE, by HABIT_STEP and by
 * HABIT_STEP_FAST with each younger order, and with its days. */
#define HABIT_FADE 0.6
#define HABIT_STEP 0.9
#define HABIT_STEP_FAST 0.7
#define HABIT_DAYS_LEAST 7.0
#define HABIT_LATELY 5

/* Two times are alike when their logarithms differ by about so much; up to half a day is none. */
#define HABIT_ALIKE 0.4
#define HABIT_DAYS_NONE 0.5
#define HABIT_OFF_MAX 6.0 /* the logarithm of some 400 times as long */

/* What is known of a product's being bought again counts from about so many buyers on; before
 * that the shop's mean does. */
#define HABIT_PRIOR 5.0

/* A share that is 0 has a logarithm, too. */
#define HABIT_SHARE_LEAST 0.003
#define HABIT_LATELY_LEAST 0.1
#define HABIT_AGAIN_LEAST 0.01
#define HABIT_NEXT_LEAST 0.002

#define HABIT_BASE 0.418
#define HABIT_BY_SIZE 0.296
#define HABIT_BY_AGE 0.205
#define HABIT_BY_AGE_FAST -0.108
#define HABIT_BY_DAYS 0.634
#define HABIT_BY_LATELY -0.073
#define HABIT_ONCE -0.593
#define HABIT_IN_LAST -0.147
#define HABIT_PLACE -0.240
#define HABIT_AGAIN 1.211
#define HABIT_OFTEN 0.150
#define HABIT_RHYTHM 0.435
#define HABIT_EARLY -0.054
#define HABIT_LATE -0.106
/* For a customer who only ever buys the same; the others get their part of it. */
#define HABIT_LOYAL 0.674
#define HABIT_LOYAL_LATELY 0.566
#define HABIT_LOYAL_ONCE 0.976
#define HABIT_LOYAL_IN_LAST 0.653
#define HABIT_LOYAL_AGAIN -1.303

/* The trees look at what has more than about 2 %: they were fitted to nothing else, and a customer
 * with a thousand products costs no thousand looks. They count for half. */
#define HABIT_LOOK_LEAST -3.9
#define HABIT_USUAL_NONE 9.0 /* the logarithm of a time so long that it says: none */

static double habit_days(int64_t from_wall_ms, int64_t to_wall_ms)
{
    double ms = (double)to_wall_ms - (double)from_wall_ms;
    return ms > 0 ? ms / HABIT_DAY_MS : 0;
}

struct rank_habit_order rank_habits_add(struct rank_habits *habits, int64_t at_wall_ms,
                                        uint32_t lines)
{
    uint32_t age = ++habits->orders;
    double fade = pow(age, -HABIT_FADE);
    double size = lines > 0 ? lines : 1;
    const struct rank_habit_order order = {
        .at_wall_ms = at_wall_ms,
        .now_wall_ms = habits->now_wall_ms,
        .age = age,
        .size = size,
        .fade = fade,
        .by_size = fade / sqrt(size),
        .by_age = pow(HABIT_STEP, age - 1),
        .by_age_fast = pow(HABIT_STEP_FAST, age - 1),
        .by_days = 1 / (HABIT_DAYS_LEAST + habit_days(at_wall_ms, habits->now_wall_ms)),
    };
    habits->newest_wall_ms = age == 1 ? at_wall_ms : habits->newest_wall_ms;
    habits->oldest_wall_ms = at_wall_ms;
    habits->by_size += order.by_size;
    habits->by_age += order.by_age;
    habits->by_age_fast += order.by_age_fast;
    habits->by_days += order.by_days;
    return order;
}

/* The time between this purchase and the next one, beside the one that passes now. */
static void habit_add_time(struct rank_habit *habit, const struct rank_habit_order *order)
{
    double days = habit_days(order->at_wall_ms, habit->oldest_wall_ms);
    double since = habit_days(habit->newest_wall_ms, order->now_wall_ms);
    double off = log((days + HABIT_DAYS_NONE) / (since + HABIT_DAYS_NONE)) / HABIT_ALIKE;
    habit->alike += exp(-off * off / 2);
    habit->log_days += log(days + HABIT_DAYS_NONE);
    habit->log_ages += log((double)order->age - habit->oldest);
    habit->longer += days >= fmax(since, HABIT_DAYS_NONE) ? 1 : 0;
}

void rank_habit_add(struct rank_habit *habit, struct rank_habits *habits,
                    const struct rank_habit_order *order, uint32_t place)
{
    if (habit->orders > 0) {
        habit_add_time(habit, order);
    } else {
        habit->newest_wall_ms = order->at_wall_ms;
        habit->newest = order->age;
        habits->products++;
    }
    habits->lines++;
    habit->oldest_wall_ms = order->at_wall_ms;
    habit->oldest = order->age;
    habit->orders++;
    habit->lately += order->age <= HABIT_LATELY ? 1 : 0;
    habit->by_size += order->by_size;
    habit->by_age += order->by_age;
    habit->by_age_fast += order->by_age_fast;
    habit->fade += order->fade;
    habit->place += order->fade * fmin((place + 0.5) / order->size, 1);
    habit->by_days += order->by_days;
}

static double habit_share(double part, double sum)
{
    return log((sum > 0 ? part / sum : 0) + HABIT_SHARE_LEAST);
}

/* How much of what the customer buys is bought again. */
static double habit_loyalty(const struct rank_habits *habits)
{
    return habits->lines > 0 ? 1 - (double)habits->products / habits->lines : 0;
}

static void habit_put_orders(double *inputs, const struct rank_habit *habit,
                             const struct rank_habits *habits)
{
    uint32_t orders = habits->orders < HABIT_LATELY ? habits->orders : HABIT_LATELY;
    double gaps = habits->orders > 1 ? habits->orders - 1 : 1;
    inputs[RANK_TREE_BY_SIZE] = habit_share(habit->by_size, habits->by_size);
    inputs[RANK_TREE_BY_AGE] = habit_share(habit->by_age, habits->by_age);
    inputs[RANK_TREE_BY_AGE_FAST] = habit_share(habit->by_age_fast, habits->by_age_fast);
    inputs[RANK_TREE_BY_DAYS] = habit_share(habit->by_days, habits->by_days);
    inputs[RANK_TREE_LATELY] = log((double)habit->lately / orders + HABIT_LATELY_LEAST);
    inputs[RANK_TREE_LOYALTY] = habit_loyalty(habits);
    inputs[RANK_TREE_PLACE] = habit->place / habit->fade;
    inputs[RANK_TREE_ORDERS] = habit->orders;
    inputs[RANK_TREE_NEWEST] = habit->newest;
    inputs[RANK_TREE_OLDEST] = habit->oldest;
    inputs[RANK_TREE_DENSE] = (double)habit->orders / habit->oldest;
    inputs[RANK_TREE_GAP] = habit_days(habits->newest_wall_ms, habits->now_wall_ms);
    inputs[RANK_TREE_USUAL_GAP] = habit_days(habits->oldest_wall_ms, habits->newest_wall_ms) / gaps;
    inputs[RANK_TREE_SIZE] = (double)habits->lines / habits->orders;
    inputs[RANK_TREE_ALL_ORDERS] = habits->orders;
}

static void habit_put_times(double *inputs, const struct rank_habit *habit,
                            const struct rank_habits *habits)
{
    bool is_again = habit->orders > 1;
    double times = is_again ? habit->orders - 1 : 1;
    double since = habit_days(habit->newest_wall_ms, habits->now_wall_ms);
    double days = habit->log_days / times;
    double ages = habit->log_ages / times;
    bool has_days = is_again && habit->newest_wall_ms > habit->oldest_wall_ms;
    inputs[RANK_TREE_RHYTHM] = log((habit->alike + 1) / (habit->longer + 2.0));
    inputs[RANK_TREE_SINCE] = since;
    inputs[RANK_TREE_USUAL_DAYS] = is_again ? days : HABIT_USUAL_NONE;
    inputs[RANK_TREE_OFF_DAYS] = has_days ? log(since + HABIT_DAYS_NONE) - days : 0;
    inputs[RANK_TREE_USUAL_ORDERS] = is_again ? ages : HABIT_USUAL_NONE;
    inputs[RANK_TREE_OFF_ORDERS] = is_again ? log(habit->newest) - ages : 0;
}

static void habit_put_product(double *inputs, const struct rank_habit *habit,
                              const struct rank_shop *shop, const struct rank_item *item)
{
    double buyers = item->buyers;
    double more = (double)item->orders - buyers;
    double usual_more = ((double)shop->lines - (double)shop->buyers) / (double)shop->buyers;
    double again = (item->rebuyers + HABIT_PRIOR * rank_habit_usual(shop)) / (buyers + HABIT_PRIOR);
    double usual_next = shop->followed > 0 ? (double)shop->next_again / (double)shop->followed : 0;
    double next = (item->next_again + HABIT_PRIOR * usual_next) / (item->followed + HABIT_PRIOR);
    inputs[RANK_TREE_AGAIN] = log(again + HABIT_AGAIN_LEAST);
    inputs[RANK_TREE_OFTEN] = log((more + HABIT_PRIOR * usual_more) / (buyers + HABIT_PRIOR));
    inputs[RANK_TREE_NEXT] = log(fmax(next, HABIT_NEXT_LEAST));
    inputs[RANK_TREE_IN_LAST_NEXT] = habit->newest == 1 ? inputs[RANK_TREE_NEXT] : 0;
}

static double habit_of_orders(const double *inputs)
{
    double loyalty = inputs[RANK_TREE_LOYALTY];
    double sum = HABIT_BY_SIZE * inputs[RANK_TREE_BY_SIZE] +
                 HABIT_BY_AGE * inputs[RANK_TREE_BY_AGE] +
                 HABIT_BY_AGE_FAST * inputs[RANK_TREE_BY_AGE_FAST] +
                 HABIT_BY_DAYS * inputs[RANK_TREE_BY_DAYS] + HABIT_LOYAL * loyalty;
    sum += (HABIT_BY_LATELY + HABIT_LOYAL_LATELY * loyalty) * inputs[RANK_TREE_LATELY];
    sum += HABIT_PLACE * inputs[RANK_TREE_PLACE];
    sum += inputs[RANK_TREE_ORDERS] < 2 ? HABIT_ONCE + HABIT_LOYAL_ONCE * loyalty : 0;
    sum += inputs[RANK_TREE_NEWEST] < 2 ? HABIT_IN_LAST + HABIT_LOYAL_IN_LAST * loyalty : 0;
    return sum;
}

static double habit_of_times(const double *inputs)
{
    double off = fmin(fmax(inputs[RANK_TREE_OFF_DAYS], -HABIT_OFF_MAX), HABIT_OFF_MAX);
    return HABIT_RHYTHM * inputs[RANK_TREE_RHYTHM] +
           (off < 0 ? HABIT_EARLY : HABIT_LATE) * off * off;
}

static double habit_of_product(const double *inputs)
{
    double again = HABIT_AGAIN + HABIT_LOYAL_AGAIN * inputs[RANK_TREE_LOYALTY];
    return again * inputs[RANK_TREE_AGAIN] + HABIT_OFTEN * inputs[RANK_TREE_OFTEN];
}

double rank_habit_usual(const struct rank_shop *shop)
{
    return shop->buyers > 0 ? (double)shop->rebuyers / (double)shop->buyers : 0;
}

double rank_habit_chance(const struct rank_habit *habit, const struct rank_habits *habits,
                         const struct rank_shop *shop, const struct rank_item *item)
{
    assert(habit->orders > 0 && habits->orders >= habit->orders);
    if (shop->rebuyers == 0) {
        return 0;
    }
    double inputs[RANK_TREE_INPUTS];
    habit_put_orders(inputs, habit, habits);
    habit_put_times(inputs, habit, habits);
    habit_put_product(inputs, habit, shop, item);
    double sum = HABIT_BASE + habit_of_orders(inputs) + habit_of_times(inputs) +
                 habit_of_product(inputs);
    if (sum > HABIT_LOOK_LEAST) {
        sum = (sum + rank_trees_sum(inputs)) / 2;
    }
    return 1 / (1 + exp(-sum));
}
