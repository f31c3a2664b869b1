/* Which replica a request goes to, under each rule of balancing: shares by hand. Nothing ever ends here, so
 * that what is in flight at a replica is what it was given. */
#include <criterion/criterion.h>

#include <math.h>
#include <stdlib.h>

#include "base/text.h"
#include "model/state.h"

enum { MOST = 3, REQUESTS = 6000 };

/* A right simulator fails a check at 4.5 standard deviations in 7 of a million runs. */
static const double sigmas = 4.5;

static struct spec make(enum balance balance, uint32_t replicas, uint64_t requests)
{
    struct spec spec = {.name = text_copy("balance"), .about = text_copy("")};
    spec.run = (struct run_spec){.duration_ns = 1000000000, .seed = 3, .replications = 1};
    spec.n_components = spec.n_endpoints = spec.n_loads = spec.n_policies = 1;
    spec.components = calloc(1, sizeof *spec.components);
    spec.components[0] = (struct component_spec){.name = text_copy("c"),
                                                 .replicas = replicas,
                                                 .balance = balance,
                                                 .workers = SPEC_UNLIMITED,
                                                 .cores = SPEC_UNLIMITED,
                                                 .inbox.capacity = SPEC_UNLIMITED,
                                                 .max_in_flight = SPEC_UNLIMITED,
                                                 .shed_after_ns = INT64_MAX};
    spec.endpoints = calloc(1, sizeof *spec.endpoints);
    spec.endpoints[0] = (struct endpoint_spec){
        .name = text_copy("c.do"), .n_steps = 1, .steps = calloc(1, sizeof(struct step_spec))};
    spec.endpoints[0].steps[0] = (struct step_spec){.kind = STEP_WORK, .duration = distribution_always(1e15)};
    spec.loads = calloc(1, sizeof *spec.loads);
    spec.loads[0] = (struct load_spec){.name = text_copy("users"),
                                       .kind = LOAD_BURST,
                                       .until_ns = INT64_MAX,
                                       .batch_mean = 1.0,
                                       .at_ns = 1000,
                                       .requests = requests};
    spec.policies = calloc(1, sizeof *spec.policies);
    spec.policies[0] = (struct policy_spec){.name = text_copy("sync"), .wait_blocks = true};
    return spec;
}

struct shares {
    uint32_t of[MOST];
};

/* How many of the requests each replica gets, when so many are there `before`. */
static struct shares share(enum balance balance, uint32_t replicas, uint64_t requests, const uint32_t *before)
{
    struct spec spec = make(balance, replicas, requests);
    struct shares shares = {{0}};
    struct system *s = system_create(&spec, 0, 0, NULL, NULL);
    cr_assert_not_null(s);
    struct instance *instances = s->components[0].instances;
    for (uint32_t i = 0; i < replicas; i++)
        instances[i].in_flight += before[i];
    cr_assert(system_step(s, 2000, NULL));
    for (uint32_t i = 0; i < replicas; i++)
        shares.of[i] = instances[i].in_flight - before[i];
    system_destroy(s);
    spec_finish(&spec);
    return shares;
}

static void expect_share(uint32_t n, double p)
{
    cr_expect_float_eq(n, REQUESTS * p, sigmas * sqrt(REQUESTS * p * (1.0 - p)), "%u of %d", (unsigned)n,
                       REQUESTS);
}

static const uint32_t none[MOST] = {0}, far_ahead[MOST] = {1000000, 0, 0}, ahead[MOST] = {4, 0, 1};

Test(balance, round_robin_looks_at_nothing)
{
    struct shares shares = share(BALANCE_ROUND_ROBIN, 3, 7, ahead);
    cr_expect(shares.of[0] == 3 && shares.of[1] == 2 && shares.of[2] == 2);
}

Test(balance, random_looks_at_nothing)
{
    struct shares shares = share(BALANCE_RANDOM, 3, REQUESTS, far_ahead);
    for (int i = 0; i < 3; i++)
        expect_share(shares.of[i], 1.0 / 3.0);
}

/* 4, 0 and 1 become 4, 4 and 4 with seven more; ties take turns. */
Test(balance, least_outstanding_evens_out)
{
    struct shares shares = share(BALANCE_LEAST_OUTSTANDING, 3, 7, ahead);
    cr_expect(shares.of[0] == 0 && shares.of[1] == 4 && shares.of[2] == 3);
    shares = share(BALANCE_LEAST_OUTSTANDING, 3, 3, none);
    cr_expect(shares.of[0] == 1 && shares.of[1] == 1 && shares.of[2] == 1);
}

/* Two different ones are drawn, so that the fullest of all gets nothing, and the others half each. */
Test(balance, power_of_two_spares_the_fullest)
{
    struct shares shares = share(BALANCE_POWER_OF_TWO, 3, REQUESTS, far_ahead);
    cr_expect_eq(shares.of[0], 0);
    cr_expect_float_eq(shares.of[1], REQUESTS / 2.0, sigmas * sqrt(REQUESTS) / 2.0);
    cr_expect_eq(shares.of[1] + shares.of[2], REQUESTS);
    shares = share(BALANCE_POWER_OF_TWO, 2, REQUESTS, none);
    cr_expect_eq(shares.of[0], REQUESTS / 2, "of two the emptier one, each time");
}

/* Any two of 3 differ with probability 1/3 in the one that is left out: 0 and 1, 0 and 2, 1 and 2 are alike.
 */
Test(balance, power_of_two_draws_pairs_alike)
{
    static const uint32_t steps[MOST] = {1000000, 2000000, 0};
    struct shares shares = share(BALANCE_POWER_OF_TWO, 3, REQUESTS, steps);
    expect_share(shares.of[0], 1.0 / 3.0); /* only against the second */
    cr_expect_eq(shares.of[1], 0);
    expect_share(shares.of[2], 2.0 / 3.0);
}

/* The same may be drawn twice, one time in nine for each: then it is taken. */
Test(balance, power_of_two_with_repeats)
{
    struct shares shares = share(BALANCE_POWER_OF_TWO_REPEATS, 3, REQUESTS, far_ahead);
    expect_share(shares.of[0], 1.0 / 9.0);
    struct shares of_two = share(BALANCE_POWER_OF_TWO_REPEATS, 2, REQUESTS, far_ahead);
    expect_share(of_two.of[0], 1.0 / 4.0);
}

Test(balance, a_single_replica_gets_all)
{
    for (int balance = BALANCE_ROUND_ROBIN; balance <= BALANCE_POWER_OF_TWO_REPEATS; balance++)
        cr_expect_eq(share((enum balance)balance, 1, 5, none).of[0], 5);
}
