#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "experiment/files.h"
#include "report/plot/gnuplot.h"
#include "report/plot/plot_figure.h"
#include "report/plot/plot_kinds.h"
#include "report/plot/plot_series.h"
#include "report/plot/plot_shade.h"
#include "report/plot/plots.h"
#include "report/plot/timeline.h"

#define S INT64_C(1000000000)

/* ---- a run made by hand: two components, one queue, five samples, two requests ---- */

enum { N_SAMPLES = 5 };

struct run {
    struct spec spec;
    struct component_spec components[2];
    struct policy_spec policies[2];
    struct experiment experiment;
    struct policy_run runs[2];
    struct component_result results[2][2];
    struct queue_result queues[1];
    struct system_sample samples[2][N_SAMPLES];
    struct component_sample component_samples[2][N_SAMPLES][2];
    struct queue_sample queue_samples[N_SAMPLES];
    struct trace_span spans[2][4];
    struct trace_arrow arrows[2][4];
    struct endpoint_spec endpoints[2];
    struct call_result calls[2][2];
    struct event_spec events[2];
    struct disturbance disturbances[2][2];
    struct outage outages[2][3];
};

/* Samples at 0, 1, 2, 3 and 4 s; the warm-up ends at 1 s, when the sums of worker time begin anew. `shop` is
 * busy for a quarter of the time and under sync blocked for a half. */
static void fill_samples(struct run *run, int p)
{
    static const int64_t waiting[N_SAMPLES] = {0, 3, 7, 2, 0};
    for (int i = 0; i < N_SAMPLES; i++) {
        struct system_sample *sample = &run->samples[p][i];
        int64_t since = i < 1 ? 0 : i - 1; /* whole seconds of measured time */
        *sample = (struct system_sample){.at_ns = i * S,
                                         .offered = 10 * (uint64_t)i,
                                         .answered = 10 * (uint64_t)i,
                                         .completed = p == 0 ? 10 * (uint64_t)i : 5 * (uint64_t)i,
                                         .components = run->component_samples[p][i],
                                         .response_ns = i * (p + 1) * S,
                                         .places = {[PLACE_LINK] = 1, [PLACE_EXECUTING] = 2},
                                         .queues = run->queue_samples};
        sample->places[p == 0 ? PLACE_INBOX : PLACE_QUEUE] = waiting[i];
        struct component_sample *shop = &sample->components[0], *bank = &sample->components[1];
        shop->worker_ns[WORKER_BUSY] = since * S;
        shop->worker_ns[WORKER_BLOCKED] = p == 0 ? since * 2 * S : 0;
        shop->worker_ns[WORKER_IDLE] = p == 0 ? since * S : since * 3 * S;
        bank->worker_ns[WORKER_IDLE] = since * S;
        bank->inbox = p == 0 ? waiting[i] : 0;
        if (p == 1)
            sample->queues = &run->queue_samples[i];
        run->queue_samples[i].depth = waiting[i];
    }
}

static void fill_trace(struct run *run, int p)
{
    struct trace_span *spans = run->spans[p];
    struct trace_arrow *arrows = run->arrows[p];
    spans[0] = (struct trace_span){.kind = SPAN_BUSY, .activation = 1, .from_ns = 0, .to_ns = 2 * S};
    spans[1] = (struct trace_span){
        .kind = SPAN_BUSY, .component = 1, .activation = 2, .from_ns = 3 * S, .to_ns = 5 * S};
    spans[2] = (struct trace_span){
        .kind = p == 0 ? SPAN_BLOCKED : SPAN_SUSPENDED, .activation = 1, .from_ns = 2 * S, .to_ns = 6 * S};
    arrows[0] = (struct trace_arrow){
        .kind = ARROW_REQUEST, .to = 1, .activation = 2, .sent_ns = 2 * S, .arrived_ns = 3 * S};
    arrows[1] = (struct trace_arrow){
        .kind = ARROW_REPLY, .from = 1, .activation = 2, .sent_ns = 5 * S, .arrived_ns = 6 * S};
    run->runs[p].trace = (struct trace_log){.spans = spans, .n_spans = 3, .arrows = arrows, .n_arrows = 2};
}

static void fill_results(struct run *run, int p)
{
    struct policy_run *result = &run->runs[p];
    result->name = run->policies[p].name;
    result->first = (struct result){.window_ns = 3 * S,
                                    .answered = 30,
                                    .completed = p == 0 ? 30 : 15,
                                    .n_components = 2,
                                    .components = run->results[p]};
    run->results[p][0].total_ns = 4 * S;
    run->results[p][0].worker_ns[WORKER_BUSY] = S;
    run->results[p][0].worker_ns[p == 0 ? WORKER_BLOCKED : WORKER_IDLE] = 3 * S;
    result->series = (struct series){.samples = run->samples[p], .n = N_SAMPLES};
    for (int i = 0; i < 1000; i++) {
        histogram_add(&result->first.response, (p + 1) * S);
        histogram_add(&result->first.completion, 2 * S);
    }
}

static void run_init(struct run *run)
{
    static char names[][8] = {"shop", "bank", "sync", "queue", "jobs"};
    *run = (struct run){.spec = {.name = names[0], .about = names[0], .n_components = 2, .n_policies = 2}};
    run->spec.run =
        (struct run_spec){.duration_ns = 4 * S, .warmup_ns = S, .replications = 1, .timeline_requests = 5};
    run->spec.components = run->components;
    run->spec.policies = run->policies;
    run->policies[1].rule.mode = CALL_QUEUE;
    run->experiment = (struct experiment){.policies = run->runs, .n_policies = 2};
    run->queues[0] = (struct queue_result){.name = names[4], .component = 1};
    for (int i = 0; i < 2; i++) {
        run->components[i].name = names[i];
        run->policies[i].name = names[2 + i];
        fill_samples(run, i);
        fill_trace(run, i);
        fill_results(run, i);
    }
    run->runs[1].first.queues = run->queues;
    run->runs[1].first.n_queues = run->runs[1].series.n_queues = 1;
}

/* Of the calls to bank.pay 4 in 20 time out under sync, half of them executed; under queue one is executed
 * twice, which is less often wrong. shop.ask never goes wrong. */
