/* What queues promise when messages get lost, consumers fail and brokers crash: instants counted by hand,
 * and closed forms. */
#include <criterion/criterion.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "des/rng.h"
#include "model/state.h"

enum { CONSUMER, BROKER, PUBLISHER, COMPONENTS };
enum { DO, PUBLISH, ENDPOINTS };
enum { LINKS = 4 };

enum { MS = 1000000 };
static const int64_t ms = MS, second = 1000 * (int64_t)MS;

/* A right simulator fails a check at 4.5 standard deviations in 7 of a million runs. */
static const double sigmas = 4.5;

static struct component_spec component(const char *name)
{
    return (struct component_spec){.name = text_copy(name),
                                   .replicas = 1,
                                   .workers = 1,
                                   .cores = SPEC_UNLIMITED,
                                   .inbox.capacity = SPEC_UNLIMITED,
                                   .max_in_flight = SPEC_UNLIMITED,
                                   .shed_after_ns = INT64_MAX};
}

static struct step_spec work(int64_t ns)
{
    return (struct step_spec){.kind = STEP_WORK, .duration = distribution_always((double)ns)};
}

static struct link_spec link_of(const char *name, uint32_t a, uint32_t b)
{
    return (struct link_spec){.name = text_copy(name),
                              .between = {a, b},
                              .delay = distribution_always(1e6),
                              .bytes_per_s = (double)INFINITY};
}

static struct link_spec *add_link(struct spec *spec, const char *name, uint32_t a, uint32_t b)
{
    cr_assert_lt(spec->n_links, LINKS);
    spec->links[spec->n_links] = link_of(name, a, b);
    return &spec->links[spec->n_links++];
}

/* A message at 0 ns into a queue whose broker and consumer are 1 ms away, each from the next: it is accepted
 * at 1 ms, worked on from 2 ms on for `work_ns`, and acknowledged 1 ms later. */
static struct spec make(int64_t work_ns)
{
    struct spec spec = {.name = text_copy("queue"), .about = text_copy("")};
    spec.run = (struct run_spec){.duration_ns = second, .seed = 5, .replications = 1};
    spec.n_components = COMPONENTS;
    spec.components = calloc(COMPONENTS, sizeof *spec.components);
    spec.components[CONSUMER] = component("c");
    spec.components[BROKER] = component("b");
    spec.components[PUBLISHER] = component("p");
    spec.n_endpoints = ENDPOINTS;
    spec.endpoints = calloc(ENDPOINTS, sizeof *spec.endpoints);
    spec.endpoints[DO] =
        (struct endpoint_spec){text_copy("c.do"), CONSUMER, calloc(2, sizeof(struct step_spec)), 1};
    spec.endpoints[DO].steps[0] = work(work_ns);
    spec.endpoints[PUBLISH] =
        (struct endpoint_spec){text_copy("p.publish"), PUBLISHER, calloc(2, sizeof(struct step_spec)), 2};
    spec.endpoints[PUBLISH].steps[0] = work(ms);
    struct step_spec *call = &spec.endpoints[PUBLISH].steps[1];
    *call = (struct step_spec){.kind = STEP_CALL, .n_calls = 1, .calls = calloc(1, sizeof *call->calls)};
    call->calls[0] =
        (struct call_spec){.endpoint = DO, .times = 1, .chance = 1.0, .priority = SPEC_SAME_PRIORITY};
    spec.links = calloc(LINKS, sizeof *spec.links);
    add_link(&spec, "users and broker", SPEC_USERS, BROKER);
    add_link(&spec, "users and publisher", SPEC_USERS, PUBLISHER);
    spec.default_link = calloc(1, sizeof *spec.default_link);
    *spec.default_link = link_of("default", SPEC_NONE, SPEC_NONE);
    spec.n_loads = 1;
    spec.loads = calloc(1, sizeof *spec.loads);
    spec.loads[0] = (struct load_spec){.name = text_copy("users"),
                                       .kind = LOAD_BURST,
                                       .endpoint = DO,
                                       .until_ns = INT64_MAX,
                                       .batch_mean = 1.0,
                                       .requests = 1};
    spec.n_policies = 1;
    spec.policies = calloc(1, sizeof *spec.policies);
    struct queue_rule queue = {.at = BROKER_AT_COMPONENT,
                               .broker = BROKER,
                               .capacity = SPEC_UNLIMITED,
                               .consumers = SPEC_UNLIMITED,
                               .prefetch = 1,
                               .batch = 1,
                               .confirm_timeout_ns = 100 * ms,
                               .visibility_timeout_ns = INT64_MAX,
                               .max_deliveries = SPEC_UNLIMITED,
                               .retention_ns = INT64_MAX};
    spec.policies[0] = (struct policy_spec){.name = text_copy("queue"), .n_overrides = 1};
    spec.policies[0].overrides = calloc(1, sizeof *spec.policies[0].overrides);
    spec.policies[0].overrides[0] =
        (struct call_override){SPEC_NONE, DO, {.mode = CALL_QUEUE, .queue = queue}};
    spec.policies[0].overrides[0].rule.control = (struct control_spec){0};
    return spec;
}

static struct queue_rule *rule_of(struct spec *spec)
{
    return &spec->policies[0].overrides[0].rule.queue;
}

