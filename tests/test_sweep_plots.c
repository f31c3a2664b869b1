#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "experiment/files.h"
#include "hand_sweep.h"
#include "report/plot/gnuplot.h"
#include "report/plot/sweep_heat.h"
#include "report/plot/sweep_plots.h"

/* ---- numbers ---- */

static const char *const delays[] = {"1ms", "10ms", "100ms", NULL};
static const double seconds[] = {0.001, 0.01, 0.1};

/* Throughput: 100, 60 and 20/s under sync, 80/s under async, along the last axis; response times: 10, 100 and
 * 1000 ms against 100 ms. Blocked: a half against none. The two replications are 1 % apart, under both
 * policies alike. Along the first of two axes everything is the same. */
static double measure(const struct hand *hand, size_t point, size_t policy, size_t metric, size_t replication)
{
    static const double throughput[] = {100, 60, 20}, response[] = {0.01, 0.1, 1.0};
    size_t value = sweep_index(&hand->sweep, point, hand->sweep.n_axes - 1) % 3;
    double luck = replication == 0 ? 0.995 : 1.005;
    switch (metric) {
    case HAND_THROUGHPUT: return luck * (policy == 0 ? throughput[value] : 80.0);
    case HAND_BLOCKED: return policy == 0 ? 0.5 : 0.0;
    default: return luck * (policy == 0 ? response[value] : 0.1);
    }
}

static void begin(struct hand *hand, size_t n_policies)
{
    *hand = (struct hand){.policies = {"sync", "async", "queue", "mixed", "fifth", "sixth"},
                          .n_policies = n_policies,
                          .replications = 2,
                          .measure = measure};
}

static void make(struct hand *hand, bool logarithmic)
{
    begin(hand, 2);
    hand_axis(hand, "links.wire.delay", AXIS_SECONDS, delays, seconds, logarithmic);
    hand_make(hand);
}

static void make_two(struct hand *hand, size_t n_policies)
{
    static const char *const workers[] = {"1", "8", NULL};
    begin(hand, n_policies);
    hand_axis(hand, "components.shop.workers", AXIS_NUMBER, workers, (double[]){1, 8}, false);
    hand_axis(hand, "links.wire.delay", AXIS_SECONDS, delays, seconds, true);
    hand_make(hand);
}

static void make_words(struct hand *hand)
{
    static const char *const orders[] = {"fifo", "{\"a\": \"b, c\"}", "lifo", NULL};
    begin(hand, 2);
    hand_axis(hand, "components.shop.inbox.order", AXIS_WORDS, orders, NULL, false);
    hand_make(hand);
}

/* ---- files ---- */

static char folder[] = "/tmp/tandem-sweep-plots-XXXXXX";

static void make_folder(void)
{
    cr_assert_not_null(mkdtemp(folder));
}

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

static void remove_folder(void)
{
    char plots[128];
    snprintf(plots, sizeof plots, "%s/plots", folder);
    empty_folder(plots);
    empty_folder(folder);
}

static bool is_there(const char *name)
{
    char path[256];
    struct stat status;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return stat(path, &status) == 0 && status.st_size > 0;
}

static char *read_file(const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "%s/plots/%s", folder, name);
    FILE *file = fopen(path, "rb");
    cr_assert_not_null(file, "%s is not there", path);
    char *bytes = calloc(1, 1 << 18);
    cr_assert_gt(fread(bytes, 1, (1 << 18) - 1, file), 0);
    fclose(file);
    return bytes;
}

TestSuite(sweep_plots, .init = make_folder, .fini = remove_folder);

/* Writes the figures of some metrics (none: the usual), and where there is a gnuplot and it is wanted lets it
 * draw them. */
