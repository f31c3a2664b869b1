#include "report/theory_view.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "report/wrap.h"
#include "scenario/scenario.h"

/* An M/M/1 queue of 0.8 erlangs, a second away from its users, who wait for ever or for an hour; and what two
 * replications might have measured of it. */
static const char station[] =
    "{\"name\": \"station\", \"run\": {\"duration\": \"100000s\"},"
    " \"components\": {\"server\": {\"endpoints\": {\"serve\": [{\"work\": {\"exponential\": \"1s\"}}]}}},"
    " \"links\": {\"door\": {\"between\": [\"users\", \"server\"], \"delay\": \"1s\"}},"
    " \"load\": [{\"request\": \"server.serve\", \"open\": {\"poisson\": \"0.8/s\"}}],"
    " \"policies\": {\"patient\": {\"mode\": \"sync\"},"
    "   \"hasty\": {\"mode\": \"sync\", \"calls\": {\"users -> server.serve\": {\"timeout\": \"1h\"}}}}}";

enum { METRICS = 6, REPLICATIONS = 2 };

static struct metric metrics[2][METRICS];

/* In the order of `names` below; one replication above another. */
static double patient[REPLICATIONS * METRICS] = {7.1, 5.0, 0.8, 3.2, 0.8, 0.5, 7.1, 5.2, 0.8, 3.2, 0.8, 0.5};
static double hasty[REPLICATIONS * METRICS] = {1.9, 4.0, 0.8, 3.2, 0.9, 0.8, 1.9, 4.0, 0.8, 3.2, 0.9, 0.8};

static struct policy_run runs[2];

static struct experiment made(size_t n_replications)
{
    static const struct {
        const char *name;
        enum metric_unit unit;
    } names[METRICS] = {
        {"response.mean", METRIC_SECONDS},   {"server.wait.mean", METRIC_SECONDS},
        {"server.wait.share", METRIC_SHARE}, {"server.inbox.mean", METRIC_COUNT},
        {"throughput", METRIC_PER_SECOND},   {"server.busy", METRIC_SHARE},
    };
    double *values[] = {patient, hasty};
    for (int p = 0; p < 2; p++) {
        runs[p] =
            (struct policy_run){.name = p == 0 ? "patient" : "hasty",
                                .metrics = {metrics[p], METRICS, values[p], n_replications, 0.95, NULL}};
        for (int m = 0; m < METRICS; m++) {
            metrics[p][m] = (struct metric){.name = names[m].name, .unit = names[m].unit};
            metric_average(values[p] + m, METRICS, n_replications, 0.95, &metrics[p][m].value,
                           &metrics[p][m].half_width);
        }
    }
    return (struct experiment){.policies = runs, .n_policies = 2, .replications = (uint32_t)n_replications};
}

static struct spec read_station(const char *set)
{
    struct spec spec;
    struct problem_list problems = {0};
    bool good = scenario_read(station, strlen(station), "test", ".", &set, set ? 1 : 0, &spec, &problems);
    cr_assert(good, "%s", problems.n ? problems.problems[0].text : "");
    problem_list_finish(&problems);
    return spec;
}

static const struct theory_row *find(const struct theory_section *section, const char *metric)
{
    for (size_t i = 0; i < section->n_rows; i++)
        if (strcmp(section->rows[i].value->metric, metric) == 0)
            return &section->rows[i];
    return NULL;
}

/* ---- verdicts ---- */

