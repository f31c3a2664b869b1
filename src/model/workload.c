#include "model/workload.h"

#include <stdlib.h>

#include "base/text.h"
#include "model/state.h"

/* ---- making ---- */

static bool add_site(struct system *s, struct load *load, uint32_t endpoint, struct error *error)
{
    const struct load_spec *spec = load->spec;
    for (uint32_t i = 0; i < load->n_sites; i++)
        if (load->sites[i].callee == endpoint)
            return true;
    struct site *sites = realloc(load->sites, (load->n_sites + 1) * sizeof *sites);
    if (!sites)
        return error_set(error, "out of memory");
    load->sites = sites;
    struct call_spec call = {.endpoint = endpoint,
                             .times = 1,
                             .chance = 1.0,
                             .bytes = spec->bytes,
                             .reply_bytes = spec->reply_bytes,
                             .priority = spec->priority};
    char *name = text_format("load %s %s", spec->name, s->spec->endpoints[endpoint].name);
    bool good = name ? site_init(s, &sites[load->n_sites++], SPEC_USERS, &call, &spec->control, name, error)
                     : error_set(error, "out of memory");
    free(name);
    return good;
}

static bool add_sites(struct system *s, struct load *load, struct error *error)
{
    if (load->spec->kind != LOAD_TRACE)
        return add_site(s, load, load->spec->endpoint, error);
    for (size_t i = 0; i < load->spec->n_arrivals; i++)
        if (!add_site(s, load, load->spec->arrivals[i].endpoint, error))
            return false;
    return true;
}

bool load_init(struct system *s, struct load *load, uint32_t index, struct error *error)
{
    const struct load_spec *spec = &s->spec->loads[index];
    *load = (struct load){
        .spec = spec,
        .index = index,
        .name = rng_name(spec->name),
        .last_ns = spec->from_ns,
        .state_end_ns = -1,
    };
    if (!system_stream(s, "arrivals", spec->name, &load->arrivals) ||
        !system_stream(s, "batches", spec->name, &load->batches) ||
        !system_stream(s, "thinks", spec->name, &load->thinks) ||
        !system_stream(s, "states", spec->name, &load->states) || !arrival_prepare(load, s->spec))
        return error_set(error, "out of memory");
    if (spec->kind == LOAD_CLOSED) {
        load->users = calloc(spec->users, sizeof *load->users);
        if (!load->users)
            return error_set(error, "out of memory");
    }
    return add_sites(s, load, error);
}

void load_finish(struct load *load)
{
    if (!load)
        return;
    for (uint32_t i = 0; i < load->n_sites; i++)
        site_finish(&load->sites[i]);
    free(load->sites);
    free(load->users);
    free(load->tempos);
    histogram_finish(&load->result.response);
    histogram_finish(&load->result.completion);
}

/* ---- sending ---- */

static const struct site *site_for(const struct load *load, uint32_t endpoint)
{
    const struct site *site = load->sites;
    while (site->callee != endpoint)
        site++;
    return site;
}

static void offer(struct system *s, struct load *load, struct user *user, uint64_t number,
                  const struct site *site, int64_t bytes)
{
    struct request *request = request_create(s, load, user, number);
    if (!request)
        return;
    if (s->controlled) {
        call_begin(s, request, site, NULL, load->name, load->name, bytes);
        return;
    }
    struct activation *call = activation_create(s, request, site, NULL, load->name);
    if (!call)
        return;
    call->bytes = bytes;
    site->type->send(s, call);
}

static bool in_time(const struct system *s, const struct load *load, int64_t at_ns)
{
    return at_ns <= s->spec->run.duration_ns && at_ns < load->spec->until_ns;
}

/* ---- open ---- */

static void arrive(void *system, void *subject);

static void plan_arrival(struct system *s, struct load *load)
{
    int64_t at_ns = arrival_next(load);
    if (in_time(s, load, at_ns))
        sim_schedule_ranked(&s->sim, RANK_ARRIVAL, at_ns, arrive, load);
}

static void arrive(void *system, void *subject)
{
    struct system *s = system;
    struct load *load = subject;
    load->last_ns = s->sim.now_ns;
    uint64_t batch = arrival_batch(load, load->n_arrivals++);
    for (uint64_t i = 0; i < batch && !system_failed(s); i++)
        offer(s, load, NULL, load->n_requests++, load->sites, load->spec->bytes);
    plan_arrival(s, load);
}

/* ---- closed ---- */

/* The user in the upper half and the request in the lower one, which is its name in all draws. What is more
 * than 2^32 requests of one user goes on above the users, of whom there are fewer than 2^24. */
static uint64_t user_request_number(struct user *user)
{
    uint64_t index = (uint64_t)(user - user->load->users), n = user->requests++;
    return (n >> 32 << 24 | index) << 32 | (n & UINT32_MAX);
}

static void user_sends(void *system, void *subject)
{
    struct user *user = subject;
    struct load *load = user->load;
    offer(system, load, user, user_request_number(user), load->sites, load->spec->bytes);
}

static void think(struct system *s, struct user *user, int64_t from_ns)
{
    struct load *load = user->load;
    int64_t at_ns = from_ns + distribution_draw(&load->spec->think, &load->thinks,
                                                (uint64_t)(user - load->users), user->requests);
    if (in_time(s, load, at_ns))
        sim_schedule_ranked(&s->sim, RANK_ARRIVAL, at_ns, user_sends, user);
}

void load_user_thinks(struct system *s, struct user *user)
{
    think(s, user, s->sim.now_ns);
}

/* ---- burst and trace ---- */

static void burst(void *system, void *subject)
{
    struct system *s = system;
    struct load *load = subject;
    while (load->n_requests < load->spec->requests && !system_failed(s))
        offer(s, load, NULL, load->n_requests++, load->sites, load->spec->bytes);
}

static void follow_trace(void *system, void *subject);

static void plan_line(struct system *s, struct load *load)
{
    const struct load_spec *spec = load->spec;
    if (load->n_requests < spec->n_arrivals && in_time(s, load, spec->arrivals[load->n_requests].at_ns))
        sim_schedule_ranked(&s->sim, RANK_ARRIVAL, spec->arrivals[load->n_requests].at_ns, follow_trace,
                            load);
}

static void follow_trace(void *system, void *subject)
{
    struct load *load = subject;
    const struct arrival_spec *line = &load->spec->arrivals[load->n_requests];
    offer(system, load, NULL, load->n_requests++, site_for(load, line->endpoint), line->bytes);
    plan_line(system, load);
}

void load_begin(struct system *s, struct load *load)
{
    const struct load_spec *spec = load->spec;
    switch (spec->kind) {
    case LOAD_OPEN: plan_arrival(s, load); break;
    case LOAD_CLOSED:
        for (uint32_t u = 0; u < spec->users; u++) {
            load->users[u].load = load;
            think(s, &load->users[u], spec->from_ns);
        }
        break;
    case LOAD_BURST:
        if (in_time(s, load, spec->at_ns))
            sim_schedule_ranked(&s->sim, RANK_ARRIVAL, spec->at_ns, burst, load);
        break;
    case LOAD_TRACE:
        while (load->n_requests < spec->n_arrivals && spec->arrivals[load->n_requests].at_ns < spec->from_ns)
            load->n_requests++;
        plan_line(s, load);
        break;
    }
}
