#include "experiment/expect.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "experiment/claim_verdict.h"
#include "experiment/metric_lookup.h"

/* ---- names ---- */

struct naming {
    struct expect *expect;
    const struct experiment *outline;
};

static bool is_metric(const void *outline, const char *name)
{
    return metric_lookup(outline, name, NULL) != NULL;
}

static bool fail_name(const struct experiment *outline, const char *name, struct expression_fault *fault)
{
    if (claim_is_difference(name, is_metric, outline))
        return error_set(&fault->error,
                         "no metric \"%s\"; a minus needs a space on either side, since names may hold one",
                         name);
    fault->hint = metric_lookup_nearest(outline, name);
    return error_set(&fault->error,
                     fault->hint ? "no metric \"%s\""
                                 : "no metric \"%s\"; \"tandem list metrics\" names them, as POLICY.METRIC",
                     name);
}

static bool ends_in(const char *name, const char *ending)
{
    size_t length = strlen(name), end = strlen(ending);
    return length >= end && strcmp(name + length - end, ending) == 0;
}

/* Times, and how many there are of something; rates and shares of time have means all the same. */
static bool may_grow(const struct metric *metric)
{
    return metric->unit == METRIC_SECONDS ||
           (metric->unit == METRIC_COUNT &&
            (ends_in(metric->name, ".mean") || ends_in(metric->name, ".max") ||
             ends_in(metric->name, ".present")));
}

static bool resolve(void *data, const char *name, size_t *ret_quantity, struct expression_unit *ret_unit,
                    struct expression_fault *fault)
{
    struct naming *naming = data;
    struct expect *expect = naming->expect;
    size_t policy = 0;
    const struct metric *metric = metric_lookup(naming->outline, name, &policy);
    if (!metric && metric_lookup_failed(naming->outline))
        return expression_fault_memory(fault);
    if (!metric)
        return fail_name(naming->outline, name, fault);
    struct expect_metric *metrics =
        realloc(expect->metrics, (expect->n_metrics + 1) * sizeof *expect->metrics);
    if (!metrics)
        return expression_fault_memory(fault);
    expect->metrics = metrics;
    metrics[expect->n_metrics] =
        (struct expect_metric){text_copy(name), naming->outline->policies[policy].name, may_grow(metric)};
    if (!metrics[expect->n_metrics].name)
        return expression_fault_memory(fault);
    *ret_quantity = expect->n_metrics++;
    *ret_unit = claim_unit(metric);
    return true;
}

/* ---- reading ---- */

static bool read_all(struct expression_source *source, struct expect *expect, struct expression_fault *fault)
{
    if (!claim_read(source, &expect->claim, fault))
        return false;
    expression_skip(source);
    fault->offset = source->at;
    if (source->text[source->at])
        return error_set(&fault->error, "expected an operator or the end");
    fault->offset = 0;
    if (expect->n_metrics == 0)
        return error_set(&fault->error, "names no metric, so a run cannot tell");
    return true;
}

bool expect_read(const struct expect_spec *spec, const struct experiment *outline, struct expect *ret_expect,
                 struct expression_fault *fault)
{
    struct expect expect = {.text = spec->claim, .reason = spec->reason, .hint = spec->hint};
    struct naming naming = {&expect, outline};
    struct expression_source source = {spec->claim, 0, resolve, &naming};
    bool good = read_all(&source, &expect, fault);
    if (good)
        *ret_expect = expect;
    else
        expect_finish(&expect);
    return good;
}

void expect_finish(struct expect *expect)
{
    if (!expect)
        return;
    claim_finish(&expect->claim);
    for (size_t i = 0; i < expect->n_metrics; i++)
        free(expect->metrics[i].name);
    free(expect->metrics);
    *expect = (struct expect){0};
}

/* ---- deciding ---- */

/* Where the numbers of one replication come from. */
struct measuring {
    const struct expect *expect;
    const struct experiment *experiment;
    size_t replication;
};

static bool measure(void *data, size_t quantity, double *ret_value, struct error *error)
{
    const struct measuring *measuring = data;
    const char *name = measuring->expect->metrics[quantity].name;
    size_t policy = 0;
    const struct metric *metric = metric_lookup(measuring->experiment, name, &policy);
    const struct metric_table *table = &measuring->experiment->policies[policy].metrics;
    double value = metric
                       ? table->values[measuring->replication * table->n + (size_t)(metric - table->metrics)]
                       : (double)NAN;
    if (isnan(value))
        return error_set(error, "%s does not exist: %s", name, claim_why_absent(name));
    *ret_value = value;
    return true;
}

static const char *policy_not_run(const struct expect *expect, const struct experiment *experiment)
{
    for (size_t i = 0; i < expect->n_metrics; i++) {
        bool run = false;
        for (size_t p = 0; p < experiment->n_policies; p++)
            run |= strcmp(experiment->policies[p].name, expect->metrics[i].policy) == 0;
        if (!run)
            return expect->metrics[i].policy;
    }
    return NULL;
}

