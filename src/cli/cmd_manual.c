#include <string.h>

#include "base/text.h"
#include "base/version.h"
#include "cli/command.h"
#include "cli/help.h"
#include "cli/print.h"
#include "report/plot/plots.h"

static const struct option options[] = {COMMON_OPTIONS};

/* ---- roff ---- */

/* What roff would take for a command, or for a sign other than it is on a keyboard. */
static void add_plain(struct text *text, const char *string, size_t length)
{
    static const struct {
        char c;
        const char *roff;
    } signs[] = {{'\\', "\\e"},  {'-', "\\-"},   {'\'', "\\(aq"}, {'`', "\\(ga"},
                 {'^', "\\(ha"}, {'~', "\\(ti"}, {'"', "\\(dq"}};
    if (length > 0 && (string[0] == '.' || string[0] == '\''))
        text_add(text, "\\&");
    for (size_t i = 0; i < length; i++) {
        const char *roff = NULL;
        for (size_t k = 0; k < sizeof signs / sizeof *signs; k++)
            if (signs[k].c == string[i])
                roff = signs[k].roff;
        text_add_bytes(text, roff ? roff : string + i, roff ? strlen(roff) : 1);
    }
}

static void add_string(struct text *text, const char *string)
{
    add_plain(text, string, strlen(string));
}

static void add_bold(struct text *text, const char *string)
{
    text_add(text, "\\fB");
    add_string(text, string);
    text_add(text, "\\fR");
}

static void add_italic(struct text *text, const char *string)
{
    text_add(text, "\\fI");
    add_string(text, string);
    text_add(text, "\\fR");
}

/* Lines of a text for --help: those that are indented stay as they are, the others are filled. */
static void add_lines(struct text *text, const char *lines)
{
    bool example = false;
    for (const char *line = lines; *line;) {
        size_t length = strcspn(line, "\n"), indent = strspn(line, " ");
        if ((indent > 0) != example)
            text_add(text, example ? ".EE\n.RE\n.PP\n" : ".RS 4\n.EX\n");
        example = indent > 0;
        size_t skip = indent < 2 ? indent : 2;
        add_plain(text, line + skip, length - skip);
        text_add(text, "\n");
        line += length + (line[length] == '\n');
    }
    if (example)
        text_add(text, ".EE\n.RE\n");
}

static void add_item(struct text *text, const char *name, const char *argument, const char *meaning)
{
    text_add(text, ".TP\n");
    add_bold(text, name);
    if (argument) {
        text_add(text, " ");
        add_italic(text, argument);
    }
    text_add(text, "\n");
    add_string(text, meaning);
    text_add(text, "\n");
}

/* ---- commands ---- */

static void add_option(struct text *text, const struct option *option)
{
    text_add(text, ".TP\n");
    if (option->letter)
        text_addf(text, "\\fB\\-%c\\fR, ", option->letter);
    text_add(text, "\\fB\\-\\-");
    add_string(text, option->name);
    text_add(text, "\\fR");
    if (option->argument) {
        text_add(text, "=");
        add_italic(text, option->argument);
    }
    text_add(text, "\n");
    add_string(text, option->doc);
    text_add(text, "\n");
}

static void add_usage(struct text *text, const struct command *command)
{
    text_addf(text, "\\fBtandem %s\\fR [\\fIOPTIONS\\fR]%s", command->name, command->operands[0] ? " " : "");
    add_italic(text, command->operands);
    text_add(text, "\n");
}

static void add_command(struct text *text, const struct command *command)
{
    text_addf(text, ".SS tandem %s\n", command->name);
    add_usage(text, command);
    text_add(text, ".PP\n");
    add_string(text, command->summary);
    text_add(text, ".\n");
    for (const struct topic *topic = command->topics; topic && topic->name; topic++)
        add_item(text, topic->name, topic->operand, topic->doc);
    if (command->details[0]) {
        text_add(text, command->details[0] == ' ' ? "" : ".PP\n");
        add_lines(text, command->details);
    }
    for (const struct option *option = command->options; option->name; option++)
        add_option(text, option);
    text_add(text, ".PP\nExamples:\n");
    add_lines(text, command->examples);
}

/* ---- files ---- */

