#include "scenario/fields.h"

#include "model/spec.h"

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
     .absent = "none", .max = 1000000, .of = &rule_type},
    {0},
};

const struct object_type policy_type = {"policy", "how calls travel", policy_fields, &rule_type,
                                        offsetof(struct policy_spec, rule)};
