#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include <dirent.h>
#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "scenario/fields.h"
#include "scenario/scenario.h"

#define BAD TESTS_DIR "/bad"

/* ---- bad documents: NAME.json, its --set lines NAME.sets, and the messages NAME.expected ---- */

enum { MOST_CASES = 512, MOST_SETS = 16 };

struct bad_case {
    char name[64];
};

static int by_name(const void *a, const void *b)
{
    const struct bad_case *left = a, *right = b;
    return strcmp(left->name, right->name);
}

static size_t list_cases(struct bad_case *cases)
{
    size_t n = 0;
    DIR *folder = opendir(BAD);
    for (struct dirent *entry; folder && (entry = readdir(folder));) {
        size_t length = strlen(entry->d_name);
        if (n < MOST_CASES && length > 5 && length < 64 && strcmp(entry->d_name + length - 5, ".json") == 0)
            snprintf(cases[n++].name, sizeof cases->name, "%.*s", (int)length - 5, entry->d_name);
    }
    if (folder)
        closedir(folder);
    qsort(cases, n, sizeof *cases, by_name);
    return n;
}

/* The file tests/bad/NAME.ENDING, or NULL. */
static char *load(const char *name, const char *ending, size_t *ret_length)
{
    char *path = text_format(BAD "/%s.%s", name, ending), *text = NULL;
    cr_assert_not_null(path);
    if (!scenario_load(path, &text, ret_length, NULL))
        text = NULL;
    free(path);
    return text;
}

static size_t split_lines(char *text, const char *lines[MOST_SETS])
{
    size_t n = 0;
    for (char *line = strtok(text, "\n"); line && n < MOST_SETS; line = strtok(NULL, "\n"))
        lines[n++] = line;
    return n;
}

static char *all_texts(const struct problem_list *problems)
{
    struct text text = {0};
    for (size_t i = 0; i < problems->n; i++)
        text_addf(&text, "%s\n", problems->problems[i].text);
    return text_take(&text);
}

ParameterizedTestParameters(scenario, bad)
{
    struct bad_case *cases = cr_calloc(MOST_CASES, sizeof *cases);
    size_t n = list_cases(cases);
    return cr_make_param_array(struct bad_case, cases, n, NULL);
}

ParameterizedTest(struct bad_case *param, scenario, bad)
{
    size_t length = 0, expected_length = 0, sets_length = 0;
    char *text = load(param->name, "json", &length), *sets = load(param->name, "sets", &sets_length);
    char *expected = load(param->name, "expected", &expected_length),
         *file = text_format("%s.json", param->name);
    const char *lines[MOST_SETS];
    size_t n_lines = sets ? split_lines(sets, lines) : 0;
    struct problem_list problems = {0};
    struct spec spec = {0};
    cr_assert(text && expected, "%s: a file is missing", param->name);
    bool good = scenario_read(text, length, file, BAD, lines, n_lines, &spec, &problems);
    char *messages = all_texts(&problems);
    cr_expect_str_eq(messages, expected, "%s gives\n%s", param->name, messages);
    cr_expect(good == (strncmp(param->name, "warning_", 8) == 0));
    cr_expect(good == (problems.n_errors == 0));
    spec_finish(&spec);
    problem_list_finish(&problems);
    free(messages);
    free(file);
    free(expected);
    free(sets);
    free(text);
}

Test(scenario, there_are_many_bad_documents)
{
    static struct bad_case cases[MOST_CASES];
    cr_expect(list_cases(cases) >= 220);
}

/* ---- good documents ---- */

static struct spec read_sets(const char *text, const char *const *sets, size_t n_sets)
{
    struct problem_list problems = {0};
    struct spec spec = {0};
    bool good = scenario_read(text, strlen(text), "test.json", BAD, sets, n_sets, &spec, &problems);
    char *messages = all_texts(&problems);
    cr_expect(good && problems.n == 0, "%s", messages);
    free(messages);
    problem_list_finish(&problems);
    return spec;
}

static struct spec read(const char *text)
{
    return read_sets(text, NULL, 0);
}

static const char checkout[] =
    "{\n"
    "  \"$schema\": \"https://example.invalid/tandem/scenario-1.json\",\n"
    "  \"name\": \"checkout\", // who waits?\n"
    "  \"about\": \"A shop // and a bank /* far */ away\",\n"
    "  \"run\": { \"duration\": \"10min\", \"warmup\": \"1min\", \"seed\": 1, \"replications\": 20 },\n"
    "  /* three\n     services */\n"
    "  \"components\": {\n"
    "    \"shop\":    { \"workers\": 8, \"endpoints\": { \"buy\": [ {\"work\": \"2ms\"}, {\"call\": "
    "\"billing.charge\"} ] } },\n"
    "    \"billing\": { \"workers\": 8, \"inbox\": {\"capacity\": 500, \"overflow\": \"drop\"},\n"
    "      \"endpoints\": { \"charge\": [ {\"work\": {\"exponential\": \"5ms\"}}, {\"call\": \"bank.pay\", "
    "\"bytes\": \"2kB\"} ] } },\n"
    "    \"bank\":    { \"workers\": 16, \"endpoints\": { \"pay\": [ {\"work\": {\"lognormal\": {\"mean\": "
    "\"40ms\", \"cv\": 1.5}}} ] } }\n"
    "  },\n"
    "  \"links\": {\n"
    "    \"shop-billing\": { \"between\": [\"shop\", \"billing\"], \"delay\": \"1ms\" },\n"
    "    \"billing-bank\": { \"between\": [\"billing\", \"bank\"], \"delay\": {\"lognormal\": {\"mean\": "
    "\"30ms\", \"cv\": 0.3}} }\n"
    "  },\n"
    "  \"load\": [ { \"request\": \"shop.buy\", \"open\": {\"poisson\": \"120/s\"} } ],\n"
    "  \"policies\": {\n"
    "    \"sync\":  { \"mode\": \"sync\" },\n"
    "    \"async\": { \"mode\": \"async\" },\n"
    "    \"queue\": { \"mode\": \"queue\" },\n"
    "    \"mixed\": { \"mode\": \"sync\", \"calls\": { \"bank.pay\": { \"mode\": \"queue\" } } }\n"
    "  }\n"
    "}\n";

Test(scenario, checkout_run_and_components)
{
    struct spec spec = read(checkout);
    cr_expect_str_eq(spec.name, "checkout");
    cr_expect_str_eq(spec.about, "A shop // and a bank /* far */ away");
    cr_expect(spec.run.duration_ns == 600000000000 && spec.run.warmup_ns == 60000000000);
    cr_expect(spec.run.seed == 1 && spec.run.replications == 20 && spec.run.samples == 1000);
    cr_expect(spec.run.sample_requests == 1000 && spec.run.timeline_requests == 12);
    cr_assert(spec.n_components == 3 && spec.n_endpoints == 3);
    const struct component_spec *shop = &spec.components[0], *billing = &spec.components[1];
    cr_expect_str_eq(shop->name, "shop");
    cr_expect(shop->replicas == 1 && shop->workers == 8 && shop->cores == SPEC_UNLIMITED);
    cr_expect(shop->inbox.capacity == SPEC_UNLIMITED && shop->inbox.order == INBOX_FIFO);
    cr_expect(shop->inbox.overflow == INBOX_REJECT && shop->max_in_flight == SPEC_UNLIMITED);
    cr_expect(shop->shed_after_ns == INT64_MAX && shop->continuations == CONTINUATIONS_FIRST);
    cr_expect(shop->balance == BALANCE_ROUND_ROBIN);
    cr_expect(billing->inbox.capacity == 500 && billing->inbox.overflow == INBOX_DROP);
    spec_finish(&spec);
}

Test(scenario, checkout_endpoints_and_links)
{
    struct spec spec = read(checkout);
    const struct endpoint_spec *charge = &spec.endpoints[1];
    cr_expect_str_eq(charge->name, "billing.charge");
    cr_assert(charge->component == 1 && charge->n_steps == 2);
    cr_expect(charge->steps[0].kind == STEP_WORK &&
              charge->steps[0].duration.type == &distribution_exponential);
    cr_expect(charge->steps[0].duration.mean_ns == 5e6);
    cr_assert(charge->steps[1].kind == STEP_CALL && charge->steps[1].n_calls == 1);
    const struct call_spec *call = charge->steps[1].calls;
    cr_expect(call->endpoint == 2 && call->bytes == 2000 && call->reply_bytes == 0 && call->times == 1);
    cr_expect(call->chance == 1.0 && call->priority == SPEC_SAME_PRIORITY);
    cr_expect_float_eq(spec.endpoints[2].steps[0].duration.sd_ns, 60e6, 1.0);
    cr_assert(spec.n_links == 2 && !spec.default_link);
    cr_expect_str_eq(spec.links[1].name, "billing-bank");
    cr_expect(spec.links[1].between[0] == 1 && spec.links[1].between[1] == 2 && spec.links[1].ordered);
    cr_expect(isinf(spec.links[1].bytes_per_s) && fabs(spec.links[1].delay.mean_ns - 30e6) < 1.0);
    spec_finish(&spec);
}

