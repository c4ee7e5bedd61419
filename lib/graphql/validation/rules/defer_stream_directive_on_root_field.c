/*
 * Incremental delivery, beyond the September 2025 edition: the root of a mutation or a subscription
 * comes in one piece.
 */
#include "graphql/validation/pointers.h"
#include "graphql/validation/rules.h"

static void complain(struct validation *in, const char *what, const struct ast_directive *directive)
{
    const struct ast_definition *operation = in->definition->definition;

    REFUSE_AT(in, directive->offset, "%s directive cannot be used on root %s type \"%.*s\".", what,
              operation->operation == AST_MUTATION ? "mutation" : "subscription",
              STR_PRINT(in->definition->type->name));
}

/* What stands behind the selection, at the root too; NULL when that has been seen. */
static const struct ast_selection *look_at(struct validation *in, struct hash_map *spread,
                                           const struct ast_selection *selection)
{
    const char *word = selection->kind == AST_FIELD ? "stream" : "defer";
    const struct ast_directive *directive = directive_named(selection->directives, word);
    struct facts *fragment = NULL;

    if (selection->kind == AST_FRAGMENT_SPREAD) {
        fragment = fragment_of(in, selection);
        if (fragment == NULL) return NULL;
        if (hash_map_put(spread, selection->name.text, fragment) != NULL) return NULL;
    }
    if (directive != NULL)
        complain(in, selection->kind == AST_FIELD ? "Stream" : "Defer", directive);
    if (selection->kind == AST_FIELD) return NULL;
    return fragment == NULL ? selection->selections : fragment->definition->selections;
}

static void check(struct validation *in, void *state, const struct ast_definition *definition)
{
    const struct ast_selection *selection = definition->selections, *below;
    struct pointers rest = { NULL, 0, 0 };
    struct hash_map spread;

    (void)state;
    if (definition->kind != AST_OPERATION || definition->operation == AST_QUERY) return;
    if (in->definition->type == NULL) return;
    hash_map_init(&spread, in->arena);
    for (; selection != NULL; selection = pointers_take(&rest)) {
        if (selection->next != NULL) pointers_add(&rest, in->arena, selection->next);
        below = look_at(in, &spread, selection);
        if (below != NULL) pointers_add(&rest, in->arena, below);
    }
}

const struct rule rule_defer_stream_directive_on_root_field = {
    .name = "DeferStreamDirectiveOnRootFieldRule",
    .definition = check,
};
