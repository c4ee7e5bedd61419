/* Input objects that could never be given: circles of default values, and of required fields.
 * Both searches go along a path of fields, which is at most PATH_MAX_LENGTH long; the literals on
 * it nest at most DEFAULT_DEPTH_MAX deep together, which is what the parser allows to one alone. */
#include "graphql/type/schema_check.h"

enum { PATH_MAX_LENGTH = 200, DEFAULT_DEPTH_MAX = 1000 };

static struct str join(const struct checker *checker, const struct str *names, size_t count)
{
    struct buf text;
    struct str copy;

    buf_init(&text, SIZE_MAX);
    for (size_t i = 0; i < count; i++)
        buf_printf(&text, "%s%.*s", i == 0 ? "" : ", ", STR_PRINT(names[i]));
    copy = arena_str(checker->arena, buf_str(&text));
    buf_done(&text);
    return copy;
}

/* ---- default values ---- */

/* What is known of a field: entered once; on the path while place is not 0 (counted from 1). */
struct default_mark {
    size_t place;
    size_t height; /* how deep its value nests, once that is known */
};

struct default_path {
    const struct checker *checker;
    struct hash_map marks; /* by coordinate */
    struct str names[PATH_MAX_LENGTH];
    uint32_t offsets[PATH_MAX_LENGTH];
    size_t length;
    size_t depth; /* of the literal, and of all those on the path around it */
};

struct default_path *check_defaults_new(const struct checker *checker)
{
    struct default_path *path = ARENA_NEW(checker->arena, struct default_path);

    path->checker = checker;
    hash_map_init(&path->marks, checker->arena);
    return path;
}

static size_t enter_literal(struct default_path *path, const struct schema_type *type,
                            const struct ast_value *literal);

static void report_circle(const struct default_path *path, struct str name, size_t place)
{
    struct nodes at = { .count = 0 };
    struct str via = join(path->checker, path->names + place, path->length - place);

    for (size_t i = place - 1; i < path->length; i++)
        nodes_add(&at, path->offsets[i]);
    check_report(path->checker, &at,
                 "Invalid circular reference. The default value of Input Object field %.*s "
                 "references itself%s%.*s.",
                 STR_PRINT(name),
                 via.size == 0 ? "" : " via the default values of: ", STR_PRINT(via));
}

static void report_deep(const struct default_path *path)
{
    struct nodes at = { .count = 0 };

    nodes_add(&at, path->offsets[path->length - 1]);
    check_report(path->checker, &at,
                 "The default value of %.*s and those it is needed by are nested deeper than %d.",
                 STR_PRINT(path->names[path->length - 1]), DEFAULT_DEPTH_MAX);
}

/* How deep the field's default value nests, with all that it needs. */
static size_t enter_field(struct default_path *path, const struct schema_type *owner,
                          const struct schema_input *field)
{
    struct default_mark *mark;
    struct nodes at = { .count = 0 };
    struct str name;

    if (field->default_literal == NULL) return 0;
    name = check_coordinate(path->checker, owner->name, ".", field->name, "");
    mark = hash_map_get(&path->marks, name);
    if (mark != NULL) {
        if (mark->place > 0)
            report_circle(path, name, mark->place);
        else if (path->depth + mark->height > DEFAULT_DEPTH_MAX)
            report_deep(path);
        return mark->height;
    }
    if (path->length == PATH_MAX_LENGTH) {
        nodes_add(&at, field->default_literal->offset);
        check_report(path->checker, &at,
                     "The default value of %.*s needs those of more than %d other fields.",
                     STR_PRINT(name), PATH_MAX_LENGTH);
        return 0;
    }
    mark = ARENA_NEW(path->checker->arena, struct default_mark);
    (void)hash_map_put(&path->marks, name, mark);
    path->names[path->length] = name;
    path->offsets[path->length] = field->default_literal->offset;
    mark->place = ++path->length;
    mark->height = enter_literal(path, field->type->named, field->default_literal);
    path->length--;
    mark->place = 0;
    return mark->height;
}

static const struct ast_value *value_named(const struct ast_value *object, struct str name)
{
    const struct ast_argument *field;

    AST_EACH(field, object->fields)
    if (str_eq(field->name.text, name)) return field->value;
    return NULL;
}

static size_t greater(size_t a, size_t b)
{
    return a > b ? a : b;
}

static size_t enter_object(struct default_path *path, const struct schema_type *type,
                           const struct ast_value *literal)
{
    size_t height = 0;

    for (size_t i = 0; i < type->input_count; i++) {
        const struct schema_input *field = &type->inputs[i];
        const struct ast_value *value = value_named(literal, field->name);

        if (field->type->named->kind != TYPE_INPUT_OBJECT) continue;
        height = greater(height, value != NULL ? enter_literal(path, field->type->named, value)
                                               : enter_field(path, type, field));
    }
    return height;
}

