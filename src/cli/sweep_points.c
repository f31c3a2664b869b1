#include "cli/sweep_points.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/choose.h"
#include "cli/load.h"
#include "cli/print.h"
#include "experiment/percentiles.h"
#include "scenario/scenario.h"

static enum exit_code tell_memory(void)
{
    complain("out of memory");
    return EXIT_IO;
}

/* ---- the axes ---- */

static enum exit_code read_varies(const struct plan_values *varies, struct sweep_points *points)
{
    struct error error = {0};
    points->axes = calloc(varies->n, sizeof *points->axes);
    if (!points->axes)
        return tell_memory();
    for (size_t i = 0; i < varies->n; i++) {
        if (!axis_read(varies->strings[i], &points->axes[i], &error)) {
            enum exit_code code = error_is_memory(&error) ? EXIT_IO : EXIT_USAGE;
            complain("--vary %s: %s", varies->strings[i], error_text(&error));
            error_finish(&error);
            return code;
        }
        points->sweep.n_axes++;
    }
    return EXIT_OK;
}

static struct scenario_source source_of(const struct plan *plan)
{
    const struct plan_values *sets = &plan->values[PLAN_SET];
    const char *text = plan_value(plan, PLAN_TEXT);
    return (struct scenario_source){text, strlen(text), plan_value(plan, PLAN_SCENARIO),
                                    (const char *const *)sets->strings, sets->n};
}

/* Those of the command line stand instead of the scenario's. */
static enum exit_code read_axes(const struct plan *plan, struct sweep_points *points)
{
    struct scenario_source source = source_of(plan);
    struct problem_list problems = {0};
    if (plan->values[PLAN_VARY].n)
        return read_varies(&plan->values[PLAN_VARY], points);
    bool ok = scenario_axes(&source, &points->axes, &points->sweep.n_axes, &problems);
    enum exit_code code = complain_problems(&problems);
    problem_list_finish(&problems);
    if (!ok)
        return code;
    if (points->sweep.n_axes)
        return EXIT_OK;
    complain("%s: nothing to vary: the scenario has no \"sweep\", and --vary was not given", source.file);
    return EXIT_USAGE;
}

/* ---- the points ---- */

static bool count_points(struct sweep *sweep, size_t length)
{
    size_t n = 1;
    for (size_t a = 0; a < sweep->n_axes; a++) {
        if (sweep->axes[a].n > SWEEP_MOST_POINTS / n) {
            complain("the sweep has more than %d points", SWEEP_MOST_POINTS);
            return false;
        }
        n *= sweep->axes[a].n;
    }
    if (n > 1 && n > SWEEP_MOST_BYTES / (length + 1)) {
        complain(
            "the sweep has %zu points, and a scenario of %zu bytes for each: expected at most %d MiB in all",
            n, length, SWEEP_MOST_BYTES >> 20);
        return false;
    }
    sweep->n_points = n;
    return true;
}

/* The sets of a point: those of the plan, one that spares the reader the scenario's own sweep, then those of
 * the axes (owned, from `n_plan` on). */
struct point_sets {
    const char **sets;
    size_t n, n_plan;
};

static void point_sets_finish(struct point_sets *sets)
{
    for (size_t i = sets->n_plan; i < sets->n; i++)
        free((char *)sets->sets[i]);
    free(sets->sets);
}

static bool point_sets_init(struct point_sets *sets, const struct plan *plan, const struct sweep *sweep,
                            size_t point)
{
    const struct plan_values *common = &plan->values[PLAN_SET];
    size_t n = common->n;
    for (size_t a = 0; a < sweep->n_axes; a++)
        n += sweep->axes[a].n_paths;
    *sets = (struct point_sets){.sets = calloc(n + 1, sizeof *sets->sets), .n_plan = common->n + 1};
    for (; sets->sets && sets->n < common->n; sets->n++)
        sets->sets[sets->n] = common->strings[sets->n];
    if (sets->sets)
        sets->sets[sets->n++] = "sweep=[]";
    for (size_t a = 0; sets->sets && a < sweep->n_axes; a++)
        for (size_t k = 0; k < sweep->axes[a].n_paths; k++) {
            char *set = axis_set(&sweep->axes[a], k, sweep_index(sweep, point, a));
            if (!set)
                return false;
            sets->sets[sets->n++] = set;
        }
    return sets->sets != NULL;
}

