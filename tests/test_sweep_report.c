#include <cjson/cJSON.h>
#include <stdio.h>
#include <unistd.h>

#include "hand_sweep.h"
#include "report/sweep/sweep_files.h"
#include "report/sweep/sweep_finding.h"
#include "report/sweep/sweep_table.h"
#include "report/wrap.h"

/* ---- a shop and a wire that gets longer ---- */

static const char *const delays[] = {"0ms", "10ms", "30ms", "100ms", NULL};
static const double seconds[] = {0.0, 0.01, 0.03, 0.1};

/* Throughput: sync falls from 100/s to 20/s, async carries 90/s and queue 100/s whatever the wire. Response:
 * sync grows by twice the delay, async by a fifth of it; queue takes 2 ms. Each of three replications is 1 %
 * below its mean, on it, or 1 % above, under all policies alike. */
static double measure(const struct hand *hand, size_t point, size_t policy, size_t metric, size_t replication)
{
    static const double throughput[][4] = {{100, 100, 60, 20}, {90, 90, 90, 90}, {100, 100, 100, 100}};
    size_t value = sweep_index(&hand->sweep, point, sweep_last_axis(&hand->sweep));
    double delay = seconds[value], luck = 1.0 + 0.01 * ((double)replication - 1.0);
    const double response[] = {0.02 + 2.0 * delay, 0.05 + 0.2 * delay, 0.002};
    switch (metric) {
    case HAND_THROUGHPUT: return throughput[policy][value] * luck;
    case HAND_RESPONSE: return 4.0 * response[policy] * luck;
    case HAND_COMPLETION: return 4.0 * (policy == 2 ? 0.1 : response[policy]) * luck;
    case HAND_MEAN: return response[policy] * luck;
    default: return policy == 0 ? 0.5 + delay : 0.0;
    }
}

static void make(struct hand *hand, size_t n_policies)
{
    *hand = (struct hand){.policies = {"sync", "async", "queue"},
                          .n_policies = n_policies,
                          .replications = 3,
                          .measure = measure};
    hand_axis(hand, "links.shop-bank.delay", AXIS_SECONDS, delays, seconds, false);
    hand_make(hand);
}

/* Two axes: the same at two numbers of workers. */
static void make_two(struct hand *hand)
{
    static const char *const workers[] = {"1", "8", NULL};
    static const double numbers[] = {1, 8};
    *hand =
        (struct hand){.policies = {"sync", "async"}, .n_policies = 2, .replications = 3, .measure = measure};
    hand_axis(hand, "components.shop.workers", AXIS_NUMBER, workers, numbers, false);
    hand_axis(hand, "links.shop-bank.delay", AXIS_SECONDS, delays, seconds, false);
    hand_make(hand);
}

/* ---- the view ---- */

static void expect_metrics(const struct sweep_view *view, const char *const *names, size_t n)
{
    cr_assert_eq(view->n_metrics, n, "%zu", view->n_metrics);
    for (size_t i = 0; i < n; i++)
        cr_expect_str_eq(view->metrics[i].name, names[i]);
}

Test(sweep_view, the_usual_metrics)
{
    struct hand hand;
    struct sweep_view view;
    make(&hand, 3);
    cr_assert(sweep_view_init(&view, &hand.sweep, NULL, 0));
    expect_metrics(
        &view,
        (const char *[]){"throughput", "response.mean", "response.p99", "completion.p99", "shop.blocked"}, 5);
    sweep_view_finish(&view);
    hand_finish(&hand);
    make(&hand, 2);
    cr_assert(sweep_view_init(&view, &hand.sweep, NULL, 0));
    expect_metrics(&view, (const char *[]){"throughput", "response.mean", "response.p99", "shop.blocked"}, 4);
    sweep_view_finish(&view);
    hand_finish(&hand);
}