Test(theory_view, verdicts)
{
    struct spec spec = read_station(NULL);
    struct experiment experiment = made(REPLICATIONS);
    struct theory_view view;
    cr_assert(theory_view_init(&view, &spec, &experiment));
    cr_assert_eq(view.n_sections, 2);
    const struct theory_section *exact = &view.sections[0], *bounds = &view.sections[1];
    cr_expect_str_eq(exact->theory.model, "M/M/1 queue");
    cr_expect_eq(exact->n_exact, METRICS);
    /* 7 s by Kleinrock; both replications say 7.1 s, and not even the end of the run explains that. */
    cr_expect_eq(find(exact, "response.mean")->verdict, THEORY_DIFFERS);
    cr_expect_eq(find(exact, "response.mean")->off, (double)INFINITY);
    cr_expect_eq(find(exact, "server.wait.share")->verdict, THEORY_AGREES);
    cr_expect_eq(find(exact, "server.busy")->verdict, THEORY_DIFFERS);
    /* At least 2 s on the wires, and no more than 1/s from one server. */
    cr_expect_null(bounds->theory.model);
    cr_expect_eq(bounds->n_rows, 2);
    cr_expect_eq(find(bounds, "response.mean")->verdict, THEORY_BROKEN);
    cr_expect_eq(find(bounds, "throughput")->verdict, THEORY_KEPT);
    theory_view_finish(&view);
    spec_finish(&spec);
}

/* Student's t with one degree of freedom is Cauchy's: its quantile is a tangent. */
Test(theory_view, all_values_hold_at_once)
{
    struct spec spec = read_station(NULL);
    struct experiment experiment = made(REPLICATIONS);
    struct theory_view view;
    cr_assert(theory_view_init(&view, &spec, &experiment));
    cr_expect_eq(view.n_judged, METRICS + 2);
    cr_expect_float_eq(view.level, 1.0 - 0.05 / (METRICS + 2), 1e-12);
    const struct theory_row *wait = find(&view.sections[0], "server.wait.mean");
    double half_width = tan(acos(-1.0) / 2.0 * view.level) * 0.1; /* of 5.0 and 5.2 */
    cr_expect_float_eq(wait->half_width, half_width, 1e-6 * half_width);
    cr_expect_eq(wait->verdict, THEORY_AGREES);
    theory_view_finish(&view);
    spec_finish(&spec);
}

/* One replication tells nothing of chance: what is exactly right agrees, and of the rest nothing is said. */
Test(theory_view, one_replication)
{
    struct spec spec = read_station(NULL);
    struct experiment experiment = made(1);
    struct theory_view view;
    cr_assert(theory_view_init(&view, &spec, &experiment));
    cr_expect_eq(view.n_judged, 0);
    cr_expect_eq(find(&view.sections[0], "server.wait.share")->verdict, THEORY_AGREES);
    cr_expect_eq(find(&view.sections[0], "server.wait.mean")->verdict, THEORY_UNDECIDED);
    cr_expect_eq(find(&view.sections[1], "response.mean")->verdict, THEORY_UNDECIDED);
    cr_expect_eq(find(&view.sections[1], "throughput")->verdict, THEORY_KEPT);
    theory_view_finish(&view);
    spec_finish(&spec);
}

/* Batch means give a single run an interval: at a higher level it is wider. */
Test(theory_view, batch_means)
{
    struct spec spec = read_station(NULL);
    struct experiment experiment = made(1);
    metrics[0][1].half_width = 0.5;
    struct theory_view view;
    cr_assert(theory_view_init(&view, &spec, &experiment));
    cr_expect_eq(view.n_judged, 1);
    cr_expect_float_eq(find(&view.sections[0], "server.wait.mean")->half_width, 0.5, 1e-9);
    cr_expect_eq(find(&view.sections[0], "server.wait.mean")->verdict, THEORY_DIFFERS);
    cr_expect_float_eq(find(&view.sections[0], "server.wait.mean")->off, 2.0, 1e-9);
    theory_view_finish(&view);
    spec_finish(&spec);
}

Test(theory_view, nothing_was_measured)
{
    struct spec spec = read_station(NULL);
    struct experiment experiment = {.policies = runs, .n_policies = 2};
    runs[0] = (struct policy_run){.name = "patient"};
    runs[1] = (struct policy_run){.name = "hasty"};
    struct theory_view view;
    struct text text = {0};
    struct table_style style = {80, false, false};
    cr_assert(theory_view_init(&view, &spec, &experiment));
    theory_view_add_table(&text, &view, &style);
    theory_view_add_markdown(&text, &view);
    cr_expect_eq(view.n_sections, 0);
    cr_expect_str_eq(text_string(&text), "");
    text_finish(&text);
    theory_view_finish(&view);
    spec_finish(&spec);
}

