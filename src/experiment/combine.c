#include <stdlib.h>

#include "experiment/batches.h"
#include "experiment/study.h"

/* What the looks from number `first` on, at all replications of a policy, say. False when memory is gone. */
static bool judge(const struct study_part *part, size_t policy, uint32_t replications, size_t first,
                  struct steadiness *ret_steadiness)
{
    const struct run_spec *run = &part->spec->run;
    double *looks = malloc((size_t)replications * STEADINESS_LOOKS * sizeof *looks);
    if (!looks)
        return false;
    for (size_t r = 0; r < replications; r++)
        for (size_t k = 0; k < STEADINESS_LOOKS; k++)
            looks[r * STEADINESS_LOOKS + k] =
                part->numbers[r * part->spec->n_policies + policy].values[first + k];
    *ret_steadiness = steadiness_of(part->spec, looks, STEADINESS_LOOKS, replications,
                                    (double)(run->duration_ns - run->warmup_ns) / 1e9);
    free(looks);
    return true;
}

/* The metrics' names come from any result of the policy. */
static bool combine_policy(const struct study_part *part, size_t policy, const struct result *named,
                           uint32_t replications, struct error *error)
{
    double **values = malloc(replications * sizeof *values);
    for (size_t r = 0; values && r < replications; r++)
        values[r] = part->numbers[r * part->spec->n_policies + policy].values + NUMBERS_METRICS;
    struct policy_run *run = &part->runs[policy];
    metric_table_finish(&run->metrics);
    bool ok = (values && judge(part, policy, replications, NUMBERS_BACKLOG, &run->backlog) &&
               judge(part, policy, replications, NUMBERS_UNANSWERED, &run->unanswered)) ||
              error_set(error, "out of memory");
    ok = ok && metrics_combine(part->spec, named, values, replications, &run->metrics, error);
    free(values);
    return ok;
}

/* One replication alone has its intervals from batches, if they are wanted. */
static bool batch(const struct study_part *part, size_t policy, uint32_t replications)
{
    struct policy_run *run = &part->runs[policy];
    return !part->spec->run.batch_means || replications > 1 || run->series.n == 0 ||
           batches_fill(part->spec, &run->series, &run->metrics, &run->batching);
}

bool study_combine(const struct study_part *part, uint32_t replications, struct error *error)
{
    bool ok = true;
    for (uint32_t p = 0; ok && replications && p < part->spec->n_policies; p++) {
        struct result outline = {0};
        const struct result *first = &part->runs[p].first;
        if (first->components)
            ok = combine_policy(part, p, first, replications, error) &&
                 (batch(part, p, replications) || error_set(error, "out of memory"));
        else
            ok = replication_outline(part->spec, p, &outline, error) &&
                 combine_policy(part, p, &outline, replications, error);
        result_finish(&outline);
    }
    return ok;
}
