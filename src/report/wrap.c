#include "report/wrap.h"

#include <stdlib.h>
#include <string.h>

#include "base/json_key.h"
#include "report/harmless.h"

int columns_of(const char *string)
{
    int n = 0;
    for (; *string; string++)
        n += ((unsigned char)*string & 0xC0) != 0x80; /* not a continuation byte */
    return n;
}

static void add_clean(struct text *text, const char *bytes, size_t length)
{
    for (const char *end = bytes + length; bytes < end;) {
        unsigned long code = 0;
        size_t n = json_utf8(bytes, end, &code);
        bool clean = n > 0 && code != '\n' && code != '\t' && harmless_length(bytes, n, false) == n;
        text_add_bytes(text, clean ? bytes : "?", clean ? n : 1);
        bytes += n ? n : 1;
    }
}

static int columns_within(const char *bytes, size_t length)
{
    int n = 0;
    for (size_t i = 0; i < length; i++)
        n += ((unsigned char)bytes[i] & 0xC0) != 0x80;
    return n;
}

static const char blanks[] = " \t\r\n";

/* A per cent sign stays with its number. */
static size_t word_length(const char *string)
{
    size_t length = strcspn(string, blanks);
    if (length && strncmp(string + length, " %", 2) == 0)
        length += 1 + strcspn(string + length + 1, blanks);
    return length;
}

void wrap_add(struct text *text, const char *string, int width, int indent)
{
    int column = 0;
    bool line_begins = true;
    for (;;) {
        string += strspn(string, blanks);
        size_t length = word_length(string);
        if (length == 0)
            break;
        int columns = columns_within(string, length);
        if (!line_begins && column + 1 + columns > width) {
            text_addf(text, "\n%*s", indent, "");
            column = indent;
        } else if (!line_begins) {
            text_add(text, " ");
            column++;
        }
        add_clean(text, string, length);
        line_begins = false;
        column += columns;
        string += length;
    }
    text_add(text, "\n");
}

static void add_blanks(struct text *text, int n)
{
    if (n > 0)
        text_addf(text, "%*s", n, "");
}

void pad_right(struct text *text, const char *string, int width)
{
    add_clean(text, string, strlen(string));
    add_blanks(text, width - columns_of(string));
}

void pad_left(struct text *text, const char *string, int width)
{
    add_blanks(text, width - columns_of(string));
    add_clean(text, string, strlen(string));
}

void pad_fitting(struct text *text, const char *string, int width, bool to_the_right)
{
    char *copy = text_copy(string);
    if (!copy) {
        text->failed = true;
        return;
    }
    if (columns_of(copy) > width) {
        while (columns_of(copy) >= width)
            copy[strlen(copy) - 1] = '\0';
        memcpy(copy + strlen(copy), ".", 2); /* in the place of at least one byte that went */
    }
    (to_the_right ? pad_left : pad_right)(text, copy, width);
    free(copy);
}

void line_end(struct text *text)
{
    while (text->length && text->bytes[text->length - 1] == ' ')
        text->bytes[--text->length] = '\0';
    text_add(text, "\n");
}