Test(sweep_view, metrics_that_nobody_has_are_left_out)
{
    static const char *const names[] = {"shop.blocked", "no.such", "throughput"};
    struct hand hand;
    struct sweep_view view;
    make(&hand, 2);
    hand_undo(&hand, 0);
    cr_assert(sweep_view_init(&view, &hand.sweep, names, 3));
    expect_metrics(&view, (const char *[]){"shop.blocked", "throughput"}, 2);
    sweep_view_finish(&view);
    hand_finish(&hand);
}

Test(sweep_view, values_in_words)
{
    static const struct {
        enum axis_kind kind;
        double numbers[3];
        const char *words[3];
        const char *column;
    } cases[] = {
        {AXIS_SECONDS, {0.0, 0.0015, 1.5}, {"0 ms", "1.5 ms", "1.5 s"}, "a.b_s"},
        {AXIS_SECONDS, {1.001, 1.0011, 2.0}, {"1.001 s", "1.0011 s", "2 s"}, "a.b_s"},
        {AXIS_PER_SECOND, {0.25, 20.0, 1200.0}, {"0.25/s", "20/s", "1200/s"}, "a.b_per_s"},
        {AXIS_BYTES, {0.0, 500.0, 1500.0}, {"0 B", "500 B", "1.5 kB"}, "a.b_bytes"},
        {AXIS_BYTES_PER_SECOND,
         {125.0, 12.5e6, 1e9},
         {"1 kbit/s", "100 Mbit/s", "8 Gbit/s"},
         "a.b_bytes_per_s"},
        {AXIS_SHARE, {0.0, 0.025, 1.0}, {"0 %", "2.5 %", "100 %"}, "a.b_share"},
        {AXIS_NUMBER, {1.0, 2.5, 1e20}, {"1", "2.5", "1.00e+20"}, "a.b"},
    };
    static const char *const texts[] = {"x", "y", "z", NULL};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct hand hand = {.n_policies = 0};
        struct sweep_view view;
        hand_axis(&hand, "a.b", cases[i].kind, texts, cases[i].numbers, false);
        hand.sweep.axes = hand.axes;
        cr_assert(sweep_view_init(&view, &hand.sweep, NULL, 0));
        for (size_t k = 0; k < 3; k++) {
            char *text = sweep_value_text(&view, 0, k);
            cr_expect_str_eq(text, cases[i].words[k], "%s", text);
            free(text);
        }
        char *column = sweep_axis_column(&hand.axes[0]);
        cr_expect_str_eq(column, cases[i].column);
        free(column);
        sweep_view_finish(&view);
    }
}

Test(sweep_view, values_are_put_in_order)
{
    static const char *const texts[] = {"5ms", "1ms", "3ms", NULL};
    struct hand hand = {.n_policies = 0};
    struct sweep_view view;
    hand_axis(&hand, "a.b", AXIS_SECONDS, texts, (double[]){0.005, 0.001, 0.003}, false);
    hand_axis(&hand, "a.c", AXIS_WORDS, texts, NULL, false);
    hand.sweep.axes = hand.axes;
    cr_assert(sweep_view_init(&view, &hand.sweep, NULL, 0));
    cr_expect_eq(view.order[0][0], 1);
    cr_expect_eq(view.order[0][1], 2);
    cr_expect_eq(view.order[0][2], 0);
    cr_expect_eq(view.order[1][2], 2);
    char *word = sweep_value_text(&view, 1, 0);
    cr_expect_str_eq(word, "5ms");
    free(word);
    sweep_view_finish(&view);
}

/* ---- findings ---- */

static void expect_sentences(struct hand *hand, const char *metric, const char *const *sentences, size_t n)
{
    struct sweep_view view;
    struct sweep_findings findings;
    size_t told = 0, indices[HAND_AXES] = {0};
    cr_assert(sweep_view_init(&view, &hand->sweep, &metric, 1));
    cr_assert(sweep_findings_init(&findings, &view, 0, indices));
    for (size_t i = 0; i < findings.n; i++) {
        struct text text = {0};
        if (sweep_finding_is_told(&findings, 0, &view, i))
            continue;
        sweep_finding_add(&text, &view, 0, &findings, i);
        cr_assert_lt(told, n, "one more: %s", text_string(&text));
        cr_expect_str_eq(text_string(&text), sentences[told], "%s", text_string(&text));
        text_finish(&text);
        told++;
    }
    cr_expect_eq(told, n, "%zu", told);
    sweep_findings_finish(&findings);
    sweep_view_finish(&view);
}

