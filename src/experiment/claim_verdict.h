/* What replications say of a claim: it holds, it fails, or they are too few to tell.
 *
 * For < <= > >= the interval of left - right, replication by replication, decides: the claim holds when all
 * of it is on the claimed side of 0, and fails when all of it is on the other one. The bounds belong to the
 * interval: when it touches 0, <= and >= may still hold, < and > may still fail.
 *
 * "A ~ B within T" is a test of equivalence by inclusion of the interval: it holds when all of the interval
 * lies within the tolerance, and fails when all of it lies outside (Schuirmann, J. Pharmacokinet. Biopharm.
 * 15(6), 1987; Westlake, Biometrics 32(4), 1976). A tolerance that is a share of B is one in each
 * replication, so that the chance in B counts, too (as in Sasabuchi, Biometrika 67(2), 1980).
 *
 * With a level of 95 % a claim whose sides differ by just as much as decides it is wrongly said to hold, or
 * to fail, 2.5 times in 100 each.
 *
 * == and != are about exact values, of which no interval can tell anything: == holds when the sides are the
 * same in every replication that was made, and != when they are not. */
#ifndef TANDEM_EXPERIMENT_CLAIM_VERDICT_H
#define TANDEM_EXPERIMENT_CLAIM_VERDICT_H

#include <stddef.h>

#include "experiment/claim.h"

enum claim_verdict { CLAIM_HOLDS, CLAIM_FAILS, CLAIM_UNDECIDED };

struct claim_ruling {
    enum claim_verdict verdict;
    /* About how many replications would decide it, where these do not: at least one more; INFINITY when the
     * sides are too close for any number. 0 = it is decided. */
    double needed;
};

/* What a row is made of: the last two are for what is left of a tolerance. */
enum { CLAIM_LEFT, CLAIM_RIGHT, CLAIM_DIFFERENCE, CLAIM_ROOM_ABOVE, CLAIM_ROOM_BELOW, CLAIM_COLUMNS };

/* `rows` has CLAIM_COLUMNS numbers for each of `n` >= 1 replications, of which the first three are given,
 * none of them NAN; the others are filled in where they are needed. With one replication there is no
 * interval, and its values decide. */
struct claim_ruling claim_judge(const struct claim *claim, double *rows, size_t n, double level);

#endif
