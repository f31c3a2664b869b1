/* The reference of the metrics, written from the tables that name those of every run. */
#ifndef TANDEM_CLI_METRIC_REFERENCE_H
#define TANDEM_CLI_METRIC_REFERENCE_H

#include "base/text.h"
#include "cli/metric_patterns.h"

/* Adds every metric that there can be, its unit and its meaning, as Markdown. */
void metric_reference(struct text *text, const struct metric_patterns *patterns);

#endif
