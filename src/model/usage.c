/* What a replication has cost so far. */
#include "model/state.h"

/* An event that is to come: its entry in the list, its slot, and room to grow. */
enum { EVENT_BYTES = 64 };

static size_t pools_bytes(const struct system *s)
{
    const struct pool *pools[] = {&s->requests, &s->activations, &s->frames,   &s->calls,
                                  &s->cancels,  &s->messages,    &s->receipts, &s->publications,
                                  &s->effects,  &s->call_extras};
    size_t bytes = 0;
    for (size_t i = 0; i < sizeof pools / sizeof *pools; i++)
        bytes += pool_bytes(pools[i]);
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
