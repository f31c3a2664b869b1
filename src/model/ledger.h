/* What is counted, and the checks that it adds up. */
#ifndef TANDEM_MODEL_LEDGER_H
#define TANDEM_MODEL_LEDGER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "model/result.h"
#include "stats/histogram.h"
#include "stats/time_average.h"

struct system;
struct request;
struct activation;

/* Sums of response-time splits by size of the response, for the split of the slowest ones: 16 sizes an
 * octave. */
enum { SLOW_PER_OCTAVE = 16, SLOW_OCTAVES = 64 };

struct slow_cell {
    uint64_t count;
    int128 ns[CAUSES];
};

struct ledger {
    struct time_average places[PLACES];
    uint64_t offered, answered, failed, completed; /* since time 0 */
    uint64_t answered_before, completed_before;    /* the end of the warm-up */
    int128 response_ns;                            /* of all ok answers since time 0 */
    int128 wasted_ns;
    struct slow_cell *slow[SLOW_OCTAVES]; /* owned, made when first needed */
    const char *broken; /* the first ledger found not to add up while running; NULL = none */
};

void ledger_finish(struct ledger *ledger);

/* An answered request's response time by cause. */
void ledger_split(struct system *s, int64_t response_ns, const int64_t split_ns[CAUSES]);

/* The warm-up is over: everything measured begins anew, at the present time. */
void ledger_restart(struct system *s);

/* Closes all ledgers at the present time and fills `result` (zeroed); see system_close(). */
bool ledger_close(struct system *s, struct result *result, struct error *error);

#endif
