/* The format of scenarios as a JSON Schema (draft 2020-12), for editors and validators. */
#ifndef TANDEM_SCENARIO_SCHEMA_H
#define TANDEM_SCENARIO_SCHEMA_H

#include "base/text.h"

/* Adds the schema, made from the tables that the reader works with. It knows what every value looks like and
 * which keys belong together, but not what depends on other parts of a document: whether a name that is
 * referred to exists, say. */
void scenario_schema(struct text *text);

#endif
