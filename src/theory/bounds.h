/* What no run of a scenario can exceed, whatever its queues do. */
#ifndef TANDEM_THEORY_BOUNDS_H
#define TANDEM_THEORY_BOUNDS_H

#include "theory/anatomy.h"
#include "theory/values.h"

/* Adds asymptotic bounds for those metrics that have no exact value yet: the binding one for each. False when
 * memory is gone. */
bool bounds_add(struct values *values, const struct anatomy *anatomy);

/* Do some loads, from among all, show that to look at all of them takes far longer than bounds_add() may? In
 * doubt not. The anatomy need not be settled. */
bool bounds_are_hopeless(const struct anatomy *anatomy);

#endif
