#include "dossier/counter.h"

#include "base/json_out.h"
#include "reference.h"
#include "sql.h"

enum { NAME_BYTES_MAX = 200 };

/* Of the input, what finds the applicant by number is bound apart and never written. */
static const char *const apart[] = { "idempotencyKey",      "procedure",     "agency",
                                     "applicantPersonalNo", "applicantName", "applicantBornOn" };

static bool is_apart(struct str name)
{
    for (size_t i = 0; i < sizeof(apart) / sizeof(apart[0]); i++)
        if (str_is(name, apart[i])) return true;
    return false;
}

static void write_arguments(struct buf *out, const struct gql_input *input)
{
    char separator = '{';

    for (size_t i = 0; i < input->count; i++) {
        if (is_apart(input->fields[i].name)) continue;
        buf_add_char(out, separator);
        json_quote(out, input->fields[i].name);
        buf_add_char(out, ':');
        gql_input_json(out, input->fields[i].value);
        separator = ',';
    }
    buf_add(out, separator == '{' ? STR("{}") : STR("}"));
}

/* MC_OK with an absent index: no number is given. */
static enum status seal(const struct mutation *mutation, struct sealed_number *ret_sealed)
{
    const struct services *services = mutation->request->services;
    struct str number = gql_input_text(mutation->input, "applicantPersonalNo");

    *ret_sealed = (struct sealed_number){ .table = "person" };
    if (number.data == NULL) return MC_OK;
    return services->seal_number(services->data, number, mutation->request->arena, ret_sealed);
}

static bool is_blank(struct str text)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] != ' ') return false;
    return true;
}

/* Of somebody who may not be known yet: absent without a name. Fails: MC_BAD_INPUT, refused. */
static enum status write_identity(struct mutation *mutation, const struct sealed_number *sealed,
                                  struct buf *out)
{
    const struct gql_input *born = gql_input_field(mutation->input, "applicantBornOn");
    struct str name = gql_input_text(mutation->input, "applicantName");

    if (name.data == NULL) return MC_OK;
    if (sealed->personal_no.data == NULL)
        return mutation_refuse(mutation, "applicantPersonalNo", "Cần số định danh cá nhân.",
                               "The personal number is needed.");
    if (is_blank(name) || name.size > NAME_BYTES_MAX)
        return mutation_refuse(mutation, "applicantName", "Họ và tên dài từ 1 đến 200 byte.",
                               "A name has 1 to 200 bytes.");
    if (born == NULL || born->kind != GQL_INPUT_INT)
        return mutation_refuse(mutation, "applicantBornOn", "Cần ngày sinh.",
                               "The day of birth is needed.");
    buf_add(out, STR("{\"publicId\":"));
    json_quote(out, sealed->public_id);
    buf_add(out, STR(",\"name\":"));
    json_quote(out, name);
    buf_add(out, STR(",\"bornOn\":\""));
    clock_date(out, (int32_t)born->integer);
    buf_add(out, STR("\"}"));
    return MC_OK;
}

/* Numbers are few enough to be tried one after the other: the digest takes the blind index, whose
 * key no database holds. */
static void add_digest(const struct mutation *mutation, struct buf *out)
{
    const struct gql_input *input = mutation->input;
    struct sealed_number sealed;

    for (size_t i = 0; i < input->count; i++) {
        if (str_is(input->fields[i].name, "applicantPersonalNo")) continue;
        json_quote(out, input->fields[i].name);
        gql_input_json(out, input->fields[i].value);
    }
    if (seal(mutation, &sealed) != MC_OK) return;
    for (size_t i = 0; i < sealed.personal_no_index.size; i++)
        buf_printf(out, "%02x", (unsigned)(unsigned char)sealed.personal_no_index.data[i]);
}

/* A restricted dossier is not looked up in public: its receipt has no code. */
static struct str make_tracking_code(struct mutation *mutation)
{
    struct request *request = mutation->request;
    const struct procedure *procedure = reference_procedure(
        request->reference, gql_input_text(mutation->input, "procedure"),
        reference_today(request->services->clock), viewer_in_sandbox(&request->viewer));
    struct tracking_code code;

    if (procedure == NULL || str_is(procedure->access_class, "RESTRICTED")) return STR_NONE;
    request->services->new_tracking_code(request->arena, &code);
    mutation->outcome.secret = code.shown;
    return code.digest;
}

static enum status counter_bind(struct mutation *mutation, struct db_ask *ask)
{
    const struct gql_input *input = mutation->input;
    struct arena *arena = mutation->request->arena;
    struct sealed_number sealed;
    struct buf arguments, identity;
    enum status status = seal(mutation, &sealed);

    if (status == MC_BAD_INPUT)
        return mutation_refuse(mutation, "applicantPersonalNo",
                               "Số định danh cá nhân gồm 12 chữ số.",
                               "A personal number has 12 digits.");
    if (status != MC_OK) return status;
    buf_init(&arguments, arena->bytes_max);
    buf_init(&identity, arena->bytes_max);
    write_arguments(&arguments, input);
    status = write_identity(mutation, &sealed, &identity);
    ask->sql = SQL_ACCEPT_AT_COUNTER;
    db_bind_text(ask, gql_input_text(input, "procedure"));
    db_bind_text(ask, gql_input_text(input, "agency"));
    db_bind_text(ask, gql_input_text(input, "applicant"));
    db_bind_bytes(ask, sealed.personal_no_index);
    db_bind_text(ask, buf_str(&arguments));
    db_bind_text(ask, identity.size > 0 ? buf_str(&identity) : STR_NONE);
    db_bind_bytes(ask, sealed.personal_no);
    db_bind_bytes(ask, make_tracking_code(mutation));
    buf_done(&arguments);
    buf_done(&identity);
    return status == MC_OK ? ask->status : status;
}

const struct mutation_kind accept_at_counter = { .payload = "DossierChanged",
                                                 .bind = counter_bind,
                                                 .digest = add_digest };
