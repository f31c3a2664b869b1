#include "random_spec.h"

#include <math.h>
#include <stdlib.h>

#include "base/text.h"
#include "des/rng.h"

struct maker {
    const uint8_t *bytes; /* where there are some, they choose; behind their end all choices are 0 */
    size_t n_bytes;
    struct draw draw; /* else this does */
    struct spec *spec;
    bool faulty;  /* messages get lost and calls are controlled */
    bool failing; /* components and links fail, and things happen to them */
};

static uint32_t next_byte(struct maker *m)
{
    if (m->n_bytes == 0)
        return 0;
    m->n_bytes--;
    return *m->bytes++;
}

/* As few bytes as will do, so that a change of one of them changes one choice. */
static uint32_t below(struct maker *m, uint32_t n)
{
    if (!m->bytes)
        return (uint32_t)draw_below(&m->draw, n);
    uint32_t chosen = next_byte(m);
    for (uint32_t rest = (n - 1) >> 8; rest; rest >>= 8)
        chosen = chosen << 8 | next_byte(m);
    return chosen % n;
}

static double uniform(struct maker *m)
{
    return m->bytes ? below(m, 1 << 16) / 65536.0 : draw_uniform(&m->draw);
}

static bool often(struct maker *m, double share)
{
    return (m->bytes ? next_byte(m) / 256.0 : draw_uniform(&m->draw)) < share;
}

static void *make(size_t n, size_t size)
{
    void *memory = calloc(n, size);
    if (!memory)
        abort();
    return memory;
}

/* Milliseconds; some are zero, many are round so that events meet at one instant. */
static struct distribution duration(struct maker *m, double most_ms)
{
    double ms = often(m, 0.15)  ? 0.0
                : often(m, 0.5) ? (double)(1 + below(m, (uint32_t)most_ms))
                                : uniform(m) * most_ms;
    struct distribution d = distribution_always(ms * 1e6);
    if (ms > 0.0 && often(m, 0.4)) {
        d.type = &distribution_exponential;
        if (!distribution_prepare(&d, NULL))
            abort();
    }
    return d;
}

/* A time that is never always 0. */
static struct distribution some_time(struct maker *m, double most_ms)
{
    struct distribution d = duration(m, most_ms);
    return d.mean_ns > 0.0 ? d : distribution_always(most_ms * 1e6);
}

static struct failure_spec failures(struct maker *m)
{
    return (struct failure_spec){
        .up = some_time(m, 500),
        .down = duration(m, 200),
        .working = often(m, 0.4),
        .pause = often(m, 0.5),
    };
}

static void component(struct maker *m, uint32_t i)
{
    struct component_spec *c = &m->spec->components[i];
    *c = (struct component_spec){
        .name = text_format("c%u", (unsigned)i),
        .replicas = 1 + below(m, 3),
        .workers = often(m, 0.15) ? SPEC_UNLIMITED : 1 + below(m, 4),
        .cores = often(m, 0.6) ? SPEC_UNLIMITED : 1 + below(m, 3),
        .inbox = {.capacity = often(m, 0.6) ? SPEC_UNLIMITED : below(m, 4),
                  .order = (enum inbox_order)below(m, 5),
                  .overflow = (enum inbox_overflow)below(m, 2)},
        .max_in_flight = often(m, 0.8) ? SPEC_UNLIMITED : 1 + below(m, 6),
        .shed_after_ns = often(m, 0.8) ? INT64_MAX : (int64_t)below(m, 50) * 1000000,
        .continuations = (enum continuations)below(m, 2),
        .balance = (enum balance)below(m, 5),
        .on_crash = (enum on_crash)below(m, 2),
    };
    if (m->failing && often(m, 0.4))
        c->failures = failures(m);
}

static struct call_spec call_to(struct maker *m, uint32_t endpoint)
{
    return (struct call_spec){
        .endpoint = endpoint,
        .times = often(m, 0.7) ? 1 : 1 + below(m, 3),
        .chance = often(m, 0.7) ? 1.0 : uniform(m),
        .bytes = often(m, 0.5) ? 0 : below(m, 5000),
        .reply_bytes = often(m, 0.5) ? 0 : below(m, 5000),
        .priority = often(m, 0.5) ? SPEC_SAME_PRIORITY : (int32_t)below(m, 3),
    };
}

