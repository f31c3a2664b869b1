#include "experiment/metrics.h"

#include "small_run.h"

static struct spec spec;
static struct result result;
static struct metric_table table;

static void compute(struct result made)
{
    spec = small_spec();
    result = made;
    cr_assert(metrics_compute(&spec, &result, 1, &table, NULL));
}

static void forget(void)
{
    metric_table_finish(&table);
    result_finish(&result);
    spec_finish(&spec);
}

struct expected {
    const char *name;
    double value;
    enum metric_unit unit;
};

static void expect_all(const struct expected *expected, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct metric *metric = metric_find(&table, expected[i].name);
        cr_assert_not_null(metric, "%s is missing", expected[i].name);
        cr_expect_float_eq(metric->value, expected[i].value, 1e-9, "%s is %.12g, not %.12g", expected[i].name,
                           metric->value, expected[i].value);
        cr_expect_eq(metric->unit, expected[i].unit, "%s", expected[i].name);
        cr_expect(isnan(metric->half_width));
        cr_expect_gt(strlen(metric->meaning), 3);
    }
}

#define EXPECT_ALL(list) expect_all((list), sizeof(list) / sizeof *(list))

Test(metrics, of_the_whole)
{
    static const struct expected expected[] = {
        {"throughput", 4.0, METRIC_PER_SECOND},
        {"completions", 3.0, METRIC_PER_SECOND},
        {"offered.rate", 5.0, METRIC_PER_SECOND},
        {"offered", 50.0, METRIC_COUNT},
        {"ok", 40.0, METRIC_COUNT},
        {"ok.share", 0.8, METRIC_SHARE},
        {"error.share", 0.1, METRIC_SHARE},
        {"rejected", 3.0, METRIC_COUNT},
        {"open.share", 0.04, METRIC_SHARE},
        {"response.mean", 0.2, METRIC_SECONDS},
        {"response.max", 0.3, METRIC_SECONDS},
        {"response.min", 0.1, METRIC_SECONDS},
        {"completion.p50", 0.5, METRIC_SECONDS},
        {"response.split.work", 0.15, METRIC_SECONDS},
        {"response.split.wire_out", 0.05, METRIC_SECONDS},
        {"response.slow_split.inbox", 0.3, METRIC_SECONDS},
        {"places.on_links.mean", 0.3, METRIC_COUNT},
        {"places.in_queues.mean", 0.0, METRIC_COUNT},
        {"events", 1234.0, METRIC_COUNT},
    };
    compute(small_result());
    EXPECT_ALL(expected);
    /* 40 values, each 0.1 from the mean */
    cr_assert_float_eq(metric_value(&table, "response.sd"), 0.1 * sqrt(40.0 / 39.0), 1e-9);
    /* the histogram is right to one part in 1024 */
    cr_assert_float_eq(metric_value(&table, "response.p50"), 0.1, 0.0001);
    cr_assert_float_eq(metric_value(&table, "response.p99.9"), 0.3, 0.0003);
    forget();
}

Test(metrics, of_components_and_links)
{
    static const struct expected expected[] = {
        {"shop.busy", 0.2, METRIC_SHARE},
        {"shop.ready", 0.05, METRIC_SHARE},
        {"shop.blocked", 0.6, METRIC_SHARE},
        {"shop.idle", 0.15, METRIC_SHARE},
        {"shop.down", 0.0, METRIC_SHARE},
        {"shop.workers.blocked", 1.2, METRIC_COUNT},
        {"shop.inbox.mean", 0.5, METRIC_COUNT},
        {"shop.inbox.max", 7.0, METRIC_COUNT},
        {"shop.present", 1.5, METRIC_COUNT},
        {"shop.throughput", 4.5, METRIC_PER_SECOND},
        {"shop.started", 48.0, METRIC_COUNT},
        {"shop.rejected", 3.0, METRIC_COUNT},
        {"shop.dropped", 0.0, METRIC_COUNT},
        {"shop.wait.mean", 0.0125, METRIC_SECONDS},
        {"shop.wait.share", 0.25, METRIC_SHARE},
        {"bank.busy", 0.6, METRIC_SHARE},
        {"wire.out.messages", 4.0, METRIC_PER_SECOND},
        {"wire.back.messages", 2.0, METRIC_PER_SECOND},
        {"wire.out.utilisation", 0.5, METRIC_SHARE},
        {"wire.back.utilisation", 0.0, METRIC_SHARE},
        {"wire.out.in_flight", 0.2, METRIC_COUNT},
        {"wire.back.in_flight", 0.1, METRIC_COUNT},
    };
    compute(small_result());
    EXPECT_ALL(expected);
    cr_assert(isnan(metric_value(&table, "bank.wait.mean")), "nobody waited: no mean");
    forget();
}