Test(scenario, checkout_load_and_policies)
{
    struct spec spec = read(checkout);
    cr_assert(spec.n_loads == 1);
    const struct load_spec *load_ = &spec.loads[0];
    cr_expect_str_eq(load_->name, "shop-buy");
    cr_expect(load_->kind == LOAD_OPEN && load_->arrival == ARRIVAL_POISSON && load_->per_s == 120.0);
    cr_expect(load_->endpoint == 0 && load_->from_ns == 0 && load_->until_ns == INT64_MAX);
    cr_expect(load_->batch == BATCH_FIXED && load_->batch_mean == 1.0);
    cr_assert(spec.n_policies == 4);
    cr_expect(spec.policies[0].rule.mode == CALL_SYNC && spec.policies[0].wait_blocks);
    cr_expect(spec.policies[1].rule.mode == CALL_ASYNC && !spec.policies[1].wait_blocks);
    cr_expect(spec.policies[2].rule.mode == CALL_QUEUE && spec.policies[2].wait_blocks);
    cr_assert(spec.policies[3].n_overrides == 1);
    const struct call_override *pay = &spec.policies[3].overrides[0];
    cr_expect(pay->caller == SPEC_NONE && pay->callee == 2 && pay->rule.mode == CALL_QUEUE);
    cr_expect(pay->rule.queue.at == BROKER_AT_RECEIVER && pay->rule.queue.capacity == SPEC_UNLIMITED);
    cr_expect(pay->rule.queue.prefetch == 1 && pay->rule.queue.batch == 1 && !pay->rule.queue.reply);
    cr_expect(pay->rule.queue.consumers == SPEC_UNLIMITED && !pay->rule.queue.name);
    spec_finish(&spec);
}

/* Everything else that can be said, once. */
#define HEAD(load_, policies)                                                                                \
    "{\"name\":\"n\",\"run\":{\"duration\":\"100s\"},\"components\":{\"a\":{\"endpoints\":{\"e\":["          \
    "{\"call\":\"b.f\",\"chance\":\"50%\"}]}},\"b\":{\"workers\":4,\"endpoints\":{\"f\":[{\"work\":\"1ms\"}" \
    "]}}},"                                                                                                  \
    "\"links\":{\"default\":{\"delay\":\"2ms\",\"bandwidth\":\"8Mbit/s\",\"ordered\":false}},"               \
    "\"load\":[" load_ "],\"policies\":{" policies "}}"
#define LOAD   "{\"request\":\"a.e\",\"closed\":{\"users\":3}}"
#define POLICY "\"p\":{\"mode\":\"sync\"}"

Test(scenario, default_link)
{
    struct spec spec = read(HEAD(LOAD, POLICY));
    cr_assert(spec.n_links == 0 && spec.default_link);
    cr_expect(spec.default_link->delay.mean_ns == 2e6 && spec.default_link->bytes_per_s == 1e6);
    cr_expect(!spec.default_link->ordered && spec.endpoints[0].steps[0].calls->chance == 0.5);
    spec_finish(&spec);
}

Test(scenario, loads)
{
    struct spec spec = read(HEAD(
        "{\"request\":\"a.e\",\"closed\":{\"users\":3,\"think\":{\"exponential\":\"1s\"}},\"bytes\":\"1kB\"},"
        "{\"request\":\"a.e\",\"burst\":{\"requests\":1000,\"at\":\"5s\"},\"priority\":-3},"
        "{\"request\":\"a.e\",\"open\":{\"renewal\":{\"uniform\":[\"1s\",\"3s\"]},\"batch\":{\"geometric\":2."
        "5}}},"
        "{\"request\":\"a.e\",\"open\":{\"mmpp\":[{\"rate\":\"0/s\",\"mean\":\"9s\"},{\"rate\":\"6/"
        "min\",\"mean\":\"1s\"}]}},"
        "{\"name\":\"a-e-5\",\"request\":\"b.f\",\"open\":{\"constant\":\"1/"
        "s\",\"batch\":3},\"until\":\"20s\",\"from\":\"3s\"},"
        "{\"request\":\"a.e\",\"open\":{\"piecewise\":[{\"from\":\"0s\",\"rate\":\"1/"
        "s\"},{\"from\":\"9s\",\"rate\":\"0/s\"}]}},"
        "{\"request\":\"a.e\",\"open\":{\"sinusoidal\":{\"mean\":\"1/"
        "s\",\"amplitude\":0.5,\"period\":\"1h\"}}}",
        POLICY));
    static const char *const names[] = {"a-e", "a-e-2", "a-e-3", "a-e-4", "a-e-5", "a-e-6", "a-e-7"};
    cr_assert(spec.n_loads == 7);
    for (size_t i = 0; i < 7; i++)
        cr_expect_str_eq(spec.loads[i].name, names[i]);
    const struct load_spec *l = spec.loads;
    cr_expect(l[0].kind == LOAD_CLOSED && l[0].users == 3 && l[0].think.mean_ns == 1e9 && l[0].bytes == 1000);
    cr_expect(l[1].kind == LOAD_BURST && l[1].requests == 1000 && l[1].at_ns == 5000000000 &&
              l[1].priority == -3);
    cr_expect(l[2].arrival == ARRIVAL_RENEWAL && l[2].between.mean_ns == 2e9);
    cr_expect(l[2].batch == BATCH_GEOMETRIC && l[2].batch_mean == 2.5);
    cr_assert(l[3].arrival == ARRIVAL_MMPP && l[3].n_rates == 2);
    cr_expect(l[3].rates[0].mean_ns == 9e9 && l[3].rates[0].per_s == 0.0 && l[3].rates[1].per_s == 0.1);
    cr_expect(l[4].arrival == ARRIVAL_CONSTANT && l[4].batch == BATCH_FIXED && l[4].batch_mean == 3.0);
    cr_expect(l[4].from_ns == 3000000000 && l[4].until_ns == 20000000000 && l[4].endpoint == 1);
    cr_assert(l[5].arrival == ARRIVAL_PIECEWISE && l[5].n_rates == 2);
    cr_expect(l[5].rates[1].from_ns == 9000000000 && l[5].rates[0].per_s == 1.0);
    cr_expect(l[6].arrival == ARRIVAL_SINUSOIDAL && l[6].per_s == 1.0 && l[6].amplitude == 0.5);
    cr_expect(l[6].period_ns == 3600000000000);
    spec_finish(&spec);
}

Test(scenario, policies)
{
    struct spec spec =
        read(HEAD(LOAD, "\"p\":{\"mode\":\"async\",\"wait\":\"blocks\",\"capacity\":7,\"queue\":\"q\","
                        "\"overflow\":\"block\",\"batch\":{\"size\":5,\"linger\":\"1ms\"},\"calls\":{"
                        "\"a.e->b.f\":{\"mode\":\"queue\",\"at\":\"sender\",\"batch\":{\"linger\":\"2ms\"}},"
                        "\"users -> a.e\":{\"mode\":\"queue\",\"at\":\"b\",\"order\":\"priority\","
                        "\"queue\":\"r\",\"overflow\":\"drop_oldest\"}}}"));
    const struct policy_spec *p = &spec.policies[0];
    cr_assert(p->n_overrides == 2 && p->wait_blocks && p->rule.mode == CALL_ASYNC);
    const struct call_override *one = &p->overrides[0], *two = &p->overrides[1];
    cr_expect(one->caller == 0 && one->callee == 1 && one->rule.mode == CALL_QUEUE);
    cr_expect(one->rule.queue.at == BROKER_AT_SENDER && one->rule.queue.capacity == 7);
    cr_expect(one->rule.queue.overflow == QUEUE_BLOCK && one->rule.queue.batch == 5);
    cr_expect(one->rule.queue.linger_ns == 2000000);
    cr_expect_str_eq(one->rule.queue.name, "q");
    cr_expect(two->caller == SPEC_USERS && two->callee == 0 && two->rule.queue.at == BROKER_AT_COMPONENT);
    cr_expect(two->rule.queue.broker == 1 && two->rule.queue.order == QUEUE_PRIORITY);
    cr_expect(two->rule.queue.overflow == QUEUE_DROP_OLDEST && two->rule.queue.linger_ns == 1000000);
    cr_expect_str_eq(two->rule.queue.name, "r");
    spec_finish(&spec);
}

