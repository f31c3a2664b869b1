/* Every number of a run, for machines: as JSON and as CSV. */
#ifndef TANDEM_REPORT_SUMMARY_H
#define TANDEM_REPORT_SUMMARY_H

#include "base/text.h"
#include "experiment/experiment.h"
#include "model/spec.h"

/* {"name": ..., "policies": {"sync": {"throughput": {"value": 50, "half_width": null, "unit": "1/s"}, ...},
 * ...}, "first_replication": {"sync": {"effects": ..., "disturbances": [...], "outages": [...]}, ...}} */
void summary_add_json(struct text *text, const struct spec *spec, const struct experiment *experiment);

/* policy,metric,value,half_width,unit; a number that does not exist is an empty field. */
void summary_add_csv(struct text *text, const struct experiment *experiment);

#endif
