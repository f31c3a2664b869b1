#include "report/sweep/sweep_files.h"

#include <math.h>
#include <stdlib.h>

#include "base/version.h"
#include "experiment/files.h"
#include "report/csv.h"
#include "report/cut_text.h"
#include "report/json.h"

/* ---- CSV ---- */

static void add_csv_header(struct text *text, const struct sweep *sweep)
{
    for (size_t a = 0; a < sweep->n_axes; a++) {
        char *column = sweep_axis_column(&sweep->axes[a]);
        csv_string(text, column ? column : "");
        text->failed |= !column;
        free(column);
    }
    text_add(text, ",policy,metric,value,half_width,unit\n");
}

static void add_csv_place(struct text *text, const struct sweep *sweep, size_t point)
{
    for (size_t a = 0; a < sweep->n_axes; a++) {
        const struct axis *axis = &sweep->axes[a];
        size_t value = sweep_index(sweep, point, a);
        if (axis->numbers)
            csv_number(text, axis->numbers[value]);
        else
            csv_string(text, axis->values[value]);
    }
}

static void add_csv_line(struct text *text, const struct sweep *sweep, size_t point, const char *policy,
                         const struct metric *metric)
{
    add_csv_place(text, sweep, point);
    csv_string(text, policy);
    csv_string(text, metric->name);
    csv_number(text, metric->value);
    csv_number(text, metric->half_width);
    csv_string(text, metric_unit_names[metric->unit]);
    csv_end_line(text);
}

void sweep_add_csv(struct text *text, const struct sweep_view *view)
{
    const struct sweep *sweep = view->sweep;
    add_csv_header(text, sweep);
    for (size_t i = 0; i < sweep->n_points; i++)
        for (size_t p = 0; p < sweep_policies(sweep); p++)
            for (size_t m = 0; m < view->n_metrics; m++) {
                const struct metric *metric = sweep_metric(sweep, i, p, view->metrics[m].name);
                if (metric)
                    add_csv_line(text, sweep, i, sweep_policy_name(sweep, p), metric);
            }
}

/* ---- JSON ---- */

static void add_strings(struct json *json, const char *key, char *const *strings, size_t n)
{
    json_open_flat(json, key, '[');
    for (size_t i = 0; i < n; i++)
        json_string(json, NULL, strings[i]);
    json_close(json, ']');
}

static void add_axis(struct json *json, const struct axis *axis)
{
    json_open(json, NULL, '{');
    add_strings(json, "paths", axis->paths, axis->n_paths);
    json_string(json, "label", axis_label(axis));
    json_string(json, "unit", sweep_axis_unit(axis));
    json_switch(json, "logarithmic", axis->logarithmic);
    add_strings(json, "values", axis->values, axis->n);
    if (axis->numbers) {
        json_open_flat(json, "numbers", '[');
        for (size_t i = 0; i < axis->n; i++)
            json_number(json, NULL, axis->numbers[i]);
        json_close(json, ']');
    }
    json_close(json, '}');
}

static void add_axes(struct json *json, const struct sweep *sweep)
{
    json_open(json, "axes", '[');
    for (size_t a = 0; a < sweep->n_axes; a++)
        add_axis(json, &sweep->axes[a]);
    json_close(json, ']');
}

static void add_policies(struct json *json, const struct sweep *sweep)
{
    json_open_flat(json, "policies", '[');
    for (size_t p = 0; p < sweep_policies(sweep); p++)
        json_string(json, NULL, sweep_policy_name(sweep, p));
    json_close(json, ']');
}

static void add_metrics(struct json *json, const struct sweep_view *view)
{
    json_open(json, "metrics", '[');
    for (size_t m = 0; m < view->n_metrics; m++) {
        json_open_flat(json, NULL, '{');
        json_string(json, "name", view->metrics[m].name);
        json_string(json, "unit", metric_unit_names[view->metrics[m].unit]);
        json_string(json, "meaning", view->metrics[m].meaning);
        json_close(json, '}');
    }
    json_close(json, ']');
}