static void add_calls(struct run *run)
{
    static char names[][9] = {"shop.ask", "bank.pay"};
    run->spec.endpoints = run->endpoints;
    run->spec.n_endpoints = 2;
    for (int i = 0; i < 2; i++) {
        run->endpoints[i] = (struct endpoint_spec){.name = names[i], .component = (uint32_t)i};
        run->runs[i].first.calls = run->calls[i];
        run->calls[i][0] = (struct call_result){.calls = 9, .attempts = 9, .belief[BELIEF_OK] = {0, 9, 0}};
        run->calls[i][1] = (struct call_result){.calls = 20, .attempts = 30};
    }
    run->calls[0][1].belief[BELIEF_OK][1] = 16;
    run->calls[0][1].belief[BELIEF_TIMED_OUT][0] = run->calls[0][1].belief[BELIEF_TIMED_OUT][1] = 2;
    run->calls[1][1].belief[BELIEF_ACCEPTED][1] = 19;
    run->calls[1][1].belief[BELIEF_ACCEPTED][2] = 1;
}

/* The bank is down from 1 s to 2 s, and the wire is slow from then to the end. Under sync users notice half a
 * second later, and the backlog goes after two; under queue they never do, and it never does. By itself the
 * bank is down from 3 s on, for a moment. */
static void add_faults(struct run *run)
{
    static char names[][10] = {"bank down", "slow wire"};
    run->spec.events = run->events;
    run->spec.n_events = 2;
    for (int i = 0; i < 2; i++)
        run->components[i].replicas = 1;
    run->events[0] = (struct event_spec){.name = names[0],
                                         .kind = EVENT_DOWN,
                                         .from_ns = S,
                                         .until_ns = 2 * S,
                                         .component = 1,
                                         .replica = SPEC_NONE,
                                         .link = SPEC_NONE};
    run->events[1] = (struct event_spec){.name = names[1],
                                         .kind = EVENT_SLOW,
                                         .from_ns = 2 * S,
                                         .until_ns = INT64_MAX,
                                         .component = SPEC_NONE};
    for (int p = 0; p < 2; p++) {
        run->outages[p][0] =
            (struct outage){.component = 1, .link = SPEC_NONE, .from_ns = 3 * S, .until_ns = 3 * S + S / 10};
        run->disturbances[p][0] =
            (struct disturbance){p == 0 ? S / 2 : -1, S / 10, p == 0 ? 2 * S : -1, 7, S, 1.5};
        run->disturbances[p][1] = (struct disturbance){-1, -1, -1, 7, S, 3.0};
        run->runs[p].first.disturbances = run->disturbances[p];
        run->runs[p].first.outages = run->outages[p];
        run->runs[p].first.n_disturbances = 2;
        run->runs[p].first.n_outages = 1;
    }
}

static void run_finish(struct run *run)
{
    for (int p = 0; p < 2; p++) {
        histogram_finish(&run->runs[p].first.response);
        histogram_finish(&run->runs[p].first.completion);
    }
}

/* ---- files ---- */

static char folder[] = "/tmp/tandem-plots-XXXXXX";

static void make_folder(void)
{
    cr_assert_not_null(mkdtemp(folder));
}

static void remove_folder(void)
{
    static const char *const endings[] = {"csv", "gp", "svg", "png"};
    char path[128];
    for (size_t i = 0; i < n_plot_types; i++)
        for (size_t e = 0; e < 4; e++) {
            snprintf(path, sizeof path, "%s/plots/%s.%s", folder, plot_types[i].name, endings[e]);
            unlink(path);
        }
    snprintf(path, sizeof path, "%s/plots", folder);
    rmdir(path);
    snprintf(path, sizeof path, "%s/gnuplot", folder);
    unlink(path);
    cr_assert_eq(rmdir(folder), 0, "nothing else may be left in %s", folder);
}

static bool is_there(const char *name)
{
    char path[128];
    struct stat status;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return stat(path, &status) == 0;
}

static char *read_file(const char *name)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    cr_assert_not_null(file, "%s is not there", path);
    char *bytes = calloc(1, 1 << 20);
    cr_assert_gt(fread(bytes, 1, (1 << 20) - 1, file), 0);
    fclose(file);
    return bytes;
}

static void assert_file(const char *name, const char *expected)
{
    char *bytes = read_file(name);
    cr_assert_str_eq(bytes, expected, "%s is\n%s", name, bytes);
    free(bytes);
}

static void assert_drawn(struct run *run)
{
    struct error error = {0};
    bool drawn = false;
    char *program = gnuplot_find();
    cr_assert(plots_write(&run->spec, &run->experiment, folder, &drawn, &error), "%s", error_text(&error));
    cr_assert_eq(drawn, program != NULL);
    for (size_t i = 0; i < n_plot_types; i++)
        for (int ending = 0; ending < 4; ending++) {
            static const char *const endings[] = {"csv", "gp", "svg", "png"};
            char name[64];
            snprintf(name, sizeof name, "plots/%s.%s", plot_types[i].name, endings[ending]);
            bool wanted = strcmp(plot_types[i].name, "belief") == 0        ? run->calls[0][0].calls > 0
                          : strcmp(plot_types[i].name, "disturbance") == 0 ? run->spec.n_events > 0
                                                                           : true;
            cr_assert_eq(is_there(name), wanted && (ending < 2 || drawn), "%s", name);
        }
    free(program);
}

/* No gnuplot far and wide. */
static void write_only(struct run *run)
{
    struct error error = {0};
    bool drawn = true;
    setenv("PATH", "/nonexistent", 1);
    cr_assert(plots_write(&run->spec, &run->experiment, folder, &drawn, &error), "%s", error_text(&error));
    cr_assert_not(drawn);
}

static void assert_runs(const char *program, const char *script)
{
    struct error error = {0};
    struct gnuplot_process process;
    char path[128];
    snprintf(path, sizeof path, "%s/plots", folder);
    cr_assert(gnuplot_start(program, path, script, &process, &error), "%s", error_text(&error));
    cr_assert(gnuplot_wait(&process, &error), "%s", error_text(&error));
}

TestSuite(plots, .init = make_folder, .fini = remove_folder);

/* ---- the numbers ---- */

