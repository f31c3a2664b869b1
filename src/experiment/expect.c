#include "experiment/expect.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "experiment/metric_lookup.h"

/* ---- names ---- */

struct naming {
    struct expect *expect;
    const struct experiment *outline;
};

static struct expression_unit unit_of(const struct metric *metric)
{
    static const struct expression_unit units[METRIC_UNITS] = {
        [METRIC_SECONDS] = {1, EXPRESSION_PLAIN},
        [METRIC_PER_SECOND] = {-1, EXPRESSION_PLAIN},
        [METRIC_SHARE] = {0, EXPRESSION_SHARE},
        [METRIC_COUNT] = {0, EXPRESSION_COUNT},
    };
    return units[metric->unit];
}

/* "sync.ok-queue.ok" was perhaps meant as a difference. */
static bool is_difference(const struct experiment *outline, const char *name)
{
    bool found = false;
    for (const char *minus = strchr(name, '-'); minus && !found; minus = strchr(minus + 1, '-')) {
        char *left = text_format("%.*s", (int)(minus - name), name);
        found = left && metric_lookup(outline, left, NULL);
        free(left);
    }
    return found;
}

static bool fail_name(const struct experiment *outline, const char *name, struct expression_fault *fault)
{
    if (is_difference(outline, name))
        return error_set(&fault->error,
                         "no metric \"%s\"; a minus needs a space on either side, since names may hold one",
                         name);
    fault->hint = metric_lookup_nearest(outline, name);
    return error_set(&fault->error,
                     fault->hint ? "no metric \"%s\""
                                 : "no metric \"%s\"; \"tandem list metrics\" names them, as POLICY.METRIC",
                     name);
}

static bool resolve(void *data, const char *name, size_t *ret_quantity, struct expression_unit *ret_unit,
                    struct expression_fault *fault)
{
    struct naming *naming = data;
    struct expect *expect = naming->expect;
    size_t policy = 0;
    const struct metric *metric = metric_lookup(naming->outline, name, &policy);
    if (!metric)
        return fail_name(naming->outline, name, fault);
    struct expect_metric *metrics =
        realloc(expect->metrics, (expect->n_metrics + 1) * sizeof *expect->metrics);
    if (!metrics)
        return error_set(&fault->error, "out of memory");
    expect->metrics = metrics;
    metrics[expect->n_metrics] =
        (struct expect_metric){text_copy(name), naming->outline->policies[policy].name};
    if (!metrics[expect->n_metrics].name)
        return error_set(&fault->error, "out of memory");
    *ret_quantity = expect->n_metrics++;
    *ret_unit = unit_of(metric);
    return true;
}

/* ---- reading ---- */

static bool read_relation(struct expression_source *source, enum relation *ret_relation,
                          struct expression_fault *fault)
{
    /* The longer ones first. */
    static const struct {
        const char *sign;
        enum relation relation;
    } signs[] = {
        {"<=", RELATION_AT_MOST},   {">=", RELATION_AT_LEAST}, {"==", RELATION_EQUAL},
        {"!=", RELATION_DIFFERENT}, {"<", RELATION_LESS},      {">", RELATION_GREATER},
        {"~", RELATION_NEAR},
    };
    expression_skip(source);
    fault->offset = source->at;
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        size_t length = strlen(signs[i].sign);
        if (strncmp(source->text + source->at, signs[i].sign, length) == 0) {
            *ret_relation = signs[i].relation;
            source->at += length;
            return true;
        }
    }
    if (source->text[source->at] == '=')
        fault->hint = text_copy("==");
    return error_set(&fault->error, "expected a comparison: < <= > >= == != ~");
}

/* A constant: a share of the right side, or of the unit that both sides have. */
static bool read_tolerance(struct expression_source *source, struct expect *expect,
                           struct expression_fault *fault)
{
    static const char within[] = "within";
    struct expression tolerance = {0};
    expression_skip(source);
    fault->offset = source->at;
    if (strncmp(source->text + source->at, within, sizeof within - 1) != 0)
        return error_set(&fault->error,
                         "expected \"within\" and how far apart the sides may be, such as 2%%");
    source->at += sizeof within - 1;
    expression_skip(source);
    size_t at = source->at;
    if (!expression_read(source, &tolerance, fault))
        return false;
    fault->offset = at;
    bool is_share = tolerance.unit.seconds == 0 && tolerance.unit.kind == EXPRESSION_SHARE, good = true;
    if (!tolerance.is_constant)
        good = error_set(&fault->error, "expected a number, such as 2%% or 5ms");
    else if (!is_share && !expression_units_fit(tolerance.unit, expect->unit, NULL))
        good = error_set(&fault->error, "expected %s, or a share such as 2%%",
                         expression_noun(expect->unit).chars);
    good = good && expression_value(&tolerance, source->text, NULL, NULL, &expect->tolerance, &fault->error);
    if (good && expect->tolerance < 0.0)
        good = error_set(&fault->error, "expected 0 or more");
    expect->tolerance_is_share = is_share;
    expression_finish(&tolerance);
    return good;
}

static const char *example_of(struct expression_unit unit)
{
    return unit.seconds == 1 ? "50ms" : unit.seconds == -1 ? "100/s" : NULL;
}

static bool fail_units(const struct expect *expect, struct expression_fault *fault)
{
    const struct expression_unit left = expect->left.unit, right = expect->right.unit;
    const char *example = right.seconds == 0 && right.kind == EXPRESSION_PLAIN ? example_of(left)
                          : left.seconds == 0 && left.kind == EXPRESSION_PLAIN ? example_of(right)
                                                                               : NULL;
    return error_set(&fault->error, "%s cannot be compared with %s%s%s", expression_noun(left).chars,
                     expression_noun(right).chars,
                     example ? "; a number with its unit is written such as " : "", example ? example : "");
}

