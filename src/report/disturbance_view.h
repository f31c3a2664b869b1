/* What a figure of disturbances shows: the time around the dated events, and what users and backlogs were
 * like in it, stretch by stretch. */
#ifndef TANDEM_REPORT_DISTURBANCE_VIEW_H
#define TANDEM_REPORT_DISTURBANCE_VIEW_H

#include "report/plot/plot_figure.h"

/* What is shown of a run: the time around the events, in stretches of `bucket` samples. */
struct disturbance_view {
    const struct plot_source *source;
    int64_t from_ns, to_ns;
    size_t bucket;
    double low, high;    /* response times, seconds */
    double most_errors;  /* a share */
    double most_backlog; /* messages */
    struct time_unit unit;
};

struct disturbance_view disturbance_view_make(const struct plot_source *source);

/* The last sample of the stretch that begins with sample `from`. */
size_t view_stretch_end(const struct disturbance_view *view, const struct series *series, size_t from);

/* Whether any of the time between these samples is shown. */
bool view_shows(const struct disturbance_view *view, const struct series *series, size_t from, size_t to);

/* NULL where nothing is known of it. */
const struct disturbance *disturbance_of(const struct plot_source *source, size_t policy, size_t event);

/* For extremes_find(): messages in queues, in inboxes, and before a retry. */
int64_t backlog_at(const struct system_sample *sample, const void *data);

/* Mean of the answers between two samples, in seconds; NAN where there was none. */
double response_between(const struct system_sample *a, const struct system_sample *b);

/* The share of failures among the requests that ended between two samples; NAN where none did. */
double errors_between(const struct system_sample *a, const struct system_sample *b);

#endif
