#include "stats/time_average.h"

#include <criterion/criterion.h>

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
