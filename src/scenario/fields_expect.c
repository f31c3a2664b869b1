#include "scenario/fields.h"

#include "model/spec.h"

static const struct field claim_fields[] = {
    {"claim", FIELD_TEXT, "what shall be true of the results", .required = true,
     .offset = offsetof(struct expect_spec, claim)},
    {"reason", FIELD_TEXT, "why it should be so; shown below the verdict", .absent = "nothing is shown",
     .offset = offsetof(struct expect_spec, reason)},
    {"hint", FIELD_TEXT, "where to look when it is not so; shown only then, and when it cannot be told",
     .absent = "nothing is shown", .offset = offsetof(struct expect_spec, hint)},
    {0},
};

const struct object_type claim_type = {
    "claim", "something that a run checks; a text alone is the same without a reason and a hint",
    .fields = claim_fields};
