#include "report/page/page.h"

#include "report/page/answer.h"
#include "report/page/html.h"
#include "report/page/ranking.h"
#include "small_run.h"

/* ---- HTML ---- */

static void expect_text(struct text *text, const char *expected)
{
    cr_expect_str_eq(text_string(text), expected, "\"%s\" is not \"%s\"", text_string(text), expected);
    text_finish(text);
}

Test(page, no_text_is_markup)
{
    struct text text = {0};
    html_element(&text, "p", "a", "</p><script>\"&'\x01\xff");
    expect_text(&text, "<p class=\"a\">&lt;/p&gt;&lt;script&gt;&quot;&amp;&#39; ?</p>");
    html_add_bytes(&text, "a<b>", 2);
    expect_text(&text, "a&lt;");
}

Test(page, no_line_ends_before_a_unit)
{
    struct text text = {0};
    html_sentence(&text, "98.2 % of 8 min, 3 s; 5 shops take 2 million");
    expect_text(&text, "98.2&nbsp;% of 8&nbsp;min, 3&nbsp;s; 5 shops take 2&nbsp;million");
}

/* ---- rankings ---- */

enum { POLICIES = 4, REPLICATIONS = 4 };

/* Policies with one or two metrics, whose values are given replication by replication. */
struct bench {
    struct metric metrics[POLICIES][2];
    double values[POLICIES][REPLICATIONS * 2];
    struct policy_run policies[POLICIES];
    struct experiment experiment;
};

static void bench_init(struct bench *bench, size_t n_policies, size_t n_replications,
                       const double values[][REPLICATIONS])
{
    *bench = (struct bench){.experiment = {.n_policies = n_policies}};
    bench->experiment.policies = bench->policies;
    for (size_t p = 0; p < n_policies; p++) {
        struct metric_table *table = &bench->policies[p].metrics;
        bench->metrics[p][0] = (struct metric){.name = "a", .half_width = (double)NAN};
        bench->metrics[p][1] = (struct metric){.name = "b", .half_width = (double)NAN};
        *table = (struct metric_table){.metrics = bench->metrics[p],
                                       .n = 2,
                                       .values = bench->values[p],
                                       .n_replications = n_replications,
                                       .level = 0.95};
        for (size_t r = 0; r < n_replications; r++) {
            bench->values[p][2 * r] = values[p][r];
            bench->values[p][2 * r + 1] = 100.0;
        }
    }
}

static void expect_ranking(const struct bench *bench, const struct quantity *quantity, bool greatest_first,
                           const char *expected)
{
    struct ranking ranking;
    struct text text = {0};
    cr_assert(ranking_init(&ranking, &bench->experiment, quantity, greatest_first, NULL));
    for (size_t i = 0; i < ranking.n; i++)
        text_addf(&text, "%s%zu",
                  i == 0                                             ? ""
                  : ranking.all[i].group == ranking.all[i - 1].group ? "="
                                                                     : " ",
                  ranking.all[i].policy);
    ranking_finish(&ranking);
    expect_text(&text, expected);
}

static const struct quantity only_a = {{"a"}, METRIC_UNITS}, both = {{"a", "b"}, METRIC_UNITS};

Test(page, policies_are_apart_where_their_difference_is_sure)
{
    /* 0 and 1 vary together: each pair differs by 1. 2 lies around 0's mean, whatever it is. */
    const double values[][REPLICATIONS] = {
        {10, 20, 30, 40}, {11, 21, 31, 41}, {40, 10, 30, 20}, {90, 91, 92, 93}};
    struct bench bench;
    bench_init(&bench, 2, REPLICATIONS, values);
    expect_ranking(&bench, &only_a, false, "0 1");
    expect_ranking(&bench, &only_a, true, "1 0");
    bench_init(&bench, 4, REPLICATIONS, values);
    expect_ranking(&bench, &only_a, false, "0=2=1 3"); /* 2 is like both */
}

Test(page, less_than_a_hundredth_is_nothing)
{
    const double values[][REPLICATIONS] = {{10, 20, 30, 40}, {10.01, 20.01, 30.01, 40.01}};
    struct bench bench;
    bench_init(&bench, 2, REPLICATIONS, values);
    expect_ranking(&bench, &only_a, false, "0=1");
}

Test(page, sums_are_ranked_as_sums)
{
    /* Apart by 1 of 25, but of 125 that is less than a hundredth. */
    const double values[][REPLICATIONS] = {{10, 20, 30, 40}, {11, 21, 31, 41}};
    struct bench bench;
    bench_init(&bench, 2, REPLICATIONS, values);
    expect_ranking(&bench, &both, false, "0=1");
}

