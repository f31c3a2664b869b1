/* The kinds of drawings, for the table in draw.c. */
#ifndef TANDEM_REPORT_DRAW_KINDS_H
#define TANDEM_REPORT_DRAW_KINDS_H

#include "report/page/draw.h"

bool draw_topology_wanted(const struct drawing_source *source);
bool draw_workers_wanted(const struct drawing_source *source);
bool draw_response_wanted(const struct drawing_source *source);
bool draw_series_wanted(const struct drawing_source *source);
bool draw_disturbance_wanted(const struct drawing_source *source);
bool draw_belief_wanted(const struct drawing_source *source);
bool draw_timeline_wanted(const struct drawing_source *source);

void draw_topology(struct text *html, const struct drawing_source *source);
void draw_workers(struct text *html, const struct drawing_source *source);
void draw_response(struct text *html, const struct drawing_source *source);
void draw_throughput(struct text *html, const struct drawing_source *source);
void draw_backlog(struct text *html, const struct drawing_source *source);
void draw_disturbance(struct text *html, const struct drawing_source *source);
void draw_belief(struct text *html, const struct drawing_source *source);
void draw_timeline(struct text *html, const struct drawing_source *source);

#endif
