#include "base/json_locate.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_key.h"

enum {
    LONGEST_NUMBER = 40, /* cJSON looks at no more than 63 characters */
    LONGEST_FOUND = 20,  /* characters of what a message shows */
};

/* An object or array that is being walked. */
struct level {
    struct json_key key; /* the present one; begin = NULL in an array */
    size_t index;
};

struct walk {
    const char *begin, *end, *at;
    json_twice *twice; /* NULL: keys need not be collected */
    void *data;
    struct level levels[JSON_DEEPEST];
    size_t depth;
    size_t n_values;
    struct json_key *keys; /* owned; of all objects that are open, one after another */
    size_t n_keys, capacity;
    size_t fault_offset;
    struct error *error;
};

static bool walk_value(struct walk *walk);

/* ---- faults ---- */

static bool fail_at(struct walk *walk, const char *at)
{
    walk->fault_offset = (size_t)(at - walk->begin);
    return false;
}

static char *found_string(const char *at, const char *end)
{
    size_t n = 1;
    while (n < LONGEST_FOUND && at + n < end && at[n] != '"' && at[n] != '\n')
        n++;
    return at + n < end && at[n] == '"' ? text_format("%.*s", (int)n + 1, at) : text_copy("a string");
}

/* What stands at `at`, for a message. */
static char *found(const struct walk *walk, const char *at)
{
    unsigned long code = 0;
    if (at >= walk->end)
        return text_copy("the end of the text");
    size_t n = json_utf8(at, walk->end, &code);
    if (n == 0)
        return text_format("a byte (0x%02x) that is not UTF-8", (unsigned)(unsigned char)*at);
    if (code == '\n' || code == '\r')
        return text_copy("the end of the line");
    if (code == ' ')
        return text_copy("a space");
    if (code == '"')
        return found_string(at, walk->end);
    if (code < 0x20 || (code >= 0x7F && code < 0xA0))
        return text_format("the control character 0x%02lx", code);
    for (n = 0; at + n < walk->end && n < LONGEST_FOUND &&
                strchr("abcdefghijklmnopqrstuvwxyz", at[n] | 0x20) && at[n] > ' ';
         n++)
        ;
    return text_format("%.*s", n ? (int)n : (int)json_utf8(at, walk->end, &code), at);
}

static bool fail_expected(struct walk *walk, const char *expected)
{
    char *what = found(walk, walk->at);
    error_set(walk->error, "found %s, expected %s", what ? what : "something else", expected);
    free(what);
    return fail_at(walk, walk->at);
}

/* ---- strings, numbers, words ---- */

static bool walk_unicode_escape(struct walk *walk)
{
    const char *at = walk->at;
    long code = json_hex_four(at + 2, walk->end);
    if (code < 0)
        error_set(walk->error, "expected four hexadecimal digits after \\u");
    else if (code == 0)
        error_set(walk->error, "the character \\u0000 is not allowed");
    else if (code >= 0xD800 && code <= 0xDFFF) {
        bool pair = code <= 0xDBFF && walk->end - at >= 12 && at[6] == '\\' && at[7] == 'u';
        long low = pair ? json_hex_four(at + 8, walk->end) : -1;
        walk->at += 12;
        if (low >= 0xDC00 && low <= 0xDFFF)
            return true;
        error_set(walk->error, "half of a pair of surrogates: a character beyond \\uffff needs both");
    } else {
        walk->at += 6;
        return true;
    }
    return fail_at(walk, at);
}

static bool walk_escape(struct walk *walk)
{
    char escape = walk->at + 1 < walk->end ? walk->at[1] : '\0';
    if (escape == 'u')
        return walk_unicode_escape(walk);
    if (escape == '\0' || !strchr("\"\\/bfnrt", escape)) {
        error_set(walk->error, "an unknown escape; a backslash itself is written \\\\");
        return fail_at(walk, walk->at);
    }
    walk->at += 2;
    return true;
}

