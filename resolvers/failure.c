#include "failure.h"

#include "ask.h"
#include "model.h"
#include "procedure/procedure_content.h"
#include "reference.h"
#include "sql.h"

static const struct {
    const char *word; /* of the database */
    const char *type_name;
    const char *code;
    bool retryable;
    const char *vi;
    const char *en;
} table[FAILURE_KIND_COUNT] = {
    [FAILURE_STALE_STATE] = { "STALE_STATE", "StaleState", "STALE_STATE", true,
                              "Hồ sơ đã thay đổi, xin xem lại trước khi làm tiếp.",
                              "The dossier has changed; look at it again before you go on." },
    [FAILURE_GUARD_FAILED] = { "GUARD_FAILED", "GuardFailed", "GUARD_FAILED", false,
                               "Chưa đủ điều kiện để thực hiện.",
                               "Something that is required is missing." },
    [FAILURE_NOT_ALLOWED] = { "NOT_ALLOWED", "NotAllowed", "NOT_ALLOWED", false,
                              "Bạn không có quyền thực hiện việc này.", "You may not do this." },
    [FAILURE_NOT_FOUND] = { "NOT_FOUND", "NotAllowed", "NOT_ALLOWED", false,
                            "Không tìm thấy, hoặc bạn không có quyền.",
                            "There is none, or you may not." },
    [FAILURE_RATE_LIMITED] = { "RATE_LIMITED", "RateLimited", "RATE_LIMITED", true,
                               "Bạn thao tác quá nhanh, xin chờ rồi thử lại.",
                               "Too many changes in a short time; wait, then try again." },
    [FAILURE_KEY_REUSED] = { "KEY_REUSED", "KeyReused", "KEY_REUSED", false,
                             "Khóa idempotencyKey này đã dùng cho một yêu cầu khác.",
                             "This idempotencyKey was used for another request." },
    [FAILURE_STEP_UP_REQUIRED] = { "STEP_UP_REQUIRED", "StepUpRequired", "STEP_UP_REQUIRED", true,
                                   "Quyết định này cần xác thực lần hai trong 15 phút gần nhất.",
                                   "This decision needs a second factor of the last 15 minutes." },
};

static bool in_english(const struct request *request)
{
    return str_is(request->viewer.locale, "en");
}

struct failure *failure_new(struct request *request, enum failure_kind kind)
{
    struct failure *failure = ARENA_NEW(request->arena, struct failure);

    failure->code = str_of(table[kind].code);
    failure->message = str_of(in_english(request) ? table[kind].en : table[kind].vi);
    failure->retryable = table[kind].retryable;
    return failure;
}

const char *failure_type_name(enum failure_kind kind)
{
    return table[kind].type_name;
}

enum status failure_kind_of(struct str word, enum failure_kind *ret_kind)
{
    for (size_t i = 0; i < FAILURE_KIND_COUNT; i++) {
        if (!str_is(word, table[i].word)) continue;
        *ret_kind = (enum failure_kind)i;
        return MC_OK;
    }
    return MC_INTERNAL;
}

struct failure *failure_of_word(struct request *request, struct str word)
{
    enum failure_kind kind;

    if (failure_kind_of(word, &kind) == MC_OK) return failure_new(request, kind);
    struct failure *failure = ARENA_NEW(request->arena, struct failure);

    failure->code = str_of(status_code(MC_INTERNAL));
    failure->message = in_english(request) ? STR("Something went wrong on our side; try it again.")
                                           : STR("Hệ thống gặp lỗi, xin gửi lại.");
    failure->retryable = true;
    return failure;
}

static struct str text_of(struct request *request, const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));

    return arena_str(request->arena, str_of(text == NULL ? "" : text));
}

/* One that is not known here, or not yet, is left out. */
static void read_units(struct request *request, const json_t *numbers, struct problem *problem)
{
    size_t count = json_array_size(numbers);

    problem->units = ARENA_ARRAY(request->arena, count, struct unit *);
    for (size_t i = 0; i < count; i++) {
        struct unit *unit =
            reference_unit(request->reference, json_integer_value(json_array_get(numbers, i)));

        if (unit != NULL) problem->units[problem->unit_count++] = unit;
    }
}