static void write_figures(const struct hand *hand, const char *const *names, size_t n, bool draw)
{
    struct sweep_view view;
    struct error error = {0};
    bool drawn = false;
    char *program = gnuplot_find();
    if (!draw)
        setenv("PATH", "/nonexistent", 1);
    cr_assert(sweep_view_init(&view, &hand->sweep, names, n));
    cr_assert(sweep_plots_write(&view, folder, &drawn, &error), "%s", error_text(&error));
    cr_assert_eq(drawn, draw && program);
    sweep_view_finish(&view);
    free(program);
}

static void write_one(const struct hand *hand, const char *metric)
{
    write_figures(hand, &metric, 1, false);
}

static void expect_in(const char *name, const char *words)
{
    char *script = read_file(name);
    cr_expect_not_null(strstr(script, words), "%s is missing in\n%s", words, script);
    free(script);
}

static void expect_file(const char *name, const char *expected)
{
    char *bytes = read_file(name);
    cr_expect_str_eq(bytes, expected, "%s is\n%s", name, bytes);
    free(bytes);
}

/* ---- lines ---- */

/* t(0.975, 1) = 12.706205 (Student's table): of 99.5 and 100.5 the half-width is that times a half. */
Test(sweep_plots, data_of_lines)
{
    struct hand hand;
    make(&hand, true);
    write_one(&hand, "throughput");
    expect_file(
        "sweep-throughput.csv",
        "links.wire.delay_s,sync.throughput_per_s,sync.throughput.low_per_s,sync.throughput.high_per_s,"
        "async.throughput_per_s,async.throughput.low_per_s,async.throughput.high_per_s\n"
        "0.001,100,93.6469,106.353,80,74.9175,85.0825\n"
        "0.01,60,56.1881,63.8119,80,74.9175,85.0825\n"
        "0.1,20,18.7294,21.2706,80,74.9175,85.0825\n");
    hand_finish(&hand);
}

/* From 100 to 60 within a decade, through 80: at the root of 1 ms times 10 ms. */
Test(sweep_plots, words_of_lines)
{
    static const char *const words[] = {
        "Above 3.2 ms async answers more than sync: 80/s against 20/s at 100 ms}'",
        "'by hand · means of 2 replications with 95 % intervals · ring: they change places'",
        "set logscale x\n",
        "set xrange [0.001:0.1]",
        "set yrange [0:120]",
        "set label '3.2 ms' at",
        "set label 'async 80/s' at",
        "set label '100 ms' at",
        "set label 'wire.delay' at",
        "pointtype 6 ",
    };
    struct hand hand;
    make(&hand, true);
    write_one(&hand, "throughput");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        expect_in("sweep-throughput.gp", words[i]);
    hand_finish(&hand);
}

/* Not 0.05 + 0.06 on the way up, but on paper of logarithms. */
Test(sweep_plots, a_linear_axis_begins_at_zero)
{
    struct hand hand;
    make(&hand, false);
    write_one(&hand, "throughput");
    expect_in("sweep-throughput.gp", "unset logscale x\n");
    expect_in("sweep-throughput.gp", "set xrange [0:0.1]");
    expect_in("sweep-throughput.gp", "set label '5.5 ms' at");
    hand_finish(&hand);
}

Test(sweep_plots, what_grows_leaves_the_panel)
{
    struct hand hand;
    make(&hand, true);
    hand.sweep.points[2].experiment.policies[0].unanswered.verdict = STEADINESS_GROWS;
    write_one(&hand, "response.p99");
    expect_in("sweep-response.p99.csv", "\n0.1,NaN,NaN,NaN,0.1,");
    expect_in("sweep-response.p99.gp", "pointtype 9 ");
    expect_in("sweep-response.p99.gp", "set label 'sync grows' at");
    expect_in("sweep-response.p99.gp", " · triangle: grows as long as the run lasts'");
    hand_finish(&hand);
}

Test(sweep_plots, a_panel_for_each_value_of_the_others)
{
    struct hand hand;
    make_two(&hand, 2);
    write_one(&hand, "throughput");
    expect_in("sweep-throughput.gp", "'{/:Bold shop.workers 1}'");
    expect_in("sweep-throughput.gp", "'{/:Bold shop.workers 8}'");
    expect_in("sweep-throughput.gp", "every ::3::5 using 2:3 with linespoints");
    hand_finish(&hand);
}