/* The first second is the warm-up; of the one that ends with it nothing is known: zeros, as nothing came
 * before. */
Test(plots, worker_time_data)
{
    struct run run;
    run_init(&run);
    write_only(&run);
    assert_file(
        "plots/worker-time.csv",
        "time_s,sync.shop.busy_share,sync.shop.ready_share,sync.shop.blocked_share,sync.shop.idle_share,"
        "sync.shop.down_share,sync.bank.busy_share,sync.bank.ready_share,sync.bank.blocked_share,"
        "sync.bank.idle_share,sync.bank.down_share,queue.shop.busy_share,queue.shop.ready_share,"
        "queue.shop.blocked_share,queue.shop.idle_share,queue.shop.down_share,queue.bank.busy_share,"
        "queue.bank.ready_share,queue.bank.blocked_share,queue.bank.idle_share,queue.bank.down_share\n"
        "0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0\n"
        "1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0\n"
        "1,0.25,0,0.5,0.25,0,0,0,0,1,0,0.25,0,0,0.75,0,0,0,0,1,0\n"
        "2,0.25,0,0.5,0.25,0,0,0,0,1,0,0.25,0,0,0.75,0,0,0,0,1,0\n"
        "2,0.25,0,0.5,0.25,0,0,0,0,1,0,0.25,0,0,0.75,0,0,0,0,1,0\n"
        "3,0.25,0,0.5,0.25,0,0,0,0,1,0,0.25,0,0,0.75,0,0,0,0,1,0\n"
        "3,0.25,0,0.5,0.25,0,0,0,0,1,0,0.25,0,0,0.75,0,0,0,0,1,0\n"
        "4,0.25,0,0.5,0.25,0,0,0,0,1,0,0.25,0,0,0.75,0,0,0,0,1,0\n");
    run_finish(&run);
}

Test(plots, workers_summary_data)
{
    struct run run;
    run_init(&run);
    write_only(&run);
    assert_file("plots/workers-summary.csv",
                "component,policy,y,busy_share,ready_share,blocked_share,idle_share,down_share\n"
                "shop,sync,79,0.25,0,0.75,0,0\n"
                "shop,queue,121,0.25,0,0,0.75,0\n"
                "bank,sync,221,0,0,0,0,0\n"
                "bank,queue,263,0,0,0,0,0\n");
    run_finish(&run);
}

/* Forty requests are too few for a rate: they are counted. */
Test(plots, few_requests_are_counted)
{
    struct run run;
    run_init(&run);
    write_only(&run);
    assert_file("plots/throughput.csv", "time_s,sync.answered,sync.completed,queue.answered,queue.completed\n"
                                        "0,0,0,0,0\n1,0,0,0,0\n1,10,10,10,5\n2,10,10,10,5\n2,20,20,20,10\n"
                                        "3,20,20,20,10\n3,30,30,30,15\n4,30,30,30,15\n4,40,40,40,20\n");
    run_finish(&run);
}

Test(plots, many_requests_have_a_rate)
{
    struct run run;
    run_init(&run);
    for (int i = 0; i < 2 * N_SAMPLES; i++)
        run.samples[i / N_SAMPLES][i % N_SAMPLES].answered *= 10;
    write_only(&run);
    assert_file("plots/throughput.csv",
                "time_s,sync.answered_per_s,sync.completed_per_s,queue.answered_per_s,queue.completed_per_s\n"
                "0,100,10,100,5\n1,100,10,100,5\n1,100,10,100,5\n2,100,10,100,5\n"
                "2,100,10,100,5\n3,100,10,100,5\n3,100,10,100,5\n4,100,10,100,5\n");
    run_finish(&run);
}

/* Under sync seven wait in the bank's inbox, under queue in the queue before it; shop never keeps anyone
 * waiting. */
Test(plots, backlog_data)
{
    struct run run;
    run_init(&run);
    write_only(&run);
    assert_file(
        "plots/backlog.csv",
        "time_s,sync.bank.inbox_depth,sync.bank.queue_depth,queue.bank.inbox_depth,queue.bank.queue_depth\n"
        "0,0,0,0,0\n1,0,0,0,0\n1,3,0,0,3\n2,3,0,0,3\n2,7,0,0,7\n3,7,0,0,7\n3,2,0,0,2\n4,2,0,0,2\n4,0,0,0,"
        "0\n");
    run_finish(&run);
}

/* Before the bank there are two queues now: each has a curve of its own. */
Test(plots, backlog_of_several_queues)
{
    static char more[] = "mails";
    struct run run;
    struct queue_sample depths[N_SAMPLES][2] = {{{0}}};
    struct queue_result queues[2];
    run_init(&run);
    queues[0] = queues[1] = run.queues[0];
    queues[1].name = more;
    run.runs[1].first.queues = queues;
    run.runs[1].first.n_queues = run.runs[1].series.n_queues = 2;
    for (int i = 0; i < N_SAMPLES; i++) {
        depths[i][0].depth = 1;
        depths[i][1].depth = i;
        run.samples[1][i].queues = depths[i];
    }
    write_only(&run);
    char *data = read_file("plots/backlog.csv"), *script = read_file("plots/backlog.gp");
    cr_assert_not_null(strstr(data, ",queue.bank.queue mails_depth,queue.bank.queue jobs_depth\n"), "%s",
                       data);
    cr_assert_not_null(strstr(data, "\n2,7,0,0,3,2,1\n"), "%s", data);
    cr_assert_not_null(strstr(script, "set label 'mails (max 4)' at"), "%s", script);
    cr_assert_not_null(strstr(script, "dashed: each queue"));
    free(data);
    free(script);
    run_finish(&run);
}

Test(plots, places_data)
{
    struct run run;
    run_init(&run);
    write_only(&run);
    char *data = read_file("plots/places.csv"), *script = read_file("plots/places.gp");
    cr_assert_eq(strncmp(data, "time_s,sync.on links,sync.in inboxes,sync.in queues,", 52), 0, "%s", data);
    cr_assert_not_null(strstr(data, "\n2,1,7,0,2,0,0,0,0,1,0,7,2,0,0,0,0\n"), "%s", data);
    cr_assert_not_null(strstr(
        script, "Under sync up to 10 messages are in the system at an instant, 70 % of them in inboxes"));
    cr_assert_not_null(strstr(script, "set label 'in queues' at"), "in the key");
    cr_assert_null(strstr(script, "set label 'blocked' at"), "nothing ever is");
    free(data);
    free(script);
    run_finish(&run);
}

