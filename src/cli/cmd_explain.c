#include <string.h>

#include "cli/command.h"
#include "cli/metric_patterns.h"
#include "cli/print.h"
#include "des/distribution.h"
#include "report/wrap.h"
#include "scenario/keys.h"
#include "scenario/reference.h"

static const struct option options[] = {COMMON_OPTIONS};

/* What explanations stand in: "    name        text" */
enum { INDENT = 4, LABEL = 12 };

static void add_line(struct text *text, const char *label, const char *string)
{
    text_addf(text, "%*s%-*s", INDENT, "", LABEL, label);
    wrap_add(text, string, print_style().width - INDENT - LABEL, INDENT + LABEL);
}

static void add_doc(struct text *text, const char *doc)
{
    text_addf(text, "%*s", INDENT, "");
    wrap_add(text, doc, print_style().width - INDENT, INDENT);
}

/* Takes the text's string and empties the text. */
static void add_made(struct text *text, const char *label, struct text *made)
{
    text->failed |= made->failed;
    add_line(text, label, text_string(made));
    text_finish(made);
}

/* One explanation stands apart from the next. */
static void begin(struct text *text, const char *name)
{
    text_addf(text, "%s%s\n", text->length ? "\n" : "", name);
}

/* ---- keys ---- */

static void add_value(struct text *text, const struct field *field)
{
    struct text value = {0}, plain = {0};
    scenario_reference_value(&value, field);
    for (const char *p = text_string(&value); *p; p++)
        if (*p != '`')
            text_add_bytes(&plain, p, 1);
    plain.failed |= value.failed;
    text_finish(&value);
    if (field->positive)
        text_add(&plain, ", above 0");
    if (field->max > 0.0 && (field->positive || field_is_list(field)))
        text_addf(&plain, ", at most %.15g", field->max);
    else if (field->max > 0.0)
        text_addf(&plain, ", from %.15g to %.15g", field->min, field->max);
    add_made(text, "value", &plain);
}

static void add_absent(struct text *text, const struct field *field)
{
    if (field->required)
        add_line(text, "if absent", "it is required");
    else if (field->alternative)
        add_line(text, "if absent", "one of its alternatives is required");
    else if (field->fallback)
        add_line(text, "if absent", field->fallback);
    else if (field->absent)
        add_line(text, "if absent", field->absent);
}

static void add_held(struct text *text, const struct field *field)
{
    struct text names = {0};
    for (const struct object_type *type = field->of; type; type = type->beside)
        for (const struct field *held = type->fields; held->name; held++)
            text_addf(&names, "%s%s", names.length ? ", " : "", held->name);
    if (field->of)
        add_made(text, "holds", &names);
    else
        text_finish(&names);
}

static void add_key(struct text *text, const struct key_list *list, const struct field *field)
{
    struct text example = {0};
    begin(text, field->name);
    add_doc(text, field->doc);
    const char *label = "stands in";
    for (size_t i = 0; i < list->n; i++)
        if (list->places[i].field == field) {
            add_line(text, label, list->places[i].path);
            label = "";
        }
    add_value(text, field);
    add_held(text, field);
    add_absent(text, field);
    text_addf(&example, "\"%s\": ", field->name);
    key_add_example(&example, field);
    add_made(text, "example", &example);
}

static bool stands_before(const struct key_list *list, size_t place)
{
    for (size_t i = 0; i < place; i++)
        if (list->places[i].field == list->places[place].field)
            return true;
    return false;
}

/* A key that stands in several places is told once. */
static void explain_keys(struct text *text, const char *word)
{
    struct key_list list = {0};
    keys_find(word, &list);
    for (size_t i = 0; i < list.n; i++)
        if (!stands_before(&list, i))
            add_key(text, &list, list.places[i].field);
    text->failed |= list.failed;
    key_list_finish(&list);
}

/* ---- distributions ---- */

static void add_distribution_example(struct text *text, const struct distribution_type *type)
{
    struct text example = {0};
    if (type == &distribution_empirical)
        text_add(&example, "{\"empirical\": [\"1ms\", \"2ms\", \"9ms\"]}");
    else if (type == &distribution_mixture)
        text_add(&example, "{\"mixture\": [{\"weight\": 1, \"of\": \"5ms\"}]}");
    else
        text_addf(&example, "{\"%s\": {", type->name);
    int n = 0;
    for (; n < DISTRIBUTION_PARAMETERS && type->parameters[n].name; n++)
        text_addf(&example,
                  type->parameters[n].kind == PARAMETER_DURATION ? "%s\"%s\": \"%dms\"" : "%s\"%s\": %d",
                  n ? ", " : "", type->parameters[n].name,
                  type->parameters[n].kind == PARAMETER_DURATION ? 5 * (n + 1) : 2);
    text_add(&example, n ? "}}" : "");
    add_made(text, "example", &example);
}