/* Users publish themselves only where a rule names them. */
static void users_publish(struct spec *spec)
{
    spec->policies[0].overrides[0].caller = SPEC_USERS;
}

static void many(struct spec *spec, double per_s)
{
    spec->loads[0].kind = LOAD_OPEN;
    spec->loads[0].arrival = ARRIVAL_CONSTANT;
    spec->loads[0].per_s = per_s;
}

static struct system *start(const struct spec *spec)
{
    struct system *s = system_create(spec, 0, 0, NULL, NULL);
    cr_assert_not_null(s);
    return s;
}

/* As if crashes were to come. */
static struct system *start_controlled(const struct spec *spec)
{
    struct system *s = start(spec);
    s->controlled = true;
    return s;
}

static struct queue_result finish(struct system *s, struct spec *spec, struct call_result *ret_calls)
{
    struct error error = {0};
    struct result r = {0};
    cr_assert(system_step(s, spec->run.duration_ns, &error));
    cr_assert(system_close(s, &r, &error), "%s", error_text(&error));
    struct queue_result q = r.queues[0];
    if (ret_calls)
        *ret_calls = r.calls[DO];
    result_finish(&r);
    system_destroy(s);
    spec_finish(spec);
    return q;
}

static void step(struct system *s, int64_t at_ns)
{
    cr_assert(system_step(s, at_ns, NULL));
}

/* ---- retention ---- */

/* 100 messages a second come and 80 are worked off: the n-th, which comes at n x 10 ms, waits (n - 1) x 2.5
 * ms. So the first that would wait longer than R is the one with n = R / 2.5 ms + 2, and it goes R after it
 * came. From then on the queue holds what came in the last R. */
static void expect_retention(int64_t retention_ns)
{
    struct spec spec = make(12500000);
    users_publish(&spec);
    many(&spec, 100.0);
    rule_of(&spec)->at = BROKER_AT_RECEIVER;
    rule_of(&spec)->retention_ns = retention_ns;
    int64_t first_ns = (retention_ns / 2500000 + 2) * 10 * ms + retention_ns;
    spec.run.duration_ns = first_ns + first_ns / 10;
    struct system *s = start(&spec);
    step(s, first_ns - 1);
    cr_assert_eq(s->queues[0]->expired, 0);
    step(s, first_ns);
    cr_assert_eq(s->queues[0]->expired, 1);
    for (int i = 1; i <= 10; i++) {
        step(s, first_ns + i * first_ns / 100);
        uint64_t depth = queue_depth(s->queues[0]), expected = (uint64_t)(retention_ns / (10 * ms));
        cr_assert(depth + 1 >= expected && depth <= expected + 1, "%llu", (unsigned long long)depth);
    }
    finish(s, &spec, NULL);
}

Test(queue, retention)
{
    expect_retention(36 * second);
}

Test(queue, retention_of_an_hour, .timeout = 120)
{
    expect_retention(3600 * second);
}

/* ---- visibility timeout ---- */

/* 100 ms of work, visible again after 30 ms: delivered at 1 and 31 ms, and back in the queue at 61 ms. The
 * first one's acknowledgement, at 103 ms, settles it; the second one's, at 133 ms, finds nothing. */
static struct system *start_impatient(struct spec *spec, enum queue_delivery delivery)
{
    *spec = make(100 * ms);
    users_publish(spec);
    spec->components[CONSUMER].workers = 2;
    rule_of(spec)->visibility_timeout_ns = 30 * ms;
    rule_of(spec)->delivery = delivery;
    return start(spec);
}

Test(queue, visibility_timeout_shorter_than_the_work)
{
    struct spec spec;
    struct system *s = start_impatient(&spec, DELIVERY_AT_LEAST_ONCE);
    struct queue *q = s->queues[0];
    step(s, 31 * ms - 1);
    cr_assert_eq(q->deliveries, 1);
    step(s, 31 * ms);
    cr_assert_eq(q->deliveries, 2);
    step(s, 61 * ms);
    cr_assert_eq(queue_depth(q), 1);
    step(s, 103 * ms - 1);
    cr_assert_eq(q->consumed, 0);
    step(s, 103 * ms);
    cr_assert_eq(q->consumed, 1);
    cr_assert_eq(queue_depth(q), 0);
    struct call_result calls;
    struct queue_result r = finish(s, &spec, &calls);
    cr_assert_eq(r.deliveries, 2);
    cr_assert_eq(r.redelivered, 1);
    cr_assert_eq(r.consumed, 1);
    cr_assert_eq(r.deduplicated, 0);
    cr_assert_eq(calls.executions, 2);
}

Test(queue, exactly_once_refuses_the_second_commit)
{
    struct spec spec;
    struct system *s = start_impatient(&spec, DELIVERY_EXACTLY_ONCE);
    struct call_result calls;
    struct queue_result r = finish(s, &spec, &calls);
    cr_assert_eq(r.deliveries, 2);
    cr_assert_eq(r.deduplicated, 1);
    cr_assert_eq(calls.executions, 1);
}

/* ---- handed back ---- */

/* 10 ms of work that always fail, 20 ms of pause: deliveries leave at 1, 33 and 65 ms and come back at 13, 45
 * and 77 ms. */
