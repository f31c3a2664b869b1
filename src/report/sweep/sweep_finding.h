/* What a sweep says of two policies: from where on one does better. */
#ifndef TANDEM_REPORT_SWEEP_FINDING_H
#define TANDEM_REPORT_SWEEP_FINDING_H

#include "base/text.h"
#include "report/sweep/sweep_view.h"

/* Policies are alike at a point where less than 1 % lies between them, or nothing that is certain: where the
 * interval of the paired difference holds 0. Else one of them has more. */
enum sweep_finding_kind {
    FINDING_CROSSING, /* they change places, certainly */
    FINDING_PARTING,  /* they are alike, and from one value on they are not */
    FINDING_MEETING   /* they are not alike up to one value, and are from there on */
};

struct sweep_finding {
    enum sweep_finding_kind kind;
    size_t more, less;     /* policies: who has more behind (a crossing, a parting) or before (a meeting) */
    size_t before, behind; /* values of the last axis; between them it is */
    double x, y;           /* of a crossing, in the axis's and the metric's units */
    double factor;         /* how many times more there is, on that side, where it is most; may be infinite */
};

struct sweep_findings {
    struct sweep_finding *of; /* owned; pair of policies by pair, each along the axis */
    size_t n;
    size_t uncertain; /* changes of place that the noise may have made */
};

/* Who has more at a point: 1 = policy a, -1 = policy b, 0 = they are alike, or not both have numbers. */
int sweep_who_has_more(const struct sweep_view *view, size_t point, size_t a, size_t b, size_t metric);

/* Of all pairs of policies in a metric along the last axis, with the others' indices as in `indices` (one an
 * axis). False when memory is gone. */
bool sweep_findings_init(struct sweep_findings *findings, const struct sweep_view *view, size_t metric,
                         const size_t *indices);
void sweep_findings_finish(struct sweep_findings *findings);

/* The place of the one with the greatest factor; n when there is none. */
size_t sweep_findings_greatest(const struct sweep_findings *findings);

/* Whether the sentence about an earlier finding speaks of this one, too: several policies that part from, or
 * meet, the same one between the same values. */
bool sweep_finding_is_told(const struct sweep_findings *findings, size_t metric,
                           const struct sweep_view *view, size_t finding);

/* The crossing's number: "37 ms"; as few digits as tell it from the values around it. */
struct units_text sweep_crossing_text(const struct sweep_view *view, const struct sweep_finding *finding);

/* "above 37 ms", "from 50 ms on", "up to 30 ms" */
void sweep_finding_add_where(struct text *text, const struct sweep_view *view,
                             const struct sweep_finding *finding);

/* Whether a claim about this metric names the policy with less of it first, as that is better. */
bool sweep_claims_less(const char *metric);

/* "async and queue answer more than sync" (the policies with more are named first, but of times those with
 * less). */
void sweep_finding_add_claim(struct text *text, const struct sweep_view *view, size_t metric,
                             const struct sweep_findings *findings, size_t finding);

/* "above 37 ms (between 30 ms and 50 ms) async answers more than sync", "from 50 ms on async and queue answer
 * more than sync; up to 30 ms they are alike" */
void sweep_finding_add(struct text *text, const struct sweep_view *view, size_t metric,
                       const struct sweep_findings *findings, size_t finding);

#endif
