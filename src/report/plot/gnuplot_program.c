#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "experiment/machine.h"
#include "experiment/stop.h"
#include "report/plot/gnuplot.h"

enum {
    USUAL_PATIENCE_S = 120,
    SLICE_MS = 50,             /* how long a signal may wait for its answer */
    MOST_COMPLAINTS = 1 << 16, /* more is thrown away */
    MOST_OUTPUT = 1 << 24,     /* more is no drawing */
};

/* ---- finding it ---- */

static bool is_program(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISREG(status.st_mode) && access(path, X_OK) == 0;
}

char *gnuplot_find(void)
{
    const char *folder = getenv("PATH");
    while (folder && *folder) {
        size_t length = strcspn(folder, ":");
        char *path = text_format("%.*s/gnuplot", (int)length, folder);
        if (path && *path == '/' && length > 0 && is_program(path))
            return path;
        free(path);
        folder += length + (folder[length] == ':');
    }
    return NULL;
}

/* ---- its time ---- */

/* How long a gnuplot may take that does nothing but draw a picture or two. */
static int patience_s(void)
{
    const char *value = getenv("TANDEM_GNUPLOT_SECONDS");
    long wanted = value ? strtol(value, NULL, 10) : 0;
    return wanted > 0 && wanted <= 1000000 ? (int)wanted : USUAL_PATIENCE_S;
}

/* ---- starting it ---- */

/* What a gnuplot has for its standard streams; -1: nothing. */
struct streams {
    int input, output, complaints;
};

/* Between fork and exec: only calls that are safe where another thread may have held a lock. It is a group of
 * its own, so that all of it can be ended; and should we be killed, it goes, too. */
static _Noreturn void become_gnuplot(const char *program, const char *folder, char *const *arguments,
                                     struct streams streams, pid_t parent)
{
    static const char message[] = "cannot be started\n";
    int nothing = open("/dev/null", O_RDWR);
    setpgid(0, 0);
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) /* it was too quick for that */
        _exit(127);
#else
    (void)parent;
#endif
    signal(SIGPIPE, SIG_DFL);
    signal(SIGXFSZ, SIG_DFL);
    if (nothing >= 0 && dup2(streams.input >= 0 ? streams.input : nothing, STDIN_FILENO) >= 0 &&
        dup2(streams.output >= 0 ? streams.output : nothing, STDOUT_FILENO) >= 0 &&
        dup2(streams.complaints, STDERR_FILENO) >= 0 && chdir(folder) == 0)
        execv(program, arguments);
    ssize_t ignored = write(streams.complaints, message, sizeof message - 1);
    _exit(ignored < 0 ? 126 : 127);
}

/* A pipe that no other child holds open. */
static bool make_pipe(int ends[2])
{
    if (pipe(ends) != 0)
        return false;
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    return true;
}

static void close_pipe(int ends[2])
{
    close(ends[0]);
    close(ends[1]);
}

/* `streams.complaints` is made here. */
static bool start(const char *program, const char *folder, char *const *arguments, struct streams streams,
                  struct gnuplot_process *ret_process, struct error *error)
{
    int ends[2];
    if (!make_pipe(ends))
        return error_set(error, "%s: %s", program, strerror(errno));
    streams.complaints = ends[1];
    pid_t parent = getpid(), id = fork();
    if (id == 0)
        become_gnuplot(program, folder, arguments, streams, parent);
    int reason = errno;
    close(ends[1]);
    if (id < 0) {
        close(ends[0]);
        return error_set(error, "%s: %s", program, strerror(reason));
    }
    setpgid(id, id); /* whoever comes first */
    *ret_process = (struct gnuplot_process){.id = (long)id,
                                            .complaints = ends[0],
                                            .until_s = machine_now_s() + patience_s(),
                                            .late = *stop_flag() != 0};
    return true;
}

/* Data stand in the folder above as well: see figure_files.c. */
bool gnuplot_start(const char *program, const char *folder, const char *script,
                   struct gnuplot_process *ret_process, struct error *error)
{
    char *arguments[] = {(char *)"gnuplot",           (char *)"-d",   (char *)"-e",
                         (char *)"set loadpath '..'", (char *)script, NULL};
    return start(program, folder, arguments, (struct streams){-1, -1, -1}, ret_process, error);
}

/* ---- waiting for it ---- */

/* What comes out of a pipe of it. */
struct source {
    int file; /* -1: its end was reached */
    struct text *text;
    size_t most;
};

static void take(struct source *source)
{
    char buffer[4096];
    ssize_t n = read(source->file, buffer, sizeof buffer);
    if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN)) {
        close(source->file);
        source->file = -1;
    }
    if (n > 0 && source->text->length + (size_t)n <= source->most)
        text_add_bytes(source->text, buffer, (size_t)n);
}

/* Waits for a moment, and takes what is there. False: there was nothing. */
static bool take_some(struct source *sources, nfds_t n, int milliseconds)
{
    struct pollfd files[2];
    bool open = false, any = false;
    for (nfds_t i = 0; i < n; i++) {
        files[i] = (struct pollfd){.fd = sources[i].file, .events = POLLIN};
        open |= sources[i].file >= 0;
    }
    /* With all ends reached only its own end is to come, at once. */
    if (poll(files, n, open || milliseconds == 0 ? milliseconds : 1) > 0)
        for (nfds_t i = 0; i < n; i++)
            if (files[i].revents) {
                take(&sources[i]);
                any = true;
            }
    return any;
}

