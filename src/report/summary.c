#include "report/summary.h"

#include <math.h>

#include "base/version.h"
#include "report/csv.h"
#include "report/cut_text.h"
#include "report/differences.h"
#include "report/expectations.h"
#include "report/json.h"
#include "report/notes.h"
#include "report/theory_view.h"
#include "report/verdict.h"

static void add_verdict(struct json *json, const struct spec *spec, const struct policy_run *run)
{
    struct text sentence = {0};
    verdict_add(&sentence, spec, run);
    json_string(json, run->name, text_string(&sentence));
    json->text->failed |= sentence.failed;
    text_finish(&sentence);
}

static void add_policy(struct json *json, const struct policy_run *run)
{
    json_open(json, run->name, '{');
    json->text->failed |= !metric_table_name(&run->metrics);
    for (size_t i = 0; i < run->metrics.n; i++) {
        const struct metric *metric = &run->metrics.metrics[i];
        json_open_flat(json, metric->name, '{');
        json_number(json, "value", metric->value);
        json_number(json, "half_width", metric->half_width);
        json_string(json, "unit", metric_unit_names[metric->unit]);
        json_close(json, '}');
    }
    json_close(json, '}');
}

/* ---- what only one replication can tell ---- */

static void add_effects(struct json *json, const struct result *result)
{
    json_open_flat(json, "effects", '{');
    for (int i = 0; i < EFFECTS; i++)
        json_integer(json, effects_names[i], result->effects[i]);
    json_integer(json, "lost", result->lost);
    json_close(json, '}');
}

/* null for what never happens. */
static void add_seconds(struct json *json, const char *key, int64_t ns)
{
    json_number(json, key, ns >= 0 && ns < INT64_MAX ? (double)ns / 1e9 : (double)NAN);
}

static void add_disturbance(struct json *json, const struct event_spec *event, const struct disturbance *d)
{
    json_open_flat(json, NULL, '{');
    json_string(json, "event", event->name);
    add_seconds(json, "from_s", event->from_ns);
    add_seconds(json, "until_s", event->until_ns);
    add_seconds(json, "noticed_after_s", d->noticed_ns);
    add_seconds(json, "grew_after_s", d->grew_ns);
    add_seconds(json, "gone_after_s", d->gone_ns);
    add_seconds(json, "notice_at_s", d->notice_ns);
    json_number(json, "backlog_most", (double)d->backlog_most);
    json_number(json, "backlog_before", d->backlog_before);
    json_close(json, '}');
}

static void add_outage(struct json *json, const struct spec *spec, const struct outage *outage)
{
    json_open_flat(json, NULL, '{');
    if (outage->component != SPEC_NONE) {
        json_string(json, "component", spec->components[outage->component].name);
        json_integer(json, "replica", outage->replica);
    } else {
        json_string(json, "link", outage->link < spec->n_links ? spec->links[outage->link].name : "default");
    }
    add_seconds(json, "from_s", outage->from_ns);
    add_seconds(json, "until_s", outage->until_ns);
    json_close(json, '}');
}

static void add_first_replication(struct json *json, const struct spec *spec, const struct policy_run *run)
{
    const struct result *first = &run->first;
    json_open(json, run->name, '{');
    add_effects(json, first);
    json_open(json, "disturbances", '[');
    for (size_t i = 0; i < first->n_disturbances && i < spec->n_events; i++)
        add_disturbance(json, &spec->events[i], &first->disturbances[i]);
    json_close(json, ']');
    json_open(json, "outages", '[');
    for (size_t i = 0; i < first->n_outages; i++)
        add_outage(json, spec, &first->outages[i]);
    json_close(json, ']');
    json_close(json, '}');
}

/* ---- differences, and how far all of it can be trusted ---- */

