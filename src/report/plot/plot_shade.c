#include "report/plot/plot_shade.h"

#include <math.h>
#include <stdio.h>

enum {
    NAME_PX = 20,
    NAME_LINE = 26,     /* from one line of names to the next */
    NAME_LINES = 2,     /* at most */
    NAME_MOST_PX = 340, /* wider ones are cut */
    NAME_LEAST_PX = 48, /* less room, and it is left out */
    NAME_GAP = 16,
    NAMES_MOST = 32,
    STRIP_PX = 5,      /* of all policies */
    THIN_STRIP_PX = 3, /* of one of several */
};

struct shade shade_of_run(const struct plot_source *source)
{
    return (struct shade){
        .to_ns = source->spec->run.duration_ns, .policy = SHADE_ALL_POLICIES, .component = SPEC_NONE};
}

/* ---- pixels ---- */

struct band {
    int left, right;
};

static int pixel_at(int left, int right, struct shade shade, int64_t at_ns)
{
    double share = (double)(at_ns - shade.from_ns) / (double)(shade.to_ns - shade.from_ns);
    return left + (int)lround(share * (right - left));
}

/* At least a pixel wide. False when it lies outside. */
static bool band_of(int left, int right, struct shade shade, int64_t from_ns, int64_t until_ns,
                    struct band *ret_band)
{
    if (shade.to_ns <= shade.from_ns || from_ns >= shade.to_ns || until_ns <= shade.from_ns)
        return false;
    from_ns = from_ns > shade.from_ns ? from_ns : shade.from_ns;
    until_ns = until_ns < shade.to_ns ? until_ns : shade.to_ns;
    struct band band = {pixel_at(left, right, shade, from_ns), pixel_at(left, right, shade, until_ns)};
    band.right += band.right == band.left;
    *ret_band = band;
    return true;
}

static void add_rectangle(struct figure *figure, struct band band, int top, int bottom, const char *style)
{
    text_addf(&figure->script,
              "set object rectangle from screen X(%d), Y(%d) to screen X(%d), Y(%d) %s noborder\n", band.left,
              top, band.right, bottom, style);
}

/* ---- dated events ---- */

static void add_edge(struct figure *figure, int x, struct panel panel)
{
    text_addf(&figure->script,
              "set arrow from screen X(%d), Y(%d) to screen X(%d), Y(%d) nohead linecolor rgb '%s' "
              "linewidth 0.5 front\n",
              x, panel.bottom, x, panel.top, COLOR_INK);
}

/* Where the panel is filled the band is a veil, and lines say where it begins and ends. */
static void add_event(struct figure *figure, struct panel panel, struct band band, bool front)
{
    add_rectangle(figure, band, panel.top, panel.bottom,
                  front ? "front fillcolor rgb '#000000' fillstyle transparent solid 0.09"
                        : "back fillcolor rgb '#000000' fillstyle transparent solid 0.085");
    if (!front)
        return;
    add_edge(figure, band.left, panel);
    if (band.right < panel.right)
        add_edge(figure, band.right, panel);
}

static void shade_events(struct figure *figure, const struct plot_source *source, struct panel panel,
                         struct shade shade)
{
    for (size_t i = 0; i < source->spec->n_events; i++) {
        const struct event_spec *event = &source->spec->events[i];
        struct band band;
        if (band_of(panel.left, panel.right, shade, event->from_ns, event->until_ns, &band))
            add_event(figure, panel, band, shade.front);
    }
}

/* ---- outages ---- */

static bool link_touches(const struct spec *spec, uint32_t link, uint32_t component)
{
    if (link >= spec->n_links)
        return true; /* the default one stands between many */
    return spec->links[link].between[0] == component || spec->links[link].between[1] == component;
}

static bool is_about(const struct spec *spec, const struct outage *outage, uint32_t component)
{
    return component == SPEC_NONE || outage->component == component ||
           (outage->link != SPEC_NONE && link_touches(spec, outage->link, component));
}

/* Fills the panel. There may be thousands: those that touch on the page are one. */
static void add_strip(struct figure *figure, const struct plot_source *source, struct panel panel,
                      struct shade shade, const struct result *result, const char *style)
{
    struct band open = {0, 0}, band;
    for (size_t i = 0; i < result->n_outages; i++) {
        const struct outage *outage = &result->outages[i];
        if (!is_about(source->spec, outage, shade.component) ||
            !band_of(panel.left, panel.right, shade, outage->from_ns, outage->until_ns, &band))
            continue;
        if (open.right > open.left && band.left <= open.right + 1) {
            open.right = band.right > open.right ? band.right : open.right;
            continue;
        }
        if (open.right > open.left)
            add_rectangle(figure, open, panel.top, panel.bottom, style);
        open = band;
    }
    if (open.right > open.left)
        add_rectangle(figure, open, panel.top, panel.bottom, style);
}

static bool same_outages(const struct result *a, const struct result *b)
{
    if (a->n_outages != b->n_outages)
        return false;
    for (size_t i = 0; i < a->n_outages; i++) {
        const struct outage *x = &a->outages[i], *y = &b->outages[i];
        if (x->from_ns != y->from_ns || x->until_ns != y->until_ns || x->component != y->component ||
            x->link != y->link)
            return false;
    }
    return true;
}

