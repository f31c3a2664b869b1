#include <criterion/criterion.h>
#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include "base/text.h"
#include "report/plot/plot_figure.h"
#include "report/plot/search_plots.h"
#include "report/sweep/search_files.h"
#include "report/sweep/search_table.h"

/* ---- a search made by hand ---- */

enum { RESPONSE, LOST, METRICS, POLICIES = 6, MOST_PROBES = 5 };

static struct metric metrics[METRICS] = {
    [RESPONSE] = {.name = (char[]){"response.p99"}, .unit = METRIC_SECONDS},
    [LOST] = {.name = (char[]){"lost"}, .unit = METRIC_COUNT},
};

static char *paths[] = {(char[]){"load.0.rate"}};

/* sync: 60/s is met, 80/s missed, 70/s undecided. async: 100/s is met, at 120/s the backlog grows. queue: all
 * is met, and 480/s makes no sense. mixed: 10/s is missed, and 5/s, too. other: lacks a metric. late: was not
 * begun. */
struct hand {
    struct spec spec;
    struct experiment outline;
    struct policy_run runs[POLICIES];
    struct policy_spec policies[POLICIES];
    struct goal goal;
    struct search_space space;
    struct search search;
};

static const char *const names[POLICIES] = {"sync", "async", "queue", "mixed", "other", "late"};

static struct search_probe *add(struct hand *hand, size_t p, double x, enum goal_verdict verdict, double mean)
{
    struct search_policy *policy = &hand->search.policies[p];
    struct search_probe *probe = &policy->probes[policy->n_probes++];
    *probe = (struct search_probe){.try = {.x = x, .verdict = verdict, .events = 100.0 * x},
                                   .value = search_value(&hand->space, x),
                                   .replications = verdict == GOAL_UNDECIDED ? 320 : 10};
    probe->judgement.findings = calloc(2, sizeof *probe->judgement.findings);
    probe->judgement.n = 2;
    probe->judgement.verdict = verdict;
    probe->judgement.findings[0] =
        (struct goal_finding){.verdict = verdict, .shown = {mean, mean / 100.0, 1.0, 10}};
    probe->judgement.findings[1] = (struct goal_finding){.verdict = GOAL_MET, .shown = {0.0, 0.0, 0.0, 10}};
    return probe;
}

static void conclude(struct search_policy *policy, const struct search_space *space)
{
    struct search_try tries[MOST_PROBES];
    for (size_t i = 0; i < policy->n_probes; i++)
        tries[i] = policy->probes[i].try;
    policy->bracket = search_bracket(space, tries, policy->n_probes);
    policy->finished = policy->n_probes > 0;
}

static void fill(struct hand *hand)
{
    struct search_policy *policies = hand->search.policies;
    add(hand, 0, 60.0, GOAL_MET, 0.25);
    add(hand, 0, 80.0, GOAL_MISSED, 0.4);
    add(hand, 0, 70.0, GOAL_UNDECIDED, 0.3);
    add(hand, 1, 100.0, GOAL_MET, 0.12);
    add(hand, 1, 120.0, GOAL_MISSED, 0.2)->grows = true;
    add(hand, 2, 240.0, GOAL_MET, 0.002);
    add(hand, 2, 480.0, GOAL_UNDECIDED, 0.0);
    goal_judgement_finish(&policies[2].probes[1].judgement);
    policies[2].probes[1].try.refused = true;
    policies[2].probes[1].replications = 0;
    policies[2].probes[1].refusal = text_copy("load[0]: found too much");
    add(hand, 3, 10.0, GOAL_MISSED, 5.0);
    add(hand, 3, 5.0, GOAL_MISSED, 5.0);
    policies[4].lacking = "lost";
    for (size_t p = 0; p < POLICIES; p++)
        conclude(&policies[p], &hand->space);
}

