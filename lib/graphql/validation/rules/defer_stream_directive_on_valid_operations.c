/*
 * Incremental delivery, beyond the September 2025 edition: an event of a subscription comes in one
 * piece, unless a variable may turn that off.
 */
#include "graphql/validation/pointers.h"
#include "graphql/validation/rules.h"

/* The spreads that lead to what is looked at, innermost first. */
struct way {
    const struct ast_selection *spread;
    const struct way *outer;
};

struct stop {
    const struct ast_selection *selection;
    const struct way *way;
};

struct search {
    struct hash_map spread;
    struct pointers rest; /* struct stop */
};

/* Is `if` something other than this boolean, and other than nonsense? */
static bool may_differ(const struct ast_directive *directive, const char *boolean)
{
    const struct ast_argument *condition = argument_named(directive->arguments, STR("if"));

    return condition != NULL &&
           (condition->value->kind != AST_BOOLEAN || !str_is(condition->value->text, boolean));
}

static bool may_be_left_out(const struct ast_selection *selection)
{
    const struct ast_directive *skip = directive_named(selection->directives, "skip");
    const struct ast_directive *include = directive_named(selection->directives, "include");

    if (skip != NULL &&
        (argument_named(skip->arguments, STR("if")) == NULL || may_differ(skip, "false")))
        return true;
    return include != NULL && may_differ(include, "true");
}

static bool may_be_off(const struct ast_directive *directive)
{
    const struct ast_argument *condition = argument_named(directive->arguments, STR("if"));

    if (condition == NULL || !may_differ(directive, "true")) return false;
    return condition->value->kind == AST_BOOLEAN || condition->value->kind == AST_VARIABLE;
}

static void complain(struct validation *in, const struct ast_directive *directive,
                     const struct way *way, bool defer)
{
    uint32_t places[VALIDATE_PLACES_MAX] = { directive->offset };
    size_t count = 1;

    for (; way != NULL && count < VALIDATE_PLACES_MAX; way = way->outer)
        places[count++] = way->spread->offset;
    refuse(in, places, count,
           "%s directive not supported on subscription operations. Disable `@%s` by setting the "
           "`if` argument to `false`.",
           defer ? "Defer" : "Stream", defer ? "defer" : "stream");
}

static void look_at(struct validation *in, const struct stop *stop)
{
    const struct ast_directive *directive;

    AST_EACH(directive, stop->selection->directives)
    {
        bool defer = str_is(directive->name.text, "defer");

        if ((defer || str_is(directive->name.text, "stream")) && !may_be_off(directive))
            complain(in, directive, stop->way, defer);
    }
}

static void add(struct validation *in, struct search *search, const struct ast_selection *selection,
                const struct way *way)
{
    struct stop *stop;

    if (selection == NULL) return;
    stop = ARENA_NEW(in->arena, struct stop);
    *stop = (struct stop){ selection, way };
    pointers_add(&search->rest, in->arena, stop);
}

static void add_below(struct validation *in, struct search *search, const struct stop *stop)
{
    const struct ast_selection *selection = stop->selection;
    struct facts *fragment;
    struct way *way;

    if (selection->kind != AST_FRAGMENT_SPREAD) {
        add(in, search, selection->selections, stop->way);
        return;
    }
    fragment = fragment_of(in, selection);
    if (fragment == NULL) return;
    if (hash_map_put(&search->spread, selection->name.text, fragment) != NULL) return;
    way = ARENA_NEW(in->arena, struct way);
    *way = (struct way){ selection, stop->way };
    add(in, search, fragment->definition->selections, way);
}

static void check(struct validation *in, void *state, const struct ast_definition *definition)
{
    struct search search = { .rest = { NULL, 0, 0 } };
    const struct stop *stop;

    (void)state;
    if (definition->kind != AST_OPERATION || definition->operation != AST_SUBSCRIPTION) return;
    hash_map_init(&search.spread, in->arena);
    add(in, &search, definition->selections, NULL);
    while ((stop = pointers_take(&search.rest)) != NULL) {
        add(in, &search, stop->selection->next, stop->way);
        if (may_be_left_out(stop->selection)) continue;
        look_at(in, stop);
        add_below(in, &search, stop);
    }
}

const struct rule rule_defer_stream_directive_on_valid_operations = {
    .name = "DeferStreamDirectiveOnValidOperationsRule",
    .definition = check,
};
