#include "base/json_key.h"

#include <string.h>

#include "base/text.h"

size_t json_utf8(const char *at, const char *end, unsigned long *ret_code)
{
    static const unsigned long least[] = {0, 0, 0x80, 0x800, 0x10000};
    unsigned char first = (unsigned char)*at;
    size_t n = first < 0x80   ? 1
               : first < 0xC0 ? 0
               : first < 0xE0 ? 2
               : first < 0xF0 ? 3
               : first < 0xF8 ? 4
                              : 0;
    if (n == 0 || (size_t)(end - at) < n)
        return 0;
    unsigned long code = n == 1 ? first : first & (0x7FU >> n);
    for (size_t i = 1; i < n; i++) {
        if (((unsigned char)at[i] & 0xC0) != 0x80)
            return 0;
        code = code << 6 | ((unsigned char)at[i] & 0x3F);
    }
    if (code < least[n] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
        return 0;
    *ret_code = code;
    return n;
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

long json_hex_four(const char *at, const char *end)
{
    long code = 0;
    for (int i = 0; i < 4; i++) {
        int digit = at + i < end ? hex_digit(at[i]) : -1;
        if (digit < 0)
            return -1;
        code = code * 16 + digit;
    }
    return code;
}

/* The next character of a good string's text, escapes undone. */
static unsigned long next_code(const char **at, const char *end)
{
    static const char escapes[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    unsigned long code = 0;
    if (**at != '\\' && (unsigned char)**at < 0x80)
        return (unsigned char)*(*at)++;
    if (**at != '\\') {
        *at += json_utf8(*at, end, &code);
        return code;
    }
    char escape = (*at)[1];
    *at += 2;
    if (escape != 'u')
        return (unsigned long)meanings[strchr(escapes, escape) - escapes];
    code = (unsigned long)json_hex_four(*at, end);
    *at += 4;
    if (code >= 0xD800 && code <= 0xDBFF) {
        unsigned long low = (unsigned long)json_hex_four(*at + 2, end);
        *at += 6;
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    }
    return code;
}

int json_key_compare(const struct json_key *a, const struct json_key *b)
{
    const char *p = a->begin, *q = b->begin;
    while (p < a->end && q < b->end) {
        unsigned long c = next_code(&p, a->end), d = next_code(&q, b->end);
        if (c != d)
            return c < d ? -1 : 1;
    }
    return (p < a->end) - (q < b->end);
}

bool json_key_is(const struct json_key *key, const char *name)
{
    const char *p = key->begin, *q = name, *end = name + strlen(name);
    while (p < key->end && q < end) {
        unsigned long code = 0;
        size_t n = json_utf8(q, end, &code);
        if (n == 0 || next_code(&p, key->end) != code)
            return false;
        q += n;
    }
    return p == key->end && q == end;
}

static void add_code(struct text *text, unsigned long code)
{
    char bytes[4];
    if (code < 0x80) {
        bytes[0] = (char)code;
        text_add_bytes(text, bytes, 1);
        return;
    }
    size_t n = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = n - 1; i > 0; i--, code >>= 6)
        bytes[i] = (char)(0x80 | (code & 0x3F));
    bytes[0] = (char)((0xF00U >> n & 0xFFU) | code);
    text_add_bytes(text, bytes, n);
}

char *json_key_text(const struct json_key *key)
{
    struct text text = {0};
    for (const char *p = key->begin; p < key->end;)
        add_code(&text, next_code(&p, key->end));
    return text_take(&text);
}