Test(sweep_plots, too_many_panels_are_none)
{
    static const char *const workers[] = {"1", "2", "3", "4", "5", "6", "7", NULL};
    struct hand hand;
    struct sweep_view view;
    begin(&hand, 2);
    hand_axis(&hand, "components.shop.workers", AXIS_WORDS, workers, NULL, false);
    hand_axis(&hand, "links.wire.delay", AXIS_SECONDS, delays, seconds, true);
    hand_make(&hand);
    cr_assert(sweep_view_init(&view, &hand.sweep, NULL, 0));
    cr_expect_not(plot_sweep_wanted(&view));
    cr_expect(plot_heat_wanted(&view));
    sweep_view_finish(&view);
    hand_finish(&hand);
    make(&hand, true);
    cr_assert(sweep_view_init(&view, &hand.sweep, NULL, 0));
    cr_expect(plot_sweep_wanted(&view));
    cr_expect_not(plot_heat_wanted(&view), "there is one axis");
    sweep_view_finish(&view);
    hand_finish(&hand);
}

Test(sweep_plots, words_are_points)
{
    struct hand hand;
    make_words(&hand);
    write_one(&hand, "shop.blocked");
    expect_in("sweep-shop.blocked.csv", "\nlifo,3,0.5,0.5,0.5,0,0,0\n");
    expect_in("sweep-shop.blocked.csv", "\n\"{'a': 'b, c'}\",2,0.5,");
    expect_in("sweep-shop.blocked.gp", "using ($2-0.11):3:");
    expect_in("sweep-shop.blocked.gp", "At lifo shop.blocked is 50 % under sync, 0 % under async}'");
    hand_finish(&hand);
}

/* ---- heat ---- */

/* 80 to 100, 60 and 20: ratios of 0.8, 4/3 and 4; the shades go up to log 4. */
Test(sweep_plots, cells)
{
    struct hand hand;
    struct sweep_view view;
    struct heat heat;
    make_two(&hand, 2);
    cr_assert(sweep_view_init(&view, &hand.sweep, NULL, 0));
    cr_assert(heat_init(&heat, &view, 0));
    static const double ratios[] = {0.8, 80.0 / 60.0, 4.0};
    static const char *const texts[] = {"0.80", "1.3", "4.0"};
    static const int signs[] = {-1, 1, 1};
    for (size_t i = 0; i < 3; i++) {
        const struct heat_cell *cell = heat_cell(&heat, 0, 1, i);
        cr_expect_float_eq(cell->value, ratios[i], 1e-9);
        cr_expect_float_eq(cell->shade, log(ratios[i]) / log(4.0), 1e-9);
        cr_expect_eq(cell->sign, signs[i]);
        cr_expect_str_eq(heat_cell_text(&heat, cell).chars, texts[i]);
    }
    cr_expect_str_eq(heat_range_text(&heat, true).chars, "4×");
    cr_expect_str_eq(heat_range_text(&heat, false).chars, "1/4");
    heat_finish(&heat);
    sweep_view_finish(&view);
    hand_finish(&hand);
}

static void expect_cell(const struct heat *heat, size_t column, const char *text)
{
    struct units_text shown = heat_cell_text(heat, heat_cell(heat, 0, 0, column));
    cr_expect_str_eq(shown.chars, text, "%s", shown.chars);
}

