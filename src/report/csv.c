#include "report/csv.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/number.h"

static void separate(struct text *text)
{
    if (text->length && text->bytes[text->length - 1] != '\n')
        text_add(text, ",");
}

/* Always in quotes where the first field of a line is empty: separate() could not see it. The semicolon and
 * the tab part fields for some spreadsheets. */
static bool needs_quotes(const char *value)
{
    return value[0] == '\0' || strpbrk(value, ",;\"\t\r\n") != NULL;
}

/* "-3.5", "+2e9": what a spreadsheet takes for a number is one. */
static bool is_number(const char *value)
{
    const char *digits = value + (*value == '-' || *value == '+');
    char *end;
    if (!strchr("0123456789.", *digits) || strspn(digits, "0123456789.eE+-") != strlen(digits))
        return false;
    strtod(value, &end);
    return *end == '\0';
}

/* A spreadsheet would work out such a field rather than show it, in its wide forms, too: OWASP, "CSV
 * Injection". */
static bool is_formula(const char *value)
{
    static const char *const wide[] = {"\xEF\xBC\x9D", "\xEF\xBC\x8B", "\xEF\xBC\x8D",
                                       "\xEF\xBC\xA0"}; /* ＝＋－＠ */
    value += strspn(value, " ");
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
        if (strncmp(value, wide[i], 3) == 0)
            return true;
    return *value && strchr("=+-@\t\r\n", *value) && !is_number(value);
}

void csv_string(struct text *text, const char *value)
{
    const char *quotes = needs_quotes(value) ? "\"" : "";
    separate(text);
    text_add(text, quotes);
    if (is_formula(value))
        text_add(text, "'");
    for (const char *quote; (quote = strchr(value, '"')) != NULL; value = quote + 1) {
        text_add_bytes(text, value, (size_t)(quote - value));
        text_add(text, "\"\"");
    }
    text_add(text, value);
    text_add(text, quotes);
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