/* Sync falls from 100 at 10 ms to 60 at 30 ms, and so meets async's 90 at 15 ms; queue it never passes. Their
 * response times, 80 ms + 8 x and 200 ms + 0.8 x, meet at x = 120 / 7.2 = 16.7 ms. */
Test(sweep_finding, crossings_and_partings)
{
    struct hand hand;
    make(&hand, 3);
    expect_sentences(
        &hand, "throughput",
        (const char *[]){"above 15 ms (between 10 ms and 30 ms) async answers more than sync",
                         "from 30 ms on queue answers more than sync; up to 10 ms they are alike"},
        2);
    expect_sentences(&hand, "response.p99",
                     (const char *[]){"above 17 ms (between 10 ms and 30 ms) async answers sooner than sync"},
                     1);
    hand_finish(&hand);
}

Test(sweep_finding, who_parts_from_the_same_shares_a_sentence)
{
    struct hand hand;
    make(&hand, 3);
    hand.policies[1] = "other";
    for (size_t i = 0; i < hand.sweep.n_points; i++) {
        struct metric_table *tables = &hand.sweep.points[i].experiment.policies[0].metrics;
        struct policy_run *runs = hand.sweep.points[i].experiment.policies;
        memcpy(runs[1].metrics.values, runs[2].metrics.values, 3 * tables->n * sizeof *tables->values);
        runs[1].metrics.metrics[HAND_THROUGHPUT].value = runs[2].metrics.metrics[HAND_THROUGHPUT].value;
    }
    expect_sentences(
        &hand, "throughput",
        (const char *[]){"from 30 ms on async and queue answer more than sync; up to 10 ms they are alike"},
        1);
    hand_finish(&hand);
}

/* Where one grows it is the greater; up to 10 ms both are steady, and differ. */
Test(sweep_finding, what_grows_is_more)
{
    struct hand hand;
    struct sweep_view view;
    make(&hand, 2);
    hand.sweep.points[0].experiment.policies[0].unanswered.verdict = STEADINESS_GROWS;
    cr_assert(sweep_view_init(&view, &hand.sweep, NULL, 0));
    cr_expect_eq(sweep_who_has_more(&view, 0, 0, 1, 2), 1, "response.p99");
    cr_expect_eq(sweep_who_has_more(&view, 0, 1, 0, 2), -1);
    cr_expect_eq(sweep_who_has_more(&view, 1, 0, 1, 2), -1);
    hand.sweep.points[0].experiment.policies[1].unanswered.verdict = STEADINESS_GROWS;
    cr_expect_eq(sweep_who_has_more(&view, 0, 0, 1, 2), 0, "nobody can tell");
    cr_expect_eq(sweep_who_has_more(&view, 0, 0, 1, 0), 1, "throughput does not grow");
    sweep_view_finish(&view);
    hand_finish(&hand);
}

Test(sweep_finding, less_than_one_per_cent_is_alike)
{
    struct hand hand;
    struct sweep_view view;
    make(&hand, 3);
    struct metric_table *queue = &hand.sweep.points[0].experiment.policies[2].metrics;
    for (size_t r = 0; r < 3; r++)
        queue->values[r * queue->n + HAND_THROUGHPUT] += 0.5;
    queue->metrics[HAND_THROUGHPUT].value += 0.5;
    cr_assert(sweep_view_init(&view, &hand.sweep, NULL, 0));
    cr_expect_eq(sweep_who_has_more(&view, 0, 2, 0, 0), 0);
    for (size_t r = 0; r < 3; r++)
        queue->values[r * queue->n + HAND_THROUGHPUT] += 1.0;
    queue->metrics[HAND_THROUGHPUT].value += 1.0;
    cr_expect_eq(sweep_who_has_more(&view, 0, 2, 0, 0), 1);
    sweep_view_finish(&view);
    hand_finish(&hand);
}

