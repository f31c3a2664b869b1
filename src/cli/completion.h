/* Scripts that make a shell complete command lines of tandem, from the tables of commands, options and
 * topics. One shell a file; what they share is here. */
#ifndef TANDEM_CLI_COMPLETION_H
#define TANDEM_CLI_COMPLETION_H

#include "cli/command.h"

void completion_bash(struct text *text);
void completion_fish(struct text *text);
void completion_zsh(struct text *text);

/* What stands for a value says what it can be completed to. */
enum word_kind {
    WORD_PLAIN, /* anything: nothing is offered */
    WORD_FILE,
    WORD_FOLDER,
    WORD_CHOICE, /* one of the words between which "|" stands */
};

/* Of an option's argument or a topic's operand; NULL is plain. */
enum word_kind completion_kind(const char *argument);

/* The first kind that is known among a command's operands: "FILE...", "TOPIC [FILE | FOLDER]". */
enum word_kind completion_operand_kind(const char *operands);

/* The words of a choice with blanks between them. */
void completion_add_choice(struct text *text, const char *argument);

/* The string with a backslash before each of the `special` characters. */
void completion_add_escaped(struct text *text, const char *string, const char *special);

/* The names of the topics of that kind of operand, with `between` between them; how many there are. */
size_t completion_add_topics(struct text *text, const struct topic *topics, enum word_kind kind,
                             const char *between);

#endif
