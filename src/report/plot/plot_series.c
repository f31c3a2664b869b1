#include "report/plot/plot_series.h"

struct windows windows_make(const struct series *series, size_t most)
{
    size_t stretches = series->n > 0 ? series->n - 1 : 0;
    size_t group = most > 0 && stretches > most ? (stretches + most - 1) / most : 1;
    return (struct windows){.n = (stretches + group - 1) / group, .group = group, .stretches = stretches};
}

size_t window_first(struct windows windows, size_t window)
{
    return window * windows.group;
}

size_t window_last(struct windows windows, size_t window)
{
    size_t last = (window + 1) * windows.group;
    return last < windows.stretches ? last : windows.stretches;
}

bool series_worker_shares(const struct series *series, size_t component, size_t first, size_t last,
                          int64_t warmup_ns, double ret_shares[WORKER_STATES])
{
    int128 sums[WORKER_STATES] = {0}, total = 0;
    for (size_t i = first + 1; i <= last; i++) {
        const struct system_sample *before = &series->samples[i - 1], *after = &series->samples[i];
        bool anew = before->at_ns < warmup_ns && warmup_ns <= after->at_ns;
        for (int s = 0; s < WORKER_STATES; s++) {
            int128 from = anew ? 0 : before->components[component].worker_ns[s];
            sums[s] += after->components[component].worker_ns[s] - from;
        }
    }
    for (int s = 0; s < WORKER_STATES; s++)
        total += sums[s];
    if (total <= 0)
        return false;
    for (int s = 0; s < WORKER_STATES; s++)
        ret_shares[s] = (double)sums[s] / (double)total;
    return true;
}

struct extremes extremes_find(const struct series *series, size_t first, size_t last,
                              int64_t (*count)(const struct system_sample *sample, const void *data),
                              const void *data)
{
    size_t least = first, greatest = first;
    for (size_t i = first + 1; i <= last; i++) {
        int64_t here = count(&series->samples[i], data);
        if (here < count(&series->samples[least], data))
            least = i;
        if (here > count(&series->samples[greatest], data))
            greatest = i;
    }
    return least < greatest ? (struct extremes){least, greatest} : (struct extremes){greatest, least};
}

size_t series_bucket(const struct series *series, size_t most)
{
    size_t buckets = most / 2 > 0 ? most / 2 : 1;
    return series->n > most ? (series->n + buckets - 1) / buckets : 1;
}

void series_steps(const struct series *series, size_t bucket, step_line *line, void *data)
{
    const struct system_sample *samples = series->samples;
    size_t n = series->n;
    for (size_t from = 0; from < n; from += bucket) {
        size_t to = from + bucket - 1 < n - 1 ? from + bucket - 1 : n - 1, half = from + (to - from + 1) / 2;
        int64_t ends = samples[to + 1 < n ? to + 1 : to].at_ns;
        for (int second = 0; second <= (to > from); second++) {
            size_t at = second ? half : from;
            int64_t until = to > from && !second ? samples[half].at_ns : ends;
            line(data, samples[at].at_ns, from, to, second);
            if (until > samples[at].at_ns)
                line(data, until, from, to, second);
        }
    }
}
