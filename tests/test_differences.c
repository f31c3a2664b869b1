#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/text.h"
#include "report/comparison.h"
#include "report/differences.h"
#include "report/notes.h"
#include "report/table.h"

/* Two policies of a scenario with one component, and their numbers in ten replications made by hand. */
enum { N = 10, METRICS = 3 };

/* Law, Simulation Modeling and Analysis, 5e, ch. 10: two systems on the same random numbers; their mean
 * difference is 0.49, and its interval, by the formula there, 0.49 +- 0.0980 (t = 2.262, s^2 = 0.169 / 9). */
static const double system_a[N] = {12.1, 11.4, 13.3, 12.7, 11.9, 12.5, 13.0, 12.2, 11.8, 12.9};
static const double system_b[N] = {11.6, 11.1, 12.6, 12.3, 11.3, 12.1, 12.4, 11.9, 11.2, 12.4};

/* Independent of the policy but for noise whose mean is 0. */
static const double noise_a[N] = {5, 6, 5, 6, 5, 6, 5, 6, 5, 6};
static const double noise_b[N] = {6, 5, 6, 5, 6, 5, 6, 5, 6, 5};

struct made {
    struct spec spec;
    struct component_spec component;
    struct endpoint_spec endpoint;
    struct load_spec load;
    struct policy_run runs[2];
    struct metric metrics[2][METRICS];
    double values[2][N * METRICS];
    struct experiment experiment;
};

static void make_policy(struct made *made, size_t p, const char *name, const double *first,
                        const double *second)
{
    static const char *const names[METRICS] = {"throughput", "response.mean", "shop.blocked"};
    static const enum metric_unit units[METRICS] = {METRIC_PER_SECOND, METRIC_SECONDS, METRIC_SHARE};
    for (size_t m = 0; m < METRICS; m++) {
        for (size_t r = 0; r < N; r++)
            made->values[p][r * METRICS + m] = m == 0 ? first[r] : m == 1 ? second[r] : 0.0;
        made->metrics[p][m] = (struct metric){.name = names[m], .unit = units[m], .meaning = ""};
        metric_average(made->values[p] + m, METRICS, N, 0.95, &made->metrics[p][m].value,
                       &made->metrics[p][m].half_width);
    }
    made->runs[p].name = name;
    made->runs[p].metrics = (struct metric_table){made->metrics[p], METRICS, made->values[p], N, 0.95, NULL};
}

static void make(struct made *made)
{
    *made = (struct made){.component = {.name = (char *)"shop", .workers = 1, .replicas = 1},
                          .endpoint = {.name = (char *)"shop.buy"}};
    made->spec = (struct spec){.name = (char *)"made",
                               .about = (char *)"",
                               .components = &made->component,
                               .n_components = 1,
                               .endpoints = &made->endpoint,
                               .n_endpoints = 1,
                               .loads = &made->load,
                               .n_loads = 1};
    make_policy(made, 0, "b", system_b, noise_b);
    make_policy(made, 1, "a", system_a, noise_a);
    made->experiment =
        (struct experiment){.policies = made->runs, .n_policies = 2, .replications = N, .wanted = N};
}

Test(differences, are_paired)
{
    struct made made;
    make(&made);
    struct difference d = difference_of(&made.experiment, 1, "throughput", 0.95);
    cr_assert_float_eq(d.mean, 0.49, 1e-9);
    cr_assert_float_eq(d.half_width, 0.0980, 0.0001);
    cr_assert_not(d.none);
    cr_assert_gt(d.gain, 10.0, "unpaired, the half-width would be 0.54");
    cr_assert(isnan(difference_of(&made.experiment, 1, "no.such", 0.95).mean));
}

Test(differences, tell_noise_from_more)
{
    struct made made;
    struct differences differences;
    make(&made);
    cr_assert(differences_init(&differences, &made.spec, &made.experiment));
    cr_assert_eq(differences.n_rows, 2, "where no policy is ever blocked there is nothing to compare");
    cr_assert_str_eq(differences.rows[0].metric, "throughput");
    cr_assert_not(differences.rows[0].policies[1].none);
    cr_assert(differences.rows[1].policies[1].none);
    differences_finish(&differences);
}

