/* Runs a target on the files in folders, without a fuzzer: what it once found must stay mended. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "fuzz.h"

static uint8_t *load(const char *path, size_t *ret_length)
{
    FILE *stream = fopen(path, "rb");
    struct stat status;
    if (!stream || fstat(fileno(stream), &status) != 0)
        abort();
    /* Of just that size, so that valgrind and the sanitizers see who reads on. */
    uint8_t *bytes = malloc(status.st_size > 0 ? (size_t)status.st_size : 1);
    if (!bytes || fread(bytes, 1, (size_t)status.st_size, stream) != (size_t)status.st_size)
        abort();
    fclose(stream);
    *ret_length = (size_t)status.st_size;
    return bytes;
}

static void replay_file(const char *path)
{
    size_t length = 0;
    uint8_t *bytes = load(path, &length);
    printf("%s\n", path);
    fflush(stdout); /* the last name is that of what went wrong */
    LLVMFuzzerTestOneInput(bytes, length);
    free(bytes);
}

/* As many as there are; the folder, or file, need not be there. */
static int replay(const char *path)
{
    struct dirent **entries;
    struct stat status;
    if (stat(path, &status) != 0)
        return 0;
    if (S_ISREG(status.st_mode)) {
        replay_file(path);
        return 1;
    }
    int n = scandir(path, &entries, NULL, alphasort), files = 0;
    for (int i = 0; i < n; i++) {
        char *name = text_format("%s/%s", path, entries[i]->d_name);
        if (entries[i]->d_name[0] != '.' && name)
            files += replay(name);
        free(name);
        free(entries[i]);
    }
    if (n >= 0)
        free(entries);
    return files;
}

int main(int n, char **arguments)
{
    int files = 0;
    LLVMFuzzerInitialize(&n, &arguments);
    for (int i = 1; i < n; i++)
        files += replay(arguments[i]);
    printf("%d inputs\n", files);
    return files == 0;
}
