#include "theory/values.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/units.h"

/* Of values: the last ones of a logarithm depend on the C library, and files must not. */
enum { DIGITS = 12 };

/* Takes the value, with its metric; that may be NULL for want of memory. */
static void put(struct values *values, struct theory_value value)
{
    struct theory *theory = &values->theory;
    if (theory->n == values->capacity) {
        size_t capacity = values->capacity ? 2 * values->capacity : 16;
        struct theory_value *more = realloc(theory->values, capacity * sizeof *more);
        if (more) {
            theory->values = more;
            values->capacity = capacity;
        }
    }
    if (!value.metric || theory->n == values->capacity) {
        values->failed = true;
        free(value.metric);
        return;
    }
    theory->values[theory->n++] = value;
}

void values_add(struct values *values, const char *owner, const char *metric, double value, double slack,
                const char *law)
{
    if (!isfinite(value))
        return;
    put(values, (struct theory_value){
                    .metric = owner ? text_format("%s.%s", owner, metric) : text_copy(metric),
                    .relation = THEORY_EQUALS,
                    .value = units_round(value, DIGITS),
                    .slack = units_round(slack, DIGITS),
                    .law = law,
                });
}

void values_add_bound(struct values *values, const char *metric, enum theory_relation relation, double value,
                      double slack, const char *law, const char *where)
{
    if (!isfinite(value))
        return;
    put(values, (struct theory_value){
                    .metric = text_copy(metric),
                    .relation = relation,
                    .value = units_round(value, DIGITS),
                    .slack = units_round(slack, DIGITS),
                    .law = law,
                    .where = where,
                });
}

bool values_have(const struct values *values, const char *metric)
{
    for (size_t i = 0; i < values->theory.n; i++) {
        const struct theory_value *value = &values->theory.values[i];
        if (value->relation == THEORY_EQUALS && strcmp(value->metric, metric) == 0)
            return true;
    }
    return false;
}
