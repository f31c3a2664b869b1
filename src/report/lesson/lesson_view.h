/* Lessons, and how answers to them were graded, for people and programs. */
#ifndef TANDEM_REPORT_LESSON_VIEW_H
#define TANDEM_REPORT_LESSON_VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "experiment/lesson_grade.h"
#include "report/table.h"

/* ---- which there are ---- */

struct lesson_entry {
    const char *name;            /* "02-who-waits" */
    const struct lesson *lesson; /* borrowed */
};

void lesson_list_add_table(struct text *text, const struct lesson_entry *entries, size_t n,
                           const struct table_style *style);
void lesson_list_add_markdown(struct text *text, const struct lesson_entry *entries, size_t n,
                              const struct table_style *style);
void lesson_list_add_json(struct text *text, const struct lesson_entry *entries, size_t n,
                          const struct table_style *style);

/* ---- what became of them ---- */

struct lesson_result {
    const char *folder;        /* borrowed, as all here */
    bool graded;               /* else something is wrong with the folder, which was told */
    struct lesson_sheet sheet; /* where it was graded */
    struct lesson_grade grade;
};

/* All of each, and where there are several a line for each at the end. */
void lesson_results_add_table(struct text *text, const struct lesson_result *results, size_t n,
                              const struct table_style *style);
void lesson_results_add_markdown(struct text *text, const struct lesson_result *results, size_t n,
                                 const struct table_style *style);
void lesson_results_add_json(struct text *text, const struct lesson_result *results, size_t n,
                             const struct table_style *style);

#endif
