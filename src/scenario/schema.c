#include "scenario/schema.h"

#include <stdio.h>
#include <string.h>

#include "scenario/schema_make.h"

/* ---- what the readers know besides the tables ---- */

#define IS_0  "\"pattern\": \"^0\""
#define NOT_0 "\"pattern\": \"^[0.]*[1-9]\""

static const struct {
    const struct object_type *type;
    const char *json;
} rules[] = {
    /* All links but "default" are between two, and it has no direction. */
    {&document_type,
     "{\"properties\": {\"links\": {\"additionalProperties\": {\"required\": [\"between\"]}, "
     "\"properties\": {\"default\": {\"properties\": {\"loss\": {\"properties\": {\"there\": false, "
     "\"back\": false}}}}}}}}"},
    {&run_type, "{\"properties\": {\"confidence\": {\"not\": {\"enum\": [1, \"1\", \"100%\"]}}, "
                "\"precision_of\": {\"minItems\": 1}}, "
                "\"dependentRequired\": {\"precision_of\": [\"precision\"]}}"},
    {&run_type, "{\"if\": {\"properties\": {\"batch_means\": {\"const\": true}}, "
                "\"required\": [\"batch_means\"]}, "
                "\"then\": {\"properties\": {\"replications\": {\"const\": 1}}}}"},
    {&load_type, "{\"anyOf\": [{\"required\": [\"request\"]}, {\"required\": [\"trace\"]}]}"},
    {&open_type, "{\"properties\": {\"renewal\": {\"$ref\": \"#/$defs/distribution_above_0\"}, "
                 "\"mmpp\": {\"contains\": {\"properties\": {\"rate\": {" NOT_0 "}}}}, "
                 "\"piecewise\": {\"contains\": {\"properties\": {\"rate\": {" NOT_0 "}}}, "
                 "\"prefixItems\": [{\"properties\": {\"from\": {" IS_0 "}}}]}}}"},
    {&policy_type, "{\"required\": [\"mode\"]}"},
    {&policy_type, "{\"if\": {\"properties\": {\"mode\": {\"enum\": [\"sync\", \"async\"]}}}, "
                   "\"then\": {\"properties\": {\"calls\": {\"additionalProperties\": "
                   "{\"anyOf\": [{\"required\": [\"mode\"]}, {\"$ref\": \"#/$defs/no_queue\"}]}}}}}"},
    {&rule_type, "{\"if\": {\"properties\": {\"mode\": {\"enum\": [\"sync\", \"async\"]}}, "
                 "\"required\": [\"mode\"]}, \"then\": {\"$ref\": \"#/$defs/no_queue\"}}"},
    {&rule_type, "{\"if\": {\"properties\": {\"mode\": {\"const\": \"queue\"}}, \"required\": [\"mode\"]}, "
                 "\"then\": {\"properties\": {\"cancel\": false}}}"},
    {&rule_type, "{\"if\": {\"properties\": {\"durable\": {\"const\": false}}, \"required\": [\"durable\"]}, "
                 "\"then\": {\"properties\": {\"persist\": false, \"flush\": false}}}"},
    {&loss_type,
     "{\"anyOf\": [{\"required\": [\"there\"]}, {\"required\": [\"back\"]}, "
     "{\"required\": [\"gilbert_elliott\"]}], "
     "\"dependentSchemas\": {\"gilbert_elliott\": {\"properties\": {\"there\": false, \"back\": false}}}}"},
    {&backoff_type, "{\"dependentRequired\": {\"factor\": [\"exponential\"], \"cap\": [\"exponential\"], "
                    "\"jitter\": [\"exponential\"]}}"},
    {&event_type,
     "{\"properties\": {\"name\": {\"maxLength\": 100, \"pattern\": \"[^ ]\"}}, "
     "\"dependentRequired\": {\"slow\": [\"factor\"], \"factor\": [\"slow\"], \"loss\": [\"chance\"], "
     "\"chance\": [\"loss\"], \"workers\": [\"count\"], \"count\": [\"workers\"], \"load\": [\"rate\"]}, "
     "\"dependentSchemas\": {\"replica\": {\"anyOf\": [{\"required\": [\"down\"]}, "
     "{\"required\": [\"pause\"]}]}}}"},
    {&sweep_type, "{\"properties\": {\"step\": {\"exclusiveMinimum\": 0}}, "
                  "\"dependentRequired\": {\"from\": [\"to\"], \"to\": [\"from\"], \"step\": [\"from\"], "
                  "\"count\": [\"from\"], \"spacing\": [\"count\"]}, "
                  "\"dependentSchemas\": {\"from\": {\"oneOf\": [{\"required\": [\"step\"]}, "
                  "{\"required\": [\"count\"]}]}}}"},
    {&sweep_type, "{\"if\": {\"properties\": {\"spacing\": {\"const\": \"log\"}}, "
                  "\"required\": [\"spacing\"]}, \"then\": {\"properties\": "
                  "{\"from\": {\"exclusiveMinimum\": 0, " NOT_0 "}, "
                  "\"to\": {\"exclusiveMinimum\": 0, " NOT_0 "}}}}"},
};

