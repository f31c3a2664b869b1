#include "report/table.h"

#include "report/comparison.h"
#include "report/expectations.h"
#include "report/markdown.h"
#include "report/verdict.h"
#include "report/wrap.h"
#include "small_run.h"

/* ---- cells ---- */

struct cell_case {
    double value, half_width, scale;
    enum metric_unit unit;
    const char *shown, *half;
};

Test(table, cells_show_three_digits)
{
    static const double none = (double)NAN;
    const struct cell_case cases[] = {
        {2.7, 0.021, 1.0, METRIC_SECONDS, "2.70", "0.02"},
        {0.9996, none, 1.0, METRIC_SECONDS, "1.00", ""},
        {9.996, none, 1.0, METRIC_SECONDS, "10.0", ""},
        {123.4, 0.4, 1.0, METRIC_SECONDS, "123", "0.4"},
        {12345.0, 120.0, 1.0, METRIC_SECONDS, "12345", "120"},
        {0.0123, none, 1.0, METRIC_SECONDS, "0.012", ""},
        {0.00001, none, 1.0, METRIC_SECONDS, "0.000", ""},
        {0.973, 0.001, 100.0, METRIC_SHARE, "97.3", "0.1"},
        {1.0, none, 100.0, METRIC_SHARE, "100", ""},
        {12.0, none, 1.0, METRIC_COUNT, "12", ""},
        {12.5, none, 1.0, METRIC_COUNT, "12.5", ""},
        {0.0, 0.0, 1.0, METRIC_COUNT, "0", ""},
        {none, none, 1.0, METRIC_SECONDS, "-", ""},
        {(double)INFINITY, none, 1.0, METRIC_SECONDS, "inf", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct metric metric = {
            .unit = cases[i].unit, .value = cases[i].value, .half_width = cases[i].half_width};
        struct table_cell cell = table_cell(&metric, cases[i].scale, 3);
        cr_expect_str_eq(cell.value, cases[i].shown, "case %zu: %s", i, cell.value);
        cr_expect_str_eq(cell.half_width, cases[i].half, "case %zu: %s", i, cell.half_width);
    }
    cr_expect_str_eq(table_cell(NULL, 1.0, 3).value, "-");
}

static void expect_unit(enum metric_unit unit, double one, double other, const char *expected)
{
    struct metric a = {.unit = unit, .value = one}, b = {.unit = unit, .value = other};
    const struct metric *cells[] = {&a, NULL, &b};
    struct comparison_row row = {.unit = unit, .cells = cells};
    const char *name;
    comparison_row_scale(&row, 3, &name);
    cr_expect_str_eq(name, expected, "%g and %g: %s", one, other, name);
}

Test(table, a_row_has_one_unit)
{
    static const struct {
        double a, b;
        const char *unit;
    } times[] = {{0.5, 0.002, "ms"},   {0.5, 2.0, "ms"},       {3.0, 2.0, "s"},     {200.0, 0.000002, "ms"},
                 {1e-8, 1e-9, "ns"},   {0.02, 3e-6, "us"},     {0.0, 0.0, "s"},     {119.0, 0.0, "s"},
                 {5000.0, 0.0, "min"}, {58000.0, 7200.0, "h"}, {58000.0, 30.0, "s"}},
      rates[] = {{120.0, 0.01, "/s"}, {1.0, 0.0, "/s"},   {0.5, 0.001, "/s"}, {0.05, 0.001, "/min"},
                 {0.0, 0.02, "/min"}, {1e-3, 1e-5, "/h"}, {0.0, 0.0, "/s"}};
    for (size_t i = 0; i < sizeof times / sizeof *times; i++)
        expect_unit(METRIC_SECONDS, times[i].a, times[i].b, times[i].unit);
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++)
        expect_unit(METRIC_PER_SECOND, rates[i].a, rates[i].b, rates[i].unit);
}

Test(table, a_difference_of_rates_has_the_unit_of_the_rates)
{
    struct metric none = {.unit = METRIC_PER_SECOND, .value = 0.0001};
    const struct metric *cells[] = {NULL, &none};
    struct comparison_row row = {.unit = METRIC_PER_SECOND, .cells = cells, .minuend = 120.0};
    const char *name;
    cr_expect_eq(comparison_row_scale(&row, 2, &name), 1.0);
    cr_expect_str_eq(name, "/s");
}