static bool walk_character(struct walk *walk)
{
    unsigned long code = 0;
    if ((unsigned char)*walk->at >= 0x20 && (unsigned char)*walk->at < 0x80) { /* most are */
        walk->at++;
        return true;
    }
    size_t n = json_utf8(walk->at, walk->end, &code);
    if (n == 0)
        error_set(walk->error, "a byte (0x%02x) that is not UTF-8", (unsigned)(unsigned char)*walk->at);
    else if (code < 0x20)
        error_set(walk->error, "the control character 0x%02lx in a string; write it as \\u%04lx", code, code);
    else {
        walk->at += n;
        return true;
    }
    return fail_at(walk, walk->at);
}

static bool walk_string(struct walk *walk, struct json_key *ret_inside)
{
    const char *open = walk->at++;
    while (walk->at < walk->end && *walk->at != '"') {
        if (*walk->at == '\n' || *walk->at == '\r')
            break;
        if (!(*walk->at == '\\' ? walk_escape(walk) : walk_character(walk)))
            return false;
    }
    if (walk->at >= walk->end || *walk->at != '"') {
        error_set(walk->error, "a string that is not closed on its line");
        return fail_at(walk, open);
    }
    if (ret_inside)
        *ret_inside = (struct json_key){open + 1, walk->at};
    walk->at++;
    return true;
}

static size_t walk_digits(struct walk *walk)
{
    const char *begin = walk->at;
    while (walk->at < walk->end && *walk->at >= '0' && *walk->at <= '9')
        walk->at++;
    return (size_t)(walk->at - begin);
}

static bool fail_number(struct walk *walk, const char *begin, const char *message)
{
    error_set(walk->error, "%s", message);
    return fail_at(walk, begin);
}

static bool next_is(const struct walk *walk, char c)
{
    return walk->at < walk->end && *walk->at == c;
}

/* Beyond 2^53 not every whole number is a double. */
static bool whole_is_exact(const char *digits, size_t n)
{
    return n < 16 || (n == 16 && memcmp(digits, "9007199254740992", 16) <= 0);
}

static bool walk_exponent(struct walk *walk, size_t n_whole, bool *ret_too_large)
{
    walk->at++;
    bool minus = next_is(walk, '-');
    if (minus || next_is(walk, '+'))
        walk->at++;
    const char *digits = walk->at;
    size_t n = walk_digits(walk), exponent = 0;
    if (n == 0)
        return fail_expected(walk, "a digit of the exponent");
    for (size_t i = 0; i < n && exponent < 1000; i++)
        exponent = exponent * 10 + (size_t)(digits[i] - '0');
    *ret_too_large = !minus && n_whole + exponent > 308;
    return true;
}

static bool walk_number(struct walk *walk)
{
    const char *begin = walk->at;
    bool whole = true, too_large = false;
    walk->at += *begin == '-';
    const char *digits = walk->at;
    size_t n_whole = walk_digits(walk);
    if (n_whole == 0)
        return fail_expected(walk, "a digit");
    if (digits[0] == '0' && n_whole > 1)
        return fail_number(walk, begin, "a number cannot begin with a 0");
    if (next_is(walk, '.')) {
        whole = false;
        walk->at++;
        if (walk_digits(walk) == 0)
            return fail_expected(walk, "a digit behind the point");
    }
    if (next_is(walk, 'e') || next_is(walk, 'E')) {
        whole = false;
        if (!walk_exponent(walk, n_whole, &too_large))
            return false;
    }
    if (too_large)
        return fail_number(walk, begin, "a number beyond 1e308");
    if (whole && !whole_is_exact(digits, n_whole))
        return fail_number(walk, begin,
                           "a whole number beyond 9007199254740992 (2^53) cannot be kept exactly");
    if (walk->at - begin > LONGEST_NUMBER)
        return fail_number(walk, begin, "a number of more than 40 characters");
    return true;
}

static bool walk_word(struct walk *walk, const char *word)
{
    size_t n = strlen(word);
    if ((size_t)(walk->end - walk->at) < n || memcmp(walk->at, word, n) != 0)
        return fail_expected(walk, "a value");
    walk->at += n;
    return true;
}

/* ---- objects and arrays ---- */

static void skip_blank(struct walk *walk)
{
    while (walk->at < walk->end &&
           (*walk->at == ' ' || *walk->at == '\t' || *walk->at == '\n' || *walk->at == '\r'))
        walk->at++;
}