/* ---- texts ---- */

static char *table_for(const char *set, bool utf8)
{
    struct spec spec = read_station(set);
    struct experiment experiment = made(REPLICATIONS);
    struct theory_view view;
    struct text text = {0};
    struct table_style style = {80, utf8, false};
    cr_assert(theory_view_init(&view, &spec, &experiment));
    theory_view_add_table(&text, &view, &style);
    theory_view_finish(&view);
    spec_finish(&spec);
    return text_take(&text);
}

Test(theory_view, table)
{
    char *table = table_for(NULL, true);
    cr_expect_str_eq(table,
                     "\n"
                     "theory\n"
                     "8 values, intervals of 99.38 % each, 95 % for all at once (Bonferroni)\n"
                     "patient: M/M/1 queue\n"
                     "  response.mean           7 s  7.100 s         DIFFERS\n"
                     "  server.wait.mean        4 s  5.100 s ± 10 s  agrees\n"
                     "  server.wait.share      80 %  80 %            agrees\n"
                     "  server.inbox.mean     3.200  3.200           agrees\n"
                     "  throughput         0.8000/s  0.8000/s        agrees\n"
                     "  server.busy            80 %  50 %            DIFFERS\n"
                     "hasty: no exact model; bounds\n"
                     "  response.mean         ≥ 2 s  1.900 s         BROKEN (0.950 x)\n"
                     "  throughput            ≤ 1/s  0.9000/s        kept (90 %): server\n",
                     "%s", table);
    free(table);
}

/* A bound that the run is far from is not worth a line, nor a section that has no other. */
Test(theory_view, far_bounds_are_left_out)
{
    hasty[4] = hasty[METRICS + 4] = 0.05;
    hasty[0] = hasty[METRICS] = 30.0;
    char *table = table_for(NULL, false);
    cr_expect_null(strstr(table, "hasty"), "%s", table);
    cr_expect_not_null(strstr(table, "+-"));
    free(table);
}

Test(theory_view, markdown)
{
    struct spec spec = read_station(NULL);
    struct experiment experiment = made(REPLICATIONS);
    struct theory_view view;
    struct text text = {0};
    cr_assert(theory_view_init(&view, &spec, &experiment));
    theory_view_add_markdown(&text, &view);
    cr_expect_not_null(strstr(text_string(&text), "patient: M/M/1 queue (Erlang 1917"));
    cr_expect_not_null(
        strstr(text_string(&text), "| server.wait.mean | 4 s | 5.100 s ± 10 s | agrees | Erlang C |\n"), "%s",
        text_string(&text));
    cr_expect_not_null(
        strstr(text_string(&text), "| ≤ 1/s | 0.9000/s | kept (90 %) | bottleneck law: server |\n"));
    text_finish(&text);
    theory_view_finish(&view);
    spec_finish(&spec);
}

Test(theory_view, json)
{
    struct spec spec = read_station(NULL);
    struct experiment experiment = made(REPLICATIONS);
    struct theory_view view;
    struct text text = {0};
    struct json json = {.text = &text};
    cr_assert(theory_view_init(&view, &spec, &experiment));
    json_open(&json, NULL, '{');
    theory_view_add_json(&json, &view);
    json_close(&json, '}');
    cr_expect_not_null(strstr(text_string(&text), "\"model\": \"M/M/1 queue\""));
    cr_expect_not_null(
        strstr(text_string(&text),
               "{\"metric\": \"response.mean\", \"relation\": \"=\", \"value\": 7, \"unit\": \"s\", "
               "\"simulated\": 7.1, \"half_width\": 0, \"verdict\": \"differs\", \"law\": \"Erlang C\", "
               "\"where\": null}"),
        "%s", text_string(&text));
    cr_expect_not_null(strstr(text_string(&text),
                              "\"verdict\": \"kept\", \"law\": \"bottleneck law\", \"where\": \"server\"}"));
    text_finish(&text);
    theory_view_finish(&view);
    spec_finish(&spec);
}
