/* Graded lessons as the JUnit XML that build servers and classroom tools read: a suite for each folder, a
 * case for each graded question. Elements and attributes are those of the schema of Jenkins' xunit plugin
 * (junit-10.xsd), without times: the same results are the same bytes. */
#ifndef TANDEM_REPORT_LESSON_JUNIT_H
#define TANDEM_REPORT_LESSON_JUNIT_H

#include <stddef.h>

#include "base/text.h"
#include "report/lesson/lesson_view.h"

/* What is wrong, not answered or cannot be told is a failure; a folder that could not be graded is an error.
 */
void lesson_results_add_junit(struct text *text, const struct lesson_result *results, size_t n,
                              const struct table_style *style);

#endif
