#include "report/traces.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "report/csv.h"
#include "report/plot/plot_series.h"

/* ---- over time ---- */

/* A column of a thing: "NAME_busy_share". */
static void add_heading(struct text *text, const char *name, const char *quantity, const char *unit)
{
    char *heading = text_format("%s_%s%s", name, metric_word(quantity).chars, unit);
    if (heading)
        csv_string(text, heading);
    text->failed |= !heading;
    free(heading);
}

static void add_headings(struct text *text, const struct spec *spec, const struct series *series)
{
    text_add(text, "time_s,offered_per_s,throughput_per_s,failed_per_s,completed_per_s,response_s");
    for (size_t c = 0; c < spec->n_components; c++) {
        for (int state = 0; state < WORKER_STATES; state++)
            add_heading(text, spec->components[c].name, worker_state_names[state], "_share");
        add_heading(text, spec->components[c].name, "inbox", "");
        add_heading(text, spec->components[c].name, "suspended", "");
    }
    for (size_t q = 0; q < series->n_queues; q++) {
        add_heading(text, series->queue_names[q], "depth", "");
        add_heading(text, series->queue_names[q], "oldest", "_s");
    }
    for (int place = 0; place < PLACES; place++)
        add_heading(text, "places", place_names[place], "");
    csv_end_line(text);
}

static void add_rate(struct text *text, uint64_t now, uint64_t before, double stretch_s)
{
    csv_number(text, (double)(now - before) / stretch_s);
}

/* Of those answered in the stretch; NAN when none was. */
static double mean_response_s(const struct system_sample *now, const struct system_sample *before)
{
    if (now->answered == before->answered)
        return (double)NAN;
    return (double)(now->response_ns - before->response_ns) / (double)(now->answered - before->answered) /
           1e9;
}

static void add_sample(struct text *text, const struct spec *spec, const struct series *series, size_t i)
{
    const struct system_sample *now = &series->samples[i], *before = &series->samples[i - 1];
    double stretch_s = (double)(now->at_ns - before->at_ns) / 1e9;
    csv_seconds(text, now->at_ns);
    add_rate(text, now->offered, before->offered, stretch_s);
    add_rate(text, now->answered, before->answered, stretch_s);
    add_rate(text, now->failed, before->failed, stretch_s);
    add_rate(text, now->completed, before->completed, stretch_s);
    csv_number(text, mean_response_s(now, before));
    for (size_t c = 0; c < spec->n_components; c++) {
        double shares[WORKER_STATES];
        bool known = series_worker_shares(series, c, i - 1, i, spec->run.warmup_ns, shares);
        for (int state = 0; state < WORKER_STATES; state++)
            csv_number(text, known ? shares[state] : (double)NAN);
        csv_number(text, (double)now->components[c].inbox);
        csv_number(text, (double)now->components[c].suspended);
    }
    for (size_t q = 0; q < series->n_queues; q++) {
        csv_number(text, (double)now->queues[q].depth);
        csv_seconds(text, now->queues[q].oldest_ns);
    }
    for (int place = 0; place < PLACES; place++)
        csv_number(text, (double)now->places[place]);
    csv_end_line(text);
}

void timeseries_add(struct text *text, const struct spec *spec, const struct series *series)
{
    add_headings(text, spec, series);
    for (size_t i = 1; i < series->n; i++)
        if (series->samples[i].at_ns >
            series->samples[i - 1].at_ns) /* a run may be shorter than its samples are many */
            add_sample(text, spec, series, i);
}

/* ---- requests ---- */

static void add_request(struct text *text, const struct spec *spec, const struct trace_request *request)
{
    bool answered = request->answered_ns >= 0;
    csv_string(text, spec->loads[request->load].name);
    text_addf(text, ",%" PRIu64, request->number);
    csv_seconds(text, request->offered_ns);
    csv_seconds(text, request->answered_ns);
    csv_seconds(text, request->completed_ns);
    csv_string(text, outcome_names[request->outcome]);
    csv_seconds(text, answered ? request->answered_ns - request->offered_ns : -1);
    for (size_t i = 0; i < CAUSES; i++)
        csv_seconds(text, request->split_ns && i < request->n_split ? request->split_ns[i] : -1);
    csv_end_line(text);
}

void requests_add(struct text *text, const struct spec *spec, const struct request_sample *requests)
{
    text_add(text, "load,number,offered_s,answered_s,completed_s,outcome,response_s");
    for (int i = 0; i < CAUSES; i++) {
        text_addf(text, ",%s_s", metric_word(cause_names[i]).chars);
    }
    csv_end_line(text);
    for (size_t i = 0; i < requests->n; i++)
        add_request(text, spec, &requests->rows[i].request);
}
