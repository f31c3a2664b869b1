#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/text.h"
#include "experiment/goal.h"

/* ---- what the runs say of a claim ---- */

/* Where the numbers of one replication come from. */
struct measuring {
    const struct goal *goal;
    const struct metric_table *table;
    size_t replication;
};

static bool measure(void *data, size_t quantity, double *ret_value, struct error *error)
{
    const struct measuring *m = data;
    const char *name = m->goal->metrics[quantity];
    const struct metric *metric = metric_find(m->table, name);
    double value = metric
                       ? m->table->values[m->replication * m->table->n + (size_t)(metric - m->table->metrics)]
                       : (double)NAN;
    if (isnan(value))
        return error_set(error, "%s does not exist: %s", name, claim_why_absent(name));
    *ret_value = value;
    return true;
}

/* One replication: the sides, and by how much the claim is met there; what is missed has less than 0. A claim
 * with "~" has two such margins, the others one. */
struct row {
    double left, right, margins[2];
};

enum { ROW = sizeof(struct row) / sizeof(double) };

static void set_margins(const struct claim *claim, struct row *row)
{
    double apart = row->left - row->right, room = claim_room(claim, row->right);
    bool less = claim->relation == RELATION_LESS || claim->relation == RELATION_AT_MOST;
    row->margins[0] = claim->relation == RELATION_NEAR ? room - apart : less ? -apart : apart;
    row->margins[1] = room + apart;
}

static bool fill_rows(const struct goal *goal, const struct claim *claim, const struct metric_table *table,
                      struct row *rows, struct error *error)
{
    struct measuring m = {goal, table, 0};
    for (; m.replication < table->n_replications; m.replication++) {
        struct row *row = &rows[m.replication];
        if (!expression_value(&claim->left, goal->text, measure, &m, &row->left, error) ||
            !expression_value(&claim->right, goal->text, measure, &m, &row->right, error))
            return error_set(error, "%s (replication %zu)", error_text(error), m.replication + 1);
        set_margins(claim, row);
    }
    return true;
}

/* How many replications meet the claim themselves. */
static size_t count_met(const struct claim *claim, const struct row *rows, size_t n)
{
    size_t met = 0;
    for (size_t r = 0; r < n; r++)
        met += claim_holds(claim, rows[r].left, rows[r].right);
    return met;
}

/* Is the claim met, or missed, by the same in all replications? One alone cannot tell. */
static bool is_constant(const struct row *rows, size_t n, size_t margin)
{
    for (size_t r = 1; r < n; r++) {
        double scale = fmax(fabs(rows[r].left), fabs(rows[r].right));
        if (fabs(rows[r].margins[margin] - rows[0].margins[margin]) > 1e-12 * scale)
            return false;
    }
    return n > 1;
}

struct ruling {
    enum goal_verdict verdict;
    double reach;
};

static struct ruling decided(bool met)
{
    return (struct ruling){met ? GOAL_MET : GOAL_MISSED, 0.0};
}

static struct ruling judge_margin(const struct claim *claim, const struct row *rows, size_t n, size_t margin,
                                  double risk)
{
    if (is_constant(rows, n, margin))
        return decided(claim->relation == RELATION_NEAR ? rows[0].margins[margin] >= 0.0
                                                        : claim_holds(claim, rows[0].left, rows[0].right));
    /* Two sides of `risk` each, of which one counts. */
    struct interval interval = interval_of(&rows[0].margins[margin], ROW, n, 1.0 - 2.0 * risk);
    if (fabs(interval.mean) > interval.half_width)
        return decided(interval.mean > 0.0);
    return (struct ruling){GOAL_UNDECIDED, n > 1 ? fabs(interval.mean) / interval.half_width : 0.0};
}

static enum goal_verdict both(enum goal_verdict a, enum goal_verdict b)
{
    if (a == GOAL_MISSED || b == GOAL_MISSED)
        return GOAL_MISSED;
    return a == GOAL_MET && b == GOAL_MET ? GOAL_MET : GOAL_UNDECIDED;
}

static enum goal_verdict either(enum goal_verdict a, enum goal_verdict b)
{
    if (a == GOAL_MET || b == GOAL_MET)
        return GOAL_MET;
    return a == GOAL_MISSED && b == GOAL_MISSED ? GOAL_MISSED : GOAL_UNDECIDED;
}

