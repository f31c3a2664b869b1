#include "cli/lesson_ask.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/print.h"
#include "experiment/lesson_answer.h"
#include "report/wrap.h"

bool lesson_can_ask(void)
{
    return isatty(STDIN_FILENO) != 0;
}

/* On standard error, so that standard output has the results alone. */
static void show(struct text *text)
{
    print_aside("%s", text_string(text));
    text_finish(text);
}

static void show_question(const struct lesson_question *question)
{
    struct text text = {0};
    int width = print_style().width;
    text_add(&text, "\n");
    wrap_add(&text, question->ask, width, 0);
    for (size_t i = 0; i < question->n_choices; i++) {
        text_addf(&text, "  %zu  ", i + 1);
        wrap_add(&text, question->choices[i].answer, width - 5, 5);
    }
    show(&text);
}

static void show_prompt(const struct lesson_question *question)
{
    struct text text = {0};
    if (question->kind == LESSON_CHOICE)
        text_addf(&text, "1 to %zu", question->n_choices);
    else
        lesson_answer_expected(question, &text);
    text_add(&text, ": ");
    show(&text);
}

/* A line without the blanks around it. */
static bool read_line(char **ret_line)
{
    char *line = NULL;
    size_t size = 0;
    ssize_t length = getline(&line, &size, stdin);
    if (length < 0) {
        free(line);
        return false;
    }
    while (length > 0 && isspace((unsigned char)line[length - 1]))
        line[--length] = '\0';
    size_t blanks = 0;
    while (isspace((unsigned char)line[blanks]))
        blanks++;
    memmove(line, line + blanks, strlen(line + blanks) + 1);
    *ret_line = line;
    return true;
}

/* A choice may be given by its number, too. */
static char *choice_of(const struct lesson_question *question, const char *line)
{
    char *end;
    unsigned long number = strtoul(line, &end, 10);
    if (question->kind != LESSON_CHOICE || !isdigit((unsigned char)*line) || *end || number < 1 ||
        number > question->n_choices)
        return NULL;
    return text_copy(question->choices[number - 1].answer);
}

/* What the line says, or NULL, and why not is told. */
static char *answer_of(const struct lesson_question *question, const char *line)
{
    struct error error = {0};
    const char *hint = NULL;
    char *answer;
    if (lesson_answer_fits(question, line, &hint, &error))
        answer = text_copy(line);
    else
        answer = choice_of(question, line);
    if (!answer)
        print_aside("%s\n", error_text(&error));
    error_finish(&error);
    return answer;
}

bool lesson_ask(const struct lesson_question *question, char **ret_answer)
{
    char *line = NULL;
    show_question(question);
    for (;;) {
        show_prompt(question);
        if (!read_line(&line)) {
            fputs("\n", stderr);
            return false;
        }
        char *answer = *line ? answer_of(question, line) : NULL;
        bool done = answer || !*line;
        free(line);
        if (done) {
            *ret_answer = answer;
            return true;
        }
    }
}
