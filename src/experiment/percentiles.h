/* Percentiles that are asked for besides the usual ones, by the names of metrics: "sync.response.p97.5". They
 * are worked out of the histograms of each replication, and so have to be asked for before it. */
#ifndef TANDEM_EXPERIMENT_PERCENTILES_H
#define TANDEM_EXPERIMENT_PERCENTILES_H

#include <stdbool.h>
#include <stddef.h>

#include "model/spec.h"

/* Each is worked out of every histogram of every replication: more would take longer than the runs. */
enum { PERCENTILES_MOST = 100 };

/* Adds to spec->percentiles what the names of metrics in a text ask for: every ".pNUMBER" at the end of a
 * name, above 0 and below 100, with at most six decimals, that is not among the usual ones. False when memory
 * is gone. Whoever has a copy of the spec has to ask before it is made. */
bool percentiles_ask(struct spec *spec, const char *text);

/* The same for all that the scenario itself names: its claims, and what shall be precise. */
bool percentiles_ask_spec(struct spec *spec);

/* Are more asked for than PERCENTILES_MOST? Those beyond one more are left out. */
bool percentiles_are_too_many(const struct spec *spec);

/* Whether each time has that one by itself: "p99". */
bool percentiles_are_usual(const char *name, size_t length);

#endif
