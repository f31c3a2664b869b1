#include "folder.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LONGEST_PATH = 1024 };

static const uint64_t fnv_start = UINT64_C(14695981039346656037), fnv_prime = UINT64_C(1099511628211);

static bool is_folder(const char *path)
{
    struct stat about;
    return lstat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

/* Calls `each` with the paths in `path`, in any order. */
static void each_entry(const char *path, void (*each)(const char *path, void *data), void *data)
{
    DIR *folder = opendir(path);
    const struct dirent *entry;
    char inner[LONGEST_PATH];
    while (folder && (entry = readdir(folder)) != NULL)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
            snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name) < LONGEST_PATH)
            each(inner, data);
    if (folder)
        closedir(folder);
}

static void remove_entry(const char *path, void *data)
{
    (void)data;
    folder_remove(path);
}

void folder_remove(const char *path)
{
    if (is_folder(path)) {
        each_entry(path, remove_entry, NULL);
        rmdir(path);
    } else
        unlink(path);
}

static uint64_t mixed(uint64_t digest, const unsigned char *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        digest = (digest ^ bytes[i]) * fnv_prime;
    return digest;
}

uint64_t file_digest(const char *path)
{
    unsigned char bytes[16384];
    uint64_t digest = mixed(fnv_start, (const unsigned char *)path, strlen(path));
    FILE *file = fopen(path, "rb");
    if (!file)
        return 0;
    for (size_t n; (n = fread(bytes, 1, sizeof bytes, file)) > 0;)
        digest = mixed(digest, bytes, n);
    fclose(file);
    return digest;
}

/* The time is in it. */
static bool is_manifest(const char *name)
{
    return strcmp(name, "/manifest.json") == 0;
}

/* Results for --resume. */
static bool is_kept(const char *name)
{
    return strcmp(name, "/tasks") == 0 || strcmp(name, "/search-tasks") == 0;
}

static void add_entry(const char *path, void *data)
{
    struct folder_digests *digests = data;
    const char *name = strrchr(path, '/');
    if (is_folder(path) && !is_kept(name))
        each_entry(path, add_entry, digests);
    else if (!is_folder(path) && !is_manifest(name)) {
        uint64_t digest = file_digest(path);
        digests->sum += digest;
        if (digests->n < FOLDER_MOST_FILES)
            digests->of[digests->n++] = digest;
    }
}

struct folder_digests folder_digests(const char *path)
{
    struct folder_digests digests = {0};
    each_entry(path, add_entry, &digests);
    return digests;
}

bool folder_digests_contain(const struct folder_digests *all, const struct folder_digests *some)
{
    for (size_t i = 0; i < some->n; i++) {
        bool there = false;
        for (size_t k = 0; k < all->n; k++)
            there |= all->of[k] == some->of[i];
        if (!there)
            return false;
    }
    return true;
}
