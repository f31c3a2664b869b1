/* gnuplot as a language to write in, and as a program to run. */
#ifndef TANDEM_REPORT_GNUPLOT_H
#define TANDEM_REPORT_GNUPLOT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/text.h"

enum gnuplot_face { GNUPLOT_PLAIN, GNUPLOT_BOLD };

/* Adds `string` as a gnuplot string that shows it letter by letter, whatever it holds. Single quotes keep
 * backticks, macros and escapes asleep; a quote is shown as an apostrophe, a control character (a line break
 * would end the string) as a space, what is not UTF-8 as a question mark. A plain one must be shown
 * `noenhanced`, a bold one `enhanced`. */
void gnuplot_add_string(struct text *script, const char *string, enum gnuplot_face face);

/* About how wide a text is, in pixels; rather more than less. Measured on Inter; wide enough for Helvetica.
 */
int gnuplot_text_width(const char *string, enum gnuplot_face face, int size_px);

/* The string, or what of it fits into `most_px` together with an ellipsis (free() it), or NULL. */
char *gnuplot_fit(const char *string, enum gnuplot_face face, int size_px, int most_px);

/* Where the program is: the first of PATH's folders that holds it (free() it). NULL when there is none.
 * Folders not named from the root are passed over: nobody means to run what lies where they happen to stand.
 */
char *gnuplot_find(void);

/* One gnuplot at work. */
struct gnuplot_process {
    long id;        /* 0 = none */
    int complaints; /* reads what it writes to standard error */
    double until_s; /* when its time is up, by a clock that only goes forward */
    bool late;      /* the program was about to stop already when it was started */
};

/* Lets the gnuplot at `program` run `script` in `folder`, without the user's start-up files. Data are looked
 * for in the folder above, too. */
bool gnuplot_start(const char *program, const char *folder, const char *script,
                   struct gnuplot_process *ret_process, struct error *error);

/* Lets the gnuplot at `program` run `script`, which is a text here and no file, and adds what it prints to
 * `output`. */
bool gnuplot_print(const char *program, const char *script, struct text *output, struct error *error);

/* Waits for its end. False when it failed: the error is a line of its complaint. One that takes too long (2
 * min, or $TANDEM_GNUPLOT_SECONDS), or that works when the program is to stop (experiment/stop.h), is ended,
 * and so is what it has started. */
bool gnuplot_wait(struct gnuplot_process *process, struct error *error);

#endif
