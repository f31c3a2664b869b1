#include "cli/metric_reference.h"

#include <string.h>

static const char intro[] =
    "<!-- Written by `tandem list reference-metrics` from the tables in the code. -->\n"
    "# Metric reference\n"
    "\n"
    "Every number that a run can yield. In a claim (`expect`), in `--get`, in a search and in `summary.csv` "
    "a metric is\n"
    "named with its policy in front: `sync.response.p99`. Names in capitals stand for those of the "
    "scenario:\n"
    "`COMPONENT.busy` is `shop.busy` for a component `shop`. `tandem list metrics FILE` names the metrics of "
    "one\n"
    "scenario, `tandem explain METRIC` tells about one.\n"
    "\n"
    "Each is a mean over the replications, with a confidence interval. What is counted is counted after the "
    "warm-up.\n"
    "A unit `1` is a plain number; a share goes from 0 to 1, is printed in percent, and `90%` in a claim is "
    "0.9. A\n"
    "number that does not exist (the longest response where nobody was answered) is `nan`, an empty field in "
    "CSV and\n"
    "`null` in JSON. Of every time there are the percentiles that stand here, and any other that is asked "
    "for by its\n"
    "name: `response.p97.5`. [model.md](model.md#what-is-measured) tells what the words mean.\n";

/* What the metrics whose names begin so are about; the first that fits counts. */
static const struct subject {
    const char *prefix, *title, *about;
} subjects[] = {
    {"COMPONENT.ENDPOINT.", "The calls to an endpoint",
     "There where calls can fail: with timeouts, losses, faults or queues. `believed` is what the caller "
     "thought when it\n"
     "stopped waiting, `executed` what was true."},
    {"COMPONENT.", "A component",
     "`blocked_on` tells whose answer its workers waited for, `blocked_for` what went on meanwhile."},
    {"LOAD.", "A load",
     "There where a scenario has several: what the whole run has, of the requests of this load."},
    {"QUEUE.", "A queue",
     "There under policies that use it. A queue without a name is called as its endpoint, `bank.pay`."},
    {"LINK.", "A link", "Its first end is the first of its `between`."},
    {"event.EVENT.", "An event",
     "What followed from it: when it began to show, to whom, and when it was over."},
    {"", "The whole run", "Of all requests that users sent."},
};

enum { SUBJECTS = sizeof subjects / sizeof *subjects };

static const struct subject *subject_of(const struct metric *metric)
{
    size_t i = 0;
    while (strncmp(metric->name, subjects[i].prefix, strlen(subjects[i].prefix)) != 0)
        i++;
    return &subjects[i];
}

static void add_subject(struct text *text, const struct metric_patterns *patterns,
                        const struct subject *subject)
{
    text_addf(text, "\n## %s\n\n%s\n\n| metric | unit | meaning |\n| --- | --- | --- |\n", subject->title,
              subject->about);
    for (size_t i = 0; i < patterns->n; i++) {
        const struct metric *metric = &patterns->metrics[i];
        if (subject_of(metric) == subject && !metric_pattern_is_again(metric))
            text_addf(text, "| `%s` | %s | %s |\n", metric->name, metric_unit_names[metric->unit],
                      metric->meaning);
    }
}

void metric_reference(struct text *text, const struct metric_patterns *patterns)
{
    text_add(text, intro);
    for (size_t i = SUBJECTS; i-- > 0;)
        add_subject(text, patterns, &subjects[i]);
}