static size_t enter_literal(struct default_path *path, const struct schema_type *type,
                            const struct ast_value *literal)
{
    const struct ast_value *item;
    size_t height = 0;

    if (path->depth == DEFAULT_DEPTH_MAX) {
        report_deep(path);
        return 0;
    }
    path->depth++;
    AST_EACH(item, literal->items) height = greater(height, enter_literal(path, type, item));
    if (literal->kind == AST_OBJECT) height = greater(height, enter_object(path, type, literal));
    path->depth--;
    return height + 1;
}

void check_defaults(struct default_path *path, const struct schema_type *type)
{
    const struct ast_value nothing = { .kind = AST_OBJECT };

    (void)enter_literal(path, type, &nothing);
}

/* ---- finite values ---- */

struct finite {
    const struct checker *checker;
    bool *has_value; /* by type index */
    bool *visited;
    size_t *place; /* on the path, counted from 1; 0: not on it */
    struct str names[PATH_MAX_LENGTH];
    uint32_t offsets[PATH_MAX_LENGTH];
    size_t length;
};

/* The type that a value of the field must hold another value of; NULL when none need be held. */
static const struct schema_type *needed(const struct schema_type *owner,
                                        const struct schema_input *field)
{
    const struct type_ref *type = field->type;

    if (!owner->is_one_of && type->kind != REF_NON_NULL) return NULL;
    if (!owner->is_one_of) type = type->of;
    return type->kind == REF_NAMED && type->named->kind == TYPE_INPUT_OBJECT ? type->named : NULL;
}

static bool can_end(const struct finite *finite, const struct schema_type *type)
{
    size_t endless = 0;

    for (size_t i = 0; i < type->input_count; i++) {
        const struct schema_type *target = needed(type, &type->inputs[i]);

        endless += target != NULL && !finite->has_value[target->index];
    }
    return endless == 0 || (type->is_one_of && endless < type->input_count);
}

static void find_values(struct finite *finite)
{
    const struct gql_schema *schema = finite->checker->schema;
    bool changed = true;

    while (changed) {
        changed = false;
        for (size_t i = 0; i < schema->type_count; i++) {
            const struct schema_type *type = schema->types[i];

            if (type->kind != TYPE_INPUT_OBJECT || finite->has_value[i]) continue;
            finite->has_value[i] = can_end(finite, type);
            changed = changed || finite->has_value[i];
        }
    }
}

static void report_endless(const struct finite *finite, const struct schema_type *type,
                           size_t place)
{
    struct nodes at = { .count = 0 };
    struct str names = join(finite->checker, finite->names + place - 1, finite->length - place + 1);

    for (size_t i = place - 1; i < finite->length; i++)
        nodes_add(&at, finite->offsets[i]);
    check_report(finite->checker, &at,
                 "Input Object %.*s cannot be provided a finite value because it references "
                 "itself through fields: %.*s.",
                 STR_PRINT(type->name), STR_PRINT(names));
}

static void search(struct finite *finite, const struct schema_type *type)
{
    if (finite->visited[type->index]) return;
    finite->visited[type->index] = true;
    finite->place[type->index] = finite->length + 1;
    for (size_t i = 0; i < type->input_count; i++) {
        const struct schema_input *field = &type->inputs[i];
        const struct schema_type *target = needed(type, field);

        if (target == NULL || finite->has_value[target->index]) continue;
        if (finite->length == PATH_MAX_LENGTH) {
            struct nodes at = { .count = 0 };

            nodes_add(&at, field->ast->offset);
            check_report(finite->checker, &at,
                         "Input Object %.*s cannot be provided a finite value.",
                         STR_PRINT(type->name));
            break;
        }
        finite->names[finite->length] =
            check_coordinate(finite->checker, type->name, ".", field->name, "");
        finite->offsets[finite->length++] = node_start(field->ast->description, field->ast->offset);
        if (finite->place[target->index] == 0)
            search(finite, target);
        else
            report_endless(finite, target, finite->place[target->index]);
        finite->length--;
    }
    finite->place[type->index] = 0;
}

void check_finite(const struct checker *checker)
{
    const struct gql_schema *schema = checker->schema;
    struct finite *finite = ARENA_NEW(checker->arena, struct finite);

    finite->checker = checker;
    finite->has_value = ARENA_ARRAY(checker->arena, schema->type_count, bool);
    finite->visited = ARENA_ARRAY(checker->arena, schema->type_count, bool);
    finite->place = ARENA_ARRAY(checker->arena, schema->type_count, size_t);
    find_values(finite);
    for (size_t i = 0; i < schema->type_count; i++)
        if (schema->types[i]->kind == TYPE_INPUT_OBJECT && !finite->has_value[i])
            search(finite, schema->types[i]);
}
