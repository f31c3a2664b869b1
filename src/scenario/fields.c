#include "scenario/fields.h"

#include <stdint.h>
#include <string.h>

#include "model/spec.h"
#include "scenario/read.h"

/* The greatest whole number up to which a JSON number is exact. */
#define LARGEST_WHOLE 9007199254740992.0

/* ---- run ---- */

static const char *const comparisons[] = {"each", "bonferroni", NULL};

static const struct field run_fields[] = {
    {"duration", FIELD_DURATION, "how long a run is, its warm-up included", .required = true,
     .positive = true, .offset = offsetof(struct run_spec, duration_ns)},
    {"warmup", FIELD_WARMUP,
     "the beginning of a run that is not measured; auto: as much as pilot runs show to be unlike the rest "
     "(MSER-5; White, Cobb and Spratt, WSC 2000)",
     .fallback = "\"0s\""},
    {"seed", FIELD_WHOLE, "names the random numbers; the same seed gives the same result", .fallback = "1",
     .max = LARGEST_WHOLE, .offset = offsetof(struct run_spec, seed)},
    {"replications", FIELD_COUNT,
     "runs with different random numbers; intervals need several. With a \"precision\" at least so many, and "
     "at least 5",
     .absent = "1, with a \"precision\" 10", .min = 1, .max = 100000,
     .offset = offsetof(struct run_spec, replications)},
    {"precision", FIELD_SHARE,
     "replications are added until the intervals of \"precision_of\" reach no further than this share of the "
     "mean to either side",
     .absent = "none: as many as \"replications\" says", .positive = true,
     .offset = offsetof(struct run_spec, precision)},
    {"precision_of", FIELD_TEXTS, "the metrics that shall be as precise, of all policies or of one",
     .absent = "`[\"response.mean\"]`"},
    {"max_replications", FIELD_COUNT, "with a \"precision\": at most so many",
     .absent = "1000, or as many as \"replications\"", .min = 1, .max = 100000,
     .offset = offsetof(struct run_spec, max_replications)},
    {"confidence", FIELD_SHARE, "level of every interval", .fallback = "0.95", .positive = true,
     .offset = offsetof(struct run_spec, confidence)},
    {"comparisons", FIELD_EITHER,
     "whether each difference between policies holds with that level, or all that are shown at once "
     "(Bonferroni)",
     .fallback = "\"each\"", .choices = comparisons, .offset = offsetof(struct run_spec, bonferroni)},
    {"batch_means", FIELD_SWITCH,
     "a single replication gets intervals from batches of its measured time (von Neumann's test says how "
     "many)",
     .fallback = "false", .offset = offsetof(struct run_spec, batch_means)},
    {"samples", FIELD_COUNT, "points of each time series", .fallback = "1000", .min = 1, .max = 100000,
     .offset = offsetof(struct run_spec, samples)},
    {"sample_requests", FIELD_COUNT, "requests that are listed one by one, at most", .fallback = "1000",
     .max = 1000000, .offset = offsetof(struct run_spec, sample_requests)},
    {"timeline_requests", FIELD_COUNT, "requests that are drawn in the timeline", .fallback = "12",
     .max = 1000, .offset = offsetof(struct run_spec, timeline_requests)},
    {0},
};

const struct object_type run_type = {"run", "how long, how often, from which random numbers",
                                     .fields = run_fields};

/* ---- components ---- */

static const char *const inbox_orders[] = {
    [INBOX_FIFO] = "fifo",
    [INBOX_LIFO] = "lifo",
    [INBOX_PRIORITY] = "priority",
    [INBOX_SHORTEST] = "shortest_first",
    [INBOX_PROCESSOR_SHARING] = "processor_sharing",
    NULL,
};
static const char *const inbox_overflows[] = {[INBOX_REJECT] = "reject", [INBOX_DROP] = "drop", NULL};

static const struct field inbox_fields[] = {
    {"capacity", FIELD_LIMIT, "waiting places of each replica", .fallback = "\"unlimited\"", .max = 1e9,
     .offset = offsetof(struct inbox_spec, capacity)},
    {"order", FIELD_CHOICE, "who gets the next free worker", .fallback = "\"fifo\"", .choices = inbox_orders,
     .offset = offsetof(struct inbox_spec, order)},
    {"overflow", FIELD_CHOICE, "a request that finds no place is refused (the caller learns at once) or lost",
     .fallback = "\"reject\"", .choices = inbox_overflows, .offset = offsetof(struct inbox_spec, overflow)},
    {0},
};

const struct object_type inbox_type = {"inbox", "where requests wait for a worker", .fields = inbox_fields};

static const char *const continuations[] = {
    [CONTINUATIONS_FIRST] = "first", [CONTINUATIONS_FIFO] = "fifo", NULL};
static const char *const balances[] = {
    [BALANCE_ROUND_ROBIN] = "round_robin",
    [BALANCE_RANDOM] = "random",
    [BALANCE_LEAST_OUTSTANDING] = "least_outstanding",
    [BALANCE_POWER_OF_TWO] = "power_of_two",
    [BALANCE_POWER_OF_TWO_REPEATS] = "power_of_two_repeats",
    NULL,
};

static const char *const on_crashes[] = {[ON_CRASH_SILENCE] = "silence", [ON_CRASH_RESET] = "reset", NULL};
static const char *const whens[] = {"always", "working", NULL};
static const char *const effects[] = {"crash", "pause", NULL};

static const struct field failures_fields[] = {
    {"up", FIELD_DISTRIBUTION, "time until it fails, from the start of the run or from when it is up again",
     .required = true, .positive = true, .offset = offsetof(struct failure_spec, up)},
    {"down", FIELD_DISTRIBUTION, "time until it is up again; 0 is a restart at once", .required = true,
     .offset = offsetof(struct failure_spec, down)},
    {"when", FIELD_EITHER, "whether \"up\" counts always, or only while a worker of the replica is busy",
     .fallback = "\"always\"", .choices = whens, .offset = offsetof(struct failure_spec, working)},
    {"effect", FIELD_EITHER, "it crashes and loses what it holds, or stops and goes on where it was",
     .fallback = "\"crash\"", .choices = effects, .offset = offsetof(struct failure_spec, pause)},
    {0},
};