/* Calls go to later endpoints only: every request ends. */
static struct step_spec calls(struct maker *m, uint32_t endpoint)
{
    uint32_t later = (uint32_t)m->spec->n_endpoints - endpoint - 1;
    struct step_spec step = {.kind = STEP_CALL, .n_calls = 1};
    if (often(m, 0.4)) {
        step.kind = STEP_GATHER;
        step.n_calls = 1 + below(m, 3);
    }
    step.calls = make(step.n_calls, sizeof *step.calls);
    uint32_t all = 0;
    for (size_t i = 0; i < step.n_calls; i++) {
        step.calls[i] = call_to(m, endpoint + 1 + below(m, later));
        all += step.calls[i].times;
    }
    step.need = 1 + below(m, all);
    return step;
}

static void fill_steps(struct maker *m, uint32_t endpoint, int depth, struct step_spec **ret_steps,
                       size_t *ret_n);

static struct step_spec branches(struct maker *m, uint32_t endpoint, int depth, bool choose)
{
    struct step_spec step = {.kind = choose ? STEP_CHOOSE : STEP_REPEAT, .times = below(m, 4)};
    step.chance = often(m, 0.5) ? 1.0 : uniform(m); /* of a repeat */
    step.n_branches = choose ? 2 : 1;
    step.branches = make(step.n_branches, sizeof *step.branches);
    double chance = choose ? uniform(m) : 1.0;
    for (size_t b = 0; b < step.n_branches; b++) {
        step.branches[b].chance = b == 0 ? chance : 1.0 - chance;
        fill_steps(m, endpoint, depth + 1, &step.branches[b].steps, &step.branches[b].n_steps);
    }
    return step;
}

static struct step_spec step(struct maker *m, uint32_t endpoint, int depth)
{
    bool last = endpoint + 1 == m->spec->n_endpoints;
    switch (below(m, 10)) {
    case 0: return (struct step_spec){.kind = STEP_WAIT, .duration = duration(m, 20)};
    case 1: return (struct step_spec){.kind = STEP_REPLY};
    case 2: return (struct step_spec){.kind = STEP_FAIL, .chance = 0.1 * uniform(m)};
    case 3: return depth < 2 ? branches(m, endpoint, depth, true) : (struct step_spec){.kind = STEP_REPLY};
    case 4: return depth < 2 ? branches(m, endpoint, depth, false) : (struct step_spec){.kind = STEP_REPLY};
    case 5:
    case 6:
    case 7:
        return last ? (struct step_spec){.kind = STEP_WORK, .duration = duration(m, 10)} : calls(m, endpoint);
    default: return (struct step_spec){.kind = STEP_WORK, .duration = duration(m, 10)};
    }
}

static void fill_steps(struct maker *m, uint32_t endpoint, int depth, struct step_spec **ret_steps,
                       size_t *ret_n)
{
    *ret_n = below(m, 4);
    *ret_steps = make(*ret_n + 1, sizeof **ret_steps);
    for (size_t i = 0; i < *ret_n; i++)
        (*ret_steps)[i] = step(m, endpoint, depth);
}

static struct link_spec *link_between(struct maker *m, const char *name, uint32_t a, uint32_t b,
                                      struct link_spec *link)
{
    *link = (struct link_spec){
        .name = text_copy(name),
        .between = {a, b},
        .delay = duration(m, 15),
        .bytes_per_s = often(m, 0.5) ? (double)INFINITY : 1e5 * (1 + below(m, 10)),
        .ordered = often(m, 0.5),
        .rto_ns = 20000000,
        .max_rto_ns = 100000000,
        .on_loss = (enum link_on_loss)below(m, 2),
    };
    if (m->faulty && often(m, 0.6)) {
        link->loss.good[0] = 0.3 * uniform(m);
        link->loss.good[1] = 0.3 * uniform(m);
    }
    if (m->faulty && often(m, 0.3))
        link->loss = (struct loss_spec){.bad = 0.5, .to_bad = 0.1, .to_good = 0.3};
    if (m->faulty && often(m, 0.3))
        link->duplicate = 0.2 * uniform(m);
    if (m->failing && often(m, 0.4))
        link->failures = failures(m);
    return link;
}

