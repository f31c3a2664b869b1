/* Who was blocked for what: the accounts of all calls and I/O waits, and what is still open at the end. */
#ifndef TANDEM_MODEL_BLAME_H
#define TANDEM_MODEL_BLAME_H

#include <stdbool.h>

#include "base/error.h"
#include "model/result.h"

struct system;
struct activation;

/* Forgets everything: the warm-up is over. */
void blame_clear(struct system *s);

/* Adds what `call` has spent so far, down the chain of those it waits for itself. */
void blame_so_far(const struct system *s, const struct activation *call, int64_t ret_split_ns[CAUSES]);

/* Charges what the worker of `a`, which waits for an answer, was blocked for so far, if it holds one. */
void blame_settle(struct system *s, const struct activation *a);

/* Charges what those who are blocked now have waited so far, and fills in the blames of each component of
 * `result`. Tells the trace of every stretch that the end of the run cuts off. */
bool blame_close(struct system *s, struct result *result, struct error *error);

#endif
