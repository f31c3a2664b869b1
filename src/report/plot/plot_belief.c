/* What callers believed of their calls, against what was true: the dilemma of whoever waited in vain. */
#include <math.h>
#include <stdlib.h>

#include "base/units.h"
#include "report/plot/belief_verdict.h"
#include "report/plot/plot_kinds.h"

/* How a cell is meant. */
static const struct {
    const char *name;
    struct key_entry key;
} verdicts[VERDICTS] = {
    [VERDICT_RIGHT] = {"right", {"as the caller believes", COLOR_BUSY, SWATCH_FILL}},
    [VERDICT_WRONG] = {"wrong", {"otherwise than it believes", "#D55E00", SWATCH_FILL}},
    [VERDICT_NONE] = {"open", {"the caller believes nothing", "#777777", SWATCH_FILL}},
};

static const char *const truth_words[TRUTHS] = {"never", "once", "more often"};

/* ---- which endpoint ---- */

/* NULL when nothing is known of its calls. */
static const struct call_result *calls_of(const struct plot_source *source, size_t policy, size_t endpoint)
{
    const struct call_result *calls = source->experiment->policies[policy].first.calls;
    return calls && calls[endpoint].calls > 0 ? &calls[endpoint] : NULL;
}

static uint64_t count_belief(const struct call_result *calls, int belief)
{
    uint64_t n = 0;
    for (int t = 0; t < TRUTHS; t++)
        n += calls->belief[belief][t];
    return n;
}

static uint64_t count_truth(const struct call_result *calls, int truth)
{
    uint64_t n = 0;
    for (int b = 0; b < BELIEFS; b++)
        n += calls->belief[b][truth];
    return n;
}

static uint64_t count_verdict(const struct call_result *calls, enum belief_verdict verdict)
{
    uint64_t n = 0;
    for (int b = 0; b < BELIEFS; b++)
        for (int t = 0; t < TRUTHS; t++)
            n += belief_verdict((enum belief)b, t) == verdict ? calls->belief[b][t] : 0;
    return n;
}

static uint64_t in_doubt(const struct call_result *calls)
{
    return count_belief(calls, BELIEF_TIMED_OUT) + count_truth(calls, TRUTHS - 1);
}

struct choice {
    size_t endpoint, policy; /* whose callers were most often wrong */
    double wrong, doubtful;  /* shares of its calls */
    bool any;
};

static struct choice choose(const struct plot_source *source)
{
    struct choice best = {0};
    for (size_t e = 0; e < source->spec->n_endpoints; e++)
        for (size_t p = 0; p < plot_shown_policies(source); p++) {
            const struct call_result *calls = calls_of(source, p, e);
            if (!calls || in_doubt(calls) == 0)
                continue;
            double n = (double)calls->calls;
            struct choice here = {.endpoint = e, .policy = p, .any = true};
            here.wrong = (double)count_verdict(calls, VERDICT_WRONG) / n;
            here.doubtful = (double)in_doubt(calls) / n;
            bool same = here.wrong == best.wrong;
            if (!best.any || here.wrong > best.wrong || (same && here.doubtful > best.doubtful))
                best = here;
        }
    return best;
}

bool plot_belief_wanted(const struct plot_source *source)
{
    return choose(source).any;
}

/* ---- words ---- */

static struct units_text percent(double share)
{
    return units_format_share(share, 2);
}

/* "; half of these were executed all the same" */
static void add_executed(struct text *title, double part)
{
    if (part <= 0.0)
        text_add(title, "; none of these was executed");
    else if (part >= 1.0)
        text_add(title, "; all of these were executed all the same");
    else if (fabs(part - 0.5) < 0.005)
        text_add(title, "; half of these were executed all the same");
    else
        text_addf(title, "; %s of these were executed all the same", percent(part).chars);
}

