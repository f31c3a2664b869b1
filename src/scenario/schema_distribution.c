/* Distributions in a JSON Schema. What a kind needs is found by asking its prepare(): no list says it twice.
 */
#include <math.h>

#include "des/distribution.h"
#include "scenario/schema_make.h"

/* ---- parameters ---- */

static int count_parameters(const struct distribution_type *type)
{
    int n = 0;
    while (n < DISTRIBUTION_PARAMETERS && type->parameters[n].name)
        n++;
    return n;
}

/* Would the kind do with `value` in the place of parameter `i`, and good values in the others'? The
 * durations among these rise from `first_ns` on: the least, the most. */
static bool is_accepted_behind(const struct distribution_type *type, int i, double value, double first_ns)
{
    struct distribution d = {.type = type};
    struct error error = {0};
    for (int k = 0; k < DISTRIBUTION_PARAMETERS; k++)
        d.parameters[k] = k >= count_parameters(type)                      ? (double)NAN
                          : type->parameters[k].kind == PARAMETER_DURATION ? first_ns * (k + 1)
                                                                           : 2.0;
    d.parameters[i] = value;
    bool good = distribution_prepare(&d, &error);
    error_finish(&error);
    return good;
}

static bool is_accepted(const struct distribution_type *type, int i, double value)
{
    return is_accepted_behind(type, i, value, 1e6);
}

/* Not even where the least is 0, too. */
static bool is_never_0(const struct distribution_type *type, int i)
{
    return !is_accepted(type, i, 0.0) && !is_accepted_behind(type, i, 0.0, 0.0);
}

static bool is_needed(const struct distribution_type *type, int i)
{
    return !is_accepted(type, i, (double)NAN);
}

static cJSON *parameter(struct maker *maker, const struct distribution_type *type, int i)
{
    bool above_0 = is_never_0(type, i);
    cJSON *schema = NULL;
    if (type->parameters[i].kind == PARAMETER_DURATION) {
        schema = make_reference(maker, above_0 ? "duration_above_0" : "duration");
    } else {
        schema = make_type(maker, is_accepted(type, i, 2.5) ? "number" : "integer");
        if (is_accepted(type, i, 0.999) || !is_accepted(type, i, 1.0))
            make_put_number(maker, schema, above_0 ? "exclusiveMinimum" : "minimum", 0.0);
        else
            make_put_number(maker, schema, "minimum", 1.0);
    }
    make_put_text(maker, schema, "description", type->parameters[i].doc);
    return schema;
}

/* ---- spellings: {"mean": ..., "cv": ...}, ["1ms", "9ms"], and the first parameter alone ---- */

static cJSON *by_name(struct maker *maker, const struct distribution_type *type)
{
    cJSON *schema = make_type(maker, "object"), *properties = make_object(maker),
          *required = make_array(maker);
    for (int i = 0; i < count_parameters(type); i++) {
        make_put(maker, properties, type->parameters[i].name, parameter(maker, type, i));
        if (is_needed(type, i))
            make_add_text(maker, required, type->parameters[i].name);
    }
    make_put(maker, schema, "properties", properties);
    make_put(maker, schema, "required", required);
    make_put(maker, schema, "additionalProperties", cJSON_CreateFalse());
    return schema;
}

static int count_needed(const struct distribution_type *type)
{
    int n = count_parameters(type);
    while (n > 0 && !is_needed(type, n - 1))
        n--;
    return n;
}

static cJSON *by_place(struct maker *maker, const struct distribution_type *type)
{
    cJSON *schema = make_type(maker, "array"), *items = make_array(maker);
    for (int i = 0; i < count_parameters(type); i++)
        make_add(maker, items, parameter(maker, type, i));
    make_put(maker, schema, "prefixItems", items);
    make_put_number(maker, schema, "minItems", count_needed(type));
    make_put_number(maker, schema, "maxItems", count_parameters(type));
    return schema;
}

/* Only the first spelling of a name can be told by place. */
static void add_spellings(struct maker *maker, cJSON *spellings, const struct distribution_type *type)
{
    make_add(maker, spellings, by_name(maker, type));
    if (distribution_type_find(type->name, NULL) != type)
        return;
    make_add(maker, spellings, by_place(maker, type));
    if (count_needed(type) <= 1)
        make_add(maker, spellings, parameter(maker, type, 0));
}

static cJSON *kind_value(struct maker *maker, const struct distribution_type *type)
{
    if (type == &distribution_empirical)
        return make_either(maker, make_type(maker, "string"),
                           make_list(maker, make_reference(maker, "duration"), 1));
    if (type == &distribution_mixture)
        return make_list(maker, schema_object(maker, &mixture_part_type), 1);
    cJSON *schema = make_object(maker);
    make_put(maker, schema, "anyOf", make_array(maker));
    return schema;
}

/* ---- kinds ---- */

static void put_kind(struct maker *maker, cJSON *properties, const struct distribution_type *type)
{
    cJSON *kind = cJSON_GetObjectItemCaseSensitive(properties, type->name);
    if (!kind) {
        kind = kind_value(maker, type);
        make_put_text(maker, kind, "description", type->doc);
        make_put(maker, properties, type->name, kind);
        kind = cJSON_GetObjectItemCaseSensitive(properties, type->name);
    }
    if (type->parameters[0].name)
        add_spellings(maker, cJSON_GetObjectItemCaseSensitive(kind, "anyOf"), type);
}

void schema_put_distributions(struct maker *maker, cJSON *definitions)
{
    cJSON *schema = make_type(maker, "object"), *properties = make_object(maker);
    for (size_t i = 0; distribution_types[i]; i++)
        put_kind(maker, properties, distribution_types[i]);
    make_put_text(maker, schema, "description", "a distribution of durations: one key, its name");
    make_put(maker, schema, "properties", properties);
    make_put(maker, schema, "additionalProperties", cJSON_CreateFalse());
    make_put_number(maker, schema, "minProperties", 1.0);
    make_put_number(maker, schema, "maxProperties", 1.0);
    make_put(maker, definitions, "distribution_object", schema);
    make_put(
        maker, definitions, "distribution",
        make_either(maker, make_reference(maker, "duration"), make_reference(maker, "distribution_object")));
    make_put(maker, definitions, "distribution_above_0",
             make_either(maker, make_reference(maker, "duration_above_0"),
                         make_reference(maker, "distribution_object")));
}
