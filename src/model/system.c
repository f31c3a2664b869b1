#include "model/system.h"

#include <stdlib.h>
#include <string.h>

#include "model/state.h"
#include "model/weather.h"

/* ---- making ---- */

static bool no_memory(struct error *error)
{
    return error_set(error, "out of memory");
}

static bool make_arrays(struct system *s)
{
    const struct spec *spec = s->spec;
    s->components = calloc(spec->n_components + 1, sizeof *s->components);
    s->programs = calloc(spec->n_endpoints + 1, sizeof *s->programs);
    s->loads = calloc(spec->n_loads + 1, sizeof *s->loads);
    s->links = calloc(spec->n_links + 1, sizeof *s->links);
    s->calls_of = calloc(spec->n_endpoints + 1, sizeof *s->calls_of);
    return s->components && s->programs && s->loads && s->links && s->calls_of;
}

static bool asks_for_control(const struct control_spec *control)
{
    bool guards = control->breaker.window || control->pool.size;
    bool tells = control->deadline || control->cancel || control->idempotent;
    return control->timeout.type || control->retries > 0 || guards || tells || control->hedge_ns > 0 ||
           control->connect.round_trips > 0;
}

static bool can_lose(const struct link_spec *link)
{
    const struct loss_spec *loss = &link->loss;
    bool chain = loss->to_bad > 0.0 && loss->bad > 0.0;
    return loss->good[0] > 0.0 || loss->good[1] > 0.0 || chain || link->duplicate > 0.0;
}

static bool needs_control(const struct spec *spec, const struct policy_spec *policy)
{
    bool needs = asks_for_control(&policy->rule.control) || queues_ask_for_control(spec, policy);
    for (size_t i = 0; i < policy->n_overrides; i++)
        needs |= asks_for_control(&policy->overrides[i].rule.control);
    for (size_t i = 0; i < spec->n_loads; i++)
        needs |= asks_for_control(&spec->loads[i].control);
    for (size_t i = 0; i < spec->n_links; i++)
        needs |= can_lose(&spec->links[i]);
    return needs || (spec->default_link && can_lose(spec->default_link));
}

static bool build(struct system *s, struct error *error)
{
    if (!make_arrays(s))
        return no_memory(error);
    for (uint32_t i = 0; i < s->spec->n_components; i++)
        if (!component_init(s, &s->components[i], i))
            return no_memory(error);
    for (uint32_t i = 0; i < s->spec->n_endpoints; i++)
        if (!program_compile(s, i, &s->programs[i], error))
            return false;
    for (uint32_t i = 0; i < s->spec->n_loads; i++)
        if (!load_init(s, &s->loads[i], i, error))
            return false;
    return (failures_init(s) && watches_init(s)) || no_memory(error);
}

struct system *system_create(const struct spec *spec, uint32_t policy, uint64_t replication,
                             const struct trace_sink *sink, struct error *error)
{
    struct system *s = calloc(1, sizeof *s);
    if (!s) {
        no_memory(error);
        return NULL;
    }
    s->spec = spec;
    s->policy = &spec->policies[policy];
    s->replication = replication;
    s->sink = sink;
    s->measured_from_ns = INT64_MAX;
    s->controlled = needs_control(spec, s->policy) || failures_possible(spec) || weather_can_lose(spec);
    s->repeats = effects_repeat(spec, s->policy);
    sim_init(&s->sim, s);
    pool_init(&s->requests, sizeof(struct request));
    pool_init(&s->tales, sizeof(struct tale));
    pool_init(&s->activations, sizeof(struct activation));
    pool_init(&s->frames, sizeof(struct frame));
    pool_init(&s->calls, sizeof(struct call));
    pool_init(&s->call_extras, sizeof(struct call_extra));
    pool_init(&s->cancels, sizeof(struct cancel));
    pool_init(&s->effects, sizeof(struct effect));
    queues_init(s);
    if (!build(s, error)) {
        system_destroy(s);
        return NULL;
    }
    if (spec->run.warmup_ns == 0)
        ledger_restart(s);
    failures_begin(s);
    watches_begin(s);
    for (uint32_t i = 0; i < spec->n_loads; i++)
        load_begin(s, &s->loads[i]);
    return s;
}

void system_destroy(struct system *s)
{
    if (!s)
        return;
    for (size_t i = 0; s->components && i < s->spec->n_components; i++)
        component_finish(s->components[i].spec ? &s->components[i] : NULL);
    for (size_t i = 0; s->programs && i < s->spec->n_endpoints; i++)
        program_finish(&s->programs[i]);
    for (size_t i = 0; s->loads && i < s->spec->n_loads; i++)
        load_finish(&s->loads[i]);
    for (size_t i = 0; i < s->n_queues; i++)
        queue_destroy(s->queues[i]);
    free(s->components);
    free(s->programs);
    free(s->loads);
    free(s->queues);
    free(s->links);
    free(s->calls_of);
    guard_sets_finish(s);
    failures_finish(s);
    watches_finish(s);
    wire_table_finish(&s->wires);
    pool_finish(&s->requests);
    pool_finish(&s->tales);
    pool_finish(&s->activations);
    pool_finish(&s->frames);
    pool_finish(&s->calls);
    pool_finish(&s->call_extras);
    pool_finish(&s->cancels);
    queues_finish(s);
    pool_finish(&s->effects);
    ledger_finish(&s->ledger);
    sim_finish(&s->sim);
    free(s);
}

