/* The answer to the first question, who waits and for what, as a sentence. */
#ifndef TANDEM_REPORT_VERDICT_H
#define TANDEM_REPORT_VERDICT_H

#include "base/text.h"
#include "experiment/experiment.h"
#include "model/spec.h"

/* One policy's sentence, computed from its numbers alone, without a last newline: "sync: c1 is blocked 97.3 %
 * of its time, almost all of it for c2.step (wire 86 %, working 14 %)." */
void verdict_add(struct text *text, const struct spec *spec, const struct policy_run *run);

#endif
