#include "model/ledger.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "model/blame.h"
#include "model/state.h"

void ledger_finish(struct ledger *ledger)
{
    for (int o = 0; o < SLOW_OCTAVES; o++)
        free(ledger->slow[o]);
}

/* ---- splits of response times ---- */

static struct slow_cell *slow_cell(struct system *s, int64_t ns)
{
    int octave = 63 - __builtin_clzll((unsigned long long)ns | 1U);
    struct slow_cell **cells = &s->ledger.slow[octave];
    if (!*cells)
        *cells = calloc(SLOW_PER_OCTAVE, sizeof **cells);
    if (!*cells) {
        system_fail(s);
        return NULL;
    }
    int64_t within = ns - ((int64_t)1 << octave);
    return &(*cells)[octave < 4 ? 0 : within >> (octave - 4)];
}

void ledger_split(struct system *s, int64_t response_ns, const int64_t split_ns[CAUSES])
{
    struct slow_cell *cell = slow_cell(s, response_ns);
    if (!cell)
        return;
    int64_t total_ns = 0;
    cell->count++;
    for (int c = 0; c < CAUSES; c++) {
        if (split_ns[c] == 0)
            continue; /* most are: cheaper than to add them */
        total_ns += split_ns[c];
        cell->ns[c] += split_ns[c];
    }
    if (total_ns != response_ns)
        s->ledger.broken = "response time";
}

/* The mean split of all. */
static void mean_split(const struct ledger *ledger, uint64_t responses, double ret_split_ns[CAUSES])
{
    int128 sum_ns[CAUSES] = {0};
    for (int i = 0; i < SLOW_OCTAVES * SLOW_PER_OCTAVE; i++) {
        const struct slow_cell *cells = ledger->slow[i / SLOW_PER_OCTAVE];
        for (int c = 0; cells && c < CAUSES; c++)
            sum_ns[c] += cells[i % SLOW_PER_OCTAVE].ns[c];
    }
    for (int c = 0; c < CAUSES && responses; c++)
        ret_split_ns[c] = (double)sum_ns[c] / (double)responses;
}

/* The mean split of the slowest `share`: whole cells from the top, and of the last as much as is needed. */
static void slowest(const struct ledger *ledger, uint64_t responses, double share,
                    double ret_split_ns[CAUSES])
{
    double wanted = ceil(share * (double)responses), left = wanted;
    for (int i = SLOW_OCTAVES * SLOW_PER_OCTAVE; i-- > 0 && left > 0.0;) {
        const struct slow_cell *cells = ledger->slow[i / SLOW_PER_OCTAVE];
        const struct slow_cell *cell = cells ? &cells[i % SLOW_PER_OCTAVE] : NULL;
        if (!cell || cell->count == 0)
            continue;
        double taken = fmin(left, (double)cell->count);
        for (int c = 0; c < CAUSES; c++)
            ret_split_ns[c] += (double)cell->ns[c] / (double)cell->count * taken / wanted;
        left -= taken;
    }
}

/* ---- the end of the warm-up ---- */

/* What it did before is forgotten. Messages in a queue keep their age: it is looked at. */
static void forget_time(void *item, void *data)
{
    struct system *s = data;
    struct activation *a = item;
    if (!a->request)
        return;
    if (a->stretch != STRETCH_QUEUE)
        activation_turn(s, a, a->stretch);
    a->wire_ns = a->queue_ns = a->inbox_ns = 0;
    if (a->frame)
        split_clear(a->frame->split_ns);
}

static void restart_component(struct component *c, int64_t now_ns)
{
    for (int w = 0; w < WORKER_STATES; w++)
        time_average_restart(&c->workers[w], now_ns);
    time_average_restart(&c->inbox, now_ns);
    time_average_restart(&c->present, now_ns);
    histogram_clear(&c->wait);
    time_average_restart(&c->employed, now_ns);
    c->started = c->finished = c->rejected = c->dropped = c->crashes = c->lost_in_crash = c->met_down = 0;
}