static bool keep_policies(const struct plan *plan, struct spec *spec)
{
    const struct plan_values *wanted = &plan->values[PLAN_POLICY];
    for (size_t i = 0; i < wanted->n; i++) {
        bool there = false;
        for (size_t p = 0; p < spec->n_policies; p++)
            there |= strcmp(spec->policies[p].name, wanted->strings[i]) == 0;
        if (!there) {
            complain_policy(plan_value(plan, PLAN_SCENARIO), spec, wanted->strings[i]);
            return false;
        }
    }
    if (wanted->n)
        spec_keep_policies(spec, (const char *const *)wanted->strings, wanted->n);
    return true;
}

/* Warnings are told at the first point alone: the others would say the same. */
static enum exit_code tell_problems(const struct problem_list *problems, size_t point)
{
    return point == 0 || problems->n_errors || problems->failed ? complain_problems(problems) : EXIT_OK;
}

/* Percentiles that are named have to be measured, too. */
static bool ask_metrics(const struct plan *plan, struct spec *spec)
{
    const struct plan_values *names = &plan->values[PLAN_GET];
    bool good = percentiles_ask_spec(spec);
    for (size_t i = 0; good && i < names->n; i++)
        good = percentiles_ask(spec, names->strings[i]);
    return good;
}

static enum exit_code read_point(const struct plan *plan, struct sweep *sweep, size_t point)
{
    struct scenario_source source = source_of(plan);
    struct problem_list problems = {0};
    struct point_sets sets;
    struct spec *spec = &sweep->points[point].spec;
    enum exit_code code = EXIT_OK;
    if (point_sets_init(&sets, plan, sweep, point)) {
        scenario_read(source.text, source.length, source.file, plan_value(plan, PLAN_FOLDER), sets.sets,
                      sets.n, spec, &problems);
        code = tell_problems(&problems, point);
    } else {
        code = tell_memory();
    }
    problem_list_finish(&problems);
    point_sets_finish(&sets);
    if (code == EXIT_OK && !ask_metrics(plan, spec))
        code = tell_memory();
    if (code == EXIT_OK && !keep_policies(plan, spec))
        code = EXIT_USAGE;
    return code;
}

static bool count_tasks(const struct sweep_points *points)
{
    double n = 0.0;
    for (size_t i = 0; i < points->sweep.n_points; i++)
        n += (double)points->specs[i]->n_policies * (double)points->specs[i]->run.replications;
    if (n > SWEEP_MOST_TASKS)
        complain("the sweep has %.0f tasks (points, policies, replications), expected at most %d", n,
                 SWEEP_MOST_TASKS);
    return n <= SWEEP_MOST_TASKS;
}

static enum exit_code read_points(const struct plan *plan, struct sweep_points *points)
{
    struct sweep *sweep = &points->sweep;
    enum exit_code code = EXIT_OK;
    sweep->axes = points->axes;
    if (!count_points(sweep, strlen(plan_value(plan, PLAN_TEXT))))
        return EXIT_USAGE;
    sweep->points = calloc(sweep->n_points, sizeof *sweep->points);
    points->specs = calloc(sweep->n_points, sizeof *points->specs);
    if (!sweep->points || !points->specs)
        return tell_memory();
    for (size_t i = 0; code == EXIT_OK && i < sweep->n_points; i++) {
        points->specs[i] = &sweep->points[i].spec;
        code = read_point(plan, sweep, i);
    }
    if (code == EXIT_OK && !count_tasks(points))
        code = EXIT_USAGE;
    return code;
}

enum exit_code sweep_points_read(const struct plan *plan, struct sweep_points *ret_points)
{
    struct sweep_points points = {0};
    enum exit_code code = read_axes(plan, &points);
    if (code == EXIT_OK)
        code = read_points(plan, &points);
    if (code == EXIT_OK)
        *ret_points = points;
    else
        sweep_points_finish(&points);
    return code;
}

void sweep_points_finish(struct sweep_points *points)
{
    size_t n_axes = points->sweep.n_axes;
    sweep_finish(&points->sweep);
    for (size_t a = 0; points->axes && a < n_axes; a++)
        axis_finish(&points->axes[a]);
    free(points->axes);
    free(points->specs);
    *points = (struct sweep_points){0};
}
