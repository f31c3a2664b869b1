/* What the machine has, and its clock. */
#ifndef TANDEM_EXPERIMENT_MACHINE_H
#define TANDEM_EXPERIMENT_MACHINE_H

#include <stddef.h>

/* The bytes of memory that this process may come to have: of the machine, or of the container or the limits
 * (ulimit -v) that it is in, where these are less. At least 1; SIZE_MAX where nobody knows. */
size_t machine_memory_bytes(void);

/* What one of `n` replications that run at once may take of it, so that all of them leave a quarter: for what
 * is not counted, for results, and for others. */
size_t machine_memory_share(size_t n);

/* Seconds, on a clock that never goes back and began at some time. */
double machine_now_s(void);

#endif
