#include "cli/sweep.h"

#include <stdlib.h>
#include <string.h>

#include "cli/estimate.h"
#include "cli/interrupt.h"
#include "cli/plot_option.h"
#include "cli/print.h"
#include "cli/progress.h"
#include "cli/sweep_missing.h"
#include "cli/sweep_points.h"
#include "experiment/experiment.h"
#include "experiment/files.h"
#include "experiment/journal.h"
#include "experiment/metric_lookup.h"
#include "experiment/precision.h"
#include "report/cut_text.h"
#include "report/plot/plot_terminal.h"
#include "report/plot/sweep_plots.h"
#include "report/report.h"
#include "report/sweep/sweep_files.h"
#include "report/sweep/sweep_table.h"
#include "report/sweep/sweep_view.h"

/* ---- what is printed ---- */

static void format_table(struct text *text, const struct sweep_view *view)
{
    struct table_style style = print_style();
    sweep_table_add(text, view, &style);
}

/* Sorted. */
static const struct sweep_format {
    const char *name;
    void (*add)(struct text *text, const struct sweep_view *view);
} formats[] = {
    {"csv", sweep_add_csv},
    {"json", sweep_add_json},
    {"markdown", sweep_markdown_add},
    {"table", format_table},
};

enum { FORMATS = sizeof formats / sizeof *formats };

const struct sweep_format *sweep_find_format(const char *name, const char *command)
{
    const char *names[FORMATS];
    for (size_t i = 0; i < FORMATS; i++) {
        names[i] = formats[i].name;
        if (strcmp(names[i], name) == 0)
            return &formats[i];
    }
    complain_unknown(command, "format", name, names, FORMATS);
    return NULL;
}

/* ---- what was asked for ---- */

static enum exit_code tell(const struct plan *plan, struct error *error)
{
    complain("%s: %s", plan_value(plan, PLAN_SCENARIO), error_text(error));
    error_finish(error);
    return EXIT_IO;
}

static bool is_metric(const struct experiment *outline, const char *name)
{
    for (size_t p = 0; p < outline->n_policies; p++)
        if (metric_find(&outline->policies[p].metrics, name))
            return true;
    return false;
}

/* A slip in a name is told before the first run, not after the last. */
static bool know_metrics(const struct plan *plan, const struct spec *spec, const struct experiment *outline)
{
    const struct plan_values *wanted = &plan->values[PLAN_GET];
    const char *file = plan_value(plan, PLAN_SCENARIO), *unknown = precision_unknown(spec, outline);
    for (size_t i = 0; !unknown && i < wanted->n; i++)
        unknown = is_metric(outline, wanted->strings[i]) ? NULL : wanted->strings[i];
    if (unknown && metric_lookup_failed(outline))
        complain("out of memory");
    else if (unknown)
        complain("%s: no metric \"%s\"; \"tandem list metrics %s\" names them, and here they stand without "
                 "their policy",
                 file, unknown, file);
    return !unknown;
}

static enum exit_code check_metrics(const struct plan *plan, const struct spec *spec)
{
    struct experiment outline;
    struct error error = {0};
    if (plan->values[PLAN_GET].n == 0 && spec->n_precise == 0)
        return EXIT_OK;
    if (!experiment_outline(spec, &outline, &error))
        return tell(plan, &error);
    enum exit_code code = know_metrics(plan, spec, &outline) ? EXIT_OK
                          : metric_lookup_failed(&outline)   ? EXIT_IO
                                                             : EXIT_USAGE;
    experiment_finish(&outline);
    return code;
}

/* What only `tandem run` can do. */
static enum exit_code check_run(const struct sweep_order *order, const struct spec *spec)
{
    const char *file = plan_value(order->plan, PLAN_SCENARIO);
    /* Which tasks come later depends on what the first ones say: shards cannot know. */
    if (order->shards && spec->run.precision > 0.0)
        complain("%s: a sweep with \"precision\" cannot be done in shards: say how many replications instead",
                 file);
    else if (spec->run.batch_means)
        complain("%s: a sweep keeps no time series to make batches of: let it have replications instead of "
                 "\"batch_means\"",
                 file);
    else
        return EXIT_OK;
    return EXIT_USAGE;
}

