#include "report/watch/watch_rows.h"

#include <string.h>

/* ---- the most loaded ---- */

/* Some of many, the greatest load first. */
struct top {
    size_t index[WATCH_MOST_ROWS];
    double load[WATCH_MOST_ROWS];
    size_t n, most;
};

static void top_add(struct top *top, size_t index, double load)
{
    size_t at = top->n;
    if (top->most == 0 || (at == top->most && load <= top->load[at - 1]))
        return;
    if (at == top->most)
        at--;
    else
        top->n++;
    for (; at > 0 && top->load[at - 1] < load; at--) {
        top->load[at] = top->load[at - 1];
        top->index[at] = top->index[at - 1];
    }
    top->load[at] = load;
    top->index[at] = index;
}

/* In the order of the scenario: lines must not change places while somebody reads them. */
static void sort(size_t *indices, size_t n)
{
    for (size_t i = 1; i < n; i++)
        for (size_t k = i; k > 0 && indices[k - 1] > indices[k]; k--) {
            size_t swapped = indices[k];
            indices[k] = indices[k - 1];
            indices[k - 1] = swapped;
        }
}

static void choose_components(const struct live *live, size_t most, struct watch_rows *rows)
{
    struct top top = {.most = most};
    for (size_t c = 0; c < live->spec->n_components; c++) {
        double load = 0.0;
        for (size_t i = 0; i < live->n_lanes; i++)
            load += live->lanes[i].component_load[c];
        top_add(&top, c, load);
    }
    memcpy(rows->components, top.index, top.n * sizeof *top.index);
    sort(rows->components, top.n);
    rows->n_components = top.n;
    rows->more_components = live->spec->n_components - top.n;
}

static double link_load(const struct live *live, size_t link)
{
    double load = 0.0;
    for (size_t i = 0; i < live->n_lanes; i++)
        load += live->lanes[i].link_load[link];
    return load;
}

/* The default link, which is the last one, may have nothing left to stand for. */
static size_t count_links(const struct live *live)
{
    size_t named = live->spec->n_links;
    return named > 0 && live->n_links > named && link_load(live, named) <= 0.0 ? named : live->n_links;
}

static void choose_links(const struct live *live, size_t n_all, size_t most, struct watch_rows *rows)
{
    struct top top = {.most = most};
    for (size_t l = 0; l < n_all; l++)
        top_add(&top, l, link_load(live, l));
    memcpy(rows->links, top.index, top.n * sizeof *top.index);
    sort(rows->links, top.n);
    rows->n_links = top.n;
    rows->more_links = n_all - top.n;
}

/* ---- queues ---- */

size_t watch_queue_in(const struct live_lane *lane, const char *name)
{
    size_t q = 0;
    while (q < lane->n_queues && strcmp(lane->queue_names[q], name) != 0)
        q++;
    return q;
}

static double queue_load(const struct live *live, const char *name)
{
    double load = 0.0;
    for (size_t i = 0; i < live->n_lanes; i++) {
        size_t q = watch_queue_in(&live->lanes[i], name);
        load += q < live->lanes[i].n_queues ? live->lanes[i].queue_load[q] : 0.0;
    }
    return load;
}

struct queue_list {
    struct watch_queue queues[WATCH_MOST_ROWS];
    size_t n;
};

static void list_add(const struct live *live, struct queue_list *list, const char *name)
{
    for (size_t i = 0; i < list->n; i++)
        if (strcmp(list->queues[i].name, name) == 0)
            return;
    if (list->n < WATCH_MOST_ROWS)
        list->queues[list->n++] = (struct watch_queue){name, queue_load(live, name)};
}

/* One that is among the most loaded of all is so under some policy. */
static void list_candidates(const struct live *live, size_t n_lanes, size_t most, struct queue_list *list)
{
    for (size_t i = 0; i < n_lanes; i++) {
        const struct live_lane *lane = &live->lanes[i];
        struct top top = {.most = most};
        for (size_t q = 0; q < lane->n_queues; q++)
            top_add(&top, q, lane->queue_load[q]);
        sort(top.index, top.n);
        for (size_t k = 0; k < top.n; k++)
            list_add(live, list, lane->queue_names[top.index[k]]);
    }
}

/* Of queues that have the same name there is one line. Of very many it is the most that a policy has. */
static size_t count_queues(const struct live *live, size_t n_lanes)
{
    struct queue_list list = {.n = 0};
    size_t most = 0;
    for (size_t i = 0; i < n_lanes; i++)
        most = live->lanes[i].n_queues > most ? live->lanes[i].n_queues : most;
    if (most * n_lanes <= WATCH_MOST_ROWS)
        list_candidates(live, n_lanes, WATCH_MOST_ROWS, &list);
    return list.n > most ? list.n : most;
}

static void choose_queues(const struct live *live, size_t n_lanes, size_t n_all, size_t most,
                          struct watch_rows *rows)
{
    struct queue_list list = {.n = 0};
    struct top top = {.most = most};
    list_candidates(live, n_lanes, most, &list);
    for (size_t i = 0; i < list.n; i++)
        top_add(&top, i, list.queues[i].load);
    sort(top.index, top.n);
    for (size_t i = 0; i < top.n; i++)
        rows->queues[i] = list.queues[top.index[i]];
    rows->n_queues = top.n;
    rows->more_queues = n_all - top.n;
}

/* ---- the lines ---- */

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

int watch_rows_of(const struct watch_rows *rows, const struct live *live, size_t component)
{
    if (rows->component_lines == WATCH_COMPONENT_LINES && !live->suspends[component])
        return rows->component_lines - 1;
    return rows->component_lines;
}

static size_t component_lines(const struct watch_rows *rows, const struct live *live)
{
    size_t lines = 0;
    for (size_t c = 0; c < live->spec->n_components; c++)
        lines += (size_t)watch_rows_of(rows, live, c);
    return lines;
}

struct watch_rows watch_rows_choose(const struct live *live, size_t n_lanes, int lines)
{
    struct watch_rows rows = {.component_lines = WATCH_COMPONENT_LINES, .gaps = 1};
    size_t c = live->spec->n_components, q_all = count_queues(live, n_lanes), q = q_all,
           l_all = count_links(live), l = l_all;
    size_t room = lines < 0 ? 0 : least((size_t)lines, WATCH_MOST_ROWS);
    size_t kinds = (size_t)(c > 0) + (size_t)(q > 0) + (size_t)(l > 0);
    if (component_lines(&rows, live) + q + l + kinds > room)
        rows.gaps = 0;
    while (rows.component_lines > 1 && component_lines(&rows, live) + q + l > room)
        rows.component_lines--;
    if (c + q + l > room) { /* and a line to tell so */
        room = room > 0 ? room - 1 : 0;
        c = least(c, room - least(q, room / 4) - least(l, room / 4));
        q = least(q, room - c - least(l, room / 4));
        l = least(l, room - c - q);
    }
    choose_components(live, c, &rows);
    choose_queues(live, n_lanes, q_all, q, &rows);
    choose_links(live, l_all, l, &rows);
    return rows;
}

bool watch_rows_hide(const struct watch_rows *rows)
{
    return rows->more_components || rows->more_queues || rows->more_links;
}
