#include "scenario/fields.h"

#include "scenario/read.h"

static const char *const spacings[] = {"linear", "log", NULL};

static const struct field sweep_fields[] = {
    {"vary", FIELD_PATHS, "where the value stands, such as links.wire.delay; several get the same one",
     .required = true, .max = 64},
    {"over", FIELD_VALUES, "the values", .alternative = true, .max = 100000},
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