static void explain_distributions(struct text *text, const char *word)
{
    for (size_t i = 0; distribution_types[i]; i++) {
        const struct distribution_type *type = distribution_types[i];
        if (strcmp(type->name, word) != 0)
            continue;
        begin(text, type->name);
        add_doc(text, type->doc);
        add_line(text, "is", "a distribution of durations");
        for (int k = 0; k < DISTRIBUTION_PARAMETERS && type->parameters[k].name; k++) {
            struct text doc = {0};
            text_addf(&doc, "%s (%s)", type->parameters[k].doc,
                      type->parameters[k].kind == PARAMETER_DURATION ? "a duration" : "a number");
            add_made(text, type->parameters[k].name, &doc);
        }
        add_distribution_example(text, type);
    }
}

/* ---- metrics ---- */

static void add_metric(struct text *text, const struct metric *metric)
{
    static const char *const units[METRIC_UNITS] = {
        [METRIC_SECONDS] = "s: seconds",
        [METRIC_PER_SECOND] = "1/s: per second",
        [METRIC_SHARE] = "a share, from 0 to 1",
        [METRIC_COUNT] = "1: a number",
    };
    struct text example = {0};
    begin(text, metric->name);
    add_doc(text, metric->meaning);
    add_line(text, "is",
             metric_pattern_is_open(metric)
                 ? "a metric of every policy; names in capitals stand for any such name"
                 : "a metric of every policy");
    add_line(text, "unit", units[metric->unit]);
    text_addf(&example, "tandem run --get POLICY.%s FILE", metric->name);
    add_made(text, "example", &example);
}

static void add_metric_line(struct text *text, const struct metric *metric)
{
    text_addf(text, "%s\n%*s%s (%s)\n", metric->name, INDENT, "", metric->meaning,
              metric_unit_names[metric->unit]);
}

static void add_matching(struct text *text, const struct metric_patterns *patterns, const char *word,
                         enum metric_match wanted,
                         void (*add)(struct text *text, const struct metric *metric))
{
    for (size_t i = 0; i < patterns->n; i++)
        if (!metric_pattern_is_again(&patterns->metrics[i]) &&
            metric_pattern_match(&patterns->metrics[i], word) == wanted)
            add(text, &patterns->metrics[i]);
}

/* In full where the word is a metric's whole name, else those that begin so, in short. */
static void explain_metrics(struct text *text, const struct metric_patterns *patterns, const char *word)
{
    struct text found = {0};
    add_matching(&found, patterns, word, METRIC_SAME, add_metric);
    if (found.length == 0)
        add_matching(&found, patterns, word, METRIC_BEGIN, add_metric_line);
    if (found.length)
        text_addf(text, "%s%s", text->length ? "\n" : "", text_string(&found));
    text->failed |= found.failed;
    text_finish(&found);
}

/* ---- the command ---- */

static enum exit_code unknown_word(const struct metric_patterns *patterns, const char *word)
{
    enum { MOST_NAMES = 2048 };
    const char *names[MOST_NAMES], *key = keys_nearest(word);
    size_t n = 0;
    if (key)
        names[n++] = key;
    for (size_t i = 0; distribution_types[i] && n < MOST_NAMES; i++)
        names[n++] = distribution_types[i]->name;
    for (size_t i = 0; i < patterns->n && n < MOST_NAMES; i++)
        names[n++] = patterns->metrics[i].name;
    return complain_unknown("explain ", "key, metric or distribution", word, names, n);
}

static enum exit_code explain(const struct metric_patterns *patterns, const char *word, struct text *text)
{
    size_t before = text->length;
    explain_keys(text, word);
    explain_distributions(text, word);
    explain_metrics(text, patterns, word);
    return text->length > before || text->failed ? EXIT_OK : unknown_word(patterns, word);
}

static enum exit_code run(const struct arguments *arguments, char *const *argv)
{
    (void)argv;
    struct metric_patterns patterns;
    struct error error = {0};
    struct text text = {0};
    enum exit_code worst = EXIT_OK;
    if (arguments->n_operands == 0)
        return complain_usage("explain ", "explain needs a KEY, METRIC or DISTRIBUTION");
    if (!metric_patterns_init(&patterns, (const char *const *)arguments->operands, arguments->n_operands,
                              &error)) {
        complain("%s", error_text(&error));
        error_finish(&error);
        return EXIT_IO;
    }
    for (size_t i = 0; i < arguments->n_operands; i++) {
        enum exit_code code = explain(&patterns, arguments->operands[i], &text);
        worst = code > worst ? code : worst;
    }
    metric_patterns_finish(&patterns);
    return print_text(&text) ? worst : EXIT_IO;
}

const struct command command_explain = {
    .name = "explain",
    .operands = "KEY | METRIC | DISTRIBUTION...",
    .summary = "Tell what a key, a metric or a distribution means",
    .details =
        "A key by its name, in all places where it stands, or by as much of its path as tells it from\n"
        "others; a metric with or without its policy and the component it is of, or how several begin.\n",
    .examples = "  tandem explain timeout\n"
                "  tandem explain policies.timeout response.p99 lognormal\n",
    .options = options,
    .run = run,
};
