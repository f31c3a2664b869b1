#include "experiment/machine.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static size_t least(size_t bytes, uint64_t other)
{
    return other > 0 && other < bytes ? (size_t)other : bytes;
}

/* What a control group (version 2, then 1) may have; 0 = as much as there is. */
static uint64_t group_bytes(const char *path)
{
    char line[64] = "";
    FILE *file = fopen(path, "re");
    if (!file)
        return 0;
    if (!fgets(line, sizeof line, file))
        line[0] = '\0';
    fclose(file);
    return strtoull(line, NULL, 10); /* of "max": 0 */
}

size_t machine_memory_bytes(void)
{
    long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    struct rlimit limit;
    size_t bytes = SIZE_MAX;
    if (pages > 0 && page > 0)
        bytes = (size_t)pages * (size_t)page;
    if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
        bytes = least(bytes, limit.rlim_cur);
    bytes = least(bytes, group_bytes("/sys/fs/cgroup/memory.max"));
    return least(bytes, group_bytes("/sys/fs/cgroup/memory/memory.limit_in_bytes"));
}

size_t machine_memory_share(size_t n)
{
    static const double share = 0.75;
    return (size_t)(share * (double)machine_memory_bytes() / (double)(n ? n : 1));
}

double machine_now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}
