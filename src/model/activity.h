/* What a system does most, for whoever wonders why it does so much. */
#ifndef TANDEM_MODEL_ACTIVITY_H
#define TANDEM_MODEL_ACTIVITY_H

#include <stddef.h>
#include <stdint.h>

struct system;

/* Something that it does again and again. */
struct activity {
    const char *what; /* "deliveries from queue" */
    const char *of;   /* the name of what it happens at; borrowed from the system */
    uint64_t n;       /* so far; it may begin again at the end of the warm-up */
};

/* All of them, always in the same order. free() them; NULL when memory is gone. */
struct activity *system_activities(const struct system *system, size_t *ret_n);

#endif
