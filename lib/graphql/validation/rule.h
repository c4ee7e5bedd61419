/*
 * rule.h - what a rule is, and what it may ask; only for validation/.
 *
 * One walk over the document tells every rule of every node, in the order of the text; at one node
 * the rules speak in the order of their table. Before it, a first walk has gathered the facts of
 * each definition, so that rules about fragments and variables need no walk of their own.
 */
#ifndef GRAPHQL_VALIDATION_RULE_H
#define GRAPHQL_VALIDATION_RULE_H

#include "graphql/type/suggest.h"
#include "graphql/validation/namesakes.h"
#include "graphql/validation/places.h"
#include "graphql/validation/validate.h"

/* A variable where a value is wanted. */
struct variable_use {
    const struct ast_value *node;
    const struct type_ref *type; /* NULL: the place is unknown */
    bool has_default;            /* the place has one */
    const struct schema_type
        *one_of; /* the input object that takes one field; NULL: another place */
    struct variable_use *next;
};

/* Sizes of a definition: as it is written, and with its fragments spread out once measured. */
struct measure {
    uint32_t depth;       /* of fields; __schema and __type count as leaves */
    uint32_t meta_depth;  /* of fields below __schema and __type */
    uint32_t meta_lists;  /* how many lists of the introspection types lie within each other */
    uint32_t root_fields; /* selected at the top */
    uint32_t visits;      /* of fragments */
};

/* Where a set stands in what is measured. */
struct level {
    uint32_t depth; /* fields around it, up to __schema or __type */
    uint32_t lists; /* of them those that meta_lists counts, however far up */
    bool meta;      /* it is below __schema or __type */
};

/* A fragment spread, and where it stands. */
struct spread {
    const struct ast_selection *node;
    struct facts *fragment; /* NULL: there is none of this name */
    struct level at;
};

/* What is known of an operation or a fragment. */
struct facts {
    const struct ast_definition *definition;
    const struct schema_type *type; /* its root type or type condition; NULL: not known */
    struct spread *spreads;         /* all that stand in it */
    size_t spread_count;
    struct variable_use *uses, **uses_tail;
    struct facts **reached; /* an operation's fragments, direct or not, each once */
    size_t reached_count;
    struct measure measure;
    uint32_t aliases; /* written in it */
    bool measured;
    bool mixed;  /* as struct looked has it, of anything in it */
    size_t seen; /* marks of the walks over fragments */
    size_t path; /* its place, from 1, on the way of the rule against cycles */
};

/* What the first walk has found out about a selection. */
struct looked {
    const struct ast_selection *node;
    const struct schema_field *field; /* NULL: not known, or not a field */
    union {
        struct facts *fragment;      /* of a spread: what is spread; NULL: there is none */
        struct namesakes *namesakes; /* of a field */
        const struct schema_type
            *condition; /* of an inline fragment that has one; NULL: not known */
    };
    uint32_t namesake;    /* the number, plus one, of the field of its response name before it */
    uint32_t parent;      /* the number of the selection around it; definition_around: of none */
    uint32_t next;        /* the number of the next in its set that is not plain; 0: none */
    uint32_t mixed_count; /* of the first of a set: how many in it are; an inline fragment counts
                           * for many */
    /* A known field of which no rule has anything to say: it has a selection exactly where it must,
     * no name of introspection, one argument and one directive at most. */
    bool quiet;
    bool meta_list; /* named as the lists of one thing of the type system in another are */
    bool plain;     /* a quiet one that has, and takes, nothing: most of a document */
    bool mixed;     /* it or something in it may not be merged with another of its response name */
    bool kin;       /* not mixed, but a field of its response name is */
};

struct rule;

/* What a rule may be told of; a member of struct rule each. */
#define RULE_EVENTS(X)                                                                             \
    X(document)                                                                                    \
    X(document_left)                                                                               \
    X(definition)                                                                                  \
    X(definition_left)                                                                             \
    X(variable)                                                                                    \
    X(selections)                                                                                  \
    X(field)                                                                                       \
    X(field_left)                                                                                  \
    X(spread)                                                                                      \
    X(inline_fragment)                                                                             \
    X(directives)                                                                                  \
    X(directive)                                                                                   \
    X(directive_left)                                                                              \
    X(argument)                                                                                    \
    X(value)                                                                                       \
    X(object)                                                                                      \
    X(object_field)                                                                                \
    X(enum_value)                                                                                  \
    X(variable_use)                                                                                \
    X(named_type)