/* "Under sync 11 % of the calls to bank.pay timed out; half of these were executed all the same" */
static void add_title(struct text *title, const struct plot_source *source, struct choice choice)
{
    const struct call_result *calls = calls_of(source, choice.policy, choice.endpoint);
    double n = (double)calls->calls, twice = (double)count_truth(calls, TRUTHS - 1);
    double timed_out = (double)count_belief(calls, BELIEF_TIMED_OUT);
    bool often_twice = twice > timed_out;
    text_add(title, "Under ");
    plot_add_name(title, source->experiment->policies[choice.policy].name);
    text_addf(title, " %s of the calls to ", percent((often_twice ? twice : timed_out) / n).chars);
    plot_add_name(title, source->spec->endpoints[choice.endpoint].name);
    if (!often_twice) {
        text_add(title, " timed out");
        add_executed(title, 1.0 - (double)calls->belief[BELIEF_TIMED_OUT][0] / timed_out);
    } else {
        text_add(title, " were executed twice or more");
        if (timed_out > 0.0)
            text_addf(title, "; %s timed out", percent(timed_out / n).chars);
    }
}

/* ---- drawing ---- */

enum {
    CELL_HEIGHT = 84,
    CELL_GAP = 6,
    LABELS = 186, /* room for the beliefs, left of the matrices */
    HEAD = 170,   /* above each matrix: policy, its numbers, and the columns' headings */
    MATRIX_GAP = 60,
    MOST_MATRIX = 860, /* width */
    KEY = 46,
};

/* The few calls that the end of the run cut off are not worth a row. */
static const double least_open = 0.0005;

struct board {
    const struct plot_source *source;
    size_t endpoint;
    size_t policies[FIGURE_POLICIES]; /* whose calls are counted: a matrix each */
    size_t n_policies, columns;
    enum belief beliefs[BELIEFS]; /* those that occur */
    size_t n_beliefs;
    int width; /* of a matrix */
};

static struct board board_make(const struct plot_source *source, size_t endpoint)
{
    struct board board = {.source = source, .endpoint = endpoint};
    for (size_t p = 0; p < plot_shown_policies(source); p++)
        if (calls_of(source, p, endpoint))
            board.policies[board.n_policies++] = p;
    for (int b = 0; b < BELIEFS; b++) {
        double most = 0.0;
        for (size_t i = 0; i < board.n_policies; i++) {
            const struct call_result *calls = calls_of(source, board.policies[i], endpoint);
            most = fmax(most, (double)count_belief(calls, b) / (double)calls->calls);
        }
        if (most > (belief_verdict((enum belief)b, 0) == VERDICT_NONE ? least_open : 0.0))
            board.beliefs[board.n_beliefs++] = (enum belief)b;
    }
    board.columns = board.n_policies <= 3 ? board.n_policies : board.n_policies == 4 ? 2 : 3;
    int columns = (int)board.columns;
    board.width = (PAGE_RIGHT - PAGE_LEFT - LABELS - (columns - 1) * MATRIX_GAP) / columns;
    board.width = board.width < MOST_MATRIX ? board.width : MOST_MATRIX;
    return board;
}

static int matrix_height(const struct board *board)
{
    return (int)board->n_beliefs * CELL_HEIGHT;
}

static struct panel matrix_of(const struct board *board, size_t i)
{
    int row = (int)(i / board->columns), column = (int)(i % board->columns);
    struct panel panel = {.left = PAGE_LEFT + LABELS + column * (board->width + MATRIX_GAP)};
    panel.right = panel.left + board->width;
    panel.top = PAGE_BODY + KEY + row * (HEAD + matrix_height(board)) + HEAD;
    panel.bottom = panel.top + matrix_height(board);
    return panel;
}

/* A line for each cell; x and y count cells. */
static void add_data(struct figure *figure, const struct board *board)
{
    text_add(&figure->data, "policy,endpoint,believed,executed,is,calls,share,x,y\n");
    for (size_t i = 0; i < board->n_policies; i++) {
        size_t p = board->policies[i];
        const struct call_result *calls = calls_of(board->source, p, board->endpoint);
        for (size_t b = 0; b < board->n_beliefs; b++)
            for (int t = 0; t < TRUTHS; t++) {
                uint64_t n = calls->belief[board->beliefs[b]][t];
                text_addf(&figure->data, "%s,%s,%s,%s,%s,%llu,%.6g,%d,%zu\n",
                          board->source->experiment->policies[p].name,
                          board->source->spec->endpoints[board->endpoint].name,
                          belief_names[board->beliefs[b]], truth_words[t],
                          verdicts[belief_verdict(board->beliefs[b], t)].name, (unsigned long long)n,
                          (double)n / (double)calls->calls, t, b);
            }
    }
}