static bool read_all(struct expression_source *source, struct expect *expect, struct expression_fault *fault)
{
    if (!expression_read(source, &expect->left, fault) || !read_relation(source, &expect->relation, fault))
        return false;
    size_t sign_at = fault->offset;
    if (!expression_read(source, &expect->right, fault))
        return false;
    fault->offset = sign_at;
    if (!expression_units_fit(expect->left.unit, expect->right.unit, &expect->unit))
        return fail_units(expect, fault);
    if (expect->relation == RELATION_NEAR && !read_tolerance(source, expect, fault))
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

bool expect_read(const char *text, const struct experiment *outline, struct expect *ret_expect,
                 struct expression_fault *fault)
{
    struct expect expect = {.text = text};
    struct naming naming = {&expect, outline};
    struct expression_source source = {text, 0, resolve, &naming};
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
    expression_finish(&expect->left);
    expression_finish(&expect->right);
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

/* Why a metric can be without a value, by a part of its name. */
static const char *why_absent(const char *name)
{
    static const struct {
        const char *part, *why;
    } reasons[] = {
        {".response.", "no request was answered"},
        {".completion.", "no request was completed"},
        {".wait.", "none was there to wait"},
        {".noticed_after", "no user noticed"},
        {".grew_after", "the backlog did not grow"},
        {".gone_after", "the event or its backlog was there to the end"},
        {".hidden_for", "nothing piled up, or it was never noticed nor gone"},
        {".deliveries_per_message", "nothing was delivered"},
    };
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (strstr(name, reasons[i].part))
            return reasons[i].why;
    return "there was nothing to measure";
}

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
        return error_set(error, "%s does not exist: %s", name, why_absent(name));
    *ret_value = value;
    return true;
}

/* Decimal fractions are not exact: 0.1 + 0.2 shall be 0.3. */
static bool is_equal(double a, double b)
{
    static const double slack = 1e-12;
    return fabs(a - b) <= slack * fmax(fabs(a), fabs(b));
}

static bool holds(const struct expect *expect, double left, double right)
{
    bool equal = is_equal(left, right);
    double room = expect->tolerance * (expect->tolerance_is_share ? fabs(right) : 1.0),
           apart = fabs(left - right);
    switch (expect->relation) {
    case RELATION_LESS: return left < right && !equal;
    case RELATION_AT_MOST: return left < right || equal;
    case RELATION_GREATER: return left > right && !equal;
    case RELATION_AT_LEAST: return left > right || equal;
    case RELATION_EQUAL: return equal;
    case RELATION_DIFFERENT: return !equal;
    case RELATION_NEAR: return equal || apart <= room || is_equal(apart, room);
    }
    return false;
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

/* Both sides and their difference in each replication, one after another: 3 columns. */
static bool evaluate(const struct expect *expect, const struct experiment *experiment, size_t n_replications,
                     double *sides, struct error *error)
{
    struct measuring measuring = {expect, experiment, 0};
    for (size_t r = 0; r < n_replications; r++, sides += 3) {
        measuring.replication = r;
        if (!expression_value(&expect->left, expect->text, measure, &measuring, &sides[0], error) ||
            !expression_value(&expect->right, expect->text, measure, &measuring, &sides[1], error)) {
            if (n_replications > 1)
                error_set(error, "%s (replication %zu)", error_text(error), r + 1);
            return false;
        }
        sides[2] = sides[0] - sides[1];
    }
    return true;
}

static struct expectation_side average(const double *values, size_t n_replications)
{
    struct expectation_side side;
    metric_average(values, 3, n_replications, &side.mean, &side.half_width);
    return side;
}

static bool decide(const struct expect *expect, const struct experiment *experiment, double *sides,
                   size_t n_replications, struct expectation *expectation)
{
    static const struct expectation_side none = {(double)NAN, (double)NAN};
    struct error error = {0};
    *expectation = (struct expectation){.text = expect->text,
                                        .verdict = EXPECTATION_FAILS,
                                        .unit = expect->unit,
                                        .left = none,
                                        .right = none,
                                        .difference = none,
                                        .right_is_constant = expect->right.is_constant};
    const char *missing = policy_not_run(expect, experiment);
    if (missing) {
        expectation->verdict = EXPECTATION_SKIPPED;
        expectation->reason = text_format("policy %s was not run", missing);
        return expectation->reason != NULL;
    }
    if (!evaluate(expect, experiment, n_replications, sides, &error)) {
        expectation->reason = text_copy(error_text(&error));
        error_finish(&error);
        return expectation->reason != NULL;
    }
    expectation->left = average(&sides[0], n_replications);
    expectation->right = average(&sides[1], n_replications);
    expectation->difference = average(&sides[2], n_replications);
    if (holds(expect, expectation->left.mean, expectation->right.mean))
        expectation->verdict = EXPECTATION_HOLDS;
    return true;
}

bool expect_decide(const struct expect *expects, size_t n_expects, struct experiment *experiment,
                   struct error *error)
{
    size_t n_replications = experiment->policies[0].metrics.n_replications;
    struct expectation_list list = {.expectations = calloc(n_expects + 1, sizeof *list.expectations)};
    double *sides = calloc(3 * n_replications, sizeof *sides);
    bool ok = list.expectations && sides;
    while (ok && list.n < n_expects) {
        struct expectation *expectation = &list.expectations[list.n];
        ok = decide(&expects[list.n++], experiment, sides, n_replications, expectation);
        list.n_failed += expectation->verdict == EXPECTATION_FAILS;
    }
    free(sides);
    if (!ok) {
        expectation_list_finish(&list);
        return error_set(error, "out of memory");
    }
    expectation_list_finish(&experiment->expectations);
    experiment->expectations = list;
    return true;
}
