#include "cli/options.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_OPTIONS = 32 };

static size_t count(const struct option *options)
{
    size_t n = 0;
    while (options[n].name)
        n++;
    return n;
}

static bool unknown(const struct option *options, const char *name, size_t length, struct error *error)
{
    const char *names[MOST_OPTIONS];
    size_t n = count(options);
    for (size_t i = 0; i < n; i++)
        names[i] = options[i].name;
    char *word = text_format("%.*s", (int)length, name);
    const char *nearest = word ? text_nearest(word, names, n) : NULL;
    if (nearest)
        error_set(error, "unknown option --%s; did you mean --%s?", word, nearest);
    else
        error_set(error, "unknown option --%.*s", (int)length, name);
    free(word);
    return false;
}

/* A name in full goes before one cut short. */
static bool find_long(const struct option *options, const char *name, size_t length,
                      const struct option **ret_option, struct error *error)
{
    const struct option *found = NULL;
    for (size_t i = 0; options[i].name; i++) {
        if (strncmp(options[i].name, name, length) != 0)
            continue;
        if (options[i].name[length] == '\0') {
            *ret_option = &options[i];
            return true;
        }
        if (found)
            return error_set(error, "--%.*s may be --%s or --%s", (int)length, name, found->name,
                             options[i].name);
        found = &options[i];
    }
    if (!found || length == 0)
        return unknown(options, name, length, error);
    *ret_option = found;
    return true;
}

static const struct option *find_short(const struct option *options, char letter)
{
    for (size_t i = 0; options[i].name; i++)
        if (options[i].letter == letter)
            return &options[i];
    return NULL;
}

static void give(struct arguments *arguments, const struct option *option, const char *value)
{
    arguments->options[arguments->n_options++] = (struct given_option){option, value};
}

/* Each of these reads argv[i] and, where a value stands apart, the one behind it; it returns how many it
 * read, or 0. */

static int read_long(const struct option *options, char **argv, struct arguments *arguments,
                     struct error *error)
{
    const char *name = argv[0] + 2, *value = strchr(name, '=');
    const struct option *option = NULL;
    if (!find_long(options, name, strcspn(name, "="), &option, error))
        return 0;
    assert(option);
    if (!option->argument && value)
        return error_set(error, "--%s takes no value", option->name);
    if (option->argument && !value && !argv[1])
        return error_set(error, "--%s needs a value: --%s=%s", option->name, option->name, option->argument);
    give(arguments, option, !option->argument ? NULL : value ? value + 1 : argv[1]);
    return option->argument && !value ? 2 : 1;
}

static int read_short(const struct option *options, char **argv, struct arguments *arguments,
                      struct error *error)
{
    for (const char *letter = argv[0] + 1; *letter; letter++) {
        const struct option *option = find_short(options, *letter);
        if (!option)
            return error_set(error, "unknown option -%c", *letter);
        if (!option->argument) {
            give(arguments, option, NULL);
            continue;
        }
        if (!letter[1] && !argv[1])
            return error_set(error, "-%c needs a value: -%c %s", *letter, *letter, option->argument);
        give(arguments, option, letter[1] ? letter + 1 : argv[1]);
        return letter[1] ? 1 : 2;
    }
    return 1;
}

static bool read_all(const struct option *options, int argc, char **argv, struct arguments *arguments,
                     struct error *error)
{
    for (int i = 0; i < argc;) {
        const char *word = argv[i];
        if (strcmp(word, "--") == 0) {
            for (i++; i < argc; i++)
                arguments->operands[arguments->n_operands++] = argv[i];
            break;
        }
        int n = 1;
        if (word[0] != '-' || word[1] == '\0')
            arguments->operands[arguments->n_operands++] = word;
        else
            n = (word[1] == '-' ? read_long : read_short)(options, argv + i, arguments, error);
        if (n == 0)
            return false;
        i += n;
    }
    return true;
}

/* Letters can be bundled: there may be as many options as there are characters. */
static size_t most_options(int argc, char **argv)
{
    size_t n = 1;
    for (int i = 0; i < argc; i++)
        n += strlen(argv[i]);
    return n;
}

bool arguments_read(const struct option *options, int argc, char **argv, struct arguments *ret_arguments,
                    struct error *error)
{
    *ret_arguments = (struct arguments){0};
    struct arguments arguments = {
        .options = calloc(most_options(argc, argv), sizeof *arguments.options),
        .operands = calloc((size_t)argc + 1, sizeof *arguments.operands),
    };
    bool ok = arguments.options && arguments.operands ? read_all(options, argc, argv, &arguments, error)
                                                      : error_set(error, "out of memory");
    ret_arguments->failed = !arguments.options || !arguments.operands;
    if (ok)
        *ret_arguments = arguments;
    else
        arguments_finish(&arguments);
    return ok;
}

void arguments_finish(struct arguments *arguments)
{
    if (!arguments)
        return;
    free(arguments->options);
    free(arguments->operands);
    *arguments = (struct arguments){0};
}

const char *arguments_value(const struct arguments *arguments, const char *name)
{
    const char *last = NULL, *value;
    for (size_t position = 0; (value = arguments_next(arguments, name, &position)) != NULL;)
        last = value;
    return last;
}

bool arguments_have(const struct arguments *arguments, const char *name)
{
    for (size_t i = 0; i < arguments->n_options; i++)
        if (strcmp(arguments->options[i].option->name, name) == 0)
            return true;
    return false;
}

const char *arguments_next(const struct arguments *arguments, const char *name, size_t *position)
{
    while (*position < arguments->n_options) {
        const struct given_option *given = &arguments->options[(*position)++];
        if (strcmp(given->option->name, name) == 0)
            return given->value;
    }
    return NULL;
}

void options_describe(const struct option *options, struct text *text)
{
    for (size_t i = 0; options[i].name; i++) {
        const struct option *option = &options[i];
        size_t start = text->length;
        text_addf(text, option->letter ? "  -%c, " : "      ", option->letter);
        text_addf(text, "--%s%s%s", option->name, option->argument ? "=" : "",
                  option->argument ? option->argument : "");
        int width = (int)(text->length - start);
        text_addf(text, "%*s%s\n", width < 28 ? 28 - width : 2, "", option->doc);
    }
}
