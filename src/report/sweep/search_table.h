/* What a search found, for a person: per policy the hardest value that meets the goal and the easiest that
 * misses it, how sure that is, and the goal's numbers at the limit. */
#ifndef TANDEM_REPORT_SEARCH_TABLE_H
#define TANDEM_REPORT_SEARCH_TABLE_H

#include "base/text.h"
#include "experiment/search.h"
#include "report/table.h"

void search_table_add(struct text *text, const struct search *search, const struct table_style *style);
void search_markdown_add(struct text *text, const struct search *search);

/* The probe at a place of a policy's bracket; NULL for SEARCH_NONE. */
const struct search_probe *search_probe_at(const struct search_policy *policy, int place);

/* "checkout: the largest load.0.rate with response.p99 < 300ms and lost == 0" */
void search_title_add(struct text *text, const struct search *search);

#endif
