#include "report/disturbances.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "base/units.h"

const char *const disturbance_headings[DISTURBANCE_COLUMNS] = {"noticed after", "grew after", "backlog most",
                                                               "gone after"};

static const struct {
    const char *metric;
    const char *share; /* the metric that tells in how many replications it has a value; NULL = in all */
    bool after_growth; /* tells of what grew */
} columns[DISTURBANCE_COLUMNS] = {
    {"noticed_after", "noticed.share", false},
    {"grew_after", "grew.share", false},
    {"backlog_most", NULL, false},
    {"gone_after", "gone.share", true},
};

/* False when memory is gone. */
static bool find(const struct metric_table *metrics, const char *word, const char *metric, double *ret_value)
{
    char *name = text_format("event.%s.%s", word, metric);
    if (name)
        *ret_value = metric_value(metrics, name);
    free(name);
    return name != NULL;
}

/* Nothing is gone that never grew. */
static bool has_grown(const struct metric_table *metrics, const char *word, bool *ret_grown)
{
    double share = (double)NAN;
    bool ok = find(metrics, word, "grew.share", &share);
    *ret_grown = !(share == 0.0);
    return ok;
}

static void format_duration(char *cell, size_t size, double value, double share)
{
    const struct units_text duration = units_format_duration(value, UNITS_DIGITS);
    if (share == 0.0)
        snprintf(cell, size, "never");
    else if (share < 1.0)
        snprintf(cell, size, "%s (%s)", duration.chars, units_format_share(share, 2).chars);
    else
        snprintf(cell, size, "%s", duration.chars);
}

bool disturbance_cells(const struct metric_table *metrics, const char *event,
                       struct disturbance_cells *ret_cells)
{
    char *word = spec_event_word(event);
    bool grown = true, ok = word != NULL && has_grown(metrics, word, &grown);
    for (size_t i = 0; ok && i < DISTURBANCE_COLUMNS; i++) {
        char *cell = ret_cells->chars[i];
        const size_t size = sizeof ret_cells->chars[i];
        double value = (double)NAN, share = (double)NAN;
        ok = find(metrics, word, columns[i].metric, &value) &&
             (!columns[i].share || find(metrics, word, columns[i].share, &share));
        if (!grown && columns[i].after_growth)
            snprintf(cell, size, "-");
        else if (columns[i].share)
            format_duration(cell, size, value, share);
        else
            snprintf(cell, size, "%s", units_format_number(value, UNITS_DIGITS).chars);
    }
    free(word);
    return ok;
}