static bool enter(struct walk *walk)
{
    if (walk->depth == JSON_DEEPEST) {
        error_set(walk->error, "nested more than %d levels deep", JSON_DEEPEST);
        return fail_at(walk, walk->at);
    }
    walk->levels[walk->depth++] = (struct level){0};
    walk->at++;
    skip_blank(walk);
    return true;
}

/* After an element: true when another one follows, with *closed set when the end was there instead. */
static bool next_element(struct walk *walk, char close, bool *closed)
{
    skip_blank(walk);
    *closed = next_is(walk, close);
    if (!*closed && !next_is(walk, ','))
        return fail_expected(walk, close == '}' ? "a comma or }" : "a comma or ]");
    walk->at++;
    if (*closed) {
        walk->depth--;
        return true;
    }
    skip_blank(walk);
    if (next_is(walk, close))
        return fail_expected(walk,
                             close == '}' ? "another key after the comma" : "another value after the comma");
    return true;
}

static bool walk_key(struct walk *walk, struct json_key *ret_key)
{
    if (!next_is(walk, '"'))
        return fail_expected(walk, "a key in double quotes");
    if (!walk_string(walk, ret_key))
        return false;
    skip_blank(walk);
    if (!next_is(walk, ':'))
        return fail_expected(walk, "a colon after the key");
    walk->at++;
    skip_blank(walk);
    return true;
}

static bool keep_key(struct walk *walk, struct json_key key)
{
    if (walk->n_keys == walk->capacity) {
        size_t capacity = walk->capacity ? 2 * walk->capacity : 64;
        struct json_key *keys = realloc(walk->keys, capacity * sizeof *keys);
        if (!keys)
            return error_set(walk->error, "out of memory");
        walk->keys = keys;
        walk->capacity = capacity;
    }
    walk->keys[walk->n_keys++] = key;
    return true;
}

static char *path_of_level(const struct walk *walk, size_t depth)
{
    struct text path = {0};
    for (size_t i = 0; i < depth; i++) {
        const struct level *level = &walk->levels[i];
        char *key = level->key.begin ? json_key_text(&level->key) : NULL;
        json_path_add(&path, &(struct json_step){key, level->index});
        free(key);
    }
    return text_take(&path);
}

static void report_twice(const struct walk *walk, const struct json_key *first, const struct json_key *again)
{
    char *path = path_of_level(walk, walk->depth), *key = json_key_text(again);
    walk->twice(walk->data, path ? path : "", key ? key : "?", (size_t)(again->begin - walk->begin) - 1,
                (size_t)(first->begin - walk->begin) - 1);
    free(key);
    free(path);
}

static int by_key_and_place(const void *a, const void *b)
{
    const struct json_key *left = a, *right = b;
    int order = json_key_compare(left, right);
    return order ? order : (left->begin > right->begin) - (left->begin < right->begin);
}

/* Of few keys, each with each is faster than to sort them. */
static bool few_differ(const struct json_key *keys, size_t n)
{
    bool differ = true;
    for (size_t i = 1; i < n; i++)
        for (size_t k = 0; k < i; k++)
            differ = differ && json_key_compare(&keys[k], &keys[i]) != 0;
    return differ;
}

/* Looks at the keys of an object that is just closed, those from `first` on. */
static void check_keys(struct walk *walk, size_t first)
{
    enum { FEW = 8 };
    size_t n = walk->n_keys - first;
    if (n == 0)
        return; /* there may be no array yet */
    struct json_key *keys = walk->keys + first;
    walk->n_keys = first;
    if (n <= FEW && few_differ(keys, n))
        return;
    qsort(keys, n, sizeof *keys, by_key_and_place);
    for (size_t i = 1, same = 0; i < n; i++) {
        if (json_key_compare(&keys[same], &keys[i]) == 0)
            report_twice(walk, &keys[same], &keys[i]);
        else
            same = i;
    }
}

static bool walk_object(struct walk *walk)
{
    size_t first_key = walk->n_keys;
    if (!enter(walk))
        return false;
    bool closed = next_is(walk, '}');
    if (closed) {
        walk->at++;
        walk->depth--;
    }
    while (!closed) {
        struct json_key key;
        if (!walk_key(walk, &key) || (walk->twice && !keep_key(walk, key)))
            return false;
        walk->levels[walk->depth - 1].key = key;
        if (!walk_value(walk) || !next_element(walk, '}', &closed))
            return false;
    }
    if (walk->twice)
        check_keys(walk, first_key);
    return true;
}