Test(page, without_intervals_numbers_speak_for_themselves)
{
    const double values[][REPLICATIONS] = {{10}, {12}, {NAN}};
    struct bench bench;
    bench_init(&bench, 3, 1, values);
    expect_ranking(&bench, &only_a, false, "0 1"); /* what is not known is not ranked */
    bench.metrics[0][0].half_width = bench.metrics[1][0].half_width = 1.5;
    expect_ranking(&bench, &only_a, false, "0=1"); /* those of batches overlap */
    const struct quantity unknown = {{"c"}, METRIC_UNITS};
    expect_ranking(&bench, &unknown, false, "");
}

/* ---- answers ---- */

static void expect_answer(const struct spec *spec, const struct experiment *experiment, enum answer_part part,
                          const char *expected)
{
    struct text text = {0};
    answer_add(&text, spec, experiment, part, &answer_plain);
    expect_text(&text, expected);
}

Test(page, answers)
{
    struct spec spec = small_spec();
    struct experiment experiment = small_experiment(&spec);
    expect_answer(&spec, &experiment, ANSWER_WAITS,
                  "shop is blocked 60 % of its time under sync, most of it for bank.pay; never under queue.");
    expect_answer(
        &spec, &experiment, ANSWER_COSTS,
        "Users who get a good answer have it after 200 ms on average, whatever the policy. Until all work "
        "is done it takes 500 ms, whatever the policy.");
    expect_answer(&spec, &experiment, ANSWER_LOSES,
                  "16 % of the requests fail, whatever the policy. None is lost or done twice.");
    experiment_finish(&experiment);
    spec_finish(&spec);
}

Test(page, one_policy_is_not_compared)
{
    struct spec spec = small_spec();
    struct experiment experiment = small_experiment(&spec);
    experiment.n_policies = 1;
    expect_answer(&spec, &experiment, ANSWER_WAITS,
                  "shop is blocked 60 % of its time, most of it for bank.pay.");
    expect_answer(&spec, &experiment, ANSWER_LOSES, "16 % of the requests fail. None is lost or done twice.");
    experiment.n_policies = 2;
    experiment_finish(&experiment);
    spec_finish(&spec);
}

/* ---- who notices ---- */

enum { EVENT_METRICS = 6 };

/* One event, of which the policies have the values given: a single replication. */
static void expect_notices(const double (*values)[EVENT_METRICS], size_t n_policies, const char *expected)
{
    static const char *const names[EVENT_METRICS] = {
        "event.an-outage.noticed_after", "event.an-outage.noticed.share", "event.an-outage.grew.share",
        "event.an-outage.backlog_most",  "event.an-outage.gone_after",    "event.an-outage.gone.share"};
    static char event_name[] = "an outage", policy_names[][6] = {"sync", "async", "queue"};
    struct event_spec event = {.name = event_name};
    struct policy_spec policies[3] = {0};
    struct policy_run runs[3] = {0};
    struct metric metrics[3][EVENT_METRICS];
    struct spec spec = {.events = &event, .n_events = 1, .policies = policies, .n_policies = n_policies};
    struct experiment experiment = {.policies = runs, .n_policies = n_policies};
    for (size_t p = 0; p < n_policies; p++) {
        policies[p].name = policy_names[p];
        for (size_t i = 0; i < EVENT_METRICS; i++)
            metrics[p][i] =
                (struct metric){.name = names[i], .value = values[p][i], .half_width = (double)NAN};
        runs[p].metrics = (struct metric_table){.metrics = metrics[p],
                                                .n = EVENT_METRICS,
                                                .values = (double *)values[p],
                                                .n_replications = 1,
                                                .level = 0.95};
    }
    cr_assert(answer_is_wanted(&spec, ANSWER_NOTICES));
    expect_answer(&spec, &experiment, ANSWER_NOTICES, expected);
}

Test(page, what_a_backlog_hides_is_told)
{
    static const double all_kinds[][EVENT_METRICS] = {
        {2.0, 1.0, 1.0, 70.0, 9.0, 1.0}, {NAN, 0.0, 0.0, 3.0, NAN, 0.0}, {NAN, 0.0, 1.0, 2400.0, 75.0, 1.0}};
    expect_notices(
        all_kinds, 3,
        "an outage: users notice after 2 s under sync. Nobody notices under queue, while the backlog grows "
        "to 2400 messages and is gone after 75 s. Nothing shows under async.");
    static const double hidden[][EVENT_METRICS] = {{NAN, 0.0, 1.0, 10.0, NAN, 0.0},
                                                   {NAN, 0.0, 1.0, 20.0, NAN, 0.0}};
    expect_notices(
        hidden, 1,
        "an outage: nobody notices, while the backlog grows to 10 messages and is not gone at the end.");
    expect_notices(
        hidden, 2,
        "an outage: nobody notices, whatever the policy, while the backlog grows to 20 messages under "
        "async, and 10 under sync.");
}