Test(sweep_plots, cells_without_a_ratio)
{
    struct hand hand;
    struct sweep_view view;
    struct heat heat;
    make_two(&hand, 2);
    hand.sweep.points[0].experiment.policies[0].unanswered.verdict = STEADINESS_GROWS;
    hand.sweep.points[1].experiment.policies[1].unanswered.verdict = STEADINESS_GROWS;
    hand.sweep.points[2].experiment.policies[0].unanswered.verdict = STEADINESS_GROWS;
    hand.sweep.points[2].experiment.policies[1].unanswered.verdict = STEADINESS_GROWS;
    hand_undo(&hand, 5);
    cr_assert(sweep_view_init(&view, &hand.sweep, (const char *[]){"response.p99"}, 1));
    cr_assert(heat_init(&heat, &view, 0));
    expect_cell(&heat, 0, "0");
    expect_cell(&heat, 1, "∞");
    expect_cell(&heat, 2, "–");
    cr_expect_str_eq(heat_cell_text(&heat, heat_cell(&heat, 0, 1, 2)).chars, "–", "it was not done");
    cr_expect_str_eq(heat_cell_text(&heat, heat_cell(&heat, 0, 1, 0)).chars, "10");
    heat_finish(&heat);
    sweep_view_finish(&view);
    hand_finish(&hand);
}

Test(sweep_plots, words_of_heat)
{
    struct hand hand;
    make_two(&hand, 2);
    write_one(&hand, "throughput");
    expect_in("heat-throughput.gp", "'{/:Bold async answers up to 4 times as much as sync (at 1, 100 ms)}'");
    expect_in("heat-throughput.gp", "'{/:Bold async / sync}'");
    expect_in("heat-throughput.csv",
              "components.shop.workers,links.wire.delay_s,policy,column,row,ratio,shade,who_has_more\n"
              "1,0.001,async,0,0,0.8,-0.161,-1\n");
    write_one(&hand, "shop.blocked");
    expect_in("heat-shop.blocked.gp", "'{/:Bold shop.blocked is 0 under async where it is not under sync}'");
    hand_finish(&hand);
    make_two(&hand, 1);
    write_one(&hand, "throughput");
    expect_in("heat-throughput.gp", "'{/:Bold throughput lies between 20/s and 100/s}'");
    hand_finish(&hand);
}

/* ---- drawing ---- */

static void expect_drawn(const struct hand *hand, const char *const *figures, size_t n)
{
    char *program = gnuplot_find();
    write_figures(hand, NULL, 0, true);
    for (size_t i = 0; i < n; i++)
        for (size_t e = 0; e < 4; e++) {
            static const char *const endings[] = {"csv", "gp", "svg", "png"};
            char name[128];
            snprintf(name, sizeof name, "plots/%s.%s", figures[i], endings[e]);
            cr_expect_eq(is_there(name), e < 2 || program, "%s", name);
        }
    free(program);
}

Test(sweep_plots, lines_are_drawn)
{
    struct hand hand;
    make(&hand, true);
    hand.sweep.points[2].experiment.policies[0].unanswered.verdict = STEADINESS_GROWS;
    expect_drawn(&hand, (const char *[]){"sweep-throughput", "sweep-response.p99", "sweep-shop.blocked"}, 3);
    hand_finish(&hand);
}

Test(sweep_plots, words_are_drawn)
{
    struct hand hand;
    make_words(&hand);
    expect_drawn(&hand, (const char *[]){"sweep-throughput", "sweep-shop.blocked"}, 2);
    hand_finish(&hand);
}

Test(sweep_plots, panels_and_heat_are_drawn)
{
    struct hand hand;
    make_two(&hand, 6);
    hand.sweep.points[1].experiment.policies[1].unanswered.verdict = STEADINESS_GROWS;
    hand_undo(&hand, 5);
    expect_drawn(&hand, (const char *[]){"sweep-throughput", "heat-throughput", "heat-response.p99"}, 3);
    hand_finish(&hand);
}

Test(sweep_plots, one_policy_is_drawn)
{
    struct hand hand;
    make_two(&hand, 1);
    hand.sweep.points[1].experiment.policies[0].unanswered.verdict = STEADINESS_GROWS;
    expect_drawn(&hand, (const char *[]){"sweep-throughput", "heat-response.p99"}, 2);
    hand_finish(&hand);
}

