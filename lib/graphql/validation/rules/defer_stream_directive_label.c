/* Incremental delivery, beyond the September 2025 edition: labels are constant and unique. */
#include "graphql/validation/rules.h"

struct state {
    struct hash_map labels; /* to struct ast_directive */
};

static void begin(struct validation *in, void *state)
{
    struct state *self = state;

    hash_map_init(&self->labels, in->arena);
}

static void check(struct validation *in, void *state, const struct ast_directive *directive)
{
    struct state *self = state;
    const struct ast_argument *label = argument_named(directive->arguments, STR("label"));
    const struct ast_directive *first;

    if (!str_is(directive->name.text, "defer") && !str_is(directive->name.text, "stream")) return;
    if (label == NULL || label->value->kind == AST_NULL) return;
    if (label->value->kind != AST_STRING) {
        REFUSE_AT(in, directive->offset, "Argument \"@%.*s(label:)\" must be a static string.",
                  STR_PRINT(directive->name.text));
        return;
    }
    first = hash_map_get(&self->labels, label->value->text);
    if (first == NULL)
        (void)hash_map_put(&self->labels, label->value->text, (void *)directive);
    else
        refuse(in, (uint32_t[]){ first->offset, directive->offset }, 2,
               "Value for arguments \"defer(label:)\" and \"stream(label:)\" must be unique across "
               "all Defer/Stream directive usages.");
}

const struct rule rule_defer_stream_directive_label = {
    .name = "DeferStreamDirectiveLabelRule",
    .state_size = sizeof(struct state),
    .document = begin,
    .directive = check,
};
