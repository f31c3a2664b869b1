#include "experiment/sweep.h"

#include "hand_sweep.h"

/* ---- points ---- */

static double nothing(const struct hand *hand, size_t point, size_t policy, size_t metric, size_t replication)
{
    (void)hand, (void)point, (void)policy, (void)metric, (void)replication;
    return 0.0;
}

/* 2 x 3 x 4 values; nothing was measured. */
static void make_box(struct hand *hand)
{
    static const char *const values[] = {"1", "2", "3", "4", NULL};
    static const double numbers[] = {1, 2, 3, 4};
    *hand = (struct hand){.policies = {"sync"}, .n_policies = 1, .replications = 1, .measure = nothing};
    hand_axis(hand, "a", AXIS_NUMBER, values + 2, numbers + 2, false);
    hand_axis(hand, "b", AXIS_NUMBER, values + 1, numbers + 1, false);
    hand_axis(hand, "c", AXIS_NUMBER, values, numbers, false);
    hand_make(hand);
}

Test(sweep, the_last_axis_moves_fastest)
{
    struct hand hand;
    make_box(&hand);
    const struct sweep *sweep = &hand.sweep;
    cr_assert_eq(sweep->n_points, 24);
    cr_assert_eq(sweep_index(sweep, 5, 0), 0);
    cr_assert_eq(sweep_index(sweep, 5, 1), 1);
    cr_assert_eq(sweep_index(sweep, 5, 2), 1);
    cr_assert_eq(sweep_at(sweep, (size_t[]){1, 2, 3}), 23);
    cr_assert_eq(sweep_at(sweep, (size_t[]){1, 0, 2}), 14);
    for (size_t i = 0; i < sweep->n_points; i++) {
        size_t indices[] = {sweep_index(sweep, i, 0), sweep_index(sweep, i, 1), sweep_index(sweep, i, 2)};
        cr_expect_eq(sweep_at(sweep, indices), i);
    }
    hand_finish(&hand);
}

Test(sweep, what_is_not_there_is_null)
{
    struct hand hand;
    make_box(&hand);
    hand_undo(&hand, 3);
    cr_assert_not_null(sweep_metric(&hand.sweep, 2, 0, "throughput"));
    cr_assert_null(sweep_metric(&hand.sweep, 2, 0, "thruoghput"));
    cr_assert_null(sweep_metric(&hand.sweep, 2, 1, "throughput"), "there is one policy");
    cr_assert_null(sweep_metric(&hand.sweep, 24, 0, "throughput"), "there are 24 points");
    cr_assert_null(sweep_metric(&hand.sweep, 3, 0, "throughput"), "it was not done");
    cr_assert_eq(sweep_difference(&hand.sweep, 3, 0, 0, "throughput", 0.95).n, 0);
    hand_finish(&hand);
    sweep_finish(NULL);
}

/* ---- two policies along one axis ---- */

/* Means of throughput at each value, and what each of three replications adds: to both the same, and to the
 * second policy `noise` times -1, 0, 1 beyond that. */
struct course {
    double means[2][HAND_VALUES];
    double noise;
};

static const struct course *course;

static double measure_course(const struct hand *hand, size_t point, size_t policy, size_t metric,
                             size_t replication)
{
    (void)hand, (void)metric;
    double common = (double)replication * 10.0, own = ((double)replication - 1.0) * course->noise;
    return course->means[policy][point] + common - 10.0 + (policy == 1 ? own : 0.0);
}

static void make_line(struct hand *hand, const struct course *c, const double *numbers, size_t n,
                      bool logarithmic)
{
    static const char *const texts[] = {"a", "b", "c", "d", "e", "f", "g", "h"};
    const char *values[HAND_VALUES] = {NULL};
    *hand = (struct hand){
        .policies = {"sync", "async"}, .n_policies = 2, .replications = 3, .measure = measure_course};
    course = c;
    for (size_t i = 0; i < n; i++)
        values[i] = texts[i];
    hand_axis(hand, "links.wire.delay", AXIS_SECONDS, values, numbers, logarithmic);
    hand_make(hand);
}

/* Three differences of 1, 2 and 3: t(0.975, 2) = 4.302653 (Law, Simulation Modeling and Analysis, 5e, table
 * T.1: 4.303), s = 1. */
Test(sweep, differences_are_paired)
{
    const struct course c = {.means = {{4.0}, {2.0}}, .noise = 1.0};
    struct hand hand;
    make_line(&hand, &c, (double[]){1.0}, 1, false);
    struct interval difference = sweep_difference(&hand.sweep, 0, 0, 1, "throughput", 0.95);
    cr_assert_eq(difference.n, 3);
    cr_assert_float_eq(difference.mean, 2.0, 1e-12);
    cr_assert_float_eq(difference.half_width, 4.302653 / sqrt(3.0), 1e-6);
    cr_assert_float_eq(sweep_difference(&hand.sweep, 0, 1, 0, "throughput", 0.95).mean, -2.0, 1e-12);
    hand_finish(&hand);
}

