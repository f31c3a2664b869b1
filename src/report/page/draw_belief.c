/* What callers believe of their calls, and what is true: the dilemma of whoever waited in vain. */
#include <math.h>
#include <stdlib.h>

#include "report/page/draw_figure.h"
#include "report/page/draw_kinds.h"
#include "report/plot/belief_verdict.h"

enum { NAMES = 82, CELL = 32, GAP = 3, TOP = 76 };

static const char *const truth_words[TRUTHS] = {"never", "once", "more often"};

/* How a cell is meant. */
static const struct drawing_key verdicts[VERDICTS] = {
    [VERDICT_RIGHT] = {"s-good", "as the caller believes"},
    [VERDICT_WRONG] = {"s-wrong", "otherwise than it believes"},
    [VERDICT_NONE] = {"s-open", "the caller believes nothing"},
};

/* NULL when nothing is known of its calls. */
static const struct call_result *calls_of(const struct drawing_source *source, size_t policy, size_t endpoint)
{
    const struct call_result *calls = source->experiment->policies[policy].first.calls;
    return calls && calls[endpoint].calls > 0 ? &calls[endpoint] : NULL;
}

/* ---- which endpoint ---- */

static double share_of(const struct call_result *calls, enum belief_verdict verdict)
{
    uint64_t n = 0;
    for (int b = 0; b < BELIEFS; b++)
        for (int t = 0; t < TRUTHS; t++)
            n += belief_verdict((enum belief)b, t) == verdict ? calls->belief[b][t] : 0;
    return (double)n / (double)calls->calls;
}

/* Timed out, or done more than once. */
static double doubt_of(const struct call_result *calls)
{
    uint64_t n = 0;
    for (int b = 0; b < BELIEFS; b++)
        for (int t = 0; t < TRUTHS; t++)
            n += b == BELIEF_TIMED_OUT || t == TRUTHS - 1 ? calls->belief[b][t] : 0;
    return (double)n / (double)calls->calls;
}

/* The endpoint whose callers were most often wrong; SPEC_NONE = nothing was ever in doubt. */
static uint32_t choose(const struct drawing_source *source)
{
    uint32_t best = SPEC_NONE;
    double wrong = -1.0, doubt = 0.0;
    for (size_t e = 0; e < source->spec->n_endpoints; e++)
        for (size_t p = 0; p < drawing_policies(source); p++) {
            const struct call_result *calls = calls_of(source, p, e);
            double here = calls ? doubt_of(calls) : 0.0;
            if (!(here > 0.0))
                continue;
            double wrong_here = share_of(calls, VERDICT_WRONG);
            if (wrong_here > wrong || (wrong_here == wrong && here > doubt)) {
                best = (uint32_t)e;
                wrong = wrong_here;
                doubt = here;
            }
        }
    return best;
}

bool draw_belief_wanted(const struct drawing_source *source)
{
    return choose(source) != SPEC_NONE;
}

/* ---- panels ---- */

struct board {
    const struct drawing_source *source;
    size_t endpoint;
    enum belief beliefs[BELIEFS]; /* those that occur */
    size_t n;
};

static struct board board_make(const struct drawing_source *source, size_t endpoint)
{
    struct board board = {.source = source, .endpoint = endpoint};
    for (int b = 0; b < BELIEFS; b++) {
        uint64_t any = 0;
        for (size_t p = 0; p < drawing_policies(source); p++) {
            const struct call_result *calls = calls_of(source, p, endpoint);
            for (int t = 0; calls && t < TRUTHS; t++)
                any += calls->belief[b][t];
        }
        if (any > 0)
            board.beliefs[board.n++] = (enum belief)b;
    }
    return board;
}

static struct svg_box cell_of(size_t row, int truth)
{
    double width = ((double)PANEL_WIDTH - NAMES) / TRUTHS;
    return (struct svg_box){NAMES + width * truth, TOP + (double)row * CELL, width - GAP, CELL - GAP};
}

