#include "report/sweep/sweep_finding.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What is less is not worth telling. */
static const double alike_share = 0.01;

int sweep_who_has_more(const struct sweep_view *view, size_t point, size_t a, size_t b, size_t metric)
{
    const char *name = view->metrics[metric].name;
    bool a_grows = sweep_grows(view->sweep, point, a, name),
         b_grows = sweep_grows(view->sweep, point, b, name);
    if (a_grows || b_grows)
        return (int)a_grows - (int)b_grows;
    struct interval difference = sweep_difference(view->sweep, point, a, b, name, view->level);
    if (!(fabs(difference.mean) > difference.half_width))
        return 0;
    double one = sweep_metric(view->sweep, point, a, name)->value,
           other = sweep_metric(view->sweep, point, b, name)->value;
    if (fabs(difference.mean) <= alike_share * fmax(fabs(one), fabs(other)))
        return 0;
    return difference.mean > 0.0 ? 1 : -1;
}

/* ---- two policies along the axis ---- */

/* A value of the axis at which both have numbers. */
struct stop {
    size_t value, point;
    int sign; /* sweep_who_has_more() */
};

struct walk {
    const struct sweep_view *view;
    size_t metric, a, b;
    struct stop *stops; /* borrowed; by growing numbers */
    size_t n;
};

static struct interval difference_at(const struct walk *walk, size_t point)
{
    const struct sweep_view *view = walk->view;
    return sweep_difference(view->sweep, point, walk->a, walk->b, view->metrics[walk->metric].name,
                            view->level);
}

static void walk_read(struct walk *walk, const size_t *indices)
{
    const struct sweep *sweep = walk->view->sweep;
    const struct axis *axis = &sweep->axes[sweep_last_axis(sweep)];
    size_t first = sweep_at(sweep, indices) - indices[sweep_last_axis(sweep)];
    walk->n = 0;
    for (size_t i = 0; axis->numbers && i < axis->n; i++) {
        size_t value = walk->view->order[sweep_last_axis(sweep)][i], point = first + value;
        if (difference_at(walk, point).n > 0)
            walk->stops[walk->n++] = (struct stop){
                value, point, sweep_who_has_more(walk->view, point, walk->a, walk->b, walk->metric)};
    }
}

/* How many times more policy a has at most, or b if sign < 0, from stop `from` up to before `end`. */
static double greatest_factor(const struct walk *walk, size_t from, size_t end, int sign)
{
    const char *name = walk->view->metrics[walk->metric].name;
    double most = 0.0;
    for (size_t i = from; i < end; i++) {
        if (walk->stops[i].sign != sign)
            continue;
        size_t point = walk->stops[i].point;
        double one = sweep_metric(walk->view->sweep, point, walk->a, name)->value,
               other = sweep_metric(walk->view->sweep, point, walk->b, name)->value;
        bool grows = sweep_grows(walk->view->sweep, point, sign > 0 ? walk->a : walk->b, name);
        most = fmax(most, grows ? (double)INFINITY : sign > 0 ? one / other : other / one);
    }
    return most;
}

static struct sweep_finding finding_of(const struct walk *walk, enum sweep_finding_kind kind, size_t before,
                                       size_t behind, int sign)
{
    bool ahead = kind == FINDING_MEETING;
    return (struct sweep_finding){
        .kind = kind,
        .more = sign > 0 ? walk->a : walk->b,
        .less = sign > 0 ? walk->b : walk->a,
        .before = walk->stops[before].value,
        .behind = walk->stops[behind].value,
        .factor = greatest_factor(walk, ahead ? 0 : behind, ahead ? before + 1 : walk->n, sign)};
}

static size_t stop_at(const struct walk *walk, size_t value)
{
    size_t i = 0;
    while (walk->stops[i].value != value)
        i++;
    return i;
}

