#include "scenario/schema_make.h"

#include <stdio.h>

static cJSON *made(struct maker *maker, cJSON *item)
{
    maker->failed |= !item;
    return item;
}

cJSON *make_object(struct maker *maker)
{
    return made(maker, cJSON_CreateObject());
}

cJSON *make_array(struct maker *maker)
{
    return made(maker, cJSON_CreateArray());
}

void make_put(struct maker *maker, cJSON *object, const char *key, cJSON *item)
{
    if (cJSON_AddItemToObject(object, key, item))
        return;
    maker->failed = true;
    cJSON_Delete(item);
}

void make_put_text(struct maker *maker, cJSON *object, const char *key, const char *text)
{
    make_put(maker, object, key, cJSON_CreateString(text));
}

void make_put_number(struct maker *maker, cJSON *object, const char *key, double number)
{
    make_put(maker, object, key, cJSON_CreateNumber(number));
}

void make_add(struct maker *maker, cJSON *array, cJSON *item)
{
    if (cJSON_AddItemToArray(array, item))
        return;
    maker->failed = true;
    cJSON_Delete(item);
}

void make_add_text(struct maker *maker, cJSON *array, const char *text)
{
    make_add(maker, array, cJSON_CreateString(text));
}

cJSON *make_parsed(struct maker *maker, const char *json)
{
    return made(maker, cJSON_Parse(json));
}

cJSON *make_type(struct maker *maker, const char *type)
{
    cJSON *schema = make_object(maker);
    make_put_text(maker, schema, "type", type);
    return schema;
}

cJSON *make_reference(struct maker *maker, const char *name)
{
    char path[SCHEMA_NAME + 16];
    cJSON *schema = make_object(maker);
    snprintf(path, sizeof path, "#/$defs/%s", name);
    make_put_text(maker, schema, "$ref", path);
    return schema;
}

cJSON *make_either(struct maker *maker, cJSON *a, cJSON *b)
{
    cJSON *schema = make_object(maker), *both = make_array(maker);
    make_add(maker, both, a);
    make_add(maker, both, b);
    make_put(maker, schema, "anyOf", both);
    return schema;
}

cJSON *make_word(struct maker *maker, const char *word)
{
    cJSON *schema = make_object(maker);
    make_put_text(maker, schema, "const", word);
    return schema;
}

cJSON *make_list(struct maker *maker, cJSON *items, int least)
{
    cJSON *schema = make_type(maker, "array");
    make_put(maker, schema, "items", items);
    if (least > 0)
        make_put_number(maker, schema, "minItems", least);
    return schema;
}

cJSON *make_required(struct maker *maker, const char *key)
{
    cJSON *schema = make_object(maker), *keys = make_array(maker);
    make_add_text(maker, keys, key);
    make_put(maker, schema, "required", keys);
    return schema;
}
