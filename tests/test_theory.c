#include "theory/theory.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "scenario/scenario.h"
#include "theory/formulas.h"

/* ---- formulas ---- */

static bool near(double value, double expected)
{
    return fabs(value - expected) <= 1e-9 * fabs(expected);
}

Test(theory, erlang_b)
{
    /* The recursion of Erlang (1917), by other hands; Erlang B tables: 4.461 and 84.06 erlangs for 1 %. */
    cr_expect(near(formula_erlang_b(8.0, 10), 0.1216610642529515));
    cr_expect(near(formula_erlang_b(160.0, 200), 0.0002756911404167219));
    cr_expect(near(formula_erlang_b(250.0, 200), 0.21371457684190204));
    cr_expect_float_eq(formula_erlang_b(4.461, 10), 0.01, 1e-5);
    cr_expect_float_eq(formula_erlang_b(84.06, 100), 0.01, 1e-5);
    cr_expect_eq(formula_erlang_b(0.5, 1), 0.5 / 1.5);
}

Test(theory, erlang_c)
{
    cr_expect(near(formula_erlang_c(4.0, 5), 0.5541125541125543)); /* Kleinrock I, 3.5 */
    cr_expect(near(formula_erlang_c(9.0, 10), 0.6687315241076972));
    cr_expect(near(formula_erlang_c(190.0, 200), 0.3652638565625462));
    cr_expect(near(formula_erlang_c(0.8, 1), 0.8));
    struct station_numbers mm1 = formula_mmc(0.8, 1); /* Kleinrock I, 3.2 */
    cr_expect(near(mm1.waiting, 3.2) && near(mm1.busy, 0.8));
}

/* Kleinrock I, 3.6, from the chances of the states. */
Test(theory, places_are_limited)
{
    struct station_numbers one = formula_mmck(1.5, 1, 10), four = formula_mmck(3.8, 4, 10);
    cr_expect(near(one.refused, 0.33723208013752237));
    cr_expect(near(one.waiting + one.busy, 8.128658644538234));
    cr_expect(near(four.refused, 0.08679393326966377));
    cr_expect(near(four.waiting + four.busy, 5.461424569314155));
    struct station_numbers loss = formula_mmck(8.0, 10, 10);
    cr_expect(near(loss.refused, 0.1216610642529515) && loss.waiting == 0.0 && loss.waits == 0.0);
}

Test(theory, places_without_end)
{
    struct station_numbers few = formula_mmc(4.0, 5), many = formula_mmck(4.0, 5, FORMULA_MOST_PLACES);
    cr_expect(near(many.waiting, few.waiting) && near(many.waits, few.waits) && many.refused < 1e-300);
    /* With a load of 1 all of M/M/1/K's states are alike; far beyond it is always full. */
    struct station_numbers even = formula_mmck(1.0, 1, 99), full = formula_mmck(50.0, 1, FORMULA_MOST_PLACES);
    cr_expect(near(even.refused, 0.01) && near(even.waiting + even.busy, 49.5));
    cr_expect(near(full.refused, 1.0 - 1.0 / 50.0) && near(full.busy, 1.0));
    cr_expect(near(full.waiting, FORMULA_MOST_PLACES - 1 - 1.0 / 49.0));
}

