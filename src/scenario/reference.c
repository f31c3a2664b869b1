#include "scenario/reference.h"

#include "base/units.h"
#include "des/distribution.h"

/* How a value of each kind is written; what stands here is shown in a table. */
static const char *const spellings[] = {
    [FIELD_IGNORED] = "anything",
    [FIELD_TEXT] = "text",
    [FIELD_NAME] = "name",
    [FIELD_COUNT] = "whole number",
    [FIELD_LIMIT] = "whole number or `\"unlimited\"`",
    [FIELD_WHOLE] = "whole number",
    [FIELD_PRIORITY] = "whole number",
    [FIELD_SWITCH] = "`true` or `false`",
    [FIELD_TRUE] = "`true`",
    [FIELD_SHARE] = "share: `0.02`, `\"2%\"`",
    [FIELD_NUMBER] = "number",
    [FIELD_DURATION] = "duration: `\"5ms\"`",
    [FIELD_PAUSE] = "duration: `\"5ms\"`, or `\"none\"`",
    [FIELD_MEAN] = "duration: `\"5ms\"`",
    [FIELD_RATE] = "rate: `\"100/s\"`",
    [FIELD_SIZE] = "size: `\"2kB\"`",
    [FIELD_BANDWIDTH] = "bandwidth: `\"100Mbit/s\"`, or `\"unlimited\"`",
    [FIELD_DISTRIBUTION] = "distribution",
    [FIELD_PART] = "distribution",
    [FIELD_TIMEOUT] = "distribution, or `\"none\"`",
    [FIELD_REFERENCE] = "`\"COMPONENT.ENDPOINT\"`",
    [FIELD_TEXTS] = "array of texts",
    [FIELD_STEPS] = "array of steps",
    [FIELD_ENDPOINTS] = "object: a name for each array of steps",
    [FIELD_BETWEEN] = "array of two components, or `\"users\"` and one",
    [FIELD_FILE] = "file name",
    [FIELD_BATCH] = "whole number, or `{\"geometric\": MEAN}`",
    [FIELD_BROKER] = "`\"receiver\"`, `\"sender\"` or a component",
    [FIELD_COMPONENT] = "component",
    [FIELD_LINK] = "link",
    [FIELD_PLACE] = "component or link",
    [FIELD_GROUP] = "array of components and `\"users\"`",
    [FIELD_LOAD] = "name of an open load",
    [FIELD_WARMUP] = "duration: `\"5ms\"`, or `\"auto\"`",
    [FIELD_PATHS] = "path, or array of paths",
    [FIELD_VALUES] = "array of values",
    [FIELD_QUANTITY] = "number, or quantity with its unit",
};

static void add_choices(struct text *text, const char *const *choices)
{
    for (size_t i = 0; choices[i]; i++)
        text_addf(text, "%s`\"%s\"`", i ? ", " : "", choices[i]);
}

void scenario_reference_value(struct text *text, const struct field *field)
{
    switch (field->kind) {
    case FIELD_CHOICE:
    case FIELD_EITHER: add_choices(text, field->choices); break;
    case FIELD_CHOICES:
        text_add(text, "array of ");
        add_choices(text, field->choices);
        break;
    case FIELD_LOSS: text_addf(text, "share, or object: %s", field->of->name); break;
    case FIELD_BACKOFF: text_addf(text, "duration, or object: %s", field->of->name); break;
    case FIELD_OBJECT: text_addf(text, "object: %s", field->of->name); break;
    case FIELD_SWEEP: text_addf(text, "object: %s, or array of them", field->of->name); break;
    case FIELD_CLAIMS: text_addf(text, "array of texts, or of %s", field->of->name); break;
    case FIELD_LIST: text_addf(text, "array of %s", field->of->name); break;
    case FIELD_NAMED: text_addf(text, "object: a name for each %s", field->of->name); break;
    default: text_add(text, spellings[field->kind]); break;
    }
}

static void add_absent(struct text *text, const struct field *field)
{
    if (field->required)
        text_add(text, "required");
    else if (field->alternative)
        text_add(text, "one of these");
    else if (field->fallback)
        text_addf(text, "`%s`", field->fallback);
    else
        text_add(text, field->absent ? field->absent : "");
}

