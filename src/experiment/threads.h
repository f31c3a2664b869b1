/* Independent tasks on several threads. Which thread does which task must not matter. */
#ifndef TANDEM_EXPERIMENT_THREADS_H
#define TANDEM_EXPERIMENT_THREADS_H

#include <stdbool.h>
#include <stddef.h>

/* The processors that this machine offers, at least 1. */
unsigned threads_available(void);

/* Calls task(data, i) once for each i < n_tasks, in the order of i but several at a time: on `n_threads`
 * threads (0 = one a processor; the caller's is one of them), or on fewer when no more can be had. After a
 * task returned false no further one begins. True when all returned true. */
bool threads_run(size_t n_tasks, unsigned n_threads, bool (*task)(void *data, size_t i), void *data);

#endif