/* ---- lines ---- */

static void expect_wrapped(const char *string, int width, int indent, const char *expected)
{
    struct text text = {0};
    wrap_add(&text, string, width, indent);
    cr_expect_str_eq(text_string(&text), expected);
    text_finish(&text);
}

Test(table, words_are_wrapped_and_made_harmless)
{
    expect_wrapped("who waits for whom", 10, 2, "who waits\n  for whom\n");
    expect_wrapped("  spread\n\tout  ", 80, 0, "spread out\n");
    expect_wrapped("incomprehensibilities it is", 8, 0, "incomprehensibilities\nit is\n");
    expect_wrapped("it is 12 % of it", 9, 0, "it is\n12 % of\nit\n");
    expect_wrapped("A b c d", 5, 3, "A b c\n   d\n");
    expect_wrapped("", 8, 0, "\n");
    expect_wrapped("\033[2Jgone", 80, 0, "?[2Jgone\n");
    expect_wrapped("ÄÖÜ äöü", 7, 0, "ÄÖÜ äöü\n");
    cr_expect_eq(columns_of("Äß€"), 3);
}

/* ---- the whole ---- */

static const char *const expected_table = "small\n"
                                          "Who waits?\n"
                                          "11 s simulated, the first 1 s not counted; seed 7.\n"
                                          "\n"
                                          "                      sync   queue\n"
                                          "throughput\n"
                                          "  offered        /s   5.00    5.00\n"
                                          "  answered       /s   4.00    4.00\n"
                                          "  completed      /s   3.00    3.00\n";

static const char *const expected_queue = "queue bank.pay\n"
                                          "  depth, mean            -       2\n"
                                          "  depth, most            -       9\n"
                                          "  wait, mean     ms      -  500\n"
                                          "  oldest message s       -    3.00\n"
                                          "  dropped                -       2\n"
                                          "  refused                -       3\n"
                                          "  left waiting           -       2\n"
                                          "  L / (lambda W)         -       1\n";

static const char *const expected_blame = "what shop was blocked for\n"
                                          "  bank.pay       %    50.0       0\n"
                                          "    work         %    30.0       0\n"
                                          "    wire out     %    10.0       0\n"
                                          "    wire back    %    10.0       0\n"
                                          "  I/O wait       %    10.0       0\n";

static const char *const expected_verdict =
    "sync: shop is blocked 60 % of its time, most of it for bank.pay (working 60 %,\n"
    "  wire 40 %).\n"
    "queue: shop is never blocked: it is busy 20 % of its time, and free 75 %; 2\n"
    "  messages wait in bank.pay on average.\n";

struct made {
    struct spec spec;
    struct experiment experiment;
    struct comparison comparison;
    struct text text;
};

static void make(struct made *made, struct table_style style)
{
    *made = (struct made){.spec = small_spec()};
    made->experiment = small_experiment(&made->spec);
    cr_assert(comparison_init(&made->comparison, &made->spec, &made->experiment));
    table_add(&made->text, &made->spec, &made->comparison, &style);
    cr_assert_not(made->text.failed);
}

static void unmake(struct made *made)
{
    text_finish(&made->text);
    comparison_finish(&made->comparison);
    experiment_finish(&made->experiment);
    spec_finish(&made->spec);
}

static void expect_within(const char *text, const char *part)
{
    cr_expect_not_null(strstr(text, part), "missing:\n%s\nin:\n%s", part, text);
}

static int longest_line(const char *text)
{
    int longest = 0;
    for (const char *line = text; *line;) {
        int length = (int)strcspn(line, "\n");
        longest = length > longest ? length : longest;
        line += length + (line[length] == '\n');
    }
    return longest;
}

Test(table, policies_stand_side_by_side)
{
    struct made made;
    make(&made, (struct table_style){.width = 80, .utf8 = true});
    const char *table = text_string(&made.text);
    cr_expect_eq(strncmp(table, expected_table, strlen(expected_table)), 0, "%s", table);
    expect_within(table, expected_queue);
    expect_within(table, expected_blame);
    expect_within(table, expected_verdict);
    cr_expect_null(strchr(table, '\033'));
    cr_expect_null(strstr(table, " \n"), "no blanks at the ends of lines");
    unmake(&made);
}