/* Ten answers a second, each after 100 ms under sync and 200 ms under queue, and nobody fails. */
Test(plots, disturbance_data)
{
    struct run run;
    run_init(&run);
    write_only(&run);
    cr_assert_not(is_there("plots/disturbance.csv"), "nothing happened");
    add_faults(&run);
    for (int i = 0; i < N_SAMPLES; i++)
        run.samples[0][i].failed = i < 3 ? 0 : 10;
    write_only(&run);
    assert_file("plots/disturbance.csv",
                "time_s,sync.response_s,sync.error_share,sync.backlog,queue.response_s,queue.error_share,"
                "queue.backlog\n"
                "0,0.1,0,0,0.2,0,0\n1,0.1,0,0,0.2,0,0\n1,0.1,0,3,0.2,0,3\n2,0.1,0,3,0.2,0,3\n"
                "2,0.1,0.5,7,0.2,0,7\n3,0.1,0.5,7,0.2,0,7\n3,0.1,0,2,0.2,0,2\n4,0.1,0,2,0.2,0,2\n"
                "4,NaN,NaN,0,NaN,NaN,0\n");
    run_finish(&run);
}

Test(plots, disturbance_words)
{
    static const char *const words[] = {
        "bank down, 1 of 2 events: users of sync notice after 500 ms, those of queue never notice}'",
        "'sync noticed: 500 ms'",
        "'queue never noticed'",
        "'sync gone: 2 s'",
        "'queue never gone'",
        "'sync none'",
        "point pointtype 11",
    };
    struct run run;
    run_init(&run);
    add_faults(&run);
    write_only(&run);
    char *script = read_file("plots/disturbance.gp");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        cr_expect_not_null(strstr(script, words[i]), "%s is missing in\n%s", words[i], script);
    free(script);
    run_finish(&run);
}

static size_t count(const char *text, const char *word)
{
    size_t n = 0;
    for (const char *at = strstr(text, word); at; at = strstr(at + 1, word))
        n++;
    return n;
}

static struct plot_source source_of(const struct run *run)
{
    return (struct plot_source){&run->spec, &run->experiment};
}

static void expect_title(struct run *run, const char *name, const char *title)
{
    char path[64];
    snprintf(path, sizeof path, "plots/%s.gp", name);
    write_only(run);
    char *script = read_file(path);
    cr_expect_not_null(strstr(script, title), "%s is missing in\n%s", title, script);
    free(script);
}

/* An instant in a run of 4 s with 4 stretches: all of it is shown, as there are so few. */
Test(plots, a_short_event_is_not_magnified)
{
    struct run run;
    run_init(&run);
    add_faults(&run);
    run.spec.n_events = 1;
    run.events[0].until_ns = S + 1;
    run.disturbances[0][0].grew_ns = run.disturbances[1][0].grew_ns = -1;
    run.disturbances[0][0].gone_ns = run.disturbances[1][0].gone_ns = -1;
    expect_title(&run, "disturbance", "set xrange [0:4]");
    expect_title(&run, "disturbance", "bank down: users of sync notice");
    run_finish(&run);
}

Test(plots, more_workers_disturb_nobody)
{
    struct run run;
    run_init(&run);
    add_faults(&run);
    run.events[0].kind = EVENT_WORKERS;
    run.events[0].workers = 1;
    expect_title(&run, "disturbance", "slow wire, 1 of 2 events: users of sync never notice");
    char *script = read_file("plots/disturbance.gp");
    cr_expect_eq(count(script, "pointtype 11"), 2, "in the key alone");
    free(script);
    run.spec.n_events = 1;
    struct plot_source source = source_of(&run);
    cr_expect_not(plot_disturbance_wanted(&source));
    run_finish(&run);
}

Test(plots, who_works_and_who_is_blocked)
{
    struct run run;
    run_init(&run);
    expect_title(&run, "workers-summary",
                 "The workers of shop compute the most: 25 % of the time under sync}'");
    run.components[0].workers = SPEC_UNLIMITED;
    expect_title(&run, "workers-summary", "Under sync the workers of shop are blocked 75 % of the time");
    for (int p = 0; p < 2; p++)
        memset(run.results[p][0].worker_ns, 0, sizeof run.results[p][0].worker_ns);
    expect_title(&run, "workers-summary", "No worker does anything");
    run_finish(&run);
}

Test(plots, the_fastest_answers_as_many_as_others)
{
    struct run run;
    run_init(&run);
    run.runs[0].first.offered = run.runs[1].first.offered = 1000;
    expect_title(&run, "response-time", " under sync, within 2 s under queue}'");
    run.runs[0].first.offered = 2000;
    expect_title(&run, "response-time", "come within 2 s under queue; sync answers only 50 %}'");
    run_finish(&run);
}

/* Two tics would be 2.1 s apart: 5 s are too far. */
Test(plots, a_narrow_axis_has_more_than_its_zero)
{
    for (double seconds = 1.05; seconds < 100.0; seconds *= 1.1) {
        struct plot_axis axis = axis_of_time(seconds, plot_time_unit(seconds), 100);
        cr_expect_leq(axis.step, axis.to, "%g s: %g", seconds, axis.step);
    }
}

/* ---- shades ---- */

/* Two panels show two events and an outage each; the names stand once. */
Test(plots, events_and_outages_are_shaded)
{
    struct run run;
    run_init(&run);
    add_faults(&run);
    write_only(&run);
    char *script = read_file("plots/throughput.gp");
    cr_expect_eq(count(script, "fillstyle transparent solid"), 4, "%s", script);
    cr_expect_eq(count(script, "back fillcolor rgb '#666666'"), 2);
    cr_expect_eq(count(script, "set label 'bank down' at"), 1);
    cr_expect_eq(count(script, "set label 'slow wire' at"), 1);
    cr_expect_eq(count(script, "strip on top: outages"), 1);
    free(script);
    run_finish(&run);
}

