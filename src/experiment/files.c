#include "experiment/files.h"

#include <errno.h>
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

static bool write_all(FILE *file, const char *bytes, size_t length)
{
    bool written = fwrite(bytes, 1, length, file) == length && fflush(file) == 0;
    int reason = errno;
    bool closed = fclose(file) == 0;
    if (!written)
        errno = reason;
    return written && closed;
}

bool file_write(const char *path, const char *bytes, size_t length, struct error *error)
{
    /* The process number keeps two runs that write to the same folder from writing to the same temporary
     * file. */
    char *temporary = text_format("%s.%ld.part", path, (long)getpid());
    if (!temporary)
        return error_set(error, "%s: out of memory", path);
    FILE *file = fopen(temporary, "wb");
    bool done = file && write_all(file, bytes, length) && rename(temporary, path) == 0;
    if (!done) {
        error_set(error, "%s: %s", path, strerror(errno));
        if (file)
            unlink(temporary);
    }
    free(temporary);
    return done;
}

static bool make_one(const char *path, struct error *error)
{
    struct stat status;
    if (mkdir(path, 0777) == 0)
        return true;
    int reason = errno;
    /* mkdir may say EEXIST, EROFS or EACCES of a folder that stands. */
    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
        return true;
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