/* ---- the report ---- */

static bool write_files(const struct sweep_order *order, const struct sweep_view *view, const char *folder,
                        struct error *error)
{
    const struct plan_values *sets = &order->plan->values[PLAN_SET];
    const char *text = plan_value(order->plan, PLAN_TEXT);
    struct report_source source = {.path = plan_value(order->plan, PLAN_SCENARIO),
                                   .text = text,
                                   .length = strlen(text),
                                   .sets = sets->strings,
                                   .n_sets = sets->n,
                                   .argv = order->argv};
    bool drawn = true;
    if (!sweep_files_write(view, &source, folder, error) ||
        !(order->no_plots || sweep_plots_write(view, folder, &drawn, error)))
        return false;
    if (!drawn)
        complain("gnuplot was not found: data and scripts are in %s/plots, pictures are not", folder);
    print_aside("written: %s\n", folder);
    return true;
}

static bool print_letters(const struct sweep_view *view)
{
    struct table_style style = print_style();
    struct text text = {0};
    struct error error = {0};
    bool drawn = true, ok = sweep_plots_add_letters(&text, view, &style, &drawn, &error);
    if (!ok)
        complain("%s", error_text(&error));
    error_finish(&error);
    return plot_option_print(&text, drawn) && ok;
}

/* `folder` may be NULL: no files. */
static enum exit_code report(const struct sweep_order *order, const struct sweep *sweep, const char *folder)
{
    const struct plan_values *metrics = &order->plan->values[PLAN_GET];
    struct sweep_view view;
    struct text text = {0};
    struct error error = {0};
    if (!sweep_view_init(&view, sweep, (const char *const *)metrics->strings, metrics->n)) {
        complain("out of memory");
        return EXIT_IO;
    }
    if (order->format)
        order->format->add(&text, &view);
    bool whole = !text.failed, printed = print_text(&text);
    if (printed && order->letters)
        printed = print_letters(&view);
    bool ok = !folder || !whole || write_files(order, &view, folder, &error);
    if (!ok)
        complain("%s", error_text(&error));
    error_finish(&error);
    sweep_view_finish(&view);
    return ok && printed ? EXIT_OK : EXIT_IO;
}

/* ---- the tasks ---- */

/* Tasks whose numbers are there, of those of a shard or of all. */
static size_t count_done(const struct sweep *sweep)
{
    size_t done = 0;
    for (size_t i = 0; i < sweep->n_points; i++)
        done += (size_t)sweep->points[i].experiment.replications * sweep->points[i].experiment.n_policies;
    return done;
}

/* A point that came to a limit of its own has all that it will have. */
static bool is_whole(const struct sweep *sweep)
{
    for (size_t i = 0; i < sweep->n_points; i++) {
        const struct experiment *experiment = &sweep->points[i].experiment;
        bool cut = experiment->cut.limit != LIMIT_NONE && experiment->cut.limit != LIMIT_WALL;
        if (experiment->replications < experiment->wanted && !cut)
            return false;
    }
    return true;
}

/* Each of those points in a line of its own. */
static void tell_cuts(const struct sweep_order *order, const struct sweep *sweep)
{
    const char *file = plan_value(order->plan, PLAN_SCENARIO);
    for (size_t i = 0; i < sweep->n_points; i++) {
        const struct experiment *experiment = &sweep->points[i].experiment;
        struct text text = {0};
        if (experiment->cut.limit == LIMIT_NONE)
            continue;
        for (size_t a = 0; a < sweep->n_axes; a++)
            text_addf(&text, "%s=%s, ", sweep->axes[a].paths[0],
                      sweep->axes[a].values[sweep_index(sweep, i, a)]);
        text_add(&text, "ended at a limit: ");
        cut_text_add(&text, &sweep->points[i].spec, experiment);
        complain("%s: %s", file, text_string(&text));
        text_finish(&text);
    }
}

