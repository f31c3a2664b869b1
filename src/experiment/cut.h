/* Where an experiment came to a limit. */
#ifndef TANDEM_EXPERIMENT_CUT_H
#define TANDEM_EXPERIMENT_CUT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "experiment/limit.h"
#include "model/spec.h"

/* The first replication that did, and of several policies the one that did so earliest. */
struct cut {
    enum limit limit; /* LIMIT_NONE: none did */
    struct limits limits;
    uint32_t policy, replication;
    bool pilot;     /* of those that look for the end of the warm-up */
    int64_t at_ns;  /* 0 = it had not begun */
    char *why;      /* owned: what there was most of; NULL = not known */
    bool shortened; /* the numbers are of the time before, as is the spec's duration; else of the replications
                     * that were finished, if any */
    int64_t wanted_ns; /* the duration that was asked for */
};

/* "policy queue, replication 0, at 4.2 min: it needs more than ...", without a full stop; replications count
 * from 0 as in seeds. */
void cut_add(struct text *text, const struct spec *spec, const struct cut *cut);

#endif