/* Light for few, full for all; by the square root, since rare cells are those that hurt. */
static double shade(double share)
{
    return share > 0.0 ? 0.12 + 0.88 * sqrt(share) : 0.0;
}

static void add_functions(struct figure *figure)
{
    text_add(&figure->script,
             "mix(full, depth) = int(255 - (255 - full) * depth + 0.5)\n"
             "tint(r, g, b, depth) = 65536*mix(r, depth) + 256*mix(g, depth) + mix(b, depth)\n"
             "depth(share) = share > 0 ? 0.12 + 0.88 * sqrt(share) : 0\n");
    text_addf(&figure->script,
              "color(is, share) = share == 0 ? 0xF4F4F4 : is eq '%s' ? tint(0, 114, 178, depth(share)) : "
              "is eq '%s' ? tint(213, 94, 0, depth(share)) : tint(119, 119, 119, depth(share))\n\n",
              verdicts[VERDICT_RIGHT].name, verdicts[VERDICT_WRONG].name);
}

static void label_cell(struct figure *figure, struct panel panel, size_t row, int column, double share)
{
    int width = (panel.right - panel.left) / TRUTHS;
    bool none = share <= 0.0;
    figure_label(figure,
                 (struct label){.x = panel.left + column * width + width / 2,
                                .y = panel.top + (int)row * CELL_HEIGHT + CELL_HEIGHT / 2,
                                .anchor = ANCHOR_CENTER,
                                .face = none ? GNUPLOT_PLAIN : GNUPLOT_BOLD,
                                .size = none ? TICS_PX : HEADING_PX,
                                .color = none                 ? "#AAAAAA"
                                         : shade(share) > 0.6 ? "#FFFFFF"
                                                              : COLOR_INK,
                                .room = width - CELL_GAP},
                 none ? "0" : percent(share).chars);
}

/* "473 calls · 1.35 attempts each" */
static char *describe(const struct call_result *calls)
{
    struct units_text attempts = units_format_number((double)calls->attempts / (double)calls->calls, 3);
    return text_format("%llu call%s · %s attempt%s each", (unsigned long long)calls->calls,
                       calls->calls == 1 ? "" : "s", attempts.chars,
                       calls->attempts == calls->calls ? "" : "s");
}

static void label_matrix(struct figure *figure, const struct board *board, size_t p, struct panel panel)
{
    const struct call_result *calls = calls_of(board->source, p, board->endpoint);
    int width = (panel.right - panel.left) / TRUTHS;
    struct label label = {.x = panel.left,
                          .y = panel.top - 126,
                          .face = GNUPLOT_BOLD,
                          .size = HEADING_PX,
                          .color = plot_policy_color(board->source->spec, p),
                          .room = panel.right - panel.left};
    figure_label(figure, label, board->source->experiment->policies[p].name);
    label = (struct label){
        .x = panel.left, .y = panel.top - 92, .size = TICS_PX, .color = COLOR_SOFT, .room = label.room};
    char *numbers = describe(calls);
    figure_label(figure, label, numbers);
    free(numbers);
    for (int t = 0; t < TRUTHS; t++)
        figure_label(figure,
                     (struct label){.x = panel.left + t * width + width / 2,
                                    .y = panel.top - 20,
                                    .anchor = ANCHOR_CENTER,
                                    .size = TICS_PX,
                                    .room = width},
                     truth_words[t]);
    figure_label(figure,
                 (struct label){.x = panel.left + 3 * width / 2,
                                .y = panel.top - 50,
                                .anchor = ANCHOR_CENTER,
                                .size = TICS_PX,
                                .color = COLOR_SOFT},
                 "was executed");
}