Test(queue, dead_letter_after_max_deliveries)
{
    struct spec spec = make(10 * ms);
    users_publish(&spec);
    spec.endpoints[DO].n_steps = 2;
    spec.endpoints[DO].steps[1] = (struct step_spec){.kind = STEP_FAIL, .chance = 1.0};
    rule_of(&spec)->max_deliveries = 3;
    rule_of(&spec)->redelivery_delay_ns = 20 * ms;
    struct system *s = start(&spec);
    cr_assert(s->controlled);
    struct queue *q = s->queues[0];
    static const int64_t leaves_ms[] = {1, 33, 65};
    for (uint64_t d = 0; d < 3; d++) {
        step(s, leaves_ms[d] * ms - 1);
        cr_assert_eq(q->deliveries, d);
        step(s, leaves_ms[d] * ms);
        cr_assert_eq(q->deliveries, d + 1);
    }
    step(s, 77 * ms - 1);
    cr_assert_eq(q->dead_lettered, 0);
    step(s, 77 * ms);
    cr_assert_eq(q->dead_lettered, 1);
    cr_assert_eq(s->ledger.places[PLACE_DEAD].value, 1);
    struct call_result calls;
    struct queue_result r = finish(s, &spec, &calls);
    cr_assert_eq(r.deliveries, 3);
    cr_assert_eq(r.consumed, 0);
    cr_assert_eq(calls.executions, 0);
    cr_assert_eq(calls.belief[BELIEF_ACCEPTED][0], 1);
}

/* Each message of a batch is handed back by itself. */
Test(queue, batches_that_fail)
{
    struct spec spec = make(10 * ms);
    users_publish(&spec);
    spec.loads[0].requests = 4;
    spec.endpoints[DO].n_steps = 2;
    spec.endpoints[DO].steps[1] = (struct step_spec){.kind = STEP_FAIL, .chance = 1.0};
    rule_of(&spec)->batch = 2;
    rule_of(&spec)->max_deliveries = 2;
    struct queue_result r = finish(start(&spec), &spec, NULL);
    cr_assert_eq(r.deliveries, 8);
    cr_assert_eq(r.redelivered, 4);
    cr_assert_eq(r.dead_lettered, 4);
}

/* Who fails in no time must not stop the clock. */
Test(queue, failing_in_no_time)
{
    struct spec spec = make(0);
    users_publish(&spec);
    spec.endpoints[DO].n_steps = 2;
    spec.endpoints[DO].steps[1] = (struct step_spec){.kind = STEP_FAIL, .chance = 1.0};
    rule_of(&spec)->at = BROKER_AT_RECEIVER;
    struct queue_result r = finish(start(&spec), &spec, NULL);
    cr_assert_eq(r.delivered + r.waiting, 1);
    cr_assert_eq(r.deliveries, 1001); /* from 0 ms on, every ms */
}

/* ---- lost on the way ---- */

enum { MESSAGES = 20000 };

static struct spec lossy(double there, double back)
{
    struct spec spec = make(ms);
    users_publish(&spec);
    many(&spec, 10.0);
    spec.loads[0].until_ns = MESSAGES / 10 * second + 1;
    spec.run.duration_ns = (MESSAGES / 10 + 100) * second;
    struct link_spec *link = add_link(&spec, "to the consumer", BROKER, CONSUMER);
    link->loss.good[0] = there;
    link->loss.good[1] = back;
    return spec;
}

/* Each delivery is acknowledged with probability 1 - q: deliveries are geometric, with mean 1 / (1 - q). */
Test(queue, lost_acknowledgements)
{
    double q = 0.3;
    struct spec spec = lossy(0.0, q);
    rule_of(&spec)->visibility_timeout_ns = 20 * ms;
    struct call_result calls;
    struct queue_result r = finish(start(&spec), &spec, &calls);
    cr_assert_eq(r.consumed, MESSAGES);
    cr_assert_eq(r.deliveries - r.redelivered, MESSAGES);
    cr_assert_eq(calls.executions, r.deliveries);
    double half = sigmas * sqrt(MESSAGES * q) / (1.0 - q);
    cr_assert_float_eq((double)r.deliveries, MESSAGES / (1.0 - q), half);
}

Test(queue, lost_deliveries)
{
    double q = 0.3;
    struct spec spec = lossy(q, 0.0);
    rule_of(&spec)->visibility_timeout_ns = 20 * ms;
    struct call_result calls;
    struct queue_result r = finish(start(&spec), &spec, &calls);
    cr_assert_eq(r.consumed, MESSAGES);
    cr_assert_eq(calls.executions, MESSAGES);
    cr_assert_float_eq((double)r.deliveries, MESSAGES / (1.0 - q), sigmas * sqrt(MESSAGES * q) / (1.0 - q));
}

Test(queue, at_most_once_loses_what_the_link_loses)
{
    double q = 0.3;
    struct spec spec = lossy(q, q);
    rule_of(&spec)->delivery = DELIVERY_AT_MOST_ONCE;
    struct call_result calls;
    struct queue_result r = finish(start(&spec), &spec, &calls);
    cr_assert_eq(r.consumed + r.lost, MESSAGES);
    cr_assert_eq(r.redelivered, 0);
    cr_assert_eq(calls.executions, r.consumed);
    cr_assert_float_eq((double)r.lost, MESSAGES * q, sigmas * sqrt(MESSAGES * q * (1.0 - q)));
}

