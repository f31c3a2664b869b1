#include "report/json.h"

#include <inttypes.h>
#include <math.h>

#include "report/number.h"

static bool is_flat(const struct json *json)
{
    return json->flat_from > 0 && json->depth >= json->flat_from;
}

static void next_line(struct json *json)
{
    if (is_flat(json))
        return;
    text_add(json->text, "\n");
    for (int i = 0; i < json->depth; i++)
        text_add(json->text, "  ");
}

/* The length of the UTF-8 sequence that `s` begins with, 0 when it is none: The Unicode Standard, table 3-7.
 */
static size_t sequence(const unsigned char *s)
{
    if (s[0] < 0x80)
        return 1;
    size_t length = s[0] >= 0xC2 && s[0] <= 0xDF   ? 2
                    : (s[0] & 0xF0) == 0xE0        ? 3
                    : s[0] >= 0xF0 && s[0] <= 0xF4 ? 4
                                                   : 0;
    for (size_t i = 1; i < length; i++)
        if ((s[i] & 0xC0) != 0x80)
            return 0;
    bool overlong = (s[0] == 0xE0 && s[1] < 0xA0) || (s[0] == 0xF0 && s[1] < 0x90);
    bool surrogate = s[0] == 0xED && s[1] > 0x9F, beyond = s[0] == 0xF4 && s[1] > 0x8F;
    return overlong || surrogate || beyond ? 0 : length;
}

/* How many bytes at the beginning stand for themselves. */
static size_t plain(const char *string)
{
    size_t n = 0;
    while (string[n] >= ' ' && string[n] < 0x7F && string[n] != '"' && string[n] != '\\')
        n++;
    return n;
}

static void add_quoted(struct text *text, const char *string)
{
    size_t begin = plain(string);
    text_add(text, "\"");
    text_add_bytes(text, string, begin);
    for (const unsigned char *s = (const unsigned char *)string + begin; *s;) {
        size_t length = sequence(s);
        if (length == 0)
            text_add(text, "\xEF\xBF\xBD");
        else if (*s == '"' || *s == '\\')
            text_addf(text, "\\%c", *s);
        else if (*s == '\n')
            text_add(text, "\\n");
        else if (*s < ' ')
            text_addf(text, "\\u%04x", (unsigned)*s);
        else
            text_add_bytes(text, (const char *)s, length);
        s += length ? length : 1;
    }
    text_add(text, "\"");
}

/* Whatever stands before a value. */
static void begin_value(struct json *json, const char *key)
{
    if (json->depth > 0) {
        if (!json->first)
            text_add(json->text, is_flat(json) ? ", " : ",");
        next_line(json);
    }
    json->first = false;
    if (key) {
        add_quoted(json->text, key);
        text_add(json->text, ": ");
    }
}

void json_open(struct json *json, const char *key, char bracket)
{
    begin_value(json, key);
    text_add_bytes(json->text, &bracket, 1);
    json->depth++;
    json->first = true;
}

void json_open_flat(struct json *json, const char *key, char bracket)
{
    json_open(json, key, bracket);
    if (!is_flat(json))
        json->flat_from = json->depth;
}

void json_close(struct json *json, char bracket)
{
    bool flat = is_flat(json), empty = json->first;
    json->depth--;
    if (!flat && !empty)
        next_line(json);
    if (json->depth < json->flat_from)
        json->flat_from = 0;
    text_add_bytes(json->text, &bracket, 1);
    json->first = false;
    if (json->depth == 0)
        text_add(json->text, "\n");
}

void json_string(struct json *json, const char *key, const char *value)
{
    begin_value(json, key);
    add_quoted(json->text, value);
}

void json_number(struct json *json, const char *key, double value)
{
    begin_value(json, key);
    if (isfinite(value))
        number_add(json->text, value);
    else
        text_add(json->text, "null");
}

void json_integer(struct json *json, const char *key, uint64_t value)
{
    begin_value(json, key);
    text_addf(json->text, "%" PRIu64, value);
}

void json_switch(struct json *json, const char *key, bool value)
{
    begin_value(json, key);
    text_add(json->text, value ? "true" : "false");
}

void json_null(struct json *json, const char *key)
{
    begin_value(json, key);
    text_add(json->text, "null");
}
