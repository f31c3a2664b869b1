/* Who was blocked for what: the accounts of all calls and I/O waits, and what is still open at the end. */
#ifndef TANDEM_MODEL_BLAME_H
#define TANDEM_MODEL_BLAME_H

#include <stdbool.h>

#include "base/error.h"
#include "model/result.h"

struct system;

/* Forgets everything: the warm-up is over. */
void blame_clear(struct system *s);

/* Charges what those who are blocked now have waited so far, and fills in the blames of each component of
 * `result`. Tells the trace of every stretch that the end of the run cuts off. */
bool blame_close(struct system *s, struct result *result, struct error *error);

#endif