/* ---- confirmations ---- */

/* The publisher works for 1 ms, then waits for 1 ms there, 5 ms of disk and 1 ms back. */
Test(queue, confirm_wait_blocks_for_a_round_trip_and_the_disk)
{
    struct spec spec = make(ms);
    spec.loads[0].endpoint = PUBLISH;
    rule_of(&spec)->durable = true;
    rule_of(&spec)->persist = distribution_always(5e6);
    rule_of(&spec)->confirm = CONFIRM_WAIT;
    struct system *s = start(&spec);
    struct result r = {0};
    step(s, second);
    cr_assert(system_close(s, &r, NULL));
    cr_assert_eq(r.response.max, 1 * ms + ms + 7 * ms + 1 * ms);
    cr_assert_eq((int64_t)r.components[PUBLISHER].worker_ns[WORKER_BLOCKED], 7 * ms);
    cr_assert_eq((int64_t)r.components[PUBLISHER].blames[0].ns[CAUSE_CONFIRM], 7 * ms);
    cr_assert_eq(r.completion.max, 1 * ms + ms + 1 * ms + 5 * ms + 1 * ms + ms); /* on the way, disk, work */
    cr_assert_eq(r.queues[0].wait.max, 5 * ms);
    result_finish(&r);
    system_destroy(s);
    spec_finish(&spec);
}

Test(queue, confirm_wait_answers_users_when_confirmed)
{
    struct spec spec = make(ms);
    users_publish(&spec);
    rule_of(&spec)->confirm = CONFIRM_WAIT;
    struct system *s = start(&spec);
    struct result r = {0};
    step(s, second);
    cr_assert(system_close(s, &r, NULL));
    cr_assert_eq(r.response.max, 2 * ms);
    cr_assert_eq(r.outcomes[OUTCOME_OK], 1);
    cr_assert_float_eq(r.response_split_ns[CAUSE_CONFIRM], 2e6, 1.0);
    result_finish(&r);
    system_destroy(s);
    spec_finish(&spec);
}

/* Confirmations get lost as well: a publish is repeated until one is through both ways. */
Test(queue, confirm_async_sends_again_until_it_is_through)
{
    double q = 0.2;
    struct spec spec = make(ms);
    spec.loads[0].endpoint = PUBLISH;
    many(&spec, 10.0);
    spec.loads[0].until_ns = MESSAGES / 10 * second + 1;
    spec.run.duration_ns = (MESSAGES / 10 + 100) * second;
    struct link_spec *link = add_link(&spec, "to the broker", PUBLISHER, BROKER);
    link->loss.good[0] = link->loss.good[1] = q;
    rule_of(&spec)->confirm = CONFIRM_ASYNC;
    rule_of(&spec)->delivery = DELIVERY_EXACTLY_ONCE;
    struct call_result calls;
    struct queue_result r = finish(start(&spec), &spec, &calls);
    double through = (1.0 - q) * (1.0 - q);
    cr_assert_eq(calls.executions, MESSAGES);
    cr_assert_eq(calls.belief[BELIEF_ACCEPTED][1], MESSAGES);
    cr_assert_eq(r.published, MESSAGES + r.resent);
    cr_assert_eq(r.published, r.consumed + r.lost);
    cr_assert_eq(r.deduplicated, r.consumed - MESSAGES);
    cr_assert_float_eq((double)r.published, MESSAGES / through,
                       sigmas * sqrt(MESSAGES * (1.0 - through)) / through);
}

/* ---- batches that wait to be full ---- */

/* Messages that come each 10 ms, from 11 ms on, until `until_ns`: how long they wait for a batch of three. */
static struct queue_result linger(int64_t linger_ns, int64_t until_ns)
{
    struct spec spec = make(ms);
    users_publish(&spec);
    many(&spec, 100.0);
    spec.loads[0].until_ns = until_ns;
    rule_of(&spec)->batch = 3;
    rule_of(&spec)->linger_ns = linger_ns;
    return finish(start(&spec), &spec, NULL);
}

static void expect_waits_ms(const struct queue_result *r, uint64_t n, int64_t total_ms, int64_t most_ms)
{
    cr_expect_eq(r->wait.count, n);
    cr_expect_eq(r->consumed, n);
    cr_expect(r->wait.sum == total_ms * ms, "%lld ns in all", (long long)r->wait.sum);
    cr_expect_eq(r->wait.max, most_ms * ms);
}

Test(queue, a_batch_goes_when_it_is_full_or_its_oldest_message_has_lingered)
{
    struct queue_result full = linger(100 * ms, 31 * ms), lingered = linger(15 * ms, 31 * ms);
    expect_waits_ms(&full, 3, 20 + 10 + 0, 20);
    expect_waits_ms(&lingered, 3, 15 + 5 + 15, 15); /* two go at 26 ms, the third at 46 ms */
    struct queue_result exactly = linger(10 * ms, 31 * ms), at_once = linger(0, 31 * ms);
    cr_expect_eq(exactly.wait.max, 10 * ms);
    cr_expect_eq(exactly.consumed, 3);
    expect_waits_ms(&at_once, 3, 0, 0);
    struct queue_result alone = linger(100 * ms, 11 * ms);
    expect_waits_ms(&alone, 1, 100, 100);
}