Test(table, a_narrow_terminal_gets_blocks)
{
    struct made made;
    make(&made, (struct table_style){.width = 30});
    const char *table = text_string(&made.text);
    const char *sync = strstr(table, "  sync\n"), *queue = strstr(table, "  queue\n");
    cr_assert_not_null(sync);
    cr_assert_not_null(queue);
    cr_expect_lt(sync, queue);
    cr_expect_gt(strstr(table, "queue bank.pay\n"), queue,
                 "a section without a number in a block is left out of it");
    cr_expect_leq(longest_line(table), 46, "titles are not cut");
    unmake(&made);
}

Test(table, fewer_decimals_rather_than_blocks)
{
    struct made made;
    make(&made, (struct table_style){.width = 80});
    made.text.length = 0;
    for (size_t p = 0; p < 2; p++) {
        struct metric *open = made.experiment.policies[p].metrics.metrics;
        cr_assert(metric_table_name(&made.experiment.policies[p].metrics));
        while (strcmp(open->name, "open.share") != 0)
            open++;
        open->value = 0.000123;
        open->half_width = 0.00001;
    }
    table_add(&made.text, &made.spec, &made.comparison, &(struct table_style){.width = 80});
    expect_within(text_string(&made.text), " 0.012 +-0.001 ");
    made.text.length = 0;
    table_add(&made.text, &made.spec, &made.comparison, &(struct table_style){.width = 50});
    expect_within(text_string(&made.text), " 0.01 +-0.00 ");
    unmake(&made);
}

Test(table, headings_are_bold_if_wanted)
{
    struct made made;
    make(&made, (struct table_style){.width = 80, .bold = true});
    expect_within(text_string(&made.text), "\033[1msmall\n\033[0m");
    unmake(&made);
}

Test(table, half_widths_in_utf8_and_ascii)
{
    struct made made;
    make(&made, (struct table_style){.width = 80, .utf8 = true});
    for (size_t p = 0; p < 2; p++) {
        cr_assert(metric_table_name(&made.experiment.policies[p].metrics));
        for (size_t i = 0; i < made.experiment.policies[p].metrics.n; i++)
            made.experiment.policies[p].metrics.metrics[i].half_width = 0.5;
    }
    made.text.length = 0;
    table_add(&made.text, &made.spec, &made.comparison, &(struct table_style){.width = 80, .utf8 = true});
    expect_within(text_string(&made.text), " 4.00 ± 0.50");
    made.text.length = 0;
    table_add(&made.text, &made.spec, &made.comparison, &(struct table_style){.width = 80});
    expect_within(text_string(&made.text), " 4.00 +-0.50");
    unmake(&made);
}

Test(table, markdown_escapes_names)
{
    struct spec spec = small_spec();
    free(spec.policies[1].name);
    spec.policies[1].name = text_copy("a|b*");
    struct experiment experiment = small_experiment(&spec);
    struct comparison comparison;
    struct text text = {0};
    cr_assert(comparison_init(&comparison, &spec, &experiment));
    markdown_add(&text, &spec, &comparison);
    expect_within(text_string(&text), "| | | sync | a\\|b\\* |\n| :-- | :-- | --: | --: |\n");
    expect_within(text_string(&text), "| answered | /s | 4.00 | 4.00 |\n");
    expect_within(text_string(&text), "- sync: shop is blocked 60 % of its time");
    text_finish(&text);
    comparison_finish(&comparison);
    experiment_finish(&experiment);
    spec_finish(&spec);
}

/* ---- what callers believed ---- */

