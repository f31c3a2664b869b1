/* The reference of the scenario format, written from the tables that the reader works with. */
#ifndef TANDEM_SCENARIO_REFERENCE_H
#define TANDEM_SCENARIO_REFERENCE_H

#include "base/text.h"
#include "scenario/fields.h"

/* Adds every key of every kind of object, and every distribution, as Markdown. */
void scenario_reference(struct text *text);

/* Adds what a value of the field looks like, as Markdown: "duration: `"5ms"`, or `"none"`". */
void scenario_reference_value(struct text *text, const struct field *field);

#endif
