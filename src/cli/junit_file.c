#include "cli/junit_file.h"

#include "cli/print.h"

struct text *junit_file_begin(struct junit_file *file)
{
    text_finish(&file->told);
    file->n_suites = file->junit.n_suites;
    return file->path ? &file->told : NULL;
}

void junit_file_add(struct junit_file *file, const char *path, const struct spec *spec,
                    const struct experiment *experiment)
{
    if (file->path)
        junit_add(&file->junit, path, spec, experiment);
}

void junit_file_end(struct junit_file *file, const char *path, enum exit_code code)
{
    bool added = file->junit.n_suites > file->n_suites;
    if (!file->path)
        return;
    if (code == EXIT_INTERRUPTED)
        junit_add_error(&file->junit, path, "interrupted", "the run was interrupted", "");
    else if (code == EXIT_LIMIT)
        junit_add_error(&file->junit, path, "limit", "the run ended at a limit", "");
    else if (code != EXIT_OK && !added)
        junit_add_error(&file->junit, path, code == EXIT_USAGE ? "scenario" : "run",
                        code == EXIT_USAGE ? "there are mistakes in the scenario, or in the command line"
                                           : "the scenario could not be read or run",
                        text_string(&file->told));
}

enum exit_code junit_file_close(struct junit_file *file, enum exit_code worst)
{
    struct error error = {0};
    bool ok = !file->path || junit_write(&file->junit, file->path, &error);
    if (!ok && !(worst == EXIT_IO && error_is_memory(&error)))
        complain("%s", error_text(&error));
    error_finish(&error);
    text_finish(&file->told);
    junit_finish(&file->junit);
    return ok ? EXIT_OK : EXIT_IO;
}