static const char *const expected_beliefs = "what callers believed, and what was true\n"
                                            "  calls to bank.pay                40          -\n"
                                            "    believed ok, executed once %   75.0        -\n"
                                            "    timed out, executed once   %   10.0        -\n"
                                            "    timed out, not executed    %    5.00       -\n"
                                            "    error, not executed        %    5.00       -\n"
                                            "    executed twice or more     %    5.00       -\n"
                                            "    attempts per call               1.25       -\n"
                                            "    messages lost                   6          -\n"
                                            "    late answers                    4          -\n"
                                            "    stopped by open breakers        1          -\n"
                                            "    without a place in pools        2          -\n"
                                            "    retries over the budget         3          -\n"
                                            "  wasted work                  %   15.0        0\n";

/* Under `sync` alone: what cannot go wrong under `queue` is not counted there, which is not 0. */
Test(table, beliefs_against_truths)
{
    struct made made;
    make(&made, (struct table_style){.width = 80, .utf8 = true});
    cr_expect_null(strstr(text_string(&made.text), "callers believed"), "nobody was in doubt");
    struct policy_run *sync = &made.experiment.policies[0];
    small_doubt(&sync->first);
    metric_table_finish(&sync->metrics);
    cr_assert(metrics_compute(&made.spec, &sync->first, 1, &sync->metrics, NULL));
    comparison_finish(&made.comparison);
    cr_assert(comparison_init(&made.comparison, &made.spec, &made.experiment));
    made.text.length = 0;
    table_add(&made.text, &made.spec, &made.comparison, &(struct table_style){.width = 80, .utf8 = true});
    expect_within(text_string(&made.text), expected_beliefs);
    cr_expect_null(strstr(text_string(&made.text), "calls to shop.buy"), "users were never in doubt");
    cr_expect_null(strstr(text_string(&made.text), "accepted"), "rows of zeros are hidden");
    cr_expect_leq(longest_line(text_string(&made.text)), 80);
    unmake(&made);
}

static void change(struct metric_table *table, const char *name, double value)
{
    size_t i = 0;
    cr_assert(metric_table_name(table));
    while (strcmp(table->metrics[i].name, name) != 0)
        i++;
    table->metrics[i].value = value;
}

/* ---- when something goes wrong ---- */

/* `fault` changes the result of the policy at `at`, and all is made anew. */
static void make_faulty(struct made *made, size_t at, void (*fault)(struct result *result))
{
    struct policy_run *run = &made->experiment.policies[at];
    fault(&run->first);
    for (size_t p = 0; p < 2; p++) {
        struct policy_run *any = &made->experiment.policies[p];
        metric_table_finish(&any->metrics);
        cr_assert(metrics_compute(&made->spec, &any->first, 1, &any->metrics, NULL));
    }
    comparison_finish(&made->comparison);
    cr_assert(comparison_init(&made->comparison, &made->spec, &made->experiment));
    made->text.length = 0;
    table_add(&made->text, &made->spec, &made->comparison, &(struct table_style){.width = 80, .utf8 = true});
    cr_assert_not(made->text.failed);
    cr_expect_leq(longest_line(text_string(&made->text)), 80, "%s", text_string(&made->text));
}

static void lose_effects(struct result *r)
{
    r->effects[EFFECTS_DONE] = 45;
    r->effects[EFFECTS_PARTLY] = 4;
    r->effects[EFFECTS_TWICE] = 1;
    r->lost = 3;
}

static void leave_open(struct result *r)
{
    r->effects[EFFECTS_DONE] = 48;
    r->effects[EFFECTS_OPEN] = 2;
}

Test(table, what_became_of_requests)
{
    struct made made;
    make(&made, (struct table_style){.width = 80});
    make_faulty(&made, 0, leave_open);
    cr_expect_null(strstr(text_string(&made.text), "what became"), "nothing is missing yet");
    make_faulty(&made, 1, lose_effects);
    expect_within(text_string(&made.text), "what became of the requests\n"
                                           "  all effects done          %   96.0    90.0\n"
                                           "  some done, some never     %    0       8.00\n"
                                           "  some done twice or more   %    0       2.00\n"
                                           "  not yet decided           %    4.00    0\n"
                                           "  lost, and nobody was told %    0       6.00\n");
    unmake(&made);
}

