/* How a mistake is told: where, what, and the line with a caret. */
#ifndef TANDEM_SCENARIO_PROBLEMS_H
#define TANDEM_SCENARIO_PROBLEMS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "scenario/scenario.h"

/* A place that can be shown. */
struct problem_site {
    const char *name; /* the file, or the option */
    const char *text; /* NULL: there is no text, only the name is shown */
    size_t length;
    size_t offset;
};

/* What is said about it. Texts may hold anything: what would disturb a terminal is escaped. */
struct remark {
    bool warning;
    const char *path; /* in the document; "" = the document itself */
    const char *message;
    const char *hint; /* the name that was perhaps meant, or NULL */
};

/* Is there no more room? Then it is not worth finding out where a further problem is. */
bool problem_list_is_full(const struct problem_list *list);

/* Counts a problem for which there is no room. */
void problem_list_count(struct problem_list *list, bool warning);

/* Adds a problem, or counts it when the list is full. `line` and `column` are kept for the order. */
void problem_list_add(struct problem_list *list, const struct problem_site *site, const struct remark *remark,
                      int line, int column);

/* Puts the problems into the order of their places, those without one first. */
void problem_list_sort(struct problem_list *list);

/* Adds a text of which no character does anything to a terminal: others are escaped as \u001b or \xff. At
 * most `most` characters are shown, an ellipsis stands for the rest. */
void visible_add(struct text *text, const char *bytes, size_t length, size_t most);

#endif
