/* What a replication has cost so far, and what it may cost. */
#include "model/state.h"

/* An event that is to come: its entry in the list, its slot, and room to grow. */
enum { EVENT_BYTES = 64 };

/* Of its records, by where they are in a struct system. */
static const size_t pools[] = {
    offsetof(struct system, requests),     offsetof(struct system, tales),
    offsetof(struct system, activations),  offsetof(struct system, frames),
    offsetof(struct system, calls),        offsetof(struct system, call_extras),
    offsetof(struct system, cancels),      offsetof(struct system, messages),
    offsetof(struct system, receipts),     offsetof(struct system, effects),
    offsetof(struct system, publications),
};

enum { POOLS = sizeof pools / sizeof *pools };

static size_t pools_bytes(const struct system *s)
{
    size_t bytes = 0;
    for (size_t i = 0; i < POOLS; i++)
        bytes += pool_bytes((const struct pool *)((const char *)s + pools[i]));
    return bytes;
}

static size_t components_bytes(const struct system *s)
{
    size_t bytes = 0;
    for (size_t i = 0; i < s->spec->n_components; i++) {
        const struct component *c = &s->components[i];
        bytes += sizeof *c + c->spec->replicas * sizeof *c->instances + histogram_bytes(&c->wait);
    }
    for (size_t i = 0; i < s->n_queues; i++)
        bytes += sizeof *s->queues[i] + histogram_bytes(&s->queues[i]->wait);
    for (size_t i = 0; i < s->spec->n_endpoints; i++)
        bytes += sizeof *s->programs + s->programs[i].capacity * sizeof *s->programs[i].code;
    return bytes;
}

static size_t loads_bytes(const struct system *s)
{
    size_t bytes = 0;
    for (size_t i = 0; i < s->spec->n_loads; i++) {
        const struct load *load = &s->loads[i];
        bytes += sizeof *load + (load->users ? load->spec->users * sizeof *load->users : 0) +
                 histogram_bytes(&load->result.response) + histogram_bytes(&load->result.completion);
    }
    return bytes;
}

struct system_usage system_usage(const struct system *s)
{
    size_t bytes = sizeof *s + pools_bytes(s) + components_bytes(s) + loads_bytes(s);
    return (struct system_usage){s->sim.n_happened, bytes + sim_pending(&s->sim) * EVENT_BYTES};
}

void system_limit_memory(struct system *s, size_t bytes)
{
    size_t taken = pools_bytes(s) + sim_pending(&s->sim) * EVENT_BYTES;
    s->allowance.bytes = bytes > taken ? bytes - taken : 0;
    for (size_t i = 0; i < POOLS; i++)
        ((struct pool *)((char *)s + pools[i]))->allowance = &s->allowance;
    sim_limit_memory(&s->sim, &s->allowance);
}

bool system_exceeds(const struct system *s)
{
    return s->allowance.exceeded;
}