/* 2 policies at 4 points in 5 metrics: 20 intervals. */
Test(sweep, bonferroni_shares_the_risk)
{
    const struct course c = {.noise = 0.0};
    struct hand hand;
    make_line(&hand, &c, (double[]){1.0, 2.0, 3.0, 4.0}, 4, false);
    cr_assert_float_eq(sweep_level(&hand.sweep, 5), 0.95, 1e-12);
    hand.sweep.points[0].spec.run.bonferroni = true;
    cr_assert_float_eq(sweep_level(&hand.sweep, 5), 1.0 - 0.05 / 20.0, 1e-12);
    hand.sweep.points[0].spec.run.confidence = 0.9;
    cr_assert_float_eq(sweep_level(&hand.sweep, 5), 1.0 - 0.1 / 20.0, 1e-12);
    hand_finish(&hand);
}

/* ---- crossings ---- */

struct found {
    struct sweep_crossing *crossings;
    size_t n;
};

static struct found find(const struct hand *hand)
{
    struct found found = {0};
    cr_assert(sweep_crossings(&hand->sweep, 0, (size_t[]){99}, 0, 1, "throughput", 0.95, &found.crossings,
                              &found.n));
    return found;
}

static void expect_one(const struct course *c, const double *numbers, size_t n, bool logarithmic,
                       struct sweep_crossing expected)
{
    struct hand hand;
    make_line(&hand, c, numbers, n, logarithmic);
    struct found found = find(&hand);
    cr_assert_eq(found.n, 1, "%zu", found.n);
    cr_expect_eq(found.crossings->before, expected.before, "%zu", found.crossings->before);
    cr_expect_eq(found.crossings->behind, expected.behind, "%zu", found.crossings->behind);
    cr_expect_float_eq(found.crossings->x, expected.x, 1e-9 * expected.x, "%g", found.crossings->x);
    cr_expect_float_eq(found.crossings->y, expected.y, 1e-9, "%g", found.crossings->y);
    cr_expect_eq(found.crossings->certain, expected.certain);
    free(found.crossings);
    hand_finish(&hand);
}

/* 8 - (x - 10) 3/10 meets 5 - (x - 10) / 20 at 22. */
Test(crossing, lines_meet_between_two_values)
{
    const struct course c = {.means = {{20, 8, 2, 1}, {6, 5, 4, 3}}};
    expect_one(&c, (double[]){5, 10, 30, 40}, 4, false, (struct sweep_crossing){1, 2, 22.0, 4.4, true});
}

/* From 1 to 100 by factors, in the middle: 10. */
Test(crossing, logarithms_are_interpolated)
{
    const struct course c = {.means = {{7, 5, 5}, {4, 4, 6}}};
    expect_one(&c, (double[]){0.01, 1, 100}, 3, true, (struct sweep_crossing){1, 2, 10.0, 5.0, true});
}

Test(crossing, values_need_not_be_in_order)
{
    const struct course c = {.means = {{2, 20, 1, 8}, {4, 6, 3, 5}}};
    expect_one(&c, (double[]){30, 5, 40, 10}, 4, false, (struct sweep_crossing){3, 0, 22.0, 4.4, true});
}

Test(crossing, equal_values_are_where_it_is)
{
    const struct course once = {.means = {{9, 6, 1}, {5, 6, 3}}},
                        twice = {.means = {{9, 6, 8, 1}, {5, 6, 8, 3}}};
    expect_one(&once, (double[]){1, 2, 4}, 3, false, (struct sweep_crossing){0, 2, 2.0, 6.0, true});
    expect_one(&twice, (double[]){1, 2, 4, 5}, 4, false, (struct sweep_crossing){0, 3, 3.0, 7.0, true});
}

Test(crossing, values_without_numbers_are_passed_over)
{
    const struct course c = {.means = {{8, 0, 2}, {5, 0, 4}}};
    struct hand hand;
    make_line(&hand, &c, (double[]){10, 15, 30}, 3, false);
    hand_undo(&hand, 1);
    struct found found = find(&hand);
    cr_assert_eq(found.n, 1);
    cr_expect_float_eq(found.crossings->x, 22.0, 1e-9);
    cr_expect_eq(found.crossings->before, 0);
    cr_expect_eq(found.crossings->behind, 2);
    free(found.crossings);
    hand_finish(&hand);
}

