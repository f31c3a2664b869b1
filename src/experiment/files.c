#include "experiment/files.h"

#include <dirent.h>
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

/* ---- files ---- */

/* "path.PROCESS.i.part" (free() it), or NULL. The process number makes the name one's own but for other
 * threads, machines that share the folder, and a process of before that was killed. */
static char *part_name(const char *path, unsigned i)
{
    return text_format("%s.%ld.%u.part", path, (long)getpid(), i);
}

/* A new file beside `path`, and its name; -1, and errno, when there is none. What is there already belongs to
 * somebody else, so another name is taken. */
static int open_part(const char *path, char **ret_name)
{
    for (unsigned i = 0;; i++) {
        char *name = part_name(path, i);
        int file = name ? open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666) : -1;
        if (file >= 0) {
            *ret_name = name;
            return file;
        }
        int reason = name ? errno : ENOMEM;
        free(name);
        errno = reason;
        if (reason != EEXIST)
            return -1;
    }
}

/* A device, a pipe, or what stands for a descriptor (/dev/stdout): a file that took its place would not be
 * it. */
static bool is_outlet(const char *path)
{
    struct stat status;
    bool descriptor = strncmp(path, "/dev/std", 8) == 0 || strncmp(path, "/dev/fd/", 8) == 0 ||
                      strncmp(path, "/proc/", 6) == 0;
    return stat(path, &status) == 0 && !S_ISDIR(status.st_mode) && (descriptor || !S_ISREG(status.st_mode));
}

bool file_part_open(const char *path, struct file_part *ret_part, struct error *error)
{
    struct file_part part = {.path = text_copy(path)};
    if (!part.path)
        return error_set(error, "%s: out of memory", path);
    if (is_outlet(path))
        part.file = open(path, O_WRONLY | O_APPEND | O_NOCTTY | O_CLOEXEC);
    else
        part.file = open_part(path, &part.temporary);
    if (part.file < 0) {
        error_set(error, "%s: %s", path, errno == ENOMEM ? "out of memory" : strerror(errno));
        free(part.path);
        return false;
    }
    *ret_part = part;
    return true;
}

bool file_part_add(struct file_part *part, const char *bytes, size_t length)
{
    while (!part->reason && length > 0) {
        ssize_t n = write(part->file, bytes, length);
        if (n < 0 && errno != EINTR)
            part->reason = errno;
        bytes += n > 0 ? n : 0;
        length -= n > 0 ? (size_t)n : 0;
    }
    return !part->reason;
}

/* Gives it its name. `fresh`: only where there is none of that name, not even since a moment ago. */
static bool settle(const struct file_part *part, bool fresh)
{
    struct stat status;
    if (!part->temporary)
        return true;
    if (!fresh)
        return rename(part->temporary, part->path) == 0;
    if (link(part->temporary, part->path) == 0) {
        unlink(part->temporary);
        return true;
    }
    if (errno == EEXIST)
        return false;
    /* Some disks know no links. */
    if (lstat(part->path, &status) == 0) {
        errno = EEXIST;
        return false;
    }
    return rename(part->temporary, part->path) == 0;
}

static bool close_part(struct file_part *part, bool whole, bool fresh, struct error *error)
{
    if (close(part->file) != 0 && errno != EINTR && !part->reason)
        part->reason = errno;
    if (whole && !part->reason && !settle(part, fresh))
        part->reason = errno;
    bool done = whole && !part->reason;
    if (part->reason)
        error_set(error, "%s: %s", part->path, strerror(part->reason));
    if (!done && part->temporary)
        unlink(part->temporary);
    free(part->temporary);
    free(part->path);
    return done;
}

bool file_part_close(struct file_part *part, bool whole, struct error *error)
{
    return close_part(part, whole, false, error);
}

bool file_write(const char *path, const char *bytes, size_t length, struct error *error)
{
    struct file_part part = {0};
    if (!file_part_open(path, &part, error))
        return false;
    file_part_add(&part, bytes, length);
    return file_part_close(&part, true, error);
}

bool file_write_new(const char *path, const char *bytes, size_t length, struct error *error)
{
    struct file_part part = {0};
    struct stat status;
    if (lstat(path, &status) == 0 && !is_outlet(path))
        return error_set(error, "%s: %s", path, strerror(EEXIST));
    if (!file_part_open(path, &part, error))
        return false;
    file_part_add(&part, bytes, length);
    return close_part(&part, true, true, error);
}

bool file_remove(const char *path, struct error *error)
{
    return unlink(path) == 0 || errno == ENOENT || error_set(error, "%s: %s", path, strerror(errno));
}

/* ---- folders ---- */

bool folder_part_make(const char *path, char **ret_part, struct error *error)
{
    for (unsigned i = 0;; i++) {
        char *part = part_name(path, i);
        if (part && mkdir(part, 0777) == 0) {
            *ret_part = part;
            return true;
        }
        int reason = part ? errno : ENOMEM;
        free(part);
        if (reason != EEXIST)
            return error_set(error, "%s: %s", path, reason == ENOMEM ? "out of memory" : strerror(reason));
    }
}

void folder_part_remove(const char *part)
{
    DIR *directory = opendir(part);
    if (!directory)
        return;
    /* Without a path, which takes memory: that may be why it is to go. */
    for (const struct dirent *entry; (entry = readdir(directory)) != NULL;)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            unlinkat(dirfd(directory), entry->d_name, 0);
    closedir(directory);
    rmdir(part);
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