static void add_difference(struct json *json, const struct difference_row *row, size_t policy)
{
    const struct difference *d = &row->policies[policy];
    json_open_flat(json, row->metric, '{');
    json_number(json, "value", d->mean);
    json_number(json, "half_width", d->half_width);
    json_switch(json, "none", d->none);
    json_number(json, "variance_gain", d->gain);
    json_string(json, "unit", metric_unit_names[row->unit]);
    json_close(json, '}');
}

static void add_differences(struct json *json, const struct experiment *experiment,
                            const struct differences *differences)
{
    json_open(json, "differences", '{');
    json_string(json, "to", experiment->policies[0].name);
    json_number(json, "level", differences->level);
    json_string(json, "comparisons", differences->at_once ? "bonferroni" : "each");
    for (size_t p = 1; differences->n_rows && p < experiment->n_policies; p++) {
        json_open(json, experiment->policies[p].name, '{');
        for (size_t i = 0; i < differences->n_rows; i++)
            add_difference(json, &differences->rows[i], p);
        json_close(json, '}');
    }
    json_close(json, '}');
}

static void add_trust(struct json *json, const struct spec *spec, const struct experiment *experiment)
{
    struct differences differences;
    struct notes notes = {0};
    bool ok = differences_init(&differences, spec, experiment) &&
              notes_init(&notes, spec, experiment, &differences);
    json->text->failed |= !ok;
    json_open(json, "notes", '[');
    for (size_t i = 0; i < notes.n; i++)
        json_string(json, NULL, notes.sentences[i]);
    json_close(json, ']');
    add_differences(json, experiment, &differences);
    notes_finish(&notes);
    differences_finish(&differences);
}

static void add_theory(struct json *json, const struct spec *spec, const struct experiment *experiment)
{
    struct theory_view view = {0};
    json->text->failed |= !theory_view_init(&view, spec, experiment);
    theory_view_add_json(json, &view);
    theory_view_finish(&view);
}

/* ---- the whole ---- */

void summary_add_json(struct text *text, const struct spec *spec, const struct experiment *experiment)
{
    struct json json = {.text = text};
    json_open(&json, NULL, '{');
    json_string(&json, "version", tandem_version);
    json_string(&json, "name", spec->name);
    json_string(&json, "about", spec->about);
    json_integer(&json, "seed", spec->run.seed);
    json_integer(&json, "replications", experiment->replications);
    json_number(&json, "duration_s", (double)spec->run.duration_ns / 1e9);
    json_number(&json, "warmup_s", (double)spec->run.warmup_ns / 1e9);
    cut_add_json(&json, spec, &experiment->cut);
    json_open(&json, "who_waits", '{');
    for (size_t p = 0; p < experiment->n_policies; p++)
        add_verdict(&json, spec, &experiment->policies[p]);
    json_close(&json, '}');
    add_trust(&json, spec, experiment);
    add_theory(&json, spec, experiment);
    expectations_add_json(&json, &experiment->expectations);
    json_open(&json, "policies", '{');
    for (size_t p = 0; p < experiment->n_policies; p++)
        add_policy(&json, &experiment->policies[p]);
    json_close(&json, '}');
    json_open(&json, "first_replication", '{');
    for (size_t p = 0; p < experiment->n_policies; p++)
        add_first_replication(&json, spec, &experiment->policies[p]);
    json_close(&json, '}');
    json_close(&json, '}');
}

void summary_add_csv(struct text *text, const struct experiment *experiment)
{
    text_add(text, "policy,metric,value,half_width,unit\n");
    for (size_t p = 0; p < experiment->n_policies; p++) {
        const struct policy_run *run = &experiment->policies[p];
        text->failed |= !metric_table_name(&run->metrics);
        for (size_t i = 0; i < run->metrics.n; i++) {
            const struct metric *metric = &run->metrics.metrics[i];
            csv_string(text, run->name);
            csv_string(text, metric->name);
            csv_number(text, metric->value);
            csv_number(text, metric->half_width);
            csv_string(text, metric_unit_names[metric->unit]);
            csv_end_line(text);
        }
    }
}
