/* The page of a run, report.html: all that there is to see, in one file that needs no other, no script and no
 * network. The same run is the same bytes. */
#ifndef TANDEM_REPORT_PAGE_H
#define TANDEM_REPORT_PAGE_H

#include "base/text.h"
#include "experiment/experiment.h"
#include "model/spec.h"
#include "report/report.h"

/* What memory could not hold shows in `html->failed`. The experiment must hold what is kept of replication 0.
 */
void page_add(struct text *html, const struct spec *spec, const struct experiment *experiment,
              const struct report_source *source);

#endif
