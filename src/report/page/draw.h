/* Drawings of a run for a page: a figure a kind, a panel of SVG a policy, without a script or a colour.
 *
 * What the page brings: draw.css, or its own rules for the same classes, and the colours that
 * drawing_add_palette() writes. Whoever has no script still reads everything: what a tooltip says stands in a
 * <title>, too.
 *
 * Classes of shapes. `axis`, `grid`: lines of a panel's frame. `line`: a stroke in `--c`; `line second` the
 * same, dashed; `line thin` dotted and soft; `line other` pale. `area`, `bar`, `dot`: filled in `--c`, which
 * a state brings along: `s-busy s-ready s-blocked s-suspended s-idle s-down s-inbox s-queue s-link s-retry
 * s-dead s-reply s-error s-lost s-message s-good s-wrong s-open`. `event`, `warmup`: stretches of time.
 * `track`: where bars may be. `message`: an arrow of the timeline. Of the topology: `box u0` to `box u4`, a
 * component by how busy it is, from not at all to all the time, `stuck` where most of it waits; `users`;
 * `cell`: a worker; `slot`: a place in a queue; `edge`, `edge queued`, `edge waiting` and their `head`: calls
 * without waiting, through a queue, and with a caller that stands and waits; `edge hit`: seen by the pointer
 * alone. Classes of texts: `label`, `value` (stronger), `note` (soft), `name` (bold, in `--c` where there is
 * one), `tick`; `mid`, `end` = anchored in the middle, at the end; `halo`: over lines; `in-dark`, `in-s-busy`
 * and so on: on what is filled like that. Outside of panels: `key` (a list), `swatch` (filled in `--c`),
 * `swatch stroke` (a line; `dashed`, `dotted`, `wide`).
 *
 * Hover. Every element with `data-tip` has a tooltip: that text, where lines are parted by line feeds; its
 * <title> says the same to those without a script, which a script should take away, or both would show.
 * A panel of lines has on its <svg>
 *   data-plot="LEFT TOP RIGHT BOTTOM"  the frame in units of the viewBox
 *   data-x="12 40.5 41 ..."            where the points are, rising, in units of the viewBox
 *   data-at="0 1 s"                    what x is at LEFT and at RIGHT, and the unit; all that lies between is
 *                                      linear. Or instead of it data-heads="a|b|...", a text a point
 * and each line or area in it has
 *   data-name="sync"  data-v="1.2|3|..."  what to show for each point of data-x; empty where nothing is known
 * A script shows a line at the point nearest to the pointer, and a box with the x and "name: v" of all. */
#ifndef TANDEM_REPORT_DRAW_H
#define TANDEM_REPORT_DRAW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "experiment/experiment.h"
#include "model/spec.h"

/* What is drawn; borrowed. The experiment must hold what is kept of replication 0. */
struct drawing_source {
    const struct spec *spec;
    const struct experiment *experiment;
};

/* A kind of drawing. */
struct drawing_type {
    const char *name;  /* of the figure's id, "draw-NAME" */
    const char *title; /* for a heading */
    const char *about; /* one line */
    /* Whether the run has anything to show in it. */
    bool (*wanted)(const struct drawing_source *source);
    /* Adds a <figure class="drawing" id="draw-NAME"> with a panel for each policy, as far as there is room
     * for their number, and how to read them. What memory could not hold shows in `html->failed`. */
    void (*add)(struct text *html, const struct drawing_source *source);
};

/* In the order in which a page shows them. */
extern const struct drawing_type drawing_types[];
extern const size_t n_drawing_types;

/* Adds the rules that give `--policy-0` and so on their colours, for light and dark: the same as in the plots
 * of the run. */
void drawing_add_palette(struct text *css, const struct spec *spec);

#endif
