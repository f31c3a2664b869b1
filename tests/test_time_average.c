#include "stats/time_average.h"

#include <criterion/criterion.h>

#include "des/rng.h"

Test(time_average, integral_of_steps)
{
    struct time_average depth = {0};
    time_average_add(&depth, 10, 2);  /* 0 for 10 ns */
    time_average_add(&depth, 15, 3);  /* 2 for 5 ns */
    time_average_add(&depth, 25, -4); /* 5 for 10 ns */
    cr_assert(time_average_area(&depth, 25) == 60);
    cr_assert(time_average_area(&depth, 125) == 160);
    cr_assert_eq(depth.value, 1);
    cr_assert_eq(depth.max, 5);
}

Test(time_average, looking_does_not_disturb)
{
    struct time_average depth = {0};
    time_average_add(&depth, 0, 1);
    for (int64_t at_ns = 0; at_ns < 100; at_ns++)
        cr_assert(time_average_area(&depth, at_ns) == at_ns);
}

Test(time_average, a_value_of_no_duration_counts_for_the_most_only)
{
    struct time_average depth = {0};
    time_average_add(&depth, 5, 9);
    time_average_add(&depth, 5, -9);
    cr_assert(time_average_area(&depth, 100) == 0);
    cr_assert_eq(depth.max, 9);
}

Test(time_average, a_restart_keeps_the_value_and_forgets_the_past)
{
    struct time_average depth = {0};
    time_average_add(&depth, 0, 7);
    time_average_add(&depth, 10, -4);
    time_average_restart(&depth, 100);
    cr_assert(time_average_area(&depth, 100) == 0);
    cr_assert(time_average_area(&depth, 110) == 30);
    cr_assert_eq(depth.max, 3);
}

/* A million workers for thirty years: 9.5e23 ns, more than 64 bits hold. */
Test(time_average, sums_beyond_64_bits_are_exact)
{
    struct time_average busy = {0};
    int64_t thirty_years_ns = 30LL * 365 * 86400 * 1000000000;
    time_average_add(&busy, 0, 1000000);
    int128 area = time_average_area(&busy, thirty_years_ns);
    cr_assert(area / 1000000 == thirty_years_ns);
    cr_assert(area % 1000000 == 0);
}

/* Each stretch by itself, as the definition has it: value x duration, added up. */
Test(time_average, walks_with_restarts_are_summed_as_by_hand)
{
    struct stream stream = stream_make(1, 0, "walk");
    for (uint64_t walk = 0; walk < 300; walk++) {
        struct draw draw = draw_make(&stream, walk, 0);
        struct time_average t = {0};
        int64_t now_ns = 0, value = 0, max = 0, longest_ns = (int64_t)1 << draw_below(&draw, 52);
        int128 sum = 0;
        for (int i = 0; i < 1000; i++) {
            int64_t ns = (int64_t)draw_below(&draw, (uint64_t)longest_ns);
            sum += (int128)value * ns;
            now_ns += ns;
            cr_assert(time_average_area(&t, now_ns) == sum);
            if (draw_below(&draw, 50) == 0) {
                time_average_restart(&t, now_ns);
                sum = 0;
                max = value;
            }
            int64_t delta = (int64_t)draw_below(&draw, 2001) - 1000;
            time_average_add(&t, now_ns, delta);
            value += delta;
            max = value > max ? value : max;
            cr_assert_eq(t.value, value);
            cr_assert_eq(t.max, max);
        }
    }
}

/* The greatest that the comment promises: 2^62 - 1 at the end of time, up and down again. */
Test(time_average, the_greatest_values_at_the_end_of_time)
{
    int64_t most = INT64_MAX / 2;
    for (int64_t sign = -1; sign <= 1; sign += 2) {
        struct time_average t = {0};
        time_average_add(&t, 0, sign * most);
        time_average_add(&t, INT64_MAX - 1, -sign * most);
        time_average_add(&t, INT64_MAX - 1, -sign * most);
        cr_assert(time_average_area(&t, INT64_MAX - 1) == (int128)sign * most * (INT64_MAX - 1));
        cr_assert(time_average_area(&t, INT64_MAX) == (int128)sign * most * (INT64_MAX - 2));
        time_average_restart(&t, INT64_MAX);
        cr_assert(time_average_area(&t, INT64_MAX) == 0);
    }
}
