/* One comparison of two expressions over metrics: < <= > >= == !=, or "A ~ B within 2%" (of B; or within
 * "5ms"). What a name means, and where its numbers come from, is for those to say who make claims: expect.h,
 * goal.h. */
#ifndef TANDEM_EXPERIMENT_CLAIM_H
#define TANDEM_EXPERIMENT_CLAIM_H

#include <stdbool.h>

#include "experiment/expression.h"
#include "experiment/metrics.h"

enum relation {
    RELATION_LESS,
    RELATION_AT_MOST,
    RELATION_GREATER,
    RELATION_AT_LEAST,
    RELATION_EQUAL,
    RELATION_DIFFERENT,
    RELATION_NEAR
};

struct claim {
    struct expression left, right; /* owned */
    enum relation relation;
    double tolerance; /* of RELATION_NEAR: as a share of the right side, or in its unit */
    bool tolerance_is_share;
    struct expression_unit unit; /* of both sides */
};

/* Reads as much as is a claim. On failure the fault is the caller's to finish. */
bool claim_read(struct expression_source *source, struct claim *ret_claim, struct expression_fault *fault);
void claim_finish(struct claim *claim);

/* Whether the two values, of which neither is NAN, fulfil it. */
bool claim_holds(const struct claim *claim, double left, double right);

/* Are they the same but for the slips of decimal fractions? 0.1 + 0.2 is 0.3. */
bool claim_is_equal(double a, double b);

/* Of RELATION_NEAR: how far apart the sides may be when the right one is `right`. */
double claim_room(const struct claim *claim, double right);

/* The unit of a metric, as expressions reckon with it. */
struct expression_unit claim_unit(const struct metric *metric);

/* Why a metric can be without a value, by its name. */
const char *claim_why_absent(const char *metric);

/* Whether a name that is no metric was perhaps meant as the difference of two, as "ok-lost" is: what stands
 * before a minus in it is one. */
bool claim_is_difference(const char *name, bool (*is_metric)(const void *data, const char *name),
                         const void *data);

#endif
