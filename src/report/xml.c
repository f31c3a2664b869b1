#include "report/xml.h"

#include <stdbool.h>
#include <string.h>

#include "base/json_key.h"

/* What a document of XML 1.0 may hold at all (2.2). */
static bool is_allowed(unsigned long code)
{
    return code == '\t' || code == '\n' || code == '\r' || (code >= 0x20 && code <= 0xD7FF) ||
           (code >= 0xE000 && code <= 0xFFFD) || (code >= 0x10000 && code <= 0x10FFFF);
}

enum where { IN_ATTRIBUTE, BETWEEN_TAGS };

/* What has to be written as a reference: in attributes white space, too, which else becomes blanks (3.3.3);
 * the carriage return everywhere (2.11). */
static const char *reference_to(unsigned long code, enum where where)
{
    switch (code) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\r': return "&#13;";
    case '\t': return where == IN_ATTRIBUTE ? "&#9;" : NULL;
    case '\n': return where == IN_ATTRIBUTE ? "&#10;" : NULL;
    default: return NULL;
    }
}

static void add_escaped(struct text *text, const char *string, enum where where)
{
    static const char replacement[] = "\xEF\xBF\xBD";
    const char *end = string + strlen(string);
    while (string < end) {
        unsigned long code = 0;
        size_t length = json_utf8(string, end, &code);
        const char *reference = length ? reference_to(code, where) : NULL;
        if (!length || !is_allowed(code))
            text_add(text, replacement);
        else if (reference)
            text_add(text, reference);
        else
            text_add_bytes(text, string, length);
        string += length ? length : 1;
    }
}

void xml_add_text(struct text *text, const char *string)
{
    add_escaped(text, string, BETWEEN_TAGS);
}

void xml_add_attribute(struct text *text, const char *name, const char *value)
{
    text_addf(text, " %s=\"", name);
    add_escaped(text, value, IN_ATTRIBUTE);
    text_add(text, "\"");
}

void xml_add_count(struct text *text, const char *name, size_t count)
{
    text_addf(text, " %s=\"%zu\"", name, count);
}
