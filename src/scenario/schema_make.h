/* Pieces of a JSON Schema, and what holds them together. Of schema*.c alone. */
#ifndef TANDEM_SCENARIO_SCHEMA_MAKE_H
#define TANDEM_SCENARIO_SCHEMA_MAKE_H

#include <stdbool.h>

#include <cjson/cJSON.h>

#include "scenario/fields.h"

/* Memory is gone: all that is made from then on is NULL or not whole. */
struct maker {
    bool failed;
};

/* All of these take over the pieces that they are given, which may be NULL, and give a piece to the caller.
 */

cJSON *make_object(struct maker *maker);
cJSON *make_array(struct maker *maker);
void make_put(struct maker *maker, cJSON *object, const char *key, cJSON *item);
void make_put_text(struct maker *maker, cJSON *object, const char *key, const char *text);
void make_put_number(struct maker *maker, cJSON *object, const char *key, double number);
void make_add(struct maker *maker, cJSON *array, cJSON *item);
void make_add_text(struct maker *maker, cJSON *array, const char *text);

/* From a text that is JSON. */
cJSON *make_parsed(struct maker *maker, const char *json);

/* {"type": TYPE} */
cJSON *make_type(struct maker *maker, const char *type);

/* {"$ref": "#/$defs/NAME"} */
cJSON *make_reference(struct maker *maker, const char *name);

/* {"anyOf": [A, B]} */
cJSON *make_either(struct maker *maker, cJSON *a, cJSON *b);

/* {"const": WORD}: a word that may stand instead of a value. */
cJSON *make_word(struct maker *maker, const char *word);

/* {"type": "array", "items": ITEMS}, with at least so many. */
cJSON *make_list(struct maker *maker, cJSON *items, int least);

/* {"required": [KEY]} */
cJSON *make_required(struct maker *maker, const char *key);

/* What the value of a field looks like, without what the field means. */
cJSON *schema_value(struct maker *maker, const struct field *field);

/* {"$ref": ...} of an object type, whose definition has the name that schema_name() puts into `ret_name`. */
enum { SCHEMA_NAME = 64 };
void schema_name(const struct object_type *type, char ret_name[SCHEMA_NAME]);
cJSON *schema_object(struct maker *maker, const struct object_type *type);

/* Puts the definitions that values refer to: quantities, names, steps; and those of distributions. */
void schema_put_values(struct maker *maker, cJSON *definitions);
void schema_put_distributions(struct maker *maker, cJSON *definitions);

#endif
