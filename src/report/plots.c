#include "report/plots.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "experiment/files.h"
#include "report/gnuplot.h"
#include "report/plot_figure.h"
#include "report/plot_kinds.h"

const struct plot_type plot_types[] = {
    {"worker-time", "share of worker time by state, over time", plot_worker_time, NULL},
    {"workers-summary", "share of worker time by state, over the whole run", plot_workers_summary, NULL},
    {"throughput", "requests answered and completed per second, over time", plot_throughput, NULL},
    {"backlog", "messages that wait in inboxes and queues, over time", plot_backlog, NULL},
    {"places", "where everything is: messages on links, in inboxes and queues, executing, blocked, ...",
     plot_places, NULL},
    {"disturbance", "response time, errors and backlog through the dated events, where there are any",
     plot_disturbance, plot_disturbance_wanted},
    {"response-time", "time until the answer, and until all effects are done, by percentile",
     plot_response_time, NULL},
    {"timeline", "who works, who waits and which messages travel, for the first requests", plot_timeline,
     NULL},
    {"belief", "what callers believed of their calls, and what was true, where any timed out", plot_belief,
     plot_belief_wanted},
};

enum { N_TYPES = sizeof plot_types / sizeof *plot_types };

const size_t n_plot_types = N_TYPES;

static char *file_path(const char *folder, const char *name, const char *ending)
{
    char *file = text_format("%s%s", name, ending), *path = file ? path_join(folder, file) : NULL;
    free(file);
    return path;
}

static bool write_text(const char *folder, const char *name, const char *ending, const struct text *text,
                       struct error *error)
{
    char *path = file_path(folder, name, ending);
    bool written = path && !text->failed ? file_write(path, text_string(text), text->length, error)
                                         : error_set(error, "%s%s: out of memory", name, ending);
    free(path);
    return written;
}

static void remove_file(const char *folder, const char *name, const char *ending)
{
    char *path = file_path(folder, name, ending);
    if (path)
        unlink(path);
    free(path);
}

static bool write_figure(const struct plot_type *type, const struct plot_source *source, const char *folder,
                         struct error *error)
{
    struct figure figure = {.name = type->name};
    type->draw(source, &figure);
    bool written = write_text(folder, type->name, ".csv", &figure.data, error) &&
                   write_text(folder, type->name, ".gp", &figure.script, error);
    text_finish(&figure.data);
    text_finish(&figure.script);
    return written;
}

/* A figure of an earlier run beside the numbers of this one would lie. */
static void remove_figure(const struct plot_type *type, const char *folder)
{
    static const char *const endings[] = {".csv", ".gp", ".svg", ".png"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        remove_file(folder, type->name, endings[i]);
}

/* All figures at once: each is a program of its own. The first that fails is the one that is told of. */
static bool draw_all(const char *program, const char *folder, const bool *wanted, struct error *error)
{
    struct gnuplot_process processes[N_TYPES] = {{0}};
    bool drawn = true;
    for (size_t i = 0; drawn && i < N_TYPES; i++) {
        if (!wanted[i])
            continue;
        char *script = text_format("%s.gp", plot_types[i].name);
        drawn = script ? gnuplot_start(program, folder, script, &processes[i], error)
                       : error_set(error, "out of memory");
        free(script);
    }
    for (size_t i = 0; i < N_TYPES; i++) {
        bool fine = gnuplot_wait(&processes[i], drawn ? error : NULL);
        drawn = drawn && fine;
    }
    return drawn;
}

bool plots_write(const struct spec *spec, const struct experiment *experiment, const char *folder,
                 bool *ret_drawn, struct error *error)
{
    struct plot_source source = {.spec = spec, .experiment = experiment};
    bool written = false, wanted[N_TYPES];
    char *program = gnuplot_find(), *plots = path_join(folder, "plots");
    if (!plots) {
        error_set(error, "%s: out of memory", folder);
        goto done;
    }
    if (!folder_make(plots, error))
        goto done;
    for (size_t i = 0; i < N_TYPES; i++) {
        remove_figure(&plot_types[i], plots);
        wanted[i] = !plot_types[i].wanted || plot_types[i].wanted(&source);
        if (wanted[i] && !write_figure(&plot_types[i], &source, plots, error))
            goto done;
    }
    written = !program || draw_all(program, plots, wanted, error);
    if (written)
        *ret_drawn = program != NULL;
done:
    free(program);
    free(plots);
    return written;
}