/* ---- the table ---- */

static char *table(const struct hand *hand, const char *const *names, size_t n, int width)
{
    struct sweep_view view;
    struct text text = {0};
    struct table_style style = {.width = width};
    cr_assert(sweep_view_init(&view, &hand->sweep, names, n));
    sweep_table_add(&text, &view, &style);
    sweep_view_finish(&view);
    char *string = text_take(&text);
    cr_assert_not_null(string);
    return string;
}

Test(sweep_table, golden)
{
    static const char *const names[] = {"throughput", "response.p99"};
    struct hand hand;
    make(&hand, 3);
    hand.sweep.points[3].experiment.policies[0].unanswered.verdict = STEADINESS_GROWS;
    char *text = table(&hand, names, 2, 80);
    cr_expect_str_eq(text,
                     "by hand: shop-bank.delay\n"
                     "4 points; 1 min simulated, the first 10 s not counted; seed 7; means of 3\n"
                     "replications +- the half-width of the 95 % interval.\n"
                     "\n"
                     "throughput (/s): requests answered ok\n"
                     "  shop-bank.delay         sync       async    queue\n"
                     "             0 ms  100   +-2    90.0 +-2.2  100 +-2\n"
                     "            10 ms  100   +-2    90.0 +-2.2  100 +-2\n"
                     "            30 ms   60.0 +-1.5  90.0 +-2.2  100 +-2\n"
                     "           100 ms   20.0 +-0.5  90.0 +-2.2  100 +-2\n"
                     "\n"
                     "response.p99 (ms): time until the answer\n"
                     "  shop-bank.delay           sync    async        queue\n"
                     "             0 ms     80.0 +-2.0  200 +-5  8.00 +-0.20\n"
                     "            10 ms    160   +-4    208 +-5  8.00 +-0.20\n"
                     "            30 ms    320   +-8    224 +-6  8.00 +-0.20\n"
                     "           100 ms  grows          280 +-7  8.00 +-0.20\n"
                     "\n"
                     "What \"grows\" has no mean: more comes in than gets done, and the backlog grows as\n"
                     "  long as the run lasts.\n"
                     "throughput: above 15 ms (between 10 ms and 30 ms) async answers more than sync.\n"
                     "throughput: from 30 ms on queue answers more than sync; up to 10 ms they are\n"
                     "  alike.\n"
                     "response.p99: above 17 ms (between 10 ms and 30 ms) async answers sooner than\n"
                     "  sync.\n",
                     "%s", text);
    free(text);
    hand_finish(&hand);
}

Test(sweep_table, two_axes)
{
    static const char *const names[] = {"throughput"};
    struct hand hand;
    make_two(&hand);
    hand_undo(&hand, 2);
    char *text = table(&hand, names, 1, 80);
    cr_expect_str_eq(text,
                     "by hand: shop.workers x shop-bank.delay\n"
                     "8 points; 1 min simulated, the first 10 s not counted; seed 7; means of 3\n"
                     "replications +- the half-width of the 95 % interval. 1 of the points has no\n"
                     "numbers: the sweep was not finished.\n"
                     "\n"
                     "throughput (/s): requests answered ok\n"
                     "  shop.workers  shop-bank.delay         sync       async\n"
                     "             1             0 ms  100   +-2    90.0 +-2.2\n"
                     "                          10 ms  100   +-2    90.0 +-2.2\n"
                     "                          30 ms    -           -\n"
                     "                         100 ms   20.0 +-0.5  90.0 +-2.2\n"
                     "             8             0 ms  100   +-2    90.0 +-2.2\n"
                     "                          10 ms  100   +-2    90.0 +-2.2\n"
                     "                          30 ms   60.0 +-1.5  90.0 +-2.2\n"
                     "                         100 ms   20.0 +-0.5  90.0 +-2.2\n"
                     "\n"
                     "throughput at shop.workers 1: above 21 ms (between 10 ms and 100 ms) async\n"
                     "  answers more than sync.\n"
                     "throughput at shop.workers 8: above 15 ms (between 10 ms and 30 ms) async\n"
                     "  answers more than sync.\n",
                     "%s", text);
    free(text);
    hand_finish(&hand);
}