static bool walk_array(struct walk *walk)
{
    if (!enter(walk))
        return false;
    bool closed = next_is(walk, ']');
    if (closed) {
        walk->at++;
        walk->depth--;
    }
    while (!closed) {
        if (!walk_value(walk) || !next_element(walk, ']', &closed))
            return false;
        if (!closed)
            walk->levels[walk->depth - 1].index++;
    }
    return true;
}

static bool walk_value(struct walk *walk)
{
    if (++walk->n_values > JSON_MOST_VALUES)
        return fail_number(walk, walk->at, "more than 5 million values");
    char first = walk->at < walk->end ? *walk->at : '\0';
    if (first == '-' || (first >= '0' && first <= '9'))
        return walk_number(walk);
    switch (first) {
    case '{': return walk_object(walk);
    case '[': return walk_array(walk);
    case '"': return walk_string(walk, NULL);
    case 't': return walk_word(walk, "true");
    case 'f': return walk_word(walk, "false");
    case 'n': return walk_word(walk, "null");
    case '\'': return fail_expected(walk, "a value (strings stand in double quotes)");
    default: return fail_expected(walk, "a value");
    }
}

bool json_check(const char *text, size_t length, json_twice *twice, void *data, size_t *fault_offset,
                struct error *error)
{
    struct walk walk = {
        .begin = text, .end = text + length, .at = text, .twice = twice, .data = data, .error = error};
    skip_blank(&walk);
    bool good = walk_value(&walk);
    if (good) {
        skip_blank(&walk);
        good = walk.at == walk.end || fail_expected(&walk, "nothing more after the document");
    }
    free(walk.keys);
    if (!good && fault_offset)
        *fault_offset = walk.fault_offset;
    return good;
}

/* ---- locating ---- */

/* Goes from an object or array to its value for `step`. The text is good, so nothing can fail but the search.
 */
static bool descend(struct walk *walk, const struct json_step *step, struct json_place *place)
{
    char close = step->key ? '}' : ']';
    if (!next_is(walk, step->key ? '{' : '[') || !enter(walk))
        return false;
    bool closed = next_is(walk, close);
    for (size_t i = 0; !closed; i++) {
        struct json_key key;
        place->key = (size_t)(walk->at - walk->begin);
        if (step->key && !walk_key(walk, &key))
            return false;
        place->value = (size_t)(walk->at - walk->begin);
        if (step->key ? json_key_is(&key, step->key) : i == step->index)
            return true;
        if (!walk_value(walk) || !next_element(walk, close, &closed))
            return false;
    }
    return false;
}

bool json_locate(const char *text, size_t length, const struct json_step *path, size_t n_steps,
                 struct json_place *ret_place)
{
    struct walk walk = {.begin = text, .end = text + length, .at = text};
    skip_blank(&walk);
    struct json_place place = {(size_t)(walk.at - text), (size_t)(walk.at - text)};
    for (size_t i = 0; i < n_steps; i++)
        if (!descend(&walk, &path[i], &place))
            return false;
    *ret_place = place;
    return true;
}

struct json_position json_position(const char *text, size_t length, size_t offset)
{
    struct json_position position = {1, 1};
    const char *end = text + (offset < length ? offset : length);
    for (const char *at = text; at < end; at++) {
        if (*at == '\n') {
            position.line++;
            position.column = 1;
        } else if (((unsigned char)*at & 0xC0) != 0x80) {
            position.column++;
        }
    }
    return position;
}

/* ---- paths ---- */

static bool is_plain(const char *key)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-$";
    return *key && strspn(key, plain) == strlen(key);
}

void json_path_add(struct text *path, const struct json_step *step)
{
    if (!step->key) {
        text_addf(path, "[%zu]", step->index);
        return;
    }
    if (is_plain(step->key)) {
        text_addf(path, "%s%s", path->length ? "." : "", step->key);
        return;
    }
    text_add(path, "[\"");
    for (const char *p = step->key; *p; p++)
        text_addf(path, *p == '"' || *p == '\\' ? "\\%c" : "%c", *p);
    text_add(path, "\"]");
}
