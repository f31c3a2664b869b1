/* Theory beside simulation: what queueing theory says of each policy, what the run measured, and whether they
 * agree; in each form of output. */
#ifndef TANDEM_REPORT_THEORY_VIEW_H
#define TANDEM_REPORT_THEORY_VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "experiment/experiment.h"
#include "model/spec.h"
#include "report/json.h"
#include "report/table.h"
#include "theory/theory.h"

enum theory_verdict {
    THEORY_UNDECIDED, /* nothing was measured, or only once, which tells nothing of chance */
    THEORY_AGREES,    /* an exact value is inside the interval */
    THEORY_DIFFERS,   /* it is outside */
    THEORY_KEPT,      /* a bound is */
    THEORY_BROKEN     /* it is not, by more than the interval */
};

/* "agrees", "kept", ... */
extern const char *const theory_verdict_names[];

struct theory_row {
    const struct theory_value *value; /* borrowed from the view */
    enum metric_unit unit;
    double measured, half_width; /* NAN: nothing, or no interval */
    enum theory_verdict verdict;
    double off; /* where they differ: by how many half-widths; INFINITY: there is no doubt */
};

struct theory_section {
    const char *policy;                 /* borrowed */
    const struct metric_table *metrics; /* borrowed: of that policy */
    struct theory theory;
    struct theory_row
        *rows; /* owned; those that are exact first; of several bounds on responses the nearest */
    size_t n_rows, n_exact;
};

struct theory_view {
    struct theory_section *sections; /* owned; one a policy of which theory says anything */
    size_t n_sections;
    size_t n_judged;   /* rows with an interval, in all sections */
    double confidence; /* that all these intervals hold at once with (Bonferroni) */
    double level;      /* of each of them */
};

/* Borrows both. Without numbers in the experiment there are no sections. False when memory is gone. */
bool theory_view_init(struct theory_view *view, const struct spec *spec, const struct experiment *experiment);
void theory_view_finish(struct theory_view *view);

/* These two show what differs, what agrees (the first of many), and those bounds that the run comes near to;
 * they write nothing where there is nothing of that. The table begins with an empty line. */
void theory_view_add_table(struct text *text, const struct theory_view *view,
                           const struct table_style *style);
void theory_view_add_markdown(struct text *text, const struct theory_view *view);

/* "theory": {"level": 0.996, "confidence": 0.95, "policies": {"sync": {"model": "M/M/c queue", "source": ...,
 * "values": [{"metric": "response.mean", "relation": "=", "value": 1.55, "unit": "s", "simulated": 1.56,
 * "half_width": 0.02, "verdict": "agrees", "law": "Erlang C", "where": null}]}}}: base units; relations are
 * =,
 * <= and >=; always there, perhaps
 * without policies. */
void theory_view_add_json(struct json *json, const struct theory_view *view);

/* ---- what these and other forms of output consist of ---- */

/* "≤ 73.39/s", "70.31/s ± 0.17/s", "kept (95.8 %)" */
struct theory_cells {
    char theory[120], measured[120], verdict[120];
};
struct theory_cells theory_row_cells(const struct theory_row *row);

/* Of many that agree the first ones are enough; whatever does not is shown. */
bool theory_row_is_shown(const struct theory_section *section, size_t i);

/* How many that agree are not. */
size_t theory_section_hidden(const struct theory_section *section);

/* The model, or that there is none. */
const char *theory_section_title(const struct theory_section *section);

/* "14 values, intervals of 99.64 % each, ..."; nothing where there is none. */
void theory_view_add_level(struct text *text, const struct theory_view *view);

#endif
