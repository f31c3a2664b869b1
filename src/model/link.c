#include "model/link.h"

#include <math.h>
#include <stdlib.h>

#include "base/text.h"
#include "model/state.h"

static size_t slot_of(uint32_t from, uint32_t to, size_t capacity)
{
    return (size_t)rng_mix(from, to) & (capacity - 1);
}

static struct wire **find(struct wire **slots, size_t capacity, uint32_t from, uint32_t to)
{
    size_t i = slot_of(from, to, capacity);
    while (slots[i] && (slots[i]->from != from || slots[i]->to != to))
        i = (i + 1) & (capacity - 1);
    return &slots[i];
}

static bool table_grow(struct wire_table *table)
{
    size_t capacity = table->capacity ? 2 * table->capacity : 32;
    struct wire **slots = calloc(capacity, sizeof *slots);
    if (!slots)
        return false;
    for (size_t i = 0; i < table->capacity; i++)
        if (table->slots[i])
            *find(slots, capacity, table->slots[i]->from, table->slots[i]->to) = table->slots[i];
    free(table->slots);
    table->slots = slots;
    table->capacity = capacity;
    return true;
}

void wire_table_finish(struct wire_table *table)
{
    if (!table)
        return;
    for (size_t i = 0; i < table->capacity; i++)
        free(table->slots[i]);
    free(table->slots);
    *table = (struct wire_table){0};
}

static const char *end_name(const struct spec *spec, uint32_t end)
{
    return end == SPEC_USERS ? "users" : spec->components[end].name;
}

static struct wire *wire_create(const struct system *s, const struct link_spec *link, uint32_t from,
                                uint32_t to)
{
    struct wire *wire = malloc(sizeof *wire);
    /* Named by its ends, not by the link: renaming a link leaves its numbers alone. */
    char *purpose = text_format("wire %s>%s", end_name(s->spec, from), end_name(s->spec, to));
    if (!wire || !purpose) {
        free(wire);
        free(purpose);
        return NULL;
    }
    bool is_default = link == s->spec->default_link;
    *wire = (struct wire){.spec = link,
                          .link = is_default ? (uint32_t)s->spec->n_links : (uint32_t)(link - s->spec->links),
                          .from = from,
                          .to = to,
                          .delays = stream_make(s->spec->run.seed, s->replication, purpose),
                          .losses = stream_make(s->spec->run.seed, ~s->replication, purpose)};
    free(purpose);
    return wire;
}

bool wire_between(struct system *s, uint32_t from, uint32_t to, struct wire **ret_wire)
{
    *ret_wire = NULL;
    const struct link_spec *link = spec_link(s->spec, from, to);
    if (!link)
        return true;
    struct wire_table *table = &s->wires;
    if (2 * table->n >= table->capacity && !table_grow(table))
        return false;
    struct wire **slot = find(table->slots, table->capacity, from, to);
    if (!*slot) {
        *slot = wire_create(s, link, from, to);
        if (!*slot)
            return false;
        table->n++;
    }
    *ret_wire = *slot;
    return true;
}

/* How much of [from, to) lies in the window that is measured. */
static int64_t measured(const struct system *s, int64_t from_ns, int64_t to_ns)
{
    int64_t begin = from_ns > s->spec->run.warmup_ns ? from_ns : s->spec->run.warmup_ns;
    int64_t end = to_ns < s->spec->run.duration_ns ? to_ns : s->spec->run.duration_ns;
    return end > begin ? end - begin : 0;
}

static void count(struct system *s, const struct wire *wire, int64_t begin_ns, int64_t sent_ns,
                  int64_t arrival_ns)
{
    struct link_result *result = &s->links[wire->link];
    int way =
        wire->from == wire->spec->between[1] || (wire->link == s->spec->n_links && wire->from > wire->to);
    if (s->sim.now_ns >= s->measured_from_ns)
        result->messages[way]++;
    result->flight_ns[way] += measured(s, s->sim.now_ns, arrival_ns);
    result->sending_ns[way] += measured(s, begin_ns, sent_ns);
}

