/* SVG as a language to write in: short numbers that no locale changes, texts that no name breaks.
 *
 * A coordinate that is not finite is a mistake of ours: it is written as 0, so that the picture is whole. */
#ifndef TANDEM_REPORT_SVG_H
#define TANDEM_REPORT_SVG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

/* With at most so many decimals, without zeros at their end. */
void svg_add_fixed(struct text *svg, double value, int decimals);

/* Rounded to a tenth: "12", "-0.5". */
void svg_add_number(struct text *svg, double value);

/* ` name="12.5"` */
void svg_add_attribute(struct text *svg, const char *name, double value);

/* With <, >, & and quotes as XML has them; control characters are shown as spaces, what is not UTF-8 as
 * question marks. Fit for texts and for attributes in quotes. */
void svg_add_escaped(struct text *svg, const char *string);

/* ` name="..."`, escaped */
void svg_add_text_attribute(struct text *svg, const char *name, const char *value);

/* A rectangle of these classes, from its left upper corner; nothing where it has no size. `style` may be
 * NULL, as `tip`, which becomes its tooltip. */
struct svg_box {
    double x, y, width, height;
};
void svg_add_box(struct text *svg, struct svg_box box, const char *classes, const char *style,
                 const char *tip);

void svg_add_line(struct text *svg, double x1, double y1, double x2, double y2, const char *classes);

/* A text that starts, is centred or ends at x (by its classes), on the base line y. Where it is wider than
 * `room` it is shortened, and what it was is its <title>. */
struct svg_label {
    double x, y;
    double size; /* px; 0 = 11 */
    double room; /* 0 = no limit */
    const char *classes;
    const char *style; /* or NULL */
};
void svg_add_label(struct text *svg, struct svg_label label, const char *string);

/* About how wide it is; rather more than less. */
double svg_text_width(const char *string, double size, bool bold);

/* data-tip and the end of the start tag, then <title> and the end of `element`. */
void svg_end_with_tip(struct text *svg, const char *element, const char *tip);

/* A path point by point: the first is moved to, the others are lines; svg_path_gap() lifts the pen. */
struct svg_path {
    struct text *svg;
    bool down;
    double x, y; /* of the last point, rounded */
};
void svg_path_point(struct svg_path *path, double x, double y);
void svg_path_gap(struct svg_path *path);

#endif