static void make_named(struct hand *hand, const char *goal, const char *const *policies, const char *name)
{
    struct expression_fault fault = {0};
    *hand = (struct hand){.outline = {.policies = hand->runs, .n_policies = POLICIES}};
    hand->space = (struct search_space){
        .axis = {.paths = paths, .n_paths = 1, .kind = AXIS_PER_SECOND}, .start = 10.0, .resolution = 0.01};
    for (size_t p = 0; p < POLICIES; p++) {
        hand->runs[p] = (struct policy_run){
            .name = policies[p], .metrics = {.metrics = metrics, .n = METRICS, .n_replications = 1}};
        hand->policies[p] =
            (struct policy_spec){.name = (char *)policies[p], .rule = {.mode = (enum call_mode)(p % 3)}};
    }
    hand->spec = (struct spec){.name = (char *)name, .policies = hand->policies, .n_policies = POLICIES};
    cr_assert(goal_read(goal, &hand->outline, &hand->goal, &fault), "%s", error_text(&fault.error));
    hand->search = (struct search){.space = &hand->space,
                                   .goal = &hand->goal,
                                   .policies = calloc(POLICIES, sizeof(struct search_policy)),
                                   .n_policies = POLICIES,
                                   .confidence = 0.95,
                                   .first_replications = 10,
                                   .most_replications = 320,
                                   .run = {.duration_ns = INT64_C(600000000000), .seed = 7},
                                   .name = text_copy(name)};
    for (size_t p = 0; p < POLICIES; p++) {
        hand->search.policies[p].name = policies[p];
        hand->search.policies[p].probes = calloc(MOST_PROBES, sizeof(struct search_probe));
    }
    fill(hand);
}

static void make(struct hand *hand)
{
    make_named(hand, "response.p99 < 300ms and lost == 0", names, "checkout");
}

static void hand_finish(struct hand *hand)
{
    search_finish(&hand->search);
    goal_finish(&hand->goal);
}

/* ---- the table ---- */

static const char table[] =
    "checkout: the largest load.0.rate with response.p99 < 300ms and lost == 0\n"
    "10 min simulated; seed 7; 10 to 320 replications at each value that was tried; ±\n"
    "the half-width of the 95 % interval.\n"
    "\n"
    "         met up to  missed from  what is missed        tried  runs\n"
    "  sync        60/s         80/s  response.p99 < 300ms      3   340\n"
    "  async      100/s        120/s  the backlog grows         2    20\n"
    "  queue      240/s            -  no limit was found        2    10\n"
    "  mixed          -          5/s  response.p99 < 300ms      2    20\n"
    "  other          -            -  has no lost               0     0\n"
    "  late           -            -  stopped                   0     0\n"
    "\n"
    "at the last value that meets the goal\n"
    "         load.0.rate     response.p99  lost\n"
    "  sync          60/s  250 ms ± 2.5 ms     0\n"
    "  async        100/s  120 ms ± 1.2 ms     0\n"
    "  queue        240/s     2 ms ± 20 us     0\n"
    "\n"
    "sync: at 70/s, 320 replications do not tell.\n"
    "queue meets the goal up to 240/s; 480/s is no value for it: load[0]: found too\n"
    "  much\n"
    "mixed misses the goal down to 5/s; to go on, say how far: PATH=LOW..HIGH.\n"
    "With a confidence of 95 % no verdict on a claim is wrong; the limits are between\n"
    "  the values if the goal is met at every smaller load.0.rate than one that meets\n"
    "  it. Whether the backlog grows is judged apart, at 99.9 %. A claim with == is\n"
    "  about the replications that were run.\n";

Test(search_report, the_table)
{
    struct hand hand;
    struct text text = {0};
    make(&hand);
    search_table_add(&text, &hand.search, &(struct table_style){.width = 80, .utf8 = true});
    cr_assert_not(text.failed);
    cr_expect_str_eq(text_string(&text), table, "%s", text_string(&text));
    text_finish(&text);
    hand_finish(&hand);
}

Test(search_report, a_narrow_terminal_cuts_the_reasons)
{
    struct hand hand;
    struct text text = {0};
    make(&hand);
    search_table_add(&text, &hand.search, &(struct table_style){.width = 60});
    cr_expect(strstr(text_string(&text), "  sync        60/s         80/s  response.p99 .      3   340\n"),
              "%s", text_string(&text));
    text_finish(&text);
    hand_finish(&hand);
}

