#include "report/sweep/sweep_sentences.h"

#include <inttypes.h>
#include <stdlib.h>

#include "report/sweep/sweep_finding.h"

const char sweep_grows_note[] =
    "What \"grows\" has no mean: more comes in than gets done, and the backlog grows as "
    "long as the run lasts.";

/* ---- above the table ---- */

static bool share_run(const struct sweep *sweep)
{
    const struct run_spec *first = &sweep->points[0].spec.run;
    for (size_t i = 1; i < sweep->n_points; i++) {
        const struct run_spec *run = &sweep->points[i].spec.run;
        if (run->duration_ns != first->duration_ns || run->warmup_ns != first->warmup_ns ||
            run->seed != first->seed)
            return false;
    }
    return true;
}

static void add_run(struct text *text, const struct run_spec *run)
{
    text_addf(text, "; %s simulated",
              units_format_duration((double)run->duration_ns / 1e9, UNITS_DIGITS).chars);
    if (run->warmup_ns)
        text_addf(text, ", the first %s not counted",
                  units_format_duration((double)run->warmup_ns / 1e9, UNITS_DIGITS).chars);
    text_addf(text, "; seed %" PRIu64, run->seed);
}

void sweep_add_facts(struct text *text, const struct sweep_view *view, const char *plus_minus)
{
    const struct sweep *sweep = view->sweep;
    struct sweep_replications replications = sweep_replications(sweep);
    text_addf(text, "%zu point%s", sweep->n_points, sweep->n_points == 1 ? "" : "s");
    if (share_run(sweep))
        add_run(text, &sweep->points[0].spec.run);
    if (replications.most > 1) {
        double level = sweep->points[0].spec.run.confidence;
        text_add(text, "; means of ");
        if (replications.least < replications.most)
            text_addf(text, "%" PRIu32 " to ", replications.least);
        text_addf(text, "%" PRIu32 " replications %s the half-width of the %s interval", replications.most,
                  plus_minus, units_format_share(level > 0.0 ? level : 0.95, UNITS_DIGITS).chars);
    }
    text_add(text, ".");
    size_t unseen = sweep->n_points - replications.n_points, cut = sweep_count_cut(sweep);
    if (cut > 0)
        text_addf(
            text,
            " %zu of the points ended at a limit: what stands there is of a part of the run, if anything.",
            cut);
    else if (unseen > 0)
        text_addf(text, " %zu of the points %s no numbers: the sweep was not finished.", unseen,
                  unseen == 1 ? "has" : "have");
}

bool sweep_any_grows(const struct sweep_view *view)
{
    for (size_t m = 0; m < view->n_metrics; m++)
        for (size_t i = 0; i < view->sweep->n_points; i++)
            for (size_t p = 0; p < sweep_policies(view->sweep); p++)
                if (sweep_grows(view->sweep, i, p, view->metrics[m].name))
                    return true;
    return false;
}

/* ---- below it ---- */

struct teller {
    const struct sweep_view *view;
    void (*tell)(void *data, const char *sentence);
    void *data;
    size_t told, left_out, uncertain;
    bool failed;
};

static void tell_text(struct teller *teller, struct text *text)
{
    teller->failed |= text->failed;
    teller->tell(teller->data, text_string(text));
    text_finish(text);
}

/* "at customers.rate 100/s" */
static void add_place(struct text *text, const struct sweep_view *view, const size_t *indices)
{
    for (size_t i = 0; i < sweep_last_axis(view->sweep); i++) {
        char *value = sweep_value_text(view, i, indices[i]);
        text_addf(text, "%s%s %s", i == 0 ? " at " : ", ", axis_label(&view->sweep->axes[i]),
                  value ? value : "");
        text->failed |= !value;
        free(value);
    }
    text_add(text, sweep_last_axis(view->sweep) > 0 ? ": " : " ");
}

static void tell_finding(struct teller *teller, size_t metric, const size_t *indices,
                         const struct sweep_findings *findings, size_t finding)
{
    struct text text = {0};
    if (teller->told == SWEEP_MOST_SENTENCES) {
        teller->left_out++;
        return;
    }
    teller->told++;
    text_addf(&text, "%s%s", teller->view->metrics[metric].name,
              sweep_last_axis(teller->view->sweep) > 0 ? "" : ":");
    add_place(&text, teller->view, indices);
    sweep_finding_add(&text, teller->view, metric, findings, finding);
    text_add(&text, ".");
    tell_text(teller, &text);
}

static void tell_line(struct teller *teller, size_t metric, const size_t *indices)
{
    struct sweep_findings findings;
    if (!sweep_findings_init(&findings, teller->view, metric, indices)) {
        teller->failed = true;
        return;
    }
    for (size_t i = 0; i < findings.n; i++)
        if (!sweep_finding_is_told(&findings, metric, teller->view, i))
            tell_finding(teller, metric, indices, &findings, i);
    teller->uncertain += findings.uncertain;
    sweep_findings_finish(&findings);
}

static void tell_rest(struct teller *teller)
{
    struct text text = {0};
    if (teller->left_out) {
        text_addf(&text, "%zu more such sentence%s left out.", teller->left_out,
                  teller->left_out == 1 ? " is" : "s are");
        tell_text(teller, &text);
    }
    if (teller->uncertain) {
        text_addf(&text, "%zu other change%s of place may be noise: the intervals of the differences hold 0.",
                  teller->uncertain, teller->uncertain == 1 ? "" : "s");
        tell_text(teller, &text);
    }
}

bool sweep_tell(const struct sweep_view *view, void (*tell)(void *data, const char *sentence), void *data)
{
    struct teller teller = {.view = view, .tell = tell, .data = data};
    const struct sweep *sweep = view->sweep;
    size_t *indices = calloc(sweep->n_axes, sizeof *indices), row = sweep->axes[sweep_last_axis(sweep)].n;
    for (size_t m = 0; indices && m < view->n_metrics; m++)
        for (size_t point = 0; point < sweep->n_points; point += row) {
            sweep_indices(sweep, point, indices);
            tell_line(&teller, m, indices);
        }
    tell_rest(&teller);
    bool told = indices && !teller.failed;
    free(indices);
    return told;
}
