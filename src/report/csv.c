#include "report/csv.h"

#include <math.h>
#include <string.h>

#include "report/number.h"

static void separate(struct text *text)
{
    if (text->length && text->bytes[text->length - 1] != '\n')
        text_add(text, ",");
}

/* Always in quotes where the first field of a line is empty: separate() could not see it. */
static bool needs_quotes(const char *value)
{
    return value[0] == '\0' || strpbrk(value, ",\"\r\n") != NULL;
}

void csv_string(struct text *text, const char *value)
{
    separate(text);
    if (!needs_quotes(value)) {
        text_add(text, value);
        return;
    }
    text_add(text, "\"");
    for (const char *quote; (quote = strchr(value, '"')) != NULL; value = quote + 1) {
        text_add_bytes(text, value, (size_t)(quote - value));
        text_add(text, "\"\"");
    }
    text_add(text, value);
    text_add(text, "\"");
}

void csv_number(struct text *text, double value)
{
    separate(text);
    if (!isnan(value))
        number_add(text, value);
}

void csv_seconds(struct text *text, int64_t ns)
{
    separate(text);
    if (ns >= 0)
        number_add_seconds(text, ns);
}

void csv_end_line(struct text *text)
{
    text_add(text, "\n");
}
