#include "scenario/fields.h"

#include "model/spec.h"

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