static void crash(struct result *r)
{
    struct component_result *bank = &r->components[SMALL_BANK];
    bank->worker_ns[WORKER_IDLE] -= small_second;
    bank->worker_ns[WORKER_DOWN] += small_second;
    bank->crashes = 2;
    bank->lost_in_crash = 5;
    bank->met_down = 7;
    struct queue_result *q = &r->queues[0];
    q->lost_in_crash = 1, q->expired = 2, q->dead_lettered = 3;
    q->deliveries = 50, q->redelivered = 10, q->deduplicated = 4, q->resent = 6;
    q->lost = 8, q->stay_ns = 25 * small_second;
}

Test(table, what_crashes_and_what_queues_do_about_it)
{
    struct made made;
    make(&made, (struct table_style){.width = 80});
    cr_expect_null(strstr(text_string(&made.text), "crash"), "rows of zeros are hidden");
    cr_expect_null(strstr(text_string(&made.text), "deliver"), "and what follows from them");
    make_faulty(&made, 1, crash);
    expect_within(text_string(&made.text), "  down                   %     0      10.0\n"
                                           "  crashes                        0       2\n"
                                           "  lost in crashes                0       5\n"
                                           "  came while it was down         0       7\n");
    expect_within(text_string(&made.text), "  lost on the way there          -   8\n"
                                           "  lost in crashes                -   1\n"
                                           "  expired                        -   2\n"
                                           "  dead-lettered                  -   3\n"
                                           "  published again                -   6\n"
                                           "  delivered again                -  10\n"
                                           "  deliveries per message         -   1.25\n"
                                           "  known, not done again          -   4\n");
    unmake(&made);
}

/* They are always busy, which says nothing; that they are down does. */
Test(table, unlimited_workers_have_no_shares)
{
    struct made made;
    make(&made, (struct table_style){.width = 80});
    made.spec.components[SMALL_BANK].workers = SPEC_UNLIMITED;
    make_faulty(&made, 0, leave_open);
    cr_expect_null(strstr(text_string(&made.text), "\nbank"), "it has no other numbers");
    expect_within(text_string(&made.text), "\nshop: the time of its 2 workers\n  busy  ");
    make_faulty(&made, 1, crash);
    expect_within(text_string(&made.text), "\nbank: its workers' time\n  busy  ");
    unmake(&made);
}

/* A quarter each, but for those still waiting. */
static void abandon(struct result *r)
{
    r->calls = calloc(2, sizeof *r->calls);
    r->calls[SMALL_PAY] = (struct call_result){
        .calls = 40,
        .attempts = 40,
        .connections = 9,
        .belief = {[BELIEF_OK] = {10, 0, 0}, [BELIEF_ABANDONED] = {10, 10, 0}, [BELIEF_WAITING] = {0, 5, 5}}};
}

Test(table, beliefs_sum_to_all_calls)
{
    struct made made;
    make(&made, (struct table_style){.width = 80});
    make_faulty(&made, 0, abandon);
    expect_within(text_string(&made.text), "    believed ok, not executed    %    25.0       -\n"
                                           "    abandoned, executed once     %    25.0       -\n"
                                           "    abandoned, not executed      %    25.0       -\n"
                                           "    still waiting, executed once %    12.5       -\n"
                                           "    executed twice or more       %    12.5       -\n"
                                           "    attempts per call                    1       -\n"
                                           "    connections opened                   9       -\n");
    unmake(&made);
}

Test(table, long_times_are_in_minutes_or_hours)
{
    struct made made;
    make(&made, (struct table_style){.width = 80});
    for (size_t p = 0; p < 2; p++) {
        change(&made.experiment.policies[p].metrics, "response.max", p == 0 ? 58000.0 : 7200.0);
        change(&made.experiment.policies[p].metrics, "completion.max", p == 0 ? 1050.0 : 120.0);
    }
    made.text.length = 0;
    table_add(&made.text, &made.spec, &made.comparison, &(struct table_style){.width = 80});
    expect_within(text_string(&made.text), "  p99            ms   300    300\n"
                                           "  max            h     16.1    2.00\n");
    expect_within(text_string(&made.text), "  p99            ms   500    500\n"
                                           "  max            min   17.5    2.00\n");
    unmake(&made);
}

