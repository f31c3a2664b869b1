#include "cli/watch.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/units.h"
#include "cli/print.h"
#include "cli/watch_terminal.h"
#include "experiment/live.h"
#include "experiment/machine.h"
#include "report/watch/watch_closing.h"
#include "report/watch/watch_frame.h"

/* A whole run takes about as long as a class looks at one thing. */
static const double usual_s = 30.0;

/* From one frame to the next. */
static const double frame_s = 0.1;

/* Time passes in pieces that take about as long: between them keys are heard. */
static const double piece_s = 0.01;

enum { PLAIN_FRAMES = 20, STEPS_AT_MAX = 300 };

/* ---- options ---- */

/* Those that --watch obeys; all others are about results that it does not make. */
static bool goes_with_watch(const char *name)
{
    static const char *const names[] = {"watch", "speed", "policy", "set", "seed", "duration", "no-files"};
    bool goes = false;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        goes |= strcmp(name, names[i]) == 0;
    return goes;
}

/* "10", "0.5", "1e-3" */
static double read_number(const char *value)
{
    char *end = NULL;
    double number = strspn(value, "0123456789.e+-") == strlen(value) ? strtod(value, &end) : -1.0;
    return end && *end == '\0' && isfinite(number) ? number : -1.0;
}

static bool read_speed(const char *value, const char *command, struct watch_order *order)
{
    if (!value)
        return true;
    order->paced = true;
    order->speed = strcmp(value, "max") == 0 ? (double)INFINITY : read_number(value);
    if (order->speed > 0.0)
        return true;
    complain_usage(command, "--speed needs a number above 0, such as 10, or \"max\", not \"%s\"", value);
    return false;
}

bool watch_read(const struct arguments *arguments, const char *command, struct watch_order *ret_order)
{
    struct watch_order order = {.wanted = arguments_have(arguments, "watch")};
    if (!order.wanted && arguments_have(arguments, "speed")) {
        complain_usage(command, "--speed goes with --watch alone");
        return false;
    }
    for (size_t i = 0; order.wanted && i < arguments->n_options; i++) {
        const char *name = arguments->options[i].option->name;
        if (!goes_with_watch(name)) {
            complain_usage(command, "--watch shows one replication and has no use for --%s", name);
            return false;
        }
    }
    if (!read_speed(arguments_value(arguments, "speed"), command, &order))
        return false;
    *ret_order = order;
    return true;
}

/* ---- going ---- */

struct watch {
    struct live live;
    struct watch_terminal terminal;
    double speed;     /* simulated seconds a second, or INFINITY */
    int64_t piece_ns; /* of simulated time that takes about piece_s */
    bool paused, step, quit, interrupted;
};

static int64_t end_ns(const struct watch *watch)
{
    return watch->live.spec->run.duration_ns;
}

static bool is_over(const struct watch *watch)
{
    return watch->live.now_ns >= end_ns(watch);
}

/* So much later, but not after the end. */
static int64_t later_ns(const struct watch *watch, double seconds)
{
    int64_t left_ns = end_ns(watch) - watch->live.now_ns;
    double wanted_ns = seconds * 1e9;
    if (wanted_ns >= (double)left_ns)
        return end_ns(watch);
    return watch->live.now_ns + (wanted_ns >= 1.0 ? (int64_t)wanted_ns : 1);
}

/* Goes on up to `until_ns`, or as far as `seconds` allow. */
static bool advance(struct watch *watch, int64_t until_ns, double seconds, struct error *error)
{
    double began_s = machine_now_s(), now_s = began_s;
    while (watch->live.now_ns < until_ns && now_s - began_s < seconds) {
        int64_t left_ns = until_ns - watch->live.now_ns;
        int64_t piece_ns = watch->piece_ns < left_ns ? watch->piece_ns : left_ns;
        if (!live_step(&watch->live, watch->live.now_ns + piece_ns, error))
            return false;
        double took_s = machine_now_s() - now_s;
        if (took_s > 2.0 * piece_s && watch->piece_ns > 1)
            watch->piece_ns /= 2;
        else if (took_s < piece_s / 2.0 && watch->piece_ns < INT64_MAX / 4)
            watch->piece_ns *= 2;
        now_s += took_s;
    }
    return true;
}