static struct control_spec control(struct maker *m)
{
    struct control_spec c = {0};
    if (!m->faulty)
        return c;
    if (often(m, 0.7))
        c.timeout = duration(m, 80);
    c.retries = below(m, 4);
    c.retry_on = below(m, 8);
    c.backoff = (struct backoff_spec){.kind = (enum backoff_kind)below(m, 3),
                                      .base_ns = (int64_t)below(m, 20) * 1000000,
                                      .factor = 2.0,
                                      .cap_ns = 50000000,
                                      .jitter = (enum jitter)below(m, 4),
                                      .drawn = duration(m, 20)};
    if (often(m, 0.3))
        c.budget = (struct budget_spec){.tokens = 1 + below(m, 10), .ratio = 0.1};
    if (often(m, 0.3))
        c.breaker = (struct breaker_spec){.failure_rate = 0.2 + 0.8 * uniform(m),
                                          .window = 1 + below(m, 20),
                                          .minimum = 1 + below(m, 10),
                                          .open_ns = (int64_t)below(m, 200) * 1000000,
                                          .probes = 1 + below(m, 3)};
    if (often(m, 0.3))
        c.pool = (struct pool_spec){.size = 1 + below(m, 4), .wait_ns = (int64_t)below(m, 50) * 1000000};
    c.deadline = often(m, 0.4);
    c.cancel = often(m, 0.4);
    c.idempotent = often(m, 0.3);
    if (often(m, 0.4))
        c.hedge_ns = 1 + (int64_t)below(m, 40) * 1000000;
    if (often(m, 0.3))
        c.connect = (struct connect_spec){.round_trips = 1 + below(m, 3), .keep_alive = often(m, 0.5)};
    return c;
}

static int64_t milliseconds(struct maker *m, uint32_t least, uint32_t more)
{
    return (int64_t)(least + below(m, more)) * 1000000;
}

/* What a queue promises when messages get lost and brokers crash. */
static void guarantees(struct maker *m, struct queue_rule *q)
{
    q->confirm_timeout_ns = milliseconds(m, 20, 100);
    q->visibility_timeout_ns = q->retention_ns = INT64_MAX;
    q->max_deliveries = SPEC_UNLIMITED;
    if (!m->faulty && often(m, 0.7))
        return;
    q->durable = often(m, 0.5);
    if (often(m, 0.5))
        q->persist = duration(m, 10);
    q->flush_ns = often(m, 0.7) ? 0 : milliseconds(m, 1, 50);
    q->confirm = (enum queue_confirm)below(m, 3);
    q->delivery = (enum queue_delivery)below(m, 3);
    if (often(m, 0.5))
        q->visibility_timeout_ns = milliseconds(m, 5, 60);
    if (often(m, 0.5))
        q->max_deliveries = 1 + below(m, 4);
    q->redelivery_delay_ns = often(m, 0.5) ? 0 : milliseconds(m, 1, 30);
    if (often(m, 0.4))
        q->retention_ns = milliseconds(m, 20, 300);
}

static struct call_rule rule(struct maker *m, enum call_mode mode)
{
    struct call_rule r = {.mode = mode, .control = control(m)};
    r.queue = (struct queue_rule){
        .at = (enum broker_at)below(m, 3),
        .broker = below(m, (uint32_t)m->spec->n_components),
        .capacity = often(m, 0.5) ? SPEC_UNLIMITED : below(m, 6),
        .overflow = (enum queue_overflow)below(m, 4),
        .order = (enum queue_order)below(m, 2),
        .consumers = often(m, 0.6) ? SPEC_UNLIMITED : 1 + below(m, 3),
        .prefetch = 1 + below(m, 3),
        .batch = often(m, 0.7) ? 1 : 1 + below(m, 5),
        .linger_ns = often(m, 0.5) ? 0 : (int64_t)below(m, 30) * 1000000,
    };
    r.queue.reply = r.queue.batch == 1 && often(m, 0.4);
    guarantees(m, &r.queue);
    return r;
}

