#include "report/plot/gnuplot.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- strings ---- */

enum { BAD_RUNE = '?', APOSTROPHE = 0x2019, ELLIPSIS = 0x2026 };

static bool is_shown(uint32_t rune)
{
    bool control = rune < 0x20 || (rune >= 0x7f && rune < 0xa0) || rune == 0x2028 || rune == 0x2029;
    bool turns = (rune >= 0x202a && rune <= 0x202e) || (rune >= 0x2066 && rune <= 0x2069);
    return !control && !turns;
}

/* The character at *at, which moves on behind it. A quote becomes an apostrophe: doubled, as gnuplot's manual
 * has it, it would end the string where it is the first in it (5.4: `print '''; print ''b'`). Overlong forms,
 * surrogates and what XML cannot hold are bad. */
static uint32_t take_rune(const char **at)
{
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
    const unsigned char *p = (const unsigned char *)*at;
    unsigned more = p[0] < 0x80 ? 0 : p[0] >= 0xf0 ? 3 : p[0] >= 0xe0 ? 2 : 1;
    uint32_t rune = more == 0 ? p[0] : p[0] & (0x3fU >> more);
    unsigned taken = 1;
    for (; taken <= more && (p[taken] & 0xc0) == 0x80; taken++)
        rune = rune << 6 | (p[taken] & 0x3fU);
    *at += taken;
    bool bad = taken <= more || rune < least[more] || rune > 0x10ffff || (rune >= 0xd800 && rune < 0xe000) ||
               (rune & 0xfffe) == 0xfffe || (p[0] >= 0x80 && p[0] < 0xc0) || p[0] >= 0xf8;
    return bad ? BAD_RUNE : rune == '\'' ? APOSTROPHE : is_shown(rune) ? rune : ' ';
}

static void add_rune(struct text *script, uint32_t rune, enum gnuplot_face face)
{
    char bytes[4];
    size_t n = 0;
    if (rune < 0x80 && face == GNUPLOT_BOLD && strchr("\\^_@&~{}", (int)rune))
        text_add(script, "\\");
    if (rune < 0x80) {
        bytes[n++] = (char)rune;
    } else if (rune < 0x800) {
        bytes[n++] = (char)(0xc0 | rune >> 6);
    } else if (rune < 0x10000) {
        bytes[n++] = (char)(0xe0 | rune >> 12);
        bytes[n++] = (char)(0x80 | (rune >> 6 & 0x3f));
    } else {
        bytes[n++] = (char)(0xf0 | rune >> 18);
        bytes[n++] = (char)(0x80 | (rune >> 12 & 0x3f));
        bytes[n++] = (char)(0x80 | (rune >> 6 & 0x3f));
    }
    if (rune >= 0x80)
        bytes[n++] = (char)(0x80 | (rune & 0x3f));
    text_add_bytes(script, bytes, n);
}

/* In shares of the size of the font. */
static double rune_width(uint32_t rune)
{
    if (rune >= 0x1100)
        return rune == ELLIPSIS ? 0.85 : rune >= 0x2000 && rune < 0x2100 ? 0.65 : 1.05;
    if (rune >= 0x80)
        return rune == 0xb7 ? 0.32 : 0.66;
    if (strchr("ijlI|.,:;'!", (int)rune))
        return 0.29;
    if (strchr("ftr()[]{}/\\-` ", (int)rune))
        return 0.37;
    if (strchr("mMwW@%", (int)rune))
        return 0.91;
    return (rune >= 'A' && rune <= 'Z') || (rune >= '0' && rune <= '9') ? 0.67 : 0.595;
}

static double face_width(enum gnuplot_face face)
{
    return face == GNUPLOT_BOLD ? 1.06 : 1.0;
}

static double width_of(const char *string, enum gnuplot_face face, int size_px)
{
    double width = 0.0;
    while (*string)
        width += rune_width(take_rune(&string));
    return width * size_px * face_width(face);
}

int gnuplot_text_width(const char *string, enum gnuplot_face face, int size_px)
{
    return (int)width_of(string, face, size_px) + 1;
}

char *gnuplot_fit(const char *string, enum gnuplot_face face, int size_px, int most_px)
{
    if (width_of(string, face, size_px) <= most_px)
        return text_copy(string);
    double room = most_px / (size_px * face_width(face)) - rune_width(ELLIPSIS);
    const char *end = string;
    for (const char *next = string; *next; end = next) {
        room -= rune_width(take_rune(&next));
        if (room < 0.0)
            break;
    }
    return text_format("%.*s…", (int)(end - string), string);
}

