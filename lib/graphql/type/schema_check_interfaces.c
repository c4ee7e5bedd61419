#include "graphql/type/schema_check.h"

static bool implements(const struct schema_type *type, const struct schema_type *interface)
{
    for (size_t i = 0; i < type->interface_count; i++)
        if (type->interfaces[i] == interface) return true;
    return false;
}

static void check_ancestors(const struct checker *checker, const struct schema_type *type,
                            const struct schema_type *interface)
{
    for (size_t i = 0; i < interface->interface_count; i++) {
        const struct schema_type *ancestor = interface->interfaces[i];
        struct nodes at = { .count = 0 };

        if (implements(type, ancestor)) continue;
        nodes_add_mentions(&at, interface, ancestor);
        nodes_add_mentions(&at, type, interface);
        if (ancestor == type)
            check_report(checker, &at,
                         "Type %.*s cannot implement %.*s because it would create a circular "
                         "reference.",
                         STR_PRINT(type->name), STR_PRINT(interface->name));
        else
            check_report(
                checker, &at, "Type %.*s must implement %.*s because it is implemented by %.*s.",
                STR_PRINT(type->name), STR_PRINT(ancestor->name), STR_PRINT(interface->name));
    }
}

/* A field of an interface and the field of the type that stands for it. */
struct pair {
    const struct schema_field *promised, *given;
    struct str promised_name, given_name;
};

static void check_argument_types(const struct checker *checker, const struct pair *pair)
{
    for (size_t i = 0; i < pair->promised->argument_count; i++) {
        const struct schema_input *promised = &pair->promised->arguments[i];
        const struct schema_input *given =
            schema_input(pair->given->arguments, pair->given->argument_count, promised->name);
        struct str name = check_coordinate(checker, pair->promised_name, "(", promised->name, ":)");
        struct nodes at = { .count = 0 };

        if (given == NULL) {
            nodes_add(&at, node_start(promised->ast->description, promised->ast->offset));
            nodes_add(&at, node_start(pair->given->ast->description, pair->given->ast->offset));
            check_report(checker, &at,
                         "Interface field argument %.*s expected but %.*s does not provide it.",
                         STR_PRINT(name), STR_PRINT(pair->given_name));
        } else if (!type_ref_eq(promised->type, given->type)) {
            struct str own = check_coordinate(checker, pair->given_name, "(", given->name, ":)");
            struct str promised_type = type_ref_text(checker->arena, promised->type);
            struct str type = type_ref_text(checker->arena, given->type);

            nodes_add(&at, promised->ast->type->offset);
            nodes_add(&at, given->ast->type->offset);
            check_report(checker, &at,
                         "Interface field argument %.*s expects type %.*s but %.*s is type %.*s.",
                         STR_PRINT(name), STR_PRINT(promised_type), STR_PRINT(own),
                         STR_PRINT(type));
        }
    }
}

static void check_further_arguments(const struct checker *checker, const struct pair *pair)
{
    for (size_t i = 0; i < pair->given->argument_count; i++) {
        const struct schema_input *given = &pair->given->arguments[i];
        struct nodes at = { .count = 0 };

        if (!schema_input_required(given) ||
            schema_input(pair->promised->arguments, pair->promised->argument_count, given->name) !=
                NULL)
            continue;
        struct str name = check_coordinate(checker, pair->given_name, "(", given->name, ":)");
        struct str type = type_ref_text(checker->arena, given->type);

        nodes_add(&at, node_start(given->ast->description, given->ast->offset));
        nodes_add(&at, node_start(pair->promised->ast->description, pair->promised->ast->offset));
        check_report(checker, &at,
                     "Argument \"%.*s\" must not be required type \"%.*s\" if not provided by the "
                     "Interface field \"%.*s\".",
                     STR_PRINT(name), STR_PRINT(type), STR_PRINT(pair->promised_name));
    }
}

static void check_pair(const struct checker *checker, const struct pair *pair)
{
    const struct schema_field *promised = pair->promised, *given = pair->given;
    struct nodes at = { .count = 0 };

    if (!type_ref_is_subtype(given->type, promised->type)) {
        struct str promised_type = type_ref_text(checker->arena, promised->type);
        struct str type = type_ref_text(checker->arena, given->type);

        nodes_add(&at, promised->ast->type->offset);
        nodes_add(&at, given->ast->type->offset);
        check_report(checker, &at, "Interface field %.*s expects type %.*s but %.*s is type %.*s.",
                     STR_PRINT(pair->promised_name), STR_PRINT(promised_type),
                     STR_PRINT(pair->given_name), STR_PRINT(type));
    }
    check_argument_types(checker, pair);
    check_further_arguments(checker, pair);
    if (given->deprecated && !promised->deprecated) {
        at.count = 0;
        nodes_add_deprecated(&at, given->directives);
        nodes_add(&at, given->ast->type->offset);
        check_report(checker, &at,
                     "Interface field %.*s is not deprecated, so implementation field %.*s must "
                     "not be deprecated.",
                     STR_PRINT(pair->promised_name), STR_PRINT(pair->given_name));
    }
}

static void check_conformance(const struct checker *checker, const struct schema_type *type,
                              const struct schema_type *interface)
{
    for (size_t i = 0; i < interface->field_count; i++) {
        const struct schema_field *promised = &interface->fields[i];
        struct pair pair = { .promised = promised };
        struct nodes at = { .count = 0 };

        pair.given = hash_map_get(&type->field_map, promised->name);
        pair.promised_name = check_coordinate(checker, interface->name, ".", promised->name, "");
        pair.given_name = check_coordinate(checker, type->name, ".", promised->name, "");
        if (pair.given != NULL) {
            check_pair(checker, &pair);
            continue;
        }
        nodes_add(&at, node_start(promised->ast->description, promised->ast->offset));
        nodes_add_type(&at, type);
        check_report(checker, &at, "Interface field %.*s expected but %.*s does not provide it.",
                     STR_PRINT(pair.promised_name), STR_PRINT(type->name));
    }
}

void check_interfaces(const struct checker *checker, const struct schema_type *type)
{
    for (size_t i = 0; i < type->interface_count; i++) {
        const struct schema_type *interface = type->interfaces[i];
        struct nodes at = { .count = 0 };
        bool again = false;

        for (size_t j = 0; j < i; j++)
            again = again || type->interfaces[j] == interface;
        nodes_add_mentions(&at, type, interface);
        if (interface->kind != TYPE_INTERFACE) {
            check_report(checker, &at,
                         "Type %.*s must only implement Interface types, it cannot implement "
                         "%.*s.",
                         STR_PRINT(type->name), STR_PRINT(interface->name));
        } else if (interface == type) {
            check_report(checker, &at,
                         "Type %.*s cannot implement itself because it would create a circular "
                         "reference.",
                         STR_PRINT(type->name));
        } else if (again) {
            check_report(checker, &at, "Type %.*s can only implement %.*s once.",
                         STR_PRINT(type->name), STR_PRINT(interface->name));
        } else {
            check_ancestors(checker, type, interface);
            check_conformance(checker, type, interface);
        }
    }
}
