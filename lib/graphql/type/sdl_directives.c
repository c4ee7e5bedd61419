/* Rules about the use of directives, and about names within their arguments. */
#include "graphql/language/printer.h"
#include "graphql/type/sdl_rule.h"
#include "graphql/type/suggest.h"

static const struct ast_definition *definition_of(const struct sdl *sdl,
                                                  const struct ast_directive *directive)
{
    return hash_map_get(&sdl->directives, directive->name.text);
}

static void known_directives(struct sdl *sdl, const struct ast_directive *directive,
                             const struct sdl_place *place)
{
    const struct ast_definition *definition = definition_of(sdl, directive);

    if (definition == NULL) {
        schema_sources_error(sdl->sources, &directive->offset, 1, "Unknown directive \"@%.*s\".",
                             STR_PRINT(directive->name.text));
        return;
    }
    for (size_t i = 0; i < definition->location_count; i++)
        if (str_is(definition->locations[i].text, place->location)) return;
    schema_sources_error(sdl->sources, &directive->offset, 1,
                         "Directive \"@%.*s\" may not be used on %s.",
                         STR_PRINT(directive->name.text), place->location);
}

/* Uses at a type and its extensions count together, those at a field only there. */
static void unique_directives_per_location(struct sdl *sdl, const struct sdl_place *place)
{
    const struct ast_directive *directive, *first;
    struct hash_map here;
    struct hash_map *seen = &here;

    hash_map_init(&here, sdl->arena);
    if (place->shared.data != NULL) seen = &sdl->seen_used;
    AST_EACH(directive, place->directives)
    {
        const struct ast_definition *definition = definition_of(sdl, directive);
        struct str key = directive->name.text;

        if (definition == NULL || definition->repeatable) continue;
        if (place->shared.data != NULL)
            key = arena_printf(sdl->arena, "%s%.*s@%.*s",
                               strcmp(place->location, "DIRECTIVE_DEFINITION") == 0 ? "@" : "",
                               STR_PRINT(place->shared), STR_PRINT(key));
        first = hash_map_get(seen, key);
        if (first == NULL) {
            (void)hash_map_put(seen, key, (void *)directive);
            continue;
        }
        schema_sources_error(sdl->sources, (uint32_t[]){ first->offset, directive->offset }, 2,
                             "The directive \"@%.*s\" can only be used once at this location.",
                             STR_PRINT(directive->name.text));
    }
}

static void known_argument_names(struct sdl *sdl, const struct ast_directive *directive,
                                 const struct sdl_place *place)
{
    const struct ast_definition *definition = definition_of(sdl, directive);
    const struct ast_field_definition *known;
    const struct ast_argument *argument;

    (void)place;
    if (definition == NULL) return;
    AST_EACH(argument, directive->arguments)
    {
        struct suggestions near = suggestions_for(argument->name.text);

        AST_EACH(known, definition->arguments)
        {
            if (str_eq(known->name.text, argument->name.text)) break;
        }
        if (known != NULL) continue;
        AST_EACH(known, definition->arguments) suggestions_offer(&near, known->name.text);
        schema_sources_error(sdl->sources, &argument->name.offset, 1,
                             "Unknown argument \"%.*s\" on directive \"@%.*s\".%.*s",
                             STR_PRINT(argument->name.text), STR_PRINT(directive->name.text),
                             STR_PRINT(suggestions_text(&near, sdl->arena, "")));
    }
}

/* All of one name in one error, at most 16 of them. */
static void unique_argument_names(struct sdl *sdl, const struct ast_directive *directive,
                                  const struct sdl_place *place)
{
    const struct ast_argument *argument, *other;
    struct hash_map seen;

    (void)place;
    hash_map_init(&seen, sdl->arena);
    AST_EACH(argument, directive->arguments)
    {
        uint32_t offsets[16];
        size_t count = 0;

        if (hash_map_put(&seen, argument->name.text, (void *)argument) != NULL) continue;
        AST_EACH(other, argument)
        {
            if (count < 16 && str_eq(other->name.text, argument->name.text))
                offsets[count++] = other->name.offset;
        }
        if (count > 1)
            schema_sources_error(sdl->sources, offsets, count,
                                 "There can be only one argument named \"%.*s\".",
                                 STR_PRINT(argument->name.text));
    }
}

static void unique_input_field_names(struct sdl *sdl, const struct ast_value *object)
{
    const struct ast_argument *field, *first;
    struct hash_map seen;

    hash_map_init(&seen, sdl->arena);
    AST_EACH(field, object->fields)
    {
        first = hash_map_get(&seen, field->name.text);
        if (first == NULL)
            (void)hash_map_put(&seen, field->name.text, (void *)field);
        else
            schema_sources_error(
                sdl->sources, (uint32_t[]){ first->name.offset, field->name.offset }, 2,
                "There can be only one input field named \"%.*s\".", STR_PRINT(field->name.text));
    }
}

static bool has_argument(const struct ast_directive *directive, struct str name)
{
    const struct ast_argument *argument;

    AST_EACH(argument, directive->arguments)
    if (str_eq(argument->name.text, name)) return true;
    return false;
}

static void provided_required_arguments(struct sdl *sdl, const struct ast_directive *directive)
{
    const struct ast_definition *definition = definition_of(sdl, directive);
    const struct ast_field_definition *known;
    struct buf type;

    if (definition == NULL) return;
    AST_EACH(known, definition->arguments)
    {
        if (known->type->kind != AST_TYPE_NON_NULL || known->default_value != NULL) continue;
        if (has_argument(directive, known->name.text)) continue;
        buf_init(&type, SIZE_MAX);
        print_type(&type, known->type);
        schema_sources_error(sdl->sources, &directive->offset, 1,
                             "Argument \"@%.*s(%.*s:)\" of type \"%.*s\" is required, but it was "
                             "not provided.",
                             STR_PRINT(directive->name.text), STR_PRINT(known->name.text),
                             STR_PRINT(buf_str(&type)));
        buf_done(&type);
    }
}

const struct sdl_rule sdl_directive_rules[] = {
    { .name = "KnownDirectivesRule", .directive = known_directives },
    { .name = "UniqueDirectivesPerLocationRule", .place = unique_directives_per_location },
    { .name = "KnownArgumentNamesOnDirectivesRule", .directive = known_argument_names },
    { .name = "UniqueArgumentNamesRule", .directive = unique_argument_names },
    { .name = "UniqueInputFieldNamesRule", .object = unique_input_field_names },
    { .name = "ProvidedRequiredArgumentsOnDirectivesRule",
      .directive_left = provided_required_arguments },
    { .name = NULL },
};