/* The first columns of the rows that claim_judge() takes. */
static bool evaluate(const struct expect *expect, const struct experiment *experiment, size_t n_replications,
                     double *rows, struct error *error)
{
    struct measuring measuring = {expect, experiment, 0};
    for (size_t r = 0; r < n_replications; r++, rows += CLAIM_COLUMNS) {
        measuring.replication = r;
        if (!expression_value(&expect->claim.left, expect->text, measure, &measuring, &rows[CLAIM_LEFT],
                              error) ||
            !expression_value(&expect->claim.right, expect->text, measure, &measuring, &rows[CLAIM_RIGHT],
                              error)) {
            if (n_replications > 1)
                error_set(error, "%s (replication %zu)", error_text(error), r + 1);
            return false;
        }
        rows[CLAIM_DIFFERENCE] = rows[CLAIM_LEFT] - rows[CLAIM_RIGHT];
    }
    return true;
}

static struct expectation_side average(const double *column, size_t n_replications, double level)
{
    struct expectation_side side;
    metric_average(column, CLAIM_COLUMNS, n_replications, level, &side.mean, &side.half_width);
    return side;
}

/* A policy of which the claim names what grows as long as the run lasts. */
static const char *find_growing(const struct expect *expect, const struct experiment *experiment)
{
    for (size_t p = 0; p < experiment->n_policies; p++)
        for (size_t i = 0; i < expect->n_metrics; i++)
            if (experiment->policies[p].backlog.verdict == STEADINESS_GROWS && expect->metrics[i].may_grow &&
                strcmp(experiment->policies[p].name, expect->metrics[i].policy) == 0)
                return experiment->policies[p].name;
    return NULL;
}

static void judge(const struct expect *expect, const struct experiment *experiment, double *rows,
                  struct expectation *expectation)
{
    static const enum expectation_verdict verdicts[] = {
        [CLAIM_HOLDS] = EXPECTATION_HOLDS,
        [CLAIM_FAILS] = EXPECTATION_FAILS,
        [CLAIM_UNDECIDED] = EXPECTATION_UNDECIDED,
    };
    size_t n = expectation->replications;
    double level = experiment->policies[0].metrics.level;
    struct claim_ruling ruling = claim_judge(&expect->claim, rows, n, level);
    expectation->left = average(&rows[CLAIM_LEFT], n, level);
    expectation->right = average(&rows[CLAIM_RIGHT], n, level);
    expectation->difference = average(&rows[CLAIM_DIFFERENCE], n, level);
    expectation->growing = find_growing(expect, experiment);
    expectation->verdict = verdicts[ruling.verdict];
    expectation->needed = ruling.needed;
}

static bool decide(const struct expect *expect, const struct experiment *experiment, double *rows,
                   struct expectation *expectation)
{
    static const struct expectation_side none = {(double)NAN, (double)NAN};
    struct error error = {0};
    *expectation = (struct expectation){.text = expect->text,
                                        .reason = expect->reason,
                                        .hint = expect->hint,
                                        .verdict = EXPECTATION_FAILS,
                                        .unit = expect->claim.unit,
                                        .left = none,
                                        .right = none,
                                        .difference = none,
                                        .right_is_constant = expect->claim.right.is_constant,
                                        .replications = experiment->policies[0].metrics.n_replications};
    const char *missing = policy_not_run(expect, experiment);
    if (missing) {
        expectation->verdict = EXPECTATION_SKIPPED;
        expectation->problem = text_format("policy %s was not run", missing);
        return expectation->problem != NULL;
    }
    if (!evaluate(expect, experiment, expectation->replications, rows, &error)) {
        expectation->problem = text_copy(error_text(&error));
        error_finish(&error);
        return expectation->problem != NULL;
    }
    judge(expect, experiment, rows, expectation);
    return true;
}

bool expect_decide(const struct expect *expects, size_t n_expects, struct experiment *experiment,
                   struct error *error)
{
    size_t n_replications = experiment->policies[0].metrics.n_replications;
    struct expectation_list list = {.expectations = calloc(n_expects + 1, sizeof *list.expectations)};
    double *rows = calloc(CLAIM_COLUMNS * n_replications, sizeof *rows);
    bool ok = list.expectations && rows;
    while (ok && list.n < n_expects) {
        struct expectation *expectation = &list.expectations[list.n];
        ok = decide(&expects[list.n++], experiment, rows, expectation);
        list.n_failed += expectation->verdict == EXPECTATION_FAILS;
        list.n_undecided += expectation->verdict == EXPECTATION_UNDECIDED;
    }
    free(rows);
    if (!ok) {
        expectation_list_finish(&list);
        return error_set(error, "out of memory");
    }
    expectation_list_finish(&experiment->expectations);
    experiment->expectations = list;
    return true;
}
