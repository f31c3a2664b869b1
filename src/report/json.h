/* Writing JSON. */
#ifndef TANDEM_REPORT_JSON_H
#define TANDEM_REPORT_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

struct json {
    struct text *text; /* borrowed */
    int depth;
    int flat_from; /* containers from this depth on stand on one line; 0 = none */
    bool first;    /* nothing stands in the open container yet */
};

/* `key` is NULL in an array and at the top; `bracket` is '{' or '['. A flat container stands on one line. */
void json_open(struct json *json, const char *key, char bracket);
void json_open_flat(struct json *json, const char *key, char bracket);
void json_close(struct json *json, char bracket); /* '}' or ']'; closing the last one ends the line */

/* What is not UTF-8 becomes U+FFFD: a reader may insist. */
void json_string(struct json *json, const char *key, const char *value);

/* The shortest decimal that reads back the same; null for NAN and the infinities. */
void json_number(struct json *json, const char *key, double value);
void json_integer(struct json *json, const char *key, uint64_t value);
void json_switch(struct json *json, const char *key, bool value);
void json_null(struct json *json, const char *key);

#endif