/* ---- calls that go wrong, and links that lose ---- */

#define AB(link, load_, policies)                                                                            \
    "{\"name\":\"n\",\"run\":{\"duration\":\"100s\"},\"components\":{\"a\":{\"endpoints\":{\"e\":["          \
    "{\"call\":\"b.f\"}]}},\"b\":{\"endpoints\":{\"f\":[{\"call\":\"c.g\"}]}},\"c\":{\"endpoints\":{\"g\":[" \
    "]}}},"                                                                                                  \
    "\"links\":{\"ab\":{\"between\":[\"a\",\"b\"]" link "},\"bc\":{\"between\":[\"b\",\"c\"]}},\"load\":["   \
    "{\"request\":\"a.e\",\"closed\":{\"users\":3}" load_ "}],\"policies\":{" policies "}}"

static struct link_spec read_link(const char *text)
{
    struct spec spec = read(text);
    struct link_spec link = spec.n_links == 2 ? spec.links[0] : (struct link_spec){0};
    link.name = NULL;
    link.delay = (struct distribution){0};
    spec_finish(&spec);
    return link;
}

Test(scenario, links_that_lose_nothing)
{
    struct link_spec link = read_link(AB("", "", POLICY));
    cr_expect(link.loss.good[0] == 0.0 && link.loss.good[1] == 0.0 && link.loss.to_bad == 0.0);
    cr_expect(link.on_loss == LINK_DROP && link.duplicate == 0.0);
    cr_expect(link.rto_ns == 1000000000 && link.max_rto_ns == 60000000000);
}

Test(scenario, links_that_lose)
{
    struct link_spec link = read_link(AB(",\"loss\":\"2%\",\"duplicate\":0.25", "", POLICY));
    cr_expect(link.loss.good[0] == 0.02 && link.loss.good[1] == 0.02 && link.loss.to_bad == 0.0);
    cr_expect(link.duplicate == 0.25 && link.on_loss == LINK_DROP);
    link = read_link(AB(",\"loss\":{\"there\":0.2,\"back\":0.1}", "", POLICY));
    cr_expect(link.loss.good[0] == 0.2 && link.loss.good[1] == 0.1);
    link = read_link(AB(",\"loss\":{\"back\":1}", "", POLICY));
    cr_expect(link.loss.good[0] == 0.0 && link.loss.good[1] == 1.0);
    link = read_link(AB(",\"loss\":{\"gilbert_elliott\":{\"to_bad\":0.005,\"to_good\":0.2,\"good\":0.001,"
                        "\"bad\":0.5}}",
                        "", POLICY));
    cr_expect(link.loss.good[0] == 0.001 && link.loss.good[1] == 0.001 && link.loss.bad == 0.5);
    cr_expect(link.loss.to_bad == 0.005 && link.loss.to_good == 0.2);
    link = read_link(
        AB(",\"loss\":{\"gilbert_elliott\":{\"to_bad\":0.1,\"to_good\":0.2,\"bad\":1}}", "", POLICY));
    cr_expect(link.loss.good[0] == 0.0 && link.loss.good[1] == 0.0 && link.loss.bad == 1.0);
}

Test(scenario, links_that_resend)
{
    struct link_spec link = read_link(
        AB(",\"loss\":0.1,\"on_loss\":\"retransmit\",\"rto\":\"200ms\",\"max_rto\":\"120s\"", "", POLICY));
    cr_expect(link.on_loss == LINK_RETRANSMIT && link.rto_ns == 200000000 && link.max_rto_ns == 120000000000);
    link = read_link(AB(",\"on_loss\":\"retransmit\",\"rto\":\"2min\"", "", POLICY));
    cr_expect(link.rto_ns == 120000000000 && link.max_rto_ns == 120000000000);
    /* Queues send again whatever the link does: an rto matters to them, and so there is no warning. */
    link = read_link(AB(",\"rto\":\"5s\"", "", "\"p\":{\"mode\":\"queue\"}"));
    cr_expect(link.on_loss == LINK_DROP && link.rto_ns == 5000000000);
}

static void expect_backoff(const struct backoff_spec *got, const struct backoff_spec *expected)
{
    cr_expect(got->kind == expected->kind && got->jitter == expected->jitter);
    cr_expect(got->base_ns == expected->base_ns && got->cap_ns == expected->cap_ns &&
                  got->factor == expected->factor,
              "%" PRId64 " %" PRId64 " %g", got->base_ns, got->cap_ns, got->factor);
}

Test(scenario, control_by_default)
{
    struct spec spec = read(AB("", "", POLICY));
    const struct control_spec *both[] = {&spec.policies[0].rule.control, &spec.loads[0].control};
    /* Envoy's retry_back_off: base_interval 25 ms, max_interval 10 times that, fully jittered. */
    static const struct backoff_spec envoy = {BACKOFF_EXPONENTIAL, 25000000,    2.0,
                                              250000000,           JITTER_FULL, {0}};
    for (int i = 0; i < 2; i++) {
        cr_expect(!both[i]->timeout.type && both[i]->retries == 0);
        cr_expect(both[i]->retry_on == (FAILURE_TIMEOUT | FAILURE_REFUSED));
        expect_backoff(&both[i]->backoff, &envoy);
    }
    spec_finish(&spec);
}

Test(scenario, backoffs)
{
    static const struct {
        const char *text;
        struct backoff_spec expected;
    } table[] = {
        {"\"100ms\"", {BACKOFF_FIXED, 100000000, 1.0, 100000000, JITTER_NONE, {0}}},
        {"\"0s\"", {BACKOFF_FIXED, 0, 1.0, 0, JITTER_NONE, {0}}},
        {"{\"fixed\":\"1s\"}", {BACKOFF_FIXED, 1000000000, 1.0, 1000000000, JITTER_NONE, {0}}},
        {"{\"exponential\":\"100ms\"}", {BACKOFF_EXPONENTIAL, 100000000, 2.0, 1000000000, JITTER_NONE, {0}}},
        {"{\"exponential\":\"100ms\",\"factor\":1.5,\"cap\":\"10s\",\"jitter\":\"equal\"}",
         {BACKOFF_EXPONENTIAL, 100000000, 1.5, 10000000000, JITTER_EQUAL, {0}}},
        {"{\"exponential\":\"1s\",\"cap\":\"1s\",\"factor\":1,\"jitter\":\"decorrelated\"}",
         {BACKOFF_EXPONENTIAL, 1000000000, 1.0, 1000000000, JITTER_DECORRELATED, {0}}},
        {"{\"exponential\":\"20000d\"}",
         {BACKOFF_EXPONENTIAL, 1728000000000000000, 2.0, INT64_MAX / 4, JITTER_NONE, {0}}},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        char *text = text_format(AB("", ",\"retries\":1,\"backoff\":%s", POLICY), table[i].text);
        struct spec spec = read(text);
        cr_assert(spec.n_loads == 1, "%s", table[i].text);
        expect_backoff(&spec.loads[0].control.backoff, &table[i].expected);
        spec_finish(&spec);
        free(text);
    }
}

Test(scenario, drawn_backoff)
{
    struct spec spec =
        read(AB("", "",
                "\"p\":{\"mode\":\"sync\",\"retries\":1,\"backoff\":{\"drawn\":{\"empirical\":"
                "[\"1s\",\"3s\"]}},\"calls\":{\"b.f\":{\"retries\":2},\"c.g\":{\"backoff\":\"1s\"}}}"));
    const struct policy_spec *p = &spec.policies[0];
    const struct backoff_spec *base = &p->rule.control.backoff, *b = &p->overrides[0].rule.control.backoff;
    cr_expect(base->kind == BACKOFF_DRAWN && base->drawn.mean_ns == 2e9);
    cr_expect(b->kind == BACKOFF_DRAWN && b->drawn.mean_ns == 2e9);
    cr_expect(b->drawn.values_ns != base->drawn.values_ns);
    b = &p->overrides[1].rule.control.backoff;
    cr_expect(b->kind == BACKOFF_FIXED && b->base_ns == 1000000000 && !b->drawn.type);
    spec_finish(&spec);
}