static void policies(struct maker *m)
{
    enum { PURE = 3, MIXED = 3 };
    static const char *const names[PURE] = {"sync", "async", "queue"};
    m->spec->n_policies = PURE + MIXED;
    m->spec->policies = make(m->spec->n_policies, sizeof *m->spec->policies);
    for (uint32_t p = 0; p < PURE + MIXED; p++) {
        struct policy_spec *policy = &m->spec->policies[p];
        policy->name = p < PURE ? text_copy(names[p]) : text_format("mixed%u", (unsigned)p);
        policy->rule = rule(m, p < PURE ? (enum call_mode)p : (enum call_mode)below(m, 3));
        policy->wait_blocks = often(m, 0.5);
        if (p < PURE)
            continue;
        policy->n_overrides = m->spec->n_endpoints;
        policy->overrides = make(policy->n_overrides, sizeof *policy->overrides);
        for (uint32_t e = 0; e < m->spec->n_endpoints; e++)
            policy->overrides[e] = (struct call_override){.caller = often(m, 0.2) ? SPEC_USERS : SPEC_NONE,
                                                          .callee = e,
                                                          .rule = rule(m, (enum call_mode)below(m, 3))};
    }
}

static void load(struct maker *m, uint32_t i)
{
    struct load_spec *l = &m->spec->loads[i];
    *l = (struct load_spec){
        .name = text_format("load%u", (unsigned)i),
        .kind = (enum load_kind)below(m, 3),
        .endpoint = below(m, (uint32_t)m->spec->n_endpoints),
        .bytes = below(m, 2000),
        .reply_bytes = below(m, 2000),
        .priority = (int32_t)below(m, 3),
        .control = control(m),
        .until_ns = often(m, 0.7) ? INT64_MAX : 1500000000,
        .arrival = often(m, 0.5) ? ARRIVAL_POISSON : ARRIVAL_CONSTANT,
        .per_s = 10.0 + below(m, 300),
        .batch = (enum batch_kind)below(m, 2),
        .batch_mean = 1 + below(m, 3),
        .users = 1 + below(m, 20),
        .think = duration(m, 100),
        .at_ns = (int64_t)below(m, 1000) * 1000000,
        .requests = 1 + below(m, 200),
    };
    /* Users who do not think, of work that takes no time, would stop the clock. */
    if (l->think.mean_ns == 0.0)
        l->think = distribution_always(1e6);
}

static struct event_spec event(struct maker *m, uint32_t i)
{
    uint32_t component = below(m, (uint32_t)m->spec->n_components);
    struct event_spec e = {
        .name = text_format("event %u", (unsigned)i),
        .kind = (enum event_kind)below(m, EVENT_WORKERS + 1),
        .from_ns = (int64_t)below(m, 2000) * 1000000,
        .component = component,
        .link = SPEC_NONE,
        .replica = often(m, 0.5) ? SPEC_NONE : 0,
        .load = SPEC_NONE,
        .workers = 1 + below(m, 5),
        .factor = 0.3 + 3.0 * uniform(m),
        .chance = uniform(m),
    };
    e.until_ns = often(m, 0.2) ? INT64_MAX : e.from_ns + (int64_t)(1 + below(m, 500)) * 1000000;
    if (e.kind == EVENT_WORKERS && m->spec->components[component].workers == SPEC_UNLIMITED)
        e.kind = EVENT_DOWN;
    if (e.kind == EVENT_CUT || e.kind == EVENT_LOSS || (e.kind == EVENT_SLOW && often(m, 0.5))) {
        e.link = (uint32_t)m->spec->n_links;
        e.component = SPEC_NONE;
    }
    if (e.kind == EVENT_PARTITION) {
        e.group = make(1, sizeof *e.group);
        e.group[0] = component;
        e.n_group = 1;
    }
    return e;
}