const struct object_type failures_type = {
    "failures", "each replica is up for a while and down for a while, by chance", .fields = failures_fields};

static const struct field component_fields[] = {
    {"replicas", FIELD_COUNT, "identical instances", .fallback = "1", .min = 1, .max = 100000,
     .offset = offsetof(struct component_spec, replicas)},
    {"workers", FIELD_LIMIT, "threads of each replica: requests that it works on at once", .fallback = "1",
     .min = 1, .max = 1000000, .offset = offsetof(struct component_spec, workers)},
    {"cores", FIELD_LIMIT, "processors of each replica that its workers share",
     .absent = "one for each worker", .min = 1, .max = 1000000,
     .offset = offsetof(struct component_spec, cores)},
    {"inbox", FIELD_OBJECT, "where requests wait for a worker", .of = &inbox_type,
     .offset = offsetof(struct component_spec, inbox)},
    {"max_in_flight", FIELD_LIMIT, "requests let in and not finished, in each replica; more are refused",
     .fallback = "\"unlimited\"", .min = 1, .max = 1e9,
     .offset = offsetof(struct component_spec, max_in_flight)},
    {"shed_after", FIELD_DURATION, "a request that waited longer is refused when it reaches a worker",
     .absent = "never", .offset = offsetof(struct component_spec, shed_after_ns)},
    {"continuations", FIELD_CHOICE,
     "where an async call that was answered waits for a worker: ahead, or in turn", .fallback = "\"first\"",
     .choices = continuations, .offset = offsetof(struct component_spec, continuations)},
    {"balance", FIELD_CHOICE, "how the replica for a request is chosen", .fallback = "\"round_robin\"",
     .choices = balances, .offset = offsetof(struct component_spec, balance)},
    {"failures", FIELD_OBJECT, "failures that come by themselves, each replica's on its own",
     .absent = "never", .whole = true, .of = &failures_type,
     .offset = offsetof(struct component_spec, failures)},
    {"on_crash", FIELD_CHOICE,
     "what callers learn of a crash, and of being down: nothing, as when a machine is gone, or that the "
     "connection is reset, as by the operating system of a process that died",
     .fallback = "\"silence\"", .choices = on_crashes, .offset = offsetof(struct component_spec, on_crash)},
    {"endpoints", FIELD_ENDPOINTS, "what it can be asked to do, by name: lists of steps", .required = true},
    {0},
};

const struct object_type component_type = {"component", "a service: workers, and what they do",
                                           .fields = component_fields};

/* ---- steps ---- */

static const struct field work_fields[] = {
    {"work", FIELD_DISTRIBUTION, "compute, on a core", .required = true,
     .offset = offsetof(struct step_spec, duration)},
    {0},
};

static const struct field wait_fields[] = {
    {"wait", FIELD_DISTRIBUTION, "wait for nobody in particular: a disk, a timer", .required = true,
     .offset = offsetof(struct step_spec, duration)},
    {0},
};

static const struct field call_fields[] = {
    {"call", FIELD_REFERENCE, "call an endpoint", .required = true,
     .offset = offsetof(struct call_spec, endpoint)},
    {"bytes", FIELD_SIZE, "size of the request on the wire", .fallback = "\"0B\"",
     .offset = offsetof(struct call_spec, bytes)},
    {"reply_bytes", FIELD_SIZE, "size of the answer on the wire", .fallback = "\"0B\"",
     .offset = offsetof(struct call_spec, reply_bytes)},
    {"times", FIELD_COUNT, "how often: one after another, in a gather side by side", .fallback = "1",
     .min = 1, .max = 1000000, .offset = offsetof(struct call_spec, times)},
    {"chance", FIELD_SHARE, "how likely the call is made at all", .fallback = "1",
     .offset = offsetof(struct call_spec, chance)},
    {"priority", FIELD_PRIORITY, "greater is more urgent", .absent = "as that of the request that calls",
     .offset = offsetof(struct call_spec, priority)},
    {0},
};

static const struct field gather_fields[] = {
    {"gather", FIELD_LIST, "calls that do not need each other's results", .required = true,
     .of = &call_step_type},
    {"need", FIELD_COUNT, "answers that are enough to go on", .absent = "all of them", .min = 1, .max = 4e9,
     .offset = offsetof(struct step_spec, need)},
    {0},
};

static const struct field branch_fields[] = {
    {"chance", FIELD_SHARE, "how likely this branch is taken",
     .absent = "an equal part of what the others leave", .offset = offsetof(struct branch_spec, chance)},
    {"steps", FIELD_STEPS, "what is done then", .required = true},
    {0},
};

const struct object_type branch_type = {"branch", "one of the ways to go on", .fields = branch_fields};

static const struct field choose_fields[] = {
    {"choose", FIELD_LIST, "one of several branches, by chance", .required = true, .of = &branch_type},
    {0},
};

static const struct field repeat_fields[] = {
    {"repeat", FIELD_COUNT, "how often the steps are done, one time after another", .required = true,
     .min = 1, .max = 1000000, .offset = offsetof(struct step_spec, times)},
    {"chance", FIELD_SHARE,
     "how likely each further time is, after the first; below 1 the number of times is geometric, and "
     "\"repeat\" the most",
     .fallback = "1", .offset = offsetof(struct step_spec, chance)},
    {"steps", FIELD_STEPS, "what is repeated", .required = true},
    {0},
};

static const struct field reply_fields[] = {
    {"reply", FIELD_TRUE, "answer the caller now and go on with the steps that follow", .required = true},
    {0},
};

