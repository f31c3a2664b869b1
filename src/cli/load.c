#include "cli/load.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/interrupt.h"
#include "cli/print.h"
#include "experiment/percentiles.h"
#include "scenario/scenario.h"

static const struct {
    const char *option, *path;
} shorthands[] = {{"seed", "run.seed"}, {"replications", "run.replications"}, {"duration", "run.duration"}};

enum { SHORTHANDS = sizeof shorthands / sizeof *shorthands };

/* The sets of the command line: those of --set in their order, then the shorthands. */
static bool collect_sets(const struct arguments *arguments, struct loaded *loaded)
{
    const char *value;
    loaded->sets = calloc(arguments->n_options + SHORTHANDS, sizeof *loaded->sets);
    bool ok = loaded->sets != NULL;
    for (size_t at = 0; ok && (value = arguments_next(arguments, "set", &at)) != NULL;)
        ok = (loaded->sets[loaded->n_sets++] = text_copy(value)) != NULL;
    for (size_t i = 0; ok && i < SHORTHANDS; i++)
        if ((value = arguments_value(arguments, shorthands[i].option)) != NULL)
            ok = (loaded->sets[loaded->n_sets++] = text_format("%s=%s", shorthands[i].path, value)) != NULL;
    if (!ok)
        complain("out of memory");
    return ok;
}

static void list_problems(const struct problem_list *problems, struct text *text)
{
    for (size_t i = 0; i < problems->n; i++)
        text_addf(text, "%s\n", problems->problems[i].text);
    if (problems->n_left_out)
        text_addf(text, "and %zu more\n", problems->n_left_out);
}

enum exit_code complain_problems(const struct problem_list *problems)
{
    struct text text = {0};
    list_problems(problems, &text);
    bool failed = text.failed || problems->failed;
    print_aside("%s", text_string(&text));
    if (failed)
        complain("out of memory");
    text_finish(&text);
    return failed ? EXIT_IO : problems->n_errors ? EXIT_USAGE : EXIT_OK;
}

static enum exit_code tell_problems(const struct loaded *loaded, const struct problem_list *problems)
{
    if (loaded->told)
        list_problems(problems, loaded->told);
    return complain_problems(problems);
}

char *load_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        return text_copy(".");
    return text_format("%.*s", (int)(slash == path ? 1 : slash - path), path);
}

static enum exit_code read_scenario(struct loaded *loaded)
{
    struct problem_list problems = {0};
    char *folder = load_folder(loaded->path);
    if (!folder) {
        complain("out of memory");
        return EXIT_IO;
    }
    bool before = interrupt_at_once(true); /* it may be large, and name files that never come */
    bool ok = scenario_read(loaded->text, loaded->length, loaded->path, folder,
                            (const char *const *)loaded->sets, loaded->n_sets, &loaded->spec, &problems);
    interrupt_at_once(before);
    enum exit_code code = tell_problems(loaded, &problems);
    if (ok && code != EXIT_OK) /* a warning could not be told */
        spec_finish(&loaded->spec);
    problem_list_finish(&problems);
    free(folder);
    return code;
}

static enum exit_code load_text_telling(const struct arguments *arguments, const char *path,
                                        struct text *told, struct loaded *ret_loaded)
{
    struct loaded loaded = {.path = path, .told = told};
    struct error error = {0};
    bool ok = collect_sets(arguments, &loaded), before = interrupt_at_once(true);
    if (ok && !scenario_load(path, &loaded.text, &loaded.length, &error)) {
        complain("%s", error_text(&error));
        if (told)
            text_addf(told, "%s\n", error_text(&error));
        ok = false;
    }
    interrupt_at_once(before);
    error_finish(&error);
    if (ok)
        *ret_loaded = loaded;
    else
        loaded_finish(&loaded);
    return ok ? EXIT_OK : EXIT_IO;
}

enum exit_code load_text(const struct arguments *arguments, const char *path, struct loaded *ret_loaded)
{
    return load_text_telling(arguments, path, NULL, ret_loaded);
}

enum exit_code load_scenario(const struct arguments *arguments, const char *path, struct loaded *ret_loaded)
{
    return load_scenario_telling(arguments, path, NULL, ret_loaded);
}

enum exit_code load_scenario_telling(const struct arguments *arguments, const char *path, struct text *told,
                                     struct loaded *ret_loaded)
{
    struct loaded loaded;
    enum exit_code code = load_text_telling(arguments, path, told, &loaded);
    if (code != EXIT_OK)
        return code;
    code = read_scenario(&loaded);
    if (code == EXIT_OK && !percentiles_ask_spec(&loaded.spec)) {
        complain("out of memory");
        code = EXIT_IO;
    }
    if (code == EXIT_OK && percentiles_are_too_many(&loaded.spec)) {
        complain("%s: the claims name more than %d percentiles besides the usual ones", path,
                 PERCENTILES_MOST);
        code = EXIT_USAGE;
    }
    if (code == EXIT_OK)
        *ret_loaded = loaded;
    else
        loaded_finish(&loaded);
    return code;
}

static void tell_fault(const struct loaded *loaded, size_t i, const struct expression_fault *fault,
                       struct problem_list *problems)
{
    if (error_is_memory(&fault->error)) {
        problems->failed = true;
        problems->n_errors++;
        return;
    }
    struct scenario_source source = {loaded->text, loaded->length, loaded->path,
                                     (const char *const *)loaded->sets, loaded->n_sets};
    scenario_tell(&source, "expect", i, loaded->spec.expects[i].bare ? NULL : "claim", fault->offset,
                  error_text(&fault->error), fault->hint, problems);
}

static enum exit_code read_expects(struct loaded *loaded, const struct experiment *outline)
{
    const struct spec *spec = &loaded->spec;
    struct problem_list problems = {0};
    for (size_t i = 0; i < spec->n_expects; i++) {
        struct expression_fault fault = {0};
        if (expect_read(&spec->expects[i], outline, &loaded->expects[loaded->n_expects], &fault))
            loaded->n_expects++;
        else
            tell_fault(loaded, i, &fault, &problems);
        expression_fault_finish(&fault);
    }
    enum exit_code code = tell_problems(loaded, &problems);
    problem_list_finish(&problems);
    return code;
}

enum exit_code load_expects(struct loaded *loaded)
{
    struct experiment outline;
    struct error error = {0};
    if (loaded->spec.n_expects == 0)
        return EXIT_OK;
    loaded->expects = calloc(loaded->spec.n_expects, sizeof *loaded->expects);
    if (!loaded->expects) {
        complain("out of memory");
        return EXIT_IO;
    }
    if (!experiment_outline(&loaded->spec, &outline, &error)) {
        complain("%s: %s", loaded->path, error_text(&error));
        error_finish(&error);
        return EXIT_IO;
    }
    enum exit_code code = read_expects(loaded, &outline);
    experiment_finish(&outline);
    return code;
}

void loaded_finish(struct loaded *loaded)
{
    if (!loaded)
        return;
    for (size_t i = 0; loaded->sets && i < loaded->n_sets; i++)
        free(loaded->sets[i]);
    free(loaded->sets);
    free(loaded->text);
    for (size_t i = 0; i < loaded->n_expects; i++)
        expect_finish(&loaded->expects[i]);
    free(loaded->expects);
    spec_finish(&loaded->spec);
    *loaded = (struct loaded){0};
}
