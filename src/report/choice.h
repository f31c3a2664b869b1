/* Which of many components, queues and endpoints have a place in a table: there may be more than anybody
 * reads. */
#ifndef TANDEM_REPORT_CHOICE_H
#define TANDEM_REPORT_CHOICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "experiment/experiment.h"
#include "model/spec.h"

enum { CHOICE_MOST = 12 };

/* Those with the greatest scores, of equals the first ones; in the order in which they were offered. */
struct choice {
    struct chosen {
        const char *name; /* borrowed */
        size_t index;     /* of a component in the spec */
        double score;
    } chosen[CHOICE_MOST];
    size_t n;
    size_t of; /* that many were offered */
};

/* The component that users call first, whose workers do the waiting that is asked about. */
uint32_t choice_first_component(const struct spec *spec);

/* The components whose workers have the most to do under some policy, and the one that users call first.
 * False when memory is gone, as those below. */
bool choice_of_components(const struct spec *spec, const struct experiment *experiment,
                          struct choice *ret_choice);

/* The longest queues. */
bool choice_of_queues(const struct experiment *experiment, struct choice *ret_choice);

/* The endpoints whose calls went wrong most often in a way that callers could not know; of those of which
 * nothing did, none. */
bool choice_of_endpoints(const struct spec *spec, const struct experiment *experiment,
                         struct choice *ret_choice);

/* Adds "; 12 of 100 queues, the longest" where there were more than were chosen. */
void choice_tell(struct text *text, const struct choice *choice, const char *things, const char *chosen);

#endif
