/* What a search found, for programs. */
#ifndef TANDEM_REPORT_SEARCH_FILES_H
#define TANDEM_REPORT_SEARCH_FILES_H

#include "base/error.h"
#include "base/text.h"
#include "experiment/search.h"
#include "report/report.h"

/* A line for each value that was tried under each policy, in the order in which they were tried: policy, the
 * value in base units, verdict (met, missed, undecided, refused), whether the backlog grows, replications,
 * then of each claim the mean and the half-width of what it is about. */
void search_add_csv(struct text *text, const struct search *search);

/* All of it; `source` may be NULL. */
void search_add_json(struct text *text, const struct search *search, const struct report_source *source);

/* Writes search.csv and search.json into `folder`, which is made when missing. */
bool search_files_write(const struct search *search, const struct report_source *source, const char *folder,
                        struct error *error);

#endif