static const struct field fail_fields[] = {
    {"fail", FIELD_SHARE, "how likely the request ends here with an error", .required = true,
     .offset = offsetof(struct step_spec, chance)},
    {0},
};

static const struct object_type work_step_type = {"work", "compute", .fields = work_fields};
static const struct object_type wait_step_type = {"wait", "input or output with nobody",
                                                  .fields = wait_fields};
const struct object_type call_step_type = {"call", "call another component", .fields = call_fields};
static const struct object_type gather_step_type = {"gather", "several calls at once",
                                                    .fields = gather_fields};
static const struct object_type choose_step_type = {"choose", "go one of several ways",
                                                    .fields = choose_fields};
static const struct object_type repeat_step_type = {"repeat", "do it again", .fields = repeat_fields};
static const struct object_type reply_step_type = {"reply", "answer early", .fields = reply_fields};
static const struct object_type fail_step_type = {"fail", "an error, sometimes", .fields = fail_fields};

const struct object_type *const step_types[] = {
    [STEP_WORK] = &work_step_type,     [STEP_WAIT] = &wait_step_type,     [STEP_CALL] = &call_step_type,
    [STEP_GATHER] = &gather_step_type, [STEP_CHOOSE] = &choose_step_type, [STEP_REPEAT] = &repeat_step_type,
    [STEP_REPLY] = &reply_step_type,   [STEP_FAIL] = &fail_step_type,     NULL,
};

/* ---- distributions: the others come from distribution_types[] ---- */

static const struct field mixture_part_fields[] = {
    {"weight", FIELD_NUMBER, "how often, in proportion to the other parts' weights", .required = true,
     .positive = true, .max = 1e12, .offset = offsetof(struct mixture_part, weight)},
    {"of", FIELD_PART, "the distribution", .required = true, .offset = offsetof(struct mixture_part, of)},
    {0},
};

const struct object_type mixture_part_type = {"mixture part", "a distribution and its weight",
                                              .fields = mixture_part_fields};

/* ---- links ---- */

static const char *const losses[] = {[LINK_DROP] = "drop", [LINK_RETRANSMIT] = "retransmit", NULL};

static const struct field gilbert_elliott_fields[] = {
    {"to_bad", FIELD_SHARE, "chance that the good state turns bad after a message", .required = true,
     .offset = offsetof(struct loss_spec, to_bad)},
    {"to_good", FIELD_SHARE, "chance that the bad state turns good after a message", .required = true,
     .offset = offsetof(struct loss_spec, to_good)},
    {"good", FIELD_SHARE, "chance that a message gets lost in the good state; 0 is Gilbert's model",
     .fallback = "0", .offset = offsetof(struct loss_spec, good)},
    {"bad", FIELD_SHARE, "chance that a message gets lost in the bad state", .required = true,
     .offset = offsetof(struct loss_spec, bad)},
    {0},
};

const struct object_type gilbert_elliott_type = {
    "gilbert_elliott",
    "losses in bursts: each way is in a good state or a bad one, and may change after each message (Gilbert, "
    "Bell Syst. Tech. J. 39(5), 1960; Elliott, 42(5), 1963)",
    .fields = gilbert_elliott_fields};

static const struct field loss_fields[] = {
    {"there", FIELD_SHARE, "chance on the way from the first of \"between\" to the second", .fallback = "0",
     .offset = offsetof(struct loss_spec, good[0])},
    {"back", FIELD_SHARE, "chance on the way from the second of \"between\" to the first", .fallback = "0",
     .offset = offsetof(struct loss_spec, good[1])},
    {"gilbert_elliott", FIELD_OBJECT, "losses in bursts, each way on its own, instead of \"there\", \"back\"",
     .absent = "each message for itself", .of = &gilbert_elliott_type},
    {0},
};

const struct object_type loss_type = {
    "loss", "how messages get lost; a share alone is the chance of each message, both ways",
    .fields = loss_fields};

static const struct field link_failures_fields[] = {
    {"up", FIELD_DISTRIBUTION, "time until it is cut, from the start of the run or from when it is up again",
     .required = true, .positive = true, .offset = offsetof(struct failure_spec, up)},
    {"down", FIELD_DISTRIBUTION, "time until it is up again", .required = true,
     .offset = offsetof(struct failure_spec, down)},
    {0},
};

const struct object_type link_failures_type = {
    "link failures", "the link is up for a while and cut for a while, both ways at once, by chance",
    .fields = link_failures_fields};

static const struct field link_fields[] = {
    {"between", FIELD_BETWEEN,
     "the two that it joins; the link named \"default\" joins all that have no other",
     .absent = "only in the link \"default\""},
    {"delay", FIELD_DISTRIBUTION, "time on the way, each way", .fallback = "\"0s\"",
     .offset = offsetof(struct link_spec, delay)},
    {"bandwidth", FIELD_BANDWIDTH, "how fast a message is put on the wire, each way",
     .fallback = "\"unlimited\"", .positive = true, .offset = offsetof(struct link_spec, bytes_per_s)},
    {"ordered", FIELD_SWITCH,
     "messages do not overtake each other, as on a TCP connection; to users, who have one each, false",
     .fallback = "true", .offset = offsetof(struct link_spec, ordered)},
    {"loss", FIELD_LOSS, "how likely a message gets lost, each way", .fallback = "0", .of = &loss_type,
     .offset = offsetof(struct link_spec, loss)},
    {"on_loss", FIELD_CHOICE,
     "a lost message is gone and nobody is told, or sent again until it is through, as by TCP",
     .fallback = "\"drop\"", .choices = losses, .offset = offsetof(struct link_spec, on_loss)},
    {"rto", FIELD_DURATION,
     "retransmit: how long until a lost message is sent again, doubled each time (RFC 6298: 1 s at first)",
     .fallback = "\"1s\"", .positive = true, .offset = offsetof(struct link_spec, rto_ns)},
    {"max_rto", FIELD_DURATION,
     "retransmit: how long at most, but not less than \"rto\" (RFC 6298, 2.5: 60 s)", .fallback = "\"60s\"",
     .positive = true, .offset = offsetof(struct link_spec, max_rto_ns)},
    {"duplicate", FIELD_SHARE, "how likely a request arrives twice", .fallback = "0",
     .offset = offsetof(struct link_spec, duplicate)},
    {"failures", FIELD_OBJECT, "cuts that come by themselves", .absent = "never", .whole = true,
     .of = &link_failures_type, .offset = offsetof(struct link_spec, failures)},
    {0},
};

