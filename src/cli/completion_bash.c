/* bash has no room for docs: the script offers the words alone. It needs nothing of the package
 * bash-completion. */
#include "cli/completion.h"

static const char head[] = "# bash completion of tandem, written by \"tandem completion bash\"\n"
                           "_tandem()\n"
                           "{\n"
                           "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}\n"
                           "    local options='' words='' kind='' i\n"
                           "    COMPREPLY=()\n"
                           "    # --name=value comes as three words\n"
                           "    if [[ $word == = ]]; then\n"
                           "        word=''\n"
                           "        [[ $before == -* ]] || return\n"
                           "    elif [[ $before == = ]]; then\n"
                           "        before=${COMP_WORDS[COMP_CWORD - 2]}\n"
                           "        [[ $before == -* ]] || return\n"
                           "    fi\n";

static const char tail[] = "    [[ $word == -* ]] && words=$options kind=''\n"
                           "    case $kind in\n"
                           "    file) mapfile -t COMPREPLY < <(compgen -f -- \"$word\") ;;\n"
                           "    folder) mapfile -t COMPREPLY < <(compgen -d -- \"$word\") ;;\n"
                           "    *) mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\") ;;\n"
                           "    esac\n"
                           "    [[ $kind ]] && compopt -o filenames 2>/dev/null\n"
                           "    return 0\n"
                           "}\n"
                           "complete -F _tandem tandem\n";

static const char *const kind_names[] = {"", "file", "folder", ""};

/* The verb itself. */
static void add_verbs(struct text *text)
{
    text_add(text, "    if ((COMP_CWORD == 1)); then\n"
                   "        options='--help --version'\n"
                   "        words='");
    for (size_t i = 0; commands[i]; i++)
        text_addf(text, "%s%s", i ? " " : "", commands[i]->name);
    text_add(text, "'\n    fi\n");
}

/* "-o | --out) " */
static void add_pattern(struct text *text, const struct option *option)
{
    text_add(text, "        ");
    if (option->letter)
        text_addf(text, "-%c | ", option->letter);
    text_addf(text, "--%s) ", option->name);
}

/* What follows an option that takes a value is that value. */
static void add_values(struct text *text, const struct option *options)
{
    text_add(text, "        case $before in\n");
    for (const struct option *option = options; option->name; option++) {
        enum word_kind kind = completion_kind(option->argument);
        if (!option->argument)
            continue;
        add_pattern(text, option);
        if (kind == WORD_PLAIN) {
            text_add(text, "return ;;\n");
            continue;
        }
        text_addf(text, "options='' kind='%s' words='", kind_names[kind]);
        if (kind == WORD_CHOICE)
            completion_add_choice(text, option->argument);
        text_add(text, "' ;;\n");
    }
    text_add(text, "        esac\n");
}

/* Behind a topic stands what it is about. */
static void add_topics(struct text *text, const struct topic *topics)
{
    text_add(text, "        words='");
    for (size_t i = 0; topics[i].name; i++)
        text_addf(text, "%s%s", i ? " " : "", topics[i].name);
    text_add(text, "'\n"
                   "        for ((i = 2; i < COMP_CWORD; i++)); do\n"
                   "            case ${COMP_WORDS[i]} in\n");
    for (enum word_kind kind = WORD_PLAIN; kind <= WORD_FOLDER; kind++) {
        struct text names = {0};
        if (completion_add_topics(&names, topics, kind, " | ") > 0)
            text_addf(text, "            %s) words='' kind='%s' ;;\n", text_string(&names), kind_names[kind]);
        text->failed |= names.failed;
        text_finish(&names);
    }
    text_add(text, "            esac\n"
                   "        done\n");
}

static void add_command(struct text *text, const struct command *command)
{
    text_addf(text, "    %s)\n        options='", command->name);
    for (size_t i = 0; command->options[i].name; i++)
        text_addf(text, "%s--%s", i ? " " : "", command->options[i].name);
    text_add(text, "'\n");
    if (command->topics)
        add_topics(text, command->topics);
    else
        text_addf(text, "        kind='%s'\n", kind_names[completion_operand_kind(command->operands)]);
    add_values(text, command->options);
    text_add(text, "        ;;\n");
}

void completion_bash(struct text *text)
{
    text_add(text, head);
    add_verbs(text);
    text_add(text, "    ((COMP_CWORD > 1)) && case ${COMP_WORDS[1]} in\n");
    for (size_t i = 0; commands[i]; i++)
        add_command(text, commands[i]);
    text_add(text, "    esac\n");
    text_add(text, tail);
}