static void restart_queue(struct queue *q, int64_t now_ns)
{
    time_average_restart(&q->depth, now_ns);
    histogram_clear(&q->wait);
    q->before = q->coming - q->granted.n + queue_depth(q) + q->delivered;
    q->oldest_max_ns = 0;
    q->stay_ns = 0;
    q->published = q->consumed = q->dropped = q->rejected = q->lost = 0;
    q->lost_in_crash = q->expired = q->dead_lettered = 0;
    q->deliveries = q->redelivered = q->deduplicated = q->resent = 0;
}

static void forget_call_time(void *item, void *data)
{
    const struct system *s = data;
    struct call *call = item;
    if (!call->request)
        return;
    call->since_ns = s->sim.now_ns;
    if (call->extra)
        split_clear(call->extra->split_ns);
}

void ledger_restart(struct system *s)
{
    int64_t now_ns = s->sim.now_ns;
    pool_each(&s->calls, forget_call_time, s);
    s->ledger.wasted_ns = 0;
    pool_each(&s->activations, forget_time, s);
    blame_clear(s);
    for (size_t i = 0; i < s->spec->n_components; i++)
        restart_component(&s->components[i], now_ns);
    for (size_t i = 0; i < s->n_queues; i++)
        restart_queue(s->queues[i], now_ns);
    for (int p = 0; p < PLACES; p++)
        time_average_restart(&s->ledger.places[p], now_ns);
    s->ledger.answered_before = s->ledger.answered;
    s->ledger.completed_before = s->ledger.completed;
    watches_restart(s);
    s->measured_from_ns = now_ns;
}

/* ---- the end of the run ---- */

static int64_t window_ns(const struct system *s)
{
    return s->sim.now_ns - s->measured_from_ns;
}

static bool broken(struct error *error, const char *ledger, const char *name)
{
    return error_set(error, "internal error: the ledger of %s%s%s does not add up", ledger,
                     *name ? " of " : "", name);
}

/* The histogram changes hands. */
static void move_histogram(struct histogram *to, struct histogram *from)
{
    *to = *from;
    *from = (struct histogram){0};
}

static bool close_component(struct system *s, struct component *c, struct component_result *r,
                            struct error *error)
{
    int64_t now_ns = s->sim.now_ns;
    for (int w = 0; w < WORKER_STATES; w++) {
        r->worker_ns[w] = time_average_area(&c->workers[w], now_ns);
        r->total_ns += r->worker_ns[w];
    }
    r->inbox_ns = time_average_area(&c->inbox, now_ns);
    r->inbox_max = c->inbox.max;
    r->present_ns = time_average_area(&c->present, now_ns);
    r->started = c->started;
    r->finished = c->finished;
    r->rejected = c->rejected;
    r->dropped = c->dropped;
    r->crashes = c->crashes;
    r->lost_in_crash = c->lost_in_crash;
    r->met_down = c->met_down;
    move_histogram(&r->wait, &c->wait);
    int128 all = time_average_area(&c->employed, now_ns);
    if (c->spec->workers != SPEC_UNLIMITED && r->total_ns != all)
        return broken(error, "worker time", c->spec->name);
    int128 blamed = 0;
    for (size_t b = 0; b < r->n_blames; b++)
        for (int k = 0; k < CAUSES; k++)
            blamed += r->blames[b].ns[k];
    return blamed == r->worker_ns[WORKER_BLOCKED] || broken(error, "blame", c->spec->name);
}