static enum exit_code tell_shard(const struct sweep_order *order, const struct sweep_points *points)
{
    struct text text = {0};
    size_t n = experiment_tasks(points->specs, points->sweep.n_points), mine = 0;
    for (size_t t = 0; t < n; t++)
        mine += experiment_shard_of(t, order->shards) == order->shard;
    text_addf(&text, "shard %u/%u: %zu of %zu tasks done\n", order->shard + 1, order->shards, mine, mine);
    return print_text(&text) ? EXIT_OK : EXIT_IO;
}

static enum exit_code tell_unfinished(const struct sweep_order *order, const struct sweep_points *points)
{
    size_t n = experiment_tasks(points->specs, points->sweep.n_points);
    const char *file = plan_value(order->plan, PLAN_SCENARIO);
    if (order->done) {
        sweep_tell_missing(order, points);
        return EXIT_IO;
    }
    bool late = sweep_count_cut(&points->sweep) > 0 && !*interrupt_watch();
    complain("%s: %s: %zu of %zu tasks can be compared%s", file, late ? "time was up" : "interrupted",
             count_done(&points->sweep), n, order->out ? "; --resume goes on" : "");
    return late ? EXIT_LIMIT : EXIT_INTERRUPTED;
}

/* Of the axes (free() them); NULL when memory is gone. */
static size_t *sweep_lengths(const struct sweep *sweep)
{
    size_t *lengths = calloc(sweep->n_axes, sizeof *lengths);
    for (size_t a = 0; lengths && a < sweep->n_axes; a++)
        lengths[a] = sweep->axes[a].n;
    return lengths;
}

static struct experiment_options options_of(const struct sweep_order *order, const struct journal *journal)
{
    return (struct experiment_options){.threads = order->threads,
                                       .numbers_only = true,
                                       .journal = journal,
                                       .no_work = order->done != NULL,
                                       .shard = order->shard,
                                       .shards = order->shards,
                                       .limits = &order->limits,
                                       .stop = interrupt_watch()};
}

static bool simulate(const struct sweep_order *order, struct sweep_points *points,
                     const struct journal *journal, struct error *error)
{
    struct sweep *sweep = &points->sweep;
    struct progress progress;
    progress_init(&progress, sweep->points[0].spec.name);
    struct experiment_options how = options_of(order, journal);
    how.progress = progress_show;
    how.progress_data = &progress;
    struct experiment *experiments = calloc(sweep->n_points, sizeof *experiments);
    size_t *lengths = sweep_lengths(sweep);
    if (lengths && !how.no_work)
        progress_estimate(&progress, points->specs, sweep->n_points, lengths, sweep->n_axes, &how);
    bool ok = experiments ? experiments_run(points->specs, sweep->n_points, &how, experiments, error)
                          : error_set(error, "out of memory");
    progress_finish(&progress);
    free(lengths);
    for (size_t i = 0; experiments && ok && i < sweep->n_points; i++)
        sweep->points[i].experiment = experiments[i];
    free(experiments);
    return ok;
}

static enum exit_code conclude(const struct sweep_order *order, const struct sweep_points *points,
                               const char *folder)
{
    const struct sweep *sweep = &points->sweep;
    if (order->shards && !*interrupt_watch() && sweep_count_cut(sweep) == 0)
        return tell_shard(order, points);
    tell_cuts(order, sweep);
    if (!is_whole(sweep) || order->shards)
        return tell_unfinished(order, points);
    enum exit_code code = report(order, sweep, folder);
    return code == EXIT_OK && sweep_count_cut(sweep) > 0 ? EXIT_LIMIT : code;
}

/* ---- what is kept ---- */

/* The folders of a sweep: of its reports, and of its finished tasks. */
struct places {
    char *folder, *tasks; /* owned; NULL: nothing is written */
};

static void places_finish(struct places *places)
{
    free(places->folder);
    free(places->tasks);
}

static bool places_init(struct places *places, const struct sweep_order *order, const char *name)
{
    *places = (struct places){0};
    if (!order->out)
        return true;
    places->folder = report_folder(order->out, name);
    places->tasks = places->folder ? path_join(places->folder, "tasks") : NULL;
    return places->tasks != NULL;
}

