#include "report/plot/figure_files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "experiment/files.h"
#include "experiment/stop.h"
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
    if (figure->data.failed || figure->script.failed)
        return error_set(error, "%s: out of memory", figure->name);
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

/* ---- pictures ---- */

static const struct {
    const char *ending, *end; /* of the file's name; of what it holds */
    size_t length;
} pictures[] = {
    {".svg", "</svg>", 6},
    {".png", "IEND\xAE\x42\x60\x82", 8},
};

enum { PICTURES = sizeof pictures / sizeof *pictures };

/* Is it there, and does it end as such a picture has to? gnuplot does not look whether the disk is full. */
static bool is_whole(const char *path, size_t picture)
{
    char end[32];
    bool whole = false;
    FILE *file = fopen(path, "rb");
    if (!file)
        return false;
    size_t n = fseek(file, -(long)sizeof end, SEEK_END) == 0 ? fread(end, 1, sizeof end, file) : 0;
    fclose(file);
    for (size_t length = pictures[picture].length; !whole && n >= length; n--)
        whole = memcmp(end + n - length, pictures[picture].end, length) == 0;
    return whole;
}

static bool check_whole(const char *from, const char *to, size_t picture, struct error *error)
{
    return is_whole(from, picture) ||
           error_set(error, "%s: gnuplot has not drawn all of it (is the disk full?)", to);
}

static bool give_place(const char *from, const char *to, size_t picture, struct error *error)
{
    (void)picture;
    return rename(from, to) == 0 || error_set(error, "%s: %s", to, strerror(errno));
}

/* Does it with each picture of each figure, where it was drawn and where it belongs. */
static bool each_picture(bool (*act)(const char *from, const char *to, size_t picture, struct error *error),
                         const char *drawn_in, const char *folder, const char *const *names, size_t n,
                         struct error *error)
{
    bool fine = true;
    for (size_t i = 0; fine && i < n * PICTURES; i++) {
        const char *name = names[i / PICTURES], *ending = pictures[i % PICTURES].ending;
        char *from = file_path(drawn_in, name, ending), *to = file_path(folder, name, ending);
        fine = from && to ? act(from, to, i % PICTURES, error) : error_set(error, "out of memory");
        free(from);
        free(to);
    }
    return fine;
}

/* Each figure is a program of its own. The first that fails is the one that is told of. */
static bool draw_some(const char *program, const char *folder, const char *const *names, size_t n, bool late,
                      struct error *error)
{
    struct gnuplot_process processes[MOST_AT_ONCE] = {{0}};
    bool drawn = true;
    for (size_t i = 0; drawn && i < n; i++) {
        char *script = text_format("../%s.gp", names[i]);
        drawn = script ? gnuplot_start(program, folder, script, &processes[i], error)
                       : error_set(error, "out of memory");
        processes[i].late = late;
        free(script);
    }
    for (size_t i = 0; i < n; i++) {
        bool fine = gnuplot_wait(&processes[i], drawn ? error : NULL);
        drawn = drawn && fine;
    }
    return drawn;
}

/* In a folder of their own until they are whole. */
static bool draw_apart(const char *program, const char *folder, const char *const *names, size_t n,
                       struct error *error)
{
    char *path = path_join(folder, "drawing"), *part = NULL;
    bool late = *stop_flag() != 0; /* then these are pictures of what was finished */
    bool fine = path ? folder_part_make(path, &part, error) : error_set(error, "out of memory");
    for (size_t i = 0, some; part && fine && i < n; i += some) {
        some = n - i < MOST_AT_ONCE ? n - i : MOST_AT_ONCE;
        fine = draw_some(program, part, names + i, some, late, error);
    }
    fine = fine && each_picture(check_whole, part, folder, names, n, error) &&
           each_picture(give_place, part, folder, names, n, error);
    if (part)
        folder_part_remove(part);
    free(part);
    free(path);
    return fine;
}

bool figures_draw(const char *folder, const char *const *names, size_t n, bool *ret_drawn,
                  struct error *error)
{
    char *program = gnuplot_find();
    bool fine = !program || draw_apart(program, folder, names, n, error);
    if (fine)
        *ret_drawn = program != NULL;
    free(program);
    return fine;
}