const struct object_type link_type = {"link", "the way between two components, or users and a component",
                                      .fields = link_fields};

/* ---- when calls go wrong ---- */

static const char *const jitters[] = {
    [JITTER_NONE] = "none",
    [JITTER_FULL] = "full",
    [JITTER_EQUAL] = "equal",
    [JITTER_DECORRELATED] = "decorrelated",
    NULL,
};

/* Bit i of `retry_on` is the word at place i. */
static const char *const failures[] = {"timeout", "refused", "error", NULL};
_Static_assert(FAILURE_TIMEOUT == 1u << 0 && FAILURE_REFUSED == 1u << 1 && FAILURE_ERROR == 1u << 2,
               "failures[] is in the order of the bits");

/* The alternatives stand in the order of enum backoff_kind. */
static const struct field backoff_fields[] = {
    {"fixed", FIELD_DURATION, "the same pause each time", .alternative = true,
     .offset = offsetof(struct backoff_spec, base_ns)},
    {"exponential", FIELD_DURATION, "the first pause; each further one is \"factor\" times as long",
     .alternative = true, .positive = true, .offset = offsetof(struct backoff_spec, base_ns)},
    {"drawn", FIELD_DISTRIBUTION, "each pause is drawn anew", .alternative = true,
     .offset = offsetof(struct backoff_spec, drawn)},
    {"factor", FIELD_NUMBER, "exponential: of one pause to the next", .fallback = "2", .min = 1, .max = 1000,
     .offset = offsetof(struct backoff_spec, factor)},
    {"cap", FIELD_DURATION, "exponential: the longest pause", .absent = "10 times the first, as in Envoy",
     .offset = offsetof(struct backoff_spec, cap_ns)},
    {"jitter", FIELD_CHOICE,
     "exponential: what chance makes of a pause: nothing, anything from 0 up to it, half of it and anything "
     "up to the other half, or anything from the first up to three times the last (Brooker, AWS "
     "Architecture Blog, 2015)",
     .fallback = "\"none\"", .choices = jitters, .offset = offsetof(struct backoff_spec, jitter)},
    {0},
};

const struct object_type backoff_type = {
    "backoff", "the pause before a retry; a duration alone is a fixed one", .fields = backoff_fields};

static const struct field breaker_fields[] = {
    {"failure_rate", FIELD_SHARE, "share of the attempts in the window whose failure opens it",
     .fallback = "0.5", .positive = true, .offset = offsetof(struct breaker_spec, failure_rate)},
    {"window", FIELD_COUNT, "attempts that it looks back on", .fallback = "100", .min = 1, .max = 1000000,
     .offset = offsetof(struct breaker_spec, window)},
    {"minimum_calls", FIELD_COUNT,
     "attempts in the window below which it stays closed; the window counts if it is smaller",
     .fallback = "100", .min = 1, .max = 1000000, .offset = offsetof(struct breaker_spec, minimum)},
    {"open_for", FIELD_DURATION, "how long it lets nothing out before it tries again", .fallback = "\"60s\"",
     .positive = true, .offset = offsetof(struct breaker_spec, open_ns)},
    {"half_open_calls", FIELD_COUNT, "attempts that it then lets out to see", .fallback = "10", .min = 1,
     .max = 1000000, .offset = offsetof(struct breaker_spec, probes)},
    {0},
};

const struct object_type breaker_type = {
    "circuit breaker", "stops calling what fails too often; the defaults are resilience4j's",
    .fields = breaker_fields};

static const struct field budget_fields[] = {
    {"tokens", FIELD_NUMBER, "in the bucket at first and at most; each attempt that fails takes one",
     .fallback = "10", .min = 1, .max = 1e9, .offset = offsetof(struct budget_spec, tokens)},
    {"ratio", FIELD_NUMBER, "tokens that each good attempt puts back", .fallback = "0.1", .max = 1e9,
     .offset = offsetof(struct budget_spec, ratio)},
    {0},
};

const struct object_type budget_type = {
    "retry budget", "no retry while the bucket is half empty, as gRPC's retry throttling (gRFC A6)",
    .fields = budget_fields};

static const struct field pool_fields[] = {
    {"size", FIELD_COUNT, "attempts at once, of each replica of the caller, at one endpoint",
     .fallback = "25", .min = 1, .max = 1000000, .offset = offsetof(struct pool_spec, size)},
    {"wait", FIELD_DURATION, "how long one more waits for a place; then it fails", .fallback = "\"0s\"",
     .offset = offsetof(struct pool_spec, wait_ns)},
    {0},
};

const struct object_type pool_type = {"pool", "a bulkhead; the defaults are resilience4j's",
                                      .fields = pool_fields};

static const struct field connect_fields[] = {
    {"round_trips", FIELD_COUNT,
     "over the link before the first message: TCP 1, TLS 1.3 over TCP 2, TLS 1.2 over TCP 3", .fallback = "1",
     .min = 1, .max = 1000, .offset = offsetof(struct connect_spec, round_trips)},
    {"keep_alive", FIELD_SWITCH,
     "a connection is used again by later calls, as HTTP/1.1 does by itself (RFC 9112, 9.3); else each call "
     "opens its own",
     .fallback = "true", .offset = offsetof(struct connect_spec, keep_alive)},
    {0},
};