/* ---- a full queue ---- */

/* Three messages at once, one place, and work of 1 ns: the third is held back for as long as there can be. */
Test(queue, holds_back_for_a_nanosecond)
{
    struct spec spec = make(1);
    users_publish(&spec);
    spec.loads[0].requests = 3;
    rule_of(&spec)->at = BROKER_AT_RECEIVER;
    rule_of(&spec)->capacity = 1;
    rule_of(&spec)->overflow = QUEUE_BLOCK;
    struct error error = {0};
    struct result r = {0};
    struct system *s = start(&spec);
    step(s, second);
    cr_assert(system_close(s, &r, &error), "%s", error_text(&error));
    cr_assert_eq(r.response.count, 3);
    cr_assert_eq(r.response.max, 1);
    cr_assert(r.response.sum == 1);
    cr_assert_float_eq(r.response_split_ns[CAUSE_BACKPRESSURE], 1.0 / 3.0, 1e-9);
    result_finish(&r);
    system_destroy(s);
    spec_finish(&spec);
}

/* Who waits for replies has them after 1, 2 and 3 ns: the third was held back, waited in the queue, was
 * worked on. */
Test(queue, holds_back_who_waits_for_a_reply)
{
    struct spec spec = make(1);
    users_publish(&spec);
    spec.loads[0].requests = 3;
    rule_of(&spec)->at = BROKER_AT_RECEIVER;
    rule_of(&spec)->capacity = 1;
    rule_of(&spec)->overflow = QUEUE_BLOCK;
    rule_of(&spec)->reply = true;
    struct error error = {0};
    struct result r = {0};
    struct system *s = start(&spec);
    step(s, second);
    cr_assert(system_close(s, &r, &error), "%s", error_text(&error));
    cr_assert(r.response.count == 3 && r.response.sum == 1 + 2 + 3);
    cr_assert_float_eq(r.response_split_ns[CAUSE_WORK], 1.0, 1e-9);
    cr_assert_float_eq(r.response_split_ns[CAUSE_QUEUE], 2.0 / 3.0, 1e-9);
    cr_assert_float_eq(r.response_split_ns[CAUSE_BACKPRESSURE], 1.0 / 3.0, 1e-9);
    result_finish(&r);
    system_destroy(s);
    spec_finish(&spec);
}

/* ---- crashes ---- */

/* Ten messages of 10 ms each. At 30 ms two are done and the third is worked on until 36 ms. */
static struct queue_result crash_of_the_broker(bool durable, int64_t flush_ns, struct call_result *ret_calls)
{
    struct spec spec = make(10 * ms);
    users_publish(&spec);
    spec.loads[0].requests = 10;
    rule_of(&spec)->durable = durable;
    rule_of(&spec)->flush_ns = flush_ns;
    struct system *s = start_controlled(&spec);
    step(s, 30 * ms);
    cr_assert_eq(s->queues[0]->consumed, 2);
    queues_broker_down(s, BROKER);
    step(s, 100 * ms);
    cr_assert_eq(s->queues[0]->deliveries, 3);
    queues_broker_up(s, BROKER);
    return finish(s, &spec, ret_calls);
}

Test(queue, crash_of_a_broker_that_forgets)
{
    struct call_result calls;
    struct queue_result r = crash_of_the_broker(false, 0, &calls);
    cr_assert_eq(r.lost_in_crash, 8);
    cr_assert_eq(r.consumed, 2);
    cr_assert_eq(calls.executions, 3);
    cr_assert_eq(calls.belief[BELIEF_ACCEPTED][0], 7);
}

Test(queue, crash_of_a_durable_broker)
{
    struct call_result calls;
    struct queue_result r = crash_of_the_broker(true, 20 * ms, &calls);
    cr_assert_eq(r.lost_in_crash, 0);
    cr_assert_eq(r.consumed, 10);
    cr_assert_eq(r.redelivered, 1);
    cr_assert_eq(calls.executions, 11);
    cr_assert_eq(calls.belief[BELIEF_ACCEPTED][2], 1);
}

Test(queue, crash_before_the_flush)
{
    struct call_result calls;
    struct queue_result r = crash_of_the_broker(true, 40 * ms, &calls);
    cr_assert_eq(r.lost_in_crash, 8);
    cr_assert_eq(calls.executions, 3);
}

/* What comes while the broker is down is lost, and sent again until it is up. */
Test(queue, confirm_outlasts_a_broker_that_is_down)
{
    struct spec spec = make(ms);
    users_publish(&spec);
    rule_of(&spec)->confirm = CONFIRM_ASYNC;
    struct system *s = start_controlled(&spec);
    queues_broker_down(s, BROKER);
    step(s, 250 * ms);
    queues_broker_up(s, BROKER);
    struct call_result calls;
    struct queue_result r = finish(s, &spec, &calls); /* at 0, 100, 200 in vain, at 300 ms */
    cr_assert_eq(r.lost, 3);
    cr_assert_eq(r.resent, 3);
    cr_assert_eq(r.consumed, 1);
    cr_assert_eq(calls.executions, 1);
}

