#include "report/plot/grid.h"

#include <assert.h>
#include <stdlib.h>

#include "report/markdown.h"
#include "report/wrap.h"

enum { INDENT = 2, GAP = 2, LEAST_LOOSE = 6 };

bool grid_init(struct grid *grid, size_t n_lines, size_t n_columns)
{
    assert(n_columns <= GRID_MOST_COLUMNS);
    *grid = (struct grid){.cells = calloc(n_lines * n_columns + 1, sizeof *grid->cells)};
    if (grid->cells) {
        grid->n_lines = n_lines;
        grid->n_columns = n_columns;
    }
    return grid->cells != NULL;
}

void grid_finish(struct grid *grid)
{
    for (size_t i = 0; i < grid->n_lines * grid->n_columns; i++)
        free(grid->cells[i]);
    free(grid->cells);
    *grid = (struct grid){0};
}

bool grid_put(struct grid *grid, size_t line, size_t column, char *text)
{
    assert(line < grid->n_lines && column < grid->n_columns);
    char **cell = &grid->cells[line * grid->n_columns + column];
    free(*cell);
    *cell = text;
    return text != NULL;
}

static const char *cell_at(const struct grid *grid, size_t line, size_t column)
{
    const char *cell = grid->cells[line * grid->n_columns + column];
    return cell ? cell : "";
}

static void measure(const struct grid *grid, int width, int *widths)
{
    int all = INDENT - GAP;
    for (size_t c = 0; c < grid->n_columns; c++) {
        widths[c] = 0;
        for (size_t l = 0; l < grid->n_lines; l++) {
            int here = columns_of(cell_at(grid, l, c));
            widths[c] = here > widths[c] ? here : widths[c];
        }
        all += GAP + widths[c];
    }
    int *loose = &widths[grid->loose], room = *loose - (all - width);
    if (all > width)
        *loose = room > LEAST_LOOSE ? room : *loose < LEAST_LOOSE ? *loose : LEAST_LOOSE;
}

void grid_add(struct text *text, const struct grid *grid, const struct table_style *style)
{
    int widths[GRID_MOST_COLUMNS];
    measure(grid, style->width, widths);
    for (size_t l = 0; l < grid->n_lines; l++) {
        bool bold = l == 0 && style->bold;
        text_add(text, bold ? "\033[1m" : "");
        pad_right(text, "", INDENT);
        for (size_t c = 0; c < grid->n_columns; c++) {
            pad_right(text, "", c > 0 ? GAP : 0);
            pad_fitting(text, cell_at(grid, l, c), widths[c], grid->to_the_right[c]);
        }
        text_add(text, bold ? "\033[0m" : "");
        line_end(text);
    }
}

void grid_add_markdown(struct text *text, const struct grid *grid)
{
    for (size_t l = 0; l < grid->n_lines; l++) {
        text_add(text, "|");
        for (size_t c = 0; c < grid->n_columns; c++) {
            text_add(text, " ");
            markdown_add_plain(text, cell_at(grid, l, c));
            text_add(text, " |");
        }
        text_add(text, "\n");
        for (size_t c = 0; l == 0 && c < grid->n_columns; c++)
            text_add(text, grid->to_the_right[c] ? "| --: " : "| :-- ");
        text_add(text, l == 0 ? "|\n" : "");
    }
}