/* A half-width of 4.3 / sqrt(3) = 2.48: differences of 2 are noise, of 3 are not. */
Test(crossing, a_crossing_within_the_noise_is_not_certain)
{
    const struct course certain = {.means = {{8, 5}, {5, 8}}, .noise = 1.0},
                        first = {.means = {{7, 5}, {5, 8}}, .noise = 1.0};
    expect_one(&certain, (double[]){1, 3}, 2, false, (struct sweep_crossing){0, 1, 2.0, 6.5, true});
    expect_one(&first, (double[]){1, 3.5}, 2, false, (struct sweep_crossing){0, 1, 2.0, 6.2, false});
}

/* +3, -1, +1, -1, -3: three changes of place lie between the two values that are certain; that from +1 to -1
 * is not in the middle, that from -1 to +1 is. */
Test(crossing, the_middle_one_stands_for_all_within_the_noise)
{
    const struct course c = {.means = {{8, 4, 6, 4, 2}, {5, 5, 5, 5, 5}}, .noise = 1.0};
    expect_one(&c, (double[]){1, 2, 3, 4, 5}, 5, false, (struct sweep_crossing){0, 4, 2.5, 5.0, true});
}

/* Twice, certainly; in between is nothing but noise. */
Test(crossing, there_and_back)
{
    const struct course c = {.means = {{8, 2, 6, 8}, {5, 5, 5, 5}}, .noise = 1.0};
    struct hand hand;
    make_line(&hand, &c, (double[]){1, 2, 3, 4}, 4, false);
    struct found found = find(&hand);
    cr_assert_eq(found.n, 2);
    cr_expect(found.crossings[0].certain && found.crossings[1].certain);
    cr_expect_float_eq(found.crossings[0].x, 1.5, 1e-9);
    cr_expect_float_eq(found.crossings[1].x, 2.75, 1e-9, "%g", found.crossings[1].x);
    cr_expect_eq(found.crossings[1].before, 1);
    cr_expect_eq(found.crossings[1].behind, 3, "at 3 it is noise");
    free(found.crossings);
    hand_finish(&hand);
}

Test(crossing, one_replication_makes_nothing_certain)
{
    const struct course c = {.means = {{8, 2}, {5, 5}}};
    struct hand hand;
    make_line(&hand, &c, (double[]){1, 2}, 2, false);
    for (size_t i = 0; i < 2; i++)
        for (size_t p = 0; p < 2; p++)
            hand.sweep.points[i].experiment.policies[p].metrics.n_replications = 1;
    struct found found = find(&hand);
    cr_assert_eq(found.n, 1);
    cr_expect_not(found.crossings->certain);
    free(found.crossings);
    hand_finish(&hand);
}

Test(crossing, words_have_no_in_between)
{
    const struct course c = {.means = {{8, 2}, {5, 5}}};
    struct hand hand;
    make_line(&hand, &c, (double[]){1, 2}, 2, false);
    hand.axes[0].numbers = NULL;
    struct found found = find(&hand);
    cr_expect_eq(found.n, 0);
    free(found.crossings);
    hand_finish(&hand);
}

static double measure_plane(const struct hand *hand, size_t point, size_t policy, size_t metric,
                            size_t replication)
{
    (void)metric, (void)replication;
    size_t row = sweep_index(&hand->sweep, point, 0), column = sweep_index(&hand->sweep, point, 1);
    return policy == 0 ? (double)column : (double)row + 0.5;
}

/* Column against row + 1/2: at row 1 the axis of columns is crossed at 1.5; at column 2 that of rows also. */
Test(crossing, along_any_of_several_axes)
{
    static const char *const values[] = {"0", "1", "2", "3", NULL};
    struct hand hand = {
        .policies = {"sync", "async"}, .n_policies = 2, .replications = 2, .measure = measure_plane};
    hand_axis(&hand, "rows", AXIS_NUMBER, values, (double[]){0, 1, 2, 3}, false);
    hand_axis(&hand, "columns", AXIS_NUMBER, values, (double[]){0, 1, 2, 3}, false);
    hand_make(&hand);
    for (size_t axis = 0; axis < 2; axis++) {
        struct sweep_crossing *crossings;
        size_t n, indices[] = {1, 2};
        cr_assert(sweep_crossings(&hand.sweep, axis, indices, 0, 1, "throughput", 0.95, &crossings, &n));
        cr_assert_eq(n, 1);
        cr_expect_float_eq(crossings->x, 1.5, 1e-9);
        cr_expect_float_eq(crossings->y, axis == 0 ? 2.0 : 1.5, 1e-9);
        free(crossings);
    }
    hand_finish(&hand);
}