/* The first of the link's two ends, or not: the spec may give each way a chance of its own. */
static int way_of(const struct wire *wire)
{
    return wire->from == wire->spec->between[1];
}

/* The chance that the present message gets lost; moves the chain of states on. */
static double chance_of_loss(struct wire *wire)
{
    const struct loss_spec *loss = &wire->spec->loss;
    double chance = wire->bad ? loss->bad : loss->good[way_of(wire)];
    if (loss->to_bad > 0.0) {
        struct draw draw = draw_make(&wire->losses, wire->n_messages++, 0);
        wire->bad = wire->bad ? draw_uniform(&draw) >= loss->to_good : draw_uniform(&draw) < loss->to_bad;
    }
    return chance;
}

/* How long it takes until a copy gets through that is resent after rto, 2 rto, 4 rto, ... max_rto, max_rto,
 * ... (RFC 6298, 5.5). */
static int64_t resend(const struct link_spec *spec, double chance, struct draw *draw)
{
    int64_t all_ns = 0;
    for (int64_t pause_ns = spec->rto_ns; pause_ns < spec->max_rto_ns; pause_ns *= 2) {
        if (draw_uniform(draw) >= chance)
            return all_ns;
        all_ns += pause_ns;
    }
    static const int64_t most_ns = SIM_TIME_MAX / 4;
    double more_ns = ((double)draw_geometric(draw, 1.0 / (1.0 - chance)) - 1.0) * (double)spec->max_rto_ns;
    int64_t left_ns = most_ns - all_ns;
    return more_ns < (double)left_ns ? all_ns + (int64_t)more_ns : most_ns;
}

static void pass(struct wire *wire, const struct activation *a, enum wire_use use, struct passage *passage)
{
    const struct link_spec *spec = wire->spec;
    double chance = chance_of_loss(wire);
    bool reliable = spec->on_loss == LINK_RETRANSMIT || (use != WIRE_REQUEST && use != WIRE_ANSWER);
    if (chance == 0.0 && spec->duplicate == 0.0)
        return;
    struct draw draw = draw_make(&wire->losses, a->request->number, rng_mix(a->path, use));
    passage->duplicate = use == WIRE_REQUEST && draw_uniform(&draw) < spec->duplicate;
    if (reliable)
        passage->arrival_ns += resend(spec, chance, &draw);
    else
        passage->lost = draw_uniform(&draw) < chance;
}

struct passage wire_send(struct system *s, struct wire *wire, int64_t bytes, const struct activation *a,
                         enum wire_use use)
{
    int64_t now_ns = s->sim.now_ns;
    if (!wire)
        return (struct passage){.arrival_ns = now_ns};
    int64_t begin_ns = wire->free_ns > now_ns ? wire->free_ns : now_ns;
    double writing_ns = (double)bytes / wire->spec->bytes_per_s * 1e9;
    int64_t sent_ns =
        begin_ns + (writing_ns < (double)SIM_TIME_MAX ? (int64_t)(writing_ns + 0.5) : SIM_TIME_MAX);
    if (sent_ns > SIM_TIME_MAX)
        sent_ns = SIM_TIME_MAX;
    wire->free_ns = sent_ns;
    struct draw draw = draw_make(&wire->delays, a->request->number, rng_mix(a->path, use));
    struct passage passage = {.arrival_ns = sent_ns + distribution_sample(&wire->spec->delay, &draw)};
    pass(wire, a, use, &passage);
    if (wire->spec->ordered && passage.arrival_ns < wire->last_ns)
        passage.arrival_ns = wire->last_ns;
    if (passage.arrival_ns > wire->last_ns && !passage.lost)
        wire->last_ns = passage.arrival_ns;
    count(s, wire, begin_ns, sent_ns, passage.lost ? sent_ns : passage.arrival_ns);
    return passage;
}
