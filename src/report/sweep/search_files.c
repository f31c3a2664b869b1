#include "report/sweep/search_files.h"

#include <math.h>
#include <stdlib.h>

#include "base/version.h"
#include "experiment/files.h"
#include "report/csv.h"
#include "report/json.h"
#include "report/sweep/search_table.h"
#include "report/sweep/sweep_view.h"
#include "report/unit.h"

static const char *verdict_of(const struct search_probe *probe)
{
    static const char *const words[] = {
        [GOAL_UNDECIDED] = "undecided", [GOAL_MET] = "met", [GOAL_MISSED] = "missed"};
    return probe->refusal ? "refused" : words[probe->try.verdict];
}

/* ---- CSV ---- */

static void add_column(struct text *text, const struct goal_claim *claim, const char *ending)
{
    char *column = text_format("%s%s%s", claim->shown, ending, unit_suffix(claim->claim.unit).chars);
    csv_string(text, column ? column : "");
    text->failed |= !column;
    free(column);
}

static void add_header(struct text *text, const struct search *search)
{
    char *value = sweep_axis_column(&search->space->axis);
    csv_string(text, "policy");
    csv_string(text, value ? value : "");
    csv_string(text, "verdict");
    csv_string(text, "grows");
    csv_string(text, "replications");
    for (size_t i = 0; i < search->goal->n_claims; i++) {
        add_column(text, &search->goal->claims[i], "");
        add_column(text, &search->goal->claims[i], ".half_width");
    }
    csv_end_line(text);
    text->failed |= !value;
    free(value);
}

static void add_line(struct text *text, const struct search *search, const struct search_policy *policy,
                     const struct search_probe *probe)
{
    const struct goal_finding *findings = probe->judgement.findings;
    csv_string(text, policy->name);
    csv_number(text, probe->try.x);
    csv_string(text, verdict_of(probe));
    csv_number(text, probe->grows);
    csv_number(text, probe->replications);
    for (size_t i = 0; i < search->goal->n_claims; i++) {
        csv_number(text, findings ? findings[i].shown.mean : (double)NAN);
        csv_number(text, findings ? findings[i].shown.half_width : (double)NAN);
    }
    csv_end_line(text);
}

void search_add_csv(struct text *text, const struct search *search)
{
    add_header(text, search);
    for (size_t p = 0; p < search->n_policies; p++)
        for (size_t i = 0; i < search->policies[p].n_probes; i++)
            add_line(text, search, &search->policies[p], &search->policies[p].probes[i]);
}

/* ---- JSON ---- */

static void add_string_or_null(struct json *json, const char *key, const char *value)
{
    if (value)
        json_string(json, key, value);
    else
        json_null(json, key);
}

static void add_finding(struct json *json, const struct goal_claim *claim, const struct goal_finding *finding)
{
    static const char *const words[] = {
        [GOAL_UNDECIDED] = "undecided", [GOAL_MET] = "met", [GOAL_MISSED] = "missed"};
    json_open_flat(json, NULL, '{');
    json_string(json, "claim", claim->text);
    json_string(json, "verdict", words[finding->verdict]);
    json_string(json, "shown", claim->shown);
    json_number(json, "value", finding->shown.mean);
    json_number(json, "half_width", finding->shown.half_width);
    json_string(json, "unit", unit_name(claim->claim.unit).chars);
    add_string_or_null(json, "reason", finding->reason);
    json_close(json, '}');
}

static void add_probe(struct json *json, const struct search *search, const struct search_probe *probe)
{
    json_open(json, NULL, '{');
    json_string(json, "value", probe->value.chars);
    json_number(json, "number", probe->try.x);
    json_string(json, "verdict", verdict_of(probe));
    json_switch(json, "grows", probe->grows);
    json_integer(json, "replications", probe->replications);
    add_string_or_null(json, "refusal", probe->refusal);
    json_open(json, "claims", '[');
    for (size_t i = 0; i < probe->judgement.n; i++)
        add_finding(json, &search->goal->claims[i], &probe->judgement.findings[i]);
    json_close(json, ']');
    json_close(json, '}');
}

static void add_place(struct json *json, const char *key, const struct search_policy *policy, int place)
{
    const struct search_probe *probe = search_probe_at(policy, place);
    add_string_or_null(json, key, probe ? probe->value.chars : NULL);
}

static void add_policy(struct json *json, const struct search *search, const struct search_policy *policy)
{
    static const char *const outcomes[] = {
        [SEARCH_FOUND] = "found",         [SEARCH_NO_LIMIT] = "no limit", [SEARCH_NEVER] = "never",
        [SEARCH_UNDECIDED] = "undecided", [SEARCH_LACKING] = "lacking",   [SEARCH_STOPPED] = "stopped"};
    const struct search_bracket *bracket = &policy->bracket;
    json_open(json, NULL, '{');
    json_string(json, "name", policy->name);
    json_string(json, "outcome", outcomes[search_outcome(policy)]);
    json_switch(json, "finished", policy->finished || policy->lacking);
    add_place(json, "met", policy, bracket->met);
    add_place(json, "missed", policy, bracket->missed);
    json_open_flat(json, "undecided", '[');
    if (bracket->easiest_undecided != SEARCH_NONE) {
        add_place(json, NULL, policy, bracket->easiest_undecided);
        add_place(json, NULL, policy, bracket->hardest_undecided);
    }
    json_close(json, ']');
    add_place(json, "contradiction", policy, bracket->contradiction);
    add_string_or_null(json, "lacking", policy->lacking);
    json_open(json, "tried", '[');
    for (size_t i = 0; i < policy->n_probes; i++)
        add_probe(json, search, &policy->probes[i]);
    json_close(json, ']');
    json_close(json, '}');
}

static void add_question(struct json *json, const struct search *search)
{
    const struct search_space *space = search->space;
    json_string(json, "search", space->direction == SEARCH_MAX ? "max" : "min");
    json_open_flat(json, "paths", '[');
    for (size_t i = 0; i < space->axis.n_paths; i++)
        json_string(json, NULL, space->axis.paths[i]);
    json_close(json, ']');
    json_string(json, "unit", sweep_axis_unit(&space->axis));
    json_switch(json, "whole", space->whole);
    json_string(json, "goal", search->goal->text);
    json_number(json, "resolution", space->resolution);
    json_number(json, "confidence", search->confidence);
    json_open_flat(json, "replications", '[');
    json_integer(json, NULL, search->first_replications);
    json_integer(json, NULL, search->most_replications);
    json_close(json, ']');
}

void search_add_json(struct text *text, const struct search *search, const struct report_source *source)
{
    struct json json = {.text = text};
    json_open(&json, NULL, '{');
    if (source) {
        report_add_source(&json, search->name, source);
    } else {
        json_string(&json, "version", tandem_version);
        json_string(&json, "name", search->name);
    }
    json_integer(&json, "seed", search->run.seed);
    add_question(&json, search);
    json_open(&json, "policies", '[');
    for (size_t p = 0; p < search->n_policies; p++)
        add_policy(&json, search, &search->policies[p]);
    json_close(&json, ']');
    json_close(&json, '}');
}

bool search_files_write(const struct search *search, const struct report_source *source, const char *folder,
                        struct error *error)
{
    struct text csv = {0}, json = {0};
    search_add_csv(&csv, search);
    search_add_json(&json, search, source);
    bool ok = folder_make(folder, error) && report_write_text(folder, "search.csv", &csv, error) &&
              report_write_text(folder, "search.json", &json, error);
    text_finish(&csv);
    text_finish(&json);
    return ok;
}
