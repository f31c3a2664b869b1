/* The first requests of a run as a chart of lanes: for each component a lane for each worker that is held at
 * the same time, the stretches of its time as bars, and the messages between components as arrows. */
#ifndef TANDEM_REPORT_TIMELINE_H
#define TANDEM_REPORT_TIMELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/spec.h"
#include "trace/trace.h"

/* Heights are in lanes, counted downwards from the upper edge of the chart. */
struct timeline_bar {
    struct trace_span span;
    unsigned lane; /* of its component; for what waits without a worker: of the strip below the lanes */
    double top, bottom;
};

struct timeline_arrow {
    struct trace_arrow arrow;
    double sent_y, arrived_y;
};

/* Between the edge of a lane and a bar that fills it. */
extern const double timeline_bar_margin;

/* Of the users' row, which has no lanes. */
extern const double timeline_users_height;

/* Where a component stands; the last one is for the users. */
struct timeline_row {
    bool shown;
    unsigned lanes;  /* workers held at the same time */
    unsigned strips; /* rows of thin bars below, for what waits without a worker */
    double top;
};

struct timeline {
    struct timeline_bar *bars; /* owned; by component, replica, start */
    size_t n_bars;
    struct timeline_arrow *arrows; /* owned */
    size_t n_arrows;
    struct timeline_row *rows; /* owned; n_components + 1 */
    size_t n_components;
    int64_t from_ns, to_ns; /* of all that is shown; both 0 when nothing is */
    double height;
};

/* True when a span of this kind holds a worker. */
bool timeline_holds(enum span_kind kind);

/* How many requests a log tells of. */
bool timeline_count(const struct trace_log *log, size_t *ret_requests);

/* The chart of the `n_requests` requests that came first. False when memory is gone. */
bool timeline_make(const struct trace_log *log, size_t n_components, size_t n_requests,
                   struct timeline *ret_timeline);
void timeline_finish(struct timeline *timeline);

/* Gives every bar and arrow its height. A row is there when `timeline` or any other that is drawn beside it
 * shows the component, so that all have the same rows: set `shown` of the rows before. */
void timeline_place(struct timeline *timeline);

/* Whether the activation that the arrow is about is where it arrives, or where it leaves. */
bool timeline_callee_is_at(const struct trace_arrow *arrow, bool arrives);

/* The share of the time from its first to its last moment in which anything happens; 0 when nothing is shown.
 */
double timeline_coverage(const struct timeline *timeline);

/* How long the workers of a component are held, and how much of that they are blocked; INT64_MAX = longer
 * than that. */
void timeline_held(const struct timeline *timeline, uint32_t component, int64_t *ret_held_ns,
                   int64_t *ret_blocked_ns);

#endif
