#include "experiment/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

char *path_join(const char *folder, const char *name)
{
    size_t length = strlen(folder);
    bool slash = length > 0 && folder[length - 1] == '/';
    return text_format("%s%s%s", folder, slash || length == 0 ? "" : "/", name);
}

char *path_above(const char *path)
{
    size_t end = strlen(path);
    while (end > 1 && path[end - 1] == '/')
        end--;
    size_t name = end;
    while (name > 0 && path[name - 1] != '/')
        name--;
    size_t length = end - name;
    if (length > 0 && length <= 2 && memcmp(path + name, "..", length) == 0) /* or "." */
        return text_format("%.*s/..", (int)end, path);
    while (name > 1 && path[name - 1] == '/')
        name--;
    return name ? text_format("%.*s", (int)name, path) : text_copy(".");
}

/* A new file beside `path`, and its name; NULL, and errno, when there is none. The process number makes the
 * name one's own but for other threads, machines that share the folder, and a process of before that was
 * killed: what is there already belongs to one of those, so another name is taken. */
static FILE *open_part(const char *path, char **ret_name)
{
    for (unsigned i = 0;; i++) {
        char *name = text_format("%s.%ld.%u.part", path, (long)getpid(), i);
        int descriptor = name ? open(name, O_WRONLY | O_CREAT | O_EXCL, 0666) : -1;
        FILE *file = descriptor >= 0 ? fdopen(descriptor, "wb") : NULL;
        if (file) {
            *ret_name = name;
            return file;
        }
        int reason = name ? errno : ENOMEM;
        if (descriptor >= 0) {
            close(descriptor);
            unlink(name);
        }
        free(name);
        errno = reason;
        if (reason != EEXIST)
            return NULL;
    }
}

bool file_part_open(const char *path, struct file_part *ret_part, struct error *error)
{
    struct file_part part = {.path = text_copy(path)};
    if (!part.path)
        return error_set(error, "%s: out of memory", path);
    part.file = open_part(path, &part.temporary);
    if (!part.file) {
        error_set(error, "%s: %s", path, strerror(errno));
        free(part.path);
        return false;
    }
    *ret_part = part;
    return true;
}

bool file_part_add(struct file_part *part, const char *bytes, size_t length)
{
    if (!part->reason && fwrite(bytes, 1, length, part->file) != length)
        part->reason = errno;
    return !part->reason;
}

bool file_part_close(struct file_part *part, bool whole, struct error *error)
{
    if (!part->reason && fflush(part->file) != 0)
        part->reason = errno;
    if (fclose(part->file) != 0 && !part->reason)
        part->reason = errno;
    if (whole && !part->reason && rename(part->temporary, part->path) != 0)
        part->reason = errno;
    bool done = whole && !part->reason;
    if (part->reason)
        error_set(error, "%s: %s", part->path, strerror(part->reason));
    if (!done)
        unlink(part->temporary);
    free(part->temporary);
    free(part->path);
    return done;
}

bool file_write(const char *path, const char *bytes, size_t length, struct error *error)
{
    struct file_part part;
    if (!file_part_open(path, &part, error))
        return false;
    file_part_add(&part, bytes, length);
    return file_part_close(&part, true, error);
}

static bool make_one(const char *path, struct error *error)
{
    struct stat status;
    if (mkdir(path, 0777) == 0)
        return true;
    int reason = errno;
    /* mkdir may say EEXIST, EROFS or EACCES of a folder that stands. */
    if (stat(path, &status) == 0) {
        if (S_ISDIR(status.st_mode))
            return true;
        reason = ENOTDIR;
    }
    return error_set(error, "%s: %s", path, strerror(reason));
}

bool folder_make(const char *path, struct error *error)
{
    char *part = text_copy(path);
    if (!part)
        return error_set(error, "%s: out of memory", path);
    bool made = true;
    for (char *slash = part; made && (slash = strchr(slash + 1, '/')) != NULL;) {
        *slash = '\0';
        made = make_one(part, error);
        *slash = '/';
    }
    made = made && make_one(part, error);
    free(part);
    return made;
}
