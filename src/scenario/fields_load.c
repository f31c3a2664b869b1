#include "scenario/fields.h"

#include "model/spec.h"

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
    {"requests", FIELD_WHOLE, "how many", .required = true, .min = 1, .max = 1e8,
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