/* Who has more behind it is read from the means: policies may change places and stay alike. */
static struct sweep_finding crossing_finding(const struct walk *walk, const struct sweep_crossing *crossing)
{
    size_t before = stop_at(walk, crossing->before), behind = stop_at(walk, crossing->behind);
    struct interval difference = difference_at(walk, walk->stops[behind].point);
    struct sweep_finding finding =
        finding_of(walk, FINDING_CROSSING, before, behind, difference.mean > 0.0 ? 1 : -1);
    finding.x = crossing->x;
    finding.y = crossing->y;
    return finding;
}

/* One place where they part or meet: alike on one side of it, the same one ahead on all of the other. */
static bool find_parting(const struct walk *walk, struct sweep_finding *ret_finding)
{
    size_t changes = 0, at = 0;
    for (size_t i = 1; i < walk->n; i++)
        if (walk->stops[i].sign != walk->stops[i - 1].sign) {
            changes++;
            at = i;
        }
    if (changes != 1)
        return false;
    int before = walk->stops[at - 1].sign, behind = walk->stops[at].sign;
    if (before != 0 && behind != 0)
        return false;
    *ret_finding = before == 0 ? finding_of(walk, FINDING_PARTING, at - 1, at, behind)
                               : finding_of(walk, FINDING_MEETING, at - 1, at, before);
    return true;
}

/* ---- all of them ---- */

static bool add_finding(struct sweep_findings *findings, struct sweep_finding finding)
{
    struct sweep_finding *more = realloc(findings->of, (findings->n + 1) * sizeof *more);
    if (!more)
        return false;
    findings->of = more;
    findings->of[findings->n++] = finding;
    return true;
}

/* More than a trifle lies between the policies on one side. */
static bool is_worth_telling(const struct walk *walk, const struct sweep_crossing *crossing)
{
    const char *name = walk->view->metrics[walk->metric].name;
    size_t sides[] = {stop_at(walk, crossing->before), stop_at(walk, crossing->behind)};
    for (size_t i = 0; i < 2; i++) {
        size_t point = walk->stops[sides[i]].point;
        double one = sweep_metric(walk->view->sweep, point, walk->a, name)->value,
               other = sweep_metric(walk->view->sweep, point, walk->b, name)->value;
        if (fabs(one - other) > alike_share * fmax(fabs(one), fabs(other)))
            return true;
    }
    return false;
}

static bool add_crossings(struct sweep_findings *findings, const struct walk *walk, const size_t *indices,
                          size_t *ret_certain)
{
    const struct sweep_view *view = walk->view;
    struct sweep_crossing *crossings;
    size_t n;
    bool ok = sweep_crossings(view->sweep, sweep_last_axis(view->sweep), indices, walk->a, walk->b,
                              view->metrics[walk->metric].name, view->level, &crossings, &n);
    *ret_certain = 0;
    if (!ok)
        return false;
    for (size_t i = 0; ok && i < n; i++) {
        *ret_certain += crossings[i].certain;
        findings->uncertain += !crossings[i].certain && is_worth_telling(walk, &crossings[i]);
        ok = !crossings[i].certain || add_finding(findings, crossing_finding(walk, &crossings[i]));
    }
    free(crossings);
    return ok;
}

static bool add_pair(struct sweep_findings *findings, struct walk *walk, const size_t *indices)
{
    struct sweep_finding parting;
    size_t certain;
    walk_read(walk, indices);
    if (!add_crossings(findings, walk, indices, &certain))
        return false;
    return certain > 0 || !find_parting(walk, &parting) || add_finding(findings, parting);
}

