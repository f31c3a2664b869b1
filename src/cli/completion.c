#include "cli/completion.h"

#include <string.h>

static bool begins(const char *string, const char *prefix)
{
    return strncmp(string, prefix, strlen(prefix)) == 0;
}

enum word_kind completion_kind(const char *argument)
{
    if (!argument)
        return WORD_PLAIN;
    if (begins(argument, "FILE"))
        return WORD_FILE;
    if (begins(argument, "FOLDER") || begins(argument, "DIR"))
        return WORD_FOLDER;
    return strchr(argument, '|') && !strpbrk(argument, " []=") ? WORD_CHOICE : WORD_PLAIN;
}

enum word_kind completion_operand_kind(const char *operands)
{
    for (const char *word = operands; *word; word += strcspn(word, " [|")) {
        word += strspn(word, " [|");
        enum word_kind kind = completion_kind(word);
        if (kind == WORD_FILE || kind == WORD_FOLDER)
            return kind;
    }
    return WORD_PLAIN;
}

void completion_add_choice(struct text *text, const char *argument)
{
    for (const char *c = argument; *c; c++)
        text_add_bytes(text, *c == '|' ? " " : c, 1);
}

void completion_add_escaped(struct text *text, const char *string, const char *special)
{
    for (const char *c = string; *c; c++) {
        if (strchr(special, *c))
            text_add(text, "\\");
        text_add_bytes(text, c, 1);
    }
}

size_t completion_add_topics(struct text *text, const struct topic *topics, enum word_kind kind,
                             const char *between)
{
    size_t n = 0;
    for (; topics->name; topics++)
        if (completion_kind(topics->operand) == kind)
            text_addf(text, "%s%s", n++ ? between : "", topics->name);
    return n;
}