void gnuplot_add_string(struct text *script, const char *string, enum gnuplot_face face)
{
    text_add(script, face == GNUPLOT_BOLD ? "'{/:Bold " : "'");
    while (*string)
        add_rune(script, take_rune(&string), face);
    text_add(script, face == GNUPLOT_BOLD ? "}'" : "'");
}

/* ---- the program ---- */

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

/* Between fork and exec: only calls that are safe where another thread may have held a lock. */
static _Noreturn void become_gnuplot(const char *program, const char *folder, const char *script,
                                     int complaints)
{
    int nothing = open("/dev/null", O_RDWR);
    char *arguments[] = {(char *)"gnuplot", (char *)"-d", (char *)script, NULL};
    if (nothing >= 0 && dup2(nothing, STDIN_FILENO) >= 0 && dup2(nothing, STDOUT_FILENO) >= 0 &&
        dup2(complaints, STDERR_FILENO) >= 0 && chdir(folder) == 0)
        execv(program, arguments);
    static const char message[] = "cannot be started\n";
    ssize_t ignored = write(complaints, message, sizeof message - 1);
    _exit(ignored < 0 ? 126 : 127);
}

bool gnuplot_start(const char *program, const char *folder, const char *script,
                   struct gnuplot_process *ret_process, struct error *error)
{
    int ends[2];
    if (pipe(ends) != 0)
        return error_set(error, "%s: %s", program, strerror(errno));
    /* So that no other child holds the pipe open. */
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    pid_t id = fork();
    if (id == 0)
        become_gnuplot(program, folder, script, ends[1]);
    int reason = errno;
    close(ends[1]);
    if (id < 0) {
        close(ends[0]);
        return error_set(error, "%s: %s", program, strerror(reason));
    }
    *ret_process = (struct gnuplot_process){.id = (long)id, .complaints = ends[0]};
    return true;
}

static void read_all(int file, struct text *text)
{
    char buffer[1024];
    ssize_t n;
    while ((n = read(file, buffer, sizeof buffer)) > 0 || (n < 0 && errno == EINTR))
        if (n > 0)
            text_add_bytes(text, buffer, (size_t)n);
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

bool gnuplot_wait(struct gnuplot_process *process, struct error *error)
{
    if (process->id == 0)
        return true;
    struct text complaints = {0};
    read_all(process->complaints, &complaints);
    close(process->complaints);
    int status = 0;
    pid_t ended;
    do
        ended = waitpid((pid_t)process->id, &status, 0);
    while (ended < 0 && errno == EINTR);
    bool fine = ended > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
    if (!fine) {
        size_t length;
        const char *line = first_complaint(text_string(&complaints), &length);
        if (length > 0)
            error_set(error, "gnuplot: %.*s", (int)length, line);
        else
            error_set(error, "gnuplot ended without a word");
    }
    text_finish(&complaints);
    *process = (struct gnuplot_process){0};
    return fine;
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

static _Noreturn void become_printer(const char *program, int script, int output, int complaints)
{
    char *arguments[] = {(char *)"gnuplot", (char *)"-d", (char *)"-", NULL};
    if (dup2(script, STDIN_FILENO) >= 0 && dup2(output, STDOUT_FILENO) >= 0 &&
        dup2(complaints, STDERR_FILENO) >= 0)
        execv(program, arguments);
    _exit(127);
}

/* Both pipes and none, with ends that no other child holds open. */
static bool make_pipes(int output[2], int complaints[2])
{
    if (pipe(output) != 0)
        return false;
    if (pipe(complaints) != 0) {
        close(output[0]);
        close(output[1]);
        return false;
    }
    for (int i = 0; i < 2; i++) {
        fcntl(output[i], F_SETFD, FD_CLOEXEC);
        fcntl(complaints[i], F_SETFD, FD_CLOEXEC);
    }
    return true;
}

bool gnuplot_print(const char *program, const char *script, struct text *output, struct error *error)
{
    int outputs[2], complaints[2];
    FILE *file = file_of(script);
    if (!file || !make_pipes(outputs, complaints)) {
        error_set(error, "%s: %s", program, strerror(errno));
        if (file)
            fclose(file);
        return false;
    }
    pid_t id = fork();
    if (id == 0)
        become_printer(program, fileno(file), outputs[1], complaints[1]);
    int reason = errno;
    close(outputs[1]);
    close(complaints[1]);
    fclose(file);
    if (id > 0)
        read_all(outputs[0], output);
    close(outputs[0]);
    if (id < 0) {
        close(complaints[0]);
        return error_set(error, "%s: %s", program, strerror(reason));
    }
    struct gnuplot_process process = {.id = (long)id, .complaints = complaints[0]};
    return gnuplot_wait(&process, error);
}