/* ---- on a terminal ---- */

/* What a press on "." shows. */
static double step_s(const struct watch *watch)
{
    return isinf(watch->speed) ? (double)end_ns(watch) / 1e9 / STEPS_AT_MAX : watch->speed * frame_s;
}

static void add_keys(struct text *page, const struct watch *watch, int columns)
{
    struct text line = {0};
    if (watch->terminal.has_keys)
        text_addf(&line, "space %s  + - speed  . step  q quit   ", watch->paused ? "go on" : "pause");
    if (watch->paused)
        text_add(&line, "PAUSED  ");
    if (isinf(watch->speed))
        text_add(&line, "as fast as it goes");
    else
        text_addf(&line, "1 s shows %s", units_format_duration(watch->speed, 2).chars);
    text_addf(page, "%.*s", columns, text_string(&line));
    page->failed |= line.failed;
    text_finish(&line);
}

static int count_lines(const struct text *text)
{
    int n = 0;
    for (size_t i = 0; i < text->length; i++)
        n += text->bytes[i] == '\n';
    return n;
}

/* The last page has no keys, but what was seen. */
static bool draw(struct watch *watch, bool last)
{
    struct text page = {0}, closing = {0};
    int columns, rows;
    watch_terminal_size(&columns, &rows);
    struct table_style table = print_style();
    struct watch_style style = {.width = columns > 1 ? columns - 1 : 1, /* the last one makes some wrap */
                                .height = rows > 8   ? rows - 3
                                          : rows > 3 ? rows - 2
                                                     : 1,
                                .utf8 = table.utf8,
                                .color = table.bold};
    if (last)
        watch_closing_add(&closing, &watch->live, style.width);
    else
        add_keys(&closing, watch, style.width);
    int below = count_lines(&closing) + 1; /* the cursor's line is one, too */
    style.height = below > 3 ? rows - below : style.height;
    style.height = style.height > 1 ? style.height : 1;
    watch_frame_add(&page, &watch->live, &style);
    text_add(&page, text_string(&closing));
    page.failed |= closing.failed;
    text_finish(&closing);
    return watch_terminal_draw(&page);
}

static void press(struct watch *watch, char key)
{
    switch (key) {
    case ' ': watch->paused = !watch->paused; break;
    case '.': watch->paused = watch->step = true; break;
    case '+':
    case '=': watch->speed *= 2.0; break;
    case '-':
    case '_': watch->speed = isinf(watch->speed) ? (double)end_ns(watch) / 1e9 : watch->speed / 2.0; break;
    case 'q':
    case 'Q': watch->quit = true; break;
    default: break;
    }
}

/* Until it is time for the next frame; or, when it is paused, until there is a reason for one. */
static void wait_for_frame(struct watch *watch, double until_s)
{
    enum watch_news news = NEWS_NONE;
    char key = 0;
    do {
        double left_s = watch->paused ? frame_s : until_s - machine_now_s();
        news = watch_terminal_wait(&watch->terminal, left_s > 0.0 ? (int)(left_s * 1e3) + 1 : 0, &key);
        if (news == NEWS_KEY)
            press(watch, key);
        watch->interrupted |= news == NEWS_INTERRUPT;
        watch->quit |= news == NEWS_INTERRUPT;
    } while (!watch->quit && (watch->paused ? news == NEWS_NONE : machine_now_s() < until_s));
}