static void events(struct maker *m)
{
    m->spec->n_events = below(m, 5);
    m->spec->events = make(m->spec->n_events + 1, sizeof *m->spec->events);
    for (uint32_t i = 0; i < m->spec->n_events; i++)
        m->spec->events[i] = event(m, i);
}

static void parts(struct maker *m)
{
    struct spec *spec = m->spec;
    spec->n_components = 1 + below(m, 4);
    spec->components = make(spec->n_components, sizeof *spec->components);
    for (uint32_t i = 0; i < spec->n_components; i++)
        component(m, i);
    spec->n_endpoints = spec->n_components + below(m, 4);
    spec->endpoints = make(spec->n_endpoints, sizeof *spec->endpoints);
    for (uint32_t i = 0; i < spec->n_endpoints; i++) {
        struct endpoint_spec *e = &spec->endpoints[i];
        e->component = i < spec->n_components ? i : below(m, (uint32_t)spec->n_components);
        e->name = text_format("c%u.e%u", (unsigned)e->component, (unsigned)i);
        fill_steps(m, i, 0, &e->steps, &e->n_steps);
    }
    spec->links = make(1, sizeof *spec->links);
    if (often(m, 0.5)) {
        spec->n_links = 1;
        link_between(m, "users", SPEC_USERS, 0, spec->links);
    }
    spec->default_link =
        link_between(m, "default", SPEC_NONE, SPEC_NONE, make(1, sizeof *spec->default_link));
    spec->n_loads = 1 + below(m, 2);
    spec->loads = make(spec->n_loads, sizeof *spec->loads);
    for (uint32_t i = 0; i < spec->n_loads; i++)
        load(m, i);
    policies(m);
    if (m->failing)
        events(m);
}

struct spec random_spec(uint64_t seed)
{
    struct spec spec = {0};
    struct stream stream = stream_make(seed, 0, "random spec");
    struct maker m = {.draw = draw_make(&stream, 0, 0), .spec = &spec};
    spec.name = text_format("random-%llu", (unsigned long long)seed);
    spec.about = text_copy("");
    spec.run = (struct run_spec){.duration_ns = 2000000000,
                                 .warmup_ns = (int64_t)below(&m, 3) * 400000000,
                                 .seed = seed,
                                 .replications = 1,
                                 .samples = 20};
    m.faulty = seed % 2 == 1;
    m.failing = seed % 4 > 1;
    parts(&m);
    return spec;
}

/* ---- what bytes choose besides ---- */

/* Now and then another kind of distribution, of about the same mean. */
static void vary_duration(struct maker *m, struct distribution *d)
{
    static const struct {
        const char *name, *parameter;
        double factors[DISTRIBUTION_PARAMETERS];
    } kinds[] = {
        {"uniform", NULL, {0.5, 1.5, 0}},
        {"normal", NULL, {1.0, 0.5, 0}},
        {"lognormal", "cv", {1.0, -2.0, 0}},
        {"lognormal", "p99", {1.0, 9.0, 0}},
        {"gamma", NULL, {1.0, -0.5, 0}},
        {"erlang", NULL, {1.0, -3.0, 0}},
        {"hyperexponential", NULL, {1.0, -4.0, 0}},
        {"weibull", "mean", {1.0, -0.5, 0}},
        {"pareto", NULL, {0.5, -1.5, 1000.0}},
    };
    uint32_t kind = below(m, 4 * sizeof kinds / sizeof *kinds);
    if (kind >= sizeof kinds / sizeof *kinds || !(d->mean_ns > 0.0))
        return;
    struct distribution other = {.type = distribution_type_find(kinds[kind].name, kinds[kind].parameter)};
    for (int i = 0; i < DISTRIBUTION_PARAMETERS; i++) {
        double factor = kinds[kind].factors[i];
        other.parameters[i] = factor == 0.0 ? (double)NAN : factor < 0.0 ? -factor : factor * d->mean_ns;
    }
    if (!other.type || !distribution_prepare(&other, NULL))
        abort();
    *d = other;
}

