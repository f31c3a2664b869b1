/* The books of the first replication: counts of whole requests, messages and nanoseconds, in which what came
 * in is what went out and what is still there, to the last one. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/int128.h"
#include "base/units.h"
#include "report/choice.h"
#include "report/page/html.h"
#include "report/page/page_sections.h"

/* ---- an account ---- */

enum { LINES_MOST = 16 };

/* Of one policy; the first `n_in` lines are what came in, the others what became of it. */
struct account {
    int128 lines[LINES_MOST];
    bool known;
};

struct account_type {
    const char *const *labels;
    size_t n_in, n;
    bool time; /* nanoseconds */
};

static int128 sum(const struct account *account, size_t from, size_t to)
{
    int128 total = 0;
    for (size_t i = from; i < to; i++)
        total += account->lines[i];
    return total;
}

/* "65 023", with spaces that no line ends at. */
static void add_count(struct text *html, int128 count)
{
    if (count >= 1000) {
        add_count(html, count / 1000);
        text_addf(html, "&#8239;%03d", (int)(count % 1000));
    } else {
        text_addf(html, "%d", (int)count);
    }
}

static void add_amount(struct text *html, const struct account_type *type, int128 amount)
{
    if (type->time)
        text_add(html, units_format_duration((double)amount / 1e9, UNITS_DIGITS).chars);
    else
        add_count(html, amount);
}

/* Two cells: the amount, and what share of the whole it is. */
static void add_amount_cells(struct text *html, const struct account_type *type, int128 amount, int128 whole)
{
    text_add(html, "<td>");
    add_amount(html, type, amount);
    text_add(html, "</td><td class=\"half\">");
    if (whole > 0 && amount > 0)
        text_add(html, units_format_share((double)amount / (double)whole, UNITS_DIGITS).chars);
    text_add(html, "</td>");
}

/* A line that is 0 for all tells nothing, unless it is the only one of its side. */
static bool is_empty(const struct account *accounts, size_t n, size_t line)
{
    bool empty = true;
    for (size_t p = 0; p < n; p++)
        empty &= !accounts[p].known || accounts[p].lines[line] == 0;
    return empty;
}

static void add_line(struct text *html, const struct account_type *type, const struct account *accounts,
                     size_t n, size_t line)
{
    bool in = line < type->n_in;
    text_addf(html, "<tr><th scope=\"row\"><span class=\"side\">%s</span>%s</th>", in ? "in" : "out",
              type->labels[line]);
    for (size_t p = 0; p < n; p++) {
        if (accounts[p].known)
            add_amount_cells(html, type, accounts[p].lines[line],
                             in ? 0 : sum(&accounts[p], type->n_in, type->n));
        else
            text_add(html, "<td>-</td><td></td>");
    }
    text_add(html, "</tr>\n");
}

/* Both sides of the account, and whether they are the same. */
static void add_balance(struct text *html, const struct account_type *type, const struct account *accounts,
                        size_t n)
{
    text_add(html, "<tr class=\"balance\"><th scope=\"row\">in = out</th>");
    for (size_t p = 0; p < n; p++) {
        int128 in = sum(&accounts[p], 0, type->n_in), out = sum(&accounts[p], type->n_in, type->n);
        if (!accounts[p].known) {
            text_add(html, "<td>-</td><td></td>");
            continue;
        }
        text_add(html, "<td colspan=\"2\">");
        add_amount(html, type, in);
        text_add(html, " = ");
        add_amount(html, type, out);
        text_addf(html, " <span class=\"%s</span></td>",
                  in == out ? "good\">adds up" : "bad\">does not add up");
    }
    text_add(html, "</tr></tbody>\n");
}

static void add_account(struct text *html, const char *title, const struct account_type *type,
                        const struct account *accounts, size_t n)
{
    html_group(html, title, 1 + 2 * n);
    for (size_t i = 0; i < type->n; i++)
        if (i == 0 || !is_empty(accounts, n, i))
            add_line(html, type, accounts, n, i);
    add_balance(html, type, accounts, n);
}

/* ---- what is accounted for ---- */

#define ACCOUNT(labels, n_in, time)                           \
    {                                                         \
        labels, n_in, sizeof(labels) / sizeof *(labels), time \
    }

static void read_outcomes(const struct result *result, struct account *account)
{
    account->lines[0] = (int128)result->offered;
    for (size_t i = 0; i < OUTCOMES; i++)
        account->lines[1 + i] = (int128)result->outcomes[i];
}

static void read_effects(const struct result *result, struct account *account)
{
    account->lines[0] = (int128)result->offered;
    for (size_t i = 0; i < EFFECTS; i++)
        account->lines[1 + i] = (int128)result->effects[i];
}

static void read_queue(const struct queue_result *q, struct account *account)
{
    const uint64_t lines[] = {q->before,        q->published, q->consumed,      q->dropped,
                              q->rejected,      q->lost,      q->lost_in_crash, q->expired,
                              q->dead_lettered, q->in_flight, q->waiting,       q->delivered};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        account->lines[i] = (int128)lines[i];
}

