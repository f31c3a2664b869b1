/* Files that stand in the program itself: made from files of the tree by src/embed.py when it is built. */
#ifndef TANDEM_BASE_EMBEDDED_H
#define TANDEM_BASE_EMBEDDED_H

#include <stddef.h>

struct embedded_file {
    const char *name; /* below the folder that was embedded, "01-name/lesson.md" */
    const char *text; /* the bytes of the file, and a 0 behind them */
    size_t length;    /* without that 0 */
};

#endif