Test(search_report, a_contradiction_is_told)
{
    struct hand hand;
    struct text text = {0};
    make(&hand);
    add(&hand, 3, 40.0, GOAL_MET, 0.1);
    conclude(&hand.search.policies[3], &hand.space);
    search_table_add(&text, &hand.search, &(struct table_style){.width = 200, .utf8 = true});
    cr_expect(strstr(text_string(&text),
                     "mixed meets the goal at 40/s and misses it at 5/s, which is less: the goal is not "
                     "monotonic, and a limit found by bisection means little. Was --min meant?"),
              "%s", text_string(&text));
    text_finish(&text);
    hand_finish(&hand);
}

Test(search_report, the_markdown)
{
    struct hand hand;
    struct text text = {0};
    make(&hand);
    search_markdown_add(&text, &hand.search);
    cr_expect(strstr(text_string(&text), "| sync | 60/s | 80/s | response.p99 \\< 300ms | 3 | 340 |\n"), "%s",
              text_string(&text));
    cr_expect(strstr(text_string(&text), "\n| :-- | --: | --: | :-- | --: | --: |\n"));
    cr_expect(strstr(text_string(&text), "\n- sync: at 70/s, 320 replications do not tell.\n"));
    text_finish(&text);
    hand_finish(&hand);
}

/* ---- files ---- */

Test(search_report, the_csv)
{
    struct hand hand;
    struct text text = {0};
    make(&hand);
    search_add_csv(&text, &hand.search);
    cr_expect_str_eq(text_string(&text),
                     "policy,load.0.rate_per_s,verdict,grows,replications,response.p99_s,"
                     "response.p99.half_width_s,lost,lost.half_width\n"
                     "sync,60,met,0,10,0.25,0.0025,0,0\n"
                     "sync,80,missed,0,10,0.4,0.004,0,0\n"
                     "sync,70,undecided,0,320,0.3,0.003,0,0\n"
                     "async,100,met,0,10,0.12,0.0012,0,0\n"
                     "async,120,missed,1,10,0.2,0.002,0,0\n"
                     "queue,240,met,0,10,0.002,2e-05,0,0\n"
                     "queue,480,refused,0,0,,,,\n"
                     "mixed,10,missed,0,10,5,0.05,0,0\n"
                     "mixed,5,missed,0,10,5,0.05,0,0\n",
                     "%s", text_string(&text));
    text_finish(&text);
    hand_finish(&hand);
}

static const cJSON *at(const cJSON *json, const char *key)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, key);
    cr_assert_not_null(item, "%s is missing", key);
    return item;
}

Test(search_report, the_json)
{
    struct hand hand;
    struct text text = {0};
    make(&hand);
    search_add_json(&text, &hand.search, NULL);
    cJSON *json = cJSON_Parse(text_string(&text));
    cr_assert_not_null(json);
    cr_expect_str_eq(at(json, "search")->valuestring, "max");
    cr_expect_str_eq(at(json, "unit")->valuestring, "per_s");
    cr_expect_eq(at(json, "confidence")->valuedouble, 0.95);
    const cJSON *sync = cJSON_GetArrayItem(at(json, "policies"), 0);
    cr_expect_str_eq(at(sync, "outcome")->valuestring, "found");
    cr_expect_str_eq(at(sync, "met")->valuestring, "60/s");
    cr_expect_str_eq(at(sync, "missed")->valuestring, "80/s");
    cr_expect_str_eq(cJSON_GetArrayItem(at(sync, "undecided"), 0)->valuestring, "70/s");
    const cJSON *tried = cJSON_GetArrayItem(at(sync, "tried"), 1);
    cr_expect_eq(at(tried, "number")->valuedouble, 80.0);
    const cJSON *claim = cJSON_GetArrayItem(at(tried, "claims"), 0);
    cr_expect_str_eq(at(claim, "verdict")->valuestring, "missed");
    cr_expect_eq(at(claim, "value")->valuedouble, 0.4);
    cr_expect_str_eq(at(claim, "unit")->valuestring, "s");
    static const char *const outcomes[] = {"found", "found", "no limit", "never", "lacking", "stopped"};
    for (int p = 0; p < POLICIES; p++)
        cr_expect_str_eq(at(cJSON_GetArrayItem(at(json, "policies"), p), "outcome")->valuestring,
                         outcomes[p]);
    cJSON_Delete(json);
    text_finish(&text);
    hand_finish(&hand);
}

/* ---- the figure ---- */