Test(sweep_table, fits_the_width)
{
    struct hand hand;
    make(&hand, 3);
    for (int width = 44; width < 120; width++) {
        char *text = table(&hand, NULL, 0, width);
        for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
            cr_expect_leq(columns_of(line), width, "%s", line);
        free(text);
    }
    hand_finish(&hand);
}

Test(sweep_table, markdown)
{
    static const char *const names[] = {"throughput"};
    struct hand hand;
    struct sweep_view view;
    struct text text = {0};
    make(&hand, 2);
    cr_assert(sweep_view_init(&view, &hand.sweep, names, 1));
    sweep_markdown_add(&text, &view);
    cr_expect_str_eq(text_string(&text),
                     "## by hand: shop-bank.delay\n"
                     "\n"
                     "4 points; 1 min simulated, the first 10 s not counted; seed 7; means of 3 replications "
                     "± the half-width of the 95 % interval.\n"
                     "\n"
                     "### throughput (/s): requests answered ok\n"
                     "\n"
                     "| shop-bank.delay | sync | async |\n"
                     "| --: | --: | --: |\n"
                     "| 0 ms | 100 ± 2 | 90.0 ± 2.2 |\n"
                     "| 10 ms | 100 ± 2 | 90.0 ± 2.2 |\n"
                     "| 30 ms | 60.0 ± 1.5 | 90.0 ± 2.2 |\n"
                     "| 100 ms | 20.0 ± 0.5 | 90.0 ± 2.2 |\n"
                     "\n"
                     "- throughput: above 15 ms (between 10 ms and 30 ms) async answers more than sync.\n",
                     "%s", text_string(&text));
    text_finish(&text);
    sweep_view_finish(&view);
    hand_finish(&hand);
}

/* Names that mean something in markdown or to a terminal. */
Test(sweep_table, names_are_harmless)
{
    struct hand hand;
    struct sweep_view view;
    struct text text = {0};
    make(&hand, 2);
    hand.paths[0][0] = (char *)"links.*a*|\033[31m.delay";
    cr_assert(sweep_view_init(&view, &hand.sweep, NULL, 0));
    sweep_markdown_add(&text, &view);
    cr_expect_not_null(strstr(text_string(&text), "\\*a\\*\\| \\[31m.delay"), "%s", text_string(&text));
    text_finish(&text);
    sweep_view_finish(&view);
    char *terminal = table(&hand, NULL, 0, 80);
    cr_expect_null(strchr(terminal, '\033'));
    free(terminal);
    hand_finish(&hand);
}

/* ---- files ---- */

static char *csv(const struct hand *hand, const char *const *names, size_t n)
{
    struct sweep_view view;
    struct text text = {0};
    cr_assert(sweep_view_init(&view, &hand->sweep, names, n));
    sweep_add_csv(&text, &view);
    sweep_view_finish(&view);
    char *string = text_take(&text);
    cr_assert_not_null(string);
    return string;
}

/* Two metrics at 8 points under 2 policies: a line each, but at the point that was not done. */
Test(sweep_files, csv)
{
    static const char *const names[] = {"throughput", "shop.blocked"};
    static const char head[] =
        "components.shop.workers,links.shop-bank.delay_s,policy,metric,value,half_width,unit\n"
        "1,0,sync,throughput,100,2.48413";
    struct hand hand;
    make_two(&hand);
    hand_undo(&hand, 2);
    char *text = csv(&hand, names, 2);
    cr_expect_eq(strncmp(text, head, sizeof head - 1), 0, "%.200s", text);
    cr_expect_not_null(strstr(text, "\n8,0.1,async,throughput,90,2.235"));
    cr_expect_not_null(strstr(text, "\n8,0.03,sync,shop.blocked,0.53,0,share\n"));
    cr_expect_null(strstr(text, "\n1,0.03,"));
    size_t lines = 0;
    for (const char *c = text; *c; c++)
        lines += *c == '\n';
    cr_expect_eq(lines, 1 + 7 * 2 * 2);
    free(text);
    hand_finish(&hand);
}