Test(metrics, blame_sums_to_the_blocked_share)
{
    static const struct expected expected[] = {
        {"shop.blocked_on.bank.pay", 0.5, METRIC_SHARE},
        {"shop.blocked_on.bank.pay.work", 0.3, METRIC_SHARE},
        {"shop.blocked_on.bank.pay.wire_out", 0.1, METRIC_SHARE},
        {"shop.blocked_on.bank.pay.wire_back", 0.1, METRIC_SHARE},
        {"shop.blocked_on.bank.pay.queue", 0.0, METRIC_SHARE},
        {"shop.blocked_on.io", 0.1, METRIC_SHARE},
        {"shop.blocked_on.io.io", 0.1, METRIC_SHARE},
        {"shop.blocked_for.work", 0.3, METRIC_SHARE},
        {"shop.blocked_for.io", 0.1, METRIC_SHARE},
    };
    compute(small_result());
    EXPECT_ALL(expected);
    size_t n;
    const struct metric *callees = metric_callees(&table, "shop", &n);
    double sum = 0.0;
    cr_assert_eq(n, 2);
    cr_assert_str_eq(metric_callee_name(&callees[0], "shop"), "bank.pay");
    cr_assert_str_eq(metric_callee_name(&callees[1 + CAUSES], "shop"), "io");
    for (size_t i = 0; i < n; i++)
        sum += callees[i * (1 + CAUSES)].value;
    cr_assert_float_eq(sum, metric_value(&table, "shop.blocked"), 1e-12);
    metric_callees(&table, "bank", &n);
    cr_assert_eq(n, 0);
    forget();
}

Test(metrics, of_queues)
{
    static const struct expected expected[] = {
        {"bank.pay.depth.mean", 2.0, METRIC_COUNT},
        {"bank.pay.depth.max", 9.0, METRIC_COUNT},
        {"bank.pay.oldest.max", 3.0, METRIC_SECONDS},
        {"bank.pay.wait.p99", 0.5, METRIC_SECONDS},
        {"bank.pay.published", 45.0, METRIC_COUNT},
        {"bank.pay.consumed", 38.0, METRIC_COUNT},
        {"bank.pay.dropped", 2.0, METRIC_COUNT},
        {"bank.pay.rejected", 3.0, METRIC_COUNT},
        {"bank.pay.waiting", 2.0, METRIC_COUNT},
        {"shop.blocked", 0.0, METRIC_SHARE},
        /* 40 stayed, 0.5 s each, and 20 s is the area: L = lambda W */
        {"bank.pay.little", 1.0, METRIC_COUNT},
    };
    compute(small_queue_result());
    EXPECT_ALL(expected);
    cr_assert_null(metric_find(&table, "bank.pay.nonsense"));
    forget();
}

Test(metrics, of_queues_that_lose)
{
    struct result lossy = small_queue_result();
    lossy.queues[0].published += 5;
    lossy.queues[0].lost = 5;
    compute(lossy);
    cr_assert_float_eq(metric_value(&table, "bank.pay.lost"), 5.0, 0.0);
    cr_assert_float_eq(metric_value(&table, "bank.pay.little"), 1.0, 1e-9,
                       "what got lost never came to wait");
    forget();
}

