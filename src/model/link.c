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
                          .delays = stream_make(s->spec->run.seed, s->replication, purpose)};
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

int64_t wire_send(struct system *s, struct wire *wire, int64_t bytes, const struct activation *a,
                  enum wire_use use)
{
    int64_t now_ns = s->sim.now_ns;
    if (!wire)
        return now_ns;
    int64_t begin_ns = wire->free_ns > now_ns ? wire->free_ns : now_ns;
    double writing_ns = (double)bytes / wire->spec->bytes_per_s * 1e9;
    int64_t sent_ns =
        begin_ns + (writing_ns < (double)SIM_TIME_MAX ? (int64_t)(writing_ns + 0.5) : SIM_TIME_MAX);
    if (sent_ns > SIM_TIME_MAX)
        sent_ns = SIM_TIME_MAX;
    wire->free_ns = sent_ns;
    struct draw draw = draw_make(&wire->delays, a->request->number, rng_mix(a->path, use));
    int64_t arrival_ns = sent_ns + distribution_sample(&wire->spec->delay, &draw);
    if (wire->spec->ordered && arrival_ns < wire->last_ns)
        arrival_ns = wire->last_ns;
    if (arrival_ns > wire->last_ns)
        wire->last_ns = arrival_ns;
    count(s, wire, begin_ns, sent_ns, arrival_ns);
    return arrival_ns;
}