/* The values of the first `n_axes` axes. */
static void add_place(struct json *json, const char *key, const struct sweep *sweep, size_t point,
                      size_t n_axes)
{
    json_open_flat(json, key, '{');
    for (size_t a = 0; a < n_axes; a++)
        json_string(json, sweep->axes[a].paths[0], sweep->axes[a].values[sweep_index(sweep, point, a)]);
    json_close(json, '}');
}

static void add_numbers(struct json *json, const struct sweep_view *view, size_t point, size_t policy)
{
    const struct sweep *sweep = view->sweep;
    json_open(json, sweep_policy_name(sweep, policy), '{');
    for (size_t m = 0; m < view->n_metrics; m++) {
        const struct metric *metric = sweep_metric(sweep, point, policy, view->metrics[m].name);
        json_open_flat(json, view->metrics[m].name, '{');
        json_number(json, "value", metric ? metric->value : (double)NAN);
        json_number(json, "half_width", metric ? metric->half_width : (double)NAN);
        json_switch(json, "grows", sweep_grows(sweep, point, policy, view->metrics[m].name));
        json_close(json, '}');
    }
    json_close(json, '}');
}

static void add_differences(struct json *json, const struct sweep_view *view, size_t point, size_t policy)
{
    json_open(json, sweep_policy_name(view->sweep, policy), '{');
    for (size_t m = 0; m < view->n_metrics; m++) {
        struct interval difference =
            sweep_difference(view->sweep, point, policy, 0, view->metrics[m].name, view->level);
        json_open_flat(json, view->metrics[m].name, '{');
        json_number(json, "value", difference.mean);
        json_number(json, "half_width", difference.half_width);
        json_switch(json, "certain", fabs(difference.mean) > difference.half_width);
        json_close(json, '}');
    }
    json_close(json, '}');
}

static void add_point(struct json *json, const struct sweep_view *view, size_t point)
{
    const struct sweep *sweep = view->sweep;
    json_open(json, NULL, '{');
    add_place(json, "values", sweep, point, sweep->n_axes);
    json_integer(json, "replications", sweep->points[point].experiment.replications);
    cut_add_json(json, &sweep->points[point].spec, &sweep->points[point].experiment.cut);
    json_open(json, "policies", '{');
    for (size_t p = 0; p < sweep_policies(sweep); p++)
        add_numbers(json, view, point, p);
    json_close(json, '}');
    json_open(json, "differences", '{');
    for (size_t p = 1; p < sweep_policies(sweep); p++)
        add_differences(json, view, point, p);
    json_close(json, '}');
    json_close(json, '}');
}

/* ---- crossings ---- */

struct pair {
    size_t first, other; /* policies */
};

static void add_crossing(struct json *json, const struct sweep_view *view, size_t metric, size_t point,
                         struct pair pair, const struct sweep_crossing *crossing)
{
    const struct sweep *sweep = view->sweep;
    const double *numbers = sweep->axes[sweep_last_axis(sweep)].numbers;
    json_open_flat(json, NULL, '{');
    json_string(json, "metric", view->metrics[metric].name);
    json_open(json, "policies", '[');
    json_string(json, NULL, sweep_policy_name(sweep, pair.first));
    json_string(json, NULL, sweep_policy_name(sweep, pair.other));
    json_close(json, ']');
    add_place(json, "at", sweep, point, sweep_last_axis(sweep));
    json_number(json, "before", numbers[crossing->before]);
    json_number(json, "behind", numbers[crossing->behind]);
    json_number(json, "x", crossing->x);
    json_number(json, "y", crossing->y);
    json_switch(json, "certain", crossing->certain);
    json_close(json, '}');
}

