#include "office/staff_mutation.h"

#include "office/officer.h"
#include "sql.h"

static void bind_texts(struct mutation *mutation, struct db_ask *ask, const char *const *names)
{
    for (; *names != NULL; names++)
        db_bind_text(ask, gql_input_text(mutation->input, *names));
}

static void bind_time(struct mutation *mutation, struct db_ask *ask, const char *name)
{
    const struct gql_input *time = gql_input_field(mutation->input, name);

    db_bind_time(ask, time == NULL || time->kind != GQL_INPUT_INT ? INT64_MIN : time->integer);
}

static enum status grant_bind(struct mutation *mutation, struct db_ask *ask)
{
    static const char *const names[] = { "officer", "role", NULL };

    ask->sql = SQL_GRANT_ROLE;
    bind_texts(mutation, ask, names);
    bind_time(mutation, ask, "from");
    bind_time(mutation, ask, "until");
    return ask->status;
}

static enum status withdraw_bind(struct mutation *mutation, struct db_ask *ask)
{
    ask->sql = SQL_WITHDRAW_ROLE;
    db_bind_text(ask, gql_input_text(mutation->input, "id"));
    return ask->status;
}

static enum status substitute_bind(struct mutation *mutation, struct db_ask *ask)
{
    static const char *const names[] = { "officer", "substitute", NULL };
    const struct gql_input *with = gql_input_field(mutation->input, "withAdministration");

    ask->sql = SQL_SUBSTITUTE_OFFICER;
    bind_texts(mutation, ask, names);
    bind_time(mutation, ask, "from");
    bind_time(mutation, ask, "until");
    db_bind_bool(ask, with != NULL && with->kind == GQL_INPUT_BOOL && with->boolean);
    return ask->status;
}

static enum status end_bind(struct mutation *mutation, struct db_ask *ask)
{
    ask->sql = SQL_END_SUBSTITUTION;
    db_bind_text(ask, gql_input_text(mutation->input, "id"));
    return ask->status;
}

/* ---- a new officer ---- */

static enum status seal(const struct mutation *mutation, struct sealed_number *ret_sealed)
{
    const struct services *services = mutation->request->services;

    ret_sealed->table = "officer";
    return services->seal_number(services->data, gql_input_text(mutation->input, "personalNo"),
                                 mutation->request->arena, ret_sealed);
}

/* Numbers are few enough to be tried one after the other: the digest takes the blind index, whose
 * key no database holds. */
static void add_digest(const struct mutation *mutation, struct buf *out)
{
    struct sealed_number sealed;

    buf_add(out, gql_input_text(mutation->input, "name"));
    buf_add_char(out, '\n');
    if (seal(mutation, &sealed) != MC_OK) return;
    for (size_t i = 0; i < sealed.personal_no_index.size; i++)
        buf_printf(out, "%02x", (unsigned)(unsigned char)sealed.personal_no_index.data[i]);
}

static enum status add_bind(struct mutation *mutation, struct db_ask *ask)
{
    struct sealed_number sealed;
    enum status status = seal(mutation, &sealed);

    if (status == MC_BAD_INPUT)
        return mutation_refuse(mutation, "personalNo", "Số định danh cá nhân gồm 12 chữ số.",
                               "A personal number has 12 digits.");
    if (status != MC_OK) return status;
    ask->sql = SQL_ADD_OFFICER;
    db_bind_text(ask, sealed.public_id);
    db_bind_text(ask, gql_input_text(mutation->input, "name"));
    db_bind_bytes(ask, sealed.personal_no);
    db_bind_bytes(ask, sealed.personal_no_index);
    return ask->status;
}

const struct mutation_kind grant_role = { .payload = "RoleGranted", .bind = grant_bind };
const struct mutation_kind withdraw_role = { .payload = "RoleWithdrawn", .bind = withdraw_bind };
const struct mutation_kind substitute_officer = { .payload = "OfficerSubstituted",
                                                  .bind = substitute_bind };
const struct mutation_kind end_substitution = { .payload = "SubstitutionEnded", .bind = end_bind };
const struct mutation_kind add_officer = { .payload = "OfficerAdded",
                                           .bind = add_bind,
                                           .digest = add_digest };

const struct gql_field role_granted_fields[] = {
    ASK_FIELD("grant", role_grant_of_outcome),
    GQL_FIELDS_END,
};

const struct gql_field role_withdrawn_fields[] = {
    GQL_MEMBER("id", struct outcome, public_id),
    GQL_FIELDS_END,
};

const struct gql_field officer_substituted_fields[] = {
    ASK_FIELD("substitution", substitution_of_outcome),
    GQL_FIELDS_END,
};

const struct gql_field substitution_ended_fields[] = {
    GQL_MEMBER("id", struct outcome, public_id),
    GQL_FIELDS_END,
};

const struct gql_field officer_added_fields[] = {
    ASK_FIELD("officer", officer_of_outcome),
    GQL_FIELDS_END,
};