static char folder[] = "/tmp/tandem-search-XXXXXX";

static void empty_folder(const char *name)
{
    DIR *directory = opendir(name);
    char path[512];
    for (struct dirent *entry; directory && (entry = readdir(directory)) != NULL;) {
        snprintf(path, sizeof path, "%s/%s", name, entry->d_name);
        unlink(path);
    }
    if (directory)
        closedir(directory);
    rmdir(name);
}

static bool is_there(const char *name)
{
    char path[256];
    struct stat status;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return stat(path, &status) == 0 && status.st_size > 0;
}

static void draw(const struct hand *hand)
{
    struct error error = {0};
    bool drawn;
    cr_assert_not_null(mkdtemp(folder));
    bool written = search_plots_write(&hand->search, &hand->spec, folder, &drawn, &error);
    cr_expect(written, "%s", error_text(&error));
    cr_expect(is_there("plots/knee.gp"));
    if (written && drawn)
        cr_expect(is_there("plots/knee.svg") && is_there("plots/knee.png"));
    cr_expect_not(is_there("plots/hacked"));
    char plots[128];
    snprintf(plots, sizeof plots, "%s/plots", folder);
    empty_folder(plots);
    empty_folder(folder);
}

Test(search_report, the_figure_is_drawn)
{
    struct hand hand;
    make(&hand);
    draw(&hand);
    hand_finish(&hand);
}

Test(search_report, nobodys_name_is_a_command)
{
    static const char *const hostile[POLICIES] = {
        "`touch hacked`", "'; system('touch hacked'); '", "\"; !touch hacked", "@x", "{/=100 big}", "a\nb"};
    struct hand hand;
    make_named(&hand, "response.p99 < 300ms and lost == 0", hostile, "`touch hacked`'");
    draw(&hand);
    hand_finish(&hand);
}

Test(search_report, what_the_figure_says)
{
    struct hand hand;
    struct figure figure = {.name = "knee"};
    make(&hand);
    plot_knee(&hand.search, &hand.spec, &figure);
    const char *script = text_string(&figure.script), *data = text_string(&figure.data);
    cr_assert_not(figure.script.failed || figure.data.failed);
    cr_expect(strstr(script, "sync: goal met up to 60/s; async up to 100/s; never: mixed; no limit: queue"));
    cr_expect(strstr(script, "'sync 60/s'") && strstr(script, "'async 100/s'"), "limits are named");
    cr_expect(strstr(script, "'goal: 300 ms'"));
    cr_expect(strstr(script, "'ring: missed · cross: undecided · triangle: the backlog grows · bars: 95 % "
                             "intervals'"));
    cr_expect(strstr(data, "policy,load.0.rate_per_s,response.p99_s,low,high,verdict,grows\n"));
    cr_expect(strstr(data, "sync,60,0.25,0.2475,0.2525,met,0\nsync,70,0.3,0.297,0.303,undecided,0\n"),
              "by growing values");
    cr_expect(strstr(data, "async,120,NaN,NaN,NaN,missed,1\n"));
    text_finish(&figure.script);
    text_finish(&figure.data);
    hand_finish(&hand);
}

Test(search_report, a_figure_of_nothing)
{
    struct hand hand;
    make(&hand);
    for (size_t p = 0; p < POLICIES; p++) {
        struct search_policy *policy = &hand.search.policies[p];
        for (size_t i = 0; i < policy->n_probes; i++) {
            goal_judgement_finish(&policy->probes[i].judgement);
            free(policy->probes[i].refusal);
        }
        policy->n_probes = 0;
        conclude(policy, &hand.space);
    }
    draw(&hand);
    hand_finish(&hand);
}

/* One point of each policy, at the same value; in whole numbers, and from nothing on. */
Test(search_report, a_figure_of_next_to_nothing)
{
    struct hand hand;
    make(&hand);
    hand.space.axis.kind = AXIS_NUMBER;
    hand.space.whole = true;
    for (size_t p = 0; p < 4; p++) {
        struct search_policy *policy = &hand.search.policies[p];
        for (size_t i = 0; i < policy->n_probes; i++)
            policy->probes[i].try.x = 0.0;
        conclude(policy, &hand.space);
    }
    draw(&hand);
    hand_finish(&hand);
}
