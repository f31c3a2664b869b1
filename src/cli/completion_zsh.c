/* Two levels of quoting: what _arguments and _describe read, within what the shell reads. */
#include <string.h>

#include "cli/completion.h"

static const char head[] = "#compdef tandem\n"
                           "# zsh completion of tandem, written by \"tandem completion zsh\"\n"
                           "_tandem() {\n"
                           "  local curcontext=$curcontext state line\n"
                           "  local -a words_here\n"
                           "  typeset -A opt_args\n"
                           "  _arguments -C \\\n"
                           "    '(- *)'{-h,--help}'[show help and exit]' \\\n"
                           "    '(- *)--version[show the version and exit]' \\\n"
                           "    '1: :->command' \\\n"
                           "    '*:: :->rest' && return\n";

/* It may be a function in $fpath, or read with source. */
static const char tail[] = "}\n"
                           "if [[ $funcstack[1] == _tandem ]]; then\n"
                           "  _tandem \"$@\"\n"
                           "else\n"
                           "  compdef _tandem tandem\n"
                           "fi\n";

/* Within single quotes; `special` are the characters that the reader there takes a backslash before. */
static void add_part(struct text *text, const char *string, const char *special)
{
    for (const char *c = string; *c; c++) {
        char one[2] = {*c, '\0'};
        if (*c == '\'')
            text_add(text, "'\\''");
        else
            completion_add_escaped(text, one, special);
    }
}

/* ":MESSAGE:ACTION" */
static void add_action(struct text *text, const char *argument, enum word_kind kind)
{
    text_add(text, ":");
    add_part(text, kind == WORD_CHOICE ? "one of" : argument, ":\\");
    text_add(text, ":");
    if (kind == WORD_FILE) {
        text_add(text, "_files");
    } else if (kind == WORD_FOLDER) {
        text_add(text, "_files -/");
    } else if (kind == WORD_CHOICE) {
        text_add(text, "(");
        completion_add_choice(text, argument);
        text_add(text, ")");
    } else {
        text_add(text, " ");
    }
}

/* An option with a value may be given again: there it is offered again. */
static void add_option(struct text *text, const struct option *option)
{
    const char *plus = option->argument ? "+" : "", *equals = option->argument ? "=" : "";
    text_add(text, "      ");
    if (option->letter && option->argument)
        text_addf(text, "'*'{-%c%s,--%s%s}'[", option->letter, plus, option->name, equals);
    else if (option->letter)
        text_addf(text, "'(-%c --%s)'{-%c,--%s}'[", option->letter, option->name, option->letter,
                  option->name);
    else
        text_addf(text, "'%s--%s%s[", option->argument ? "*" : "", option->name, equals);
    add_part(text, option->doc, "[]\\");
    text_add(text, "]");
    if (option->argument)
        add_action(text, option->argument, completion_kind(option->argument));
    text_add(text, "' \\\n");
}

static void add_described(struct text *text, const char *indent, const char *name, const char *doc)
{
    text_addf(text, "%s'%s:", indent, name);
    add_part(text, doc, "\\");
    text_add(text, "'\n");
}

static void add_verbs(struct text *text)
{
    text_add(text, "  if [[ $state == command ]]; then\n"
                   "    words_here=(\n");
    for (size_t i = 0; commands[i]; i++)
        add_described(text, "      ", commands[i]->name, commands[i]->summary);
    text_add(text, "    )\n"
                   "    _describe -t commands command words_here\n"
                   "    return\n"
                   "  fi\n"
                   "  curcontext=${curcontext%:*:*}:tandem-$words[1]:\n"
                   "  case $words[1] in\n");
}

/* What a topic is about. */
static void add_about(struct text *text, const struct topic *topics, enum word_kind kind, const char *action)
{
    struct text names = {0};
    if (completion_add_topics(&names, topics, kind, "|") > 0)
        text_addf(text, "    [[ $state == about && $line[1] == (%s) ]] && %s\n", text_string(&names), action);
    text->failed |= names.failed;
    text_finish(&names);
}

/* Is there one that is about several? */
static bool has_several(const struct topic *topics)
{
    for (; topics->name; topics++)
        if (topics->operand && strstr(topics->operand, "..."))
            return true;
    return false;
}

static void add_topics(struct text *text, const struct topic *topics)
{
    text_addf(text, "      '1: :->topic' '%c: :->about' && return\n", has_several(topics) ? '*' : '2');
    text_add(text, "    if [[ $state == topic ]]; then\n"
                   "      words_here=(\n");
    for (size_t i = 0; topics[i].name; i++)
        add_described(text, "        ", topics[i].name, topics[i].doc);
    text_add(text, "      )\n"
                   "      _describe -t topics topic words_here\n"
                   "    fi\n");
    add_about(text, topics, WORD_FILE, "_files");
    add_about(text, topics, WORD_FOLDER, "_files -/");
}

static void add_command(struct text *text, const struct command *command)
{
    text_addf(text, "  (%s)\n    _arguments -s -S : \\\n", command->name);
    for (size_t i = 0; command->options[i].name; i++)
        add_option(text, &command->options[i]);
    if (command->topics) {
        add_topics(text, command->topics);
    } else if (command->operands[0]) {
        text_addf(text, "      '%s", strstr(command->operands, "...") ? "*" : "1");
        add_action(text, command->operands, completion_operand_kind(command->operands));
        text_add(text, "'\n");
    } else {
        text_add(text, "      && return\n");
    }
    text_add(text, "    ;;\n");
}

void completion_zsh(struct text *text)
{
    text_add(text, head);
    add_verbs(text);
    for (size_t i = 0; commands[i]; i++)
        add_command(text, commands[i]);
    text_add(text, "  esac\n");
    text_add(text, tail);
}