static bool close_queue(struct system *s, struct queue *q, struct queue_result *r, struct error *error)
{
    int64_t age_ns = queue_oldest_ns(s, q);
    *r = (struct queue_result){
        .name = text_copy(q->name),
        .component = q->component,
        .depth_ns = time_average_area(&q->depth, s->sim.now_ns),
        .stay_ns = q->stay_ns,
        .depth_max = q->depth.max,
        .oldest_max_ns = age_ns > q->oldest_max_ns ? age_ns : q->oldest_max_ns,
        .before = q->before,
        .published = q->published,
        .consumed = q->consumed,
        .dropped = q->dropped,
        .rejected = q->rejected,
        .lost = q->lost,
        .lost_in_crash = q->lost_in_crash,
        .expired = q->expired,
        .dead_lettered = q->dead_lettered,
        .in_flight = q->coming - q->granted.n,
        .waiting = queue_depth(q),
        .delivered = q->delivered,
        .deliveries = q->deliveries,
        .redelivered = q->redelivered,
        .deduplicated = q->deduplicated,
        .resent = q->resent,
    };
    move_histogram(&r->wait, &q->wait);
    if (!r->name)
        return error_set(error, "out of memory");
    uint64_t gone = r->consumed + r->dropped + r->rejected + r->lost + r->lost_in_crash + r->expired +
                    r->dead_lettered,
             here = r->in_flight + r->waiting + r->delivered;
    bool adds_up = r->before + r->published == gone + here && q->depth.value == (int64_t)r->waiting;
    return adds_up || broken(error, "messages", q->name);
}

struct count {
    struct system *s;
    uint64_t open; /* requests offered after the warm-up that are not answered */
    int64_t places[PLACES];
};

static void count_request(void *item, void *data)
{
    const struct request *request = item;
    struct count *count = data;
    if (!request->load)
        return;
    request_tell(count->s, request);
    if (request->measured && !request->answered) {
        count->open++;
        request->load->result.outcomes[OUTCOME_OPEN]++;
        request->load->result.lost += request->hung;
    }
    request->load->result.effects[EFFECTS_OPEN] += request->measured;
}

static void count_pause(void *item, void *data)
{
    const struct call *call = item;
    struct count *count = data;
    if (call->request && call->belief == BELIEF_WAITING && call->stage == CALL_PAUSING)
        count->places[PLACE_RETRY]++;
}

static void count_place(void *item, void *data)
{
    const struct activation *a = item;
    struct count *count = data;
    if (a->request && a->place != PLACES)
        count->places[a->place]++;
}

static bool close_load(struct load *load, struct result *r, struct error *error)
{
    struct load_result *result = &load->result;
    uint64_t answers = 0, effects = 0;
    result->outcomes[OUTCOME_OPEN] += load->n_hung;
    for (int o = 0; o < OUTCOMES; o++) {
        answers += result->outcomes[o];
        r->outcomes[o] += result->outcomes[o];
    }
    for (int e = 0; e < EFFECTS; e++) {
        effects += result->effects[e];
        r->effects[e] += result->effects[e];
    }
    r->offered += result->offered;
    r->lost += result->lost;
    if (answers != result->offered)
        return broken(error, "requests", load->spec->name);
    return effects == result->offered || broken(error, "effects", load->spec->name);
}

static bool close_requests(struct system *s, struct result *r, struct error *error)
{
    struct count count = {.s = s};
    pool_each(&s->requests, count_request, &count);
    for (size_t i = 0; i < s->spec->n_loads; i++) {
        struct load *load = &s->loads[i];
        if (!close_load(load, r, error))
            return false;
        histogram_merge(&r->response, &load->result.response);
        histogram_merge(&r->completion, &load->result.completion);
        r->loads[i] = load->result;
        load->result = (struct load_result){0};
    }
    if (r->response.failed || r->completion.failed)
        return error_set(error, "out of memory");
    return r->outcomes[OUTCOME_OK] == r->response.count || broken(error, "requests", "");
}

