/*
 * gql.h - the GraphQL engine: the only header the rest of the house includes.
 *
 * It knows no socket, no SQL and no loop. A document becomes a plan once; a run of the plan goes
 * breadth first: each field is resolved once a level for all parents of that level, so that a
 * resolver cannot ask the database once a row.
 *
 *     schema  SDL texts, built and bound to tables of resolvers at start; then constant
 *     plan    document + operation name, parsed, validated and compiled; constant, cacheable
 *     run     plan + variables + context, until `done` is called; one reply
 *
 * Life:    a schema lives in its arena. A plan owns its memory (gql_plan_ref/_unref). A run is
 *          embedded by the caller and lives until its done callback returns; what it allocates is
 * in the arena given to it. Order:   gql_run_start calls done exactly once, and never before it has
 * returned. Limits:  struct gql_limits; response bytes by the reply buffer; request memory by the
 * arena. Fails:   errors are data: gql_errors (documents), the reply's "errors" (runs). Source:
 * GraphQL specification, September 2025 edition.
 */
#ifndef GRAPHQL_GQL_H
#define GRAPHQL_GQL_H

#include "base/buf.h"
#include "graphql/error.h"

#include <jansson.h>

struct gql_schema;
struct gql_plan;
struct gql_batch;
struct schema_type;
struct schema_field;

/* ---- values that come in ---- */

enum gql_input_kind {
    GQL_INPUT_NULL,
    GQL_INPUT_BOOL,
    GQL_INPUT_INT,
    GQL_INPUT_FLOAT,
    GQL_INPUT_TEXT, /* String, ID, custom scalars with text; enum values by name */
    GQL_INPUT_LIST,
    GQL_INPUT_OBJECT,
};

/* A coerced input value. Absent object fields are not in the list. */
struct gql_input {
    enum gql_input_kind kind;
    bool boolean;
    int64_t integer;
    double real;
    struct str text;
    struct gql_input **items;       /* LIST: count items */
    struct gql_input_field *fields; /* OBJECT: count fields, in the order of the schema */
    size_t count;
};

struct gql_input_field {
    struct str name;
    struct gql_input *value;
};

/* NULL when the field is absent (or object is not an object). */
const struct gql_input *gql_input_field(const struct gql_input *object, const char *name);

/* Text of a field; absent when the field is absent or null. */
struct str gql_input_text(const struct gql_input *object, const char *name);

/* Canonical JSON of a value: what idempotency hashes. */
void gql_input_json(struct buf *out, const struct gql_input *value);

/* ---- values that go out ---- */

enum gql_cell_kind {
    GQL_NULL, /* what a cell is until it is set */
    GQL_BOOL,
    GQL_INT,
    GQL_FLOAT,
    GQL_TEXT,
    GQL_OBJECT,
    GQL_LIST,
    GQL_JSON, /* any JSON value, of a scalar that says so */
    GQL_ERROR,
};

/* The answer of one field for one parent. */
struct gql_cell {
    enum gql_cell_kind kind;
    uint32_t size; /* TEXT: bytes; LIST: items; OBJECT: used by the engine */
    union {
        bool boolean;
        int64_t integer;
        double real;
        const char *text;
        void *object;
        struct gql_cell *items;
        const json_t *json; /* as long as the run */
        const struct gql_failure *failure;
    };
    const struct schema_type *type; /* OBJECT of an abstract type: which one */
};

/* Why a position has no value. */
struct gql_failure {
    enum status status;
    struct str message;
    const json_t *extensions;     /* members beside "code"; NULL: none */
    struct gql_location location; /* in the document; line 0: where its field stands */
};

static inline struct gql_cell gql_cell_text(struct str text)
{
    if (text.data == NULL) return (struct gql_cell){ .kind = GQL_NULL };
    return (struct gql_cell){ .kind = GQL_TEXT, .size = (uint32_t)text.size, .text = text.data };
}

static inline struct gql_cell gql_cell_int(int64_t value)
{
    return (struct gql_cell){ .kind = GQL_INT, .integer = value };
}

static inline struct gql_cell gql_cell_bool(bool value)
{
    return (struct gql_cell){ .kind = GQL_BOOL, .boolean = value };
}

static inline struct gql_cell gql_cell_object(void *object)
{
    return (struct gql_cell){ .kind = object == NULL ? GQL_NULL : GQL_OBJECT, .object = object };
}

static inline struct gql_cell gql_cell_json(const json_t *value)
{
    return (struct gql_cell){ .kind = value == NULL ? GQL_NULL : GQL_JSON, .json = value };
}