/* Two intervals at once: each at 97.5 %. */
Test(differences, hold_all_at_once_if_wanted)
{
    struct made made;
    struct differences each, at_once;
    make(&made);
    cr_assert(differences_init(&each, &made.spec, &made.experiment));
    made.spec.run.bonferroni = true;
    cr_assert(differences_init(&at_once, &made.spec, &made.experiment));
    cr_assert_float_eq(each.level, 0.95, 1e-12);
    cr_assert_float_eq(at_once.level, 0.975, 1e-12);
    cr_assert_float_eq(at_once.confidence, 0.95, 1e-12);
    cr_assert_gt(at_once.rows[0].policies[1].half_width, each.rows[0].policies[1].half_width);
    differences_finish(&each);
    differences_finish(&at_once);
}

Test(differences, need_two_replications)
{
    struct made made;
    struct differences differences;
    make(&made);
    made.experiment.replications = 1;
    cr_assert(differences_init(&differences, &made.spec, &made.experiment));
    cr_assert_eq(differences.n_rows, 0);
    differences_finish(&differences);
}

static char *table_of(struct made *made)
{
    struct comparison comparison;
    struct text text = {0};
    cr_assert(comparison_init(&comparison, &made->spec, &made->experiment));
    table_add(&text, &made->spec, &comparison, &(struct table_style){.width = 80, .utf8 = true});
    comparison_finish(&comparison);
    return text.bytes;
}

Test(differences, are_in_the_table)
{
    struct made made;
    make(&made);
    char *table = table_of(&made);
    cr_assert(strstr(table, "difference to b (95 % each)"), "%s", table);
    cr_assert(strstr(table, "0.490 ± 0.098"), "%s", table);
    cr_assert(strstr(table, " none\n"), "%s", table);
    free(table);
}

/* What has no mean is not printed as one. */
Test(differences, that_grow_have_no_mean)
{
    struct made made;
    make(&made);
    made.runs[1].backlog = made.runs[1].unanswered = (struct steadiness){STEADINESS_GROWS, 12.5, 10, 990};
    char *table = table_of(&made);
    const char *row = strstr(table, "response, mean");
    cr_assert(row && strstr(row, "grows"), "%s", table);
    cr_assert(strstr(table, "a: more comes in than gets done: the backlog grows by 12 messages/s"), "%s",
              table);
    free(table);
}

/* ---- notes ---- */

static char *notes_of(const struct made *made)
{
    struct notes notes;
    struct text text = {0};
    cr_assert(notes_init(&notes, &made->spec, &made->experiment, &(struct differences){0}));
    for (size_t i = 0; i < notes.n; i++)
        text_addf(&text, "%s\n", notes.sentences[i]);
    notes_finish(&notes);
    return text.length ? text.bytes : text_copy("");
}

Test(notes, say_nothing_where_all_is_well)
{
    struct made made;
    make(&made);
    char *notes = notes_of(&made);
    cr_assert_str_eq(notes, "");
    free(notes);
}

Test(notes, say_what_a_reader_must_know)
{
    struct made made;
    make(&made);
    made.experiment.wanted = 40;
    made.experiment.warmup.made = true;
    made.experiment.warmup.replications = 10;
    made.spec.run.warmup_ns = 3000000000;
    made.spec.run.precision = 0.02;
    made.runs[0].batching.refused = 1;
    char *notes = notes_of(&made);
    cr_assert(strstr(notes, "10 of 40 replications were finished"), "%s", notes);
    cr_assert(strstr(notes, "No clear end of the warm-up"), "%s", notes);
    cr_assert(strstr(notes, "3 s are left out"), "%s", notes);
    cr_assert(strstr(notes, "A precision of 2 % was not reached in 10 replications"), "%s", notes);
    cr_assert(strstr(notes, "batch means"), "%s", notes);
    free(notes);
}
