/* What values look like in a JSON Schema: quantities are texts of a pattern. */
#include <stdio.h>

#include "base/text.h"
#include "base/units.h"
#include "scenario/names.h"
#include "scenario/schema_make.h"

/* ---- patterns ---- */

/* A number as in JSON, and one that is not 0. A text can hold more digits than the reader takes, or be too
 * small or too large: that no pattern shows. */
#define NUMBER  "(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?"
#define ABOVE_0 "(?=[0-9.]*[1-9])"

/* From 0 to 1, or from 0% to 100%; what has an exponent may be more, which the reader tells. */
#define SHARE                                         \
    "((0(\\.[0-9]+)?|1(\\.0+)?)(e[-+]?[0-9]+)?|"      \
    "(0|[1-9][0-9]?)(\\.[0-9]+)?([eE][-+]?[0-9]+)?%|" \
    "100(\\.0+)?%)"

static const char any_number[] = NUMBER, number_above_0[] = ABOVE_0 NUMBER;

/* A number and one of the units. */
static const struct quantity {
    const char *name, *number;
    enum units_quantity units;
    const char *example, *doc;
} quantities[] = {
    {"duration", any_number, UNITS_DURATION, units_duration_example, "a duration with its unit"},
    {"duration_above_0", number_above_0, UNITS_DURATION, units_duration_example,
     "a duration above 0 with its unit"},
    {"rate", any_number, UNITS_RATE, units_rate_example, "a rate with its unit"},
    {"rate_above_0", number_above_0, UNITS_RATE, units_rate_example, "a rate above 0 with its unit"},
    {"size", any_number, UNITS_SIZE, units_size_example, "a size with its unit"},
    {"bandwidth", number_above_0, UNITS_BANDWIDTH, units_bandwidth_example, "a bandwidth with its unit"},
};

static void put_text(struct maker *maker, cJSON *definitions, const char *name, const char *pattern,
                     const char *example, const char *doc)
{
    cJSON *schema = make_type(maker, "string"), *examples = make_array(maker);
    make_put_text(maker, schema, "pattern", pattern);
    make_put_text(maker, schema, "description", doc);
    make_add(maker, examples, make_parsed(maker, example));
    make_put(maker, schema, "examples", examples);
    make_put(maker, definitions, name, schema);
}

static void put_quantity(struct maker *maker, cJSON *definitions, const struct quantity *quantity)
{
    struct text pattern = {0};
    text_addf(&pattern, "^%s(", quantity->number);
    units_add_names(&pattern, quantity->units, "|");
    text_add(&pattern, ")$");
    maker->failed |= pattern.failed;
    put_text(maker, definitions, quantity->name, text_string(&pattern), quantity->example, quantity->doc);
    text_finish(&pattern);
}

/* One with any unit, or none. */
static void put_any_quantity(struct maker *maker, cJSON *definitions)
{
    struct text pattern = {0};
    text_add(&pattern, "^-?" NUMBER "(");
    for (enum units_quantity units = UNITS_DURATION; units <= UNITS_BANDWIDTH; units++) {
        units_add_names(&pattern, units, "|");
        text_add(&pattern, "|");
    }
    text_add(&pattern, "%)?$");
    maker->failed |= pattern.failed;
    put_text(maker, definitions, "quantity", text_string(&pattern), units_duration_example,
             "a number with any unit, or none");
    text_finish(&pattern);
}

static void put_share_texts(struct maker *maker, cJSON *definitions)
{
    put_text(maker, definitions, "share_text", "^" SHARE "$", "\"2%\"", "a share, from \"0%\" to \"100%\"");
    put_text(maker, definitions, "share_text_above_0", "^" ABOVE_0 SHARE "$", "\"2%\"",
             "a share above 0, up to \"100%\"");
}

static void put_share(struct maker *maker, cJSON *definitions, bool above_0)
{
    cJSON *number = make_type(maker, "number");
    make_put_number(maker, number, above_0 ? "exclusiveMinimum" : "minimum", 0.0);
    make_put_number(maker, number, "maximum", 1.0);
    cJSON *schema =
        make_either(maker, number, make_reference(maker, above_0 ? "share_text_above_0" : "share_text"));
    make_put_text(maker, schema, "description", "a share: 0.02 or \"2%\"");
    make_put(maker, definitions, above_0 ? "share_above_0" : "share", schema);
}

static void put_named(struct maker *maker, cJSON *definitions, const char *key, const char *pattern,
                      const char *doc)
{
    cJSON *schema = make_type(maker, "string");
    make_put_text(maker, schema, "pattern", pattern);
    make_put_text(maker, schema, "description", doc);
    make_put(maker, definitions, key, schema);
}