const struct object_type connect_type = {"connect", "what it takes to open a connection",
                                         .fields = connect_fields};

static const char *const deadlines[] = {"none", "propagate", NULL};

static const struct field control_fields[] = {
    {"timeout", FIELD_TIMEOUT,
     "how long the caller waits for each attempt, from when its message is on the way",
     .fallback = "\"none\"", .offset = offsetof(struct control_spec, timeout)},
    {"retries", FIELD_COUNT, "how often a call that went wrong is tried again", .fallback = "0",
     .max = 1000000, .offset = offsetof(struct control_spec, retries)},
    {"retry_on", FIELD_CHOICES,
     "what is tried again: gRPC and Envoy by themselves send again only what is surely safe to send again, "
     "such as what was refused; the rest is for applications to choose",
     .fallback = "[\"timeout\", \"refused\"]", .choices = failures,
     .offset = offsetof(struct control_spec, retry_on)},
    {"backoff", FIELD_BACKOFF,
     "pause before a retry; if absent as Envoy's retry_back_off: base 25 ms, at most 10 times the base, full "
     "jitter",
     .fallback = "{\"exponential\": \"25ms\", \"jitter\": \"full\"}", .of = &backoff_type,
     .offset = offsetof(struct control_spec, backoff)},
    {"retry_budget", FIELD_OBJECT, "no retries while too many attempts fail", .absent = "none", .whole = true,
     .of = &budget_type, .offset = offsetof(struct control_spec, budget)},
    {"circuit_breaker", FIELD_OBJECT, "attempts fail at once while too many of the last ones failed",
     .absent = "none", .whole = true, .of = &breaker_type, .offset = offsetof(struct control_spec, breaker)},
    {"pool", FIELD_OBJECT, "the most attempts at once (bulkhead)", .absent = "none", .whole = true,
     .of = &pool_type, .offset = offsetof(struct control_spec, pool)},
    {"deadline", FIELD_EITHER,
     "propagate: the callee learns how long its caller still waits, and begins nothing after that (gRPC: by "
     "itself in Go and Java, elsewhere only where it is asked to)",
     .fallback = "\"none\"", .choices = deadlines, .offset = offsetof(struct control_spec, deadline)},
    {"cancel", FIELD_SWITCH,
     "the callee is told when its caller has given up, and stops (gRPC tells it; to stop is up to the "
     "callee)",
     .fallback = "false", .offset = offsetof(struct control_spec, cancel)},
    {"idempotent", FIELD_SWITCH,
     "the callee remembers what it has done, and answers again without doing it again, as with an "
     "idempotency key",
     .fallback = "false", .offset = offsetof(struct control_spec, idempotent)},
    {"hedge", FIELD_PAUSE,
     "a second copy goes out when there is no answer by then, and the first answer wins; the 95th percentile "
     "is usual (Dean and Barroso, Commun. ACM 56(2), 2013)",
     .fallback = "\"none\"", .positive = true, .offset = offsetof(struct control_spec, hedge_ns)},
    {"connect", FIELD_OBJECT, "opening a connection takes time", .absent = "none", .whole = true,
     .of = &connect_type, .offset = offsetof(struct control_spec, connect)},
    {0},
};

const struct object_type control_type = {"control", "what a caller does about calls that go wrong",
                                         .fields = control_fields};

/* ---- load ---- */

static const struct field rate_state_fields[] = {
    {"rate", FIELD_RATE, "of arrivals in this state", .required = true,
     .offset = offsetof(struct rate_spec, per_s)},
    {"mean", FIELD_MEAN, "mean stay in this state, which is exponential", .required = true,
     .offset = offsetof(struct rate_spec, mean_ns)},
    {0},
};

const struct object_type rate_state_type = {"state", "a state of a modulated Poisson process",
                                            .fields = rate_state_fields};

static const struct field rate_stretch_fields[] = {
    {"from", FIELD_DURATION, "when the stretch begins; the first at 0s, then rising", .required = true,
     .offset = offsetof(struct rate_spec, from_ns)},
    {"rate", FIELD_RATE, "of arrivals from then on", .required = true,
     .offset = offsetof(struct rate_spec, per_s)},
    {0},
};

const struct object_type rate_stretch_type = {"stretch", "a stretch of time with one rate",
                                              .fields = rate_stretch_fields};

static const struct field sinusoidal_fields[] = {
    {"mean", FIELD_RATE, "the mean rate", .required = true, .positive = true,
     .offset = offsetof(struct load_spec, per_s)},
    {"amplitude", FIELD_SHARE, "how far the rate swings, as a share of the mean", .required = true,
     .offset = offsetof(struct load_spec, amplitude)},
    {"period", FIELD_DURATION, "from one peak to the next", .required = true, .positive = true,
     .offset = offsetof(struct load_spec, period_ns)},
    {0},
};

const struct object_type sinusoidal_type = {"sinusoidal", "a rate that swings, as by day and night",
                                            .fields = sinusoidal_fields};

/* The alternatives stand in the order of enum arrival_kind. */
static const struct field open_fields[] = {
    {"poisson", FIELD_RATE, "arrivals that know nothing of each other, at this rate", .alternative = true,
     .positive = true, .offset = offsetof(struct load_spec, per_s)},
    {"constant", FIELD_RATE, "arrivals at even distances, at this rate", .alternative = true,
     .positive = true, .offset = offsetof(struct load_spec, per_s)},
    {"renewal", FIELD_DISTRIBUTION, "the time from one arrival to the next", .alternative = true,
     .offset = offsetof(struct load_spec, between)},
    {"mmpp", FIELD_LIST, "Poisson arrivals whose rate goes through these states", .alternative = true,
     .of = &rate_state_type},
    {"piecewise", FIELD_LIST, "Poisson arrivals with a rate for each stretch of time", .alternative = true,
     .of = &rate_stretch_type},
    {"sinusoidal", FIELD_OBJECT, "Poisson arrivals whose rate swings", .alternative = true,
     .of = &sinusoidal_type},
    {"batch", FIELD_BATCH, "requests that come together at each arrival", .fallback = "1"},
    {0},
};