/* The defaults of resilience4j (circuit breaker, bulkhead) and of gRPC's retry throttling. */
Test(scenario, guards)
{
    struct spec spec =
        read(AB("", "",
                "\"p\":{\"mode\":\"sync\",\"circuit_breaker\":{},\"retry_budget\":{},\"pool\":{},"
                "\"calls\":{\"b.f\":{\"circuit_breaker\":{\"failure_rate\":\"20%\",\"window\":7}}}}"));
    const struct control_spec *control = &spec.policies[0].rule.control;
    cr_expect(control->breaker.failure_rate == 0.5 && control->breaker.window == 100);
    cr_expect(control->breaker.minimum == 100 && control->breaker.open_ns == 60000000000);
    cr_expect(control->breaker.probes == 10);
    cr_expect(control->budget.tokens == 10.0 && control->budget.ratio == 0.1);
    cr_expect(control->pool.size == 25 && control->pool.wait_ns == 0);
    control = &spec.policies[0].overrides[0].rule.control;
    cr_expect(control->breaker.failure_rate == 0.2 && control->breaker.window == 7);
    cr_expect(control->breaker.open_ns == 60000000000, "nothing in it is inherited");
    cr_expect(control->pool.size == 25, "but what is not named is");
    control = &spec.loads[0].control;
    cr_expect(control->breaker.window == 0 && control->budget.tokens == 0.0 && control->pool.size == 0);
    spec_finish(&spec);
}

Test(scenario, patience)
{
    struct spec spec = read(AB("",
                               ",\"timeout\":{\"exponential\":\"3s\"},\"retries\":4,\"retry_on\":[\"error\","
                               "\"timeout\"]",
                               "\"p\":{\"mode\":\"async\",\"timeout\":\"1s\",\"retry_on\":[\"refused\"],"
                               "\"retries\":1000000}"));
    const struct control_spec *load_ = &spec.loads[0].control, *rule = &spec.policies[0].rule.control;
    cr_expect(load_->timeout.type == &distribution_exponential && load_->timeout.mean_ns == 3e9);
    cr_expect(load_->retries == 4 && load_->retry_on == (FAILURE_ERROR | FAILURE_TIMEOUT));
    cr_expect(rule->timeout.type == &distribution_constant && rule->timeout.mean_ns == 1e9);
    cr_expect(rule->retries == 1000000 && rule->retry_on == FAILURE_REFUSED);
    spec_finish(&spec);
}

Test(scenario, control_is_inherited_key_by_key)
{
    struct spec spec = read(
        AB("", "",
           "\"p\":{\"mode\":\"sync\",\"timeout\":{\"mixture\":[{\"weight\":3,\"of\":{\"empirical\":[\"1s\","
           "\"3s\"]}},{\"weight\":1,\"of\":\"6s\"}]},\"retries\":2,\"retry_on\":[\"error\"],"
           "\"backoff\":\"7ms\",\"calls\":{"
           "\"b.f\":{\"mode\":\"async\"},"
           "\"c.g\":{\"timeout\":\"5s\",\"backoff\":{\"exponential\":\"1s\"}},"
           "\"users -> a.e\":{\"timeout\":\"none\",\"retries\":0},"
           "\"b.f -> c.g\":{\"mode\":\"queue\"},"
           "\"a.e -> b.f\":{\"mode\":\"queue\",\"reply\":true,\"timeout\":\"8s\"}}}"));
    const struct policy_spec *p = &spec.policies[0];
    static const struct backoff_spec fixed = {BACKOFF_FIXED, 7000000, 1.0, 7000000, JITTER_NONE, {0}};
    static const struct backoff_spec own = {BACKOFF_EXPONENTIAL, 1000000000,  2.0,
                                            10000000000,         JITTER_NONE, {0}};
    cr_assert(p->n_overrides == 5);
    const struct control_spec *b = &p->overrides[0].rule.control, *c = &p->overrides[1].rule.control;
    const struct control_spec *users = &p->overrides[2].rule.control;
    /* The mean of half 1 s, half 3 s is 2 s; three quarters of that and a quarter of 6 s are 3 s. */
    cr_assert(b->timeout.n_parts == 2 && p->rule.control.timeout.n_parts == 2);
    cr_expect_float_eq(b->timeout.mean_ns, 3e9, 1.0);
    cr_expect(b->timeout.parts != p->rule.control.timeout.parts);
    cr_expect(b->timeout.parts[0].of != p->rule.control.timeout.parts[0].of);
    cr_expect(b->timeout.parts[0].of->values_ns != p->rule.control.timeout.parts[0].of->values_ns);
    cr_expect(b->timeout.parts[0].of->values_ns[1] == 3e9 && b->timeout.parts[1].of->mean_ns == 6e9);
    cr_expect(b->timeout.parts[0].weight == p->rule.control.timeout.parts[0].weight);
    cr_expect(b->retries == 2 && b->retry_on == FAILURE_ERROR);
    expect_backoff(&b->backoff, &fixed);
    cr_expect(c->timeout.mean_ns == 5e9 && c->timeout.n_parts == 0 && c->retries == 2);
    expect_backoff(&c->backoff, &own);
    cr_expect(!users->timeout.type && users->retries == 0 && users->retry_on == FAILURE_ERROR);
    cr_expect(p->overrides[3].rule.control.retries == 2); /* no one asks: nobody waits */
    cr_expect(p->overrides[4].rule.control.timeout.mean_ns == 8e9);
    spec_finish(&spec);
}

/* ---- faults ---- */