static void add_fields(struct text *text, const struct field *fields)
{
    for (const struct field *field = fields; field->name; field++) {
        text_addf(text, "| `%s` | ", field->name);
        scenario_reference_value(text, field);
        if (field_is_list(field) && field->max > 0.0)
            text_addf(text, ", at most %.0f", field->max);
        text_add(text, " | ");
        add_absent(text, field);
        text_addf(text, " | %s |\n", field->doc);
    }
}

static void add_object(struct text *text, const struct object_type *type)
{
    text_addf(text, "\n### %s\n\n%s.\n\n", type->name, type->doc);
    text_add(text, "| key | value | if absent | meaning |\n| --- | --- | --- | --- |\n");
    for (; type; type = type->beside)
        add_fields(text, type->fields);
}

static void add_distribution(struct text *text, const struct distribution_type *type)
{
    text_addf(text, "| `%s` | ", type->name);
    if (type == &distribution_empirical)
        text_add(text, "file name, or array of durations");
    else if (type == &distribution_mixture)
        text_add(text, "array of mixture part");
    for (int i = 0; type->parameters[i].name; i++)
        text_addf(text, "%s`%s`%s: %s", i ? "; " : "", type->parameters[i].name,
                  type->parameters[i].kind == PARAMETER_DURATION ? " (duration)" : "",
                  type->parameters[i].doc);
    text_addf(text, " | %s |\n", type->doc);
}

static void add_help(struct text *text)
{
    text_add(
        text,
        "\n## Help while writing\n\n"
        "`tandem new shop.json` writes a small scenario with comments, which runs, to start from; "
        "`tandem explain timeout` tells what a key, a metric or a distribution means; `tandem check` finds "
        "all "
        "mistakes.\n\n"
        "Editors that know JSON Schema complete keys, show what they mean and underline mistakes while you "
        "type. "
        "`tandem schema > scenario.schema.json` writes the schema; the key "
        "`\"$schema\": \"./scenario.schema.json\"` "
        "of a scenario beside it points there. The schema knows what each value looks like and which keys "
        "belong together; what depends on other parts of the scenario, such as whether a component exists, "
        "only `tandem check` tells. Where an editor objects to comments, let it treat the files as JSON with "
        "comments.\n");
}

static void add_paths(struct text *text)
{
    text_add(
        text,
        "\n## Paths and values\n\n"
        "`--set`, `--vary`, `\"sweep\"` and searches name a value by its path: `components.shop.workers`, "
        "`load[0].open.poisson` (or `load.0.open.poisson`), `policies.p.calls[\"bank.pay\"].mode`. "
        "`load.0.rate` is the load's `open.poisson` or `open.constant`, whichever stands there.\n\n"
        "| `--vary PATH=` | values |\n| --- | --- |\n"
        "| `1ms,5ms,20ms` | these |\n"
        "| `0ms..100ms:20ms` | from the first in steps, up to the second or down to it |\n"
        "| `1ms..1s/7` | seven at even distances |\n"
        "| `1ms..1s*7` | seven, each the same multiple of the one before |\n\n"
        "Several of these can stand behind each other, with commas; `PATH,PATH=` gives several paths the "
        "same "
        "value. A value in brackets, braces or quotation marks is JSON.\n");
}

void scenario_reference(struct text *text)
{
    text_add(
        text,
        "# Scenario reference\n\nWritten by `tandem list reference` from the tables that the reader works "
        "with. What it all means: [model.md](model.md).\n\n"
        "A scenario is one JSON object; `//` and `/* */` comments are allowed. Every duration, rate and size "
        "carries its unit: `");
    units_add_names(text, UNITS_DURATION, " ");
    text_add(text, "`, `100/s 6000/min 2/h`, `");
    units_add_names(text, UNITS_SIZE, " ");
    text_add(text, "`, `100Mbit/s 1.5MB/s`.\n\n## Objects and their keys\n");
    for (size_t i = 0; object_types[i]; i++)
        add_object(text, object_types[i]);
    text_add(
        text,
        "\n## Distributions\n\n"
        "A bare duration is constant; else an object with one key, the name: `{\"exponential\": \"5ms\"}`, "
        "`{\"uniform\": [\"1ms\", \"9ms\"]}`, `{\"lognormal\": {\"mean\": \"40ms\", \"cv\": 1.5}}`.\n\n"
        "| name | parameters | what it is |\n| --- | --- | --- |\n");
    for (size_t i = 0; distribution_types[i]; i++)
        add_distribution(text, distribution_types[i]);
    add_paths(text);
    add_help(text);
}