/* ---- scalars ---- */

/* How a scalar is read and written. Built-in: Int, Float, String, Boolean, ID.
 * parse: literal or variable already turned into a gql_input of the JSON-like kinds; it checks and
 *        may rewrite value in place. Fails: MC_BAD_INPUT with a sentence in *ret_why
 *        ("Int cannot represent non-integer value: 1.5").
 * write: one cell as JSON at the end of out; MC_INTERNAL when the cell does not fit. */
struct gql_scalar {
    const char *name;
    enum status (*parse)(struct arena *arena, struct gql_input *value, struct str *ret_why);
    enum status (*write)(struct buf *out, const struct gql_cell *cell);
};

/* ---- resolvers ---- */

/* A struct member that is the field's value as it is. INT64_MIN, NaN, an absent str and a NULL
 * pointer are null. */
enum gql_member {
    GQL_MEMBER_TEXT,
    GQL_MEMBER_I64,
    GQL_MEMBER_I32,
    GQL_MEMBER_BOOL,
    GQL_MEMBER_F64,
    GQL_MEMBER_OBJECT
};

#define GQL_I64_NONE INT64_MIN
#define GQL_I32_NONE INT32_MIN

enum gql_progress { GQL_NOW, GQL_LATER };

/* Answers one field for all parents of a batch: GQL_NOW when every cell is set on return,
 * GQL_LATER when gql_batch_done will be called, exactly once and after the return. */
typedef enum gql_progress gql_resolve(struct gql_batch *batch);

/* A row of a type's table. */
struct gql_field {
    const char *name;
    gql_resolve *resolve; /* NULL: a member */
    enum gql_member member;
    size_t offset;
    const void *data; /* the resolver's own */
};

#define GQL_MEMBER_KIND(type, member)                                                              \
    _Generic(((type *)0)->member, struct str                                                       \
             : GQL_MEMBER_TEXT, int64_t                                                            \
             : GQL_MEMBER_I64, int32_t                                                             \
             : GQL_MEMBER_I32, bool                                                                \
             : GQL_MEMBER_BOOL, double                                                             \
             : GQL_MEMBER_F64, default                                                             \
             : GQL_MEMBER_OBJECT)
#define GQL_MEMBER(name, type, member)                                                             \
    {                                                                                              \
        name, NULL, GQL_MEMBER_KIND(type, member), offsetof(type, member), NULL                    \
    }
#define GQL_FIELD(name, resolve)                                                                   \
    {                                                                                              \
        name, resolve, GQL_MEMBER_TEXT, 0, NULL                                                    \
    }
#define GQL_FIELD_DATA(name, resolve, data)                                                        \
    {                                                                                              \
        name, resolve, GQL_MEMBER_TEXT, 0, data                                                    \
    }
#define GQL_FIELDS_END                                                                             \
    {                                                                                              \
        NULL, NULL, GQL_MEMBER_TEXT, 0, NULL                                                       \
    }

/* The resolvers of one object type. */
struct gql_type {
    const char *name;
    const struct gql_field *fields; /* ends with GQL_FIELDS_END */
};

/* ---- schema ---- */

struct gql_source {
    const char *name; /* file name, for errors */
    struct str text;
};

/* Builds and checks the type system. Fails: MC_SYNTAX, MC_INVALID with errors. */
enum status gql_schema_build(struct arena *arena, const struct gql_source *sources, size_t count,
                             struct gql_errors *errors, struct gql_schema **ret_schema);

/* Ties scalars and resolvers to it. Fails: MC_INVALID, one error for every field without resolver
 * and every resolver without field ("Dossier.timeline: in the schema, no resolver"). */
struct gql_bindings {
    const struct gql_type *const *types;
    size_t type_count;
    const struct gql_scalar *const *scalars;
    size_t scalar_count;
    const struct gql_field *fallback; /* for every field without a row; NULL: that is an error */
    int64_t list_max; /* the most that a slicing argument (@listSize) asks for, unless its own @max
                         says less; 0: any */
};

enum status gql_schema_bind(struct gql_schema *schema, const struct gql_bindings *bindings,
                            struct gql_errors *errors);

/* SDL of the whole, built-in types left out. */
void gql_schema_print(const struct gql_schema *schema, struct buf *out);

/* ---- plan ---- */