static void read_workers(const struct component_result *c, struct account *account)
{
    account->lines[0] = c->total_ns;
    for (size_t i = 0; i < WORKER_STATES; i++)
        account->lines[1 + i] = c->worker_ns[i];
}

static const char *const outcome_labels[] = {"requests that users sent", "answered ok",
                                             "answered with an error",   "refused at the door",
                                             "given up by their users",  "still open at the end"};

static const char *const effect_labels[] = {
    "requests that users sent",      "all effects done, each once",  "some effects done, others never",
    "nothing done, nothing to come", "something done twice or more", "not decided at the end"};

static const char *const queue_labels[] = {"in the system when the warm-up ended",
                                           "published since",
                                           "consumed",
                                           "dropped: the queue was full",
                                           "refused: the queue was full",
                                           "lost on the way there",
                                           "gone with a crash",
                                           "waited too long",
                                           "dead-lettered",
                                           "still on the way there",
                                           "still waiting",
                                           "still with consumers"};

static const char *const worker_labels[] = {"time of its workers",
                                            "busy",
                                            "ready: waiting for a core",
                                            "blocked: waiting for an answer",
                                            "idle",
                                            "down"};

static const struct account_type outcome_account = ACCOUNT(outcome_labels, 1, false),
                                 effect_account = ACCOUNT(effect_labels, 1, false),
                                 queue_account = ACCOUNT(queue_labels, 2, false),
                                 worker_account = ACCOUNT(worker_labels, 1, true);

/* ---- the parts ---- */

enum { POLICIES_MOST = 64 }; /* side by side; nobody reads more */

static size_t count_policies(const struct page *page)
{
    size_t n = page->experiment->n_policies;
    return n < POLICIES_MOST ? n : POLICIES_MOST;
}

static const struct result *result_of(const struct page *page, size_t policy)
{
    return &page->experiment->policies[policy].first;
}

static void add_requests(struct text *html, const struct page *page)
{
    struct account outcomes[POLICIES_MOST] = {0}, effects[POLICIES_MOST] = {0};
    size_t n = count_policies(page);
    for (size_t p = 0; p < n; p++) {
        outcomes[p].known = effects[p].known = true;
        read_outcomes(result_of(page, p), &outcomes[p]);
        read_effects(result_of(page, p), &effects[p]);
    }
    add_account(html, "requests: how they ended for their users", &outcome_account, outcomes, n);
    add_account(html, "requests: what became of all that they asked for", &effect_account, effects, n);
}

static void add_queue(struct text *html, const struct page *page, const char *queue)
{
    struct account accounts[POLICIES_MOST] = {0};
    size_t n = count_policies(page);
    for (size_t p = 0; p < n; p++) {
        const struct result *result = result_of(page, p);
        for (size_t i = 0; i < result->n_queues; i++) {
            if (strcmp(result->queues[i].name, queue) != 0)
                continue;
            accounts[p].known = true;
            read_queue(&result->queues[i], &accounts[p]);
        }
    }
    char *title = text_format("messages of the queue %s", queue);
    add_account(html, title ? title : "", &queue_account, accounts, n);
    html->failed |= !title;
    free(title);
}

static void add_workers(struct text *html, const struct page *page, size_t component)
{
    struct account accounts[POLICIES_MOST] = {0};
    size_t n = count_policies(page);
    for (size_t p = 0; p < n; p++) {
        const struct result *result = result_of(page, p);
        accounts[p].known = component < result->n_components;
        if (accounts[p].known)
            read_workers(&result->components[component], &accounts[p]);
    }
    char *title = text_format("time of the workers of %s", page->spec->components[component].name);
    add_account(html, title ? title : "", &worker_account, accounts, n);
    html->failed |= !title;
    free(title);
}

/* ---- the whole ---- */

bool page_has_ledgers(const struct page *page)
{
    return result_of(page, 0)->n_components > 0;
}

void page_add_ledgers(struct text *html, const struct page *page)
{
    struct choice queues = {0}, components = {0};
    html->failed |= !choice_of_queues(page->experiment, &queues) ||
                    !choice_of_components(page->spec, page->experiment, &components);
    text_addf(
        html,
        "<p class=\"lead\">Where everything went, in the first replication, measured for %s. Whatever came "
        "in has gone out in one of these ways or is still there, to the last request, message and "
        "nanosecond.</p>\n",
        units_format_duration((double)result_of(page, 0)->window_ns / 1e9, UNITS_DIGITS).chars);
    html_table_open(html, "numbers books", "The books of each policy");
    html_policy_headings(html, page->spec, count_policies(page), "");
    add_requests(html, page);
    for (size_t i = 0; i < queues.n; i++)
        add_queue(html, page, queues.chosen[i].name);
    for (size_t i = 0; i < components.n; i++)
        add_workers(html, page, components.chosen[i].index);
    html_table_close(html);
}