Test(metrics, of_calls)
{
    static const struct expected expected[] = {
        {"bank.pay.calls", 40.0, METRIC_COUNT},
        {"bank.pay.attempts", 50.0, METRIC_COUNT},
        {"bank.pay.amplification", 1.25, METRIC_COUNT},
        {"bank.pay.executions", 0.95, METRIC_COUNT},
        {"bank.pay.timeouts", 12.0, METRIC_COUNT},
        {"bank.pay.retries", 10.0, METRIC_COUNT},
        {"bank.pay.messages_lost", 6.0, METRIC_COUNT},
        {"bank.pay.short_circuited", 1.0, METRIC_COUNT},
        {"bank.pay.pool_full", 2.0, METRIC_COUNT},
        {"bank.pay.over_budget", 3.0, METRIC_COUNT},
        {"bank.pay.late", 4.0, METRIC_COUNT},
        {"bank.pay.executed_0", 0.1, METRIC_SHARE},
        {"bank.pay.executed_1", 0.85, METRIC_SHARE},
        {"bank.pay.executed_2", 0.05, METRIC_SHARE},
        {"bank.pay.believed.ok", 0.8, METRIC_SHARE},
        {"bank.pay.believed.ok.executed_0", 0.0, METRIC_SHARE},
        {"bank.pay.believed.ok.executed_1", 0.75, METRIC_SHARE},
        {"bank.pay.believed.ok.executed_2", 0.05, METRIC_SHARE},
        {"bank.pay.believed.ok.executed", 0.8, METRIC_SHARE},
        {"bank.pay.believed.error", 0.05, METRIC_SHARE},
        {"bank.pay.believed.error.executed", 0.0, METRIC_SHARE},
        {"bank.pay.believed.timed_out", 0.15, METRIC_SHARE},
        {"bank.pay.believed.timed_out.executed_0", 0.05, METRIC_SHARE},
        {"bank.pay.believed.timed_out.executed_1", 0.1, METRIC_SHARE},
        {"bank.pay.believed.timed_out.executed", 0.1, METRIC_SHARE},
        {"bank.pay.believed.accepted", 0.0, METRIC_SHARE},
        {"bank.pay.believed.abandoned", 0.0, METRIC_SHARE},
        {"bank.pay.believed.still_waiting.executed_2", 0.0, METRIC_SHARE},
        {"shop.buy.calls", 0.0, METRIC_COUNT},
        /* 1.5 of the 4 s of the shop and the 6 s of the bank */
        {"wasted", 0.15, METRIC_SHARE},
    };
    struct result doubtful = small_result();
    small_doubt(&doubtful);
    compute(doubtful);
    EXPECT_ALL(expected);
    cr_assert(isnan(metric_value(&table, "shop.buy.amplification")), "a share of no calls is none");
    cr_assert(isnan(metric_value(&table, "shop.buy.believed.ok")));
    forget();
}

/* ---- when something goes wrong ---- */

static void small_event(const char *name)
{
    spec.events = realloc(spec.events, (spec.n_events + 1) * sizeof *spec.events);
    spec.events[spec.n_events++] = (struct event_spec){.name = text_copy(name), .kind = EVENT_CUT};
}

/* The bank crashes once, with 5 requests in it; of 50 requests 6 have lost effects, and 2 were done twice. */
static struct result small_faults(void)
{
    struct result r = small_queue_result();
    small_doubt(&r);
    r.components[SMALL_BANK].crashes = 1;
    r.components[SMALL_BANK].lost_in_crash = 5;
    r.components[SMALL_BANK].met_down = 4;
    r.components[SMALL_SHOP].crashes = 2;
    struct queue_result *q = &r.queues[0];
    q->stay_ns = 25 * small_second;
    q->lost_in_crash = 1, q->expired = 2, q->dead_lettered = 3;
    q->deliveries = 50, q->redelivered = 10, q->deduplicated = 4, q->resent = 6;
    struct call_result *pay = &r.calls[SMALL_PAY];
    pay->hedges = 7, pay->cancelled = 8, pay->expired = 9, pay->deduplicated = 10, pay->connections = 11;
    pay->hung = 12;
    r.calls[SMALL_BUY].hung = 1;
    r.calls[SMALL_BUY].lost = 3;
    r.effects[EFFECTS_DONE] = 40;
    r.effects[EFFECTS_PARTLY] = 4;
    r.effects[EFFECTS_NONE] = 2;
    r.effects[EFFECTS_TWICE] = 2;
    r.effects[EFFECTS_OPEN] = 2;
    r.lost = 5;
    return r;
}

