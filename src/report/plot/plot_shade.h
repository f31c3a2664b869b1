/* What happened to the system, behind the curves of a panel over time: bands for the dated events, with their
 * names above, and a strip along the top for what went down by itself. */
#ifndef TANDEM_REPORT_PLOT_SHADE_H
#define TANDEM_REPORT_PLOT_SHADE_H

#include "report/plot/plot_figure.h"

enum { SHADE_ALL_POLICIES = FIGURE_POLICIES };

/* What a panel shows. */
struct shade {
    int64_t from_ns, to_ns; /* at its edges */
    size_t policy;          /* whose outages; SHADE_ALL_POLICIES = of all that are shown */
    uint32_t component;     /* only outages of it and of links to it; SPEC_NONE = all */
    bool front;             /* over what fills the panel */
    bool events_only;       /* no strip of outages */
};

/* The whole run: all policies, all outages, behind the curves. */
struct shade shade_of_run(const struct plot_source *source);

/* Shades a panel that is drawn next. */
void figure_shade(struct figure *figure, const struct plot_source *source, struct panel panel,
                  struct shade shade);

/* The room that the events' names take above a panel of these edges, in pixels; 0 when none is named. */
int shade_names_height(const struct plot_source *source, int left, int right, struct shade shade);

/* Writes them there. */
void figure_shade_names(struct figure *figure, const struct plot_source *source, struct panel panel,
                        struct shade shade);

/* Adds " · strip on top: outages" when anything went down by itself in the time shown. */
void shade_add_note(struct text *subtitle, const struct plot_source *source, struct shade shade);

#endif
