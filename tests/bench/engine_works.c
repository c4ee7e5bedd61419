#include "engine_works.h"

#include "app.h"
#include "graphql/language/parser.h"
#include "graphql/validation/validate.h"

enum { ARENA_BYTES_MAX = 1 << 28, PLANS_BYTES_MAX = 1 << 24, PARSE_DEPTH_MAX = 200 };

void engine_init(struct engine *engine)
{
    struct gql_limits limits = gql_limits_preset;
    struct buf why;

    *engine = (struct engine){ 0 };
    buf_init(&why, ARENA_BYTES_MAX);
    buf_init(&engine->reply, ARENA_BYTES_MAX);
    arena_init(&engine->schema_arena, ARENA_BYTES_MAX);
    arena_init(&engine->arena, ARENA_BYTES_MAX);
    arena_init(&engine->document_arena, ARENA_BYTES_MAX);
    MC_ASSERT(app_schema(&engine->schema_arena, 0, &why, &engine->ours) == MC_OK);
    engine->rows = rows_schema(&engine->schema_arena);
    plan_cache_init(&engine->plans, engine->ours, &limits, PLANS_BYTES_MAX);
    buf_done(&why);
}

static void forget(struct engine *engine)
{
    gql_plan_unref(engine->plan);
    engine->plan = NULL;
    engine->document = NULL;
    arena_reset(&engine->document_arena);
}

void engine_done(struct engine *engine)
{
    forget(engine);
    plan_cache_done(&engine->plans);
    buf_done(&engine->reply);
    arena_done(&engine->document_arena);
    arena_done(&engine->arena);
    arena_done(&engine->schema_arena);
}

static enum status parse(struct engine *engine, struct arena *arena)
{
    const struct parser_limits limits = {
        .source_bytes_max = gql_limits_preset.document_bytes_max,
        .tokens_max = gql_limits_preset.tokens_max,
        .depth_max = PARSE_DEPTH_MAX,
        .directives_per_location_max = gql_limits_preset.directives_max,
    };
    struct gql_errors errors;

    gql_errors_init(&errors, arena, gql_limits_preset.errors_max);
    return parse_document(arena, engine->text, &limits, &errors, &engine->document);
}

static void parse_once(struct engine *engine)
{
    arena_reset(&engine->arena);
    engine->status = parse(engine, &engine->arena);
}

static enum status parse_and_keep(struct engine *engine)
{
    return parse(engine, &engine->document_arena);
}

static void validate_once(struct engine *engine)
{
    const struct validate_options options = {
        .errors_max = gql_limits_preset.errors_max,
        .suggestions = true,
        .aliases_max = gql_limits_preset.aliases_max,
        .root_fields_max = gql_limits_preset.root_fields_max,
        .depth_max = gql_limits_preset.depth_max,
    };
    struct gql_errors errors;

    arena_reset(&engine->arena);
    gql_errors_init(&errors, &engine->arena, gql_limits_preset.errors_max);
    engine->status =
        validate_document(engine->ours, engine->document, &options, &engine->arena, &errors);
    engine->errors = errors.count;
}

static enum status plan_for(struct engine *engine, const struct gql_schema *schema)
{
    const struct gql_document document = { engine->text, STR_NONE };
    struct gql_errors errors;
    enum status status;

    arena_reset(&engine->arena);
    gql_errors_init(&errors, &engine->arena, gql_limits_preset.errors_max);
    status = gql_plan_new(schema, &document, &gql_limits_preset, &errors, &engine->plan);
    engine->errors = errors.count;
    engine->complaint = errors.head == NULL ? STR("") : errors.head->message;
    return status;
}

/* All that stands between the bytes of a document and a plan or its errors. */
static void plan_once(struct engine *engine)
{
    engine->status = plan_for(engine, engine->ours);
    gql_plan_unref(engine->plan);
    engine->plan = NULL;
}

static enum status plan_ours(struct engine *engine)
{
    return plan_for(engine, engine->ours);
}

static enum status plan_rows(struct engine *engine)
{
    return plan_for(engine, engine->rows);
}

static void on_done(struct gql_run *run, void *context)
{
    struct engine *engine = context;

    engine->status = run->status;
    engine->errors = run->error_count;
}

static void run_once(struct engine *engine)
{
    struct gql_run run;

    arena_reset(&engine->arena);
    buf_reset(&engine->reply);
    const struct gql_run_options options = {
        .plan = engine->plan,
        .context = engine,
        .arena = &engine->arena,
        .reply = &engine->reply,
        .done = on_done,
    };

    if (gql_run_start(&run, &options) == GQL_NOW) on_done(&run, engine);
}

static void lookup_once(struct engine *engine)
{
    const struct gql_document document = { engine->text, STR_NONE };
    struct gql_plan *plan = NULL;
    struct str errors;

    engine->status = plan_cache_get(&engine->plans, &document, &engine->arena, &plan, &errors);
    gql_plan_unref(plan);
}

/* A document is kept when it comes for the second time. */
static enum status make_known(struct engine *engine)
{
    arena_reset(&engine->arena);
    for (int i = 0; i < 2 && engine->status == MC_OK; i++)
        lookup_once(engine);
    return engine->status;
}

static const struct work works[] = {
    { "lookup", make_known, lookup_once },
    { "parse", NULL, parse_once },
    { "validate", parse_and_keep, validate_once },
    { "plan", NULL, plan_once },
    { "rows", plan_rows, run_once },
    { "execute", plan_ours, run_once },
};

enum { WORKS = sizeof(works) / sizeof(works[0]) };

enum status engine_prepare(struct engine *engine, const char *work, struct str text)
{
    forget(engine);
    engine->status = MC_OK;
    engine->errors = 0;
    engine->complaint = STR("");
    engine->text = arena_str(&engine->document_arena, text);
    for (size_t i = 0; i < WORKS; i++) {
        if (strcmp(works[i].name, work) != 0) continue;
        engine->work = &works[i];
        return works[i].prepare == NULL ? MC_OK : works[i].prepare(engine);
    }
    return MC_NOT_FOUND;
}

void engine_schema_text(const struct engine *engine, const char *name, struct buf *out)
{
    if (strcmp(name, "ours") == 0) gql_schema_print(engine->ours, out);
    if (strcmp(name, "rows") == 0) gql_schema_print(engine->rows, out);
}