/* What only queues have must not stand where calls do not go through one. */
static cJSON *no_queue(struct maker *maker)
{
    cJSON *schema = make_object(maker), *properties = make_object(maker);
    for (const struct field *field = rule_type.fields; field->name; field++)
        if (strcmp(field->name, "mode") != 0)
            make_put(maker, properties, field->name, cJSON_CreateFalse());
    make_put_text(maker, schema, "description", "calls that do not go through a queue");
    make_put(maker, schema, "properties", properties);
    return schema;
}

static void put_rules(struct maker *maker, cJSON *schema, const struct object_type *type)
{
    cJSON *all = make_array(maker);
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (rules[i].type == type)
            make_add(maker, all, make_parsed(maker, rules[i].json));
    if (cJSON_GetArraySize(all) > 0)
        make_put(maker, schema, "allOf", all);
    else
        cJSON_Delete(all);
}

/* ---- objects ---- */

static bool is_step(const struct object_type *type)
{
    for (size_t i = 0; step_types[i]; i++)
        if (step_types[i] == type)
            return true;
    return false;
}

void schema_name(const struct object_type *type, char ret_name[SCHEMA_NAME])
{
    snprintf(ret_name, SCHEMA_NAME, "%s%s", type->name, is_step(type) ? " step" : "");
    for (char *space = strchr(ret_name, ' '); space; space = strchr(space, ' '))
        *space = '_';
}

cJSON *schema_object(struct maker *maker, const struct object_type *type)
{
    char name[SCHEMA_NAME];
    schema_name(type, name);
    return make_reference(maker, name);
}

static cJSON *property(struct maker *maker, const struct field *field)
{
    cJSON *schema = schema_value(maker, field);
    make_put_text(maker, schema, "description", field->doc);
    if (field->fallback)
        make_put(maker, schema, "default", make_parsed(maker, field->fallback));
    return schema;
}

static void put_properties(struct maker *maker, cJSON *schema, const struct object_type *type)
{
    cJSON *properties = make_object(maker), *required = make_array(maker);
    for (; type; type = type->beside)
        for (const struct field *field = type->fields; field->name; field++) {
            make_put(maker, properties, field->name, property(maker, field));
            if (field->required)
                make_add_text(maker, required, field->name);
        }
    make_put(maker, schema, "properties", properties);
    make_put(maker, schema, "required", required);
    make_put(maker, schema, "additionalProperties", cJSON_CreateFalse());
}

/* Exactly one of them must stand, where there are any. */
static void put_alternatives(struct maker *maker, cJSON *schema, const struct object_type *type)
{
    cJSON *ways = make_array(maker);
    for (const struct field *field = type->fields; field->name; field++)
        if (field->alternative)
            make_add(maker, ways, make_required(maker, field->name));
    if (cJSON_GetArraySize(ways) > 0)
        make_put(maker, schema, "oneOf", ways);
    else
        cJSON_Delete(ways);
}

static void put_object(struct maker *maker, cJSON *schema, const struct object_type *type)
{
    make_put_text(maker, schema, "type", "object");
    make_put_text(maker, schema, "description", type->doc);
    put_properties(maker, schema, type);
    put_alternatives(maker, schema, type);
    put_rules(maker, schema, type);
}

/* ---- the whole ---- */

static cJSON *definitions(struct maker *maker)
{
    cJSON *all = make_object(maker);
    char name[SCHEMA_NAME];
    for (size_t i = 0; object_types[i]; i++) {
        if (object_types[i] == &document_type)
            continue;
        cJSON *schema = make_object(maker);
        schema_name(object_types[i], name);
        put_object(maker, schema, object_types[i]);
        make_put(maker, all, name, schema);
    }
    make_put(maker, all, "no_queue", no_queue(maker));
    schema_put_values(maker, all);
    schema_put_distributions(maker, all);
    return all;
}

void scenario_schema(struct text *text)
{
    struct maker maker = {0};
    cJSON *schema = make_object(&maker);
    make_put_text(&maker, schema, "$schema", "https://json-schema.org/draft/2020-12/schema");
    make_put_text(&maker, schema, "title", "Scenario of tandem");
    put_object(&maker, schema, &document_type);
    make_put(&maker, schema, "$defs", definitions(&maker));
    char *json = maker.failed ? NULL : cJSON_Print(schema);
    cJSON_Delete(schema);
    if (json)
        text_addf(text, "%s\n", json);
    text->failed |= !json;
    cJSON_free(json);
}
