/* Loads: who sends requests, and when. */
#ifndef TANDEM_MODEL_WORKLOAD_H
#define TANDEM_MODEL_WORKLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "des/rng.h"
#include "model/call.h"
#include "model/result.h"
#include "model/spec.h"

struct system;
struct request;

/* How fast a load comes since some time: as the spec says, times a factor. */
struct tempo {
    int64_t from_ns;
    double factor;
};

/* One user of a closed load. */
struct user {
    struct load *load;
    uint64_t requests; /* so far */
};

struct load {
    const struct load_spec *spec;
    uint32_t index;
    struct site *sites; /* owned; one an endpoint that it calls */
    uint32_t n_sites;
    uint64_t name; /* root of its requests' names */
    struct stream arrivals, batches, thinks, states;
    uint64_t n_arrivals; /* so far; a batch is one */
    uint64_t n_requests; /* so far */
    int64_t last_ns;     /* of the last arrival */
    uint32_t state;      /* mmpp: the present one; piecewise: the present stretch */
    uint64_t n_states;   /* mmpp: changes of state so far */
    int64_t state_end_ns;
    struct tempo *tempos; /* owned; from time 0 on; NULL = always as the spec says */
    size_t n_tempos;
    int64_t end_ns;     /* arrivals after that do not matter */
    struct user *users; /* owned; closed */
    uint64_t n_hung;    /* requests offered after the warm-up that nobody will ever answer */
    struct load_result result;
};

bool load_init(struct system *s, struct load *load, uint32_t index, struct error *error);
void load_finish(struct load *load);

/* Schedules its first arrivals. */
void load_begin(struct system *s, struct load *load);

/* The user of a closed load has its answer, and thinks before the next request. */
void load_user_thinks(struct system *s, struct user *user);

/* Finds out how the rate events of `spec` change the tempo of `load`, whose own spec and index are set. False
 * when memory is gone. */
bool arrival_prepare(struct load *load, const struct spec *spec);

/* When the next arrival of an open load comes: after the last one, INT64_MAX = never. One table of kinds. */
int64_t arrival_next(struct load *load);

/* How many requests come with the `arrival`-th arrival. */
uint64_t arrival_batch(const struct load *load, uint64_t arrival);

#endif