const struct object_type open_type = {"open", "requests that come whether or not the earlier were answered",
                                      .fields = open_fields};

static const struct field geometric_fields[] = {
    {"geometric", FIELD_NUMBER, "mean size of the batches", .required = true, .min = 1, .max = 1e6,
     .offset = offsetof(struct load_spec, batch_mean)},
    {0},
};

const struct object_type geometric_type = {"random batch", "batches of random size",
                                           .fields = geometric_fields};

static const struct field closed_fields[] = {
    {"users", FIELD_COUNT, "users, each of whom waits for the answer before the next request",
     .required = true, .min = 1, .max = 10000000, .offset = offsetof(struct load_spec, users)},
    {"think", FIELD_DISTRIBUTION, "pause of a user between an answer and the next request",
     .fallback = "\"0s\"", .offset = offsetof(struct load_spec, think)},
    {0},
};

const struct object_type closed_type = {"closed", "a fixed number of users", .fields = closed_fields};

static const struct field burst_fields[] = {
    {"requests", FIELD_WHOLE, "how many", .required = true, .min = 1, .max = 1e9,
     .offset = offsetof(struct load_spec, requests)},
    {"at", FIELD_DURATION, "when", .fallback = "\"0s\"", .offset = offsetof(struct load_spec, at_ns)},
    {0},
};

const struct object_type burst_type = {"burst", "many requests at one instant", .fields = burst_fields};

static const struct field trace_fields[] = {
    {"file", FIELD_FILE, "a CSV file with the columns time_s and, if wanted, endpoint and bytes",
     .required = true},
    {0},
};

const struct object_type trace_type = {"trace", "requests at the times that a file lists",
                                       .fields = trace_fields};

/* The alternatives stand in the order of enum load_kind. */
static const struct field load_fields[] = {
    {"name", FIELD_NAME, "what results call it", .absent = "the request's, with - for the point",
     .offset = offsetof(struct load_spec, name)},
    {"request", FIELD_REFERENCE, "the endpoint that users call; a trace may name one on each line",
     .offset = offsetof(struct load_spec, endpoint)},
    {"open", FIELD_OBJECT, "requests that come whether or not the earlier were answered", .alternative = true,
     .of = &open_type},
    {"closed", FIELD_OBJECT, "users who wait for each answer", .alternative = true, .of = &closed_type},
    {"burst", FIELD_OBJECT, "many requests at one instant", .alternative = true, .of = &burst_type},
    {"trace", FIELD_OBJECT, "requests at the times that a file lists", .alternative = true,
     .of = &trace_type},
    {"bytes", FIELD_SIZE, "size of a request on the wire", .fallback = "\"0B\"",
     .offset = offsetof(struct load_spec, bytes)},
    {"reply_bytes", FIELD_SIZE, "size of an answer on the wire", .fallback = "\"0B\"",
     .offset = offsetof(struct load_spec, reply_bytes)},
    {"priority", FIELD_PRIORITY, "greater is more urgent", .fallback = "0",
     .offset = offsetof(struct load_spec, priority)},
    {"from", FIELD_DURATION, "no arrivals before", .fallback = "\"0s\"",
     .offset = offsetof(struct load_spec, from_ns)},
    {"until", FIELD_DURATION, "no arrivals from then on", .absent = "the end of the run",
     .offset = offsetof(struct load_spec, until_ns)},
    {0},
};

const struct object_type load_type = {"load",
                                      "what users ask for, and when; \"timeout\" and what follows it are the "
                                      "users' own patience, unless a policy "
                                      "has an exception \"users -> CALLEE\"",
                                      load_fields, &control_type, offsetof(struct load_spec, control)};

/* ---- policies ---- */

static const char *const modes[] = {
    [CALL_SYNC] = "sync", [CALL_ASYNC] = "async", [CALL_QUEUE] = "queue", NULL};
static const char *const queue_overflows[] = {
    [QUEUE_REJECT] = "reject",
    [QUEUE_DROP_OLDEST] = "drop_oldest",
    [QUEUE_DROP_NEWEST] = "drop_newest",
    [QUEUE_BLOCK] = "block",
    NULL,
};
static const char *const queue_orders[] = {[QUEUE_FIFO] = "fifo", [QUEUE_PRIORITY] = "priority", NULL};
static const char *const queue_confirms[] = {
    [CONFIRM_NONE] = "none", [CONFIRM_ASYNC] = "async", [CONFIRM_WAIT] = "wait", NULL};
static const char *const queue_deliveries[] = {
    [DELIVERY_AT_LEAST_ONCE] = "at_least_once",
    [DELIVERY_AT_MOST_ONCE] = "at_most_once",
    [DELIVERY_EXACTLY_ONCE] = "exactly_once",
    NULL,
};
static const char *const waits[] = {"releases", "blocks", NULL};

static const struct field queue_batch_fields[] = {
    {"size", FIELD_COUNT, "messages that a consumer takes at once, at most", .fallback = "1", .min = 1,
     .max = 1000000, .offset = offsetof(struct queue_rule, batch)},
    {"linger", FIELD_DURATION, "how long a batch that is not full waits for more", .fallback = "\"0s\"",
     .offset = offsetof(struct queue_rule, linger_ns)},
    {0},
};

const struct object_type queue_batch_type = {"batch", "several messages at once",
                                             .fields = queue_batch_fields};