static void put_names(struct maker *maker, cJSON *definitions)
{
    char name[64], pattern[400];
    snprintf(name, sizeof name, "[A-Za-z0-9][A-Za-z0-9_-]{0,%d}", NAME_LONGEST - 1);
    snprintf(pattern, sizeof pattern, "^%s$", name);
    put_named(maker, definitions, "name", pattern, "letters, digits, _ and -");
    snprintf(pattern, sizeof pattern, "^(?!users$)%s$", name);
    put_named(maker, definitions, "free_name", pattern, "letters, digits, _ and -; \"users\" is taken");
    snprintf(pattern, sizeof pattern, "^%s\\.%s$", name, name);
    put_named(maker, definitions, "endpoint", pattern, "COMPONENT.ENDPOINT");
    snprintf(pattern, sizeof pattern, "^( *(users|%s\\.%s) *->)? *%s\\.%s *$", name, name, name, name);
    put_named(maker, definitions, "calls", pattern, "CALLEE or CALLER -> CALLEE");
}

static void put_steps(struct maker *maker, cJSON *definitions)
{
    cJSON *step = make_type(maker, "object"), *kinds = make_array(maker);
    for (size_t i = 0; step_types[i]; i++)
        make_add(maker, kinds, schema_object(maker, step_types[i]));
    make_put(maker, step, "oneOf", kinds);
    make_put_text(maker, step, "description", "a step: one key tells what it does");
    make_put(maker, definitions, "step", step);
    make_put(maker, definitions, "steps", make_list(maker, make_reference(maker, "step"), 0));
}

void schema_put_values(struct maker *maker, cJSON *definitions)
{
    for (size_t i = 0; i < sizeof quantities / sizeof *quantities; i++)
        put_quantity(maker, definitions, &quantities[i]);
    put_any_quantity(maker, definitions);
    put_share_texts(maker, definitions);
    put_share(maker, definitions, false);
    put_share(maker, definitions, true);
    put_names(maker, definitions);
    put_steps(maker, definitions);
}

/* ---- kinds of values ---- */

static cJSON *whole(struct maker *maker, double min, double max)
{
    cJSON *schema = make_type(maker, "integer");
    make_put_number(maker, schema, "minimum", min);
    make_put_number(maker, schema, "maximum", max);
    return schema;
}

static cJSON *number(struct maker *maker, const struct field *field)
{
    bool above = field->positive && field->min <= 0.0;
    cJSON *schema = make_type(maker, "number");
    make_put_number(maker, schema, above ? "exclusiveMinimum" : "minimum", field->min);
    make_put_number(maker, schema, "maximum", field->max);
    return schema;
}

static cJSON *choice(struct maker *maker, const char *const *choices)
{
    cJSON *schema = make_object(maker), *words = make_array(maker);
    for (size_t i = 0; choices[i]; i++)
        make_add_text(maker, words, choices[i]);
    make_put(maker, schema, "enum", words);
    return schema;
}

static cJSON *unique(struct maker *maker, cJSON *items, int least)
{
    cJSON *schema = make_list(maker, items, least);
    make_put(maker, schema, "uniqueItems", cJSON_CreateTrue());
    return schema;
}

static cJSON *between(struct maker *maker)
{
    cJSON *schema = unique(maker, make_reference(maker, "name"), 2);
    make_put_number(maker, schema, "maxItems", 2.0);
    return schema;
}

/* An object that gives names to what stands in it. */
static cJSON *names(struct maker *maker, const char *keys, cJSON *values, bool some)
{
    cJSON *schema = make_type(maker, "object");
    make_put(maker, schema, "propertyNames", make_reference(maker, keys));
    make_put(maker, schema, "additionalProperties", values);
    if (some)
        make_put_number(maker, schema, "minProperties", 1.0);
    return schema;
}

static cJSON *named(struct maker *maker, const struct field *field)
{
    const char *keys = field->of == &rule_type ? "calls" : field->of == &link_type ? "name" : "free_name";
    cJSON *schema = names(maker, keys, schema_object(maker, field->of), field->required);
    if (field->max > 0.0)
        make_put_number(maker, schema, "maxProperties", field->max);
    return schema;
}

static cJSON *several(struct maker *maker, cJSON *one, cJSON *items, double most)
{
    cJSON *list = make_list(maker, items, 1);
    make_put_number(maker, list, "maxItems", most);
    return make_either(maker, one, list);
}

static cJSON *refer(struct maker *maker, const char *name, bool above_0)
{
    char whole_name[SCHEMA_NAME];
    snprintf(whole_name, sizeof whole_name, "%s%s", name, above_0 ? "_above_0" : "");
    return make_reference(maker, whole_name);
}