/* A delivery meets a consumer that is down; the broker learns of it 1 ms after, and delivers again when it
 * can. */
static struct queue_result crash_of_the_consumer(enum queue_delivery delivery, struct call_result *ret_calls)
{
    struct spec spec = make(10 * ms);
    users_publish(&spec);
    rule_of(&spec)->delivery = delivery;
    struct system *s = start_controlled(&spec);
    struct instance *instance = &s->components[CONSUMER].instances[0];
    step(s, 3 * ms / 2);
    queues_consumer_down(s, instance);
    if (delivery == DELIVERY_AT_LEAST_ONCE) {
        step(s, 3 * ms - 1);
        cr_assert_eq(s->ledger.places[PLACE_RETRY].value, 1);
        step(s, 3 * ms);
        cr_assert_eq(s->ledger.places[PLACE_QUEUE].value, 1);
    }
    step(s, 50 * ms);
    queues_consumer_up(s, instance);
    return finish(s, &spec, ret_calls);
}

Test(queue, crash_of_a_consumer)
{
    struct call_result calls;
    struct queue_result r = crash_of_the_consumer(DELIVERY_AT_LEAST_ONCE, &calls);
    cr_assert_eq(r.deliveries, 2);
    cr_assert_eq(r.consumed, 1);
    cr_assert_eq(calls.executions, 1);
    r = crash_of_the_consumer(DELIVERY_AT_MOST_ONCE, &calls);
    cr_assert_eq(r.deliveries, 1);
    cr_assert_eq(r.lost_in_crash, 1);
    cr_assert_eq(calls.executions, 0);
}

/* The user waits for the answer, which comes by the same way: 14 ms without a crash. With one, the message
 * waits at the broker until the consumer is up. */
static struct result ask(enum broker_at at, bool crash)
{
    struct spec spec = make(10 * ms);
    struct result r = {0};
    users_publish(&spec);
    rule_of(&spec)->at = at;
    rule_of(&spec)->reply = true;
    add_link(&spec, "users and consumer", SPEC_USERS, CONSUMER);
    struct system *s = start_controlled(&spec);
    struct instance *instance = &s->components[CONSUMER].instances[0];
    step(s, 3 * ms / 2);
    if (crash)
        queues_consumer_down(s, instance);
    step(s, 50 * ms);
    queues_consumer_up(s, instance);
    step(s, second);
    cr_assert(system_close(s, &r, NULL));
    system_destroy(s);
    spec_finish(&spec);
    return r;
}

Test(queue, replies)
{
    struct result r = ask(BROKER_AT_COMPONENT, false);
    cr_assert_eq(r.response.max, 14 * ms);
    result_finish(&r);
    r = ask(BROKER_AT_RECEIVER, false);
    cr_assert_eq(r.response.max, 12 * ms);
    result_finish(&r);
    r = ask(BROKER_AT_COMPONENT, true);
    cr_assert_eq(r.response.max, 63 * ms);
    cr_assert_float_eq(r.response_split_ns[CAUSE_QUEUE], 49e6, 1.0);
    cr_assert_eq(r.calls[DO].belief[BELIEF_OK][1], 1);
    result_finish(&r);
}

static uint64_t under_way(const struct link_sample *sample)
{
    return (uint64_t)(sample->under_way[0] + sample->under_way[1]);
}

/* Message, delivery, answer to the broker, and on from there: each takes 1 ms, and the work 10 ms. */
Test(queue, what_is_on_each_link)
{
    enum { DOOR, OTHER_DOOR, WITHIN, ALL };
    static const int64_t half_ms_at[] = {1, 3, 25, 27};
    struct spec spec = make(10 * ms);
    users_publish(&spec);
    rule_of(&spec)->reply = true;
    struct system *s = start_controlled(&spec);
    for (int i = 0; i < 4; i++) {
        struct link_sample samples[ALL];
        bool at_door = i == 0 || i == 3;
        memset(samples, 0xff, sizeof samples); /* what was there does not count */
        step(s, half_ms_at[i] * ms / 2);
        system_look_at_links(s, samples);
        cr_expect_eq(under_way(&samples[DOOR]), at_door, "look %d", i);
        cr_expect_eq(under_way(&samples[WITHIN]), !at_door, "look %d", i);
        cr_expect_eq(under_way(&samples[OTHER_DOOR]), 0, "look %d", i);
    }
    finish(s, &spec, NULL);
}

/* The second of two messages is in the consumer's inbox when it dies there: the broker has it back 1 ms
 * after, and delivers it again when the first one is acknowledged. */
Test(queue, a_delivery_dies_in_the_inbox)
{
    struct spec spec = make(10 * ms);
    users_publish(&spec);
    spec.loads[0].requests = 2;
    rule_of(&spec)->consumers = 2;
    struct system *s = start_controlled(&spec);
    struct instance *instance = &s->components[CONSUMER].instances[0];
    step(s, 5 * ms);
    struct activation *a = waitlist_take(&instance->inbox);
    cr_assert_not_null(a);
    time_average_add(&instance->component->inbox, s->sim.now_ns, -1);
    instance_leave(s, a);
    queue_delivery_died(s, a);
    request_effect_ended(s, a->request);
    attempt_lost(s, a);
    step(s, 6 * ms - 1);
    cr_assert_eq(queue_depth(s->queues[0]), 0);
    step(s, 6 * ms);
    cr_assert_eq(queue_depth(s->queues[0]), 1);
    step(s, 13 * ms);
    cr_assert_eq(queue_depth(s->queues[0]), 0);
    struct call_result calls;
    struct queue_result r = finish(s, &spec, &calls);
    cr_assert_eq(r.consumed, 2);
    cr_assert_eq(r.deliveries, 3);
    cr_assert_eq(calls.belief[BELIEF_ACCEPTED][1], 2);
}

