#include "scenario/fields.h"

#include "model/spec.h"

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

const struct object_type work_step_type = {"work", "compute", .fields = work_fields};
const struct object_type wait_step_type = {"wait", "input or output with nobody", .fields = wait_fields};
const struct object_type call_step_type = {"call", "call another component", .fields = call_fields};
const struct object_type gather_step_type = {"gather", "several calls at once", .fields = gather_fields};
const struct object_type choose_step_type = {"choose", "go one of several ways", .fields = choose_fields};
const struct object_type repeat_step_type = {"repeat", "do it again", .fields = repeat_fields};
const struct object_type reply_step_type = {"reply", "answer early", .fields = reply_fields};
const struct object_type fail_step_type = {"fail", "an error, sometimes", .fields = fail_fields};

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