struct gql_limits {
    uint32_t document_bytes_max;
    uint32_t tokens_max;
    uint32_t depth_max;
    uint32_t aliases_max;
    uint32_t root_fields_max;
    uint32_t directives_max;  /* at one location */
    uint32_t plan_fields_max; /* after fragments are spread out, for every concrete type */
    uint32_t errors_max;
    uint32_t fragment_visits_max;   /* spreads, their fragments spread out */
    uint32_t merge_comparisons_max; /* of fields of one response name */
    uint32_t
        introspection_depth_max; /* of fields below __schema and __type, instead of depth_max */
    uint32_t introspection_lists_max; /* how often fields, inputFields, interfaces and possibleTypes
                                         may lie within each other there */
    bool introspection; /* __schema and __type are allowed, and errors may suggest names */
};

extern const struct gql_limits gql_limits_preset;

enum gql_operation_kind { GQL_QUERY, GQL_MUTATION, GQL_SUBSCRIPTION };

struct gql_document {
    struct str text;
    struct str operation_name; /* absent: the document's only operation; "" is a name */
};

/* Parses, validates and compiles. The document is copied. Fails: MC_SYNTAX, MC_INVALID, MC_LIMIT,
 * MC_BAD_INPUT (no such operation).
 */
enum status gql_plan_new(const struct gql_schema *schema, const struct gql_document *document,
                         const struct gql_limits *limits, struct gql_errors *errors,
                         struct gql_plan **ret_plan);
struct gql_plan *gql_plan_ref(struct gql_plan *plan);
void gql_plan_unref(struct gql_plan *plan);
enum gql_operation_kind gql_plan_kind(const struct gql_plan *plan);
size_t gql_plan_bytes(const struct gql_plan *plan);
/* "" for an anonymous operation. */
/* What a run may cost at most, by the weights and sizes of @cost and @listSize: computed before
 * anything runs, from the plan and the variables alone.
 * Source: IBM, "GraphQL Cost Directives specification"; what the schema describes of itself counts
 * nothing. Fails: MC_BAD_INPUT with errors (variables; not exactly one slicing argument where one
 * is required). */
struct gql_cost {
    double types;  /* objects that may be answered, each by the weight of its type */
    double fields; /* fields that may be resolved, each by its weight */
};

enum status gql_plan_cost(struct gql_plan *plan, const json_t *variables, struct arena *arena,
                          struct gql_errors *errors, struct gql_cost *ret_cost);

/* The fields at the root with these variables, one for each response key: who gives one field two
 * aliases has it twice. Fails: as gql_plan_cost. */
struct gql_root_fields {
    const struct str *names; /* in arena */
    size_t count;
};

enum status gql_plan_root_fields(struct gql_plan *plan, const json_t *variables,
                                 struct arena *arena, struct gql_errors *errors,
                                 struct gql_root_fields *ret_fields);

/* How long and by whom an answer may be kept, by @cacheControl: the least maxAge of all that is
 * selected; 0: not at all. is_public: it is the same for everybody.
 * Source: Apollo, "Server-side caching": root fields and objects without a hint are not kept;
 * leaves go with their parent. */
struct gql_cache_policy {
    int32_t max_age_s;
    bool is_public;
    bool is_introspection; /* nothing but what the schema says of itself */
};

struct gql_cache_policy gql_plan_cache_policy(const struct gql_plan *plan);

/* What a plan uses that is deprecated, as coordinates: "Type.field", "Type.field(argument:)". Of
 * the variants met so far. */
struct gql_use {
    struct str coordinate;
    const struct gql_use *next;
};

const struct gql_use *gql_plan_deprecated(const struct gql_plan *plan);

struct str gql_plan_operation_name(const struct gql_plan *plan);

/* ---- client documents ---- */

/* One operation of a client's source files, with the fragments that it reaches, as it is sent. */
struct gql_client_document {
    struct str name;
    enum gql_operation_kind kind;
    struct str text;
};

struct gql_client_check {
    const struct gql_source
        *sources; /* their definitions are one set: fragments may stand anywhere */
    size_t source_count;
    const struct gql_limits *limits; /* that each operation has to keep */
    struct arena *arena;
    /* out */
    struct gql_client_document *documents;
    size_t document_count;
};

/* Fails: MC_SYNTAX, MC_INVALID, MC_LIMIT, with an error for each fault, its message beginning with
 * "file:line:column: ". */
enum status gql_client_check(const struct gql_schema *schema, struct gql_client_check *check,
                             struct gql_errors *errors);

/* ---- run ---- */

struct gql_run;

