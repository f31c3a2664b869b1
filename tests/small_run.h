/* A shop, a bank and a wire, and what a run of them might have measured: round numbers, so that every metric
 * can be told in the head. */
#ifndef TANDEM_TESTS_SMALL_RUN_H
#define TANDEM_TESTS_SMALL_RUN_H

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "experiment/experiment.h"

enum { SMALL_MS = 1000000, SMALL_SHOP = 0, SMALL_BANK = 1, SMALL_BUY = 0, SMALL_PAY = 1 };

static const int64_t small_second = INT64_C(1000000000);

static inline struct component_spec small_component(const char *name, uint32_t workers)
{
    return (struct component_spec){.name = text_copy(name), .replicas = 1, .workers = workers};
}

static inline struct endpoint_spec small_endpoint(const char *name, uint32_t component, size_t n_steps)
{
    return (struct endpoint_spec){.name = text_copy(name),
                                  .component = component,
                                  .steps = calloc(n_steps, sizeof(struct step_spec)),
                                  .n_steps = n_steps};
}

/* shop.buy works, calls bank.pay (inside a choice), and waits for a disk; policies "sync" and "queue". */
static inline struct spec small_spec(void)
{
    struct spec spec = {.name = text_copy("small"), .about = text_copy("Who waits?")};
    spec.run = (struct run_spec){.duration_ns = 11 * small_second,
                                 .warmup_ns = small_second,
                                 .seed = 7,
                                 .replications = 1,
                                 .samples = 2,
                                 .sample_requests = 10};
    spec.n_components = 2;
    spec.components = calloc(2, sizeof *spec.components);
    spec.components[SMALL_SHOP] = small_component("shop", 2);
    spec.components[SMALL_BANK] = small_component("bank", 1);
    spec.n_endpoints = 2;
    spec.endpoints = calloc(2, sizeof *spec.endpoints);
    spec.endpoints[SMALL_BUY] = small_endpoint("shop.buy", SMALL_SHOP, 2);
    spec.endpoints[SMALL_PAY] = small_endpoint("bank.pay", SMALL_BANK, 0);
    struct step_spec *steps = spec.endpoints[SMALL_BUY].steps;
    steps[0] = (struct step_spec){
        .kind = STEP_CHOOSE, .branches = calloc(1, sizeof *steps->branches), .n_branches = 1};
    struct step_spec *inner = calloc(1, sizeof *inner);
    *inner = (struct step_spec){.kind = STEP_CALL, .calls = calloc(1, sizeof *inner->calls), .n_calls = 1};
    inner->calls[0] = (struct call_spec){.endpoint = SMALL_PAY, .times = 1, .chance = 1.0};
    steps[0].branches[0] = (struct branch_spec){1.0, inner, 1};
    steps[1] = (struct step_spec){.kind = STEP_WAIT, .duration = distribution_always(1e6)};
    spec.n_links = 1;
    spec.links = calloc(1, sizeof *spec.links);
    spec.links[0] = (struct link_spec){.name = text_copy("wire"), .between = {SMALL_SHOP, SMALL_BANK}};
    spec.n_loads = 1;
    spec.loads = calloc(1, sizeof *spec.loads);
    spec.loads[0] = (struct load_spec){.name = text_copy("users"), .endpoint = SMALL_BUY};
    spec.n_policies = 2;
    spec.policies = calloc(2, sizeof *spec.policies);
    spec.policies[0] = (struct policy_spec){.name = text_copy("sync"), .rule = {.mode = CALL_SYNC}};
    spec.policies[1] = (struct policy_spec){.name = text_copy("queue"), .rule = {.mode = CALL_QUEUE}};
    return spec;
}

static inline void small_add(struct histogram *h, int n, int64_t value)
{
    for (int i = 0; i < n; i++)
        histogram_add(h, value);
}

/* Synchronous: 10 s, 50 requests, 40 answered after 100 or 300 ms; the shop's two workers blocked 12 of 20 s,
 * 10 for the bank and 2 for the disk. */
static inline struct result small_result(void)
{
    struct result r = {.window_ns = 10 * small_second, .answered = 40, .completed = 30, .offered = 50};
    r.outcomes[OUTCOME_OK] = 40;
    r.outcomes[OUTCOME_ERROR] = 5;
    r.outcomes[OUTCOME_REJECTED] = 3;
    r.outcomes[OUTCOME_OPEN] = 2;
    small_add(&r.response, 20, 100 * SMALL_MS);
    small_add(&r.response, 20, 300 * SMALL_MS);
    small_add(&r.completion, 30, 500 * SMALL_MS);
    r.response_split_ns[CAUSE_WORK] = 150e6;
    r.response_split_ns[CAUSE_WIRE_OUT] = 50e6;
    r.slow_split_ns[CAUSE_INBOX] = 300e6;
    r.place_ns[PLACE_LINK] = 3 * small_second;
    r.n_events = 1234;
    r.n_components = 2;
    r.components = calloc(2, sizeof *r.components);
    struct component_result *shop = &r.components[SMALL_SHOP], *bank = &r.components[SMALL_BANK];
    *shop = (struct component_result){
        .worker_ns = {4 * small_second, small_second, 12 * small_second, 3 * small_second, 0},
        .total_ns = 20 * small_second,
        .inbox_ns = 5 * small_second,
        .inbox_max = 7,
        .present_ns = 15 * small_second,
        .started = 48,
        .finished = 45,
        .rejected = 3,
    };
    small_add(&shop->wait, 30, 0);
    small_add(&shop->wait, 10, 50 * SMALL_MS);
    shop->n_blames = 2;
    shop->blames = calloc(2, sizeof *shop->blames);
    shop->blames[0] = (struct blame){.caller = SMALL_BUY, .callee = SPEC_NONE};
    shop->blames[0].ns[CAUSE_IO] = 2 * small_second;
    shop->blames[1] = (struct blame){.caller = SMALL_BUY, .callee = SMALL_PAY};
    shop->blames[1].ns[CAUSE_WORK] = 6 * small_second;
    shop->blames[1].ns[CAUSE_WIRE_OUT] = 2 * small_second;
    shop->blames[1].ns[CAUSE_WIRE_BACK] = 2 * small_second;
    bank->worker_ns[WORKER_BUSY] = 6 * small_second;
    bank->worker_ns[WORKER_IDLE] = 4 * small_second;
    bank->total_ns = 10 * small_second;
    r.n_links = 1;
    r.links = calloc(1, sizeof *r.links);
    *r.links = (struct link_result){{40, 20}, {2 * small_second, small_second}, {5 * small_second, 0}};
    r.n_loads = 1;
    r.loads = calloc(1, sizeof *r.loads);
    return r;
}

