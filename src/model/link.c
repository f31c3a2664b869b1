#include "model/link.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/apart.h"
#include "base/text.h"
#include "model/state.h"
#include "model/weather.h"

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
    for (struct weather *weather = table->weathers, *next; weather; weather = next) {
        next = weather->next;
        weather_destroy(weather);
    }
    *table = (struct wire_table){0};
}

static const char *end_name(const struct spec *spec, uint32_t end)
{
    return end == SPEC_USERS ? "users" : spec->components[end].name;
}

/* The uses that are lost where the link drops them, as bits; others are resent, or it depends on their queue.
 */
static const uint16_t droppable = 1 << WIRE_REQUEST | 1 << WIRE_ANSWER | 1 << WIRE_CONFIRM | 1 << WIRE_CANCEL;

/* What every message takes, where that is always the same; else -1. */
static int64_t usual_delay(const struct distribution *delay)
{
    struct draw none = {0};
    return delay->type == &distribution_constant ? distribution_sample(delay, &none) : -1;
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
    bool is_default = link == s->spec->default_link, from_second = from == link->between[1];
    uint32_t index = is_default ? (uint32_t)s->spec->n_links : (uint32_t)(link - s->spec->links);
    *wire = (struct wire){.spec = link,
                          .result = &s->links[index],
                          .link = index,
                          .from = from,
                          .to = to,
                          .way = from_second || (is_default && from > to),
                          .chance = link->loss.good[from_second], /* the spec may give each way its own */
                          .delay_ns = usual_delay(&link->delay),
                          .delays = stream_make(s->spec->run.seed, s->replication, purpose),
                          .losses = stream_make(s->spec->run.seed, ~s->replication, purpose)};
    free(purpose);
    return wire;
}

/* Most wires treat all messages alike, but that they lose one now and then: the uses for which this one does,
 * as bits. See pass_steadily(). */
static uint16_t steady_uses(const struct wire *wire)
{
    const struct link_spec *spec = wire->spec;
    bool steady = wire->delay_ns >= 0 && spec->bytes_per_s == INFINITY && !wire->weather &&
                  spec->duplicate == 0.0 && spec->loss.to_bad == 0.0;
    if (!steady)
        return 0;
    if (wire->chance == 0.0)
        return UINT16_MAX;
    return spec->on_loss == LINK_DROP ? droppable : 0;
}