static const struct field rule_fields[] = {
    {"mode", FIELD_CHOICE,
     "the caller waits, gives its worker back, or goes on at once (the message is queued)",
     .absent = "in \"calls\": that of the policy", .choices = modes,
     .offset = offsetof(struct call_rule, mode)},
    {"at", FIELD_BROKER, "where the queue stands: \"receiver\", \"sender\" or a component of its own",
     .fallback = "\"receiver\"", .offset = offsetof(struct call_rule, queue)},
    {"queue", FIELD_NAME, "name of the queue; calls that name the same share it",
     .absent = "that of the endpoint", .offset = offsetof(struct call_rule, queue.name)},
    {"capacity", FIELD_LIMIT, "messages that the queue holds", .fallback = "\"unlimited\"", .max = 1e9,
     .offset = offsetof(struct call_rule, queue.capacity)},
    {"overflow", FIELD_CHOICE, "what happens when it is full; block holds the publisher up",
     .fallback = "\"reject\"", .choices = queue_overflows,
     .offset = offsetof(struct call_rule, queue.overflow)},
    {"order", FIELD_CHOICE, "which message is next", .fallback = "\"fifo\"", .choices = queue_orders,
     .offset = offsetof(struct call_rule, queue.order)},
    {"consumers", FIELD_LIMIT, "messages that each replica works on at once, at most",
     .fallback = "\"unlimited\"", .min = 1, .max = 1000000,
     .offset = offsetof(struct call_rule, queue.consumers)},
    {"prefetch", FIELD_COUNT, "messages on the way to a consumer or held by it, at most", .fallback = "1",
     .min = 1, .max = 1000000, .offset = offsetof(struct call_rule, queue.prefetch)},
    {"batch", FIELD_OBJECT, "several messages at once", .of = &queue_batch_type,
     .offset = offsetof(struct call_rule, queue)},
    {"reply", FIELD_SWITCH, "the result is awaited, through a queue for replies", .fallback = "false",
     .offset = offsetof(struct call_rule, queue.reply)},
    {"durable", FIELD_SWITCH, "a crash of the broker does not lose what is safe", .fallback = "false",
     .offset = offsetof(struct call_rule, queue.durable)},
    {"persist", FIELD_DISTRIBUTION, "durable: time until a message is safe, and consumers see it",
     .fallback = "\"0s\"", .offset = offsetof(struct call_rule, queue.persist)},
    {"flush", FIELD_DURATION,
     "durable: how often what has come is made safe; a crash loses what came since (Redis: appendfsync "
     "everysec)",
     .absent = "each message before it is confirmed", .positive = true,
     .offset = offsetof(struct call_rule, queue.flush_ns)},
    {"confirm", FIELD_CHOICE,
     "the publisher forgets a message at once, or keeps it and sends it again until the broker confirms it: "
     "its worker goes on, or waits",
     .absent = "async where \"durable\" is true, else none", .choices = queue_confirms,
     .offset = offsetof(struct call_rule, queue.confirm)},
    {"confirm_timeout", FIELD_DURATION,
     "a message that is not confirmed by then is sent again (RabbitMQ's tutorial on publisher confirms "
     "waits 5 s)",
     .fallback = "\"5s\"", .positive = true, .offset = offsetof(struct call_rule, queue.confirm_timeout_ns)},
    {"delivery", FIELD_CHOICE,
     "a message is acknowledged after the work (manual acknowledgements in RabbitMQ, SQS standard queues), "
     "when it is delivered, or after the work by a consumer that remembers what it has done",
     .fallback = "\"at_least_once\"", .choices = queue_deliveries,
     .offset = offsetof(struct call_rule, queue.delivery)},
    {"visibility_timeout", FIELD_DURATION,
     "a message that is not acknowledged by then is delivered again (SQS: 30 s)",
     .absent = "none: only when its consumer crashes or hands it back", .positive = true,
     .offset = offsetof(struct call_rule, queue.visibility_timeout_ns)},
    {"max_deliveries", FIELD_LIMIT,
     "deliveries of a message, after which it goes to the dead letters (20 is the delivery-limit of quorum "
     "queues since RabbitMQ 4.0)",
     .fallback = "20", .min = 1, .max = 1e9, .offset = offsetof(struct call_rule, queue.max_deliveries)},
    {"redelivery_delay", FIELD_DURATION, "pause before a message is delivered again", .fallback = "\"0s\"",
     .offset = offsetof(struct call_rule, queue.redelivery_delay_ns)},
    {"retention", FIELD_DURATION, "a message that has waited longer is gone (Kafka: 7 days, SQS: 4 days)",
     .absent = "none: it waits for ever", .positive = true,
     .offset = offsetof(struct call_rule, queue.retention_ns)},
    {0},
};

const struct object_type rule_type = {"call", "how some calls travel; what is absent is as in the policy",
                                      rule_fields, &control_type, offsetof(struct call_rule, control)};

static const struct field policy_fields[] = {
    {"wait", FIELD_EITHER, "whether a `wait` step keeps its worker or gives it back",
     .absent = "releases where the mode is async, else blocks", .choices = waits,
     .offset = offsetof(struct policy_spec, wait_blocks)},
    {"calls", FIELD_NAMED, "exceptions, by \"CALLEE\" or \"CALLER -> CALLEE\" (endpoints; users call, too)",
     .absent = "none", .of = &rule_type},
    {0},
};

const struct object_type policy_type = {"policy", "how calls travel", policy_fields, &rule_type,
                                        offsetof(struct policy_spec, rule)};

/* ---- events ---- */