bool sweep_findings_init(struct sweep_findings *findings, const struct sweep_view *view, size_t metric,
                         const size_t *indices)
{
    const struct sweep *sweep = view->sweep;
    struct walk walk = {.view = view, .metric = metric};
    *findings = (struct sweep_findings){0};
    walk.stops = calloc(sweep->axes[sweep_last_axis(sweep)].n + 1, sizeof *walk.stops);
    bool ok = walk.stops != NULL;
    for (walk.a = 0; ok && walk.a < sweep_policies(sweep); walk.a++)
        for (walk.b = walk.a + 1; ok && walk.b < sweep_policies(sweep); walk.b++)
            ok = add_pair(findings, &walk, indices);
    free(walk.stops);
    if (!ok)
        sweep_findings_finish(findings);
    return ok;
}

void sweep_findings_finish(struct sweep_findings *findings)
{
    free(findings->of);
    *findings = (struct sweep_findings){0};
}

size_t sweep_findings_greatest(const struct sweep_findings *findings)
{
    static const double margin = 1.01; /* of those that are as good as equal, the first */
    size_t greatest = findings->n;
    for (size_t i = 0; i < findings->n; i++)
        if (greatest == findings->n || findings->of[i].factor > margin * findings->of[greatest].factor)
            greatest = i;
    return greatest;
}

/* ---- words ---- */

struct units_text sweep_crossing_text(const struct sweep_view *view, const struct sweep_finding *finding)
{
    size_t axis = sweep_last_axis(view->sweep);
    const double *numbers = view->sweep->axes[axis].numbers;
    int digits = UNITS_DIGITS - 1;
    struct units_text text = sweep_number_text(view, axis, finding->x, digits);
    while (digits < view->digits[axis] &&
           (strcmp(text.chars, sweep_number_text(view, axis, numbers[finding->before], digits).chars) == 0 ||
            strcmp(text.chars, sweep_number_text(view, axis, numbers[finding->behind], digits).chars) == 0))
        text = sweep_number_text(view, axis, finding->x, ++digits);
    return text;
}

static bool begins(const char *string, const char *prefix)
{
    return strncmp(string, prefix, strlen(prefix)) == 0;
}

static bool is_response(const char *metric)
{
    return begins(metric, "response.") && !strstr(metric, "split");
}

bool sweep_claims_less(const char *metric)
{
    return is_response(metric) || begins(metric, "completion.");
}

/* Who is named first, and who last. */
static size_t subject_of(const struct sweep_finding *finding, const char *metric)
{
    return sweep_claims_less(metric) ? finding->less : finding->more;
}

static size_t object_of(const struct sweep_finding *finding, const char *metric)
{
    return sweep_claims_less(metric) ? finding->more : finding->less;
}

static bool share_sentence(const struct sweep_finding *a, const struct sweep_finding *b, const char *metric)
{
    return a->kind != FINDING_CROSSING && a->kind == b->kind && a->before == b->before &&
           a->behind == b->behind && object_of(a, metric) == object_of(b, metric);
}

bool sweep_finding_is_told(const struct sweep_findings *findings, size_t metric,
                           const struct sweep_view *view, size_t finding)
{
    for (size_t i = 0; i < finding; i++)
        if (share_sentence(&findings->of[i], &findings->of[finding], view->metrics[metric].name))
            return true;
    return false;
}

/* "async, queue and mixed"; returns how many. */
static size_t add_subjects(struct text *text, const struct sweep_view *view, const char *metric,
                           const struct sweep_findings *findings, size_t finding)
{
    size_t n = 0, added = 0;
    for (size_t i = 0; i < findings->n; i++)
        n += i == finding || share_sentence(&findings->of[i], &findings->of[finding], metric);
    for (size_t i = 0; i < findings->n; i++) {
        if (i != finding && !share_sentence(&findings->of[i], &findings->of[finding], metric))
            continue;
        text_addf(text, "%s%s",
                  added == 0       ? ""
                  : added + 1 == n ? " and "
                                   : ", ",
                  sweep_policy_name(view->sweep, subject_of(&findings->of[i], metric)));
        added++;
    }
    return n;
}

