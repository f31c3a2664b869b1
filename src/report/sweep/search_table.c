#include "report/sweep/search_table.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "report/markdown.h"
#include "report/plot/grid.h"
#include "report/unit.h"
#include "report/wrap.h"

enum { HALF_WIDTH_DIGITS = 2, MOST_SHOWN = 4, LONGEST_HEADING = 28 };

const struct search_probe *search_probe_at(const struct search_policy *policy, int place)
{
    return place == SEARCH_NONE ? NULL : &policy->probes[place];
}

void search_title_add(struct text *text, const struct search *search)
{
    const struct axis *axis = &search->space->axis;
    text_addf(text, "%s: the %s ", search->name,
              search->space->direction == SEARCH_MAX ? "largest" : "smallest");
    for (size_t i = 0; i < axis->n_paths; i++) {
        const struct axis alone = {.paths = axis->paths + i, .n_paths = 1};
        text_addf(text, "%s%s", i > 0 ? " = " : "", axis_label(&alone));
    }
    text_addf(text, " with %s", search->goal->text);
}

/* ---- where the limits are ---- */

static bool is_max(const struct search *search)
{
    return search->space->direction == SEARCH_MAX;
}

/* Why a value misses the goal. */
static void add_reasons(struct text *text, const struct search *search, const struct search_probe *probe)
{
    bool any = probe->grows;
    if (probe->grows)
        text_add(text, "the backlog grows");
    for (size_t i = 0; i < search->goal->n_claims && !probe->grows; i++) {
        const struct goal_finding *finding = &probe->judgement.findings[i];
        if (finding->verdict != GOAL_MISSED)
            continue;
        text_addf(text, "%s%s", any ? ", " : "",
                  finding->reason ? finding->reason : search->goal->claims[i].text);
        any = true;
    }
}

static char *reason_of(const struct search *search, const struct search_policy *policy)
{
    const struct search_probe *missed = search_probe_at(policy, policy->bracket.missed);
    struct text text = {0};
    switch (search_outcome(policy)) {
    case SEARCH_FOUND:
    case SEARCH_NEVER: add_reasons(&text, search, missed); break;
    case SEARCH_NO_LIMIT: text_add(&text, "no limit was found"); break;
    case SEARCH_UNDECIDED: text_add(&text, "the runs do not tell"); break;
    case SEARCH_LACKING: text_addf(&text, "has no %s", policy->lacking); break;
    case SEARCH_STOPPED: text_add(&text, "stopped"); break;
    }
    return text_take(&text);
}

static char *value_of(const struct search_probe *probe)
{
    return text_copy(probe ? probe->value.chars : "-");
}

static uint64_t count_replications(const struct search_policy *policy)
{
    uint64_t n = 0;
    for (size_t i = 0; i < policy->n_probes; i++)
        n += policy->probes[i].replications;
    return n;
}

enum { LIMIT_NAME, LIMIT_MET, LIMIT_MISSED, LIMIT_REASON, LIMIT_TRIED, LIMIT_RUNS, LIMITS };

static bool fill_limit(struct grid *grid, size_t line, const struct search *search,
                       const struct search_policy *policy)
{
    return grid_put(grid, line, LIMIT_NAME, text_copy(policy->name)) &&
           grid_put(grid, line, LIMIT_MET, value_of(search_probe_at(policy, policy->bracket.met))) &&
           grid_put(grid, line, LIMIT_MISSED, value_of(search_probe_at(policy, policy->bracket.missed))) &&
           grid_put(grid, line, LIMIT_REASON, reason_of(search, policy)) &&
           grid_put(grid, line, LIMIT_TRIED, text_format("%zu", policy->n_probes)) &&
           grid_put(grid, line, LIMIT_RUNS, text_format("%" PRIu64, count_replications(policy)));
}

static bool fill_limits(struct grid *grid, const struct search *search)
{
    const char *const headings[LIMITS] = {"",
                                          is_max(search) ? "met up to" : "met from",
                                          is_max(search) ? "missed from" : "missed up to",
                                          "what is missed",
                                          "tried",
                                          "runs"};
    bool ok = grid_init(grid, search->n_policies + 1, LIMITS);
    grid->to_the_right[LIMIT_MET] = grid->to_the_right[LIMIT_MISSED] = true;
    grid->to_the_right[LIMIT_TRIED] = grid->to_the_right[LIMIT_RUNS] = true;
    grid->loose = LIMIT_REASON;
    for (size_t i = 0; ok && i < LIMITS; i++)
        ok = grid_put(grid, 0, i, text_copy(headings[i]));
    for (size_t p = 0; ok && p < search->n_policies; p++)
        ok = fill_limit(grid, p + 1, search, &search->policies[p]);
    return ok;
}