/* The sums of one side and of the other differ in the last bit, just where 17.845 is rounded. */
Test(table, equal_sides_have_the_same_digits)
{
    const double seconds = 17.845 * 60.0;
    struct expectation equal = {.text = "a == b",
                                .verdict = EXPECTATION_HOLDS,
                                .unit = {.seconds = 1},
                                .left = {seconds * (1.0 - 1e-15), (double)NAN},
                                .right = {seconds * (1.0 + 1e-15), (double)NAN}};
    struct expectation_list list = {.expectations = &equal, .n = 1};
    struct text text = {0};
    expectations_add_table(&text, &list, &(struct table_style){.width = 80});
    expect_within(text_string(&text), "holds a == b: 17.8 min against 17.8 min\n");
    text.length = 0;
    equal.right.mean = seconds + 0.06;
    expectations_add_table(&text, &list, &(struct table_style){.width = 80});
    expect_within(text_string(&text), " 17.84 min against 17.85 min\n");
    text_finish(&text);
}

static void hang(struct result *r)
{
    r->calls = calloc(2, sizeof *r->calls);
    r->calls[SMALL_PAY] = (struct call_result){.calls = 40,
                                               .attempts = 40,
                                               .hedges = 1,
                                               .cancelled = 2,
                                               .expired = 3,
                                               .deduplicated = 4,
                                               .connections = 5,
                                               .hung = 6};
}

Test(table, what_callers_did_about_it)
{
    struct made made;
    make(&made, (struct table_style){.width = 80});
    make_faulty(&made, 0, hang);
    expect_within(text_string(&made.text), "  calls to bank.pay                  40       -\n"
                                           "    attempts per call                 1       -\n"
                                           "    hedges                            1       -\n"
                                           "    called off                        2       -\n"
                                           "    came after their deadline         3       -\n"
                                           "    known, not done again             4       -\n"
                                           "    connections opened                5       -\n"
                                           "    waiting for ever                  6       -\n");
    unmake(&made);
}

static void disturb(struct result *r)
{
    r->n_disturbances = 1;
    r->disturbances = calloc(1, sizeof *r->disturbances);
    r->disturbances[0] = (struct disturbance){1200 * SMALL_MS, 100 * SMALL_MS, -1, 600, 80 * SMALL_MS, 2.5};
}

static void add_event(struct made *made)
{
    made->spec.n_events = 1;
    made->spec.events = calloc(1, sizeof *made->spec.events);
    made->spec.events[0] = (struct event_spec){.name = text_copy("the line is | cut")};
}

Test(table, what_followed_from_events)
{
    struct made made;
    make(&made, (struct table_style){.width = 80});
    cr_expect_null(strstr(text_string(&made.text), "events"), "none is planned");
    add_event(&made);
    make_faulty(&made, 0, disturb);
    expect_within(text_string(&made.text), "\n\n"
                                           "events   noticed after  grew after  backlog most  gone after\n"
                                           "the line is | cut\n"
                                           "  sync          1.20 s      100 ms           600       never\n"
                                           "  queue              -           -             -           -\n"
                                           "\n"
                                           "sync: shop");
    made.text.length = 0;
    markdown_add(&made.text, &made.spec, &made.comparison);
    expect_within(text_string(&made.text),
                  "\n\n| event | policy | noticed after | grew after | backlog most | gone after |\n"
                  "| :-- | :-- | --: | --: | --: | --: |\n"
                  "| the line is \\| cut | sync | 1.20 s | 100 ms | 600 | never |\n"
                  "| the line is \\| cut | queue | - | - | - | - |\n\n- sync");
    unmake(&made);
}

static void never_grow(struct result *r)
{
    r->disturbances[0].grew_ns = -1;
}

Test(table, what_never_grew_is_never_gone)
{
    struct made made;
    make(&made, (struct table_style){.width = 80});
    add_event(&made);
    make_faulty(&made, 0, disturb);
    make_faulty(&made, 0, never_grow);
    expect_within(text_string(&made.text), "  sync          1.20 s       never           600           -\n");
    unmake(&made);
}