/* Five publishers, one place: one message is worked on, one waits, three wait for room. At 15 ms the first
 * place becomes free, and the publisher is told so at 16 ms; it crashes before. */
Test(queue, crash_of_a_publisher)
{
    struct spec spec = make(10 * ms);
    spec.loads[0].endpoint = PUBLISH;
    spec.loads[0].requests = 5;
    spec.components[PUBLISHER].workers = 5;
    rule_of(&spec)->capacity = 1;
    rule_of(&spec)->overflow = QUEUE_BLOCK;
    struct system *s = start_controlled(&spec);
    struct queue *q = s->queues[0];
    step(s, 10 * ms);
    cr_assert_eq(q->blocked.n, 3);
    int64_t at_ns = 10 * ms;
    for (; q->granted.n == 0; at_ns += 100000)
        step(s, at_ns);
    queues_publisher_down(s, &s->components[PUBLISHER].instances[0]);
    cr_assert_eq(q->blocked.n, 0);
    struct call_result calls;
    struct queue_result r = finish(s, &spec, &calls);
    cr_assert_eq(r.published, 2);
    cr_assert_eq(r.consumed, 2);
    cr_assert_eq(calls.executions, 2);
    cr_assert_eq(calls.belief[BELIEF_ABANDONED][0], 3);
}

/* More workers, more consumers; fewer, and none gets anything new until enough are done. */
Test(queue, consumers_follow_the_workers)
{
    struct spec spec = make(10 * ms);
    users_publish(&spec);
    spec.loads[0].requests = 100;
    spec.components[CONSUMER].workers = 2;
    struct system *s = start_controlled(&spec);
    struct instance *instance = &s->components[CONSUMER].instances[0];
    step(s, 5 * ms);
    cr_assert_eq(s->queues[0]->delivered, 2);
    queues_workers_changed(s, instance, 2);
    cr_assert_eq(s->queues[0]->delivered, 4);
    queues_workers_changed(s, instance, -3);
    step(s, 500 * ms);
    cr_assert_eq(s->queues[0]->delivered, 1);
    finish(s, &spec, NULL);
}

/* Three messages come at 2 ms to a worker that takes 10 ms for each: one follows the other, to 32 ms. */
Test(queue, what_was_prefetched_is_worked_on_to_the_last)
{
    for (int64_t until_ms = 30; until_ms <= 35; until_ms += 5) {
        struct spec spec = make(10 * ms);
        users_publish(&spec);
        rule_of(&spec)->prefetch = 4;
        spec.loads[0].requests = 3;
        spec.run.duration_ns = until_ms * ms;
        struct system *s = start(&spec);
        step(s, 3 * ms);
        cr_assert_eq(s->queues[0]->delivered, 3);
        cr_assert_eq(s->queues[0]->consumers[0].buffer.n, 2);
        struct queue_result r = finish(s, &spec, NULL);
        cr_assert_eq(r.consumed, until_ms < 32 ? 2 : 3);
    }
}

/* Of 200 replicas three are up; seven messages go round among them. */
Test(queue, consumers_take_turns)
{
    struct spec spec = make(100 * ms);
    users_publish(&spec);
    spec.loads[0].requests = 7;
    spec.components[CONSUMER].replicas = 200;
    spec.components[CONSUMER].workers = 10;
    struct system *s = start_controlled(&spec);
    for (uint32_t i = 0; i < 200; i++)
        if (i != 3 && i != 64 && i != 199)
            queues_consumer_down(s, &s->components[CONSUMER].instances[i]);
    step(s, 5 * ms);
    const struct consumer *consumers = s->queues[0]->consumers;
    cr_assert_eq(consumers[3].credit, 10 - 3);
    cr_assert_eq(consumers[64].credit, 10 - 2);
    cr_assert_eq(consumers[199].credit, 10 - 2);
    finish(s, &spec, NULL);
}

/* 300 messages go round among 130 replicas: the first 40 have three, the others two. */
Test(queue, no_consumer_is_left_out)
{
    enum { REPLICAS = 130, SENT = 300 };
    struct spec spec = make(100 * ms);
    users_publish(&spec);
    spec.loads[0].requests = SENT;
    spec.components[CONSUMER].replicas = REPLICAS;
    spec.components[CONSUMER].workers = 10;
    struct system *s = start_controlled(&spec);
    step(s, 5 * ms);
    for (int i = 0; i < REPLICAS; i++)
        cr_expect_eq(s->queues[0]->consumers[i].credit, i < SENT % REPLICAS ? 10 - 3 : 10 - 2, "%d", i);
    finish(s, &spec, NULL);
}

