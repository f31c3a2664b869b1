/* What the endpoints of a spec come to under a policy when nobody ever has to wait for a worker: how long
 * they compute, hold their worker, and take to answer. */
#ifndef TANDEM_THEORY_ANATOMY_H
#define TANDEM_THEORY_ANATOMY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/spec.h"
#include "theory/errand.h"
#include "theory/span.h"

enum anatomy_trait {
    ANATOMY_FAILS = 1,    /* it can end with an error, by itself or since a call of it can */
    ANATOMY_LOSES = 2,    /* something that it publishes may never be done, or end with an error */
    ANATOMY_RELEASES = 4, /* it gives its worker back before its end, and takes one again */
    ANATOMY_PARALLEL =
        8, /* it, or what it waits for, has several calls under way at once, or answers early */
    ANATOMY_PUBLISHES = 16, /* it, or what it waits for, publishes something that nobody waits for */
    ANATOMY_FORKS = 32      /* ... and that is not the last that it does: the request is in two places then */
};

/* One execution of an endpoint. What comes after an early answer, and gathers that need not have all of their
 * answers, are left out: the spans are vague then. */
struct endpoint_anatomy {
    struct span own;    /* that it computes itself */
    struct span held;   /* that it holds its worker */
    struct span answer; /* until its answer leaves */
    struct span whole;  /* until all that follows from it is done; means nothing where it forks */
    unsigned traits;    /* enum anatomy_trait, or-ed */
    size_t first_call;  /* of its calls in `calls`, in the order of its steps */
};

struct anatomy {
    const struct spec *spec;
    const struct policy_spec *policy;
    struct endpoint_anatomy *endpoints; /* owned; one an endpoint of the spec */
    struct errand *calls;               /* owned; those of an endpoint stand together */
    size_t n_calls;
    bool settled; /* else calls beget calls for so long that the spans were not summed up to the end: they are
                   * lower bounds */
};

/* Finds the calls; borrows both. False when memory is gone. */
bool anatomy_init(struct anatomy *anatomy, const struct spec *spec, const struct policy_spec *policy);

/* Sums up the endpoints: until then nothing is known of them but `first_call`. */
void anatomy_settle(struct anatomy *anatomy);

void anatomy_finish(struct anatomy *anatomy);

/* One beyond the last of an endpoint's calls. */
size_t anatomy_end_of_calls(const struct anatomy *anatomy, uint32_t endpoint);

/* The calls that a gather makes in all. */
uint32_t step_copies(const struct step_spec *step);

#endif