static const struct field event_fields[] = {
    {"name", FIELD_TEXT, "what figures and metrics call it", .absent = "made of what happens, and to whom",
     .offset = offsetof(struct event_spec, name)},
    {"at", FIELD_DURATION, "when it begins, from the start of the run", .required = true,
     .offset = offsetof(struct event_spec, from_ns)},
    {"for", FIELD_DURATION, "how long it lasts", .absent = "to the end of the run", .positive = true,
     .offset = offsetof(struct event_spec, until_ns)},
    {"down", FIELD_COMPONENT, "the component crashes and stays down", .alternative = true},
    {"pause", FIELD_COMPONENT, "the component stops, and goes on where it was", .alternative = true},
    {"slow", FIELD_PLACE,
     "the component's `work` and `wait`, or the link's delay, take \"factor\" times as long",
     .alternative = true},
    {"cut", FIELD_LINK, "nothing gets through the link", .alternative = true},
    {"loss", FIELD_LINK, "the link loses messages with the \"chance\", whatever it loses otherwise",
     .alternative = true},
    {"partition", FIELD_GROUP, "nothing gets through between these and all others", .alternative = true},
    {"rate", FIELD_NUMBER, "an open load comes so many times as fast", .alternative = true, .max = 1e6,
     .offset = offsetof(struct event_spec, factor)},
    {"workers", FIELD_COMPONENT, "each replica of the component has \"count\" workers", .alternative = true},
    {"factor", FIELD_NUMBER, "how many times as long it takes", .absent = "required by \"slow\"",
     .positive = true, .max = 1e6, .offset = offsetof(struct event_spec, factor)},
    {"chance", FIELD_SHARE, "how likely a message gets lost, each way", .absent = "required by \"loss\"",
     .offset = offsetof(struct event_spec, chance)},
    {"load", FIELD_LOAD, "rate: of which load", .absent = "all that are open"},
    {"count", FIELD_COUNT, "how many workers there are", .absent = "required by \"workers\"", .min = 1,
     .max = 1000000, .offset = offsetof(struct event_spec, workers)},
    {"replica", FIELD_COUNT, "down, pause: which one, from 0", .absent = "all of them", .max = 100000,
     .offset = offsetof(struct event_spec, replica)},
    {"notice", FIELD_DURATION, "the response time from which users notice that something is wrong",
     .absent = "twice the 95th percentile before the event", .positive = true,
     .offset = offsetof(struct event_spec, notice_ns)},
    {0},
};

const struct object_type event_type = {"event", "something that happens at a given time",
                                       .fields = event_fields};

/* ---- sweep ---- */

static const char *const spacings[] = {"linear", "log", NULL};

static const struct field sweep_fields[] = {
    {"vary", FIELD_PATHS, "where the value stands, such as links.wire.delay; several get the same one",
     .required = true},
    {"over", FIELD_VALUES, "the values", .alternative = true},
    {"from", FIELD_QUANTITY, "the first value", .alternative = true},
    {"to", FIELD_QUANTITY, "the last value", .absent = "required by \"from\""},
    {"step", FIELD_QUANTITY, "from: of one value to the next", .absent = "\"count\" says how many"},
    {"count", FIELD_COUNT, "from: how many values", .absent = "\"step\" says how many", .min = 2,
     .max = 100000, .offset = offsetof(struct sweep_section, count)},
    {"spacing", FIELD_EITHER, "count: values at even distances, or each the same multiple of the one before",
     .fallback = "\"linear\"", .choices = spacings, .offset = offsetof(struct sweep_section, logarithmic)},
    {0},
};

const struct object_type sweep_type = {
    "sweep", "what is varied; of an array of these each value of one with each of the others",
    .fields = sweep_fields};

/* ---- the document ---- */

static const struct field document_fields[] = {
    {"$schema", FIELD_IGNORED, "where editors find the schema; not read",
     .absent = "no help from the editor"},
    {"name", FIELD_NAME, "what the scenario and the folder of its results are called", .required = true,
     .offset = offsetof(struct spec, name)},
    {"about", FIELD_TEXT, "what it shows, for people", .fallback = "\"\"",
     .offset = offsetof(struct spec, about)},
    {"run", FIELD_OBJECT, "how long, how often, from which random numbers", .required = true, .of = &run_type,
     .offset = offsetof(struct spec, run)},
    {"components", FIELD_NAMED, "the services", .required = true, .of = &component_type},
    {"links", FIELD_NAMED, "the ways between them", .absent = "none", .of = &link_type},
    {"load", FIELD_LIST, "what users ask for", .required = true, .of = &load_type},
    {"policies", FIELD_NAMED, "the ways of calling that are compared", .required = true, .of = &policy_type},
    {"events", FIELD_LIST, "what happens at given times: faults, and changes of load or size",
     .absent = "none", .of = &event_type},
    {"expect", FIELD_TEXTS, "claims that a run checks, such as `\"sync.response.p99 < 50ms\"`",
     .absent = "none"},
    {"sweep", FIELD_SWEEP, "what `tandem sweep` varies", .absent = "nothing", .of = &sweep_type},
    {0},
};

const struct object_type document_type = {"scenario", "the whole document", .fields = document_fields};

/* ---- all ---- */

const struct object_type *const object_types[] = {
    &document_type,      &run_type,          &component_type,
    &inbox_type,         &failures_type,     &work_step_type,
    &wait_step_type,     &call_step_type,    &gather_step_type,
    &choose_step_type,   &branch_type,       &repeat_step_type,
    &reply_step_type,    &fail_step_type,    &mixture_part_type,
    &link_type,          &loss_type,         &gilbert_elliott_type,
    &link_failures_type, &load_type,         &open_type,
    &rate_state_type,    &rate_stretch_type, &sinusoidal_type,
    &geometric_type,     &closed_type,       &burst_type,
    &trace_type,         &policy_type,       &rule_type,
    &queue_batch_type,   &backoff_type,      &budget_type,
    &breaker_type,       &pool_type,         &connect_type,
    &event_type,         &sweep_type,        NULL,
};

const struct field *object_type_field(const struct object_type *type, const char *name)
{
    for (; type; type = type->beside)
        for (const struct field *field = type->fields; field->name; field++)
            if (strcmp(field->name, name) == 0)
                return field;
    return NULL;
}
