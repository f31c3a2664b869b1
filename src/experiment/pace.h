/* Lets the time of a system pass, as far as it may: until somebody stops it, it has cost too much, or its
 * clock stands still. */
#ifndef TANDEM_EXPERIMENT_PACE_H
#define TANDEM_EXPERIMENT_PACE_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "experiment/limit.h"
#include "model/spec.h"
#include "model/system.h"

struct pace {
    struct system *system; /* borrowed, as are: */
    const struct spec *spec;
    const struct limits *limits;       /* NULL = none */
    const volatile sig_atomic_t *stop; /* not 0: it ends; or NULL */
    bool stopped;
    enum limit limit;
    uint64_t still_events; /* that have happened at the same instant, in whole slices */
    char *why;             /* owned: of a limit, what there was most of; NULL = not known */
};

/* Prepares a pace for `system`, which is of `spec`, and limits its memory. */
void pace_begin(struct pace *pace, struct system *system, const struct spec *spec,
                const struct limits *limits, const volatile sig_atomic_t *stop);

/* Lets time pass up to `until_ns`. True, and *ret_there false: it was stopped or came to a limit, and time
 * has come to system_now_ns(); it will not go on. */
bool pace_step(struct pace *pace, int64_t until_ns, bool *ret_there, struct error *error);
void pace_finish(struct pace *pace);

#endif