static void read_cases(struct request *request, const json_t *list, struct problem *problem)
{
    problem->case_count = json_array_size(list);
    problem->cases = ARENA_ARRAY(request->arena, problem->case_count, struct procedure_case);
    for (size_t i = 0; i < problem->case_count; i++) {
        const json_t *item = json_array_get(list, i), *limit = json_object_get(item, "limitAmount");

        problem->cases[i] = (struct procedure_case){
            .code = text_of(request, item, "code"),
            .name = text_of(request, item, "name"),
            .name_en = text_of(request, item, "nameEn"),
            .limit_amount = limit == NULL ? GQL_I64_NONE : json_integer_value(limit),
        };
        if (limit != NULL) problem->cases[i].limit_unit = text_of(request, item, "limitUnit");
    }
}

void failure_read_problems(struct request *request, struct failure *failure, struct str json)
{
    json_t *list = json.data == NULL ? NULL : json_loadb(json.data, json.size, 0, NULL);
    size_t count = json_array_size(list);

    failure->problems = ARENA_ARRAY(request->arena, count, struct problem);
    for (size_t i = 0; i < count; i++) {
        const json_t *item = json_array_get(list, i);

        failure->problems[i] = (struct problem){
            .path = text_of(request, item, "path"),
            .message = text_of(request, item, in_english(request) ? "en" : "vi"),
        };
        read_units(request, json_object_get(item, "units"), &failure->problems[i]);
        read_cases(request, json_object_get(item, "cases"), &failure->problems[i]);
    }
    failure->problem_count = count;
    json_decref(list);
}

void failure_set_problem(struct request *request, struct failure *failure, const char *path,
                         const char *vi, const char *en)
{
    failure->problems = ARENA_NEW(request->arena, struct problem);
    failure->problems[0] =
        (struct problem){ .path = str_of(path), .message = str_of(in_english(request) ? en : vi) };
    failure->problem_count = 1;
}

static enum gql_progress problems(struct gql_batch *batch)
{
    for (size_t parent = 0; parent < gql_count(batch); parent++) {
        const struct failure *failure = gql_parent(batch, parent);
        struct gql_cell *items = gql_set_list(batch, parent, failure->problem_count);

        for (size_t i = 0; i < failure->problem_count; i++)
            items[i] = gql_cell_object(&failure->problems[i]);
    }
    return GQL_NOW;
}

static enum status current_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_DOSSIERS_BY_ID;
    ask_bind_parents(batch, ask, offsetof(struct failure, dossier));
    return ask->status;
}

static const struct ask current = { current_ask, dossier_columns, sizeof(struct dossier),
                                    ask_answer_one, false };

#define FAILURE_MEMBERS                                                                            \
    GQL_MEMBER("code", struct failure, code), GQL_MEMBER("message", struct failure, message),      \
        GQL_MEMBER("retryable", struct failure, retryable)

const struct gql_field failure_fields[] = { FAILURE_MEMBERS, GQL_FIELDS_END };

const struct gql_field stale_state_fields[] = {
    FAILURE_MEMBERS,
    ASK_FIELD("current", current),
    GQL_FIELDS_END,
};

const struct gql_field guard_failed_fields[] = {
    FAILURE_MEMBERS,
    GQL_FIELD("problems", problems),
    GQL_FIELDS_END,
};

const struct gql_field bulk_item_failure_fields[] = {
    GQL_MEMBER("code", struct failure, code),
    GQL_MEMBER("message", struct failure, message),
    GQL_FIELD("problems", problems),
    GQL_FIELDS_END,
};

const struct gql_field rate_limited_fields[] = {
    FAILURE_MEMBERS,
    GQL_MEMBER("retryAfterSeconds", struct failure, retry_after_seconds),
    GQL_FIELDS_END,
};

static enum gql_progress units(struct gql_batch *batch)
{
    for (size_t parent = 0; parent < gql_count(batch); parent++) {
        const struct problem *problem = gql_parent(batch, parent);
        struct gql_cell *items = gql_set_list(batch, parent, problem->unit_count);

        for (size_t i = 0; i < problem->unit_count; i++)
            items[i] = gql_cell_object(problem->units[i]);
    }
    return GQL_NOW;
}

static enum gql_progress cases(struct gql_batch *batch)
{
    for (size_t parent = 0; parent < gql_count(batch); parent++) {
        const struct problem *problem = gql_parent(batch, parent);
        struct gql_cell *items = gql_set_list(batch, parent, problem->case_count);

        for (size_t i = 0; i < problem->case_count; i++)
            items[i] = gql_cell_object(&problem->cases[i]);
    }
    return GQL_NOW;
}

const struct gql_field problem_fields[] = {
    GQL_MEMBER("path", struct problem, path),
    GQL_MEMBER("message", struct problem, message),
    GQL_FIELD("units", units),
    GQL_FIELD("cases", cases),
    GQL_FIELDS_END,
};
