/* Runs a command and writes what it cost to a file.
 *
 * usage: measure FILE COMMAND [ARGUMENT...]
 *
 * The peak memory of a process is never less than that of the process it was forked from: from a large one,
 * such as an interpreter, small commands could not be told apart. This one is small. */
#include <stdio.h>
#include <stdlib.h>

#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double wall_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static double seconds(struct timeval time)
{
    return (double)time.tv_sec + 1e-6 * (double)time.tv_usec;
}

static int write_cost(const char *path, int status, double wall_s)
{
    struct rusage usage;
    getrusage(RUSAGE_CHILDREN, &usage);
    FILE *file = fopen(path, "w");
    if (!file)
        return EXIT_FAILURE;
    fprintf(
        file,
        "{\"status\": %d, \"user_s\": %.6f, \"system_s\": %.6f, \"wall_s\": %.6f, \"peak_bytes\": %lld}\n",
        WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), seconds(usage.ru_utime),
        seconds(usage.ru_stime), wall_s, 1024LL * usage.ru_maxrss);
    return fclose(file) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int n, char **arguments)
{
    int status = 0;
    if (n < 3) {
        fputs("usage: measure FILE COMMAND [ARGUMENT...]\n", stderr);
        return EXIT_FAILURE;
    }
    double begin_s = wall_seconds();
    pid_t child = fork();
    if (child == 0) {
        execvp(arguments[2], arguments + 2);
        perror(arguments[2]);
        _exit(127);
    }
    if (child < 0 || waitpid(child, &status, 0) != child)
        return EXIT_FAILURE;
    return write_cost(arguments[1], status, wall_seconds() - begin_s);
}
