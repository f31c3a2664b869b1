#include "model/program.h"

#include <stdlib.h>

#include "base/text.h"
#include "model/state.h"

struct compiler {
    struct system *s;
    struct program *program;
    uint32_t endpoint;
    uint32_t depth; /* loops around the present step */
    struct error *error;
};

static bool compile_steps(struct compiler *c, const struct step_spec *steps, size_t n, const char *name);

static bool no_memory(struct compiler *c)
{
    return error_set(c->error, "out of memory");
}

/* A new instruction; NULL when memory is gone. Valid until the next one. */
static struct instruction *emit(struct compiler *c, enum op op)
{
    struct program *p = c->program;
    if (p->n == p->capacity) {
        uint32_t capacity = p->capacity ? 2 * p->capacity : 8;
        struct instruction *code = realloc(p->code, capacity * sizeof *code);
        if (!code) {
            no_memory(c);
            return NULL;
        }
        p->code = code;
        p->capacity = capacity;
    }
    p->code[p->n] = (struct instruction){.op = op, .depth = c->depth};
    return &p->code[p->n++];
}

static struct stream draws_for(const struct compiler *c, const char *name)
{
    return stream_make(c->s->spec->run.seed, c->s->replication, name);
}

static bool compile_pause(struct compiler *c, const struct step_spec *step, const char *name)
{
    struct instruction *i = emit(c, step->kind == STEP_WORK ? OP_WORK : OP_WAIT);
    if (!i)
        return false;
    i->draws = draws_for(c, name);
    i->duration = &step->duration;
    if (i->op == OP_WAIT)
        i->blame = calloc(1, sizeof *i->blame);
    return i->op == OP_WORK || i->blame || no_memory(c);
}

static bool loop_begin(struct compiler *c, uint32_t *ret_start)
{
    if (c->depth == FRAME_LOOPS)
        return error_set(c->error, "%s: \"repeat\" and \"times\" are nested more than %d deep",
                         c->s->spec->endpoints[c->endpoint].name, FRAME_LOOPS);
    if (!emit(c, OP_LOOP))
        return false;
    c->depth++;
    *ret_start = c->program->n;
    return true;
}

/* The name is that of its draws. */
static bool loop_end(struct compiler *c, uint32_t start, uint32_t times, double chance, const char *name)
{
    c->depth--;
    struct instruction *again = emit(c, OP_AGAIN);
    if (!again)
        return false;
    again->target = start;
    again->times = times;
    again->chance = chance;
    again->draws = draws_for(c, name);
    return true;
}

static bool compile_sites(struct compiler *c, const struct step_spec *step, const char *name)
{
    struct instruction *i = emit(c, OP_GATHER);
    if (!i)
        return false;
    i->sites = calloc(step->n_calls, sizeof *i->sites);
    if (!i->sites)
        return no_memory(c);
    i->n_sites = (uint32_t)step->n_calls;
    i->need = step->kind == STEP_GATHER ? step->need : 1;
    for (uint32_t k = 0; k < i->n_sites; k++) {
        struct call_spec call = step->calls[k];
        if (step->kind == STEP_CALL)
            call.times = 1; /* the loop around it counts them */
        char *site_name = text_format("%s.call%u", name, (unsigned)k);
        bool good = site_name ? site_init(c->s, &i->sites[k], c->endpoint, &call, NULL, site_name, c->error)
                              : no_memory(c);
        free(site_name);
        if (!good)
            return false;
        i->copies += call.times;
    }
    return true;
}

static bool compile_calls(struct compiler *c, const struct step_spec *step, const char *name)
{
    if (step->kind == STEP_GATHER || step->calls[0].times == 1)
        return compile_sites(c, step, name);
    uint32_t start = 0;
    return loop_begin(c, &start) && compile_sites(c, step, name) &&
           loop_end(c, start, step->calls[0].times, 1.0, name);
}

static bool compile_branch(struct compiler *c, const struct branch_spec *branch, const char *name,
                           size_t number)
{
    char *branch_name = text_format("%s[%zu]", name, number);
    bool good = branch_name ? compile_steps(c, branch->steps, branch->n_steps, branch_name) : no_memory(c);
    free(branch_name);
    return good;
}

static bool compile_choose(struct compiler *c, const struct step_spec *step, const char *name)
{
    struct instruction *choose = emit(c, OP_CHOOSE);
    if (!choose)
        return false;
    choose->draws = draws_for(c, name);
    choose->branches = calloc(step->n_branches, sizeof *choose->branches);
    if (!choose->branches)
        return no_memory(c);
    choose->n_branches = (uint32_t)step->n_branches;
    struct branch *branches = choose->branches; /* `choose` itself moves when the code grows */
    double sum = 0.0;
    for (size_t b = 0; b < step->n_branches; b++) {
        sum += step->branches[b].chance;
        branches[b] = (struct branch){.up_to = sum, .target = c->program->n};
        if (!compile_branch(c, &step->branches[b], name, b) || !emit(c, OP_JUMP))
            return false;
    }
    /* Each branch ends in a jump to here: the instruction before the next branch, and the last one. */
    for (size_t b = 0; b < step->n_branches; b++) {
        bool last = b + 1 == step->n_branches;
        uint32_t jump = (last ? c->program->n : branches[b + 1].target) - 1;
        c->program->code[jump].target = c->program->n;
    }
    return true;
}

static bool compile_repeat(struct compiler *c, const struct step_spec *step, const char *name)
{
    uint32_t start = 0;
    if (step->times == 0)
        return true;
    return loop_begin(c, &start) && compile_branch(c, &step->branches[0], name, 0) &&
           loop_end(c, start, step->times, step->chance, name);
}

static bool compile_fail(struct compiler *c, const struct step_spec *step, const char *name)
{
    struct instruction *i = emit(c, OP_FAIL);
    if (!i)
        return false;
    i->chance = step->chance;
    i->draws = draws_for(c, name);
    return true;
}

static bool compile_step(struct compiler *c, const struct step_spec *step, const char *name)
{
    switch (step->kind) {
    case STEP_WORK:
    case STEP_WAIT: return compile_pause(c, step, name);
    case STEP_CALL:
    case STEP_GATHER: return compile_calls(c, step, name);
    case STEP_CHOOSE: return compile_choose(c, step, name);
    case STEP_REPEAT: return compile_repeat(c, step, name);
    case STEP_REPLY: return emit(c, OP_REPLY) != NULL;
    case STEP_FAIL: return compile_fail(c, step, name);
    }
    return false;
}

static bool compile_steps(struct compiler *c, const struct step_spec *steps, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++) {
        char *step_name = text_format("%s[%zu]", name, i);
        bool good = step_name ? compile_step(c, &steps[i], step_name) : no_memory(c);
        free(step_name);
        if (!good)
            return false;
    }
    return true;
}

bool program_compile(struct system *s, uint32_t endpoint, struct program *program, struct error *error)
{
    const struct endpoint_spec *spec = &s->spec->endpoints[endpoint];
    struct compiler c = {.s = s, .program = program, .endpoint = endpoint, .error = error};
    return compile_steps(&c, spec->steps, spec->n_steps, spec->name) && emit(&c, OP_END) != NULL;
}

void program_finish(struct program *program)
{
    if (!program)
        return;
    for (uint32_t i = 0; i < program->n; i++) {
        struct instruction *instruction = &program->code[i];
        for (uint32_t k = 0; k < instruction->n_sites; k++)
            site_finish(&instruction->sites[k]);
        free(instruction->sites);
        free(instruction->branches);
        free(instruction->blame);
    }
    free(program->code);
    *program = (struct program){0};
}