/* Kleinrock I, 5.6 and 5.7: M/D/1, and lognormal, Erlang-2, Weibull and two-point services of mean 1. */
Test(theory, pollaczek_khinchine)
{
    static const double cases[][2] = {{0.0, 2.0}, {4.0, 10.0}, {0.5, 3.0}, {5.0, 12.0}, {2.25, 6.5}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        cr_expect(near(formula_pollaczek_khinchine(0.8, 1.0, cases[i][0]), cases[i][1]));
}

/* Kleinrock I, 3.8, from the chances of the states. */
Test(theory, machine_repairman)
{
    static const struct {
        double service_s, servers, think_s;
        uint32_t users;
        double per_s;
    } cases[] = {
        {1.0, 1.0, 10.0, 10, 0.7854176568926524},
        {0.4, 4.0, 5.0, 50, 8.741192895101396},
        {0.25, 200.0, 1.0, 1000, 787.5919759425127},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct closed_station stations[] = {{cases[i].service_s, cases[i].servers, 0.0},
                                            {cases[i].think_s, (double)INFINITY, 0.0}};
        double per_s = 0.0;
        cr_assert(formula_closed(stations, 2, cases[i].users, &per_s));
        cr_expect(near(per_s, cases[i].per_s), "%.17g", per_s);
        cr_expect(near(stations[1].present, per_s * cases[i].think_s));
        cr_expect(near(stations[0].present + stations[1].present, cases[i].users));
    }
}

/* Exact mean value analysis: Reiser and Lavenberg, J. ACM 27(2), 1980. */
Test(theory, closed_network)
{
    struct closed_station four[] = {
        {0.605, 1.0, 0.0}, {2.1, 1.0, 0.0}, {1.35, 1.0, 0.0}, {15.0, (double)INFINITY, 0.0}};
    double per_s = 0.0;
    cr_assert(formula_closed(four, 4, 10, &per_s));
    cr_expect(near(per_s, 0.40020462285495234));
    cr_expect(near(four[1].present, 2.65616967506253));
    struct closed_station window[6] = {[5] = {0.32, (double)INFINITY, 0.0}};
    for (int i = 0; i < 5; i++)
        window[i] = (struct closed_station){0.01, 1.0, 0.0};
    cr_assert(formula_closed(window, 6, 20, &per_s));
    cr_expect(near(per_s, 48.68056112448643));
}

/* ---- scenarios ---- */

/* Single quotes stand for double ones. */
static const char station[] =
    "{'name': 'station', 'run': {'duration': '101000s', 'warmup': '1000s'},"
    " 'components': {'server': {'workers': 3, 'endpoints': {'serve': [{'work': {'exponential': '1s'}}]}}},"
    " 'links': {'door': {'between': ['users', 'server'], 'delay': '0s'}},"
    " 'load': [{'request': 'server.serve', 'open': {'poisson': '2/s'}}],"
    " 'policies': {'sync': {'mode': 'sync'}}}";

/* Nelson's and Jackson's: three stations in a row, 1/s, of 0.8, 0.5 and 0.625 s. */
static const char row[] =
    "{'name': 'row', 'run': {'duration': '101000s', 'warmup': '1000s'},"
    " 'components': {"
    "  's1': {'endpoints': {'go': [{'work': {'exponential': '0.8s'}}, {'call': 's2.go'}]}},"
    "  's2': {'endpoints': {'go': [{'work': {'exponential': '0.5s'}}, {'call': 's3.go'}]}},"
    "  's3': {'endpoints': {'go': [{'work': {'exponential': '0.625s'}}]}}},"
    " 'links': {'default': {'delay': '0s'}},"
    " 'load': [{'request': 's1.go', 'open': {'poisson': '1/s'}}],"
    " 'policies': {'queue': {'mode': 'queue'}, 'sync': {'mode': 'sync'}, 'async': {'mode': 'async'}}}";

/* Users who think, and visit three stations one after another by way of what holds nobody up. */
static const char terminals[] =
    "{'name': 'terminals', 'run': {'duration': '101000s', 'warmup': '1000s'},"
    " 'components': {"
    "  'way': {'workers': 'unlimited', 'endpoints': {'go': [{'call': 'a.serve'}, {'call': 'b.serve'}, "
    "{'call': 'c.serve'}]}},"
    "  'a': {'endpoints': {'serve': [{'work': {'exponential': '0.605s'}}]}},"
    "  'b': {'endpoints': {'serve': [{'work': {'exponential': '2.1s'}}]}},"
    "  'c': {'endpoints': {'serve': [{'work': {'exponential': '1.35s'}}]}}},"
    " 'links': {'default': {'delay': '0s'}},"
    " 'load': [{'request': 'way.go', 'closed': {'users': 10, 'think': {'exponential': '15s'}}}],"
    " 'policies': {'sync': {'mode': 'sync'}, 'async': {'mode': 'async'}, 'queue': {'mode': 'queue', 'reply': "
    "true}}}";

/* Five components of 10 ms, 40 ms from one to the next. */
static const char chain[] =
    "{'name': 'chain', 'run': {'duration': '111s', 'warmup': '37s'},"
    " 'components': {"
    "  'c1': {'endpoints': {'step': [{'work': '10ms'}, {'call': 'c2.step'}]}},"
    "  'c2': {'endpoints': {'step': [{'work': '10ms'}, {'call': 'c3.step'}]}},"
    "  'c3': {'endpoints': {'step': [{'work': '10ms'}, {'call': 'c4.step'}]}},"
    "  'c4': {'endpoints': {'step': [{'work': '10ms'}, {'call': 'c5.step'}]}},"
    "  'c5': {'endpoints': {'step': [{'work': '10ms'}]}}},"
    " 'links': {'default': {'delay': '40ms'}},"
    " 'load': [{'request': 'c1.step', 'closed': {'users': 1}}],"
    " 'policies': {'sync': {'mode': 'sync'}, 'async': {'mode': 'async'}, 'queue': {'mode': 'queue'}}}";

/* A server that waits for its database for 200 of 250 ms, as a call or as I/O. */
static const char shop[] =
    "{'name': 'shop', 'run': {'duration': '1100s', 'warmup': '100s'},"
    " 'components': {"
    "  'server': {'workers': 10, 'endpoints': {"
    "    'ask': [{'work': '25ms'}, {'call': 'database.find'}, {'work': '25ms'}],"
    "    'read': [{'work': '25ms'}, {'wait': '200ms'}, {'work': '25ms'}]}},"
    "  'database': {'workers': 10, 'endpoints': {'find': [{'work': '200ms'}]}}},"
    " 'links': {'wire': {'between': ['server', 'database'], 'delay': '0s'}},"
    " 'load': [{'request': 'server.ask', 'open': {'poisson': '30/s'}}],"
    " 'policies': {'sync': {'mode': 'sync'}, 'async': {'mode': 'async'}, 'queue': {'mode': 'queue'}}}";

static char *with_double_quotes(const char *text)
{
    char *copy = text_copy(text);
    for (char *c = copy; *c; c++)
        *c = *c == '\'' ? '"' : *c;
    return copy;
}

/* `sets` have semicolons between them. */
static struct spec read_spec(const char *document, const char *sets)
{
    enum { MOST_SETS = 10 };
    struct spec spec;
    struct problem_list problems = {0};
    char *text = with_double_quotes(document), *list = with_double_quotes(sets), *rest = list;
    const char *each[MOST_SETS];
    size_t n = 0;
    for (char *set; (set = strtok_r(rest, ";", &rest));)
        each[n++] = set + strspn(set, " ");
    bool good = scenario_read(text, strlen(text), "test", ".", each, n, &spec, &problems);
    cr_assert(good, "%s", problems.n ? problems.problems[0].text : "");
    problem_list_finish(&problems);
    free(list);
    free(text);
    return spec;
}

static struct theory theory_for(const struct spec *spec, const char *policy)
{
    struct theory theory;
    uint32_t p = 0;
    while (strcmp(spec->policies[p].name, policy) != 0)
        p++;
    cr_assert(theory_of(spec, p, &theory, NULL));
    return theory;
}

static const struct theory_value *find(const struct theory *theory, const char *metric)
{
    for (size_t i = 0; i < theory->n; i++)
        if (strcmp(theory->values[i].metric, metric) == 0)
            return &theory->values[i];
    return NULL;
}

/* ---- what is claimed ---- */

static const struct claim {
    const char *document;
    const char *sets; /* over it, with semicolons between them */
    const char *policy, *model, *metric;
    double value;
} claims[] = {
    /* M/M/c: Erlang (1917); Kleinrock I, 3.5 */
    {station, "components.server.workers=5; load[0].open.poisson=4/s", "sync", "M/M/c queue", "response.mean",
     1.5541125541125544},
    {station, "components.server.workers=5; load[0].open.poisson=4/s", "sync", "M/M/c queue",
     "server.wait.share", 0.5541125541125543},
    {station, "components.server.workers=5; load[0].open.poisson=4/s", "sync", "M/M/c queue",
     "server.inbox.mean", 2.216450216450217},
    {station, "components.server.workers=5; load[0].open.poisson=4/s", "sync", "M/M/c queue", "server.busy",
     0.8},
    {station, "components.server.workers=5; load[0].open.poisson=4/s; links.door.delay=2s", "sync",
     "M/M/c queue", "response.mean", 5.5541125541125544},
    {station,
     "components.server.workers=5; load[0].open.poisson=8/s; components.server.replicas=2; "
     "components.server.balance=random",
     "sync", "M/M/c queue", "response.mean", 1.5541125541125544},
    {station, "components.server.workers=1; load[0].open.poisson=0.8/s", "sync", "M/M/1 queue",
     "response.mean", 5.0},
    {station,
     "policies.sync.calls={'users -> server.serve': {'mode': 'queue'}}; components.server.workers=5; "
     "load[0].open.poisson=4/s",
     "sync", "M/M/c queue", "completion.mean", 1.5541125541125544},
    {station,
     "policies.sync.calls={'users -> server.serve': {'mode': 'queue', 'queue': 'q'}}; "
     "components.server.workers=5; load[0].open.poisson=4/s",
     "sync", "M/M/c queue", "q.depth.mean", 2.216450216450217},
    /* M/M/c/K: Kleinrock I, 3.6 */
    {station, "components.server.workers=4; components.server.inbox.capacity=6; load[0].open.poisson=3.8/s",
     "sync", "M/M/c/K queue", "rejected.share", 0.08679393326966377},
    {station, "components.server.workers=4; components.server.inbox.capacity=6; load[0].open.poisson=3.8/s",
     "sync", "M/M/c/K queue", "throughput", 3.4701830535752776},
    {station, "components.server.workers=4; components.server.inbox.capacity=6; load[0].open.poisson=3.8/s",
     "sync", "M/M/c/K queue", "response.mean", 1.5738145466670213},
    {station, "components.server.workers=1; components.server.max_in_flight=10; load[0].open.poisson=1.5/s",
     "sync", "M/M/c/K queue", "response.mean", 8.176475657044382},
    /* Erlang's loss system, whatever the distribution: Sevastyanov (1957) */
    {station,
     "components.server.workers=10; components.server.inbox.capacity=0; load[0].open.poisson=8/s; "
     "components.server.endpoints.serve[0].work=1s",
     "sync", "M/G/c/c loss system", "rejected.share", 0.1216610642529515},
    {station, "components.server.workers=20; components.server.max_in_flight=10; load[0].open.poisson=8/s",
     "sync", "M/G/c/c loss system", "rejected.share", 0.1216610642529515},
    /* M/G/1: Pollaczek and Khinchine; Kleinrock I, 5.6 */
    {station,
     "components.server.workers=1; components.server.endpoints.serve[0].work=1s; load[0].open.poisson=0.8/s",
     "sync", "M/D/1 queue", "server.wait.mean", 2.0},
    {station,
     "components.server.workers=1; components.server.endpoints.serve[0].work={'lognormal': {'mean': '1s', "
     "'cv': 2}}; load[0].open.poisson=0.8/s",
     "sync", "M/G/1 queue", "server.wait.mean", 10.0},
    {station,
     "components.server.workers=1; components.server.endpoints.serve[0].work={'mixture': [{'weight': 9, "
     "'of': '0.5s'}, {'weight': 1, 'of': '5.5s'}]}; load[0].open.poisson=0.8/s",
     "sync", "M/G/1 queue", "server.wait.mean", 6.5},
    /* ... of which the service is a chain of calls: 50 ms here and 200 ms there, constant, at 3.2/s */
    {shop, "components.server.workers=1; load[0].open.poisson=3.2/s", "sync", "M/D/1 queue", "response.mean",
     0.25 + 0.5},
    {shop, "components.server.workers=1; load[0].open.poisson=3.2/s", "sync", "M/D/1 queue", "server.blocked",
     0.64},
    {shop, "components.server.workers=1; load[0].open.poisson=3.2/s", "sync", "M/D/1 queue", "database.busy",
     0.064},
    {shop, "components.server.workers=1; load[0].open.poisson=3.2/s; load[0].request=server.read", "sync",
     "M/D/1 queue", "server.busy", 0.16},
    /* M/G/infinity: Takacs (1962); and processor sharing: Kleinrock II, 4.4 */
    {station, "components.server.workers=unlimited; load[0].open.poisson=8/s", "sync", "M/G/infinity",
     "server.present", 8.0},
    {station,
     "components.server={'workers': 'unlimited', 'cores': 1, 'inbox': {'order': 'processor_sharing'}, "
     "'endpoints': {'serve': [{'work': '1s'}]}}; load[0].open.poisson=0.8/s",
     "sync", "M/G/c queue with processor sharing", "response.mean", 5.0},
    /* Jackson (1957): sum of 1/(mu - lambda); feedback: L/lambda */
    {row, "", "queue", "Jackson network", "completion.mean", 6.666666666666667},
    {row, "", "queue", "Jackson network", "response.mean", 4.0},
    {row, "links.default.delay=100ms", "queue", "Jackson network", "completion.mean", 6.866666666666667},
    {row, "components.s3.endpoints.go=[{'work': {'exponential': '0.5s'}}, {'call': 's3.go', 'chance': 0.2}]",
     "queue", "Jackson network", "s3.busy", 0.625},
    {row, "components.s3.endpoints.go=[{'work': {'exponential': '0.5s'}}, {'call': 's3.go', 'chance': 0.2}]",
     "queue", "Jackson network", "completion.mean", 6.666666666666667},
    {terminals, "load=[{'request': 'way.go', 'open': {'poisson': '0.4/s'}}]", "async", "Jackson network",
     "b.inbox.mean", 0.84 * 0.84 / 0.16},
    /* Closed networks: Reiser and Lavenberg (1980); Kleinrock I, 3.8 */
    {terminals, "", "sync", "closed product-form network", "throughput", 0.40020462285495234},
    {terminals, "", "async", "closed product-form network", "response.mean", 9.987217610488068},
    {terminals, "", "sync", "closed product-form network", "b.busy", 0.8404297079954},
    {station,
     "components.server.workers=4; load=[{'request': 'server.serve', 'closed': {'users': 50, 'think': "
     "{'exponential': '12.5s'}}}]",
     "sync", "M/M/c//N: the machine repairman", "throughput", 8.741192895101396 * 0.4},
    {station,
     "components.server.workers=4; load=[{'request': 'server.serve', 'closed': {'users': 50, 'think': "
     "'12.5s'}}]",
     "sync", "M/M/c//N: the machine repairman", "server.busy", 0.8741192895101396},
    /* The blocking chain: R = n s + 2 (n - 1) d */
    {chain, "", "sync", "one request after another", "throughput", 1.0 / 0.37},
    {chain, "", "sync", "one request after another", "c1.blocked", 0.972972972972973},
    {chain, "", "sync", "one request after another", "c4.blocked", 0.24324324324324323},
    {chain, "", "async", "one request after another", "response.mean", 0.37},
    {chain, "", "queue", "one request after another", "throughput", 100.0},
    {chain, "links.door={'between': ['users', 'c1'], 'delay': '40ms'}", "sync", "one request after another",
     "c1.blocked", 0.8},
    {chain,
     "load[0].closed.users=50; components.c1.workers=37; components.c2.workers=40; components.c3.workers=40; "
     "components.c4.workers=40; components.c5.workers=40",
     "sync", "workers that are always held", "throughput", 100.0},
    /* Shares of time: 200 of 250 ms are waiting for the database. */
    {shop, "", "sync", "M/G/c queue, shares of time only", "server.blocked", 0.6},
    {shop, "", "sync", "M/G/c queue, shares of time only", "server.busy", 0.15},
};

static void expect_claim(size_t i, const struct claim *claim)
{
    struct spec spec = read_spec(claim->document, claim->sets);
    struct theory theory = theory_for(&spec, claim->policy);
    const struct theory_value *value = find(&theory, claim->metric);
    cr_assert(theory.model && theory.source, "%zu: %s is not recognised", i, claim->model);
    cr_expect_str_eq(theory.model, claim->model, "%zu: %s", i, theory.model);
    cr_assert(value && value->relation == THEORY_EQUALS, "%zu: nothing of %s", i, claim->metric);
    cr_expect(near(value->value, claim->value), "%zu: %s = %.15g", i, claim->metric, value->value);
    theory_finish(&theory);
    spec_finish(&spec);
}

Test(theory, what_is_claimed)
{
    for (size_t i = 0; i < sizeof claims / sizeof *claims; i++)
        expect_claim(i, &claims[i]);
}

/* ---- what is not ---- */

/* Each breaks one assumption; `model` is what is left to claim, perhaps nothing. */
static const struct break_up {
    const char *document;
    const char *sets;
    const char *policy, *model;
} break_ups[] = {
    /* The load is not Poisson, does not last, is not alone, or is too much. */
    {station, "load[0].open={'constant': '2/s'}", "sync", NULL},
    {station, "load[0].open={'renewal': {'exponential': '0.5s'}}", "sync", NULL},
    {station, "load[0].open={'sinusoidal': {'mean': '2/s', 'amplitude': 0.1, 'period': '10s'}}", "sync",
     NULL},
    {station, "load[0].open.batch=2; load[0].open.poisson=1/s", "sync", NULL},
    {station, "load[0].from=1s", "sync", NULL},
    {station, "load[0].until=100000s", "sync", NULL},
    {station,
     "load=[{'name': 'a', 'request': 'server.serve', 'open': {'poisson': '1/s'}}, {'name': 'b', 'request': "
     "'server.serve', 'open': {'poisson': '1/s'}}]",
     "sync", NULL},
    {station, "load[0].open.poisson=3/s", "sync", NULL},
    {station,
     "load[0].open.poisson=3000000/s; components.server.endpoints.serve[0].work={'exponential': '99ns'}",
     "sync", NULL},
    /* Nor the service, or it is not all that a worker does. */
    {station, "components.server.endpoints.serve[0].work={'erlang': {'mean': '1s', 'k': 2}}", "sync",
     "M/G/c queue, shares of time only"},
    {station,
     "components.server.endpoints.serve=[{'work': {'exponential': '0.5s'}}, {'work': {'exponential': "
     "'0.5s'}}]",
     "sync", "M/G/c queue, shares of time only"},
    {station, "components.server.endpoints.serve[0].work={'pareto': {'min': '0.1s', 'alpha': 1.5}}", "sync",
     NULL},
    {station,
     "components.server.endpoints.serve=[{'work': {'exponential': '1s'}}, {'reply': true}, {'work': '1ms'}]",
     "sync", NULL},
    {station, "components.server.endpoints.serve=[{'work': {'exponential': '1s'}}, {'fail': 0.01}]", "sync",
     NULL},
    {station,
     "components.server.endpoints.serve=[{'wait': '1ms'}, {'work': {'exponential': '1s'}}]; "
     "policies.sync.wait=releases",
     "sync", NULL},
    /* Nor the line, or the workers. */
    {station, "components.server.inbox.order=lifo", "sync", NULL},
    {station, "components.server.inbox.order=shortest_first", "sync", NULL},
    {station, "components.server.inbox.capacity=5; components.server.inbox.overflow=drop", "sync", NULL},
    {station, "components.server.shed_after=10s", "sync", NULL},
    {station, "components.server.cores=2", "sync", NULL},
    {station, "components.server.replicas=2", "sync", NULL},
    {station, "components.server.replicas=2; components.server.balance=least_outstanding", "sync", NULL},
    {station, "components.server.failures={'up': {'exponential': '1h'}, 'down': '1s'}", "sync", NULL},
    {station, "events=[{'at': '5s', 'for': '1s', 'slow': 'server', 'factor': 2}]", "sync", NULL},
    /* Nor is the wire harmless, or the users patient. */
    {station, "links.door.loss=0.001", "sync", NULL},
    {station, "links.door.loss=0.001; links.door.on_loss=retransmit", "sync", NULL},
    {station, "links.door.duplicate=0.001", "sync", NULL},
    {station, "links.door.delay={'exponential': '1s'}; links.door.ordered=true", "sync", NULL},
    {station, "links.door.bandwidth=1kB/s; load[0].bytes=10B", "sync", NULL},
    {station, "load[0].timeout=1min", "sync", NULL},
    {station, "load[0].retries=1", "sync", NULL},
    {station, "load[0].hedge=1min", "sync", NULL},
    {station, "load[0].connect={'round_trips': 1}", "sync", NULL},
    {station, "policies.sync.calls={'users -> server.serve': {'pool': {'size': 9}}}", "sync", NULL},
    {station, "policies.sync.calls={'users -> server.serve': {'mode': 'queue', 'capacity': 9}}", "sync",
     NULL},
    {station, "policies.sync.calls={'users -> server.serve': {'mode': 'queue', 'order': 'priority'}}", "sync",
     NULL},
    {station, "policies.sync.calls={'users -> server.serve': {'mode': 'queue', 'consumers': 1}}", "sync",
     NULL},
    {station, "policies.sync.calls={'users -> server.serve': {'mode': 'queue', 'batch': {'size': 2}}}",
     "sync", NULL},
    {station, "policies.sync.calls={'users -> server.serve': {'mode': 'queue', 'retention': '1h'}}", "sync",
     NULL},
    {station, "policies.sync.calls={'users -> server.serve': {'mode': 'queue', 'delivery': 'at_most_once'}}",
     "sync", NULL},
    {station,
     "policies.sync.calls={'users -> server.serve': {'mode': 'queue', 'durable': true, 'persist': '1ms'}}",
     "sync", NULL},
    /* Service longer than the confirmation's patience would be asked for twice. */
    {station,
     "policies.sync.calls={'users -> server.serve': {'mode': 'queue', 'durable': true}}; links.door.delay=3s",
     "sync", NULL},
    {station,
     "policies.sync.calls={'users -> server.serve': {'mode': 'queue', 'durable': true}}; links.door.delay=2s",
     "sync", "M/M/c queue"},
    /* Workers that are blocked, or come back for the rest, are no stations of Jackson's. */
    {row, "", "sync", NULL},
    {row, "", "async", NULL},
    {row, "components.s2.endpoints.go[0].work=0.5s", "queue", "M/M/1 queue"},
    {row, "components.s2.endpoints.go=[{'call': 's3.go'}, {'work': {'exponential': '0.5s'}}]", "queue",
     "M/M/1 queue"},
    {row,
     "components.s1.endpoints.go=[{'work': {'exponential': '0.8s'}}, {'call': 's2.go'}, {'call': 's3.go'}]",
     "queue", "M/M/1 queue"},
    {row, "components.s1.endpoints.go[1].times=2", "queue", "M/M/1 queue"},
    {row, "components.s3.inbox.capacity=100", "queue", "M/M/1 queue"},
    {row, "components.s3.endpoints.go[0].work.exponential=1.1s", "queue", "M/M/1 queue"},
    {row, "links.default={'delay': {'exponential': '1s'}}", "queue", "M/M/1 queue"},
    {row, "links.default.loss=0.01", "queue", NULL},
    {row, "policies.queue.prefetch=2", "queue", "M/M/1 queue"},
    {row, "policies.queue.at=s2", "queue", "M/M/1 queue"},
    /* Two endpoints with other means in one line. */
    {row,
     "components.s2.endpoints.more=[{'work': {'exponential': '0.1s'}}]; "
     "components.s1.endpoints.go[1]={'choose': [{'steps': [{'call': 's2.go'}]}, {'steps': [{'call': "
     "'s2.more'}]}]}",
     "queue", "M/M/1 queue"},
    /* Who comes back to the first station meets those who wait for it. */
    {row,
     "components.s3.endpoints.go=[{'work': {'exponential': '0.1s'}}, {'call': 's1.go', 'chance': 0.1}]; "
     "components.s2.endpoints.go[0].work=0.1s",
     "queue", NULL},
    /* Closed networks without product form. */
    {terminals, "components.a.endpoints.serve[0].work=0.6s", "sync", NULL},
    {terminals, "components.way.workers=9", "sync", NULL},
    {terminals, "components.b.inbox.capacity=8", "sync", NULL},
    {terminals, "components.b.inbox.order=lifo", "sync", NULL},
    {terminals, "components.way.endpoints.go=[{'gather': [{'call': 'a.serve'}, {'call': 'b.serve'}]}]",
     "async", NULL},
    {terminals, "policies.sync.timeout=1h", "sync", NULL},
    {terminals, "", "queue", NULL},
    /* In the chain somebody waits, or could. */
    {chain, "load[0].closed.users=2", "async", NULL},
    {chain, "load[0].closed.users=2", "sync", "workers that are always held"},
    {chain, "load[0].closed.users=2; load[0].closed.think=1ms", "sync", NULL},
    {chain, "load[0].closed.users=2; links.door={'between': ['users', 'c1'], 'delay': '1ms'}", "sync", NULL},
    {chain, "load[0].closed.users=3; components.c1.workers=2", "sync", NULL},
    {chain, "load[0].closed.users=3; components.c1.inbox.capacity=1", "sync", NULL},
    {chain, "components.c5.endpoints.step=[{'work': '10ms'}, {'call': 'c2.step', 'chance': 0.1}]", "sync",
     NULL},
    {chain, "components.c5.endpoints.step=[{'work': '10ms'}, {'call': 'c1.step', 'chance': 0.1}]", "queue",
     NULL},
    {chain, "links.default.loss=0.01", "sync", NULL},
    {chain, "links.default.bandwidth=1MB/s; components.c1.endpoints.step[1].bytes=1kB", "sync", NULL},
    {chain, "policies.sync.timeout=1s", "sync", NULL},
    {chain, "components.c3.failures={'up': '1h', 'down': '1s'}", "sync", NULL},
    /* The database has a worker for each of the server's, or somebody waits there. */
    {shop, "components.database.workers=9", "sync", NULL},
    {shop, "components.database.max_in_flight=9", "sync", NULL},
    {shop, "components.database.cores=9", "sync", NULL},
    {shop, "load[0].open.poisson=40/s", "sync", NULL},
    {shop, "", "async", NULL},
};

static void expect_break_up(size_t i, const struct break_up *b)
{
    struct spec spec = read_spec(b->document, b->sets);
    struct theory theory = theory_for(&spec, b->policy);
    const char *model = theory.model ? theory.model : "nothing";
    cr_expect_str_eq(model, b->model ? b->model : "nothing", "%zu (%s): %s", i, b->sets, model);
    for (size_t v = 0; !theory.model && v < theory.n; v++)
        cr_expect_neq(theory.values[v].relation, THEORY_EQUALS, "%zu: %s", i, theory.values[v].metric);
    theory_finish(&theory);
    spec_finish(&spec);
}

Test(theory, one_broken_assumption_is_enough)
{
    for (size_t i = 0; i < sizeof break_ups / sizeof *break_ups; i++)
        expect_break_up(i, &break_ups[i]);
}

/* ---- bounds ---- */

static const struct bound {
    const char *document;
    const char *sets;
    const char *policy, *metric;
    enum theory_relation relation;
    double value; /* NAN: there is none */
    const char *where;
} bounds[] = {
    /* Ten workers, 250 ms each, blocked or not: 40/s and 200/s. */
    {shop, "load[0].open.poisson=100/s", "sync", "throughput", THEORY_AT_MOST, 40.0, "server"},
    {shop, "load[0].open.poisson=100/s", "async", "throughput", THEORY_AT_MOST, 50.0, "database"},
    {shop, "load[0].open.poisson=100/s", "queue", "completions", THEORY_AT_MOST, 50.0, "database"},
    {shop, "load[0].open.poisson=100/s; load[0].request=server.read", "async", "throughput", THEORY_AT_MOST,
     200.0, "server"},
    {shop, "load[0].open.poisson=100/s; load[0].request=server.read; components.server.cores=4", "async",
     "throughput", THEORY_AT_MOST, 80.0, "server"},
    {shop, "load[0].open.poisson=100/s", "async", "response.mean", THEORY_AT_LEAST, 0.25, NULL},
    /* N / (R0 + Z), and N / X - Z: Lazowska et al. (1984), 5.2 */
    {terminals, "components.a.inbox.order=lifo; load[0].closed.users=3", "sync", "throughput", THEORY_AT_MOST,
     3.0 / 19.055, NULL},
    {terminals, "components.a.inbox.order=lifo", "sync", "throughput", THEORY_AT_MOST, 1.0 / 2.1, "b"},
    {terminals, "components.a.inbox.order=lifo", "sync", "response.mean", THEORY_AT_LEAST, 10.0 * 2.1 - 15.0,
     "b"},
    {chain, "load[0].closed.users=4", "async", "throughput", THEORY_AT_MOST, 4.0 / 0.37, NULL},
    {chain, "load[0].closed.users=40", "async", "throughput", THEORY_AT_MOST, 100.0, "c1"},
    /* Who is answered can be a selection: those with less work than others. */
    {station, "load[0].timeout=1min", "sync", "response.mean", THEORY_AT_LEAST, (double)NAN, NULL},
    {station, "load[0].timeout=1min; load[0].open.poisson=4/s", "sync", "throughput", THEORY_AT_MOST,
     (double)NAN, NULL},
    {station, "load[0].timeout=1min", "sync", "throughput", THEORY_AT_MOST, 3.0, "server"},
    {station, "load[0].open.poisson=4/s", "sync", "throughput", THEORY_AT_MOST, 3.0, "server"},
    {station, "load[0].open.poisson=4/s; components.server.inbox.order=shortest_first", "sync", "throughput",
     THEORY_AT_MOST, (double)NAN, NULL},
    {station, "load[0].open.poisson=4/s; components.server.endpoints.serve[0].work=1s; load[0].timeout=1min",
     "sync", "throughput", THEORY_AT_MOST, 3.0, "server"},
    {row, "load[0].open.poisson=3/s; components.s1.endpoints.go[1].chance=0.5", "queue", "completions",
     THEORY_AT_MOST, 1.25, "s1"},
    {row, "load[0].open.poisson=9/s; components.s1.workers=8; components.s1.endpoints.go[1].chance=0.5",
     "queue", "completions", THEORY_AT_MOST, 10.0, "s1"},
    {row, "load[0].open.poisson=9/s; components.s1.workers=8", "queue", "completions", THEORY_AT_MOST, 1.6,
     "s3"},
    /* Some requests wait for each other for ever, and the others are no longer like all. */
    {chain, "components.c5.endpoints.step=[{'work': '10ms'}, {'call': 'c1.step', 'chance': 0.5}]", "sync",
     "response.mean", THEORY_AT_LEAST, 0.37, NULL},
    {chain, "components.c5.endpoints.step=[{'work': '10ms'}, {'call': 'c1.step', 'chance': 0.5}]", "async",
     "response.mean", THEORY_AT_LEAST, 2 * 0.37 + 0.08, NULL},
    /* A copy that comes first can have been quicker than the mean. */
    {chain, "policies.async.hedge=10ms; links.default={'delay': {'exponential': '40ms'}}", "async",
     "response.mean", THEORY_AT_LEAST, 0.05, NULL},
    /* What was begun in the warm-up, a third of the run, can end after it. */
    {chain, "load[0].closed.users=80; load[0].from=1s", "async", "throughput", THEORY_AT_MOST, 150.0, "c1"},
    {chain, "events=[{'at': '5s', 'workers': 'c1', 'count': 2}]", "async", "throughput", THEORY_AT_MOST,
     (double)NAN, NULL},
};

static void expect_bound(size_t i, const struct bound *bound)
{
    struct spec spec = read_spec(bound->document, bound->sets);
    struct theory theory = theory_for(&spec, bound->policy);
    const struct theory_value *value = find(&theory, bound->metric);
    if (isnan(bound->value)) {
        cr_expect_null(value, "%zu: %s is claimed", i, bound->metric);
    } else {
        cr_assert(value, "%zu: nothing of %s", i, bound->metric);
        cr_expect_eq(value->relation, bound->relation, "%zu", i);
        cr_expect(near(value->value, bound->value), "%zu: %.15g", i, value->value);
        cr_expect_str_eq(value->where ? value->where : "", bound->where ? bound->where : "", "%zu: %s", i,
                         value->where);
    }
    theory_finish(&theory);
    spec_finish(&spec);
}

Test(theory, bounds)
{
    for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++)
        expect_bound(i, &bounds[i]);
}

