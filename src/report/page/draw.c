#include "report/page/draw.h"

#include <string.h>

#include "report/page/draw_kinds.h"
#include "report/plot/plot_figure.h"

const struct drawing_type drawing_types[] = {
    {"topology", "The system", "components, links and queues, and how busy they are", draw_topology_wanted,
     draw_topology},
    {"workers", "Where the workers' time goes", "busy, blocked, idle and down, a bar a component",
     draw_workers_wanted, draw_workers},
    {"response", "How long it takes", "the share of requests that take longer than a time",
     draw_response_wanted, draw_response},
    {"throughput", "What gets through", "requests offered, answered and completed, over time",
     draw_series_wanted, draw_throughput},
    {"backlog", "Where everything is", "messages by the place they are at, over time", draw_series_wanted,
     draw_backlog},
    {"disturbance", "Through the events", "response time, errors and backlog around the dated events",
     draw_disturbance_wanted, draw_disturbance},
    {"belief", "What callers believe, and what is true", "calls by what their callers know of them",
     draw_belief_wanted, draw_belief},
    {"timeline", "The first requests", "who works, who waits, and which messages travel",
     draw_timeline_wanted, draw_timeline},
};

const size_t n_drawing_types = sizeof drawing_types / sizeof *drawing_types;

/* ---- colours ---- */

/* The colours of the plots are made for white paper: on a dark page those that would drown are lighter. */
static const struct {
    const char *light, *dark;
} shades[] = {
    {"#D55E00", "#F28B3C"}, {"#0072B2", "#58A9E0"}, {"#009E73", "#34C79B"}, {"#CC79A7", "#E09BC2"},
    {"#56B4E9", "#B3E0F7"}, {"#000000", "#D8D8D8"}, {"#8C6D31", "#C9A769"}, {"#7F7F7F", "#A6A6A6"},
};

static const char *dark_of(const char *color)
{
    for (size_t i = 0; i < sizeof shades / sizeof *shades; i++)
        if (strcmp(shades[i].light, color) == 0)
            return shades[i].dark;
    return color;
}

static void add_colors(struct text *css, const struct spec *spec, bool dark)
{
    for (size_t p = 0; p < spec->n_policies; p++) {
        const char *color = plot_policy_color(spec, p);
        text_addf(css, "--policy-%zu:%s;", p, dark ? dark_of(color) : color);
    }
}

void drawing_add_palette(struct text *css, const struct spec *spec)
{
    text_add(css, ":root{");
    add_colors(css, spec, false);
    text_add(css, "}\n@media screen and (prefers-color-scheme:dark){:root{");
    add_colors(css, spec, true);
    text_add(css, "}}\n");
}
