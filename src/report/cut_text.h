/* That an experiment came to a limit, told. */
#ifndef TANDEM_REPORT_CUT_TEXT_H
#define TANDEM_REPORT_CUT_TEXT_H

#include "base/text.h"
#include "experiment/experiment.h"
#include "model/spec.h"
#include "report/json.h"

/* Where it did, and what the numbers are of: to follow "ended at a limit: ", without a full stop. */
void cut_text_add(struct text *text, const struct spec *spec, const struct experiment *experiment);

/* The same for programs, as "ended_at_limit"; nothing where it did not. */
void cut_add_json(struct json *json, const struct spec *spec, const struct cut *cut);

#endif
