#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/sha256.h"
#include "base/version.h"
#include "report/page/html.h"
#include "report/page/page_sections.h"

/* ---- the scenario as it was given ---- */

enum {
    COLORED_MOST = 100000, /* bytes; a longer text is shown without colours */
    SHOWN_MOST = 300000    /* and of one that is longer still, the beginning */
};

/* How long the text at `at` goes on as one token, and the class that it is shown in; NULL: in none. */
static size_t read_token(const char *at, const char *end, const char **ret_class)
{
    size_t n = 1, left = (size_t)(end - at);
    *ret_class = NULL;
    if (*at == '"') {
        while (n < left && at[n] != '"' && at[n] != '\n')
            n += at[n] == '\\' && n + 1 < left ? 2 : 1;
        n += n < left && at[n] == '"';
        *ret_class = "string";
    } else if (*at == '/' && left > 1 && at[1] == '/') {
        while (n < left && at[n] != '\n')
            n++;
        *ret_class = "comment";
    } else if (*at == '/' && left > 1 && at[1] == '*') {
        for (n = 2; n < left && !(at[n - 1] == '*' && at[n] == '/' && n > 2);)
            n++;
        n += n < left;
        *ret_class = "comment";
    } else {
        while (n < left && at[n] != '"' && at[n] != '/')
            n++;
    }
    return n;
}

/* A string before a colon is a key. */
static bool is_key(const char *at, const char *end)
{
    while (at < end && strchr(" \t\r\n", *at))
        at++;
    return at < end && *at == ':';
}

static void add_colored(struct text *html, const char *at, const char *end)
{
    while (at < end) {
        const char *class;
        size_t n = read_token(at, end, &class);
        if (class)
            text_addf(html, "<span class=\"%s\">",
                      strcmp(class, "string") == 0 && is_key(at + n, end) ? "key" : class);
        html_add_bytes(html, at, n);
        text_add(html, class ? "</span>" : "");
        at += n;
    }
}

static void add_text(struct text *html, const struct report_source *source)
{
    size_t length = source->length < SHOWN_MOST ? source->length : SHOWN_MOST;
    text_add(html, "<pre class=\"json\" tabindex=\"0\"><code>");
    if (length <= COLORED_MOST)
        add_colored(html, source->text, source->text + length);
    else
        html_add_bytes(html, source->text, length);
    text_add(html, "</code></pre>\n");
    if (length < source->length)
        text_addf(html, "<p class=\"small\">These are the first %d bytes of %zu.</p>\n", SHOWN_MOST,
                  source->length);
}

static void add_sets(struct text *html, const struct report_source *source)
{
    if (source->n_sets == 0)
        return;
    text_add(html, "<p>Changed on the command line:</p>\n<ul class=\"sets\">\n");
    for (size_t i = 0; i < source->n_sets; i++) {
        text_add(html, "<li>");
        html_element(html, "code", NULL, source->sets[i]);
        text_add(html, "</li>\n");
    }
    text_add(html, "</ul>\n");
}

void page_add_scenario(struct text *html, const struct page *page)
{
    add_sets(html, page->source);
    text_add(html, "<details open><summary>The file ");
    html_element(html, "code", NULL, page->source->path);
    text_add(html, page->source->n_sets ? ", without these changes" : "");
    text_add(html, "</summary>\n");
    add_text(html, page->source);
    text_add(html, "</details>\n");
}

/* ---- how to get the same again ---- */

/* A word for a shell. */
static void add_word(struct text *command, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=:,%+@";
    text_add(command, " ");
    if (word[0] && strspn(word, plain) == strlen(word)) {
        text_add(command, word);
        return;
    }
    text_add(command, "'");
    for (; *word; word++)
        text_add_bytes(command, *word == '\'' ? "'\\''" : word, *word == '\'' ? 4 : 1);
    text_add(command, "'");
}

/* What the numbers depend on: the folder, the threads and what was printed are no part of it. The seed and
 * the replications of the command line are among the changes. */
static void add_command(struct text *html, const struct page *page)
{
    struct text command = {0};
    text_add(&command, "tandem run");
    for (size_t i = 0; i < page->source->n_sets; i++) {
        text_add(&command, " --set");
        add_word(&command, page->source->sets[i]);
    }
    for (size_t p = 0; page->source->some_policies && p < page->spec->n_policies; p++) {
        text_add(&command, " --policy");
        add_word(&command, page->spec->policies[p].name);
    }
    text_add(&command, page->source->path[0] == '-' && page->source->path[1] ? " --" : "");
    add_word(&command, page->source->path);
    text_add(html, "<pre tabindex=\"0\"><code>");
    html_add(html, text_string(&command));
    text_add(html, "</code></pre>\n");
    html->failed |= command.failed;
    text_finish(&command);
}