#define READ_WITH(policies, ...)                                        \
    read_sets(AB("", "", policies), (const char *const[]){__VA_ARGS__}, \
              sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

Test(scenario, failures)
{
    struct spec spec =
        READ_WITH(POLICY, "components.a.failures={\"up\": {\"exponential\": \"1h\"}, \"down\": \"0s\"}",
                  "components.b.failures={\"up\": {\"empirical\": [\"1s\", \"3s\"]}, \"down\": \"3s\"}",
                  "components.b.failures.when=working", "components.b.failures.effect=pause",
                  "components.b.on_crash=reset", "links.ab.failures.up=1h", "links.ab.failures.down=2s");
    const struct failure_spec *a = &spec.components[0].failures, *b = &spec.components[1].failures;
    cr_expect(a->up.type == &distribution_exponential && a->up.mean_ns == 3600e9);
    cr_expect(a->down.type && a->down.mean_ns == 0.0 && !a->working && !a->pause);
    cr_expect(spec.components[0].on_crash == ON_CRASH_SILENCE);
    cr_expect(b->up.n_values == 2 && b->up.mean_ns == 2e9 && b->down.mean_ns == 3e9);
    cr_expect(b->working && b->pause && spec.components[1].on_crash == ON_CRASH_RESET);
    cr_expect(!spec.components[2].failures.up.type && !spec.components[2].failures.down.type);
    cr_expect(spec.links[0].failures.up.mean_ns == 3600e9 && spec.links[0].failures.down.mean_ns == 2e9);
    cr_expect(!spec.links[1].failures.up.type);
    spec_finish(&spec);
}

static void expect_plain_control(const struct control_spec *control)
{
    cr_expect(!control->deadline && !control->cancel && !control->idempotent && control->hedge_ns == 0);
    cr_expect(control->connect.round_trips == 0 && !control->connect.keep_alive);
}

Test(scenario, control_of_what_goes_on_elsewhere)
{
    struct spec spec = READ_WITH(
        "\"p\":{\"mode\":\"async\",\"deadline\":\"propagate\",\"cancel\":true,\"idempotent\":true,"
        "\"hedge\":\"50ms\",\"connect\":{},\"calls\":{\"b.f\":{\"deadline\":\"none\",\"hedge\":\"none\"},"
        "\"c.g\":{\"cancel\":false,\"connect\":{\"round_trips\":3,\"keep_alive\":false}}}},"
        "\"q\":{\"mode\":\"sync\"}",
        "load[0].hedge=1s", "load[0].connect.keep_alive=false", "load[0].cancel=true");
    const struct policy_spec *p = &spec.policies[0];
    const struct control_spec *own = &p->rule.control, *b = &p->overrides[0].rule.control;
    const struct control_spec *c = &p->overrides[1].rule.control, *users = &spec.loads[0].control;
    cr_expect(own->deadline && own->cancel && own->idempotent && own->hedge_ns == 50000000);
    cr_expect(own->connect.round_trips == 1 && own->connect.keep_alive);
    cr_expect(!b->deadline && b->cancel && b->idempotent && b->hedge_ns == 0);
    cr_expect(b->connect.round_trips == 1 && b->connect.keep_alive);
    cr_expect(c->deadline && !c->cancel && c->hedge_ns == 50000000);
    cr_expect(c->connect.round_trips == 3 && !c->connect.keep_alive);
    cr_expect(users->hedge_ns == 1000000000 && users->cancel && !users->deadline && !users->idempotent);
    cr_expect(users->connect.round_trips == 1 && !users->connect.keep_alive);
    expect_plain_control(&spec.policies[1].rule.control);
    spec_finish(&spec);
    spec = read(AB("", "", POLICY));
    expect_plain_control(&spec.loads[0].control);
    spec_finish(&spec);
}

Test(scenario, queues_that_deliver_plainly)
{
    struct spec spec = read(AB("", "", "\"p\":{\"mode\":\"queue\"}"));
    const struct queue_rule *q = &spec.policies[0].rule.queue;
    cr_expect(!q->durable && !q->persist.type && q->flush_ns == 0);
    cr_expect(q->confirm == CONFIRM_NONE && q->confirm_timeout_ns == 5000000000);
    cr_expect(q->delivery == DELIVERY_AT_LEAST_ONCE && q->visibility_timeout_ns == INT64_MAX);
    cr_expect(q->max_deliveries == 20 && q->redelivery_delay_ns == 0 && q->retention_ns == INT64_MAX);
    spec_finish(&spec);
}

Test(scenario, queues_that_deliver_as_told)
{
    struct spec spec = read(
        AB("", "",
           "\"p\":{\"mode\":\"queue\",\"durable\":true,\"persist\":{\"empirical\":[\"1ms\",\"3ms\"]},"
           "\"flush\":\"1s\",\"confirm\":\"wait\",\"confirm_timeout\":\"2s\",\"delivery\":\"exactly_once\","
           "\"visibility_timeout\":\"30s\",\"max_deliveries\":\"unlimited\",\"redelivery_delay\":\"100ms\","
           "\"retention\":\"4d\",\"calls\":{\"b.f\":{\"delivery\":\"at_most_once\",\"persist\":\"5ms\"},"
           "\"c.g\":{\"max_deliveries\":3,\"durable\":false}}}"));
    const struct policy_spec *p = &spec.policies[0];
    const struct queue_rule *q = &p->rule.queue, *b = &p->overrides[0].rule.queue,
                            *c = &p->overrides[1].rule.queue;
    cr_expect(q->durable && q->persist.mean_ns == 2e6 && q->flush_ns == 1000000000);
    cr_expect(q->confirm == CONFIRM_WAIT && q->confirm_timeout_ns == 2000000000);
    cr_expect(q->delivery == DELIVERY_EXACTLY_ONCE && q->visibility_timeout_ns == 30000000000);
    cr_expect(q->max_deliveries == SPEC_UNLIMITED && q->redelivery_delay_ns == 100000000);
    cr_expect(q->retention_ns == 345600000000000);
    cr_expect(b->durable && b->persist.mean_ns == 5e6 && b->delivery == DELIVERY_AT_MOST_ONCE);
    /* What is not durable has nothing of what it inherited about that, but keeps what was said of confirming.
     */
    cr_expect(!c->durable && !c->persist.type && c->flush_ns == 0 && c->confirm == CONFIRM_WAIT);
    cr_expect(c->max_deliveries == 3 && c->delivery == DELIVERY_EXACTLY_ONCE);
    spec_finish(&spec);
}

Test(scenario, durable_queues_confirm_unless_told_otherwise)
{
    struct spec spec =
        read(AB("", "",
                "\"p\":{\"mode\":\"queue\",\"durable\":true,\"calls\":{\"b.f\":{\"durable\":false},"
                "\"c.g\":{\"confirm\":\"none\"}}},"
                "\"q\":{\"mode\":\"queue\",\"persist\":\"1ms\",\"confirm_timeout\":\"1s\",\"calls\":{"
                "\"b.f\":{\"durable\":true}}},"
                "\"r\":{\"mode\":\"queue\",\"confirm\":\"none\",\"calls\":{\"b.f\":{\"durable\":true}}},"
                "\"s\":{\"mode\":\"queue\",\"confirm\":\"async\",\"at\":\"sender\"}"));
    const struct policy_spec *p = spec.policies;
    cr_expect(p[0].rule.queue.confirm == CONFIRM_ASYNC);
    cr_expect(p[0].overrides[0].rule.queue.confirm == CONFIRM_NONE);
    cr_expect(p[0].overrides[1].rule.queue.confirm == CONFIRM_NONE);
    cr_expect(p[1].rule.queue.confirm == CONFIRM_NONE && !p[1].rule.queue.persist.type);
    cr_expect(p[1].overrides[0].rule.queue.confirm == CONFIRM_ASYNC);
    cr_expect(p[1].overrides[0].rule.queue.persist.mean_ns == 1e6);
    cr_expect(p[2].overrides[0].rule.queue.confirm == CONFIRM_NONE);
    cr_expect(p[3].rule.queue.confirm == CONFIRM_ASYNC && !p[3].rule.queue.durable);
    spec_finish(&spec);
}

/* Publishers may differ, and a persistence that takes no time is none. */
Test(scenario, one_queue_of_several_publishers)
{
    struct spec spec = READ_WITH(
        "\"p\":{\"mode\":\"queue\",\"durable\":true,\"calls\":{\"users -> b.f\":{\"mode\":\"queue\","
        "\"confirm\":\"wait\",\"persist\":\"0s\",\"visibility_timeout\":\"9s\"},\"a.e -> b.f\":{"
        "\"confirm_timeout\":\"1s\",\"visibility_timeout\":\"9s\"}}}",
        "load=[{\"request\": \"a.e\", \"closed\": {\"users\": 1}},"
        "{\"request\": \"b.f\", \"burst\": {\"requests\": 3, \"at\": \"1s\"}}]");
    cr_expect(spec.policies[0].overrides[0].rule.queue.confirm == CONFIRM_WAIT);
    cr_expect(!spec.policies[0].overrides[0].rule.queue.persist.type);
    cr_expect(spec.policies[0].overrides[1].rule.queue.confirm_timeout_ns == 1000000000);
    spec_finish(&spec);
}

Test(scenario, no_events)
{
    struct spec spec = read(AB("", "", POLICY));
    cr_expect(spec.n_events == 0);
    spec_finish(&spec);
    spec = READ_WITH(POLICY, "events=[]");
    cr_expect(spec.n_events == 0);
    spec_finish(&spec);
}

static void expect_nobody(const struct event_spec *event)
{
    cr_expect(event->component == SPEC_NONE && event->link == SPEC_NONE && event->replica == SPEC_NONE);
    cr_expect(event->load == SPEC_NONE && event->n_group == 0);
}

Test(scenario, events)
{
    struct spec spec = READ_WITH(
        POLICY, "components.b.replicas=3",
        "load=[{\"request\": \"a.e\", \"open\": {\"poisson\": \"1/s\"}}, {\"request\": \"a.e\", \"closed\": "
        "{\"users\": 1}}]",
        "links.default={}",
        "events=[{\"at\": \"9s\", \"down\": \"b\", \"replica\": 2, \"notice\": \"1s\"},"
        "{\"at\": \"0s\", \"for\": \"30s\", \"pause\": \"b\"},"
        "{\"at\": \"9s\", \"slow\": \"c\", \"factor\": 2.5},"
        "{\"at\": \"9s\", \"slow\": \"bc\", \"factor\": 0.5},"
        "{\"at\": \"8s\", \"for\": \"1s\", \"cut\": \"ab\", \"name\": \"the line is cut\"},"
        "{\"at\": \"9s\", \"cut\": \"default\"},"
        "{\"at\": \"9s\", \"loss\": \"bc\", \"chance\": \"25%\"},"
        "{\"at\": \"9s\", \"partition\": [\"c\", \"users\"]},"
        "{\"at\": \"9s\", \"rate\": 0},"
        "{\"at\": \"9s\", \"rate\": 3, \"load\": \"a-e\"},"
        "{\"at\": \"9s\", \"workers\": \"a\", \"count\": 7}]");
    const struct event_spec *e = spec.events;
    cr_assert(spec.n_events == 11 && spec.n_links == 2);
    /* In order of time, then as written. */
    cr_expect(e[0].kind == EVENT_PAUSE && e[0].component == 1 && e[0].replica == SPEC_NONE);
    cr_expect(e[0].until_ns == 30000000000);
    cr_expect(e[0].from_ns == 0 && e[0].notice_ns == 0);
    cr_expect(e[1].kind == EVENT_CUT && e[1].link == 0 && e[1].component == SPEC_NONE);
    cr_expect(e[1].from_ns == 8000000000 && e[1].until_ns == 9000000000);
    cr_expect(e[2].kind == EVENT_DOWN && e[2].component == 1 && e[2].replica == 2);
    cr_expect(e[2].until_ns == INT64_MAX && e[2].notice_ns == 1000000000);
    cr_expect(e[3].kind == EVENT_SLOW && e[3].component == 2 && e[3].link == SPEC_NONE);
    cr_expect(e[3].factor == 2.5);
    cr_expect(e[4].kind == EVENT_SLOW && e[4].component == SPEC_NONE && e[4].link == 1);
    cr_expect(e[4].factor == 0.5);
    cr_expect(e[5].kind == EVENT_CUT && e[5].link == 2);
    cr_expect(e[6].kind == EVENT_LOSS && e[6].link == 1 && e[6].chance == 0.25);
    cr_assert(e[7].kind == EVENT_PARTITION && e[7].n_group == 2);
    cr_expect(e[7].group[0] == 2 && e[7].group[1] == SPEC_USERS);
    cr_expect(e[8].kind == EVENT_RATE && e[8].factor == 0.0);
    expect_nobody(&e[8]);
    cr_expect(e[9].kind == EVENT_RATE && e[9].factor == 3.0 && e[9].load == 0);
    cr_expect(e[10].kind == EVENT_WORKERS && e[10].component == 0 && e[10].workers == 7);
    static const char *const names[] = {"pause b", "the line is cut", "down b replica 2", "slow c",
                                        "slow bc", "cut default",     "loss bc",          "partition c users",
                                        "rate",    "rate a-e",        "workers a"};
    for (size_t i = 0; i < spec.n_events; i++)
        cr_expect_str_eq(e[i].name, names[i]);
    spec_finish(&spec);
}

/* Names that are made get out of each other's way, and of those that are written, wherever these stand. */
Test(scenario, names_of_events)
{
    struct spec spec =
        READ_WITH(POLICY, "events=[{\"at\": \"1s\", \"cut\": \"ab\"}, {\"at\": \"2s\", \"cut\": \"ab\"},"
                          "{\"at\": \"3s\", \"cut\": \"ab\"}, {\"at\": \"4s\", \"cut\": \"bc\"},"
                          "{\"at\": \"5s\", \"down\": \"b\", \"name\": \"cut: ab (2)\"},"
                          "{\"at\": \"6s\", \"down\": \"b\", \"name\": \"Cut ab\"}]");
    static const char *const names[] = {"cut ab", "cut ab 3", "cut ab 4", "cut bc", "cut: ab (2)", "Cut ab"};
    cr_assert(spec.n_events == 6);
    for (size_t i = 0; i < 6; i++)
        cr_expect_str_eq(spec.events[i].name, names[i]);
    spec_finish(&spec);
}

static char *many_events(size_t n)
{
    struct text text = {0};
    text_add(&text, "events=[");
    for (size_t i = 0; i < n; i++)
        text_addf(&text, "%s{\"at\":\"%zums\",\"cut\":\"ab\"}", i ? "," : "", n - i);
    text_add(&text, "]");
    return text_take(&text);
}

Test(scenario, many_events, .timeout = 60)
{
    char *events = many_events(10000);
    struct spec spec = READ_WITH(POLICY, events);
    cr_assert(spec.n_events == 10000);
    for (size_t i = 0; i < spec.n_events; i++)
        cr_assert(spec.events[i].from_ns == (int64_t)(i + 1) * 1000000);
    cr_expect_str_eq(spec.events[0].name, "cut ab 10000");
    spec_finish(&spec);
    free(events);
}

Test(scenario, too_many_events)
{
    static const char text[] = AB("", "", POLICY);
    char *events = many_events(10001);
    const char *const sets[] = {events};
    struct problem_list problems = {0};
    struct spec spec;
    cr_expect(!scenario_read(text, sizeof text - 1, "x", BAD, sets, 1, &spec, &problems));
    cr_assert(problems.n == 1);
    cr_expect(strstr(problems.problems[0].text, "events: found 10001 of them, expected at most 10000"));
    problem_list_finish(&problems);
    free(events);
}

#define STEPS(steps)                                                                                    \
    "{\"name\":\"n\",\"run\":{\"duration\":\"100s\"},\"components\":{\"a\":{\"workers\":\"unlimited\"," \
    "\"cores\":2,"                                                                                      \
    "\"replicas\":3,\"shed_after\":\"1s\",\"max_in_flight\":9,\"continuations\":\"fifo\",\"balance\":"  \
    "\"random\","                                                                                       \
    "\"inbox\":{\"order\":\"shortest_first\"},\"endpoints\":{\"e\":[" steps "],\"f\":[]}}},"            \
    "\"load\":[" LOAD "],\"policies\":{" POLICY "}}"

Test(scenario, steps)
{
    struct spec spec = read(
        STEPS("{\"wait\":\"1ms\"},{\"gather\":[{\"call\":\"a.f\",\"times\":3},{\"call\":\"a.f\"}]},"
              "{\"gather\":[{\"call\":\"a.f\",\"times\":3}],\"need\":2},"
              "{\"choose\":[{\"chance\":0.5,\"steps\":[{\"fail\":\"1%\"}]},{\"steps\":[]},{\"steps\":[]}]},"
              "{\"choose\":[{\"chance\":0.25,\"steps\":[]}]},{\"reply\":true},"
              "{\"repeat\":4,\"steps\":[{\"call\":\"a.f\",\"priority\":2,\"reply_bytes\":\"1MiB\"}]},"
              "{\"repeat\":1000000,\"chance\":\"50%\",\"steps\":[{\"repeat\":500000,\"steps\":[]}]}"));
    const struct component_spec *a = &spec.components[0];
    cr_expect(a->workers == SPEC_UNLIMITED && a->cores == 2 && a->replicas == 3 &&
              a->shed_after_ns == 1000000000);
    cr_expect(a->max_in_flight == 9 && a->continuations == CONTINUATIONS_FIFO &&
              a->balance == BALANCE_RANDOM);
    cr_expect(a->inbox.order == INBOX_SHORTEST && a->inbox.capacity == SPEC_UNLIMITED);
    const struct step_spec *s = spec.endpoints[0].steps;
    cr_assert(spec.endpoints[0].n_steps == 8 && spec.endpoints[1].n_steps == 0);
    cr_expect(s[0].kind == STEP_WAIT && s[0].duration.mean_ns == 1e6);
    cr_expect(s[1].kind == STEP_GATHER && s[1].n_calls == 2 && s[1].need == 4 && s[1].calls[0].times == 3);
    cr_expect(s[2].need == 2);
    cr_assert(s[3].kind == STEP_CHOOSE && s[3].n_branches == 3);
    cr_expect(s[3].branches[0].chance == 0.5 && s[3].branches[1].chance == 0.25 &&
              s[3].branches[2].chance == 0.25);
    cr_expect(s[3].branches[0].steps[0].kind == STEP_FAIL && s[3].branches[0].steps[0].chance == 0.01);
    cr_assert(s[4].n_branches == 2 && s[5].kind == STEP_REPLY);
    cr_expect(s[4].branches[1].chance == 0.75 && s[4].branches[1].n_steps == 0);
    cr_assert(s[6].kind == STEP_REPEAT && s[6].times == 4 && s[6].chance == 1.0 && s[6].n_branches == 1 &&
              s[6].branches->n_steps == 1);
    cr_expect(s[7].times == 1000000 && s[7].chance == 0.5 && s[7].branches->steps->times == 500000);
    cr_expect(s[6].branches->steps->calls->priority == 2 &&
              s[6].branches->steps->calls->reply_bytes == 1048576);
    spec_finish(&spec);
}

Test(scenario, distributions)
{
    struct spec spec = read(STEPS(
        "{\"work\":{\"uniform\":[\"1ms\",\"9ms\"]}},{\"work\":{\"uniform\":{\"max\":\"9ms\",\"min\":\"1ms\"}}"
        "},"
        "{\"work\":{\"weibull\":{\"shape\":1,\"scale\":\"2ms\"}}},{\"work\":{\"constant\":\"3ms\"}},"
        "{\"work\":{\"empirical\":[\"1ms\",\"2ms\",\"6ms\"]}},"
        "{\"work\":{\"mixture\":[{\"weight\":3,\"of\":\"1ms\"},{\"weight\":1,\"of\":{\"exponential\":\"5ms\"}"
        "}]}},"
        "{\"work\":{\"pareto\":{\"min\":\"1ms\",\"alpha\":2}}},"
        "{\"work\":{\"lognormal\":{\"median\":\"1ms\",\"p99\":\"10ms\"}}},"
        "{\"work\":{\"empirical\":\"good_latency.csv\"}},{\"work\":{\"empirical\":\"good_durations.csv\"}}"));
    const struct step_spec *s = spec.endpoints[0].steps;
    static const double means_ns[] = {5e6, 5e6, 2e6, 3e6, 3e6, 2e6, 2e6};
    for (size_t i = 0; i < sizeof means_ns / sizeof *means_ns; i++)
        cr_expect_float_eq(s[i].duration.mean_ns, means_ns[i], 1.0);
    cr_expect_str_eq(s[7].duration.type->parameters[0].name, "median");
    cr_assert(s[8].duration.n_values == 3 && s[9].duration.n_values == 2);
    cr_expect(s[8].duration.values_ns[0] == 1.5e6 && s[8].duration.values_ns[2] == 10.0);
    cr_expect(s[9].duration.values_ns[0] == 5e6 && s[9].duration.values_ns[1] == 250e3);
    spec_finish(&spec);
}

Test(scenario, traces)
{
    struct spec spec =
        read(HEAD("{\"request\":\"a.e\",\"trace\":{\"file\":\"good_trace.csv\"},\"bytes\":\"7B\"}", POLICY));
    const struct load_spec *t = &spec.loads[0];
    cr_expect_str_eq(t->name, "trace");
    cr_assert(t->kind == LOAD_TRACE && t->n_arrivals == 3);
    cr_expect(t->arrivals[0].at_ns == 0 && t->arrivals[0].endpoint == 0 && t->arrivals[0].bytes == 100);
    cr_expect(t->arrivals[1].at_ns == 1500000000 && t->arrivals[1].endpoint == 1 &&
              t->arrivals[1].bytes == 7);
    cr_expect(t->arrivals[2].at_ns == 1500000000 && t->arrivals[2].endpoint == 0 &&
              t->arrivals[2].bytes == 3);
    spec_finish(&spec);
}

Test(scenario, overrides)
{
    static const char *const sets[] = {
        "components.shop.workers=4",
        "load[0].open.poisson=30/s",
        "load.0.request=billing.charge",
        "run.seed=9007199254740992",
        "links.billing-bank.delay={\"exponential\": \"7ms\"}",
        "policies.mixed.calls[\"bank.pay\"].capacity=10",
        "about=a=b.c[0]",
        "components.bank.cores=unlimited",
        "components.shop.workers=5",
    };
    struct spec spec = read_sets(checkout, sets, sizeof sets / sizeof *sets);
    cr_expect(spec.components[0].workers == 5 && spec.loads[0].per_s == 30.0 && spec.loads[0].endpoint == 1);
    cr_expect(spec.run.seed == 9007199254740992u && spec.links[1].delay.mean_ns == 7e6);
    cr_expect(spec.policies[3].overrides[0].rule.queue.capacity == 10);
    cr_expect(spec.components[2].cores == SPEC_UNLIMITED);
    cr_expect_str_eq(spec.about, "a=b.c[0]");
    spec_finish(&spec);
}

Test(scenario, the_rate_of_a_load)
{
    static const char loads[] = "load=[{\"request\": \"a.e\", \"open\": {\"poisson\": \"1/s\"}}, "
                                "{\"request\": \"a.e\", \"open\": {\"constant\": \"1/s\"}}]";
    const char *const sets[] = {loads, "load.0.rate=30/s", "load[1].rate=6/min", "load.0.open.batch=2"};
    struct spec spec = read_sets(AB("", "", POLICY), sets, 4);
    cr_assert(spec.n_loads == 2);
    cr_expect(spec.loads[0].arrival == ARRIVAL_POISSON && spec.loads[0].per_s == 30.0);
    cr_expect(spec.loads[1].arrival == ARRIVAL_CONSTANT && spec.loads[1].per_s == 0.1);
    cr_expect(spec.loads[0].batch_mean == 2.0);
    spec_finish(&spec);
}

Test(scenario, overrides_make_what_is_around_them)
{
    static const char *const sets[] = {
        "components.a.inbox.capacity=5",
        "components.a.inbox.order=lifo",
        "links.ab.loss.gilbert_elliott.to_bad=0.1",
        "links.ab.loss.gilbert_elliott.to_good=0.2",
        "links.ab.loss.gilbert_elliott.bad=0.3",
        "load[0].backoff.exponential=1s",
        "load.0.retries=2",
        "policies.p.batch.size=3",
    };
    struct spec spec = read_sets(AB("", "", POLICY), sets, sizeof sets / sizeof *sets);
    cr_expect(spec.components[0].inbox.capacity == 5 && spec.components[0].inbox.order == INBOX_LIFO);
    cr_expect(spec.components[1].inbox.capacity == SPEC_UNLIMITED);
    cr_expect(spec.links[0].loss.to_bad == 0.1 && spec.links[0].loss.bad == 0.3);
    cr_expect(spec.loads[0].control.backoff.cap_ns == 10000000000 && spec.loads[0].control.retries == 2);
    cr_expect(spec.policies[0].rule.queue.batch == 3);
    spec_finish(&spec);
}

/* ---- run ---- */

static struct spec read_run(const char *run)
{
    char *set = text_format("run={\"duration\": \"100s\"%s%s}", *run ? ", " : "", run);
    const char *const sets[] = {set};
    struct spec spec = read_sets(AB("", "", POLICY), sets, 1);
    free(set);
    return spec;
}

Test(scenario, run_by_default)
{
    struct spec spec = read_run("");
    cr_expect(spec.run.warmup_ns == 0 && !spec.run.warmup_auto && spec.run.replications == 1);
    cr_expect(spec.run.precision == 0.0 && spec.n_precise == 0);
    cr_expect(spec.run.confidence == 0.95 && !spec.run.bonferroni);
    spec_finish(&spec);
}

Test(scenario, run_as_told)
{
    struct spec spec = read_run("\"warmup\": \"auto\", \"confidence\": \"99%\", \"comparisons\": "
                                "\"bonferroni\", \"replications\": 30");
    cr_expect(spec.run.warmup_ns == 0 && spec.run.warmup_auto && spec.run.replications == 30);
    cr_expect(spec.run.confidence == 0.99 && spec.run.bonferroni);
    spec_finish(&spec);
    spec = read_run("\"warmup\": \"10s\", \"comparisons\": \"each\"");
    cr_expect(spec.run.warmup_ns == 10000000000 && !spec.run.warmup_auto && !spec.run.bonferroni);
    spec_finish(&spec);
}

Test(scenario, precision)
{
    struct spec spec = read_run("\"precision\": \"2%\"");
    cr_expect(spec.run.precision == 0.02 && spec.run.replications == 10);
    cr_expect(spec.run.max_replications == 1000);
    cr_assert(spec.n_precise == 1);
    cr_expect_str_eq(spec.precise[0], "response.mean");
    spec_finish(&spec);
    spec = read_run("\"precision\": 0.1, \"precision_of\": [\"sync.response.p99\", \"throughput\"]");
    cr_assert(spec.run.precision == 0.1 && spec.n_precise == 2);
    cr_expect_str_eq(spec.precise[0], "sync.response.p99");
    cr_expect_str_eq(spec.precise[1], "throughput");
    spec_finish(&spec);
}

Test(scenario, replications_with_a_precision)
{
    static const struct {
        const char *run;
        uint32_t least, most;
    } cases[] = {
        {"\"replications\": 3", 5, 1000},
        {"\"replications\": 50", 50, 1000},
        {"\"replications\": 5000", 5000, 5000},
        {"\"max_replications\": 7", 7, 7},
        {"\"max_replications\": 100", 10, 100},
        {"\"replications\": 20, \"max_replications\": 20", 20, 20},
        {"\"replications\": 1, \"max_replications\": 5", 5, 5},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *run = text_format("\"precision\": \"5%%\", %s", cases[i].run);
        struct spec spec = read_run(run);
        cr_expect(spec.run.replications == cases[i].least && spec.run.max_replications == cases[i].most,
                  "%s: %" PRIu32 " to %" PRIu32, run, spec.run.replications, spec.run.max_replications);
        spec_finish(&spec);
        free(run);
    }
}

/* ---- told by others ---- */

Test(scenario, texts_of_the_run_can_be_told_about)
{
    static const char text[] = "{\n  \"run\": { \"precision_of\": [\"a\", \"response.men\"] },\n"
                               "  \"expect\": [\"x\"]\n}";
    struct scenario_source source = {.text = text, .length = sizeof text - 1, .file = "x.json"};
    struct problem_list problems = {0};
    scenario_tell(&source, "run.precision_of", 1, NULL, 9, "no such metric", "response.mean", &problems);
    scenario_tell(&source, "expect", 0, NULL, 0, "expected a comparison", NULL, &problems);
    cr_assert(problems.n == 2 && problems.n_errors == 2);
    cr_expect_str_eq(problems.problems[0].text,
                     "x.json:2:44: error: run.precision_of[1]: no such metric\n"
                     "    2 |   \"run\": { \"precision_of\": [\"a\", \"response.men\"] },\n"
                     "      |                                            ^\n"
                     "  did you mean \"response.mean\"?");
    cr_expect_str_eq(problems.problems[0].brief,
                     "run.precision_of[1]: no such metric; did you mean \"response.mean\"?");
    cr_expect_str_eq(problems.problems[1].brief, "expect[0]: expected a comparison");
    problem_list_finish(&problems);
}

/* ---- texts of other kinds ---- */

Test(scenario, byte_order_mark_and_carriage_returns)
{
    struct text text = {0};
    text_add(&text, "\xEF\xBB\xBF");
    for (const char *p = checkout; *p; p++)
        text_add_bytes(&text, *p == '\n' ? "\r\n" : p, *p == '\n' ? 2 : 1);
    struct spec spec = read(text_string(&text));
    cr_expect_str_eq(spec.name, "checkout");
    spec_finish(&spec);
    text_finish(&text);
}

Test(scenario, columns_are_true_behind_a_mark_and_a_comment)
{
    static const char text[] = "\xEF\xBB\xBF{ /* \xC3\xA9 */ \"nme\": 1 }";
    struct problem_list problems = {0};
    struct spec spec;
    cr_assert(!scenario_read(text, sizeof text - 1, "-", NULL, NULL, 0, &spec, &problems));
    cr_expect(strncmp(problems.problems[0].text, "<stdin>:1:1: error: \"run\" is missing", 36) == 0, "%s",
              problems.problems[0].text);
    const struct problem *last = &problems.problems[problems.n - 1];
    cr_expect(last->line == 1 && last->column == 11, "%d:%d", last->line, last->column);
    problem_list_finish(&problems);
}

Test(scenario, the_list_of_problems_has_an_end)
{
    struct text text = {0};
    struct problem_list problems = {0};
    struct spec spec;
    text_add(&text, "{");
    for (int i = 0; i < 1000; i++)
        text_addf(&text, "\"unheard-of-%d\": %d,\n", i, i);
    text_add(&text, "\"x\": 1}");
    cr_assert(!scenario_read(text.bytes, text.length, "x", NULL, NULL, 0, &spec, &problems));
    cr_expect(problems.n == SCENARIO_MOST_PROBLEMS && problems.n_errors == 1006);
    cr_expect(problems.n_left_out == 1006 - SCENARIO_MOST_PROBLEMS);
    problem_list_finish(&problems);
    text_finish(&text);
}

static size_t count_errors(const char *text, size_t length)
{
    struct problem_list problems = {0};
    struct spec spec = {0};
    bool good = scenario_read(text, length, "x", BAD, NULL, 0, &spec, &problems);
    size_t n = problems.n_errors;
    cr_assert(good == (n == 0));
    for (size_t i = 0; i < problems.n; i++)
        for (const char *p = problems.problems[i].text; *p; p++)
            cr_assert((unsigned char)*p >= 0x20 || *p == '\n');
    spec_finish(&spec);
    problem_list_finish(&problems);
    return n;
}

Test(scenario, every_truncation_is_an_error)
{
    size_t length = sizeof checkout - 2; /* without the last newline */
    cr_expect(count_errors(checkout, length) == 0);
    for (size_t n = 0; n < length; n++)
        cr_assert(count_errors(checkout, n) > 0, "%zu bytes", n);
}

/* A bit of everything that can fail. */
static const char faulty[] =
    "{\"name\":\"n\",\"run\":{\"duration\":\"100s\"},\"components\":{"
    "\"a\":{\"endpoints\":{\"e\":[{\"call\":\"b.f\"}]},\"on_crash\":\"reset\",\"failures\":{\"up\":\"9s\","
    "\"down\":{\"mixture\":[{\"weight\":1,\"of\":\"1s\"}]},\"when\":\"working\",\"effect\":\"pause\"}},"
    "\"b\":{\"replicas\":2,\"endpoints\":{\"f\":[]}}},\"links\":{\"ab\":{\"between\":[\"a\",\"b\"],"
    "\"failures\":{\"up\":\"1h\",\"down\":\"1s\"}},\"default\":{}},\"load\":[{\"request\":\"a.e\","
    "\"open\":{\"constant\":\"1/s\"},\"hedge\":\"1s\",\"connect\":{\"round_trips\":2}}],\"policies\":{"
    "\"p\":{\"mode\":\"queue\",\"durable\":true,\"persist\":{\"empirical\":[\"1ms\",\"2ms\"]},"
    "\"flush\":\"1s\",\"confirm\":\"wait\",\"max_deliveries\":3,\"calls\":{\"b.f\":{\"delivery\":"
    "\"exactly_once\",\"persist\":\"3ms\"}}},\"q\":{\"mode\":\"sync\",\"deadline\":\"propagate\"}},"
    "\"events\":[{\"at\":\"3s\",\"down\":\"b\",\"replica\":1},{\"at\":\"1s\",\"slow\":\"ab\",\"factor\":2},"
    "{\"at\":\"1s\",\"cut\":\"default\"},{\"at\":\"2s\",\"partition\":[\"a\",\"users\"]},"
    "{\"at\":\"2s\",\"for\":\"9s\",\"rate\":0.5,\"load\":\"a-e\"},{\"at\":\"2s\",\"rate\":2},"
    "{\"at\":\"2s\",\"rate\":2},{\"at\":\"4s\",\"workers\":\"a\",\"count\":2,\"name\":\"less\"},"
    "{\"at\":\"5s\",\"loss\":\"ab\",\"chance\":1}]}";

static void flip_bits(const char *original, size_t size)
{
    char text[4096];
    uint64_t state = 88172645463325252u;
    cr_assert(size <= sizeof text && count_errors(original, size - 1) == 0);
    for (int i = 0; i < 20000; i++) {
        memcpy(text, original, size);
        for (int flips = 1 + i % 4; flips > 0; flips--) {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            text[state % (size - 1)] ^= (char)(1 << (state >> 40) % 8);
        }
        count_errors(text, size - 1);
    }
}

Test(scenario, flipped_bits_do_no_harm, .timeout = 60)
{
    flip_bits(checkout, sizeof checkout);
}

Test(scenario, flipped_bits_of_faults_do_no_harm, .timeout = 60)
{
    flip_bits(faulty, sizeof faulty);
}

Test(scenario, swapped_pieces_do_no_harm, .timeout = 60)
{
    uint64_t state = 362436069362436069u;
    for (int i = 0; i < 20000; i++) {
        char text[sizeof checkout];
        memcpy(text, checkout, sizeof checkout);
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        size_t n = 1 + state % 40, from = (state >> 8) % (sizeof text - 41),
               to = (state >> 30) % (sizeof text - 41);
        memcpy(text + to, checkout + from, n);
        count_errors(text, sizeof checkout - 1);
    }
}

Test(scenario, missing_file)
{
    struct error error = {0};
    char *text = NULL;
    size_t length;
    cr_expect(!scenario_load("/nowhere/x.json", &text, &length, &error));
    cr_expect_str_eq(error_text(&error), "/nowhere/x.json: No such file or directory");
    error_finish(&error);
    cr_expect(!scenario_load("/", &text, &length, &error));
    error_finish(&error);
}

/* ---- the tables ---- */

static void expect_documented(const struct object_type *type)
{
    for (const struct field *field = type->fields; field->name; field++) {
        cr_expect(field->doc && *field->doc, "%s.%s", type->name, field->name);
        cr_expect(field->required || field->alternative || field->fallback || field->absent ||
                      field->kind == FIELD_OBJECT || strcmp(field->name, "request") == 0,
                  "%s.%s: what does an absent one mean?", type->name, field->name);
    }
}

Test(scenario, every_field_is_documented)
{
    for (size_t i = 0; object_types[i]; i++) {
        cr_expect(object_types[i]->doc && *object_types[i]->doc);
        for (const struct object_type *type = object_types[i]; type; type = type->beside)
            expect_documented(type);
    }
    cr_expect_not_null(object_type_field(&policy_type, "retry_on"));
    cr_expect_not_null(object_type_field(&policy_type, "prefetch"));
    cr_expect_null(object_type_field(&policy_type, "prefech"));
}