Test(sweep_files, csv_of_words)
{
    static const char *const words[] = {"{\"a\": 1, \"b\": 2}", "fifo", NULL};
    struct hand hand = {.policies = {"sync"}, .n_policies = 1, .replications = 1, .measure = measure};
    hand_axis(&hand, "a.b", AXIS_WORDS, words, NULL, false);
    hand_make(&hand);
    char *text = csv(&hand, NULL, 0);
    cr_expect_not_null(strstr(text, "\n\"{\"\"a\"\": 1, \"\"b\"\": 2}\",sync,throughput,"));
    cr_expect_not_null(strstr(text, "\nfifo,sync,throughput,99,,1/s\n"), "no interval of one");
    free(text);
    hand_finish(&hand);
}

static const cJSON *get(const cJSON *object, const char *key)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
    cr_assert_not_null(item, "%s", key);
    return item;
}

static double number(const cJSON *object, const char *key)
{
    cr_assert(cJSON_IsNumber(get(object, key)), "%s", key);
    return get(object, key)->valuedouble;
}

static cJSON *parsed(const struct hand *hand, const char *const *names, size_t n)
{
    struct sweep_view view;
    struct text text = {0};
    cr_assert(sweep_view_init(&view, &hand->sweep, names, n));
    sweep_add_json(&text, &view);
    cJSON *root = cJSON_Parse(text_string(&text));
    cr_assert_not_null(root, "%s", text_string(&text));
    text_finish(&text);
    sweep_view_finish(&view);
    return root;
}

/* The difference of async to sync at 100 ms: 90 - 20, and 1 % of 70 is what replications are apart. */
Test(sweep_files, json)
{
    static const char *const names[] = {"throughput", "response.p99"};
    struct hand hand;
    make_two(&hand);
    hand_undo(&hand, 2);
    hand.sweep.points[7].experiment.policies[0].unanswered.verdict = STEADINESS_GROWS;
    cJSON *root = parsed(&hand, names, 2);
    const cJSON *axis = cJSON_GetArrayItem(get(root, "axes"), 1), *points = get(root, "points");
    cr_expect_str_eq(get(axis, "label")->valuestring, "shop-bank.delay");
    cr_expect_str_eq(get(axis, "unit")->valuestring, "s");
    cr_expect_str_eq(cJSON_GetArrayItem(get(axis, "values"), 3)->valuestring, "100ms");
    cr_expect_eq(cJSON_GetArrayItem(get(axis, "numbers"), 3)->valuedouble, 0.1);
    cr_expect_eq(cJSON_GetArraySize(points), 8);
    cr_expect_eq(cJSON_GetArraySize(get(root, "metrics")), 2);
    const cJSON *last = cJSON_GetArrayItem(points, 7), *sync = get(get(last, "policies"), "sync");
    cr_expect_str_eq(get(get(last, "values"), "components.shop.workers")->valuestring, "8");
    cr_expect_str_eq(get(get(last, "values"), "links.shop-bank.delay")->valuestring, "100ms");
    cr_expect_eq(number(last, "replications"), 3);
    cr_expect_float_eq(number(get(sync, "throughput"), "value"), 20.0, 1e-9);
    cr_expect(cJSON_IsTrue(get(get(sync, "response.p99"), "grows")));
    cr_expect(cJSON_IsFalse(get(get(sync, "throughput"), "grows")));
    const cJSON *difference = get(get(get(last, "differences"), "async"), "throughput");
    cr_expect_float_eq(number(difference, "value"), 70.0, 1e-9);
    cr_expect_float_eq(number(difference, "half_width"), 0.7 * 4.302653 / sqrt(3.0), 1e-6);
    cr_expect(cJSON_IsTrue(get(difference, "certain")));
    cr_expect_null(cJSON_GetObjectItem(get(last, "differences"), "sync"));
    const cJSON *undone = cJSON_GetArrayItem(points, 2);
    cr_expect_eq(number(undone, "replications"), 0);
    cr_expect(cJSON_IsNull(get(get(get(get(undone, "policies"), "sync"), "throughput"), "value")));
    cJSON_Delete(root);
    hand_finish(&hand);
}

