/* The first requests of a run as a timeline for Perfetto and chrome://tracing: trace.json, in the Trace Event
 * Format (Google, 2016). */
#ifndef TANDEM_REPORT_TRACE_EVENTS_H
#define TANDEM_REPORT_TRACE_EVENTS_H

#include "base/text.h"
#include "model/spec.h"
#include "trace/trace.h"

/* Adds the file: a process for each component, with a track for each of its workers that was held at the same
 * time and for each wait beside them, one for the users, with a track for each request; messages are flows
 * from slice to slice, those that got lost are instants. Times are in microseconds. */
void trace_events_add(struct text *text, const struct spec *spec, const struct trace_log *log);

#endif