static void label_beliefs(struct figure *figure, const struct board *board, struct panel panel)
{
    struct label label = {.x = panel.left - 16, .anchor = ANCHOR_RIGHT, .size = TICS_PX, .room = LABELS - 16};
    for (size_t b = 0; b < board->n_beliefs; b++) {
        label.y = panel.top + (int)b * CELL_HEIGHT + CELL_HEIGHT / 2;
        figure_label(figure, label, belief_names[board->beliefs[b]]);
    }
    label.y = panel.top - 20;
    label.color = COLOR_SOFT;
    figure_label(figure, label, "caller believes");
}

static void draw_matrix(struct figure *figure, const struct board *board, size_t i)
{
    size_t p = board->policies[i];
    struct panel panel = matrix_of(board, i);
    const struct call_result *calls = calls_of(board->source, p, board->endpoint);
    label_matrix(figure, board, p, panel);
    if (i % board->columns == 0)
        label_beliefs(figure, board, panel);
    for (size_t b = 0; b < board->n_beliefs; b++)
        for (int t = 0; t < TRUTHS; t++)
            label_cell(figure, panel, b, t,
                       (double)calls->belief[board->beliefs[b]][t] / (double)calls->calls);
    struct text name = {0};
    double gap_x = 0.5 * CELL_GAP * TRUTHS / board->width, gap_y = 0.5 * CELL_GAP / CELL_HEIGHT;
    gnuplot_add_string(&name, board->source->experiment->policies[p].name, GNUPLOT_PLAIN);
    panel_begin(figure, panel, (struct plot_axis){.to = TRUTHS},
                (struct plot_axis){.from = (double)board->n_beliefs});
    panel_curve(figure,
                "using (strcol(1) eq %s ? $8+0.5 : NaN):($9+0.5):($8+%.4f):($8+1-%.4f):($9+%.4f):($9+1-%.4f):"
                "(color(strcol(5), $7)) with boxxyerror linecolor rgb variable",
                text_string(&name), gap_x, gap_x, gap_y, gap_y);
    panel_end(figure);
    figure->script.failed |= name.failed;
    text_finish(&name);
}

/* Only what is there is explained. */
static void add_verdict_key(struct figure *figure, const struct board *board)
{
    struct key_entry entries[VERDICTS];
    bool shown[VERDICTS] = {false};
    size_t n = 0;
    for (size_t i = 0; i < board->n_policies; i++) {
        const struct call_result *calls = calls_of(board->source, board->policies[i], board->endpoint);
        for (size_t b = 0; b < board->n_beliefs; b++)
            for (int t = 0; t < TRUTHS; t++)
                shown[belief_verdict(board->beliefs[b], t)] |= calls->belief[board->beliefs[b]][t] > 0;
    }
    for (int v = 0; v < VERDICTS; v++)
        if (shown[v])
            entries[n++] = verdicts[v].key;
    figure_key(figure, PAGE_LEFT, PAGE_BODY, entries, n);
}

void plot_belief(const struct plot_source *source, struct figure *figure)
{
    struct choice choice = choose(source);
    struct text title = {0}, subtitle = {0};
    plot_add_run(&subtitle, source);
    if (choice.any) {
        struct board board = board_make(source, choice.endpoint);
        add_title(&title, source, choice);
        text_add(&subtitle, " · share of the calls to ");
        plot_add_name(&subtitle, source->spec->endpoints[choice.endpoint].name);
        plot_add_shown(&subtitle, plot_shown_policies(source), source->experiment->n_policies, "policies");
        if (board.n_policies < plot_shown_policies(source))
            text_add(&subtitle, " · only policies whose calls can go wrong");
        figure_begin(figure, matrix_of(&board, board.n_policies - 1).bottom + 40, text_string(&title),
                     text_string(&subtitle));
        add_data(figure, &board);
        add_verdict_key(figure, &board);
        add_functions(figure);
        text_add(&figure->script, "unset border; unset tics; unset grid\n\n");
        for (size_t i = 0; i < board.n_policies; i++)
            draw_matrix(figure, &board, i);
        figure_end(figure);
    } else {
        text_add(&figure->data, "policy,endpoint,believed,executed,is,calls,share,x,y\n");
        figure_empty(figure, "No caller was left in doubt", text_string(&subtitle), "no call timed out");
    }
    figure->script.failed |= title.failed || subtitle.failed;
    text_finish(&title);
    text_finish(&subtitle);
}