static void vary_steps(struct maker *m, struct step_spec *steps, size_t n_steps)
{
    for (size_t i = 0; i < n_steps; i++) {
        if (steps[i].kind == STEP_WORK || steps[i].kind == STEP_WAIT)
            vary_duration(m, &steps[i].duration);
        for (size_t b = 0; b < steps[i].n_branches; b++)
            vary_steps(m, steps[i].branches[b].steps, steps[i].branches[b].n_steps);
    }
}

static void give_rates(struct maker *m, struct load_spec *l)
{
    l->n_rates = 2 + below(m, 3);
    l->rates = make(l->n_rates, sizeof *l->rates);
    for (size_t i = 0; i < l->n_rates; i++)
        l->rates[i] = (struct rate_spec){.per_s = i == 0 ? 100.0 : below(m, 500),
                                         .from_ns = (int64_t)i * 50000000,
                                         .mean_ns = 1e6 * (1 + below(m, 100))};
}

static void give_trace(struct maker *m, struct load_spec *l)
{
    int64_t at_ns = 0;
    l->kind = LOAD_TRACE;
    l->n_arrivals = 1 + below(m, 30);
    l->arrivals = make(l->n_arrivals, sizeof *l->arrivals);
    for (size_t i = 0; i < l->n_arrivals; i++) {
        at_ns += (int64_t)below(m, 20) * 1000000;
        l->arrivals[i] =
            (struct arrival_spec){at_ns, below(m, (uint32_t)m->spec->n_endpoints), (int64_t)below(m, 3000)};
    }
}

static void vary_load(struct maker *m, struct load_spec *l)
{
    l->from_ns = often(m, 0.2) ? (int64_t)below(m, 200) * 1000000 : 0;
    if (l->kind == LOAD_CLOSED)
        vary_duration(m, &l->think);
    if (l->kind == LOAD_BURST && often(m, 0.4))
        give_trace(m, l);
    if (l->kind != LOAD_OPEN || often(m, 0.5))
        return;
    l->arrival = (enum arrival_kind)below(m, ARRIVAL_SINUSOIDAL + 1);
    if (l->arrival == ARRIVAL_RENEWAL) {
        l->between = some_time(m, 20);
        vary_duration(m, &l->between);
    } else if (l->arrival == ARRIVAL_MMPP || l->arrival == ARRIVAL_PIECEWISE) {
        give_rates(m, l);
    } else if (l->arrival == ARRIVAL_SINUSOIDAL) {
        l->amplitude = uniform(m);
        l->period_ns = (int64_t)(1 + below(m, 500)) * 1000000;
    }
}

static int by_time(const void *a, const void *b)
{
    const struct event_spec *x = a, *y = b;
    return (x->from_ns > y->from_ns) - (x->from_ns < y->from_ns);
}

struct spec random_spec_of_bytes(const uint8_t *bytes, size_t n)
{
    struct spec spec = {.name = text_copy("bytes"), .about = text_copy("")};
    static const uint8_t none[1] = {0};
    struct maker m = {.bytes = n ? bytes : none, .n_bytes = n, .spec = &spec};
    uint32_t kind = next_byte(&m);
    m.faulty = kind & 1;
    m.failing = kind & 2;
    spec.run = (struct run_spec){.duration_ns = INT64_C(50000000) << below(&m, 6),
                                 .seed = below(&m, 4),
                                 .replications = 1,
                                 .samples = 20,
                                 .timeline_requests = below(&m, 20)};
    spec.run.warmup_ns = spec.run.duration_ns / 8 * below(&m, 4);
    parts(&m);
    for (size_t i = 0; i < spec.n_endpoints; i++)
        vary_steps(&m, spec.endpoints[i].steps, spec.endpoints[i].n_steps);
    for (size_t i = 0; i < spec.n_loads; i++)
        vary_load(&m, &spec.loads[i]);
    vary_duration(&m, &spec.default_link->delay);
    if (spec.n_events)
        qsort(spec.events, spec.n_events, sizeof *spec.events, by_time);
    return spec;
}
