/* How response times are split, by hand: requests that come at once to a single worker, with work that is
 * always the same. */
#include <criterion/criterion.h>

#include <stdlib.h>

#include "base/text.h"
#include "model/system.h"

static struct spec make(uint64_t requests, int64_t work_ns)
{
    struct spec spec = {.name = text_copy("burst"), .about = text_copy("")};
    spec.run = (struct run_spec){.duration_ns = 100000000000, .seed = 1, .replications = 1};
    spec.n_components = spec.n_endpoints = spec.n_loads = spec.n_policies = 1;
    spec.components = calloc(1, sizeof *spec.components);
    spec.components[0] = (struct component_spec){.name = text_copy("c"),
                                                 .replicas = 1,
                                                 .workers = 1,
                                                 .cores = SPEC_UNLIMITED,
                                                 .inbox.capacity = SPEC_UNLIMITED,
                                                 .max_in_flight = SPEC_UNLIMITED,
                                                 .shed_after_ns = INT64_MAX};
    spec.endpoints = calloc(1, sizeof *spec.endpoints);
    spec.endpoints[0] = (struct endpoint_spec){
        .name = text_copy("c.do"), .n_steps = 1, .steps = calloc(1, sizeof(struct step_spec))};
    spec.endpoints[0].steps[0] =
        (struct step_spec){.kind = STEP_WORK, .duration = distribution_always((double)work_ns)};
    spec.loads = calloc(1, sizeof *spec.loads);
    spec.loads[0] = (struct load_spec){.name = text_copy("users"),
                                       .kind = LOAD_BURST,
                                       .until_ns = INT64_MAX,
                                       .batch_mean = 1.0,
                                       .requests = requests};
    spec.policies = calloc(1, sizeof *spec.policies);
    spec.policies[0] = (struct policy_spec){.name = text_copy("sync"), .wait_blocks = true};
    return spec;
}

/* The k-th request is answered after k x work_ns, of which it waited for all but one. */
static struct result burst(uint64_t requests, int64_t work_ns)
{
    struct spec spec = make(requests, work_ns);
    struct error error = {0};
    struct result r = {0};
    struct system *s = system_create(&spec, 0, 0, NULL, &error);
    cr_assert_not_null(s);
    cr_assert(system_step(s, spec.run.duration_ns, &error));
    cr_assert(system_close(s, &r, &error), "%s", error_text(&error));
    cr_assert_eq(r.answered, requests);
    system_destroy(s);
    spec_finish(&spec);
    return r;
}

/* The slowest 1 % are the last 2 of 200, which wait for 1980 and 1990 ms. They are told by cells of sizes
 * that are 1/16 of an octave wide, here about 67 ms. */
Test(ledger, responses_are_split)
{
    struct result r = burst(200, 10000000);
    cr_expect_float_eq(r.response_split_ns[CAUSE_WORK], 10e6, 1e-3);
    cr_expect_float_eq(r.response_split_ns[CAUSE_INBOX], 10e6 * 199.0 / 2.0, 1e-3);
    cr_expect_float_eq(r.slow_split_ns[CAUSE_WORK], 10e6, 1e-3);
    cr_expect_geq(r.slow_split_ns[CAUSE_INBOX], 1985e6 - 67e6);
    cr_expect_leq(r.slow_split_ns[CAUSE_INBOX], 1990e6);
    result_finish(&r);
}

/* The shortest that there is has its cell, too. */
Test(ledger, a_response_of_a_nanosecond_is_split)
{
    struct result r = burst(1, 1);
    cr_expect(r.response.sum == 1);
    cr_expect_eq(r.response_split_ns[CAUSE_WORK], 1.0);
    cr_expect_eq(r.slow_split_ns[CAUSE_WORK], 1.0);
    result_finish(&r);
}

/* What the worker did, and how many waited: k requests wait for the k-th part of the time. */
Test(ledger, a_worker_and_its_inbox)
{
    struct result r = burst(4, 1000);
    const struct component_result *c = &r.components[0];
    cr_expect(c->worker_ns[WORKER_BUSY] == 4000);
    cr_expect(c->inbox_ns == (3 + 2 + 1) * 1000);
    cr_expect(c->present_ns == (4 + 3 + 2 + 1) * 1000);
    cr_expect_eq(c->inbox_max, 3);
    cr_expect(c->started == 4 && c->finished == 4);
    cr_expect(c->wait.sum == (1 + 2 + 3) * 1000);
    cr_expect(r.place_ns[PLACE_INBOX] == (3 + 2 + 1) * 1000);
    cr_expect(r.place_ns[PLACE_EXECUTING] == 4000);
    cr_expect(r.response.sum == (1 + 2 + 3 + 4) * 1000);
    result_finish(&r);
}