/* The more calls, the fuller the colour, though a few show, too. */
static void add_cell(struct text *html, const struct board *board, const struct call_result *calls,
                     size_t row, int truth)
{
    enum belief belief = board->beliefs[row];
    double share = (double)calls->belief[belief][truth] / (double)calls->calls;
    struct svg_box box = cell_of(row, truth);
    struct units_text percent = units_format_share(share, 2);
    svg_add_box(html, box, "track", NULL, NULL);
    char *style = text_format("fill-opacity:.%02d", (int)(20.0 + 79.0 * sqrt(share)));
    char *classes = text_format("bar %s", verdicts[belief_verdict(belief, truth)].classes);
    char *tip = text_format("%llu of %llu calls (%s): the caller believes \"%s\", executed %s\n%s",
                            (unsigned long long)calls->belief[belief][truth],
                            (unsigned long long)calls->calls, percent.chars, belief_names[belief],
                            truth_words[truth], verdicts[belief_verdict(belief, truth)].text);
    if (share > 0.0)
        svg_add_box(html, box, classes ? classes : "", style, tip);
    svg_add_label(html,
                  (struct svg_label){.x = box.x + box.width / 2.0,
                                     .y = box.y + 19.0,
                                     .size = 12.0,
                                     .classes = share > 0.35  ? "value mid in-dark"
                                                : share > 0.0 ? "value mid"
                                                              : "note mid"},
                  share > 0.0 ? percent.chars : "0");
    html->failed |= !style || !classes || !tip;
    free(style);
    free(classes);
    free(tip);
}

static void add_headings(struct text *html, const struct board *board)
{
    svg_add_label(html, (struct svg_label){.x = NAMES - 6, .y = TOP - 6, .size = 10.0, .classes = "note end"},
                  "caller believes");
    for (int t = 0; t < TRUTHS; t++) {
        struct svg_box box = cell_of(0, t);
        svg_add_label(html,
                      (struct svg_label){.x = box.x + box.width / 2.0, .y = TOP - 6, .classes = "label mid"},
                      truth_words[t]);
    }
    struct svg_box middle = cell_of(0, 1);
    svg_add_label(html,
                  (struct svg_label){
                      .x = middle.x + middle.width / 2.0, .y = TOP - 20, .size = 10.0, .classes = "note mid"},
                  "was executed");
    for (size_t row = 0; row < board->n; row++)
        svg_add_label(
            html,
            (struct svg_label){
                .x = NAMES - 6, .y = cell_of(row, 0).y + 19.0, .room = NAMES - 6, .classes = "label end"},
            belief_names[board->beliefs[row]]);
}

static void add_panel(struct text *html, const struct board *board, size_t policy)
{
    const struct call_result *calls = calls_of(board->source, policy, board->endpoint);
    char *remark = calls ? text_format("%s calls, %s wrong", plot_short_count((double)calls->calls).chars,
                                       units_format_share(share_of(calls, VERDICT_WRONG), 2).chars)
                         : text_copy("no call is in doubt");
    char *description = text_format("What callers of %s believe under %s: %s.",
                                    board->source->spec->endpoints[board->endpoint].name,
                                    board->source->experiment->policies[policy].name, remark ? remark : "");
    drawing_panel(html, calls ? TOP + (double)board->n * CELL : PANEL_HEAD, description ? description : "");
    drawing_panel_open(html);
    drawing_add_head(html, board->source, policy, remark ? remark : "");
    if (calls)
        add_headings(html, board);
    for (size_t row = 0; calls && row < board->n; row++)
        for (int t = 0; t < TRUTHS; t++)
            add_cell(html, board, calls, row, t);
    drawing_panel_end(html);
    html->failed |= !remark || !description;
    free(remark);
    free(description);
}

void draw_belief(struct text *html, const struct drawing_source *source)
{
    uint32_t endpoint = choose(source);
    if (endpoint == SPEC_NONE)
        return;
    struct board board = board_make(source, endpoint);
    drawing_begin(html, "belief");
    drawing_add_key(html, verdicts, VERDICTS);
    drawing_begin_panels(html);
    for (size_t p = 0; p < drawing_policies(source); p++)
        add_panel(html, &board, p);
    char *caption = text_format(
        "Calls to %s by what their callers believe in the end (rows) and how often they were executed "
        "(columns). Who timed out cannot know which column the call is in. Replication 1.",
        source->spec->endpoints[endpoint].name);
    drawing_end(html, source, caption ? caption : "");
    html->failed |= !caption;
    free(caption);
}
