#include "report/plot/figure_files.h"

#include <stdlib.h>
#include <unistd.h>

#include "experiment/files.h"
#include "report/plot/gnuplot.h"

enum { MOST_AT_ONCE = 12 };

static char *file_path(const char *folder, const char *name, const char *ending)
{
    char *file = text_format("%s%s", name, ending), *path = file ? path_join(folder, file) : NULL;
    free(file);
    return path;
}

static bool write_text(const char *folder, const char *name, const char *ending, const struct text *text,
                       struct error *error)
{
    char *path = file_path(folder, name, ending);
    bool written = path && !text->failed ? file_write(path, text_string(text), text->length, error)
                                         : error_set(error, "%s%s: out of memory", name, ending);
    free(path);
    return written;
}

bool figure_write(const struct figure *figure, const char *folder, struct error *error)
{
    return write_text(folder, figure->name, ".csv", &figure->data, error) &&
           write_text(folder, figure->name, ".gp", &figure->script, error);
}

void figure_remove(const char *name, const char *folder)
{
    static const char *const endings[] = {".csv", ".gp", ".svg", ".png"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        char *path = file_path(folder, name, endings[i]);
        if (path)
            unlink(path);
        free(path);
    }
}

/* Each figure is a program of its own. The first that fails is the one that is told of. */
static bool draw_some(const char *program, const char *folder, const char *const *names, size_t n,
                      struct error *error)
{
    struct gnuplot_process processes[MOST_AT_ONCE] = {{0}};
    bool drawn = true;
    for (size_t i = 0; drawn && i < n; i++) {
        char *script = text_format("%s.gp", names[i]);
        drawn = script ? gnuplot_start(program, folder, script, &processes[i], error)
                       : error_set(error, "out of memory");
        free(script);
    }
    for (size_t i = 0; i < n; i++) {
        bool fine = gnuplot_wait(&processes[i], drawn ? error : NULL);
        drawn = drawn && fine;
    }
    return drawn;
}

bool figures_draw(const char *folder, const char *const *names, size_t n, bool *ret_drawn,
                  struct error *error)
{
    char *program = gnuplot_find();
    bool fine = true;
    for (size_t i = 0, some; program && fine && i < n; i += some) {
        some = n - i < MOST_AT_ONCE ? n - i : MOST_AT_ONCE;
        fine = draw_some(program, folder, names + i, some, error);
    }
    if (fine)
        *ret_drawn = program != NULL;
    free(program);
    return fine;
}
