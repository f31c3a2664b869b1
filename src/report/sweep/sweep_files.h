/* The folder that a sweep leaves behind. Two sweeps of the same command leave the same bytes. */
#ifndef TANDEM_REPORT_SWEEP_FILES_H
#define TANDEM_REPORT_SWEEP_FILES_H

#include "base/error.h"
#include "base/text.h"
#include "report/report.h"
#include "report/sweep/sweep_view.h"

/* A line for each point, policy and metric that the view shows: a column for each axis, named after its first
 * path and its unit (sweep_axis_column()), then policy,metric,value,half_width,unit. A number that does not
 * exist is an empty field; a point without numbers has no line. */
void sweep_add_csv(struct text *text, const struct sweep_view *view);

/* Of the metrics that the view shows:
 *   {"name": ..., "level": 0.95, "difference_level": 0.95,
 *    "axes": [{"paths": [...], "label": ..., "unit": "s", "logarithmic": false, "values": ["1ms", ...],
 *              "numbers": [0.001, ...]}],
 *    "policies": ["sync", ...],
 *    "metrics": [{"name": ..., "unit": ..., "meaning": ...}],
 *    "points": [{"values": {PATH: "1ms"}, "replications": 20,
 *                "policies": {"sync": {METRIC: {"value": ..., "half_width": ..., "grows": false}}},
 *                "differences": {"async": {METRIC: {"value": ..., "half_width": ..., "certain": true}}}}],
 *    "crossings": [{"metric": ..., "policies": ["sync", "async"], "at": {PATH: ...}, "before": 0.03,
 *                   "behind": 0.05, "x": 0.037, "y": 100, "certain": true}]}
 * What grows has no mean: see sweep_grows(). A difference is that to the first policy, and positive where
 * there is more than under that. Crossings are along the last axis; "at" has the others' values. */
void sweep_add_json(struct text *text, const struct sweep_view *view);

/* Writes sweep.csv, sweep.json and manifest.json into `folder`, which is made when missing. */
bool sweep_files_write(const struct sweep_view *view, const struct report_source *source, const char *folder,
                       struct error *error);

#endif
