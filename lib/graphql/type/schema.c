#include "graphql/type/schema.h"

const struct schema_type *schema_type(const struct gql_schema *schema, struct str name)
{
    return hash_map_get(&schema->type_map, name);
}

const struct schema_directive *schema_directive(const struct gql_schema *schema, struct str name)
{
    return hash_map_get(&schema->directive_map, name);
}

const struct schema_field *schema_field(const struct gql_schema *schema,
                                        const struct schema_type *type, struct str name)
{
    if (!type_is_composite(type)) return NULL;
    if (str_starts(name, STR("__"))) {
        if (str_is(name, "__typename")) return &schema->typename_field;
        if (type == schema->query && str_is(name, "__schema")) return &schema->schema_field;
        if (type == schema->query && str_is(name, "__type")) return &schema->type_field;
    }
    return hash_map_get(&type->field_map, name);
}

const struct schema_input *schema_input(const struct schema_input *inputs, size_t count,
                                        struct str name)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(inputs[i].name, name)) return &inputs[i];
    return NULL;
}

static const struct type_ref *wrap(struct arena *arena, int kind, const struct type_ref *of)
{
    struct type_ref *ref = ARENA_NEW(arena, struct type_ref);

    *ref = (struct type_ref){ .kind = (unsigned)kind, .of = of, .named = of->named };
    return ref;
}

/* As deep as the type is written, which the parser has limited. */
const struct type_ref *schema_resolve(const struct gql_schema *schema, struct arena *arena,
                                      const struct ast_type *type)
{
    if (type->kind == AST_TYPE_NAMED) {
        const struct schema_type *named = schema_type_of(schema, type);

        return named == NULL ? NULL : &named->ref;
    }
    const struct type_ref *of = schema_resolve(schema, arena, type->of);

    if (of == NULL) return NULL;
    return wrap(arena, type->kind == AST_TYPE_LIST ? REF_LIST : REF_NON_NULL, of);
}

static bool declares(const struct schema_type *type, const struct schema_type *interface)
{
    for (size_t i = 0; i < type->interface_count; i++)
        if (type->interfaces[i] == interface) return true;
    return false;
}

bool type_is_possible(const struct schema_type *abstract, const struct schema_type *concrete)
{
    if (abstract == concrete) return true;
    if (abstract->kind == TYPE_INTERFACE) return declares(concrete, abstract);
    for (size_t i = 0; i < abstract->possible_count; i++)
        if (abstract->possible[i] == concrete) return true;
    return false;
}

bool type_ref_eq(const struct type_ref *a, const struct type_ref *b)
{
    while (a->kind == b->kind && a->kind != REF_NAMED) {
        a = a->of;
        b = b->of;
    }
    return a->kind == b->kind && a->named == b->named;
}

bool type_ref_is_subtype(const struct type_ref *a, const struct type_ref *b)
{
    while (true) {
        if (b->kind == REF_NON_NULL) {
            if (a->kind != REF_NON_NULL) return false;
            a = a->of;
            b = b->of;
        } else if (a->kind == REF_NON_NULL) {
            a = a->of;
        } else if (a->kind == REF_LIST && b->kind == REF_LIST) {
            a = a->of;
            b = b->of;
        } else {
            break;
        }
    }
    return a->kind == REF_NAMED && b->kind == REF_NAMED &&
           (a->named == b->named ||
            (type_is_abstract(b->named) && type_is_possible(b->named, a->named)));
}

void type_ref_print(struct buf *out, const struct type_ref *ref)
{
    if (ref->kind == REF_LIST) buf_add_char(out, '[');
    if (ref->kind == REF_NAMED)
        buf_add(out, ref->named->name);
    else
        type_ref_print(out, ref->of);
    if (ref->kind == REF_LIST) buf_add_char(out, ']');
    if (ref->kind == REF_NON_NULL) buf_add_char(out, '!');
}

struct str type_ref_text(struct arena *arena, const struct type_ref *ref)
{
    struct buf text;
    struct str copy;

    buf_init(&text, SIZE_MAX);
    type_ref_print(&text, ref);
    copy = arena_str(arena, buf_str(&text));
    buf_done(&text);
    return copy;
}
