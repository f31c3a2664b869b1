/* Whether what callers believe of their calls is true. */
#ifndef TANDEM_REPORT_BELIEF_VERDICT_H
#define TANDEM_REPORT_BELIEF_VERDICT_H

#include "model/result.h"

enum belief_verdict { VERDICT_RIGHT, VERDICT_WRONG, VERDICT_NONE, VERDICTS };

/* `truth` counts executions: 0, 1, or more often. Who was told of an error, or of nothing, acts as if nothing
 * had been done; who gave the message to a queue, as if it were done once. */
enum belief_verdict belief_verdict(enum belief belief, int truth);

#endif
