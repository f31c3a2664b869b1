#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <gsl/gsl_errno.h>

#include "base/text.h"
#include "base/version.h"
#include "cli/command.h"
#include "cli/help.h"
#include "cli/interrupt.h"
#include "cli/print.h"
#include "experiment/stop.h"

const struct command *const commands[] = {
    &command_check, &command_completion, &command_explain, &command_lesson, &command_list,   &command_manual,
    &command_merge, &command_new,        &command_run,     &command_schema, &command_search, &command_sweep,
    NULL,
};

enum { COMMANDS = sizeof commands / sizeof *commands - 1 };

static const struct command *find_command(const char *name)
{
    for (size_t i = 0; i < COMMANDS; i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

static enum exit_code print_help(void)
{
    struct text text = {0};
    help_add(&text);
    return print_text(&text) ? EXIT_OK : EXIT_IO;
}

static enum exit_code print_version(void)
{
    struct text text = {0};
    text_addf(&text, "tandem %s\n", tandem_version);
    return print_text(&text) ? EXIT_OK : EXIT_IO;
}

static enum exit_code print_command_help(const struct command *command)
{
    struct text text = {0};
    help_add_command(&text, command);
    return print_text(&text) ? EXIT_OK : EXIT_IO;
}

static enum exit_code unknown_command(const char *name)
{
    const char *names[COMMANDS];
    for (size_t i = 0; i < COMMANDS; i++)
        names[i] = commands[i]->name;
    return complain_unknown("", "command", name, names, COMMANDS);
}

static enum exit_code run_command(const struct command *command, int argc, char **argv)
{
    struct arguments arguments;
    struct error error = {0};
    if (!arguments_read(command->options, argc - 2, argv + 2, &arguments, &error)) {
        bool failed = arguments.failed || error_is_memory(&error);
        complain("%s: %s", command->name, error_text(&error));
        if (!failed)
            print_aside("try \"tandem %s --help\"\n", command->name);
        error_finish(&error);
        return failed ? EXIT_IO : EXIT_USAGE;
    }
    enum exit_code code =
        arguments_have(&arguments, "help") ? print_command_help(command) : command->run(&arguments, argv);
    arguments_finish(&arguments);
    return code;
}

/* A closed standard stream (>&-) is a hole that the next file to be opened would fall into, and what is
 * printed into that file. What fills it can be neither read nor written, as if it were still closed. */
static void fill_holes(void)
{
    for (int i = STDIN_FILENO; i <= STDERR_FILENO; i++)
        if (fcntl(i, F_GETFD) < 0 && errno == EBADF)
            open("/dev/null", i == STDIN_FILENO ? O_WRONLY : O_RDONLY); /* the lowest that is free: i */
}

/* What else comes from outside than what it is told. */
static void prepare(void)
{
    fill_holes();
    setlocale(LC_CTYPE, "");  /* only for what the terminal can show: numbers stay as in C */
    signal(SIGPIPE, SIG_IGN); /* a closed pipe is an error of the write, not the end; */
    signal(SIGXFSZ, SIG_IGN); /* so is a file that would get larger than it may be */
    signal(SIGCHLD, SIG_DFL); /* how gnuplot ended is of interest, even if it was not to who called us */
    interrupt_begin();
    gsl_set_error_handler_off();
}

/* What could not be written because of a signal was interrupted. What was all done by then has its own
 * status: who would begin it anew would do it twice. */
static enum exit_code conclude(enum exit_code code)
{
    return code == EXIT_IO && *stop_flag() ? EXIT_INTERRUPTED : code;
}

int main(int argc, char **argv)
{
    prepare();
    if (argc < 2)
        return (int)complain_usage("", "what is to be done? Give a command");
    const char *name = argv[1];
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0) {
        const struct command *about = argc > 2 ? find_command(argv[2]) : NULL;
        return (int)(about ? print_command_help(about) : print_help());
    }
    if (strcmp(name, "--version") == 0)
        return (int)print_version();
    const struct command *command = find_command(name);
    return (int)(command ? conclude(run_command(command, argc, argv)) : unknown_command(name));
}
