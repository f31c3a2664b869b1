#include "experiment/journal.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "base/version.h"
#include "experiment/files.h"
#include "experiment/seal.h"
#include "scenario/file.h"

/* The first line of a task's file, and of its name: another format makes it another task. */
static const char heading[] = "tandem task 1\n";

/* ---- names ---- */

static struct sha256_text digest(const char *string)
{
    return sha256(string, strlen(string));
}

/* Each field has a place of fixed length, so that no two names are written alike. */
struct sha256_text journal_id(const struct journal_task *task)
{
    char name[600];
    bool more = task->asked && task->asked[0];
    int length = snprintf(
        name, sizeof name, "%s%s\n%s\n%s\n%s\n%lld\n%lu\n%s", heading, digest(tandem_version).chars,
        digest(task->kind).chars, digest(task->fingerprint).chars, digest(task->policy).chars,
        (long long)task->warmup_ns, (unsigned long)task->replication, more ? digest(task->asked).chars : "");
    assert(length > 0 && (size_t)length < sizeof name);
    return sha256(name, (size_t)length);
}

/* "FOLDER/ab/abcdef....txt", or NULL. So no folder gets more than some hundred files of ten thousand. */
static char *task_path(const char *folder, const struct sha256_text *id)
{
    char *name = text_format("%.2s/%s.txt", id->chars, id->chars);
    char *path = name ? path_join(folder, name) : NULL;
    free(name);
    return path;
}

/* ---- what a file holds ---- */

static void add_task(struct text *text, const double *values, size_t n)
{
    text_add(text, heading);
    text_addf(text, "%zu\n", n);
    for (size_t i = 0; i < n; i++)
        if (isnan(values[i])) /* which may have a sign that means nothing */
            text_add(text, "nan\n");
        else
            text_addf(text, "%a\n", values[i]);
    seal_add(text);
}

/* The numbers between `at` and `end`, a line each, or NULL. */
static double *read_numbers(const char *at, const char *end, size_t n, bool *ret_failed)
{
    if (n > (size_t)(end - at) / 2) /* a digit and the end of its line */
        return NULL;
    double *values = malloc((n ? n : 1) * sizeof *values);
    *ret_failed = !values;
    if (!values)
        return NULL;
    for (size_t i = 0; i < n; i++) {
        char *stop;
        values[i] = strtod(at, &stop);
        if (stop == at || *stop != '\n') {
            free(values);
            return NULL;
        }
        at = stop + 1;
    }
    if (at == end)
        return values;
    free(values);
    return NULL;
}

/* The numbers of a file's bytes, behind which there is a NUL; or NULL. */
static double *read_task(const char *bytes, size_t length, size_t *ret_n, bool *ret_failed)
{
    const size_t begin = sizeof heading - 1;
    size_t end;
    char *stop;
    if (!seal_check(bytes, length, &end) || end < begin || memcmp(bytes, heading, begin) != 0)
        return NULL;
    unsigned long long n = strtoull(bytes + begin, &stop, 10);
    if (stop == bytes + begin || *stop != '\n' || n > SIZE_MAX)
        return NULL;
    double *values = read_numbers(stop + 1, bytes + end, (size_t)n, ret_failed);
    if (values)
        *ret_n = (size_t)n;
    return values;
}

/* ---- the folders ---- */

static double *find_in(const char *folder, const struct sha256_text *id, size_t *ret_n)
{
    char *path = task_path(folder, id), *bytes;
    size_t length;
    struct error error = {0};
    double *values = NULL;
    bool failed = !path;
    if (path && file_read(path, &bytes, &length, &error)) {
        values = read_task(bytes, length, ret_n, &failed);
        free(bytes);
    }
    if (failed || error_is_memory(&error))
        *ret_n = (size_t)JOURNAL_FAILED;
    error_finish(&error);
    free(path);
    return values;
}

double *journal_find(const struct journal *journal, const struct sha256_text *id, size_t *ret_n)
{
    double *values = NULL;
    *ret_n = 0;
    for (size_t i = 0; !values && i < journal->n_folders; i++)
        values = find_in(journal->folders[i], id, ret_n);
    return values;
}

static bool write_to(const char *folder, const char *path, const struct text *text, struct error *error)
{
    char *inner = text_format("%.*s", (int)(strrchr(path, '/') - path), path);
    bool ok = inner ? folder_make(inner, error) : error_set(error, "%s: out of memory", folder);
    ok = ok && file_write(path, text->bytes, text->length, error);
    free(inner);
    return ok;
}

bool journal_keep(const struct journal *journal, const struct sha256_text *id, const double *values, size_t n,
                  struct error *error)
{
    if (journal->read_only)
        return true;
    const char *folder = journal->folders[0];
    char *path = task_path(folder, id);
    struct text text = {0};
    add_task(&text, values, n);
    bool ok = path && !text.failed ? write_to(folder, path, &text, error)
                                   : error_set(error, "%s: out of memory", folder);
    text_finish(&text);
    free(path);
    return ok;
}

/* ---- clearing ---- */

static bool is_hex(const char *name, size_t length)
{
    return strspn(name, "0123456789abcdef") == length;
}

static bool is_inner_folder(const char *name)
{
    return is_hex(name, 2) && !name[2];
}

/* A task's file, or what a writer that was killed left of one. */
static bool is_task_file(const char *name)
{
    return is_hex(name, 64) && strncmp(name + 64, ".txt", 4) == 0;
}

/* Calls `take` with the path of each entry that `wanted` likes, then takes the folder away if it is empty. */
static bool clear(const char *folder, bool (*wanted)(const char *name),
                  bool (*take)(const char *path, struct error *error), struct error *error)
{
    DIR *directory = opendir(folder);
    bool ok = true;
    if (!directory)
        return errno == ENOENT || error_set(error, "%s: %s", folder, strerror(errno));
    for (const struct dirent *entry; ok && (entry = readdir(directory)) != NULL;) {
        if (!wanted(entry->d_name))
            continue;
        char *path = path_join(folder, entry->d_name);
        ok = path ? take(path, error) : error_set(error, "%s: out of memory", folder);
        free(path);
    }
    closedir(directory);
    if (ok)
        rmdir(folder);
    return ok;
}

static bool clear_inner(const char *path, struct error *error)
{
    return clear(path, is_task_file, file_remove, error);
}

bool journal_clear(const char *folder, struct error *error)
{
    return clear(folder, is_inner_folder, clear_inner, error);
}
