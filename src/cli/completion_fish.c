#include "cli/completion.h"

static const char head[] =
    "# fish completion of tandem, written by \"tandem completion fish\"\n"
    "function __tandem_verb --argument-names verb --description 'Is this the verb?'\n"
    "    set -l words (commandline -opc)\n"
    "    test (count $words) -gt 1; and test $words[2] = $verb\n"
    "end\n"
    "function __tandem_no_verb --description 'Is the verb still to come?'\n"
    "    test (count (commandline -opc)) -eq 1\n"
    "end\n"
    "function __tandem_folders\n"
    "    __fish_complete_directories (commandline -ct | string replace -r '^--[^=]*=' '') ''\n"
    "end\n"
    "complete -c tandem -f\n"
    "complete -c tandem -n __tandem_no_verb -s h -l help -d 'show help and exit'\n"
    "complete -c tandem -n __tandem_no_verb -l version -d 'show the version and exit'\n";

/* 'string', with `before` in front of it. */
static void add_quoted(struct text *text, const char *before, const char *string)
{
    text_addf(text, "%s'", before);
    completion_add_escaped(text, string, "'\\");
    text_add(text, "'");
}

static void add_words(struct text *text, enum word_kind kind, const char *argument)
{
    if (kind == WORD_FILE) {
        text_add(text, " -F");
    } else if (kind == WORD_FOLDER) {
        text_add(text, " -a '(__tandem_folders)'");
    } else if (kind == WORD_CHOICE) {
        text_add(text, " -a '");
        completion_add_choice(text, argument);
        text_add(text, "'");
    }
}

static void add_option(struct text *text, const char *verb, const struct option *option)
{
    enum word_kind kind = completion_kind(option->argument);
    text_addf(text, "complete -c tandem -n '__tandem_verb %s'", verb);
    if (option->letter)
        text_addf(text, " -s %c", option->letter);
    text_addf(text, " -l %s", option->name);
    if (option->argument)
        text_add(text, kind == WORD_FILE ? " -r" : " -x");
    add_words(text, kind, option->argument);
    add_quoted(text, " -d ", option->doc);
    text_add(text, "\n");
}

/* Topics until there is one, then what it is about. */
static void add_topics(struct text *text, const char *verb, const struct topic *topics)
{
    for (const struct topic *topic = topics; topic->name; topic++) {
        text_addf(text, "complete -c tandem -n '__tandem_verb %s; and not __fish_seen_subcommand_from", verb);
        for (const struct topic *other = topics; other->name; other++)
            text_addf(text, " %s", other->name);
        text_addf(text, "' -a %s", topic->name);
        add_quoted(text, " -d ", topic->doc);
        text_add(text, "\n");
    }
    for (enum word_kind kind = WORD_FILE; kind <= WORD_FOLDER; kind++) {
        struct text names = {0};
        if (completion_add_topics(&names, topics, kind, " ") > 0) {
            text_addf(text, "complete -c tandem -n '__tandem_verb %s; and __fish_seen_subcommand_from %s'",
                      verb, text_string(&names));
            add_words(text, kind, NULL);
            text_add(text, "\n");
        }
        text->failed |= names.failed;
        text_finish(&names);
    }
}

static void add_command(struct text *text, const struct command *command)
{
    enum word_kind kind = completion_operand_kind(command->operands);
    text_addf(text, "complete -c tandem -n __tandem_no_verb -a %s", command->name);
    add_quoted(text, " -d ", command->summary);
    text_add(text, "\n");
    for (size_t i = 0; command->options[i].name; i++)
        add_option(text, command->name, &command->options[i]);
    if (command->topics) {
        add_topics(text, command->name, command->topics);
    } else if (kind != WORD_PLAIN) {
        text_addf(text, "complete -c tandem -n '__tandem_verb %s'", command->name);
        add_words(text, kind, NULL);
        text_add(text, "\n");
    }
}

void completion_fish(struct text *text)
{
    text_add(text, head);
    for (size_t i = 0; commands[i]; i++)
        add_command(text, commands[i]);
}