/* Lists may be empty where nothing needs them. */
static int least(const struct field *field)
{
    return field->required || field->alternative;
}

static cJSON *list_of(struct maker *maker, const struct field *field, cJSON *items)
{
    cJSON *schema = make_list(maker, items, least(field));
    if (field->max > 0.0)
        make_put_number(maker, schema, "maxItems", field->max);
    return schema;
}

/* Values that refer to something, or are a quantity: a definition says how they look. */
static cJSON *quantity_value(struct maker *maker, const struct field *field)
{
    bool above_0 = field->positive;
    switch (field->kind) {
    case FIELD_SHARE: return refer(maker, "share", above_0);
    case FIELD_DURATION: return refer(maker, "duration", above_0);
    case FIELD_PAUSE: return make_either(maker, refer(maker, "duration", above_0), make_word(maker, "none"));
    case FIELD_MEAN: return refer(maker, "duration", true);
    case FIELD_RATE: return refer(maker, "rate", above_0);
    case FIELD_SIZE: return refer(maker, "size", false);
    case FIELD_BANDWIDTH:
        return make_either(maker, refer(maker, "bandwidth", false), make_word(maker, "unlimited"));
    case FIELD_DISTRIBUTION:
    case FIELD_PART: return refer(maker, "distribution", above_0);
    case FIELD_TIMEOUT:
        return make_either(maker, refer(maker, "distribution", true), make_word(maker, "none"));
    case FIELD_WARMUP: return make_either(maker, refer(maker, "duration", false), make_word(maker, "auto"));
    case FIELD_BACKOFF:
        return make_either(maker, refer(maker, "duration", false), schema_object(maker, field->of));
    case FIELD_LOSS: return make_either(maker, refer(maker, "share", false), schema_object(maker, field->of));
    case FIELD_NAME:
    case FIELD_BROKER:
    case FIELD_COMPONENT:
    case FIELD_LINK:
    case FIELD_PLACE:
    case FIELD_LOAD: return refer(maker, "name", false);
    case FIELD_REFERENCE: return refer(maker, "endpoint", false);
    case FIELD_STEPS: return refer(maker, "steps", false);
    default: return make_object(maker); /* anything */
    }
}

cJSON *schema_value(struct maker *maker, const struct field *field)
{
    static const double largest_priority = 1e9, largest_batch = 1e6;
    switch (field->kind) {
    case FIELD_TEXT:
    case FIELD_FILE: return make_type(maker, "string");
    case FIELD_COUNT:
    case FIELD_WHOLE: return whole(maker, field->min, field->max);
    case FIELD_LIMIT:
        return make_either(maker, whole(maker, field->min, field->max), make_word(maker, "unlimited"));
    case FIELD_PRIORITY: return whole(maker, -largest_priority, largest_priority);
    case FIELD_SWITCH: return make_type(maker, "boolean");
    case FIELD_TRUE: return make_parsed(maker, "{\"const\": true}");
    case FIELD_NUMBER: return number(maker, field);
    case FIELD_CHOICE:
    case FIELD_EITHER: return choice(maker, field->choices);
    case FIELD_CHOICES: return unique(maker, choice(maker, field->choices), 1);
    case FIELD_OBJECT: return schema_object(maker, field->of);
    case FIELD_LIST: return list_of(maker, field, schema_object(maker, field->of));
    case FIELD_TEXTS: return list_of(maker, field, make_type(maker, "string"));
    case FIELD_CLAIMS:
        return list_of(maker, field,
                       make_either(maker, make_type(maker, "string"), schema_object(maker, field->of)));
    case FIELD_NAMED: return named(maker, field);
    case FIELD_ENDPOINTS: return names(maker, "name", make_reference(maker, "steps"), field->required);
    case FIELD_BETWEEN: return between(maker);
    case FIELD_GROUP: return unique(maker, make_reference(maker, "name"), 1);
    case FIELD_BATCH:
        return make_either(maker, whole(maker, 1.0, largest_batch), schema_object(maker, &geometric_type));
    case FIELD_SWEEP: {
        cJSON *one = schema_object(maker, field->of);
        return several(maker, one, schema_object(maker, field->of), field->max);
    }
    case FIELD_PATHS:
        return several(maker, make_type(maker, "string"), make_type(maker, "string"), field->max);
    case FIELD_VALUES: return list_of(maker, field, make_object(maker));
    case FIELD_QUANTITY:
        return make_either(maker, make_type(maker, "number"), make_reference(maker, "quantity"));
    default: return quantity_value(maker, field);
    }
}