/* Long cells take their room from the policies' names. */
Test(table, events_that_users_noticed_now_and_then)
{
    struct made made;
    make(&made, (struct table_style){.width = 80});
    add_event(&made);
    make_faulty(&made, 0, disturb);
    struct metric_table *table = &made.experiment.policies[0].metrics;
    change(table, "event.the-line-is-cut.noticed.share", 0.25);
    change(table, "event.the-line-is-cut.gone.share", 0.125);
    change(table, "event.the-line-is-cut.gone_after", 200.0);
    made.text.length = 0;
    made.experiment.policies[1].name = "asynchronous";
    table_add(&made.text, &made.spec, &made.comparison, &(struct table_style){.width = 72});
    expect_within(text_string(&made.text),
                  "  sync          1.20 s (25 %)      100 ms           600  3.33 min (12 %)\n"
                  "  asynchronous              -           -             -                -\n");
    made.text.length = 0;
    table_add(&made.text, &made.spec, &made.comparison, &(struct table_style){.width = 71});
    expect_within(text_string(&made.text),
                  "  asynchrono.              -           -             -                -\n");
    unmake(&made);
}

/* ---- who waits ---- */

static void expect_verdict(int64_t io_s, int64_t pay_s, const char *expected)
{
    struct spec spec = small_spec();
    struct policy_run run = {.name = "sync", .first = small_result()};
    struct component_result *shop = &run.first.components[SMALL_SHOP];
    struct text text = {0};
    memset(shop->blames[0].ns, 0, sizeof shop->blames[0].ns);
    memset(shop->blames[1].ns, 0, sizeof shop->blames[1].ns);
    shop->blames[0].ns[CAUSE_IO] = io_s * small_second;
    shop->blames[1].ns[CAUSE_WIRE_OUT] = pay_s * small_second;
    cr_assert(metrics_compute(&spec, &run.first, 1, &run.metrics, NULL));
    verdict_add(&text, &spec, &run);
    cr_expect_str_eq(text_string(&text), expected, "%s", text_string(&text));
    text_finish(&text);
    metric_table_finish(&run.metrics);
    result_finish(&run.first);
    spec_finish(&spec);
}

Test(table, the_sentence_names_the_one_or_the_many)
{
    expect_verdict(0, 12, "sync: shop is blocked 60 % of its time, all of it for bank.pay (wire 100 %).");
    expect_verdict(1, 11,
                   "sync: shop is blocked 60 % of its time, almost all of it for bank.pay (wire 100 %).");
    expect_verdict(8, 4, "sync: shop is blocked 60 % of its time, most of it for I/O.");
    expect_verdict(6, 6,
                   "sync: shop is blocked 60 % of its time, for bank.pay and 1 other (wire 50 %, I/O 50 %).");
}

Test(table, the_sentence_knows_what_was_down)
{
    struct spec spec = small_spec();
    struct policy_run run = {.name = "sync", .first = small_result()};
    struct component_result *shop = &run.first.components[SMALL_SHOP];
    struct text text = {0};
    for (size_t i = 0; i < 2; i++)
        memset(shop->blames[i].ns, 0, sizeof shop->blames[i].ns);
    shop->blames[1].ns[CAUSE_DOWN] = 9 * small_second;
    shop->blames[1].ns[CAUSE_CONFIRM] = 3 * small_second;
    cr_assert(metrics_compute(&spec, &run.first, 1, &run.metrics, NULL));
    verdict_add(&text, &spec, &run);
    cr_expect_str_eq(text_string(&text), "sync: shop is blocked 60 % of its time, all of it for bank.pay "
                                         "(waiting for what was down 75 %, waiting for confirmations 25 %).");
    text_finish(&text);
    metric_table_finish(&run.metrics);
    result_finish(&run.first);
    spec_finish(&spec);
}

Test(table, a_component_without_workers_time_had_nothing_to_do)
{
    struct spec spec = small_spec();
    struct policy_run run = {.name = "sync", .first = small_result()};
    struct text text = {0};
    run.first.components[SMALL_SHOP].total_ns = 0;
    cr_assert(metrics_compute(&spec, &run.first, 1, &run.metrics, NULL));
    verdict_add(&text, &spec, &run);
    cr_expect_str_eq(text_string(&text), "sync: shop had nothing to do.");
    text_finish(&text);
    metric_table_finish(&run.metrics);
    result_finish(&run.first);
    spec_finish(&spec);
}
