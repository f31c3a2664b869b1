#include "cli/metric_patterns.h"

#include <string.h>

#include "experiment/percentiles.h"
#include "scenario/scenario.h"

/* Has one of everything that metrics are about. */
static const char sample[] =
    "{\"name\": \"sample\", \"run\": {\"duration\": \"1s\"},"
    "\"components\": {"
    "\"COMPONENT\": {\"endpoints\": {\"ENDPOINT\": [{\"wait\": \"1ms\"}, {\"call\": \"CALLEE.ENDPOINT\"}]}},"
    "\"CALLEE\": {\"endpoints\": {\"ENDPOINT\": []}}},"
    "\"links\": {\"LINK\": {\"between\": [\"COMPONENT\", \"CALLEE\"]}},"
    "\"load\": [{\"name\": \"LOAD\", \"request\": \"COMPONENT.ENDPOINT\", \"open\": {\"poisson\": \"1/s\"}},"
    "{\"name\": \"ANOTHER\", \"request\": \"COMPONENT.ENDPOINT\", \"open\": {\"poisson\": \"1/s\"}}],"
    "\"events\": [{\"name\": \"EVENT\", \"at\": \"0s\", \"for\": \"1s\", \"down\": \"CALLEE\"}],"
    "\"policies\": {\"POLICY\": {\"mode\": \"queue\", \"queue\": \"QUEUE\", \"reply\": true}}}";

bool metric_patterns_init(struct metric_patterns *patterns, const char *const *words, size_t n,
                          struct error *error)
{
    struct problem_list problems = {0};
    *patterns = (struct metric_patterns){0};
    bool good = scenario_read(sample, sizeof sample - 1, "sample", ".", NULL, 0, &patterns->spec, &problems);
    if (!good)
        error_set(error, "%s", problems.failed || !problems.n ? "out of memory" : problems.problems[0].text);
    problem_list_finish(&problems);
    for (size_t i = 0; good && i < n; i++)
        good = percentiles_ask(&patterns->spec, words[i]) || error_set(error, "out of memory");
    if (!good || !experiment_outline(&patterns->spec, &patterns->experiment, error)) {
        spec_finish(&patterns->spec);
        return false;
    }
    const struct metric_table *table = &patterns->experiment.policies[0].metrics;
    if (!metric_table_name(table)) {
        metric_patterns_finish(patterns);
        return error_set(error, "out of memory");
    }
    patterns->metrics = table->metrics;
    patterns->n = table->n;
    return true;
}

void metric_patterns_finish(struct metric_patterns *patterns)
{
    experiment_finish(&patterns->experiment);
    spec_finish(&patterns->spec);
    *patterns = (struct metric_patterns){0};
}

bool metric_pattern_is_again(const struct metric *metric)
{
    static const char *const seconds[] = {"CALLEE.", "ANOTHER."}; /* of which the sample has two */
    for (size_t i = 0; i < sizeof seconds / sizeof *seconds; i++)
        if (strncmp(metric->name, seconds[i], strlen(seconds[i])) == 0)
            return true;
    return false;
}

/* ---- matching ---- */

static bool is_placeholder(const char *part, size_t length)
{
    static const char capitals[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    return length > 1 && strspn(part, capitals) >= length;
}

static const char *behind(const char *part, size_t length)
{
    return part[length] == '.' ? part + length + 1 : part + length;
}

bool metric_pattern_is_open(const struct metric *metric)
{
    for (const char *part = metric->name; *part; part = behind(part, strcspn(part, ".")))
        if (is_placeholder(part, strcspn(part, ".")))
            return true;
    return false;
}

/* A queue that has no name of its own is called as its endpoint, which has two parts. */
static bool is_queue(const char *part, size_t length)
{
    static const char queue[] = "QUEUE";
    return length == sizeof queue - 1 && strncmp(part, queue, length) == 0;
}

/* Where the part behind the next one begins. */
static const char *skip_two(const char *word)
{
    word = behind(word, strcspn(word, "."));
    return behind(word, strcspn(word, "."));
}

/* `real`: a part that is no placeholder was the same. */
static enum metric_match match(const char *pattern, const char *word, bool real)
{
    size_t p = strcspn(pattern, "."), w = strcspn(word, ".");
    if (*word == '\0')
        return !real ? METRIC_OTHER : *pattern == '\0' ? METRIC_SAME : METRIC_BEGIN;
    if (*pattern == '\0')
        return METRIC_OTHER;
    bool any = is_placeholder(pattern, p), same = p == w && strncmp(pattern, word, p) == 0;
    if (!any && !same)
        return METRIC_OTHER;
    enum metric_match longer =
        is_queue(pattern, p) ? match(behind(pattern, p), skip_two(word), real) : METRIC_OTHER;
    if (longer != METRIC_OTHER)
        return longer;
    return match(behind(pattern, p), behind(word, w), real || !any);
}

/* The policy in front may be there, and leading names that could be any may be missing. */
enum metric_match metric_pattern_match(const struct metric *metric, const char *word)
{
    const char *rest = behind(word, strcspn(word, ".")), *pattern = metric->name;
    enum metric_match best = *rest ? match(pattern, rest, false) : METRIC_OTHER;
    for (;;) {
        enum metric_match found = match(pattern, word, false);
        best = found == METRIC_SAME || best == METRIC_OTHER ? found : best;
        size_t length = strcspn(pattern, ".");
        if (best == METRIC_SAME || !is_placeholder(pattern, length))
            return best;
        pattern = behind(pattern, length);
    }
}