/* Where policies met different outages each has its strip. */
Test(plots, outages_that_differ_have_colors)
{
    struct run run;
    run_init(&run);
    add_faults(&run);
    run.outages[1][0].until_ns += S;
    write_only(&run);
    char *script = read_file("plots/throughput.gp");
    cr_expect_eq(count(script, "back fillcolor rgb '#666666'"), 0);
    cr_expect_eq(count(script, "back fillcolor rgb '#D55E00'"), 2);
    cr_expect_eq(count(script, "back fillcolor rgb '#009E73'"), 2);
    free(script);
    run_finish(&run);
}

static size_t count_rectangles(const struct run *run, struct shade shade)
{
    struct plot_source source = source_of(run);
    struct figure figure = {.name = "none"};
    figure_shade(&figure, &source, (struct panel){0, 400, 0, 100}, shade);
    size_t n = count(text_string(&figure.script), "set object rectangle");
    text_finish(&figure.script);
    return n;
}

/* 10 ms are a pixel. */
Test(plots, outages_within_a_pixel_are_one)
{
    struct run run;
    run_init(&run);
    add_faults(&run);
    run.spec.n_events = 0;
    struct plot_source source = source_of(&run);
    struct shade shade = shade_of_run(&source);
    shade.policy = 0;
    run.runs[0].first.n_outages = 3;
    for (int i = 0; i < 3; i++)
        run.outages[0][i] = (struct outage){.component = 1,
                                            .link = SPEC_NONE,
                                            .from_ns = S + i * S / 100,
                                            .until_ns = S + i * S / 100 + 5 * S / 1000};
    cr_assert_eq(count_rectangles(&run, shade), 1);
    run.outages[0][2].from_ns += S;
    run.outages[0][2].until_ns += S;
    cr_assert_eq(count_rectangles(&run, shade), 2);
    shade.component = 0;
    cr_assert_eq(count_rectangles(&run, shade), 0, "it was the other one");
    shade.component = 1;
    shade.to_ns = 3 * S / 2;
    cr_assert_eq(count_rectangles(&run, shade), 1, "the last one is beyond the edge");
    run_finish(&run);
}

/* Both in the middle: the second has a line of its own, and there is none for the third. */
Test(plots, names_of_events_do_not_overlap)
{
    static char names[][6] = {"first", "other", "third"};
    struct event_spec events[3];
    struct run run;
    run_init(&run);
    for (int i = 0; i < 3; i++)
        events[i] = (struct event_spec){.name = names[i], .from_ns = 2 * S, .until_ns = 2 * S + 1};
    run.spec.events = events;
    struct plot_source source = source_of(&run);
    struct shade shade = shade_of_run(&source);
    cr_assert_eq(shade_names_height(&source, 0, 400, shade), 0);
    run.spec.n_events = 1;
    int line = shade_names_height(&source, 0, 400, shade);
    cr_assert_gt(line, 0);
    run.spec.n_events = 3;
    cr_assert_eq(shade_names_height(&source, 0, 400, shade), 2 * line);
    struct figure figure = {.name = "none"};
    figure_shade_names(&figure, &source, (struct panel){0, 400, 100, 200}, shade);
    cr_assert_not_null(strstr(text_string(&figure.script), "'other'"));
    cr_assert_null(strstr(text_string(&figure.script), "'third'"));
    text_finish(&figure.script);
    run_finish(&run);
}

/* The bank is down twice, and shop tries again. */
Test(plots, timeline_of_faults)
{
    struct run run;
    run_init(&run);
    add_faults(&run);
    run.arrows[0][0].attempt = 1;
    write_only(&run);
    char *data = read_file("plots/timeline.csv"), *script = read_file("plots/timeline.gp");
    cr_assert_not_null(strstr(data, "\nsync,down,bank,bank,1,2,1.46,2.14,\n"), "%s", data);
    cr_assert_not_null(strstr(data, "\nsync,down,bank,bank,3,3.1,1.46,2.14,\n"), "%s", data);
    cr_assert_not_null(strstr(data, "\nsync,message,shop,bank,2,3,0.84,1.46,2\n"), "%s", data);
    cr_assert_not_null(strstr(script, "set label 'down' at"), "in the key");
    cr_assert_not_null(strstr(script, "again('sync')"));
    cr_assert_null(strstr(script, "again('queue')"), "it did nothing twice");
    cr_assert_not_null(strstr(script, "; numbers: attempts"));
    free(data);
    free(script);
    run_finish(&run);
}

/* Under queue answer and completion are the same curve; under sync they are not. */
Test(plots, response_time_data)
{
    struct run run;
    run_init(&run);
    write_only(&run);
    char *bytes = read_file("plots/response-time.csv");
    cr_assert_eq(
        strncmp(bytes,
                "quantile,sync.response_s,sync.completion_s,queue.response_s\n0,1,2,2\n0.055939124,1,2,2\n",
                79),
        0, "%s", bytes);
    cr_assert_not_null(strstr(bytes, "\n0.9,1,2,2\n"));
    cr_assert_not_null(strstr(bytes, "\n0.999,1,2,2\n"));
    free(bytes);
    run_finish(&run);
}

/* shop's lane is the row from 0 to 1, bank's begins below it: 1.3, or 1.52 with a strip for who waits in
 * between. */
Test(plots, timeline_data)
{
    struct run run;
    run_init(&run);
    write_only(&run);
    assert_file("plots/timeline.csv", "policy,what,from,to,start_s,end_s,start_y,end_y,attempt\n"
                                      "sync,busy,shop,shop,0,2,0.16,0.84,\n"
                                      "sync,blocked,shop,shop,2,6,0.16,0.84,\n"
                                      "sync,busy,bank,bank,3,5,1.46,2.14,\n"
                                      "sync,message,shop,bank,2,3,0.84,1.46,1\n"
                                      "sync,reply,bank,shop,5,6,1.46,0.84,1\n"
                                      "queue,busy,shop,shop,0,2,0.16,0.84,\n"
                                      "queue,suspended,shop,shop,2,6,0.92,1.06,\n"
                                      "queue,busy,bank,bank,3,5,1.68,2.36,\n"
                                      "queue,message,shop,bank,2,3,0.84,1.68,1\n"
                                      "queue,reply,bank,shop,5,6,1.68,1.06,1\n");
    run_finish(&run);
}