/* ---- the goal's numbers at the limit ---- */

static size_t count_met(const struct search *search)
{
    size_t n = 0;
    for (size_t p = 0; p < search->n_policies; p++)
        n += search->policies[p].bracket.met != SEARCH_NONE;
    return n;
}

/* Several claims can be about the same. */
static bool is_shown_before(const struct goal *goal, size_t claim)
{
    bool before = false;
    for (size_t i = 0; i < claim; i++)
        before |= strcmp(goal->claims[i].shown, goal->claims[claim].shown) == 0;
    return before;
}

static size_t choose_claims(const struct goal *goal, size_t *ret_claims)
{
    size_t n = 0;
    for (size_t i = 0; i < goal->n_claims && n < MOST_SHOWN; i++)
        if (!is_shown_before(goal, i))
            ret_claims[n++] = i;
    return n;
}

static char *number_of(const struct goal_finding *finding, struct expression_unit unit,
                       const char *plus_minus)
{
    struct units_text mean = unit_text(finding->shown.mean, unit, UNITS_DIGITS);
    if (!(finding->shown.half_width > 0.0))
        return text_copy(mean.chars);
    return text_format(
        "%s %s %s", mean.chars, plus_minus,
        unit_half_width_text(finding->shown.half_width, finding->shown.mean, unit, HALF_WIDTH_DIGITS).chars);
}

/* A name of a metric is never as long; an expression may be. */
static char *heading_of(const struct goal_claim *claim)
{
    bool fits = strlen(claim->shown) <= LONGEST_HEADING;
    return text_format(fits ? "%.*s" : "%.*s...", fits ? LONGEST_HEADING : LONGEST_HEADING - 3, claim->shown);
}

static bool fill_numbers(struct grid *grid, const struct search *search, const char *plus_minus)
{
    size_t claims[MOST_SHOWN], n = choose_claims(search->goal, claims), line = 0;
    bool ok = grid_init(grid, count_met(search) + 1, n + 2) &&
              grid_put(grid, 0, 1, text_copy(axis_label(&search->space->axis)));
    grid->to_the_right[1] = true;
    for (size_t i = 0; ok && i < n; i++) {
        grid->to_the_right[i + 2] = true;
        ok = grid_put(grid, 0, i + 2, heading_of(&search->goal->claims[claims[i]]));
    }
    for (size_t p = 0; ok && p < search->n_policies; p++) {
        const struct search_policy *policy = &search->policies[p];
        const struct search_probe *met = search_probe_at(policy, policy->bracket.met);
        if (!met)
            continue;
        line++;
        ok = grid_put(grid, line, 0, text_copy(policy->name)) && grid_put(grid, line, 1, value_of(met));
        for (size_t i = 0; ok && i < n; i++)
            ok = grid_put(grid, line, i + 2,
                          number_of(&met->judgement.findings[claims[i]],
                                    search->goal->claims[claims[i]].claim.unit, plus_minus));
    }
    return ok;
}

/* ---- in words ---- */

/* What is told is handed to `tell`, a sentence at a time. */
struct teller {
    const struct search *search;
    void (*tell)(struct text *text, const char *sentence, int width);
    struct text *text;
    int width;
};

static void tell_sentence(const struct teller *teller, struct text *sentence)
{
    teller->tell(teller->text, text_string(sentence), teller->width);
    teller->text->failed |= sentence->failed;
    text_finish(sentence);
}