void sweep_finding_add_claim(struct text *text, const struct sweep_view *view, size_t metric,
                             const struct sweep_findings *findings, size_t finding)
{
    const char *name = view->metrics[metric].name,
               *object = sweep_policy_name(view->sweep, object_of(&findings->of[finding], name));
    bool answers = strcmp(name, "throughput") == 0 || is_response(name);
    bool completes = strcmp(name, "completions") == 0 || begins(name, "completion.");
    if (!answers && !completes)
        text_addf(text, "%s is higher under ", name);
    size_t n = add_subjects(text, view, name, findings, finding);
    if (answers || completes)
        text_addf(text, " %s%s %s than %s", answers ? "answer" : "complete", n == 1 ? "s" : "",
                  sweep_claims_less(name) ? "sooner" : "more", object);
    else
        text_addf(text, " than under %s", object);
}

/* "30 ms"; where there is no unit: "shop.workers 8" */
static void add_value(struct text *text, const struct sweep_view *view, const char *value, bool named)
{
    const struct axis *axis = &view->sweep->axes[sweep_last_axis(view->sweep)];
    text_addf(text, "%s%s%s", named && axis->kind == AXIS_NUMBER ? axis_label(axis) : "",
              named && axis->kind == AXIS_NUMBER ? " " : "", value ? value : "");
    text->failed |= !value;
}

void sweep_finding_add_where(struct text *text, const struct sweep_view *view,
                             const struct sweep_finding *finding)
{
    static const char *const words[][2] = {[FINDING_CROSSING] = {"above ", ""},
                                           [FINDING_PARTING] = {"from ", " on"},
                                           [FINDING_MEETING] = {"up to ", ""}};
    size_t value = finding->kind == FINDING_PARTING ? finding->behind : finding->before;
    char *number = finding->kind == FINDING_CROSSING
                       ? text_copy(sweep_crossing_text(view, finding).chars)
                       : sweep_value_text(view, sweep_last_axis(view->sweep), value);
    text_add(text, words[finding->kind][0]);
    add_value(text, view, number, true);
    text_add(text, words[finding->kind][1]);
    free(number);
}

static void add_crossing(struct text *text, const struct sweep_view *view, size_t metric,
                         const struct sweep_findings *findings, size_t finding, const char *before,
                         const char *behind)
{
    text_add(text, " (between ");
    add_value(text, view, before, false);
    text_add(text, " and ");
    add_value(text, view, behind, false);
    text_add(text, ") ");
    sweep_finding_add_claim(text, view, metric, findings, finding);
}

static void add_parting(struct text *text, const struct sweep_view *view, size_t metric,
                        const struct sweep_findings *findings, size_t finding, const char *before,
                        const char *behind)
{
    const struct sweep_finding *f = &findings->of[finding];
    const size_t *order = view->order[sweep_last_axis(view->sweep)];
    size_t n = view->sweep->axes[sweep_last_axis(view->sweep)].n;
    bool parting = f->kind == FINDING_PARTING;
    bool alone = parting ? f->before == order[0] : f->behind == order[n - 1];
    text_add(text, " ");
    sweep_finding_add_claim(text, view, metric, findings, finding);
    text_add(text, alone ? "; at " : parting ? "; up to " : "; from ");
    add_value(text, view, parting ? before : behind, false);
    text_add(text, parting || alone ? " they are alike" : " on they are alike");
}

void sweep_finding_add(struct text *text, const struct sweep_view *view, size_t metric,
                       const struct sweep_findings *findings, size_t finding)
{
    const struct sweep_finding *f = &findings->of[finding];
    size_t axis = sweep_last_axis(view->sweep);
    char *before = sweep_value_text(view, axis, f->before), *behind = sweep_value_text(view, axis, f->behind);
    sweep_finding_add_where(text, view, f);
    (f->kind == FINDING_CROSSING ? add_crossing : add_parting)(text, view, metric, findings, finding, before,
                                                               behind);
    free(before);
    free(behind);
}