Test(metrics, of_faults)
{
    static const struct expected expected[] = {
        {"crashes", 3.0, METRIC_COUNT},
        {"hung", 13.0, METRIC_COUNT},
        {"messages_lost", 9.0, METRIC_COUNT},
        {"effects.done", 40.0, METRIC_COUNT},
        {"effects.done.share", 0.8, METRIC_SHARE},
        {"effects.partly.share", 0.08, METRIC_SHARE},
        {"effects.none", 2.0, METRIC_COUNT},
        {"effects.twice", 2.0, METRIC_COUNT},
        {"effects.open.share", 0.04, METRIC_SHARE},
        {"lost", 5.0, METRIC_COUNT},
        {"lost.share", 0.1, METRIC_SHARE},
        {"response.split.down", 0.0, METRIC_SECONDS},
        {"response.split.confirm", 0.0, METRIC_SECONDS},
        {"places.dead_lettered.mean", 0.0, METRIC_COUNT},
        {"bank.crashes", 1.0, METRIC_COUNT},
        {"bank.lost_in_crash", 5.0, METRIC_COUNT},
        {"bank.met_down", 4.0, METRIC_COUNT},
        {"bank.pay.lost_in_crash", 1.0, METRIC_COUNT},
        {"bank.pay.expired", 2.0, METRIC_COUNT},
        {"bank.pay.dead_lettered", 3.0, METRIC_COUNT},
        {"bank.pay.deliveries", 50.0, METRIC_COUNT},
        {"bank.pay.redelivered", 10.0, METRIC_COUNT},
        {"bank.pay.deliveries_per_message", 1.25, METRIC_COUNT},
        {"bank.pay.deduplicated", 4.0, METRIC_COUNT},
        {"bank.pay.resent", 6.0, METRIC_COUNT},
        {"bank.pay.hedges", 7.0, METRIC_COUNT},
        {"bank.pay.cancelled", 8.0, METRIC_COUNT},
        {"bank.pay.past_deadline", 9.0, METRIC_COUNT},
        {"bank.pay.answered_again", 10.0, METRIC_COUNT},
        {"bank.pay.connections", 11.0, METRIC_COUNT},
        {"bank.pay.hung", 12.0, METRIC_COUNT},
        /* 20 s of area over 25 s of stays */
        {"bank.pay.little", 0.8, METRIC_COUNT},
    };
    compute(small_faults());
    EXPECT_ALL(expected);
    forget();
}

Test(metrics, nothing_offered_or_delivered_has_no_share)
{
    struct result idle = small_queue_result();
    idle.offered = 0;
    compute(idle);
    cr_expect(isnan(metric_value(&table, "effects.done.share")));
    cr_expect(isnan(metric_value(&table, "lost.share")));
    cr_expect(isnan(metric_value(&table, "bank.pay.deliveries_per_message")));
    cr_expect_float_eq(metric_value(&table, "effects.done"), 0.0, 0.0);
    cr_expect_float_eq(metric_value(&table, "hung"), 0.0, 0.0);
    forget();
}

/* ---- what followed from events ---- */

static struct result after_event(struct disturbance disturbance)
{
    struct result r = small_result();
    r.n_disturbances = 1;
    r.disturbances = calloc(1, sizeof *r.disturbances);
    r.disturbances[0] = disturbance;
    return r;
}

Test(metrics, of_events)
{
    static const struct expected expected[] = {
        {"event.the-wire-is-cut.noticed_after", 1.2, METRIC_SECONDS},
        {"event.the-wire-is-cut.noticed.share", 1.0, METRIC_SHARE},
        {"event.the-wire-is-cut.grew_after", 0.2, METRIC_SECONDS},
        {"event.the-wire-is-cut.grew.share", 1.0, METRIC_SHARE},
        {"event.the-wire-is-cut.gone_after", 200.0, METRIC_SECONDS},
        {"event.the-wire-is-cut.gone.share", 1.0, METRIC_SHARE},
        {"event.the-wire-is-cut.hidden_for", 1.0, METRIC_SECONDS},
        {"event.the-wire-is-cut.backlog_most", 600.0, METRIC_COUNT},
        {"event.the-wire-is-cut.backlog_before", 2.5, METRIC_COUNT},
        {"event.the-wire-is-cut.notice_at", 0.08, METRIC_SECONDS},
    };
    compute(after_event(
        (struct disturbance){1200 * SMALL_MS, 200 * SMALL_MS, 200 * small_second, 600, 80 * SMALL_MS, 2.5}));
    metric_table_finish(&table);
    small_event("the wire is cut!");
    small_event("one of which the result does not know");
    cr_assert(metrics_compute(&spec, &result, 1, &table, NULL));
    EXPECT_ALL(expected);
    cr_expect(isnan(metric_value(&table, "event.one-of-which-the-result-does-not-know.noticed.share")));
    cr_assert_not_null(metric_find(&table, "event.one-of-which-the-result-does-not-know.backlog_most"));
    forget();
}