static const struct {
    const char *path, *meaning;
} files[] = {
    {"out/NAME/", "What a command leaves of the scenario NAME; --out names another folder than out."},
    {"report.html", "Of a run: all of it as one page for a browser. It needs no other file and no network."},
    {"summary.json",
     "Of a run: every number with its interval, the differences between policies, theory, claims, and "
     "who waits."},
    {"summary.csv", "The same numbers, one a line: policy, metric, value, half width of the interval, unit."},
    {"manifest.json", "Of a run or sweep: what is needed to get the same bytes again. It is written last: a "
                      "folder that has it is whole."},
    {"POLICY/timeseries.csv",
     "Of the first replication under that policy: the state at even distances of time."},
    {"POLICY/requests.csv", "Of the same replication: a sample of the requests, one a line."},
    {"POLICY/trace.json",
     "Of the same replication: the first requests in time, for Perfetto and chrome://tracing."},
    {"sweep.json, sweep.csv", "Of a sweep: each metric at each point, under each policy."},
    {"search.json, search.csv", "Of a search: the answer, and each value that was tried."},
    {"plan.txt, tasks/, search-tasks/",
     "What is finished of a run, a sweep or a search: --resume and tandem merge go on from there."},
    {"answers.json",
     "Of a lesson: what its student answers; tandem lesson start makes it, with the questions."},
    {"record.json",
     "Of a lesson: what was predicted, as tandem lesson grade kept it before it showed the result."},
    {"plots/",
     "Figures: FIGURE.svg and FIGURE.png, the data FIGURE.csv, and FIGURE.gp, with which gnuplot draws it "
     "again. Of a run:"},
};

static void add_files(struct text *text)
{
    text_add(text, ".SH FILES\n");
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        add_item(text, files[i].path, NULL, files[i].meaning);
    text_add(text, ".RS\n");
    for (size_t i = 0; i < n_plot_types; i++)
        add_item(text, plot_types[i].name, NULL, plot_types[i].about);
    text_add(text, ".RE\n");
}

/* ---- the page ---- */

/* The page has no date: the same sources make the same page. */
static void add_beginning(struct text *text)
{
    text_add(text, ".\\\" Written by \"tandem manual\".\n.TH TANDEM 1 \"\" \"tandem ");
    add_string(text, tandem_version);
    text_add(text, "\" \"User Commands\"\n"
                   ".SH NAME\n"
                   "tandem \\- compare synchronous calls, asynchronous calls and queues by simulation\n"
                   ".SH SYNOPSIS\n");
    for (size_t i = 0; commands[i]; i++) {
        text_add(text, i ? ".br\n" : "");
        add_usage(text, commands[i]);
    }
    text_add(text, ".br\n\\fBtandem\\fR [\\fICOMMAND\\fR] \\fB\\-\\-help\\fR\n"
                   ".br\n\\fBtandem \\-\\-version\\fR\n"
                   ".SH DESCRIPTION\n");
    add_lines(text, help_about);
}

static void add_end(struct text *text)
{
    text_add(text, ".SH EXIT STATUS\n");
    for (const struct exit_status *status = exit_statuses; status->meaning; status++)
        text_addf(text, ".TP\n\\fB%d\\fR\n%s\n", (int)status->code, status->meaning);
    text_add(text, ".SH SEE ALSO\n"
                   ".BR gnuplot (1)\n"
                   ".PP\n"
                   "\\fBtandem list reference\\fR prints all that a scenario may say.\n");
}

static enum exit_code run(const struct arguments *arguments, char *const *argv)
{
    (void)argv;
    if (arguments->n_operands > 0)
        return complain_usage("manual ", "manual takes no operands");
    struct text text = {0};
    add_beginning(&text);
    text_add(&text, ".SH COMMANDS\n");
    for (size_t i = 0; commands[i]; i++)
        add_command(&text, commands[i]);
    add_files(&text);
    add_end(&text);
    return print_text(&text) ? EXIT_OK : EXIT_IO;
}

const struct command command_manual = {
    .name = "manual",
    .operands = "",
    .summary = "Print the manual page, tandem(1), for man or groff",
    .details = "Everything on it comes from the same tables as --help.\n",
    .examples = "  tandem manual | man -l -\n"
                "  tandem manual >~/.local/share/man/man1/tandem.1\n",
    .options = options,
    .run = run,
};
