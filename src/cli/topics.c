#include "cli/topics.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "cli/print.h"

enum { MOST_TOPICS = 32 };

static const struct topic *find(const struct topic *topics, const char *name)
{
    for (; topics->name; topics++)
        if (strcmp(topics->name, name) == 0)
            return topics;
    return NULL;
}

/* What the first operand is called: "TOPIC" in "TOPIC [FILE]". */
static void name_first(const struct command *command, char ret_name[static 32])
{
    size_t i = 0;
    for (; i < 31 && isalpha((unsigned char)command->operands[i]); i++)
        ret_name[i] = (char)tolower((unsigned char)command->operands[i]);
    ret_name[i] = '\0';
}

static enum exit_code unknown(const struct command *command, const char *prefix, const char *what,
                              const char *name)
{
    const char *names[MOST_TOPICS];
    size_t n = 0;
    for (; n < MOST_TOPICS && command->topics[n].name; n++)
        names[n] = command->topics[n].name;
    return complain_unknown(prefix, what, name, names, n);
}

enum exit_code topics_run(const struct command *command, const struct arguments *arguments)
{
    char prefix[32], what[32];
    name_first(command, what);
    snprintf(prefix, sizeof prefix, "%s ", command->name);
    if (arguments->n_operands == 0)
        return complain_usage(prefix, "%s needs a %s", command->name, what);
    const struct topic *topic = find(command->topics, arguments->operands[0]);
    if (!topic)
        return unknown(command, prefix, what, arguments->operands[0]);
    if (!topic->operand && arguments->n_operands > 1)
        return complain_usage(prefix, "\"%s%s\" takes nothing more", prefix, topic->name);
    bool several = topic->operand && strstr(topic->operand, "...");
    if (topic->operand && (arguments->n_operands < 2 || (arguments->n_operands > 2 && !several)))
        return complain_usage(prefix, "\"%s%s\" needs one %s", prefix, topic->name, topic->operand);
    struct text text = {0};
    enum exit_code code = topic->add(arguments, topic->operand ? arguments->operands[1] : NULL, &text);
    return print_text(&text) ? code : EXIT_IO;
}

void topics_describe(const struct command *command, struct text *text)
{
    text_addf(text, "%.*s is one of:\n", (int)strcspn(command->operands, " "), command->operands);
    for (const struct topic *topics = command->topics; topics->name; topics++) {
        size_t start = text->length;
        text_addf(text, "  %s%s%s", topics->name, topics->operand ? " " : "",
                  topics->operand ? topics->operand : "");
        int width = (int)(text->length - start);
        text_addf(text, "%*s%s\n", width < 20 ? 20 - width : 2, "", topics->doc);
    }
}