static void expect_hidden(int64_t noticed_ns, int64_t grew_ns, int64_t gone_ns, double expected)
{
    compute(after_event((struct disturbance){noticed_ns, grew_ns, gone_ns, 1, -1, 0.0}));
    metric_table_finish(&table);
    small_event("!");
    cr_assert(metrics_compute(&spec, &result, 1, &table, NULL));
    double hidden = metric_value(&table, "event.event.hidden_for");
    cr_expect(isnan(expected) ? isnan(hidden) : hidden == expected, "%g is not %g", hidden, expected);
    cr_expect(isnan(metric_value(&table, "event.event.notice_at")));
    forget();
}

Test(metrics, what_was_hidden_from_users)
{
    expect_hidden(5 * small_second, 2 * small_second, -1, 3.0);
    expect_hidden(-1, 2 * small_second, 9 * small_second, 7.0);
    expect_hidden(2 * small_second, 5 * small_second, 9 * small_second, 0.0);
    expect_hidden(-1, 2 * small_second, -1, (double)NAN);
    expect_hidden(2 * small_second, -1, -1, (double)NAN);
    expect_hidden(-1, -1, 9 * small_second, (double)NAN);
}

/* Noticed after 1 s and after 3 s, and once not at all. */
Test(metrics, the_mean_over_replications_is_of_those_in_which_it_happened)
{
    struct result results[3] = {after_event((struct disturbance){small_second, -1, -1, 1, -1, 0.0}),
                                after_event((struct disturbance){-1, -1, -1, 1, -1, 0.0}),
                                after_event((struct disturbance){3 * small_second, -1, -1, 1, -1, 0.0})};
    spec = small_spec();
    small_event("cut");
    cr_assert(metrics_compute(&spec, results, 3, &table, NULL));
    cr_expect_float_eq(metric_value(&table, "event.cut.noticed_after"), 2.0, 1e-12);
    cr_expect_float_eq(metric_value(&table, "event.cut.noticed.share"), 2.0 / 3.0, 1e-12);
    cr_expect_float_eq(metric_value(&table, "event.cut.gone.share"), 0.0, 0.0);
    for (int i = 0; i < 3; i++)
        result_finish(&results[i]);
    metric_table_finish(&table);
    spec_finish(&spec);
}

static void expect_word(const char *name, const char *expected)
{
    char *word = spec_event_word(name);
    cr_expect_str_eq(word, expected, "\"%s\" becomes \"%s\"", name, word);
    free(word);
}

Test(metrics, words_of_events)
{
    expect_word("cut", "cut");
    expect_word("the line to the bank is cut", "the-line-to-the-bank-is-cut");
    expect_word("  2nd, (last) cut_off! ", "2nd-last-cut-off");
    expect_word("Br\u00fccke", "Br-cke");
    expect_word("", "event");
    expect_word("...", "event");
    expect_word("a", "a");
    expect_word("az/AZ:09@x[y`z{", "az-AZ-09-x-y-z"); /* these stand beside the letters and digits in ASCII */
}

/* Who calls decides, not what happened: all replications must have the same metrics. */
Test(metrics, of_calls_only_of_endpoints_that_are_called)
{
    compute(small_result());
    cr_assert_not_null(metric_find(&table, "bank.pay.calls"), "called by a step within a choice");
    cr_assert_not_null(metric_find(&table, "shop.buy.calls"), "called by users");
    metric_table_finish(&table);
    spec.endpoints[SMALL_BUY].n_steps = 1;
    spec.endpoints[SMALL_BUY].steps[0].n_branches = 0;
    cr_assert(metrics_compute(&spec, &result, 1, &table, NULL));
    cr_assert_null(metric_find(&table, "bank.pay.calls"));
    metric_table_finish(&table);
    struct arrival_spec arrivals[] = {{.endpoint = SMALL_PAY}};
    spec.loads[0].kind = LOAD_TRACE;
    spec.loads[0].arrivals = arrivals;
    spec.loads[0].n_arrivals = 1;
    cr_assert(metrics_compute(&spec, &result, 1, &table, NULL));
    cr_assert_not_null(metric_find(&table, "bank.pay.calls"), "named by a trace");
    cr_assert_null(metric_find(&table, "shop.buy.calls"), "a trace names its endpoints itself");
    spec.loads[0].arrivals = NULL;
    spec.loads[0].n_arrivals = 0;
    spec.endpoints[SMALL_BUY].n_steps = 2;
    spec.endpoints[SMALL_BUY].steps[0].n_branches = 1;
    forget();
}