static bool all_same_outages(const struct plot_source *source)
{
    const struct policy_run *runs = source->experiment->policies;
    for (size_t p = 1; p < plot_shown_policies(source); p++)
        if (!same_outages(&runs[0].first, &runs[p].first))
            return false;
    return true;
}

/* One strip where all policies met the same; else one for each below the other, in its colour. */
static void shade_outages(struct figure *figure, const struct plot_source *source, struct panel panel,
                          struct shade shade)
{
    const struct policy_run *runs = source->experiment->policies;
    bool shared = shade.policy != SHADE_ALL_POLICIES || all_same_outages(source);
    size_t first = shade.policy != SHADE_ALL_POLICIES ? shade.policy : 0;
    size_t last = shared ? first : plot_shown_policies(source) - 1;
    for (size_t p = first; p <= last && p < plot_shown_policies(source); p++) {
        char style[96];
        snprintf(style, sizeof style, "%s fillcolor rgb '%s' fillstyle solid 1",
                 shade.front ? "front" : "back", shared ? COLOR_SOFT : plot_policy_color(source->spec, p));
        panel.bottom = panel.top + (shared ? STRIP_PX : THIN_STRIP_PX);
        add_strip(figure, source, panel, shade, &runs[p].first, style);
        panel.top = panel.bottom + 1;
    }
}

void figure_shade(struct figure *figure, const struct plot_source *source, struct panel panel,
                  struct shade shade)
{
    shade_events(figure, source, panel, shade);
    if (!shade.events_only)
        shade_outages(figure, source, panel, shade);
}

void shade_add_note(struct text *subtitle, const struct plot_source *source, struct shade shade)
{
    struct band ignored;
    for (size_t p = 0; p < plot_shown_policies(source); p++) {
        const struct result *result = &source->experiment->policies[p].first;
        for (size_t i = 0; i < result->n_outages; i++)
            if (band_of(0, 1, shade, result->outages[i].from_ns, result->outages[i].until_ns, &ignored)) {
                text_add(subtitle, " · strip on top: outages");
                return;
            }
    }
}

/* ---- names ---- */

struct name {
    const char *text;
    int left, width, line;
};

/* Where the events' names stand above the panel, so that none lies on another. */
struct names {
    struct name names[NAMES_MOST];
    size_t n;
    int lines;
    int free[NAME_LINES]; /* from here on */
};

/* Centred over its band, as far as the panel and those before it let it; where that is too far away, or there
 * is no room, not at all. */
static bool fit_name(const struct names *names, struct band band, int left, int right, int line,
                     struct name *name)
{
    int at = (band.left + band.right - name->width) / 2;
    at = at > right - name->width ? right - name->width : at;
    at = at > left ? at : left;
    at = at > names->free[line] ? at : names->free[line];
    if (at > band.right)
        return false;
    name->left = at;
    name->line = line;
    return at + name->width <= right;
}

static void add_name(struct names *names, const char *text, struct band band, int left, int right)
{
    int width = gnuplot_text_width(text, GNUPLOT_PLAIN, NAME_PX);
    struct name name = {.text = text, .width = width < NAME_MOST_PX ? width : NAME_MOST_PX};
    name.width = name.width < right - left ? name.width : right - left;
    bool fits = false;
    for (int line = 0; !fits && line < NAME_LINES; line++)
        fits = fit_name(names, band, left, right, line, &name);
    if (!fits) {
        name.line = names->free[1] < names->free[0];
        name.left = names->free[name.line] > band.left ? names->free[name.line] : band.left;
        name.width = right - name.left;
        if (name.left > band.right || name.width < NAME_LEAST_PX)
            return;
    }
    names->names[names->n++] = name;
    names->free[name.line] = name.left + name.width + NAME_GAP;
    names->lines = name.line >= names->lines ? name.line + 1 : names->lines;
}

static struct names names_place(const struct plot_source *source, int left, int right, struct shade shade)
{
    struct names names = {.free = {left, left}};
    for (size_t i = 0; i < source->spec->n_events && names.n < NAMES_MOST; i++) {
        const struct event_spec *event = &source->spec->events[i];
        struct band band;
        if (*event->name && band_of(left, right, shade, event->from_ns, event->until_ns, &band))
            add_name(&names, event->name, band, left, right);
    }
    return names;
}

int shade_names_height(const struct plot_source *source, int left, int right, struct shade shade)
{
    return names_place(source, left, right, shade).lines * NAME_LINE;
}

void figure_shade_names(struct figure *figure, const struct plot_source *source, struct panel panel,
                        struct shade shade)
{
    struct names names = names_place(source, panel.left, panel.right, shade);
    for (size_t i = 0; i < names.n; i++)
        figure_label(figure,
                     (struct label){.x = names.names[i].left,
                                    .y = panel.top - 15 - names.names[i].line * NAME_LINE,
                                    .size = NAME_PX,
                                    .color = COLOR_SOFT,
                                    .room = names.names[i].width},
                     names.names[i].text);
}