/* `indices` are those of `point`. */
static bool add_pair(struct json *json, const struct sweep_view *view, size_t metric, size_t point,
                     const size_t *indices, struct pair pair)
{
    struct sweep_crossing *crossings;
    size_t n;
    if (!sweep_crossings(view->sweep, sweep_last_axis(view->sweep), indices, pair.first, pair.other,
                         view->metrics[metric].name, view->level, &crossings, &n))
        return false;
    for (size_t i = 0; i < n; i++)
        add_crossing(json, view, metric, point, pair, &crossings[i]);
    free(crossings);
    return true;
}

static bool add_pairs(struct json *json, const struct sweep_view *view, size_t metric, size_t point,
                      size_t *indices)
{
    size_t n = sweep_policies(view->sweep);
    bool ok = true;
    sweep_indices(view->sweep, point, indices);
    for (size_t a = 0; a < n; a++)
        for (size_t b = a + 1; ok && b < n; b++)
            ok = add_pair(json, view, metric, point, indices, (struct pair){a, b});
    return ok;
}

static void add_crossings(struct json *json, const struct sweep_view *view)
{
    const struct sweep *sweep = view->sweep;
    size_t *indices = calloc(sweep->n_axes, sizeof *indices), row = sweep->axes[sweep_last_axis(sweep)].n;
    bool ok = indices != NULL;
    json_open(json, "crossings", '[');
    for (size_t m = 0; m < view->n_metrics; m++)
        for (size_t point = 0; ok && point < sweep->n_points; point += row)
            ok = add_pairs(json, view, m, point, indices);
    json_close(json, ']');
    json->text->failed |= !ok;
    free(indices);
}

/* ---- the whole ---- */

void sweep_add_json(struct text *text, const struct sweep_view *view)
{
    struct json json = {.text = text};
    const struct spec *spec = sweep_spec(view->sweep);
    json_open(&json, NULL, '{');
    json_string(&json, "version", tandem_version);
    json_string(&json, "name", spec->name);
    json_string(&json, "about", spec->about);
    json_number(&json, "level", spec->run.confidence > 0.0 ? spec->run.confidence : 0.95);
    json_number(&json, "difference_level", view->level);
    add_axes(&json, view->sweep);
    add_policies(&json, view->sweep);
    add_metrics(&json, view);
    json_open(&json, "points", '[');
    for (size_t i = 0; i < view->sweep->n_points; i++)
        add_point(&json, view, i);
    json_close(&json, ']');
    add_crossings(&json, view);
    json_close(&json, '}');
}

static void add_manifest(struct text *text, const struct sweep_view *view, const struct report_source *source)
{
    struct json json = {.text = text};
    const struct spec *spec = sweep_spec(view->sweep);
    struct sweep_replications replications = sweep_replications(view->sweep);
    json_open(&json, NULL, '{');
    report_add_source(&json, spec->name, source);
    json_integer(&json, "seed", spec->run.seed);
    json_open_flat(&json, "replications", '[');
    json_integer(&json, NULL, replications.least);
    json_integer(&json, NULL, replications.most);
    json_close(&json, ']');
    json_integer(&json, "points", view->sweep->n_points);
    json_integer(&json, "points_done", replications.n_points);
    add_axes(&json, view->sweep);
    add_policies(&json, view->sweep);
    json_open(&json, "files", '[');
    json_string(&json, NULL, "sweep.csv");
    json_string(&json, NULL, "sweep.json");
    json_close(&json, ']');
    json_close(&json, '}');
}

bool sweep_files_write(const struct sweep_view *view, const struct report_source *source, const char *folder,
                       struct error *error)
{
    struct text csv = {0}, json = {0}, manifest = {0};
    sweep_add_csv(&csv, view);
    sweep_add_json(&json, view);
    add_manifest(&manifest, view, source);
    bool ok = folder_make(folder, error) && report_unseal(folder, error) &&
              report_write_text(folder, "sweep.csv", &csv, error) &&
              report_write_text(folder, "sweep.json", &json, error) &&
              report_write_text(folder, "manifest.json", &manifest, error); /* last: now it is whole */
    text_finish(&csv);
    text_finish(&json);
    text_finish(&manifest);
    return ok;
}