/* The other end of what got lost is where it would have arrived: the script draws half of the way. */
Test(plots, timeline_of_what_got_lost)
{
    struct run run;
    run_init(&run);
    write_only(&run);
    char *script = read_file("plots/timeline.gp");
    cr_assert_null(strstr(script, "lost"), "nothing was");
    free(script);
    run.arrows[0][1].lost = true;
    write_only(&run);
    char *data = read_file("plots/timeline.csv");
    cr_assert_not_null(strstr(data, "\nsync,lost,bank,shop,5,6,1.46,0.84,1\n"), "%s", data);
    cr_assert_null(strstr(data, "sync,reply"));
    script = read_file("plots/timeline.gp");
    cr_assert_not_null(strstr(script, "set label 'lost' at"), "in the key");
    cr_assert_not_null(strstr(script, "is('sync','lost') ? 0.5*(t($5)+t($6))"));
    cr_assert_null(strstr(script, "is('queue','lost')"));
    free(data);
    free(script);
    run_finish(&run);
}

/* ---- beliefs ---- */

Test(plots, belief_data)
{
    struct run run;
    run_init(&run);
    add_calls(&run);
    write_only(&run);
    assert_file("plots/belief.csv", "policy,endpoint,believed,executed,is,calls,share,x,y\n"
                                    "sync,bank.pay,ok,never,wrong,0,0,0,0\n"
                                    "sync,bank.pay,ok,once,right,16,0.8,1,0\n"
                                    "sync,bank.pay,ok,more often,wrong,0,0,2,0\n"
                                    "sync,bank.pay,timed out,never,right,2,0.1,0,1\n"
                                    "sync,bank.pay,timed out,once,wrong,2,0.1,1,1\n"
                                    "sync,bank.pay,timed out,more often,wrong,0,0,2,1\n"
                                    "sync,bank.pay,accepted,never,wrong,0,0,0,2\n"
                                    "sync,bank.pay,accepted,once,right,0,0,1,2\n"
                                    "sync,bank.pay,accepted,more often,wrong,0,0,2,2\n"
                                    "queue,bank.pay,ok,never,wrong,0,0,0,0\n"
                                    "queue,bank.pay,ok,once,right,0,0,1,0\n"
                                    "queue,bank.pay,ok,more often,wrong,0,0,2,0\n"
                                    "queue,bank.pay,timed out,never,right,0,0,0,1\n"
                                    "queue,bank.pay,timed out,once,wrong,0,0,1,1\n"
                                    "queue,bank.pay,timed out,more often,wrong,0,0,2,1\n"
                                    "queue,bank.pay,accepted,never,wrong,0,0,0,2\n"
                                    "queue,bank.pay,accepted,once,right,19,0.95,1,2\n"
                                    "queue,bank.pay,accepted,more often,wrong,1,0.05,2,2\n");
    run_finish(&run);
}

static void expect_belief_title(struct run *run, const char *title)
{
    write_only(run);
    char *script = read_file("plots/belief.gp");
    cr_expect_not_null(strstr(script, title), "\"%s\" is missing in\n%s", title, script);
    free(script);
}

Test(plots, belief_titles)
{
    struct run run;
    run_init(&run);
    add_calls(&run);
    struct call_result *sync = &run.calls[0][1], *queue = &run.calls[1][1];
    expect_belief_title(&run,
                        "Under sync 20 % of the calls to bank.pay timed out; half of these were executed "
                        "all the same}'");
    sync->belief[BELIEF_TIMED_OUT][0] = 1;
    sync->belief[BELIEF_TIMED_OUT][1] = 3;
    expect_belief_title(&run, "; 75 % of these were executed all the same}'");
    sync->belief[BELIEF_TIMED_OUT][0] = 0;
    sync->belief[BELIEF_TIMED_OUT][1] = 4;
    expect_belief_title(&run, "; all of these were executed all the same}'");
    sync->belief[BELIEF_TIMED_OUT][0] = 4;
    sync->belief[BELIEF_TIMED_OUT][1] = 0;
    expect_belief_title(&run, "Under queue 5 % of the calls to bank.pay were executed twice or more}'");
    *queue = (struct call_result){0};
    expect_belief_title(&run, "; none of these was executed}'");
    expect_belief_title(&run, "only policies whose calls can go wrong");
    run_finish(&run);
}

/* That of an earlier run must not stay either. */
Test(plots, no_belief_where_nobody_was_in_doubt)
{
    struct run run;
    run_init(&run);
    add_calls(&run);
    write_only(&run);
    cr_assert(is_there("plots/belief.gp"));
    run.calls[0][1] = run.calls[1][1] = run.calls[0][0];
    write_only(&run);
    cr_assert_not(is_there("plots/belief.gp") || is_there("plots/belief.csv"));
    run_finish(&run);
}

Test(plots, same_run_same_bytes)
{
    struct run run;
    run_init(&run);
    write_only(&run);
    char *first = read_file("plots/timeline.gp");
    write_only(&run);
    assert_file("plots/timeline.gp", first);
    free(first);
    run_finish(&run);
}

