#include "report/summary.h"

#include "base/version.h"
#include "report/csv.h"
#include "report/expectations.h"
#include "report/json.h"
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

void summary_add_json(struct text *text, const struct spec *spec, const struct experiment *experiment)
{
    struct json json = {.text = text};
    json_open(&json, NULL, '{');
    json_string(&json, "version", tandem_version);
    json_string(&json, "name", spec->name);
    json_string(&json, "about", spec->about);
    json_integer(&json, "seed", spec->run.seed);
    json_integer(&json, "replications", spec->run.replications);
    json_number(&json, "duration_s", (double)spec->run.duration_ns / 1e9);
    json_number(&json, "warmup_s", (double)spec->run.warmup_ns / 1e9);
    json_open(&json, "who_waits", '{');
    for (size_t p = 0; p < experiment->n_policies; p++)
        add_verdict(&json, spec, &experiment->policies[p]);
    json_close(&json, '}');
    expectations_add_json(&json, &experiment->expectations);
    json_open(&json, "policies", '{');
    for (size_t p = 0; p < experiment->n_policies; p++)
        add_policy(&json, &experiment->policies[p]);
    json_close(&json, '}');
    json_close(&json, '}');
}

void summary_add_csv(struct text *text, const struct experiment *experiment)
{
    text_add(text, "policy,metric,value,half_width,unit\n");
    for (size_t p = 0; p < experiment->n_policies; p++) {
        const struct policy_run *run = &experiment->policies[p];
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
