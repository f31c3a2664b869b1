/* Where policies change places, marked in a figure: a ring at the place, and above the panel a line of words.
 */
#ifndef TANDEM_REPORT_SWEEP_MARKS_H
#define TANDEM_REPORT_SWEEP_MARKS_H

#include "report/plot/sweep_chart.h"
#include "report/sweep/sweep_finding.h"

enum {
    MOST_MARKS = 16,
    MARKS_ROW = 28 /* the height of a row of words */
};

struct mark {
    int x, y;
    bool seen;  /* it lies within the panel */
    char *text; /* owned */
    int width;  /* of the text */
    int row;    /* of the text, from the panel upwards; -1 = there is no room for it */
};

struct marks {
    struct mark of[MOST_MARKS];
    size_t n;
    int rows; /* of words */
};

/* The crossings among the findings of a panel. */
struct marks marks_make(const struct sweep_chart *chart, struct panel panel,
                        const struct sweep_findings *findings);
void marks_finish(struct marks *marks);

/* For the panel that is drawn next. */
void marks_draw(struct figure *figure, struct panel panel, const struct marks *marks);

#endif
