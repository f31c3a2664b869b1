#include "scenario/fields.h"

#include "model/spec.h"

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