static bool close_places(struct system *s, struct result *r, struct error *error)
{
    struct count count = {.s = s};
    pool_each(&s->activations, count_place, &count);
    pool_each(&s->calls, count_pause, &count);
    count.places[PLACE_RETRY] += publications_missed(s);
    for (size_t i = 0; i < s->n_queues; i++)
        count.places[PLACE_DEAD] += (int64_t)s->queues[i]->dead;
    for (int p = 0; p < PLACES; p++) {
        r->place_ns[p] = time_average_area(&s->ledger.places[p], s->sim.now_ns);
        r->place_now[p] = s->ledger.places[p].value;
        if (count.places[p] != r->place_now[p])
            return broken(error, "places", place_names[p]);
    }
    return true;
}

static bool close_calls(const struct system *s, const struct result *r, struct error *error)
{
    for (size_t e = 0; e < s->spec->n_endpoints; e++) {
        const struct call_result *c = &r->calls[e];
        uint64_t beliefs = 0;
        for (int b = 0; b < BELIEFS; b++)
            for (int t = 0; t < TRUTHS; t++)
                beliefs += c->belief[b][t];
        if (c->calls != c->begun || c->calls != beliefs || c->executions != c->done)
            return broken(error, "calls", s->spec->endpoints[e].name);
    }
    return true;
}

static bool make_arrays(struct system *s, struct result *r, struct error *error)
{
    const struct spec *spec = s->spec;
    r->n_components = spec->n_components;
    r->n_loads = spec->n_loads;
    r->n_links = spec->n_links + (spec->default_link != NULL);
    r->n_queues = s->n_queues;
    r->components = calloc(r->n_components + 1, sizeof *r->components);
    r->loads = calloc(r->n_loads + 1, sizeof *r->loads);
    r->links = calloc(r->n_links + 1, sizeof *r->links);
    r->queues = calloc(r->n_queues + 1, sizeof *r->queues);
    r->calls = calloc(spec->n_endpoints + 1, sizeof *r->calls);
    if (!r->components || !r->loads || !r->links || !r->queues || !r->calls) {
        r->n_components = r->n_loads = r->n_links = r->n_queues = 0; /* of none is there anything to finish */
        return error_set(error, "out of memory");
    }
    memcpy(r->links, s->links, r->n_links * sizeof *r->links);
    memcpy(r->calls, s->calls_of, spec->n_endpoints * sizeof *r->calls);
    pool_each(&s->calls, call_count_open, r->calls);
    r->wasted_ns = s->ledger.wasted_ns;
    outages_close(s);
    r->outages = s->outages.list;
    r->n_outages = s->outages.n;
    s->outages = (struct outage_log){0};
    if (!wires_tell_outages(s, &r->outages, &r->n_outages))
        return error_set(error, "out of memory");
    r->n_disturbances = spec->n_events;
    r->disturbances = watches_close(s);
    return r->disturbances || error_set(error, "out of memory");
}

static bool all_closed(struct system *s, struct result *r, struct error *error)
{
    if (!make_arrays(s, r, error) || !blame_close(s, r, error))
        return false;
    for (size_t i = 0; i < r->n_components; i++)
        if (!close_component(s, &s->components[i], &r->components[i], error))
            return false;
    for (size_t i = 0; i < r->n_queues; i++)
        if (!close_queue(s, s->queues[i], &r->queues[i], error))
            return false;
    if (!close_requests(s, r, error) || !close_places(s, r, error) || !close_calls(s, r, error))
        return false;
    return !s->ledger.broken || broken(error, s->ledger.broken, "");
}

bool ledger_close(struct system *s, struct result *result, struct error *error)
{
    struct ledger *ledger = &s->ledger;
    result->window_ns = window_ns(s);
    result->n_events = s->sim.n_happened;
    result->answered = ledger->answered - ledger->answered_before;
    result->completed = ledger->completed - ledger->completed_before;
    if (!all_closed(s, result, error))
        return false;
    slowest(ledger, result->response.count, 0.01, result->slow_split_ns);
    mean_split(ledger, result->response.count, result->response_split_ns);
    return true;
}