/* The wire back has the same weather. */
static bool find_weather(struct system *s, struct wire *wire)
{
    struct wire_table *table = &s->wires;
    const struct wire *back = *find(table->slots, table->capacity, wire->to, wire->from);
    if (back) {
        wire->weather = back->weather;
        return true;
    }
    if (!weather_create(s, wire->spec, wire->link, wire->from, wire->to, &wire->weather))
        return false;
    if (wire->weather) {
        wire->weather->next = table->weathers;
        table->weathers = wire->weather;
    }
    return true;
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
        struct wire *wire = wire_create(s, link, from, to);
        if (!wire || !find_weather(s, wire)) {
            free(wire);
            return false;
        }
        wire->steady = steady_uses(wire);
        *slot = wire;
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

static RARE void count_in_part(const struct system *s, const struct wire *wire, int64_t arrival_ns)
{
    int64_t now_ns = s->sim.now_ns;
    wire->result->messages[wire->way] += now_ns >= s->measured_from_ns;
    wire->result->flight_ns[wire->way] += measured(s, now_ns, arrival_ns);
}

static inline void count(const struct system *s, const struct wire *wire, int64_t arrival_ns)
{
    int64_t now_ns = s->sim.now_ns;
    if (now_ns < s->measured_from_ns || arrival_ns > s->spec->run.duration_ns) {
        count_in_part(s, wire, arrival_ns);
        return;
    }
    wire->result->messages[wire->way]++;
    wire->result->flight_ns[wire->way] += arrival_ns - now_ns;
}

/* The chance that the present message gets lost; moves the chain of states on. */
static double chance_of_loss(struct wire *wire)
{
    const struct loss_spec *loss = &wire->spec->loss;
    double chance = wire->bad ? loss->bad : wire->chance;
    if (loss->to_bad > 0.0) {
        struct draw draw = draw_make(&wire->losses, wire->n_messages++, 0);
        wire->bad = wire->bad ? draw_uniform(&draw) >= loss->to_good : draw_uniform(&draw) < loss->to_bad;
    }
    return chance;
}

/* How long it takes until a copy gets through that is resent after rto, 2 rto, 4 rto, ... max_rto, max_rto,
 * ... (RFC 6298, 5.5); SIM_TIME_MAX = it never does. */
static int64_t resend(const struct link_spec *spec, double chance, struct draw *draw)
{
    int64_t all_ns = 0;
    if (chance >= 1.0)
        return SIM_TIME_MAX;
    for (int64_t pause_ns = spec->rto_ns; pause_ns < spec->max_rto_ns; pause_ns *= 2) {
        if (draw_uniform(draw) >= chance)
            return all_ns;
        all_ns += pause_ns;
    }
    double more_ns = ((double)draw_geometric(draw, 1.0 / (1.0 - chance)) - 1.0) * (double)spec->max_rto_ns;
    int64_t left_ns = SIM_TIME_MAX - all_ns; /* may be below 0 */
    return more_ns < (double)left_ns ? all_ns + (int64_t)more_ns : SIM_TIME_MAX;
}

bool wire_is_cut(const struct system *s, struct wire *wire, int64_t at_ns)
{
    int64_t end_ns;
    return wire && wire->weather && weather_cuts(wire->weather, s->sim.now_ns, at_ns, at_ns + 1, &end_ns);
}

/* A message that is about to cross a wire. */
struct crossing {
    int64_t begin_ns, writing_ns, delay_ns;
    uint64_t name; /* of its draws */
    double chance; /* to get lost, where no event says otherwise */
};

/* Until when a message that is put on the wire at `at_ns` can meet a cut. There is none after the end of the
 * run. */
static int64_t end_of_way(const struct system *s, int64_t at_ns, int64_t arrival_ns)
{
    int64_t end_ns = arrival_ns < s->spec->run.duration_ns ? arrival_ns : s->spec->run.duration_ns;
    return end_ns > at_ns ? end_ns : at_ns + 1;
}

/* Whether a copy that is put on the wire at `at_ns` arrives, and when. If not, *ret_clear_ns is the first
 * time at which another has a chance. */
static bool gets_through(const struct system *s, struct wire *wire, const struct crossing *crossing,
                         int64_t at_ns, struct draw *draw, int64_t *ret_arrival_ns, int64_t *ret_clear_ns)
{
    struct weather *weather = wire->weather;
    int64_t arrival_ns = at_ns + crossing->writing_ns + weather_delay(weather, at_ns, crossing->delay_ns);
    *ret_arrival_ns = arrival_ns;
    if (weather_cuts(weather, s->sim.now_ns, at_ns, end_of_way(s, at_ns, arrival_ns), ret_clear_ns))
        return false;
    int64_t until_ns = at_ns;
    double chance = weather_loss(weather, at_ns, crossing->chance, &until_ns);
    *ret_clear_ns = chance < 1.0 ? at_ns : until_ns;
    return draw_uniform(draw) >= chance;
}

/* The first time not before `clear_ns` at which a copy is resent, after the one at `at_ns` and a pause. */
static int64_t next_try(const struct link_spec *spec, int64_t at_ns, int64_t clear_ns, int64_t *pause_ns)
{
    assert(*pause_ns > 0 && spec->max_rto_ns > 0);
    do {
        at_ns += *pause_ns;
        *pause_ns = 2 * *pause_ns < spec->max_rto_ns ? 2 * *pause_ns : spec->max_rto_ns;
    } while (at_ns < clear_ns && *pause_ns < spec->max_rto_ns);
    if (at_ns < clear_ns)
        at_ns += ((clear_ns - at_ns - 1) / *pause_ns + 1) * *pause_ns;
    return at_ns;
}

/* When a copy arrives of a message that is resent until it is through. */
static int64_t resend_in_weather(const struct system *s, struct wire *wire, const struct crossing *crossing,
                                 struct draw *draw)
{
    const struct link_spec *spec = wire->spec;
    int64_t at_ns = crossing->begin_ns, arrival_ns, clear_ns;
    int64_t pause_ns = spec->rto_ns < spec->max_rto_ns ? spec->rto_ns : spec->max_rto_ns;
    while (!gets_through(s, wire, crossing, at_ns, draw, &arrival_ns, &clear_ns)) {
        if (clear_ns >= SIM_TIME_MAX)
            return SIM_TIME_MAX;
        at_ns = next_try(spec, at_ns, clear_ns, &pause_ns);
        if (at_ns > s->spec->run.duration_ns) /* when exactly, nobody will see */
            return at_ns;
    }
    return arrival_ns;
}

/* At-most-once deliveries are not repeated; a broker with a visibility timeout repeats them itself. */
static bool queue_keeps_connection(const struct queue_rule *rule)
{
    bool repeats = rule->visibility_timeout_ns > 0 && rule->visibility_timeout_ns < INT64_MAX;
    return rule->delivery != DELIVERY_AT_MOST_ONCE && !repeats;
}

static bool is_resent(const struct wire *wire, const struct activation *a, enum wire_use use)
{
    if (wire->spec->on_loss == LINK_RETRANSMIT)
        return true;
    if (use == WIRE_DELIVERY || use == WIRE_ACK)
        return queue_keeps_connection(a->site->queue->rule);
    return !(droppable >> use & 1);
}

static struct passage pass_in_weather(const struct system *s, struct wire *wire, bool resent,
                                      struct crossing crossing, struct draw *draw)
{
    struct passage passage = {0};
    int64_t clear_ns;
    if (resent)
        passage.arrival_ns = resend_in_weather(s, wire, &crossing, draw);
    else
        passage.lost =
            !gets_through(s, wire, &crossing, crossing.begin_ns, draw, &passage.arrival_ns, &clear_ns);
    if (passage.arrival_ns > SIM_TIME_MAX)
        passage.arrival_ns = SIM_TIME_MAX;
    return passage;
}

static struct passage pass(const struct system *s, struct wire *wire, const struct activation *a,
                           enum wire_use use, struct crossing crossing)
{
    const struct link_spec *spec = wire->spec;
    struct passage passage = {.arrival_ns = crossing.begin_ns + crossing.writing_ns + crossing.delay_ns};
    crossing.chance = chance_of_loss(wire);
    bool fair = !wire->weather || crossing.begin_ns > s->spec->run.duration_ns;
    if (fair && crossing.chance == 0.0 && spec->duplicate == 0.0)
        return passage;
    struct draw draw = draw_make(&wire->losses, a->request->number, crossing.name);
    bool duplicate = use == WIRE_REQUEST && draw_uniform(&draw) < spec->duplicate;
    bool resent = is_resent(wire, a, use);
    if (!fair)
        passage = pass_in_weather(s, wire, resent, crossing, &draw);
    else if (resent)
        passage.arrival_ns += resend(spec, crossing.chance, &draw);
    else
        passage.lost = draw_uniform(&draw) < crossing.chance;
    passage.duplicate = duplicate && (fair || !wire_is_cut(s, wire, crossing.begin_ns));
    return passage;
}

/* The message is put on the wire when those before it are. */
static void write_on(const struct system *s, struct wire *wire, int64_t bytes, struct crossing *crossing)
{
    int64_t begin_ns = wire->free_ns > s->sim.now_ns ? wire->free_ns : s->sim.now_ns;
    double writing_ns = (double)bytes / wire->spec->bytes_per_s * 1e9;
    int64_t sent_ns =
        begin_ns + (writing_ns < (double)SIM_TIME_MAX ? (int64_t)(writing_ns + 0.5) : SIM_TIME_MAX);
    if (sent_ns > SIM_TIME_MAX)
        sent_ns = SIM_TIME_MAX;
    wire->free_ns = sent_ns;
    wire->result->sending_ns[wire->way] += measured(s, begin_ns, sent_ns);
    crossing->begin_ns = begin_ns;
    crossing->writing_ns = sent_ns - begin_ns;
}

static int64_t draw_delay(const struct wire *wire, const struct activation *a, uint64_t name)
{
    return distribution_draw(&wire->spec->delay, &wire->delays, a->request->number, name);
}

/* It does not overtake. */
static void keep_order(struct wire *wire, struct passage *passage)
{
    if (passage->arrival_ns < wire->last_ns)
        passage->arrival_ns = wire->last_ns;
    if (passage->arrival_ns > wire->last_ns && passage->arrival_ns < SIM_TIME_MAX && !passage->lost)
        wire->last_ns = passage->arrival_ns;
}

static APART struct passage pass_anyhow(struct system *s, struct wire *wire, int64_t bytes,
                                        const struct activation *a, enum wire_use use)
{
    struct crossing crossing = {.begin_ns = s->sim.now_ns, .name = rng_mix(a->path, use)};
    if (wire->spec->bytes_per_s < INFINITY)
        write_on(s, wire, bytes, &crossing);
    crossing.delay_ns = wire->delay_ns >= 0 ? wire->delay_ns : draw_delay(wire, a, crossing.name);
    struct passage passage = pass(s, wire, a, use, crossing);
    if (wire->spec->ordered)
        keep_order(wire, &passage);
    count(s, wire, passage.lost ? crossing.begin_ns + crossing.writing_ns : passage.arrival_ns);
    return passage;
}

/* The same for a steady wire, in fewer steps. It can only be overtaken by what is not sent here: what was
 * resent. */
static struct passage pass_steadily(struct system *s, struct wire *wire, const struct activation *a,
                                    enum wire_use use)
{
    int64_t now_ns = s->sim.now_ns, arrival_ns = now_ns + wire->delay_ns;
    struct passage passage = {.arrival_ns = arrival_ns > wire->last_ns ? arrival_ns : wire->last_ns};
    if (wire->chance > 0.0) {
        const uint64_t *key = wire->losses.key;
        struct rng_block block = rng_block(key[0], key[1], a->request->number, rng_mix(a->path, use));
        /* A request's first word would say whether it doubles. */
        passage.lost = rng_unit(block.words[use == WIRE_REQUEST]) < wire->chance;
    }
    count(s, wire, passage.lost ? now_ns : passage.arrival_ns);
    return passage;
}

struct passage wire_send(struct system *s, struct wire *wire, int64_t bytes, const struct activation *a,
                         enum wire_use use)
{
    if (!wire)
        return (struct passage){.arrival_ns = s->sim.now_ns};
    if (wire->steady >> use & 1)
        return pass_steadily(s, wire, a, use);
    return pass_anyhow(s, wire, bytes, a, use);
}

bool wires_tell_outages(const struct system *s, struct outage **list, size_t *n)
{
    for (const struct weather *weather = s->wires.weathers; weather; weather = weather->next)
        if (!weather_tell_outages(weather, s->sim.now_ns, list, n))
            return false;
    return true;
}
