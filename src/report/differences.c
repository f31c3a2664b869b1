#include "report/differences.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "report/choice.h"
#include "stats/interval.h"

/* Rows in their order; %s is the first component. */
static const struct {
    const char *label, *metric;
} rows[] = {
    {"answered", "throughput"},
    {"response, mean", "response.mean"},
    {"response, p99", "response.p99"},
    {"completion, mean", "completion.mean"},
    {"completion, p99", "completion.p99"},
    {"answered ok", "ok.share"},
    {"all effects done", "effects.done.share"},
    {"lost, nobody was told", "lost.share"},
    {"%s blocked", "%s.blocked"},
    {"%s idle", "%s.idle"},
};

enum { ROWS = sizeof rows / sizeof *rows };

static const struct metric *find(const struct experiment *experiment, size_t policy, const char *name)
{
    return metric_find(&experiment->policies[policy].metrics, name);
}

struct difference difference_of(const struct experiment *experiment, size_t policy, const char *name,
                                double level)
{
    struct difference d = {0};
    struct interval interval = metrics_difference(&experiment->policies[policy].metrics,
                                                  &experiment->policies[0].metrics, name, level, &d.gain);
    d.mean = interval.mean;
    d.half_width = interval.half_width;
    d.none = fabs(interval.mean) <= interval.half_width;
    return d;
}

/* Whether two policies differ in it at all; where not even one does, there is nothing to compare. */
static bool is_of_interest(const struct experiment *experiment, const char *name)
{
    const struct metric *base = find(experiment, 0, name);
    for (size_t p = 1; base && p < experiment->n_policies; p++) {
        const struct metric *metric = find(experiment, p, name);
        if (metric && (metric->value > 0.0 || base->value > 0.0))
            return true;
    }
    return false;
}

/* The completion time says nothing new where it is the response time, as it is where nothing is done later.
 */
static bool repeats_response(const struct experiment *experiment, const char *name)
{
    char other[64] = "response.";
    if (strncmp(name, "completion.", 11) != 0)
        return false;
    strncat(other, name + 11, sizeof other - 10);
    bool same = true;
    for (size_t p = 0; p < experiment->n_policies; p++) {
        const struct metric *completion = find(experiment, p, name), *response = find(experiment, p, other);
        same &= completion && response && completion->value == response->value;
    }
    return same;
}

/* `label` and `name` are freed here. */
static bool add_row(struct differences *differences, const struct experiment *experiment, char *label,
                    char *name)
{
    bool ok = label && name,
         wanted = ok && is_of_interest(experiment, name) && !repeats_response(experiment, name);
    struct difference *policies = wanted ? calloc(experiment->n_policies, sizeof *policies) : NULL;
    if (policies) {
        const struct metric *metric = find(experiment, 0, name);
        differences->rows[differences->n_rows++] =
            (struct difference_row){label, metric->name, metric->unit, policies};
        label = NULL;
    }
    free(label);
    free(name);
    return ok && (policies || !wanted);
}

/* The pattern with the component's name for its %s. */
static char *fill_in(const char *pattern, const char *component)
{
    return pattern[0] == '%' ? text_format("%s%s", component, pattern + 2) : text_copy(pattern);
}

static void measure(struct differences *differences, const struct spec *spec,
                    const struct experiment *experiment)
{
    size_t shown = differences->n_rows * (experiment->n_policies - 1);
    double confidence = experiment->policies[0].metrics.level;
    differences->confidence = confidence;
    differences->at_once = spec->run.bonferroni;
    differences->level = spec->run.bonferroni && shown ? interval_bonferroni(confidence, shown) : confidence;
    for (size_t i = 0; i < differences->n_rows; i++)
        for (size_t p = 1; p < experiment->n_policies; p++)
            differences->rows[i].policies[p] =
                difference_of(experiment, p, differences->rows[i].metric, differences->level);
}

bool differences_init(struct differences *differences, const struct spec *spec,
                      const struct experiment *experiment)
{
    *differences = (struct differences){.n_policies = experiment->n_policies};
    if (experiment->n_policies < 2 || experiment->replications < 2)
        return true;
    const char *component = spec->components[choice_first_component(spec)].name;
    differences->rows = calloc(ROWS, sizeof *differences->rows);
    bool ok = differences->rows != NULL;
    for (size_t i = 0; ok && i < ROWS; i++)
        ok = add_row(differences, experiment, fill_in(rows[i].label, component),
                     fill_in(rows[i].metric, component));
    for (size_t p = 0; p < experiment->n_policies; p++)
        ok = ok && !metric_table_failed(&experiment->policies[p].metrics);
    if (ok)
        measure(differences, spec, experiment);
    return ok;
}

void differences_finish(struct differences *differences)
{
    for (size_t i = 0; i < differences->n_rows; i++) {
        free(differences->rows[i].label);
        free(differences->rows[i].policies);
    }
    free(differences->rows);
    *differences = (struct differences){0};
}