static bool watch_live(struct watch *watch, struct error *error)
{
    double then_s = machine_now_s();
    bool ok = draw(watch, false);
    while (ok && !is_over(watch) && !watch->quit) {
        double passed_s = fmin(machine_now_s() - then_s, 2.0 * frame_s);
        double wanted_s = watch->step ? step_s(watch) : passed_s * watch->speed;
        then_s = machine_now_s();
        if (!watch->paused || watch->step) {
            if (!advance(watch, later_ns(watch, wanted_s), frame_s, error) || !live_look(&watch->live, error))
                return false;
        }
        watch->step = false;
        ok = draw(watch, false);
        if (ok && !is_over(watch))
            wait_for_frame(watch, then_s + frame_s);
    }
    return ok && draw(watch, true) ? true : error_set(error, "the terminal cannot be written to");
}

static bool watch_on_terminal(struct watch *watch, struct error *error)
{
    watch_terminal_open(&watch->terminal);
    bool ok = watch_live(watch, error);
    watch_terminal_close(&watch->terminal);
    return ok;
}

/* ---- elsewhere ---- */

/* Sleeps until the clock has come to the simulated time, at the speed that was chosen. */
static void keep_pace(const struct watch *watch, double began_s, const volatile sig_atomic_t *stop)
{
    double due_s = began_s + (double)watch->live.now_ns / 1e9 / watch->speed;
    for (double left_s = due_s - machine_now_s(); left_s > 0.0 && !*stop; left_s = due_s - machine_now_s()) {
        double slice_s = fmin(left_s, frame_s);
        nanosleep(&(struct timespec){.tv_nsec = (long)(slice_s * 1e9)}, NULL);
    }
}

static bool print_frame(struct watch *watch, bool last)
{
    struct text page = {0};
    struct table_style table = print_style();
    int columns, rows;
    watch_terminal_size(&columns, &rows);
    struct watch_style style = {
        .width = table.width, .height = rows > 8 ? rows - 3 : 5, .utf8 = table.utf8, .color = false};
    watch_frame_add(&page, &watch->live, &style);
    text_add(&page, "\n");
    if (last)
        watch_closing_add(&page, &watch->live, style.width);
    return print_text(&page);
}

/* At times that do not depend on how fast it goes. */
static enum exit_code watch_plain(struct watch *watch, bool paced, const volatile sig_atomic_t *stop,
                                  struct error *error)
{
    double began_s = machine_now_s();
    for (int k = 1; k <= PLAIN_FRAMES && !*stop; k++) {
        int64_t until_ns = (int64_t)((int128)end_ns(watch) * k / PLAIN_FRAMES);
        while (watch->live.now_ns < until_ns && !*stop)
            if (!advance(watch, until_ns, frame_s, error))
                return EXIT_IO;
        if (*stop)
            break;
        if (!live_look(&watch->live, error))
            return EXIT_IO;
        if (paced)
            keep_pace(watch, began_s, stop);
        if (!print_frame(watch, k == PLAIN_FRAMES))
            return EXIT_IO;
    }
    return *stop ? EXIT_INTERRUPTED : EXIT_OK;
}

/* ---- all of it ---- */

enum exit_code watch_run(const struct watch_order *order, const char *path, const struct spec *spec,
                         const volatile sig_atomic_t *stop)
{
    bool on_terminal = watch_terminal_possible(), seen = on_terminal || isatty(STDOUT_FILENO);
    struct watch watch = {.speed =
                              order->paced ? order->speed : (double)spec->run.duration_ns / 1e9 / usual_s,
                          .piece_ns = spec->run.duration_ns / 10000 + 1};
    struct error error = {0};
    enum exit_code code = EXIT_IO;
    if (live_init(&watch.live, spec, on_terminal ? LIVE_WINDOW : 1, &error)) {
        if (!on_terminal)
            code = watch_plain(&watch, order->paced || seen, stop, &error);
        else if (watch_on_terminal(&watch, &error))
            code = watch.interrupted ? EXIT_INTERRUPTED : EXIT_OK;
        live_finish(&watch.live);
    }
    if (error_text(&error)[0])
        complain("%s: %s", path, error_text(&error));
    error_finish(&error);
    return code;
}
