/* Splits of time, and sums of them, against the same in plain 128-bit steps. */
#include <criterion/criterion.h>

#include "des/rng.h"
#include "des/sim.h"
#include "model/split.h"

enum { SPLITS = 2000 };

/* A split by chance; a third of its parts are 0. */
static void make(struct draw *draw, int64_t most_ns, int64_t ret_split_ns[CAUSES])
{
    for (int c = 0; c < CAUSES; c++)
        ret_split_ns[c] = draw_below(draw, 3) ? (int64_t)draw_below(draw, (uint64_t)most_ns / CAUSES) : 0;
}

/* Each part to within 1 ns of its share, but for the greatest, which has what is left over. */
Test(split, fit)
{
    struct stream stream = stream_make(1, 0, "fit");
    for (uint64_t i = 0; i < SPLITS; i++) {
        struct draw draw = draw_make(&stream, i, 0);
        int64_t before[CAUSES], after[CAUSES];
        make(&draw, SIM_TIME_MAX, before);
        int64_t total = split_total(before), length = (int64_t)draw_below(&draw, SIM_TIME_MAX);
        for (int c = 0; c < CAUSES; c++)
            after[c] = before[c];
        split_fit(after, length);
        cr_assert_eq(split_total(after), length);
        int beyond = 0;
        for (int c = 0; c < CAUSES; c++) {
            int128 error = (int128)after[c] * total - (int128)before[c] * length;
            beyond += error > total || error < -(int128)total;
        }
        cr_assert(total == 0 || beyond <= 1);
    }
}

Test(split, fit_of_nothing)
{
    int64_t split_ns[CAUSES] = {0};
    split_fit(split_ns, 0);
    cr_expect_eq(split_total(split_ns), 0);
    split_fit(split_ns, 17);
    cr_expect_eq(split_total(split_ns), 17);
}

/* Splits so long that a few of them are more than 64 bits hold. */
Test(split, sum)
{
    struct stream stream = stream_make(1, 0, "sum");
    struct split_sum sum = {0};
    int128 plain[CAUSES] = {0};
    for (uint64_t i = 0; i < SPLITS; i++) {
        struct draw draw = draw_make(&stream, i, 0);
        int64_t split_ns[CAUSES];
        make(&draw, i % 2 ? SIM_TIME_MAX : 1000000, split_ns);
        split_sum_add(&sum, split_ns, split_total(split_ns));
        for (int c = 0; c < CAUSES; c++)
            plain[c] += split_ns[c];
    }
    split_sum_carry(&sum);
    for (int c = 0; c < CAUSES; c++)
        cr_expect(sum.ns[c] == plain[c] && plain[c] > INT64_MAX, "cause %d", c);
}
