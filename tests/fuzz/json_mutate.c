#include "json_mutate.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* libFuzzer's own; in other builds nothing is mutated. */
size_t LLVMFuzzerMutate(uint8_t *bytes, size_t length, size_t most) __attribute__((weak));

/* At the edges of what a value may be, and around them. */
static const char *const values[] = {
    "0",          "1",           "2",
    "3",          "-1",          "0.5",
    "1e-300",     "1e300",       "4294967295",
    "4294967294", "2147483647",  "9223372036854775807",
    "1000000",    "true",        "false",
    "null",       "[]",          "{}",
    "\"0ms\"",    "\"1ns\"",     "\"1ms\"",
    "\"100ms\"",  "\"292y\"",    "\"1000000h\"",
    "\"0.1ns\"",  "\"0/s\"",     "\"1/s\"",
    "\"1e9/s\"",  "\"1e-9/s\"",  "\"1B\"",
    "\"8EB\"",    "\"1GB\"",     "\"1B/s\"",
    "\"0%\"",     "\"100%\"",    "\"1e-9%\"",
    "\"none\"",   "\"users\"",   "\"unlimited\"",
    "\"sync\"",   "\"async\"",   "\"queue\"",
    "\"auto\"",   "\"default\"", "{\"exponential\": \"5ms\"}",
};

enum { VALUES = sizeof values / sizeof *values };

struct token {
    size_t from, to;
    bool is_key;
};

static bool is_word(uint8_t c)
{
    return c > ' ' && !strchr("{}[]:,\"", c);
}

/* The strings and bare words of a text, whatever else it is. */
static size_t find_tokens(const uint8_t *bytes, size_t length, struct token *tokens, size_t most)
{
    size_t n = 0;
    for (size_t i = 0; i < length && n < most;) {
        size_t from = i;
        if (bytes[i] == '"') {
            for (i++; i < length && bytes[i] != '"'; i++)
                i += bytes[i] == '\\';
            i++;
        } else if (bytes[i] && is_word(bytes[i])) {
            while (i < length && bytes[i] && is_word(bytes[i]))
                i++;
        } else {
            i++;
            continue;
        }
        i = i < length ? i : length;
        size_t next = i;
        while (next < length && bytes[next] && strchr(" \t\r\n", bytes[next]))
            next++;
        tokens[n++] = (struct token){from, i, next < length && bytes[next] == ':'};
    }
    return n;
}

/* Puts `text` where bytes `from` to `to` were; unchanged where there is no room. */
static size_t replace(uint8_t *bytes, size_t length, size_t most, size_t from, size_t to, const void *text,
                      size_t n)
{
    if (length - (to - from) + n > most)
        return length;
    memmove(bytes + from + n, bytes + to, length - to);
    memcpy(bytes + from, text, n);
    return length - (to - from) + n;
}

static unsigned next(unsigned *state)
{
    *state = *state * 1664525u + 1013904223u; /* Numerical Recipes, 7.1 */
    return *state >> 8;
}

/* The end of the value that begins at `at`: what is around it closes, or a comma comes. */
static size_t end_of_value(const uint8_t *bytes, size_t length, size_t at)
{
    int depth = 0;
    for (size_t i = at; i < length; i++) {
        if (bytes[i] == '"') {
            for (i++; i < length && bytes[i] != '"'; i++)
                i += bytes[i] == '\\';
        } else if (bytes[i] == '{' || bytes[i] == '[') {
            depth++;
        } else if (bytes[i] == '}' || bytes[i] == ']') {
            if (depth-- == 0)
                return i;
        } else if (bytes[i] == ',' && depth == 0) {
            return i;
        }
    }
    return length;
}

/* A member goes, or stands twice, perhaps behind another one. */
static size_t change_member(uint8_t *bytes, size_t length, size_t most, const struct token *tokens, size_t n,
                            unsigned *state)
{
    const struct token *member = &tokens[next(state) % n], *other = &tokens[next(state) % n];
    size_t end = end_of_value(bytes, length, member->from);
    if (next(state) % 2) {
        end += end < length && bytes[end] == ',';
        return replace(bytes, length, most, member->from, end, "", 0);
    }
    size_t size = end - member->from;
    uint8_t *copy = malloc(size + 1);
    if (!copy)
        return length;
    memcpy(copy, bytes + member->from, size);
    copy[size] = ',';
    length = replace(bytes, length, most, other->from, other->from, copy, size + 1);
    free(copy);
    return length;
}

static size_t change_value(uint8_t *bytes, size_t length, size_t most, const struct token *token,
                           unsigned *state)
{
    const char *value = values[next(state) % VALUES];
    return replace(bytes, length, most, token->from, token->to, value, strlen(value));
}

/* A value, or key, that stands elsewhere in the text. */
static size_t copy_token(uint8_t *bytes, size_t length, size_t most, const struct token *token,
                         const struct token *other)
{
    size_t n = other->to - other->from;
    uint8_t *copy = malloc(n + 1);
    if (!copy)
        return length;
    memcpy(copy, bytes + other->from, n);
    length = replace(bytes, length, most, token->from, token->to, copy, n);
    free(copy);
    return length;
}

/* A number in the text becomes a little or much greater or smaller. */
static void change_digit(uint8_t *bytes, const struct token *token, unsigned *state)
{
    for (size_t i = token->from; i < token->to; i++)
        if (bytes[i] >= '0' && bytes[i] <= '9' && next(state) % 2)
            bytes[i] = (uint8_t)('0' + next(state) % 10);
}

size_t json_mutate(uint8_t *bytes, size_t length, size_t most, unsigned seed)
{
    enum { MOST_TOKENS = 4096 };
    static struct token tokens[MOST_TOKENS];
    unsigned state = seed;
    size_t n = find_tokens(bytes, length, tokens, MOST_TOKENS);
    if (n == 0 || next(&state) % 4 == 0)
        return LLVMFuzzerMutate ? LLVMFuzzerMutate(bytes, length, most) : length;
    const struct token *token = &tokens[next(&state) % n], *other = &tokens[next(&state) % n];
    switch (next(&state) % 8) {
    case 0:
    case 1: return change_member(bytes, length, most, tokens, n, &state);
    case 2:
    case 3:
    case 4:
        return token->is_key ? copy_token(bytes, length, most, token, other)
                             : change_value(bytes, length, most, token, &state);
    case 5: change_digit(bytes, token, &state); return length;
    default:
        return token->is_key == other->is_key ? copy_token(bytes, length, most, token, other)
                                              : change_value(bytes, length, most, token, &state);
    }
}