#define RULE_EVENT(name) ON_##name,
enum rule_event { RULE_EVENTS(RULE_EVENT) ON_quiet_field, RULE_EVENT_COUNT };
#undef RULE_EVENT

enum { RULES_MAX = 40 };

/* Who listens to what: places in a table of rules, in its order. */
struct audience {
    uint8_t counts[RULE_EVENT_COUNT];
    uint8_t rules[RULE_EVENT_COUNT][RULES_MAX];
};

struct validation {
    const struct gql_schema *schema;
    const struct ast_document *document;
    struct validate_options options; /* with the presets filled in */
    struct arena *arena;
    struct gql_errors *errors;
    size_t errors_before, count_before; /* of another's making; those of them that were kept */
    struct gql_error **tail_before;
    enum status status; /* other than MC_OK and MC_INVALID: no more is wanted */
    bool full;          /* as many errors as may be: no more is wanted */

    struct places places; /* of the document */

    struct facts *facts; /* of each definition, in order */
    size_t fact_count;
    struct hash_map fragments; /* by name */
    struct looked *looked;     /* by number of the selection */
    struct namesakes_table namesakes;
    bool cyclic;   /* some may spread themselves: found while measuring */
    bool repeated; /* some have one name */

    const struct rule *const *rules;
    const struct audience *audience;
    void **states;
    size_t rule_count;

    /* Where the walk is. */
    struct facts *definition;
    const struct schema_type *parent_type; /* what the fields here are of; NULL: not known */
    const struct type_ref *type;           /* of the field or fragment; NULL: not known */
    const struct schema_field *field;      /* NULL: not known */
    const struct schema_field *within;     /* the innermost field here; NULL: none, or not known */
    const struct schema_directive *directive;
    const struct schema_input *argument;
    bool in_directive;
    const char *location; /* of the directives: "FIELD" */
};

/* NULL: the rule does not ask. */
struct rule {
    const char *name;
    size_t state_size; /* zeroed for each document */
    bool quiet_too;    /* `field` asks also of the quiet ones; where a field takes no arguments
                        * these have no `field_left` */
    void (*document)(struct validation *in, void *state);
    void (*document_left)(struct validation *in, void *state);
    void (*definition)(struct validation *in, void *state, const struct ast_definition *definition);
    void (*definition_left)(struct validation *in, void *state,
                            const struct ast_definition *definition);
    void (*variable)(struct validation *in, void *state, const struct ast_variable *variable);
    /* The set of the definition, or of the selection within. */
    void (*selections)(struct validation *in, void *state, const struct ast_selection *selections);
    void (*field)(struct validation *in, void *state, const struct ast_selection *field);
    void (*field_left)(struct validation *in, void *state, const struct ast_selection *field);
    void (*spread)(struct validation *in, void *state, const struct ast_selection *spread);
    void (*inline_fragment)(struct validation *in, void *state,
                            const struct ast_selection *fragment);
    /* Anything else that has directives: definitions of fields, arguments and enum values. */
    void (*directives)(struct validation *in, void *state, const struct ast_directive *directives);
    void (*directive)(struct validation *in, void *state, const struct ast_directive *directive);
    void (*directive_left)(struct validation *in, void *state,
                           const struct ast_directive *directive);
    void (*argument)(struct validation *in, void *state, const struct ast_argument *argument);
    /* A whole value, not its parts; type is NULL when not known. */
    void (*value)(struct validation *in, void *state, const struct type_ref *type,
                  const struct ast_value *value);
    void (*object)(struct validation *in, void *state, const struct ast_value *object);
    /* of: the input object type, the enum type; NULL when not known. */
    void (*object_field)(struct validation *in, void *state, const struct schema_type *of,
                         const struct ast_argument *field);
    void (*enum_value)(struct validation *in, void *state, const struct schema_type *of,
                       const struct ast_value *value);
    void (*variable_use)(struct validation *in, void *state, const struct variable_use *use);
    void (*named_type)(struct validation *in, void *state, const struct ast_type *type);
};

/* In graphql-js's order: first those of the specification, then that on introspection, then those
 * that must be asked for by name. */
extern const struct rule *const rules_known[];
extern const size_t rules_specified_count, rules_all_count, rules_known_count;