/* "!=" is met wherever the mean lies, but at one point. */
static struct ruling judge_difference(const struct claim *claim, const struct row *rows, size_t n,
                                      double risk)
{
    if (is_constant(rows, n, 0))
        return decided(count_met(claim, rows, n) > 0);
    struct ruling ruling = judge_margin(claim, rows, n, 0, risk / 2.0);
    ruling.verdict = ruling.verdict == GOAL_UNDECIDED ? GOAL_UNDECIDED : GOAL_MET;
    return ruling;
}

static struct ruling judge_claim(const struct claim *claim, const struct row *rows, size_t n, double risk)
{
    if (claim->relation == RELATION_EQUAL)
        return decided(count_met(claim, rows, n) == n);
    if (claim->relation == RELATION_DIFFERENT)
        return judge_difference(claim, rows, n, risk);
    struct ruling ruling = judge_margin(claim, rows, n, 0, risk);
    if (claim->relation == RELATION_NEAR) {
        struct ruling other = judge_margin(claim, rows, n, 1, risk);
        ruling = (struct ruling){both(ruling.verdict, other.verdict), fmax(ruling.reach, other.reach)};
    }
    return ruling;
}

/* ---- what they say of the goal ---- */

static size_t count_margins(const struct goal *goal)
{
    size_t n = 0;
    for (size_t i = 0; i < goal->n_claims; i++)
        n += goal->claims[i].claim.relation == RELATION_NEAR ? 2 : 1;
    return n;
}

static enum goal_verdict combine(const struct goal *goal, const struct goal_finding *findings,
                                 enum goal_verdict *stack)
{
    size_t top = 0;
    for (size_t i = 0; i < goal->n_steps; i++) {
        const struct goal_step *step = &goal->steps[i];
        if (step->operation == GOAL_PUSH_CLAIM) {
            stack[top++] = findings[step->claim].verdict;
            continue;
        }
        top--;
        stack[top - 1] = (step->operation == GOAL_BOTH ? both : either)(stack[top - 1], stack[top]);
    }
    assert(top == 1);
    return stack[0];
}

/* A run that cannot be judged misses the claim: nobody would call it met. */
static bool find(const struct goal *goal, size_t i, const struct metric_table *table, double risk,
                 struct row *rows, struct goal_finding *finding)
{
    static const struct interval none = {(double)NAN, (double)NAN, (double)NAN, 0};
    const struct goal_claim *claim = &goal->claims[i];
    struct error error = {0};
    size_t n = table->n_replications;
    *finding = (struct goal_finding){.verdict = GOAL_MISSED, .shown = none};
    if (!fill_rows(goal, &claim->claim, table, rows, &error)) {
        finding->reason = text_copy(error_text(&error));
        error_finish(&error);
        return finding->reason != NULL;
    }
    struct ruling ruling = judge_claim(&claim->claim, rows, n, risk);
    finding->verdict = ruling.verdict;
    finding->reach = ruling.verdict == GOAL_UNDECIDED ? ruling.reach : 0.0;
    finding->shown = interval_of(claim->left_shown ? &rows[0].left : &rows[0].right, ROW, n,
                                 table->level > 0.0 ? table->level : 0.95);
    return true;
}

bool goal_judge(const struct goal *goal, const struct metric_table *table, double risk,
                struct goal_judgement *ret_judgement, struct error *error)
{
    struct goal_judgement judgement = {.findings = calloc(goal->n_claims, sizeof *judgement.findings)};
    struct row *rows = calloc(table->n_replications + 1, sizeof *rows);
    enum goal_verdict *stack = calloc(goal->n_claims, sizeof *stack);
    bool ok = judgement.findings && rows && stack;
    double share = risk / (double)count_margins(goal);
    for (; ok && judgement.n < goal->n_claims; judgement.n++) {
        struct goal_finding *finding = &judgement.findings[judgement.n];
        ok = find(goal, judgement.n, table, share, rows, finding);
        judgement.reach = fmax(judgement.reach, finding->reach);
    }
    if (ok) {
        judgement.verdict = combine(goal, judgement.findings, stack);
        *ret_judgement = judgement;
    } else {
        goal_judgement_finish(&judgement);
        error_set(error, "out of memory");
    }
    free(rows);
    free(stack);
    return ok;
}

void goal_judgement_finish(struct goal_judgement *judgement)
{
    if (!judgement)
        return;
    for (size_t i = 0; judgement->findings && i < judgement->n; i++)
        free(judgement->findings[i].reason);
    free(judgement->findings);
    *judgement = (struct goal_judgement){0};
}