/* From 100 at 10 ms to 60 at 30 ms, through 90 at 15 ms; where 30 ms was not done, to 20 at 100 ms, at 21.25
 * ms. */
Test(sweep_files, json_crossings)
{
    static const char *const names[] = {"throughput"};
    struct hand hand;
    make_two(&hand);
    hand_undo(&hand, 2);
    cJSON *root = parsed(&hand, names, 1);
    const cJSON *crossings = get(root, "crossings");
    cr_assert_eq(cJSON_GetArraySize(crossings), 2);
    const cJSON *one = cJSON_GetArrayItem(crossings, 0), *other = cJSON_GetArrayItem(crossings, 1);
    cr_expect_str_eq(get(get(one, "at"), "components.shop.workers")->valuestring, "1");
    cr_expect_float_eq(number(one, "x"), 0.02125, 1e-9);
    cr_expect_eq(number(one, "behind"), 0.1);
    cr_expect_float_eq(number(other, "x"), 0.015, 1e-9);
    cr_expect_float_eq(number(other, "y"), 90.0, 1e-9);
    cr_expect_eq(number(other, "before"), 0.01);
    cr_expect_eq(number(other, "behind"), 0.03);
    cr_expect(cJSON_IsTrue(get(other, "certain")));
    cr_expect_str_eq(cJSON_GetArrayItem(get(other, "policies"), 1)->valuestring, "async");
    cJSON_Delete(root);
    hand_finish(&hand);
}

static char *read_file(const char *folder, const char *name)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    cr_assert_not_null(file, "%s", path);
    char *bytes = calloc(1, 1 << 16);
    cr_assert_gt(fread(bytes, 1, (1 << 16) - 1, file), 0);
    fclose(file);
    unlink(path);
    return bytes;
}

Test(sweep_files, all_of_them)
{
    static const char scenario[] = "{}";
    char folder[] = "/tmp/tandem-sweep-XXXXXX", *const argv[] = {(char *)"tandem", (char *)"sweep", NULL};
    struct report_source source = {.path = "a.json", .text = scenario, .length = 2, .argv = argv};
    struct hand hand;
    struct sweep_view view;
    struct error error = {0};
    cr_assert_not_null(mkdtemp(folder));
    make_two(&hand);
    hand_undo(&hand, 2);
    cr_assert(sweep_view_init(&view, &hand.sweep, NULL, 0));
    cr_assert(sweep_files_write(&view, &source, folder, &error), "%s", error_text(&error));
    char *csv = read_file(folder, "sweep.csv"), *json = read_file(folder, "sweep.json"),
         *manifest = read_file(folder, "manifest.json");
    cJSON *root = cJSON_Parse(manifest);
    cr_expect_str_eq(cJSON_GetArrayItem(get(root, "command"), 1)->valuestring, "sweep");
    cr_expect_str_eq(get(get(root, "scenario"), "sha256")->valuestring,
                     "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a", "sha256sum of {}");
    cr_expect_eq(number(root, "points"), 8);
    cr_expect_eq(number(root, "points_done"), 7);
    cr_expect_str_eq(cJSON_GetArrayItem(get(root, "files"), 1)->valuestring, "sweep.json");
    cr_assert_eq(rmdir(folder), 0, "nothing else may be left");
    cJSON_Delete(root);
    free(csv);
    free(json);
    free(manifest);
    sweep_view_finish(&view);
    hand_finish(&hand);
}