enum end { ENDED, STOPPED, OVERDUE };

static bool has_ended(pid_t id)
{
    siginfo_t info = {0};
    int failed;
    do
        failed = waitid(P_PID, (id_t)id, &info, WEXITED | WNOHANG | WNOWAIT);
    while (failed && errno == EINTR);
    return failed || info.si_pid == id;
}

/* One that was begun after the program was told to stop is part of its stopping. */
static bool is_to_stop(const struct gnuplot_process *process)
{
    return *stop_flag() && !process->late;
}

/* Until it has ended, or has to. What it has started may live on and hold its pipes open: it is ended, too,
 * while the number of the group is still its own. */
static enum end await_end(const struct gnuplot_process *process, struct source *sources, nfds_t n,
                          int *ret_status)
{
    enum end end = ENDED;
    pid_t id = (pid_t)process->id, ended;
    while (end == ENDED && !has_ended(id)) {
        end = is_to_stop(process) ? STOPPED : machine_now_s() > process->until_s ? OVERDUE : ENDED;
        take_some(sources, n, end == ENDED ? SLICE_MS : 0);
    }
    kill(-id, SIGKILL);
    do
        ended = waitpid(id, ret_status, 0);
    while (ended < 0 && errno == EINTR);
    while (take_some(sources, n, 0))
        ;
    return end;
}

/* gnuplot shows the line it choked on and a caret under it, then the message: `"a.gp" line 7: undefined ...`.
 */
static const char *first_complaint(const char *complaints, size_t *ret_length)
{
    const char *line = strstr(complaints, " line ");
    while (line && line > complaints && line[-1] != '\n')
        line--;
    if (!line)
        line = complaints + strspn(complaints, "\n ");
    *ret_length = strcspn(line, "\n");
    return line;
}

/* Why it was no good, which always is a line. */
static bool complain_end(enum end end, int status, const char *complaints, struct error *error)
{
    size_t length;
    const char *line = first_complaint(complaints, &length);
    if (end == STOPPED)
        return error_set(error, "gnuplot: interrupted");
    if (end == OVERDUE)
        return error_set(error,
                         "gnuplot: not done after %d s, and ended (TANDEM_GNUPLOT_SECONDS gives it more)",
                         patience_s());
    if (WIFSIGNALED(status))
        return error_set(error, "gnuplot: ended by signal %d (%s)", WTERMSIG(status),
                         strsignal(WTERMSIG(status)));
    if (length > 0)
        return error_set(error, "gnuplot: %.*s", (int)length, line);
    return error_set(error, "gnuplot: ended with status %d and without a word", WEXITSTATUS(status));
}

static bool wait_for(struct gnuplot_process *process, struct text *output, int output_file,
                     struct error *error)
{
    struct text complaints = {0};
    struct source sources[] = {{process->complaints, &complaints, MOST_COMPLAINTS},
                               {output_file, output, MOST_OUTPUT}};
    int status = 0;
    enum end end = await_end(process, sources, output ? 2 : 1, &status);
    for (size_t i = 0; i < 2; i++)
        if (sources[i].file >= 0)
            close(sources[i].file);
    if (is_to_stop(process)) /* which may be why it ended */
        end = STOPPED;
    bool fine = end == ENDED && WIFEXITED(status) && WEXITSTATUS(status) == 0;
    if (!fine)
        complain_end(end, status, text_string(&complaints), error);
    text_finish(&complaints);
    *process = (struct gnuplot_process){0};
    return fine;
}

bool gnuplot_wait(struct gnuplot_process *process, struct error *error)
{
    return process->id == 0 || wait_for(process, NULL, -1, error);
}

/* ---- what it prints ---- */

/* The script as a file that has no name and goes away by itself: gnuplot may read as slowly as it likes. */
static FILE *file_of(const char *script)
{
    FILE *file = tmpfile();
    if (!file)
        return NULL;
    size_t length = strlen(script);
    if (fwrite(script, 1, length, file) == length && fflush(file) == 0 && fseek(file, 0, SEEK_SET) == 0)
        return file;
    fclose(file);
    return NULL;
}

bool gnuplot_print(const char *program, const char *script, struct text *output, struct error *error)
{
    char *arguments[] = {(char *)"gnuplot", (char *)"-d", (char *)"-", NULL};
    int ends[2];
    FILE *file = file_of(script);
    if (!file || !make_pipe(ends)) {
        error_set(error, "%s: %s", program, strerror(errno));
        if (file)
            fclose(file);
        return false;
    }
    struct gnuplot_process process;
    bool started =
        start(program, ".", arguments, (struct streams){fileno(file), ends[1], -1}, &process, error);
    fclose(file);
    if (!started) {
        close_pipe(ends);
        return false;
    }
    close(ends[1]);
    return wait_for(&process, output, ends[0], error);
}