/* With a queue before the bank: on average 2 messages wait half a second each; the shop is never blocked. */
static inline struct result small_queue_result(void)
{
    struct result r = small_result();
    struct component_result *shop = &r.components[SMALL_SHOP];
    shop->n_blames = 0;
    shop->worker_ns[WORKER_IDLE] += shop->worker_ns[WORKER_BLOCKED];
    shop->worker_ns[WORKER_BLOCKED] = 0;
    r.n_queues = 1;
    r.queues = calloc(1, sizeof *r.queues);
    *r.queues = (struct queue_result){.name = text_copy("bank.pay"),
                                      .component = SMALL_BANK,
                                      .depth_ns = 20 * small_second,
                                      .stay_ns = 20 * small_second,
                                      .depth_max = 9,
                                      .oldest_max_ns = 3 * small_second,
                                      .published = 45,
                                      .consumed = 38,
                                      .dropped = 2,
                                      .rejected = 3,
                                      .lost = 0,
                                      .waiting = 2};
    small_add(&r.queues[0].wait, 40, 500 * SMALL_MS);
    return r;
}

/* The shop gives up on 6 of 40 calls to the bank, 4 of which are executed all the same; 2 others are executed
 * twice. 1.5 of 10 s of work are for nobody. */
static inline void small_doubt(struct result *r)
{
    r->wasted_ns = 3 * small_second / 2;
    r->calls = calloc(2, sizeof *r->calls);
    r->calls[SMALL_PAY] = (struct call_result){
        .calls = 40,
        .attempts = 50,
        .executions = 38,
        .timeouts = 12,
        .retries = 10,
        .lost = 6,
        .short_circuited = 1,
        .pool_full = 2,
        .over_budget = 3,
        .late = 4,
        .belief = {[BELIEF_OK] = {0, 30, 2}, [BELIEF_ERROR] = {2, 0, 0}, [BELIEF_TIMED_OUT] = {2, 4, 0}}};
}

static inline struct system_sample small_sample(int64_t at_ns, int64_t busy_ns, int64_t idle_ns, bool queue)
{
    struct system_sample sample = {.at_ns = at_ns, .offered = (uint64_t)at_ns / 100000000};
    sample.components = calloc(2, sizeof *sample.components);
    sample.queues = calloc(1, sizeof *sample.queues);
    sample.components[SMALL_SHOP].worker_ns[WORKER_BUSY] = busy_ns;
    sample.components[SMALL_SHOP].worker_ns[WORKER_IDLE] = idle_ns;
    sample.components[SMALL_SHOP].inbox = 3;
    sample.queues[0].depth = queue ? 4 : 0;
    sample.queues[0].oldest_ns = queue ? 1500 * SMALL_MS : 0;
    return sample;
}

/* Half of the first stretch is warm-up. */
static inline struct series small_series(bool queue)
{
    struct series series = {.n = 3, .n_queues = queue};
    series.samples = calloc(3, sizeof *series.samples);
    series.queue_names = calloc(1, sizeof *series.queue_names);
    if (queue)
        series.queue_names[0] = text_copy("bank.pay");
    series.samples[0] = small_sample(0, 0, 0, queue);
    series.samples[1] = small_sample(2 * small_second, small_second / 2, small_second / 2, queue);
    series.samples[2] = small_sample(11 * small_second, 5 * small_second, 5 * small_second, queue);
    return series;
}

/* Both policies with one replication each; `spec` must outlive it. */
static inline struct experiment small_experiment(const struct spec *spec)
{
    struct experiment e = {.policies = calloc(2, sizeof *e.policies), .n_policies = 2};
    for (size_t p = 0; p < 2; p++) {
        struct policy_run *run = &e.policies[p];
        run->name = spec->policies[p].name;
        run->first = p == 0 ? small_result() : small_queue_result();
        run->series = small_series(p == 1);
        request_sample_init(&run->requests, 10);
        int64_t split_ns[CAUSES] = {[CAUSE_WORK] = 100 * SMALL_MS};
        struct trace_request answered = {.number = 1,
                                         .offered_ns = 1500 * SMALL_MS,
                                         .answered_ns = 1600 * SMALL_MS,
                                         .completed_ns = 1600 * SMALL_MS + 1,
                                         .outcome = OUTCOME_OK,
                                         .split_ns = split_ns,
                                         .n_split = CAUSES};
        struct trace_request open = {.number = 2,
                                     .offered_ns = 1700 * SMALL_MS,
                                     .answered_ns = -1,
                                     .completed_ns = -1,
                                     .outcome = OUTCOME_OPEN};
        request_sample_add(&run->requests, &answered);
        request_sample_add(&run->requests, &open);
        request_sample_sort(&run->requests);
        cr_assert(metrics_compute(spec, &run->first, 1, &run->metrics, NULL));
    }
    return e;
}

#endif
