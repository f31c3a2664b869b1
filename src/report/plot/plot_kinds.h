/* The kinds of figures, for the table in plots.c. Each fills the figure's data and script. */
#ifndef TANDEM_REPORT_PLOT_KINDS_H
#define TANDEM_REPORT_PLOT_KINDS_H

#include "report/plot/plot_figure.h"

void plot_worker_time(const struct plot_source *source, struct figure *figure);
void plot_workers_summary(const struct plot_source *source, struct figure *figure);
void plot_throughput(const struct plot_source *source, struct figure *figure);
void plot_backlog(const struct plot_source *source, struct figure *figure);
void plot_places(const struct plot_source *source, struct figure *figure);
void plot_disturbance(const struct plot_source *source, struct figure *figure);
void plot_response_time(const struct plot_source *source, struct figure *figure);
void plot_timeline(const struct plot_source *source, struct figure *figure);
void plot_belief(const struct plot_source *source, struct figure *figure);

/* Whether the spec has dated events. */
bool plot_disturbance_wanted(const struct plot_source *source);

/* Whether any call timed out or was executed twice: else there is nothing to tell. */
bool plot_belief_wanted(const struct plot_source *source);

#endif