bool system_stream(const struct system *s, const char *what, const char *name, struct stream *ret_stream)
{
    /* "WHAT NAME"; large systems have a million of them */
    char *purpose = malloc(strlen(what) + 1 + strlen(name) + 1);
    if (!purpose)
        return false;
    char *end = stpcpy(purpose, what);
    *end = ' ';
    stpcpy(end + 1, name);
    *ret_stream = stream_make(s->spec->run.seed, s->replication, purpose);
    free(purpose);
    return true;
}

/* ---- going ---- */

bool system_step_some(struct system *s, int64_t until_ns, uint64_t n, bool *ret_reached, struct error *error)
{
    int64_t warmup_ns = s->spec->run.warmup_ns;
    bool warming = s->measured_from_ns == INT64_MAX && until_ns >= warmup_ns;
    if (!sim_step_some(&s->sim, warming ? warmup_ns : until_ns, n, ret_reached))
        return no_memory(error);
    if (warming && *ret_reached) {
        ledger_restart(s);
        *ret_reached = until_ns == warmup_ns;
    }
    return true;
}

bool system_step(struct system *s, int64_t until_ns, struct error *error)
{
    bool reached = false;
    while (!reached)
        if (!system_step_some(s, until_ns, UINT64_MAX, &reached, error))
            return false;
    return true;
}

int64_t system_now_ns(const struct system *s)
{
    return s->sim.now_ns;
}

uint64_t system_event_count(const struct system *s)
{
    return s->sim.n_happened;
}

static bool histograms_whole(const struct system *s)
{
    bool failed = s->watches.response.failed;
    for (size_t i = 0; i < s->spec->n_components; i++)
        failed |= s->components[i].wait.failed;
    for (size_t i = 0; i < s->n_queues; i++)
        failed |= s->queues[i]->wait.failed;
    for (size_t i = 0; i < s->spec->n_loads; i++)
        failed |= s->loads[i].result.response.failed || s->loads[i].result.completion.failed;
    return !failed;
}

bool system_close(struct system *s, struct result *ret_result, struct error *error)
{
    struct result result = {0};
    bool closed = histograms_whole(s) ? ledger_close(s, &result, error) : no_memory(error);
    if (system_failed(s))
        closed = no_memory(error);
    if (closed)
        *ret_result = result;
    else
        result_finish(&result);
    return closed;
}

/* ---- looking in ---- */

static void look_component(const struct system *s, const struct component *c, struct component_sample *sample)
{
    for (int w = 0; w < WORKER_STATES; w++)
        sample->worker_ns[w] = time_average_area(&c->workers[w], s->sim.now_ns);
    sample->inbox = c->inbox.value;
    sample->suspended = c->suspended;
}

static void look_queue(const struct system *s, const struct queue *q, struct queue_sample *sample)
{
    sample->depth = (int64_t)queue_depth(q);
    sample->oldest_ns = queue_oldest_ns(s, q);
}

void system_look_at_whole(const struct system *s, struct system_sample *sample)
{
    sample->at_ns = s->sim.now_ns;
    sample->offered = s->ledger.offered;
    sample->answered = s->ledger.answered;
    sample->failed = s->ledger.failed;
    sample->response_ns = s->ledger.response_ns;
    sample->completed = s->ledger.completed;
    for (int p = 0; p < PLACES; p++)
        sample->places[p] = s->ledger.places[p].value;
}

bool system_look(const struct system *s, struct system_sample *sample)
{
    size_t n = s->spec->n_components;
    if (!sample->components)
        sample->components = calloc(n + 1, sizeof *sample->components);
    if (!sample->queues)
        sample->queues = calloc(s->n_queues + 1, sizeof *sample->queues);
    if (!sample->components || !sample->queues)
        return false;
    system_look_at_whole(s, sample);
    for (size_t i = 0; i < n; i++)
        look_component(s, &s->components[i], &sample->components[i]);
    for (size_t i = 0; i < s->n_queues; i++)
        look_queue(s, s->queues[i], &sample->queues[i]);
    return true;
}

void system_sample_finish(struct system_sample *sample)
{
    if (!sample)
        return;
    free(sample->components);
    free(sample->queues);
    *sample = (struct system_sample){0};
}

size_t system_queue_count(const struct system *s)
{
    return s->n_queues;
}

const char *system_queue_name(const struct system *s, size_t queue)
{
    return s->queues[queue]->name;
}