/* A message that a free consumer takes at once was in the queue all the same. */
Test(queue, passing_through)
{
    struct spec spec = make(10 * ms);
    users_publish(&spec);
    struct queue_result r = finish(start_controlled(&spec), &spec, NULL);
    cr_assert_eq(r.depth_max, 1);
    cr_assert(r.depth_ns == 0);
    cr_assert(r.stay_ns == 0);
    cr_assert_eq(r.oldest_max_ns, 0);
    cr_assert_eq(r.wait.count, 1);
    cr_assert_eq(r.consumed, 1);
}

/* Two publishers, one place, confirmations: there are grants, confirmations and acknowledgements, all the
 * time. */
static struct queue_result crowd(double bytes_per_s)
{
    struct spec spec = make(10 * ms);
    spec.loads[0].endpoint = PUBLISH;
    spec.loads[0].requests = 20;
    spec.components[PUBLISHER].workers = 2;
    rule_of(&spec)->capacity = 1;
    rule_of(&spec)->overflow = QUEUE_BLOCK;
    rule_of(&spec)->confirm = CONFIRM_WAIT;
    spec.default_link->bytes_per_s = bytes_per_s;
    return finish(start(&spec), &spec, NULL);
}

/* What a broker and its clients tell each other about messages has no size: where these have none, either, a
 * link of a byte per second is as good as any. */
Test(queue, only_messages_have_a_size)
{
    struct queue_result fast = crowd((double)INFINITY), slow = crowd(1.0);
    cr_assert_eq(fast.consumed, 20);
    cr_assert_eq(slow.consumed, 20);
    cr_assert(fast.depth_ns == slow.depth_ns);
    cr_assert(fast.stay_ns == slow.stay_ns);
    cr_assert_eq(fast.oldest_max_ns, slow.oldest_max_ns);
}

/* ---- who needs attempts that are told apart ---- */

/* A queue to c.do, which works and then may call p.publish, which only works. */
static struct spec quiet(bool calls)
{
    struct spec spec = make(ms);
    users_publish(&spec);
    struct endpoint_spec *publish = &spec.endpoints[PUBLISH], *consume = &spec.endpoints[DO];
    struct step_spec call = publish->steps[--publish->n_steps];
    call.calls[0] = (struct call_spec){.endpoint = PUBLISH, .times = 1, .chance = 1.0};
    if (calls)
        consume->steps[consume->n_steps++] = call;
    else
        free(call.calls);
    return spec;
}

static bool asks(struct spec spec)
{
    bool ask = queues_ask_for_control(&spec, &spec.policies[0]);
    spec_finish(&spec);
    return ask;
}

Test(control, asked_for_by_what_a_queue_promises)
{
    cr_expect_not(asks(quiet(false)));
    struct spec spec = quiet(false);
    rule_of(&spec)->visibility_timeout_ns = second;
    cr_expect(asks(spec));
    spec = quiet(false);
    rule_of(&spec)->retention_ns = second;
    cr_expect(asks(spec));
    spec = quiet(false);
    rule_of(&spec)->confirm = CONFIRM_WAIT;
    cr_expect(asks(spec));
    spec = quiet(false);
    rule_of(&spec)->durable = true;
    cr_expect_not(asks(spec), "no time is lost with a disk");
    spec = quiet(false);
    rule_of(&spec)->durable = true;
    rule_of(&spec)->persist = distribution_always(1e6);
    cr_expect(asks(spec));
}

/* The k-th step of c.do fails with this chance. */
static struct spec failing(size_t k, double chance)
{
    struct spec spec = quiet(false);
    spec.endpoints[DO].n_steps = 2;
    spec.endpoints[DO].steps[1] = work(ms);
    spec.endpoints[DO].steps[k] = (struct step_spec){.kind = STEP_FAIL, .chance = chance};
    return spec;
}

Test(control, asked_for_where_a_consumer_can_fail)
{
    cr_expect(asks(failing(0, 0.5)));
    cr_expect(asks(failing(1, 0.5)));
    cr_expect_not(asks(failing(0, 0.0)));
    struct spec spec = failing(0, 0.5);
    rule_of(&spec)->delivery = DELIVERY_AT_MOST_ONCE;
    cr_expect_not(asks(spec), "nothing is delivered again");
    spec = failing(0, 0.5);
    rule_of(&spec)->reply = true;
    cr_expect_not(asks(spec), "the error is the answer");
}

/* What it calls may refuse, and it fails with that. */
Test(control, asked_for_where_a_callee_can_refuse)
{
    cr_expect_not(asks(quiet(true)));
    struct spec spec = quiet(true);
    spec.components[PUBLISHER].inbox.capacity = 3;
    cr_expect(asks(spec));
    spec = quiet(true);
    spec.components[PUBLISHER].max_in_flight = 3;
    cr_expect(asks(spec));
    spec = quiet(true);
    spec.components[PUBLISHER].shed_after_ns = second;
    cr_expect(asks(spec));
    spec = quiet(true);
    spec.components[PUBLISHER].inbox.capacity = 3;
    spec.components[PUBLISHER].inbox.overflow = INBOX_DROP;
    cr_expect_not(asks(spec), "who is dropped is not told");
    spec = quiet(true);
    spec.components[CONSUMER].inbox.capacity = 3;
    cr_expect_not(asks(spec), "a queue brings no more than the consumer has workers");
}
