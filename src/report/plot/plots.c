#include "report/plot/plots.h"

#include <stdlib.h>

#include "experiment/files.h"
#include "report/plot/figure_files.h"
#include "report/plot/plot_figure.h"
#include "report/plot/plot_kinds.h"

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

static bool write_figure(const struct plot_type *type, const struct plot_source *source, const char *folder,
                         struct error *error)
{
    struct figure figure = {.name = type->name};
    type->draw(source, &figure);
    bool written = figure_write(&figure, folder, error);
    text_finish(&figure.data);
    text_finish(&figure.script);
    return written;
}

bool plots_write(const struct spec *spec, const struct experiment *experiment, const char *folder,
                 bool *ret_drawn, struct error *error)
{
    struct plot_source source = {.spec = spec, .experiment = experiment};
    const char *names[N_TYPES];
    size_t n = 0;
    char *plots = path_join(folder, "plots");
    bool written = plots ? folder_make(plots, error) : error_set(error, "%s: out of memory", folder);
    for (size_t i = 0; written && i < N_TYPES; i++) {
        const struct plot_type *type = &plot_types[i];
        figure_remove(type->name, plots);
        if (type->wanted && !type->wanted(&source))
            continue;
        written = write_figure(type, &source, plots, error);
        names[n++] = type->name;
    }
    written = written && figures_draw(plots, names, n, ret_drawn, error);
    free(plots);
    return written;
}
