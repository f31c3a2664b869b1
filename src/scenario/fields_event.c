#include "scenario/fields.h"

#include "model/spec.h"

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
