/* What a picture of lanes shows: the first requests under each policy, side by side. */
#ifndef TANDEM_REPORT_TIMELINE_PAGE_H
#define TANDEM_REPORT_TIMELINE_PAGE_H

#include "report/plot/plot_figure.h"
#include "report/plot/timeline.h"

/* One timeline a policy, all with the same rows and the same origin of time. */
struct page {
    const struct plot_source *source;
    struct timeline timelines[FIGURE_POLICIES];
    size_t n_policies;
    size_t n_requests;
    int64_t from_ns, to_ns;
    int64_t longest, shortest; /* policy, ns */
    double lanes;              /* of all panels */
};

/* The page of as many first requests as can be read, one at the least. False when memory is gone. */
bool page_choose(const struct plot_source *source, struct page *ret_page);
void page_finish(struct page *page);

/* The component that the first request goes to: the one that waits for all the others, or does not.
 * SPEC_NONE = nobody works. */
uint32_t page_first_component(const struct page *page, size_t policy);

/* What an arrow is, to those who look. */
enum message { MESSAGE_OUT, MESSAGE_BACK, MESSAGE_ERROR, MESSAGE_LOST, MESSAGES };

enum message message_of(const struct trace_arrow *arrow);

/* Whether it is sent once more. */
bool message_is_again(const struct trace_arrow *arrow);

/* A lane whose worker is not there for a while. */
struct down {
    uint32_t component;
    int64_t from_ns, to_ns;
    double top, bottom;
};

typedef void down_visit(void *data, const struct page *page, size_t policy, const struct down *down);

/* Shows each lane that is down at a time on the page, by itself or by a dated event. */
void page_visit_downs(const struct page *page, size_t policy, down_visit *visit, void *data);

/* Whether there is any. */
bool page_anything_down(const struct page *page, size_t policy);

#endif