Test(metrics, of_loads_only_where_there_are_several)
{
    compute(small_result());
    cr_assert_null(metric_find(&table, "users.offered"));
    metric_table_finish(&table);
    result.n_loads = spec.n_loads = 2;
    result.loads = realloc(result.loads, 2 * sizeof *result.loads);
    spec.loads = realloc(spec.loads, 2 * sizeof *spec.loads);
    result.loads[1] = (struct load_result){.offered = 4,
                                           .outcomes = {[OUTCOME_OK] = 1, [OUTCOME_OPEN] = 3},
                                           .effects = {[EFFECTS_NONE] = 2, [EFFECTS_OPEN] = 2},
                                           .lost = 1};
    small_add(&result.loads[1].response, 1, 250 * SMALL_MS);
    spec.loads[1] = (struct load_spec){.name = text_copy("night"), .endpoint = SMALL_BUY};
    cr_assert(metrics_compute(&spec, &result, 1, &table, NULL));
    cr_assert_float_eq(metric_value(&table, "night.offered"), 4.0, 0.0);
    cr_assert_float_eq(metric_value(&table, "night.open.share"), 0.75, 1e-12);
    cr_assert_float_eq(metric_value(&table, "night.response.p99"), 0.25, 1e-9);
    cr_assert_float_eq(metric_value(&table, "night.effects.none.share"), 0.5, 1e-12);
    cr_assert_float_eq(metric_value(&table, "night.lost"), 1.0, 0.0);
    cr_assert(isnan(metric_value(&table, "users.response.p99")));
    forget();
}

Test(metrics, nothing_answered_is_nan_not_zero)
{
    struct result empty = small_result();
    histogram_clear(&empty.response);
    histogram_clear(&empty.completion);
    compute(empty);
    cr_assert(isnan(metric_value(&table, "response.p99")));
    cr_assert(isnan(metric_value(&table, "response.split.work")));
    cr_assert_not(isnan(metric_value(&table, "throughput")));
    forget();
}

static void expect_unique(void)
{
    cr_assert(metric_table_name(&table));
    for (size_t i = 0; i < table.n; i++)
        cr_expect_eq(metric_find(&table, table.metrics[i].name), &table.metrics[i], "%s",
                     table.metrics[i].name);
}

/* A queue and the calls of its endpoint share a prefix. */
Test(metrics, names_are_unique)
{
    compute(small_faults());
    metric_table_finish(&table);
    small_event("cut");
    cr_assert(metrics_compute(&spec, &result, 1, &table, NULL));
    expect_unique();
    forget();
}

/* Endpoints may be called as families of metrics are. */
Test(metrics, names_are_unique_whatever_endpoints_are_called)
{
    static const char *const names[] = {
        "bank.inbox", "bank.wait",     "bank.workers",  "bank.blocked", "bank.blocked_on", "bank.blocked_for",
        "bank.out",   "bank.response", "bank.believed", "bank.crashes", "bank.effects",    "bank.event"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        compute(small_queue_result());
        metric_table_finish(&table);
        free(spec.endpoints[SMALL_PAY].name);
        free(result.queues[0].name);
        spec.endpoints[SMALL_PAY].name = text_copy(names[i]);
        result.queues[0].name = text_copy("jobs");
        cr_assert(metrics_compute(&spec, &result, 1, &table, NULL));
        expect_unique();
        size_t n;
        metric_callees(&table, "bank", &n);
        cr_expect_eq(n, 0, "%s is no callee of its own component", names[i]);
        metric_callees(&table, "shop", &n);
        cr_expect_eq(n, 2);
        forget();
    }
}

