#include "self_test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "expression.h"
#include "simulation.h"

struct tally {
    size_t n, n_failed;
};

static void tell(struct tally *tally, bool ok, const char *what)
{
    tally->n_failed += !ok;
    printf("%s %zu - %s\n", ok ? "ok" : "not ok", ++tally->n, what);
    fflush(stdout);
}

/* ---- arithmetic ---- */

static const struct {
    const char *text;
    double value; /* NAN: it is a mistake */
} sums[] = {
    {"2", 2.0},
    {"1 - 2 - 3", -4.0},
    {"12 / 3 / 2", 2.0},
    {"2 + 3 * 4^2", 50.0},
    {"2^3^2", 512.0},
    {"-2^2", -4.0},
    {"2 * -3", -6.0},
    {"(1 + 2) * (3 - 5)", -6.0},
    {"a.p99.9 / (b_2 - 1e-1)", 5.0 / 1.9},
    {"1.5e3 / a.p99.9", 300.0},
    {"", (double)NAN},
    {"1 +", (double)NAN},
    {"(1", (double)NAN},
    {"1 2", (double)NAN},
    {"c", (double)NAN},
};

static bool look_up(void *data, const char *name, double *ret_value)
{
    (void)data;
    bool is_a = strcmp(name, "a.p99.9") == 0, is_b = strcmp(name, "b_2") == 0;
    *ret_value = is_a ? 5.0 : 2.0;
    return is_a || is_b;
}

static void test_sums(struct tally *tally)
{
    bool ok = true;
    for (size_t i = 0; i < sizeof sums / sizeof *sums; i++) {
        double value = (double)NAN;
        struct error error = {0};
        bool found = expression_evaluate(sums[i].text, look_up, NULL, &value, &error);
        bool good = isnan(sums[i].value) ? !found : found && fabs(value - sums[i].value) < 1e-12;
        if (!good)
            printf("# \"%s\" is %g, %s\n", sums[i].text, value, error_text(&error));
        ok &= good;
        error_finish(&error);
    }
    tell(tally, ok, "arithmetic");
}

/* ---- judges ---- */

/* The four values have mean 100, standard deviation sqrt(2 / 3) and, with t(0.9995, 3) = 12.924 (Fisher and
 * Yates, Statistical Tables, 1938, table III), a half-width of 5.276. */
static const double around_100[] = {99.0, 100.0, 100.0, 101.0};
static const double half_width_100 = 5.276;

static const struct {
    const char *judge;
    double expected;
    bool is_time, pass;
} judgements[] = {
    {"exact", 100.0, false, false},       {"interval", 100.0, false, false}, /* known too roughly */
    {"interval 6%", 100.0, false, true},  {"interval 6%", 105.2, false, true},
    {"interval 6%", 105.3, false, false}, {"interval 5%", 100.0, false, false},
    {"within 1 6%", 106.2, false, true},  {"within 1 6%", 106.3, false, false},
};

static const struct {
    double value, expected;
    bool is_time, pass;
} exact[] = {
    {1.0 + 0.9e-9, 1.0, false, true},   {1.0 + 1.1e-9, 1.0, false, false},
    {100.0 + 9e-8, 100.0, false, true}, {100.0 + 9e-8, 100.0, true, false},
    {100.0 + 9e-10, 100.0, true, true}, {0.9e-9, 0.0, false, true},
    {1.1e-9, 0.0, false, false},        {(double)NAN, 0.0, false, false},
};

static void test_judges(struct tally *tally)
{
    struct judge judge;
    bool ok = true;
    for (size_t i = 0; i < sizeof judgements / sizeof *judgements; i++) {
        struct verdict v = {.why = "unknown"};
        if (judge_parse(judgements[i].judge, &judge))
            v = judge_values(&judge, judgements[i].expected, judgements[i].is_time, around_100, 4);
        ok &= !v.why == judgements[i].pass && fabs(v.half_width - half_width_100) < 1e-3;
    }
    tell(tally, ok, "judges of intervals");
    ok = judge_parse("exact", &judge);
    for (size_t i = 0; ok && i < sizeof exact / sizeof *exact; i++)
        ok = !judge_values(&judge, exact[i].expected, exact[i].is_time, &exact[i].value, 1).why ==
             exact[i].pass;
    tell(tally, ok, "judge of what is exact");
    ok = !judge_parse("", &judge) && !judge_parse("exactly", &judge) && !judge_parse("interval 2", &judge) &&
         !judge_parse("interval 0%", &judge) && !judge_parse("within", &judge) &&
         !judge_parse("within 1 2%x", &judge);
    tell(tally, ok, "judges that there are not");
}

/* ---- power ---- */

/* Found wrong, and not for want of runs. */
static void test_power(struct tally *tally, const char *folder, const struct theory_case *c)
{
    struct simulation simulation = {0};
    struct error error = {0};
    size_t n;
    bool is_time, found = false;
    double *values = NULL;
    if (simulation_run(folder, c->scenario, c->settings, c->policies, 0, 0, &simulation, &error))
        values = simulation_values(&simulation, c->policies, c->expression, &n, &is_time, &error);
    if (values) {
        struct verdict v = judge_values(&c->judge, c->expected, is_time, values, n);
        found = v.why && v.half_width <= c->judge.most_half_width * c->expected;
        printf("# %s: right would be %.7g, measured %.7g +- %.2g\n", c->source, c->expected, v.mean,
               v.half_width);
    } else {
        printf("# %s\n", error_text(&error));
    }
    tell(tally, found, c->id);
    error_finish(&error);
    free(values);
    simulation_finish(&simulation);
}

bool self_test(const char *folder, const struct case_table *wrong)
{
    struct tally tally = {0};
    test_sums(&tally);
    test_judges(&tally);
    for (size_t i = 0; i < wrong->n_cases; i++)
        test_power(&tally, folder, &wrong->cases[i]);
    printf("1..%zu\n", tally.n);
    return tally.n_failed == 0;
}