static uint32_t most_of(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

static void tell_undecided(const struct teller *teller, const struct search_policy *policy)
{
    const struct search_probe *easiest = search_probe_at(policy, policy->bracket.easiest_undecided),
                              *hardest = search_probe_at(policy, policy->bracket.hardest_undecided);
    struct text sentence = {0};
    if (!easiest)
        return;
    text_addf(&sentence, "%s: %s", policy->name, easiest == hardest ? "at " : "from ");
    text_add(&sentence, easiest->value.chars);
    if (easiest != hardest)
        text_addf(&sentence, " to %s", hardest->value.chars);
    uint32_t most = teller->search->most_replications,
             made = most_of(easiest->replications, hardest->replications);
    text_addf(&sentence, ", %" PRIu32 " replications do not tell", made);
    if (made < most && policy->finished)
        text_addf(&sentence, ", and %" PRIu32 " hardly would", most);
    text_add(&sentence, ".");
    tell_sentence(teller, &sentence);
}

/* Why the search went no further. */
static void tell_end(const struct teller *teller, const struct search_policy *policy)
{
    const struct search_probe *last = &policy->probes[policy->n_probes - 1], *refused = NULL;
    const struct search_try *first = &policy->probes[0].try;
    enum search_outcome outcome = search_outcome(policy);
    struct text sentence = {0};
    for (size_t i = 0; i < policy->n_probes; i++)
        refused = policy->probes[i].refusal ? &policy->probes[i] : refused;
    if (outcome != SEARCH_NO_LIMIT && outcome != SEARCH_NEVER)
        return;
    bool met = outcome == SEARCH_NO_LIMIT;
    const struct search_probe *end =
        search_probe_at(policy, met ? policy->bracket.met : policy->bracket.missed);
    text_addf(&sentence, "%s %s the goal %s %s", policy->name, met ? "meets" : "misses",
              met == is_max(teller->search) ? "up to" : "down to", end->value.chars);
    if (teller->search->space->ranged)
        text_add(&sentence, ", the end of the range.");
    else if (refused)
        text_addf(&sentence, "; %s is no value for it: %s", refused->value.chars, refused->refusal);
    else if (search_work(&last->try, first) == SEARCH_WORK_MUCH)
        text_addf(&sentence,
                  "; a replication there has %.0f times as many events as one at %s: to go on, "
                  "say how far: PATH=LOW..HIGH.",
                  last->try.events / first->events, policy->probes[0].value.chars);
    else if (search_work(&last->try, first) == SEARCH_WORK_LITTLE)
        text_addf(&sentence,
                  "; a replication there has %.0f times fewer events than one at %s, and tells little: to "
                  "go on, say how far: PATH=LOW..HIGH.",
                  first->events / fmax(last->try.events, 1.0), policy->probes[0].value.chars);
    else
        text_add(&sentence, "; to go on, say how far: PATH=LOW..HIGH.");
    tell_sentence(teller, &sentence);
}

static void tell_contradiction(const struct teller *teller, const struct search_policy *policy)
{
    const struct search_probe *met = search_probe_at(policy, policy->bracket.contradiction),
                              *missed = search_probe_at(policy, policy->bracket.missed);
    struct text sentence = {0};
    if (!met)
        return;
    bool max = is_max(teller->search);
    text_addf(&sentence,
              "%s meets the goal at %s and misses it at %s, which is %s: the goal is not monotonic, and a "
              "limit found by bisection means little.",
              policy->name, met->value.chars, missed->value.chars, max ? "less" : "more");
    if (policy->bracket.met == SEARCH_NONE)
        text_addf(&sentence, " Was --%s meant?", max ? "min" : "max");
    tell_sentence(teller, &sentence);
}

static bool has_equality(const struct goal *goal)
{
    bool found = false;
    for (size_t i = 0; i < goal->n_claims; i++)
        found |= goal->claims[i].claim.relation == RELATION_EQUAL;
    return found;
}

static bool any_grows(const struct search *search)
{
    bool grows = false;
    for (size_t p = 0; p < search->n_policies; p++)
        for (size_t i = 0; i < search->policies[p].n_probes; i++)
            grows |= search->policies[p].probes[i].grows;
    return grows;
}

static void tell_confidence(const struct teller *teller)
{
    const struct search *search = teller->search;
    const char *label = axis_label(&search->space->axis);
    struct text sentence = {0};
    bool any = false;
    for (size_t p = 0; p < search->n_policies; p++)
        any |= search->policies[p].n_probes > 0;
    if (!any)
        return;
    text_addf(&sentence,
              "With a confidence of %s no verdict on a claim is wrong; the limits are between the values if "
              "the goal is met at every %s %s than one that meets it.",
              units_format_share(search->confidence, UNITS_DIGITS).chars,
              is_max(search) ? "smaller" : "greater", label);
    if (any_grows(search))
        text_add(&sentence, " Whether the backlog grows is judged apart, at 99.9 %.");
    if (has_equality(search->goal))
        text_add(&sentence, " A claim with == is about the replications that were run.");
    tell_sentence(teller, &sentence);
}

static void tell_all(const struct teller *teller)
{
    const struct search *search = teller->search;
    for (size_t p = 0; p < search->n_policies; p++) {
        const struct search_policy *policy = &search->policies[p];
        if (policy->lacking || policy->n_probes == 0)
            continue;
        tell_undecided(teller, policy);
        tell_contradiction(teller, policy);
        if (policy->finished) {
            if (policy->bracket.contradiction == SEARCH_NONE)
                tell_end(teller, policy);
            continue;
        }
        struct text sentence = {0};
        text_addf(&sentence, "%s: stopped before the end of the search.", policy->name);
        tell_sentence(teller, &sentence);
    }
    tell_confidence(teller);
}

static void add_facts(struct text *text, const struct search *search, const char *plus_minus)
{
    const struct run_spec *run = &search->run;
    text_addf(text, "%s simulated",
              units_format_duration((double)run->duration_ns / 1e9, UNITS_DIGITS).chars);
    if (run->warmup_ns)
        text_addf(text, ", the first %s not counted",
                  units_format_duration((double)run->warmup_ns / 1e9, UNITS_DIGITS).chars);
    text_addf(text,
              "; seed %" PRIu64 "; %" PRIu32 " to %" PRIu32
              " replications at each value that was tried; %s the half-width of the %s interval.",
              run->seed, search->first_replications, search->most_replications, plus_minus,
              units_format_share(search->confidence, UNITS_DIGITS).chars);
}

/* ---- the whole ---- */

static void tell_plainly(struct text *text, const char *sentence, int width)
{
    wrap_add(text, sentence, width, 2);
}

static void tell_item(struct text *text, const char *sentence, int width)
{
    (void)width;
    text_add(text, "- ");
    markdown_add_plain(text, sentence);
    text_add(text, "\n");
}

static void add_wrapped(struct text *text, struct text *words, int width)
{
    wrap_add(text, text_string(words), width, 0);
    text->failed |= words->failed;
    text_finish(words);
}

void search_table_add(struct text *text, const struct search *search, const struct table_style *style)
{
    const char *plus_minus = style->utf8 ? "±" : "+-";
    struct grid limits = {0}, numbers = {0};
    struct text title = {0}, facts = {0};
    search_title_add(&title, search);
    add_facts(&facts, search, plus_minus);
    text_add(text, style->bold ? "\033[1m" : "");
    add_wrapped(text, &title, style->width);
    text_add(text, style->bold ? "\033[0m" : "");
    add_wrapped(text, &facts, style->width);
    text_add(text, "\n");
    if (fill_limits(&limits, search) && fill_numbers(&numbers, search, plus_minus)) {
        grid_add(text, &limits, style);
        text_add(text, "\n");
        if (numbers.n_lines > 1) {
            text_add(text, "at the last value that meets the goal\n");
            grid_add(text, &numbers, style);
            text_add(text, "\n");
        }
    } else {
        text->failed = true;
    }
    tell_all(&(struct teller){search, tell_plainly, text, style->width});
    grid_finish(&limits);
    grid_finish(&numbers);
}

void search_markdown_add(struct text *text, const struct search *search)
{
    struct grid limits = {0}, numbers = {0};
    struct text title = {0}, facts = {0};
    search_title_add(&title, search);
    add_facts(&facts, search, "±");
    text_add(text, "## ");
    markdown_add_plain(text, text_string(&title));
    text_add(text, "\n\n");
    markdown_add_plain(text, text_string(&facts));
    text_add(text, "\n\n");
    if (fill_limits(&limits, search) && fill_numbers(&numbers, search, "±")) {
        grid_add_markdown(text, &limits);
        if (numbers.n_lines > 1) {
            text_add(text, "\nAt the last value that meets the goal:\n\n");
            grid_add_markdown(text, &numbers);
        }
        text_add(text, "\n");
    } else {
        text->failed = true;
    }
    tell_all(&(struct teller){search, tell_item, text, 0});
    text->failed |= title.failed || facts.failed;
    text_finish(&title);
    text_finish(&facts);
    grid_finish(&limits);
    grid_finish(&numbers);
}
