#include "report/harmless.h"

#include <string.h>

#include "base/json_key.h"

static bool is_harmless(unsigned long code)
{
    bool control = (code < 0x20 && code != '\n' && code != '\t') || (code >= 0x7F && code < 0xA0);
    bool turns = code == 0x61C || code == 0x200E || code == 0x200F || (code >= 0x202A && code <= 0x202E) ||
                 (code >= 0x2066 && code <= 0x2069);
    return !control && !turns;
}

/* The length of one of our own sequences, or 0. */
static size_t bold_sequence(const char *at, const char *end)
{
    static const char begins[] = "\033[1m", ends[] = "\033[0m";
    const size_t length = sizeof begins - 1;
    bool ours =
        (size_t)(end - at) >= length && (memcmp(at, begins, length) == 0 || memcmp(at, ends, length) == 0);
    return ours ? length : 0;
}

size_t harmless_length(const char *bytes, size_t length, bool bold)
{
    const char *at = bytes, *end = bytes + length;
    while (at < end) {
        unsigned long code = 0;
        size_t n = json_utf8(at, end, &code);
        if (n == 0 || !is_harmless(code))
            n = bold ? bold_sequence(at, end) : 0;
        if (n == 0)
            break;
        at += n;
    }
    return (size_t)(at - bytes);
}

void harmless_add(struct text *text, const char *bytes, size_t length, bool bold)
{
    for (const char *at = bytes, *end = bytes + length; at < end;) {
        size_t n = harmless_length(at, (size_t)(end - at), bold);
        unsigned long code = 0;
        text_add_bytes(text, at, n);
        at += n;
        if (at == end)
            break;
        n = json_utf8(at, end, &code);
        text_addf(text, n && code >= 0x80 ? "\\u%04lx" : "\\x%02lx",
                  n ? code : (unsigned long)(unsigned char)*at);
        at += n ? n : 1;
    }
}