struct gql_run_options {
    struct gql_plan *plan;   /* the run takes a reference of its own */
    const json_t *variables; /* object or NULL */
    void *context;           /* gql_context of every batch */
    struct arena *arena;     /* request memory; the caller frees it after done */
    struct buf *reply; /* the JSON reply is appended: {"data":...} or {"errors":...,"data":...} */
    /* Called after all batches of a level have been started: send what was asked. May be NULL. */
    void (*flush)(void *context);
    void (*done)(struct gql_run *run, void *context); /* see gql_run_start */
    /* Subscription: the object that is the root field's value for this event. */
    void *event;
};

/* Embedded by the caller; members are private except those after `outcome`. */
struct gql_run {
    struct gql_run_options options;
    struct gql_execution *execution;
    /* outcome, valid in done */
    enum status status;  /* MC_OK: a result with data; MC_BAD_INPUT: variables refused; ... */
    const char *refusal; /* MC_LIMIT of the reply or the arena: which, in a sentence; else NULL */
    enum status worst;   /* of the errors: one that may be retried, else the first; MC_OK: none */
    size_t error_count;
    bool data_is_null;
    uint32_t level_count;
};

enum gql_progress gql_run_start(struct gql_run *run, const struct gql_run_options *options);

/* Only between GQL_LATER and done: no batch is started any more, cells that still come are dropped;
 * done is called when the last batch in flight is done, with status `why` and no reply. */
void gql_run_cancel(struct gql_run *run, enum status why);

/* What a subscription's source stream is made from. */
struct gql_event_source {
    struct str field;                  /* of the root */
    const struct gql_input *arguments; /* an object */
};

/* Fails: MC_BAD_INPUT with errors (variables, arguments). */
enum status gql_subscription_source(const struct gql_plan *plan, const json_t *variables,
                                    struct arena *arena, struct gql_errors *errors,
                                    struct gql_event_source *ret_source);

/* ---- inside a resolver ---- */

size_t gql_count(const struct gql_batch *batch);
/* The struct of parent number i; NULL at the root. */
void *gql_parent(const struct gql_batch *batch, size_t i);
void *gql_context(const struct gql_batch *batch);
struct arena *gql_arena(const struct gql_batch *batch);
const void *gql_data(const struct gql_batch *batch);
/* The resolver's own state between its start and its answer. */
void **gql_state(struct gql_batch *batch);
/* "Dossier", "timeline": for logs and traces. */
struct str gql_type_name(const struct gql_batch *batch);
struct str gql_field_name(const struct gql_batch *batch);
/* Its alias, or its name. */
struct str gql_response_key(const struct gql_batch *batch);
/* Is a field of this name asked for anywhere directly below? */
bool gql_selects(const struct gql_batch *batch, const char *field);
/* Or anywhere below that? */
bool gql_selects_below(const struct gql_batch *batch, const char *field);

/* Arguments: absent and null look the same in the typed forms. */
const struct gql_input *gql_arg(const struct gql_batch *batch, const char *name);
struct str gql_arg_text(const struct gql_batch *batch, const char *name);
int64_t gql_arg_int(const struct gql_batch *batch, const char *name, int64_t absent);
bool gql_arg_bool(const struct gql_batch *batch, const char *name, bool absent);
/* All that are given, as one JSON object. */
void gql_arguments_json(struct buf *out, const struct gql_batch *batch);

/* Answers. i < gql_count. */
void gql_set(struct gql_batch *batch, size_t i, struct gql_cell cell);
void gql_set_text(struct gql_batch *batch, size_t i, struct str text);
void gql_set_int(struct gql_batch *batch, size_t i, int64_t value);
void gql_set_bool(struct gql_batch *batch, size_t i, bool value);
void gql_set_object(struct gql_batch *batch, size_t i, void *object);
/* Of an interface or union: type_name says which. */
void gql_set_object_of(struct gql_batch *batch, size_t i, const char *type_name, void *object);
/* count cells, all null, for the caller to fill; they live in the request's arena. */
struct gql_cell *gql_set_list(struct gql_batch *batch, size_t i, size_t count);
const struct schema_type *gql_type_named(const struct gql_batch *batch, const char *type_name);
/* This position has no value, and why. message NULL: the status's sentence. */
void gql_fail(struct gql_batch *batch, size_t i, enum status status, const char *message);
void gql_fail_all(struct gql_batch *batch, enum status status, const char *message);
void gql_batch_done(struct gql_batch *batch);

/* Renders a request error: {"errors":[...]} with locations, path and extensions.code. */
void gql_errors_json(struct buf *out, const struct gql_errors *errors);

#endif