Test(metrics, mean_and_interval_over_replications)
{
    struct result results[3] = {small_result(), small_result(), small_result()};
    spec = small_spec();
    results[0].answered = 10;
    results[1].answered = 20;
    results[2].answered = 30;
    histogram_clear(&results[1].response);
    cr_assert(metrics_compute(&spec, results, 3, &table, NULL));
    const struct metric *throughput = metric_find(&table, "throughput");
    cr_assert_float_eq(throughput->value, 2.0, 1e-12);
    /* t(0.975, 2) = 4.302653, sd = 1 */
    cr_assert_float_eq(throughput->half_width, 4.302653 / sqrt(3.0), 1e-6);
    const struct metric *response = metric_find(&table, "response.mean");
    cr_assert_float_eq(response->value, 0.2, 1e-12, "over the two that have it");
    cr_assert_float_eq(response->half_width, 0.0, 1e-12);
    cr_assert_eq(table.n_replications, 3);
    size_t at = (size_t)(throughput - table.metrics);
    cr_assert_float_eq(table.values[2 * table.n + at], 3.0, 1e-12);
    for (int i = 0; i < 3; i++)
        result_finish(&results[i]);
    metric_table_finish(&table);
    spec_finish(&spec);
}

/* Whatever was looked at before, and how. */
Test(metrics, a_value_does_not_need_its_name)
{
    struct result results[2] = {small_faults(), small_faults()};
    struct metric_table named;
    results[1].answered /= 2;
    spec = small_spec();
    small_event("cut");
    cr_assert(metrics_compute(&spec, results, 2, &table, NULL));
    cr_assert(metrics_compute(&spec, results, 2, &named, NULL));
    cr_assert(metric_table_name(&named));
    cr_assert_eq(named.n, table.n);
    for (size_t i = 0; i < named.n; i++) {
        double value = metric_value(&table, named.metrics[i].name), whole = named.metrics[i].value;
        cr_expect(value == whole || (isnan(value) && isnan(whole)), "%s", named.metrics[i].name);
    }
    cr_expect(isnan(metric_value(&table, "shop.blocked_on.nobody")));
    cr_expect(isnan(metric_value(&table, "shop.")));
    cr_expect_null(metric_find(&table, "shop"));
    cr_expect_null(metric_find(&table, ""));
    for (int i = 0; i < 2; i++)
        result_finish(&results[i]);
    metric_table_finish(&named);
    metric_table_finish(&table);
    spec_finish(&spec);
}

Test(metrics, as_many_names_as_numbers)
{
    size_t n;
    compute(small_queue_result());
    double *numbers = metrics_measure(&spec, &result, &n);
    cr_assert_not_null(numbers);
    cr_assert_eq(n, table.n);
    for (size_t i = 0; i < n; i++)
        cr_expect(numbers[i] == table.values[i] || isnan(numbers[i]));
    free(numbers);
    cr_expect(metric_table_name(&table));
    for (size_t i = 0; i < n; i++)
        cr_expect_gt(strlen(table.metrics[i].name), 1);
    forget();
}

/* t(0.995) and t(0.975) with one degree of freedom: 63.656741, 12.706205. */
Test(metrics, intervals_at_the_level_of_the_spec)
{
    struct result results[2] = {small_result(), small_result()};
    spec = small_spec();
    results[0].answered = 10;
    results[1].answered = 30;
    cr_assert(metrics_compute(&spec, results, 2, &table, NULL));
    cr_expect_eq(table.level, 0.95);
    cr_expect_float_eq(metric_find(&table, "throughput")->half_width, 12.706205, 1e-6);
    metric_table_finish(&table);
    spec.run.confidence = 0.99;
    cr_assert(metrics_compute(&spec, results, 2, &table, NULL));
    cr_expect_eq(table.level, 0.99);
    cr_expect_float_eq(metric_find(&table, "throughput")->half_width, 63.656741, 1e-6);
    for (int i = 0; i < 2; i++)
        result_finish(&results[i]);
    metric_table_finish(&table);
    spec_finish(&spec);
}

Test(metrics, words)
{
    cr_assert_str_eq(metric_word("wire out").chars, "wire_out");
    cr_assert_str_eq(metric_word("io").chars, "io");
    cr_assert_str_eq(metric_word("dead-lettered").chars, "dead_lettered");
    cr_assert_eq(strlen(metric_word("a name that is far too long to be a word, so that it is cut").chars),
                 47);
}
