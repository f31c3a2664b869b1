/* The reference of the scenario format, written from the tables that the reader works with. */
#ifndef TANDEM_SCENARIO_REFERENCE_H
#define TANDEM_SCENARIO_REFERENCE_H

#include "base/text.h"

/* Adds every key of every kind of object, and every distribution, as Markdown. */
void scenario_reference(struct text *text);

#endif