/* Stopped at once, or nearly so. */
Test(sweep_plots, nothing_is_drawn)
{
    static const char *const names[] = {"throughput"};
    struct hand hand;
    make_two(&hand, 2);
    for (size_t i = 1; i < hand.sweep.n_points; i++)
        hand_undo(&hand, i);
    write_figures(&hand, names, 1, true);
    hand_finish(&hand);
}

/* ---- names ---- */

Test(sweep_plots, figures_of_an_earlier_sweep_go)
{
    struct hand hand;
    make_two(&hand, 2);
    write_one(&hand, "throughput");
    cr_expect(is_there("plots/heat-throughput.csv"));
    write_one(&hand, "shop.blocked");
    cr_expect_not(is_there("plots/heat-throughput.csv") || is_there("plots/sweep-throughput.gp"));
    cr_expect(is_there("plots/heat-shop.blocked.csv"));
    hand_finish(&hand);
}

/* `name` must outlive the sweep. */
static void rename_metric(struct hand *hand, size_t metric, const char *name)
{
    for (size_t i = 0; i < hand->sweep.n_points; i++)
        for (size_t p = 0; p < hand->n_policies; p++)
            hand->sweep.points[i].experiment.policies[p].metrics.metrics[metric].name = name;
}

Test(sweep_plots, files_have_names_of_their_own)
{
    static const char *const names[] = {"a/b", "a:b"};
    struct hand hand;
    make(&hand, true);
    rename_metric(&hand, HAND_THROUGHPUT, names[0]);
    rename_metric(&hand, HAND_BLOCKED, names[1]);
    write_figures(&hand, names, 2, false);
    cr_expect(is_there("plots/sweep-a_b.gp"));
    cr_expect(is_there("plots/sweep-a_b_2.gp"));
    hand_finish(&hand);
}

/* All that a scenario or a command may say freely, and even what its names may not. */
Test(sweep_plots, nothing_that_is_said_is_run)
{
    static const char *const attacks[] = {
        "`touch %s/pwned`", "'; system 'touch %s/pwned'; print '", "\nsystem('touch %s/pwned')\n",
        "}'; system('touch %s/pwned'); print '{/:Bold ", "\"'`touch %s/pwned`%%s\\"};
    for (size_t i = 0; i < sizeof attacks / sizeof *attacks; i++) {
        struct hand hand;
        char text[256];
        const char *values[] = {text, "b", NULL}, *const metric = text;
        snprintf(text, sizeof text, attacks[i], folder);
        begin(&hand, 2);
        hand.policies[0] = text;
        hand_axis(&hand, text, AXIS_WORDS, values, NULL, false);
        hand_axis(&hand, "links.wire.delay", AXIS_SECONDS, delays, seconds, true);
        hand_make(&hand);
        rename_metric(&hand, HAND_THROUGHPUT, text);
        write_figures(&hand, &metric, 1, true);
        cr_assert_not(is_there("pwned") || is_there("plots/pwned"), "%s", text);
        hand_finish(&hand);
        begin(&hand, 2);
        hand_axis(&hand, text, AXIS_WORDS, values, NULL, false);
        hand_make(&hand);
        write_figures(&hand, NULL, 0, true);
        cr_assert_not(is_there("pwned") || is_there("plots/pwned"), "%s", text);
        hand_finish(&hand);
    }
}

Test(sweep_plots, a_folder_that_cannot_be_is_an_error)
{
    struct hand hand;
    struct sweep_view view;
    struct error error = {0};
    bool drawn = true;
    make(&hand, true);
    cr_assert(sweep_view_init(&view, &hand.sweep, NULL, 0));
    cr_assert_not(sweep_plots_write(&view, "/dev/null/here", &drawn, &error));
    cr_assert_not_null(strstr(error_text(&error), "/dev/null"));
    cr_assert(drawn, "must stay as it was");
    error_finish(&error);
    sweep_view_finish(&view);
    hand_finish(&hand);
}