/* Both loads need the station: their sum is bounded by what it can do, and each has its own response. */
Test(theory, bounds_of_several_loads)
{
    static const char sets[] = "load=[{'name': 'a', 'request': 'server.ask', 'open': {'poisson': '90/s'}},"
                               " {'name': 'b', 'request': 'server.read', 'open': {'poisson': '90/s'}}]";
    struct spec spec = read_spec(shop, sets);
    struct theory theory = theory_for(&spec, "sync");
    cr_expect(near(find(&theory, "throughput")->value, 40.0));
    cr_expect(near(find(&theory, "a.response.mean")->value, 0.25));
    cr_expect(near(find(&theory, "b.response.mean")->value, 0.25));
    cr_expect_null(find(&theory, "response.mean"));
    theory_finish(&theory);
    spec_finish(&spec);
}

/* Calls that go round in a circle, by chance: a geometric number of them. */
Test(theory, circles_of_calls)
{
    static const char sets[] =
        "components.c5.endpoints.step=[{'work': '10ms'}, {'call': 'c1.step', 'chance': 0.9}];"
        "components.c1.workers=unlimited; components.c2.workers=unlimited; components.c3.workers=unlimited;"
        "components.c4.workers=unlimited; components.c5.workers=unlimited";
    struct spec spec = read_spec(chain, sets);
    struct theory theory = theory_for(&spec, "sync");
    /* R = 50 ms + 320 ms + 0.9 (R + 80 ms) */
    cr_expect(near(find(&theory, "response.mean")->value, (0.37 + 0.9 * 0.08) / 0.1));
    cr_expect_eq(find(&theory, "response.mean")->relation, THEORY_AT_LEAST);
    theory_finish(&theory);
    spec_finish(&spec);
}