/* A sweep that begins anew leaves nothing of the one before; several shards begin at any time. */
static bool prepare(const struct sweep_order *order, const struct places *places, struct error *error)
{
    if (!places->folder || order->done)
        return true;
    interrupt_watch(); /* what is written from here on is written whole */
    bool fresh = !order->resume && !order->shards;
    return (!fresh || journal_clear(places->tasks, error)) && folder_make(places->folder, error) &&
           plan_write(order->plan, places->folder, error);
}

/* `journal` may be NULL. */
static enum exit_code perform(const struct sweep_order *order, struct sweep_points *points,
                              const struct places *places, const struct journal *journal)
{
    struct error error = {0};
    bool ok = prepare(order, places, &error) && simulate(order, points, journal, &error);
    return ok ? conclude(order, points, places->folder) : tell(order->plan, &error);
}

static enum exit_code print_estimate(const struct sweep_order *order, struct sweep_points *points,
                                     const struct journal *journal)
{
    bool goes_on = order->resume || order->shards;
    struct experiment_options how = options_of(order, goes_on ? journal : NULL);
    size_t *lengths = sweep_lengths(&points->sweep);
    struct estimate_order wanted = {points->specs, points->sweep.n_points, lengths, points->sweep.n_axes,
                                    &how};
    if (!lengths) {
        complain("out of memory");
        return EXIT_IO;
    }
    enum exit_code code = estimate_print(plan_value(order->plan, PLAN_SCENARIO),
                                         order->format ? order->format->name : "table", &wanted);
    free(lengths);
    return code;
}

static enum exit_code perform_in(const struct sweep_order *order, struct sweep_points *points)
{
    struct places places;
    if (!places_init(&places, order, points->specs[0]->name)) {
        places_finish(&places);
        complain("out of memory");
        return EXIT_IO;
    }
    const char *tasks = places.tasks;
    struct journal kept = {&tasks, 1, false}, *journal = order->done || tasks ? &kept : NULL;
    if (order->done)
        kept = (struct journal){order->done, order->n_done, true};
    enum exit_code code =
        order->estimate ? print_estimate(order, points, journal) : perform(order, points, &places, journal);
    places_finish(&places);
    return code;
}

enum exit_code sweep_perform(const struct sweep_order *order)
{
    struct sweep_points points;
    enum exit_code code = sweep_points_read(order->plan, &points);
    if (code != EXIT_OK)
        return code;
    code = check_metrics(order->plan, points.specs[0]);
    if (code == EXIT_OK)
        code = check_run(order, points.specs[0]);
    if (code == EXIT_OK)
        code = perform_in(order, &points);
    sweep_points_finish(&points);
    return code;
}

/* ---- --tasks ---- */

static void add_task(struct text *text, const struct sweep_points *points, const struct experiment_task *task)
{
    const struct sweep *sweep = &points->sweep;
    text_addf(text, "%zu\t%s\t", task->number, task->id.chars[0] ? task->id.chars : "-");
    for (size_t a = 0; a < sweep->n_axes; a++)
        text_addf(text, "%s%s=%s", a ? " " : "", sweep->axes[a].paths[0],
                  sweep->axes[a].values[sweep_index(sweep, task->spec, a)]);
    text_addf(text, "\t%s\t%u\n", points->specs[task->spec]->policies[task->policy].name, task->replication);
}

enum exit_code sweep_list_tasks(const struct sweep_order *order)
{
    struct sweep_points points;
    struct text text = {0};
    enum exit_code code = sweep_points_read(order->plan, &points);
    if (code != EXIT_OK)
        return code;
    text_add(&text, "task\tid\tpoint\tpolicy\treplication\n");
    struct experiment_task task = {0};
    while (experiment_next_task(points.specs, points.sweep.n_points, &task))
        if (order->shards == 0 || experiment_shard_of(task.number - 1, order->shards) == order->shard)
            add_task(&text, &points, &task);
    sweep_points_finish(&points);
    return print_text(&text) ? EXIT_OK : EXIT_IO;
}