static void add_link(struct text *html, const char *path, const char *what)
{
    text_add(html, "<li><a href=\"");
    html_add(html, path);
    text_add(html, "\">");
    html_add(html, path);
    text_addf(html, "</a>: %s</li>\n", what);
}

/* The files of a policy lie in a folder of its name, which has no letter that means anything in a link. */
static void add_policy_links(struct text *html, const struct page *page, size_t policy)
{
    static const char *const files[] = {"timeseries.csv", "requests.csv", "trace.json"};
    char *folder = report_policy_folder("", page->experiment, policy);
    html->failed |= !folder;
    text_add(html, "<li>");
    html_policy(html, page->spec, policy);
    for (size_t i = 0; folder && i < sizeof files / sizeof *files; i++) {
        text_add(html, " <a href=\"");
        html_add(html, folder + strspn(folder, "/"));
        text_addf(html, "/%s\">%s</a>", files[i], files[i]);
    }
    text_add(html, "</li>\n");
    free(folder);
}

static void add_links(struct text *html, const struct page *page)
{
    text_add(html, "<h3>Files beside this page</h3>\n<ul class=\"files\">\n");
    add_link(html, "summary.json", "every number, its interval, the differences and the notes");
    add_link(html, "summary.csv", "the numbers again, one a line");
    add_link(html, "manifest.json", "what it takes to get the same bytes again");
    if (page->source->has_plots)
        add_link(html, "plots/", "figures as SVG and PNG, with their data and the scripts that draw them");
    text_add(
        html,
        "</ul>\n<p>And of each policy its state over time, a sample of its requests, and its first requests "
        "as a timeline: open ui.perfetto.dev and drop the file there.</p>\n<ul class=\"files\">\n");
    for (size_t p = 0; p < page->experiment->n_policies; p++)
        add_policy_links(html, page, p);
    text_add(html, "</ul>\n");
}

static void add_fact(struct text *html, const char *term, const char *value)
{
    text_add(html, "<dt>");
    html_add(html, term);
    text_add(html, "</dt><dd><code>");
    html_add(html, value);
    text_add(html, "</code></dd>\n");
}

static void add_number(struct text *html, const char *term, uint64_t number)
{
    text_addf(html, "<dt>%s</dt><dd><code>%" PRIu64 "</code></dd>\n", term, number);
}

void page_add_reproduction(struct text *html, const struct page *page)
{
    const struct report_source *source = page->source;
    text_add(html,
             "<p class=\"lead\">The same version, scenario and seed give the same numbers again, on any "
             "number of threads.</p>\n");
    add_command(html, page);
    text_add(html, "<dl class=\"facts-list\">\n");
    add_fact(html, "version", tandem_version);
    add_fact(html, "scenario", source->path);
    add_fact(html, "its SHA-256", sha256(source->text, source->length).chars);
    add_number(html, "seed", page->spec->run.seed);
    add_number(html, "replications", page->experiment->replications);
    text_add(html, "</dl>\n");
    add_links(html, page);
}

/* ---- what the words mean ---- */

/* Words of the page itself; metrics explain themselves. */
static const struct {
    const char *word, *meaning;
} words[] = {
    {"±",
     "the half-width of the interval in which the mean lies with the confidence that stands at the top, as "
     "far as chance goes"},
    {"blocked", "a worker is held by a request that waits for something elsewhere: an answer, I/O, room in a "
                "queue. It can do nothing else meanwhile"},
    {"busy", "a worker computes"},
    {"ready", "a worker has something to compute and waits for a processor"},
    {"down", "its replica has crashed or stands still"},
    {"inbox", "where requests wait for a worker"},
    {"grows", "it becomes more as long as the run lasts: a mean would only tell how long that was"},
    {"none", "of a difference: its interval holds 0, so that it may as well be chance"},
    {"replication", "one run of the whole scenario; others have other random numbers"},
};

/* Metrics that everybody asks for; what they mean they know themselves. */
static const char *const metrics[] = {
    "throughput",     "completions",   "response.mean", "response.p99", "completion.mean",
    "effects.partly", "effects.twice", "lost",          "hung",         "wasted"};

static void add_meaning(struct text *html, const char *word, const char *meaning)
{
    html_element(html, "dt", NULL, word);
    html_element(html, "dd", NULL, meaning);
    text_add(html, "\n");
}

void page_add_words(struct text *html, const struct page *page)
{
    text_add(html, "<dl class=\"words-list\">\n");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        add_meaning(html, words[i].word, words[i].meaning);
    for (size_t i = 0; i < sizeof metrics / sizeof *metrics; i++) {
        const struct metric *metric = metric_find(&page->experiment->policies[0].metrics, metrics[i]);
        if (metric)
            add_meaning(html, metric->name, metric->meaning);
    }
    text_add(html, "</dl>\n");
}
