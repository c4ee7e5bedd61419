/*
 * Fragment Spreads Must Not Form Cycles (specification 5.5.2.2): a walk along the spreads, each
 * fragment once, that tells of every spread of a fragment on its own path.
 */
#include "graphql/validation/rules.h"

struct step {
    const struct facts *at;
    size_t next; /* of its spreads */
};

/* As long as there are definitions: no fragment is twice on it. */
struct state {
    struct step *steps;
    size_t count;
    size_t mark;
};

static void begin(struct validation *in, void *state)
{
    struct state *self = state;

    self->steps = ARENA_ARRAY(in->arena, in->fact_count + 1, struct step);
    self->mark = in->fact_count + 2;
}

static const struct ast_selection *taken(const struct step *step)
{
    return step->at->spreads[step->next - 1].node;
}

static void refuse_cycle(struct validation *in, const struct state *self, size_t from)
{
    uint32_t *places = ARENA_ARRAY(in->arena, self->count - from, uint32_t);
    struct str names;
    struct buf via;

    buf_init(&via, SIZE_MAX);
    for (size_t i = from; i < self->count; i++) {
        places[i - from] = taken(&self->steps[i])->offset;
        if (i + 1 < self->count)
            buf_printf(&via, "%s\"%.*s\"", i == from ? " via " : ", ",
                       STR_PRINT(taken(&self->steps[i])->name.text));
    }
    names = arena_str(in->arena, buf_str(&via));
    buf_done(&via);
    refuse(in, places, self->count - from, "Cannot spread fragment \"%.*s\" within itself%.*s.",
           STR_PRINT(taken(&self->steps[self->count - 1])->name.text), STR_PRINT(names));
}

/* Of two fragments of one name, the one that spreads mean stands for both. */
static struct facts *named(const struct validation *in, const struct facts *facts)
{
    return fragment_named(in, &facts->definition->name);
}

static void enter(struct validation *in, struct state *self, const struct facts *facts)
{
    struct facts *known = named(in, facts);

    if (known->seen == self->mark) return;
    known->seen = self->mark;
    self->steps[self->count++] = (struct step){ facts, 0 };
    known->path = self->count;
}

static void check(struct validation *in, void *state, const struct ast_definition *definition)
{
    struct state *self = state;

    if (definition->kind != AST_FRAGMENT || (!in->cyclic && !in->repeated)) return;
    enter(in, self, in->definition);
    while (self->count > 0 && !validation_stopped(in)) {
        struct step *step = &self->steps[self->count - 1];
        const struct facts *target;

        if (step->next == step->at->spread_count) {
            named(in, step->at)->path = 0;
            self->count--;
            continue;
        }
        target = step->at->spreads[step->next++].fragment;
        if (target == NULL) continue;
        if (target->path > 0)
            refuse_cycle(in, self, target->path - 1);
        else
            enter(in, self, target);
    }
}

const struct rule rule_no_fragment_cycles = {
    .name = "NoFragmentCyclesRule",
    .state_size = sizeof(struct state),
    .document = begin,
    .definition = check,
};
