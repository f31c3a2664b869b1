#include "scenario/fields.h"

#include "model/spec.h"

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