void audience_fill(struct audience *audience, const struct rule *const *rules, size_t count);

/* Of all rules but those to be asked for by name; filled once in a process. */
const struct audience *audience_of_all(bool any_introspection);

/* An error at these offsets of the document. */
void refuse(struct validation *in, const uint32_t *offsets, size_t count, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#define REFUSE_AT(in, offset, ...) refuse((in), (uint32_t[]){ (offset) }, 1, __VA_ARGS__)

/* The document is more than we take on: one error in place of all. */
void refuse_size(struct validation *in, uint32_t offset, const char *complaint, uint32_t max);

static inline bool validation_stopped(const struct validation *in)
{
    return in->full || (in->status != MC_OK && in->status != MC_INVALID);
}

void validation_walk(struct validation *in);

/* Parts of the walk, for those who are at a field that has these. */
void validation_walk_arguments(struct validation *in, const struct ast_argument *arguments);
void validation_walk_directives(struct validation *in, const char *location,
                                const struct ast_directive *directives);

/* The first walk: what each field is, and where variables stand. */
void validation_look(struct validation *in);

/* Gathers the facts. */
void validation_gather(struct validation *in);

/* Measures all definitions and compares them with the limits. */
void validation_measure(struct validation *in);

/* NULL when there is no such fragment. */
static inline struct facts *fragment_named(const struct validation *in, const struct ast_name *name)
{
    return hash_map_find(&in->fragments, name->text, name->hash);
}

/* What is spread here; NULL when there is no such fragment. */
static inline struct facts *fragment_of(const struct validation *in,
                                        const struct ast_selection *spread)
{
    return in->looked[spread->number].fragment;
}

/* The selections of a set that are not plain, in order. */
static inline const struct ast_selection *busy_next(const struct validation *in,
                                                    const struct ast_selection *selection)
{
    uint32_t next = in->looked[selection->number].next;

    return next == 0 ? NULL : in->looked[next].node;
}

static inline const struct ast_selection *busy_first(const struct validation *in,
                                                     const struct ast_selection *selections)
{
    if (selections == NULL || !in->looked[selections->number].plain) return selections;
    return busy_next(in, selections);
}

#define EACH_BUSY(in, selection, selections)                                                       \
    for ((selection) = busy_first((in), (selections)); (selection) != NULL;                        \
         (selection) = busy_next((in), (selection)))

/* The definition that a number stands for which is no selection's; NULL: it is one's. */
static inline struct facts *definition_around(const struct validation *in, uint32_t parent)
{
    uint32_t count = in->document->selection_count;

    return parent < count ? NULL : &in->facts[parent - count];
}

/* Where a definition and a variable start: with their description. */
static inline uint32_t definition_offset(const struct ast_definition *definition)
{
    return definition->description == NULL ? definition->offset : definition->description->offset;
}

static inline uint32_t variable_offset(const struct ast_variable *variable)
{
    return variable->description == NULL ? variable->offset : variable->description->offset;
}

/* The { before the first of these selections, which stand behind the node at offset. */
uint32_t selections_offset(struct validation *in, uint32_t node,
                           const struct ast_selection *selections);

/* The directive of this name; NULL when there is none. */
const struct ast_directive *directive_named(const struct ast_directive *directives,
                                            const char *name);

/* A directive that the document defines: what is wrong with it is that it stands there, so that
 * uses of it are judged by it. NULL when there is none. */
const struct ast_definition *directive_defined(const struct validation *in, struct str name);

/* The last of this name, which stands for all; NULL when there is none. */
const struct ast_variable *variable_named(const struct ast_variable *variables, struct str name);

/* NULL when there is none. */
const struct ast_argument *argument_named(const struct ast_argument *arguments, struct str name);

/* "Dossier.timeline" of the field where the walk is. */
struct str field_text(struct validation *in);

struct named_place {
    struct str name;
    uint32_t offset;
};

/* Tells of each name that stands more than once: one error at all its places, in order of its
 * first. what goes before the name: `argument named "`. */
void refuse_repeated(struct validation *in, const struct named_place *places, size_t count,
                     const char *what);

/* Errors that another hand made, coercion, in the arena of the list. It takes them over. */
void refuse_with(struct validation *in, const struct gql_errors *found);

/* " Did you mean ...?", or nothing where that is not wanted. */
struct str hint(struct validation *in, const struct suggestions *near);

#endif
