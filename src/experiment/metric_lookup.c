#include "experiment/metric_lookup.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* What stands behind "POLICY." in the name, or NULL when it does not begin so. */
static const char *within_policy(const struct policy_run *run, const char *name)
{
    size_t length = strlen(run->name);
    return strncmp(name, run->name, length) == 0 && name[length] == '.' ? name + length + 1 : NULL;
}

const struct metric *metric_lookup(const struct experiment *experiment, const char *full_name,
                                   size_t *ret_policy)
{
    for (size_t p = 0; p < experiment->n_policies; p++) {
        const struct policy_run *run = &experiment->policies[p];
        const char *name = within_policy(run, full_name);
        const struct metric *metric = name ? metric_find(&run->metrics, name) : NULL;
        if (!metric)
            continue;
        if (ret_policy)
            *ret_policy = p;
        return metric;
    }
    return NULL;
}

bool metric_lookup_failed(const struct experiment *experiment)
{
    bool failed = false;
    for (size_t p = 0; p < experiment->n_policies; p++)
        failed |= metric_table_failed(&experiment->policies[p].metrics);
    return failed;
}

static char *nearest_in_policy(const struct policy_run *run, const char *name)
{
    const char **names = calloc(run->metrics.n + 1, sizeof *names);
    bool named = names && metric_table_name(&run->metrics);
    for (size_t i = 0; named && i < run->metrics.n; i++)
        names[i] = run->metrics.metrics[i].name;
    const char *near = named ? text_nearest(name, names, run->metrics.n) : NULL;
    char *full = near ? text_format("%s.%s", run->name, near) : NULL;
    free(names);
    return full;
}

/* "snyc.throughput": another policy has that very metric. */
static char *nearest_policy(const struct experiment *experiment, const char *name)
{
    const char *point = strchr(name, '.'), **names = calloc(experiment->n_policies + 1, sizeof *names);
    char *word = point ? text_format("%.*s", (int)(point - name), name) : NULL, *full = NULL;
    for (size_t p = 0; names && p < experiment->n_policies; p++)
        names[p] = experiment->policies[p].name;
    const char *near = word && names ? text_nearest(word, names, experiment->n_policies) : NULL;
    if (near)
        full = text_format("%s%s", near, point);
    if (full && !metric_lookup(experiment, full, NULL)) {
        free(full);
        full = NULL;
    }
    free(word);
    free(names);
    return full;
}

char *metric_lookup_nearest(const struct experiment *experiment, const char *name)
{
    char *nearest = NULL;
    for (size_t p = 0; !nearest && p < experiment->n_policies; p++) {
        const char *inner = within_policy(&experiment->policies[p], name);
        nearest = inner ? nearest_in_policy(&experiment->policies[p], inner) : NULL;
    }
    nearest = nearest ? nearest : nearest_policy(experiment, name);
    for (size_t p = 0; !nearest && p < experiment->n_policies; p++)
        nearest = nearest_in_policy(&experiment->policies[p], name);
    return nearest;
}
