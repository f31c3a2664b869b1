#include "scenario/problems.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_key.h"
#include "base/json_locate.h"

enum {
    WIDEST_LINE = 96,   /* characters of a line that are shown */
    BEFORE_CARET = 48,  /* of which these may stand before the caret */
    LONGEST_NAME = 200, /* of a file */
    LONGEST_MESSAGE = 4000,
};

/* Controls of both sets, line separators, and the marks that reorder text (so what is shown is what is
 * there). */
static bool is_visible(unsigned long code)
{
    return code >= 0x20 && !(code >= 0x7F && code < 0xA0) && code != 0x61C &&
           !(code >= 0x200B && code <= 0x200F) && !(code >= 0x2028 && code <= 0x202E) &&
           !(code >= 0x2060 && code <= 0x206F) && code != 0xFEFF;
}

void visible_add(struct text *text, const char *bytes, size_t length, size_t most)
{
    const char *end = bytes + length;
    for (; bytes < end; most--) {
        unsigned long code = 0;
        size_t n = json_utf8(bytes, end, &code);
        if (most == 0) {
            text_add(text, "...");
            return;
        }
        if (n == 0)
            text_addf(text, "\\x%02x", (unsigned)(unsigned char)*bytes);
        else if (is_visible(code))
            text_add_bytes(text, bytes, n);
        else
            text_addf(text, "\\u%04lx", code);
        bytes += n ? n : 1;
    }
}

/* ---- the line with a caret ---- */

static const char *next_character(const char *at, const char *end)
{
    unsigned long code;
    size_t n = json_utf8(at, end, &code);
    return at + (n ? n : 1);
}

/* A line as it is, but each character that is not fit to be seen becomes one that is, so that columns stay.
 */
static void add_columns(struct text *text, const char *at, const char *end, size_t most)
{
    for (; at < end && most > 0; most--) {
        unsigned long code = 0;
        size_t n = json_utf8(at, end, &code);
        if (n > 0 && is_visible(code))
            text_add_bytes(text, at, n);
        else
            text_add(text, n > 0 && code == '\t' ? " " : "?");
        at += n ? n : 1;
    }
    if (at < end)
        text_add(text, "...");
}

static void add_line(struct text *text, const struct problem_site *site, struct json_position position)
{
    size_t offset = site->offset < site->length ? site->offset : site->length;
    const char *begin = site->text + offset, *end = begin, *stop = site->text + site->length;
    while (begin > site->text && begin[-1] != '\n')
        begin--;
    while (end < stop && *end != '\n' && *end != '\r')
        end++;
    while (end > begin && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    size_t caret = (size_t)position.column - 1, cut = caret > BEFORE_CARET ? caret - BEFORE_CARET : 0;
    if (cut > 0 && (size_t)(end - begin) <= WIDEST_LINE)
        cut = 0;
    for (size_t i = 0; i < cut && begin < end; i++)
        begin = next_character(begin, end);
    const char *dots = cut > 0 ? "..." : "";
    text_addf(text, "\n%5d |%s%s", position.line, begin < end ? " " : "", dots);
    add_columns(text, begin, end, WIDEST_LINE);
    text_addf(text, "\n      | %*s^", (int)(caret - cut + strlen(dots)), "");
}

/* ---- the list ---- */

static char *problem_text(const struct problem_site *site, const struct remark *remark,
                          struct json_position position)
{
    struct text text = {0};
    visible_add(&text, site->name, strlen(site->name), LONGEST_NAME);
    if (site->text)
        text_addf(&text, ":%d:%d", position.line, position.column);
    text_addf(&text, ": %s: ", remark->warning ? "warning" : "error");
    visible_add(&text, remark->path, strlen(remark->path), LONGEST_MESSAGE);
    text_add(&text, *remark->path ? ": " : "");
    visible_add(&text, remark->message, strlen(remark->message), LONGEST_MESSAGE);
    if (site->text)
        add_line(&text, site, position);
    if (remark->hint) {
        text_add(&text, "\n  did you mean \"");
        visible_add(&text, remark->hint, strlen(remark->hint), LONGEST_NAME);
        text_add(&text, "\"?");
    }
    return text_take(&text);
}

/* The same in one line, without the place. */
static char *problem_brief(const struct remark *remark)
{
    struct text text = {0};
    visible_add(&text, remark->path, strlen(remark->path), LONGEST_MESSAGE);
    text_add(&text, *remark->path ? ": " : "");
    visible_add(&text, remark->message, strlen(remark->message), LONGEST_MESSAGE);
    if (remark->hint) {
        text_add(&text, "; did you mean \"");
        visible_add(&text, remark->hint, strlen(remark->hint), LONGEST_NAME);
        text_add(&text, "\"?");
    }
    return text_take(&text);
}

bool problem_list_is_full(const struct problem_list *list)
{
    return list->n >= SCENARIO_MOST_PROBLEMS;
}

void problem_list_count(struct problem_list *list, bool warning)
{
    list->n_errors += !warning;
    list->n_left_out++;
}

static bool make_room(struct problem_list *list)
{
    if (list->n < list->capacity)
        return true;
    if (problem_list_is_full(list))
        return false;
    size_t capacity = list->capacity ? 2 * list->capacity : 8;
    struct problem *problems = realloc(list->problems, capacity * sizeof *problems);
    if (!problems)
        return false;
    list->problems = problems;
    list->capacity = capacity < SCENARIO_MOST_PROBLEMS ? capacity : SCENARIO_MOST_PROBLEMS;
    return true;
}

void problem_list_add(struct problem_list *list, const struct problem_site *site, const struct remark *remark,
                      int line, int column)
{
    list->n_errors += !remark->warning;
    struct json_position position = {0, 0};
    char *text = NULL, *brief = NULL;
    if (make_room(list)) {
        if (site->text)
            position = json_position(site->text, site->length, site->offset);
        text = problem_text(site, remark, position);
        brief = problem_brief(remark);
    }
    if (!text || !brief) {
        free(text);
        free(brief);
        list->failed |= !problem_list_is_full(list);
        list->n_left_out++;
        return;
    }
    list->problems[list->n++] = (struct problem){
        .warning = remark->warning, .line = line, .column = column, .text = text, .brief = brief};
}

static bool comes_after(const struct problem *a, const struct problem *b)
{
    return a->line != b->line ? a->line > b->line : a->column > b->column;
}

/* Insertion: the list is short, and those of one place stay in the order in which they were found. */
void problem_list_sort(struct problem_list *list)
{
    for (size_t i = 1; i < list->n; i++) {
        struct problem problem = list->problems[i];
        size_t j = i;
        for (; j > 0 && comes_after(&list->problems[j - 1], &problem); j--)
            list->problems[j] = list->problems[j - 1];
        list->problems[j] = problem;
    }
}

void problem_list_finish(struct problem_list *problems)
{
    if (!problems)
        return;
    for (size_t i = 0; i < problems->n; i++) {
        free(problems->problems[i].text);
        free(problems->problems[i].brief);
    }
    free(problems->problems);
    *problems = (struct problem_list){0};
}
