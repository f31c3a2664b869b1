#include "scenario/fields.h"

#include <string.h>

#include "model/spec.h"

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
    {"components", FIELD_NAMED, "the services", .required = true, .max = 100000, .of = &component_type},
    {"links", FIELD_NAMED, "the ways between them", .absent = "none", .max = 1000000, .of = &link_type},
    {"load", FIELD_LIST, "what users ask for", .required = true, .max = 10000, .of = &load_type},
    {"policies", FIELD_NAMED, "the ways of calling that are compared", .required = true, .max = 1000,
     .of = &policy_type},
    {"events", FIELD_LIST, "what happens at given times: faults, and changes of load or size",
     .absent = "none", .max = 10000, .of = &event_type},
    {"expect", FIELD_CLAIMS, "claims that a run checks, such as `\"sync.response.p99 < 50ms\"`",
     .absent = "none", .max = 10000, .of = &claim_type},
    {"sweep", FIELD_SWEEP, "what `tandem sweep` varies", .absent = "nothing", .max = 8, .of = &sweep_type},
    {0},
};

const struct object_type document_type = {"scenario", "the whole document", .fields = document_fields};

/* ---- all ---- */

const struct object_type *const object_types[] = {
    &document_type,    &run_type,         &component_type,       &inbox_type,         &failures_type,
    &work_step_type,   &wait_step_type,   &call_step_type,       &gather_step_type,   &choose_step_type,
    &branch_type,      &repeat_step_type, &reply_step_type,      &fail_step_type,     &mixture_part_type,
    &link_type,        &loss_type,        &gilbert_elliott_type, &link_failures_type, &load_type,
    &open_type,        &rate_state_type,  &rate_stretch_type,    &sinusoidal_type,    &geometric_type,
    &closed_type,      &burst_type,       &trace_type,           &policy_type,        &rule_type,
    &queue_batch_type, &backoff_type,     &budget_type,          &breaker_type,       &pool_type,
    &connect_type,     &event_type,       &claim_type,           &sweep_type,         NULL,
};

bool field_is_list(const struct field *field)
{
    switch (field->kind) {
    case FIELD_LIST:
    case FIELD_NAMED:
    case FIELD_CLAIMS:
    case FIELD_TEXTS:
    case FIELD_SWEEP:
    case FIELD_PATHS:
    case FIELD_VALUES: return true;
    default: return false;
    }
}

const struct field *object_type_field(const struct object_type *type, const char *name)
{
    for (; type; type = type->beside)
        for (const struct field *field = type->fields; field->name; field++)
            if (strcmp(field->name, name) == 0)
                return field;
    return NULL;
}
