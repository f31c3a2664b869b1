#include "report/plot/sweep_plots.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "experiment/files.h"
#include "report/plot/figure_files.h"

const struct sweep_plot_type sweep_plot_types[] = {
    {"sweep", "a metric under each policy along the values of the last axis", plot_sweep, plot_sweep_wanted},
    {"heat", "two policies' ratio in a metric at the values of two axes", plot_heat, plot_heat_wanted},
};

enum { N_TYPES = sizeof sweep_plot_types / sizeof *sweep_plot_types };

const size_t n_sweep_plot_types = N_TYPES;

/* ---- names ---- */

struct names {
    char **of; /* owned */
    size_t n;
};

static bool is_taken(const struct names *names, const char *name)
{
    for (size_t i = 0; i < names->n; i++)
        if (strcmp(names->of[i], name) == 0)
            return true;
    return false;
}

/* A component may be called anything, a file may not. */
static char *make_name(const struct names *names, const char *type, const char *metric)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    char *name = text_format("%s-%s", type, metric);
    for (char *c = name; c && *c; c++)
        if (!strchr(allowed, *c))
            *c = '_';
    for (unsigned n = 2; name && is_taken(names, name); n++) {
        char *other = text_format("%s_%u", name, n);
        free(name);
        name = other;
    }
    return name;
}

static void names_finish(struct names *names)
{
    for (size_t i = 0; i < names->n; i++)
        free(names->of[i]);
    free(names->of);
}

/* ---- what an earlier sweep left ---- */

static bool is_of_type(const char *file, size_t length)
{
    for (size_t t = 0; t < N_TYPES; t++) {
        size_t n = strlen(sweep_plot_types[t].name);
        if (length > n && strncmp(file, sweep_plot_types[t].name, n) == 0 && file[n] == '-')
            return true;
    }
    return false;
}

/* By their scripts: a figure has one. */
static void remove_figures(const char *folder)
{
    DIR *directory = opendir(folder);
    for (struct dirent *entry; directory && (entry = readdir(directory)) != NULL;) {
        size_t length = strlen(entry->d_name);
        if (length < 3 || strcmp(entry->d_name + length - 3, ".gp") != 0 ||
            !is_of_type(entry->d_name, length))
            continue;
        char *name = text_format("%.*s", (int)(length - 3), entry->d_name);
        if (name)
            figure_remove(name, folder);
        free(name);
    }
    if (directory)
        closedir(directory);
}

/* ---- figures ---- */

static bool write_figure(const struct sweep_plot_type *type, const struct sweep_view *view, size_t metric,
                         const char *folder, struct names *names, struct error *error)
{
    char *name = make_name(names, type->name, view->metrics[metric].name);
    if (!name)
        return error_set(error, "%s: out of memory", folder);
    struct figure figure = {.name = name};
    names->of[names->n++] = name;
    type->draw(view, metric, &figure);
    bool written = figure_write(&figure, folder, error);
    text_finish(&figure.data);
    text_finish(&figure.script);
    return written;
}

static bool write_figures(const struct sweep_view *view, const char *plots, struct names *names,
                          struct error *error)
{
    for (size_t t = 0; t < N_TYPES; t++)
        for (size_t m = 0; sweep_plot_types[t].wanted(view) && m < view->n_metrics; m++)
            if (!write_figure(&sweep_plot_types[t], view, m, plots, names, error))
                return false;
    return true;
}

bool sweep_plots_write(const struct sweep_view *view, const char *folder, bool *ret_drawn,
                       struct error *error)
{
    struct names names = {.of = calloc(N_TYPES * view->n_metrics + 1, sizeof *names.of)};
    char *plots = path_join(folder, "plots");
    bool written = false;
    if (!names.of || !plots) {
        error_set(error, "%s: out of memory", folder);
    } else if (folder_make(plots, error)) {
        remove_figures(plots);
        written = write_figures(view, plots, &names, error) &&
                  figures_draw(plots, (const char *const *)names.of, names.n, ret_drawn, error);
    }
    names_finish(&names);
    free(plots);
    return written;
}