Test(plots, seconds_keep_all_digits)
{
    static const struct {
        int64_t ns;
        const char *text;
    } cases[] = {{0, "0"}, {1, "0.000000001"},         {2500000, "0.0025"},
                 {S, "1"}, {-1500 * S / 1000, "-1.5"}, {INT64_MAX, "9223372036.854775807"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct text text = {0};
        plot_add_seconds(&text, cases[i].ns);
        cr_assert_str_eq(text_string(&text), cases[i].text);
        text_finish(&text);
    }
}

/* ---- series ---- */

Test(plots, windows_cover_the_run)
{
    struct series series = {.n = 11}; /* ten stretches */
    struct windows windows = windows_make(&series, 4);
    cr_assert_eq(windows.n, 4);
    cr_assert_eq(window_first(windows, 0), 0);
    cr_assert_eq(window_last(windows, 0), 3);
    cr_assert_eq(window_first(windows, 3), 9);
    cr_assert_eq(window_last(windows, 3), 10);
    cr_assert_eq(windows_make(&(struct series){0}, 4).n, 0);
}

/* A stretch from before the end of the warm-up to after it tells of what came after. */
Test(plots, shares_begin_anew_after_the_warmup)
{
    struct component_sample components[2] = {{.worker_ns = {[WORKER_BUSY] = 900}},
                                             {.worker_ns = {[WORKER_BUSY] = 100, [WORKER_IDLE] = 300}}};
    struct system_sample samples[2] = {{.at_ns = 0, .components = &components[0]},
                                       {.at_ns = 1000, .components = &components[1]}};
    struct series series = {.samples = samples, .n = 2};
    double shares[WORKER_STATES];
    cr_assert(series_worker_shares(&series, 0, 0, 1, 600, shares));
    cr_assert_float_eq(shares[WORKER_BUSY], 0.25, 1e-12);
    cr_assert_float_eq(shares[WORKER_IDLE], 0.75, 1e-12);
}

static int64_t inbox(const struct system_sample *sample, const void *data)
{
    return sample->components[*(const size_t *)data].inbox;
}

Test(plots, extremes_keep_the_peak)
{
    struct component_sample components[4] = {{.inbox = 2}, {.inbox = 9}, {.inbox = 1}, {.inbox = 5}};
    struct system_sample samples[4];
    size_t component = 0;
    for (size_t i = 0; i < 4; i++)
        samples[i] = (struct system_sample){.components = &components[i]};
    struct series series = {.samples = samples, .n = 4};
    struct extremes extremes = extremes_find(&series, 0, 3, inbox, &component);
    cr_assert_eq(extremes.first, 1);
    cr_assert_eq(extremes.second, 2);
}

/* ---- timeline ---- */

/* Two requests hold workers of the same component at once; the second's two stretches stay in one lane. */
Test(plots, lanes_are_few_and_stay)
{
    struct trace_span spans[] = {
        {.kind = SPAN_BUSY, .request = 0, .activation = 1, .from_ns = 0, .to_ns = 10},
        {.kind = SPAN_BUSY, .request = 1, .activation = 2, .from_ns = 5, .to_ns = 10},
        {.kind = SPAN_BLOCKED, .request = 1, .activation = 2, .from_ns = 10, .to_ns = 20},
        {.kind = SPAN_BUSY, .request = 2, .activation = 3, .from_ns = 10, .to_ns = 15},
        {.kind = SPAN_INBOX, .request = 2, .activation = 3, .from_ns = 6, .to_ns = 10},
    };
    struct trace_log log = {.spans = spans, .n_spans = 5};
    struct timeline timeline;
    cr_assert(timeline_make(&log, 1, 3, &timeline));
    cr_assert_eq(timeline.rows[0].lanes, 2);
    cr_assert_eq(timeline.rows[0].strips, 1);
    for (size_t i = 0; i < timeline.n_bars; i++)
        cr_assert_eq(timeline.bars[i].lane, timeline.bars[i].span.activation == 2 ? 1 : 0);
    int64_t held, blocked;
    timeline_held(&timeline, 0, &held, &blocked);
    cr_assert_eq(held, 30);
    cr_assert_eq(blocked, 10);
    cr_assert_float_eq(timeline_coverage(&timeline), 1.0, 1e-12);
    timeline_finish(&timeline);
    cr_assert(timeline_make(&log, 1, 1, &timeline));
    cr_assert_eq(timeline.n_bars, 1);
    timeline_finish(&timeline);
}

/* Users who publish through an outbox of their own wait where there are no lanes. */
Test(plots, what_waits_at_the_users_has_no_bar)
{
    struct trace_span spans[] = {
        {.kind = SPAN_QUEUE, .component = SPEC_USERS, .from_ns = 0, .to_ns = 10},
        {.kind = SPAN_BUSY, .component = 0, .from_ns = 10, .to_ns = 20},
    };
    struct trace_arrow arrows[] = {{.from = SPEC_USERS, .to = 0, .sent_ns = 5, .arrived_ns = 10}};
    struct trace_log log = {.spans = spans, .n_spans = 2, .arrows = arrows, .n_arrows = 1};
    struct timeline timeline;
    cr_assert(timeline_make(&log, 1, 1, &timeline));
    timeline_place(&timeline);
    cr_assert_eq(timeline.n_bars, 1);
    cr_assert_eq(timeline.n_arrows, 1);
    cr_assert(timeline.rows[1].shown);
    cr_assert_eq(timeline.from_ns, 5);
    timeline_finish(&timeline);
}

/* ---- gnuplot ---- */

Test(plots, strings_are_asleep)
{
    static const struct {
        const char *string, *plain, *bold;
    } cases[] = {
        {"it's", "'it\xe2\x80\x99s'", "'{/:Bold it\xe2\x80\x99s}'"},
        {"`touch x`", "'`touch x`'", "'{/:Bold `touch x`}'"},
        {"a\nsystem x\r\t\x01z", "'a system x   z'", "'{/:Bold a system x   z}'"},
        {"a_b^c{d}@e&f~g\\h", "'a_b^c{d}@e&f~g\\h'", "'{/:Bold a\\_b\\^c\\{d\\}\\@e\\&f\\~g\\\\h}'"},
        {"\xc3\xa4\xe2\x80\xa6\xf0\x9f\x98\x80", "'\xc3\xa4\xe2\x80\xa6\xf0\x9f\x98\x80'",
         "'{/:Bold \xc3\xa4\xe2\x80\xa6\xf0\x9f\x98\x80}'"},
        {"\xff.\xc3.\xc0\xaf.\xed\xa0\x80.", "'?.?.?.?.'", NULL},
        {"\xe2\x80\xa8\xe2\x80\xae\xc2\x85", "'   '", NULL},
        {"\xe2\x80", "'?'", NULL},
        {"", "''", "'{/:Bold }'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct text plain = {0}, bold = {0};
        gnuplot_add_string(&plain, cases[i].string, GNUPLOT_PLAIN);
        gnuplot_add_string(&bold, cases[i].string, GNUPLOT_BOLD);
        cr_assert_str_eq(text_string(&plain), cases[i].plain);
        if (cases[i].bold)
            cr_assert_str_eq(text_string(&bold), cases[i].bold);
        text_finish(&plain);
        text_finish(&bold);
    }
}

Test(plots, long_strings_are_cut_between_letters)
{
    char *whole = gnuplot_fit("short", GNUPLOT_PLAIN, 20, 1000);
    char *cut = gnuplot_fit("\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4", GNUPLOT_PLAIN, 20, 60);
    char *none = gnuplot_fit("wide", GNUPLOT_PLAIN, 20, 1);
    cr_assert_str_eq(whole, "short");
    cr_assert_str_eq(cut, "\xc3\xa4\xc3\xa4\xc3\xa4\xe2\x80\xa6");
    cr_assert_str_eq(none, "\xe2\x80\xa6");
    cr_assert_leq(gnuplot_text_width(cut, GNUPLOT_PLAIN, 20), 60);
    free(whole);
    free(cut);
    free(none);
}

/* All that a scenario may say freely, and even what its names may not. */
Test(plots, nothing_a_scenario_says_is_run)
{
    static const char *const attacks[] = {
        "`touch %s/pwned`",
        "'; system 'touch %s/pwned'; print '",
        "\nsystem('touch %s/pwned')\n",
        "x'\r!touch %s/pwned\n",
        "\\'; system('touch %s/pwned') #",
        "}'; system('touch %s/pwned'); print '{/:Bold ",
        "@system('touch %s/pwned') %%s %%n $(touch %s/pwned)",
        "''; system('touch %s/pwned'); print ''",
        "\\\\",
        "| touch %s/pwned",
        "< touch %s/pwned",
        "</text><script>alert(1)</script>&#x41;",
        "\xff\xfe\xed\xa0\x80 \xe2\x80\xae",
    };
    char *program = gnuplot_find();
    for (size_t i = 0; i < sizeof attacks / sizeof *attacks; i++) {
        struct run run;
        char text[256];
        snprintf(text, sizeof text, attacks[i], folder, folder);
        run_init(&run);
        add_faults(&run);
        run.spec.name = run.spec.about = text;
        run.events[0].name = run.events[1].name = text;
        write_only(&run);
        /* Every figure shows the name the same way: one will do; and one for the names of events. */
        if (program) {
            assert_runs(program, "workers-summary.gp");
            assert_runs(program, "disturbance.gp");
        }
        cr_assert_not(is_there("pwned") || is_there("plots/pwned"), "%s", text);
        run_finish(&run);
    }
    free(program);
}

/* The reader lets no such name through; were it to, nothing worse than a figure that fails may come of it. */
Test(plots, names_are_not_run_either)
{
    static char name[] = "''; system('touch pwned'); x = '`touch pwned`\nsystem 'touch pwned'";
    struct run run;
    struct error error = {0};
    bool drawn;
    run_init(&run);
    run.components[0].name = run.policies[0].name = name;
    run.runs[0].name = name;
    plots_write(&run.spec, &run.experiment, folder, &drawn, &error);
    cr_assert_not(is_there("pwned") || is_there("plots/pwned"));
    error_finish(&error);
    run_finish(&run);
}

Test(plots, a_normal_run_is_drawn)
{
    struct run run;
    run_init(&run);
    assert_drawn(&run);
    run_finish(&run);
}

Test(plots, a_run_with_faults_is_drawn)
{
    struct run run;
    run_init(&run);
    add_faults(&run);
    run.arrows[0][0].attempt = 1;
    assert_drawn(&run);
    run_finish(&run);
}

Test(plots, a_run_with_losses_is_drawn)
{
    struct run run;
    run_init(&run);
    add_calls(&run);
    run.arrows[0][0].lost = run.arrows[1][1].lost = true;
    assert_drawn(&run);
    run_finish(&run);
}

/* Nothing was sampled, answered or traced; nobody waited. */
Test(plots, an_empty_run_is_drawn)
{
    struct run run;
    run_init(&run);
    run_finish(&run);
    for (int p = 0; p < 2; p++)
        run.runs[p] = (struct policy_run){.name = run.policies[p].name};
    assert_drawn(&run);
}

/* A gnuplot of our own that complains as the real one does. */
static void install_failing_gnuplot(void)
{
    static const char script[] =
        "#!/bin/sh\nprintf '\\nplot x\\n     ^\\n\"x.gp\" line 7: undefined variable: x\\n\\n' >&2\n"
        "exit 1\n";
    char path[128];
    struct error error = {0};
    snprintf(path, sizeof path, "%s/gnuplot", folder);
    cr_assert(file_write(path, script, sizeof script - 1, &error));
    cr_assert_eq(chmod(path, 0755), 0);
    setenv("PATH", folder, 1);
}

Test(plots, a_failure_tells_what_gnuplot_said)
{
    struct run run;
    struct error error = {0};
    bool drawn = true;
    run_init(&run);
    install_failing_gnuplot();
    cr_assert_not(plots_write(&run.spec, &run.experiment, folder, &drawn, &error));
    cr_assert_str_eq(error_text(&error), "gnuplot: \"x.gp\" line 7: undefined variable: x");
    cr_assert(drawn, "must stay as it was");
    cr_assert(is_there("plots/timeline.gp"));
    error_finish(&error);
    run_finish(&run);
}

Test(plots, a_folder_that_cannot_be_is_an_error)
{
    struct run run;
    struct error error = {0};
    bool drawn = true;
    run_init(&run);
    cr_assert_not(plots_write(&run.spec, &run.experiment, "/dev/null/here", &drawn, &error));
    cr_assert_not_null(strstr(error_text(&error), "/dev/null"));
    error_finish(&error);
    run_finish(&run);
}

/* ---- the manual ---- */

Test(plots, the_manual_tells_how_to_read_each_figure)
{
    static char manual[1 << 16];
    FILE *file = fopen(TESTS_DIR "/../docs/plots.md", "r");
    cr_assert(file);
    cr_assert(fread(manual, 1, sizeof manual - 1, file) > 0);
    fclose(file);
    for (size_t i = 0; i < n_plot_types; i++) {
        char name[64], picture[64];
        snprintf(name, sizeof name, "`%s`", plot_types[i].name);
        snprintf(picture, sizeof picture, "](plots/%s.png)", plot_types[i].name);
        cr_expect(strstr(manual, name) && strstr(manual, picture), "docs/plots.md lacks %s", name);
    }
}
