/* motcua-server appoint: the first administrator of an agency, whom nobody could grant the role.
 * All later ones come from this one (Mutation.addOfficer, grantRole). */
#include "base/uuid.h"
#include "commands.h"
#include "io/db.h"
#include "personal_no.h"
#include "server_sql.h"

#include <openssl/crypto.h>

#include <stdio.h>

enum { ARENA_BYTES = 1 << 20, TIMEOUT_MS = 30000, LINE_BYTES = 1024 };

struct found_row {
    struct str public_id;
};

static const struct db_column found_columns[] = {
    DB_COLUMN(struct found_row, public_id, DB_UUID),
    DB_COLUMNS_END,
};

struct appointed_row {
    struct str failure, officer;
};

static const struct db_column appointed_columns[] = {
    DB_COLUMN(struct appointed_row, failure, DB_TEXT),
    DB_COLUMN(struct appointed_row, officer, DB_UUID),
    DB_COLUMNS_END,
};

static const struct {
    const char *failure, *sentence;
} refusals[] = {
    { "AGENCY", "there is no agency of this code today" },
    { "HAS_ONE", "the agency has an administrator, who grants roles by the API" },
    { "ELSEWHERE", "this number is an officer's of another agency" },
    { "NAME", "a name has 1 to 100 characters" },
};

struct appointment {
    const struct key_ring *keys;
    struct db_session *session;
    struct str agency, name, personal_no;
    struct sealed_number sealed;
    struct arena *arena;
};

/* A line without its end; false when there is none, or it is too long. */
static bool read_line(char room[LINE_BYTES], struct str *ret_line)
{
    size_t size;

    if (fgets(room, LINE_BYTES, stdin) == NULL) return false;
    size = strlen(room);
    if (size == LINE_BYTES - 1 && room[size - 1] != '\n') return false;
    while (size > 0 && (room[size - 1] == '\n' || room[size - 1] == '\r'))
        size--;
    *ret_line = (struct str){ room, size };
    return true;
}

static enum status run(struct appointment *appointment, struct db_ask *ask)
{
    struct db_group group;

    db_group_init(&group, TIMEOUT_MS, NULL, NULL);
    db_group_set(&group, "app.viewer", STR("SERVICE"));
    db_group_add(&group, ask);
    return db_session_run(appointment->session, &group);
}

/* A number known already keeps its officer's public id, which its seal is bound to. */
static enum status seal(struct appointment *appointment)
{
    struct arena *arena = appointment->arena;
    struct db_ask ask;
    const struct found_row *row;
    enum status status;

    db_ask_init(&ask, SQL_OFFICER_FIND, arena);
    ask.columns = found_columns;
    ask.row_size = sizeof(struct found_row);
    ask.rows_max = 1;
    db_bind_bytes(&ask, personal_no_index(appointment->keys, appointment->personal_no, arena));
    status = run(appointment, &ask);
    if (status != MC_OK) return status;
    row = ask.rows;
    appointment->sealed.public_id =
        ask.row_count == 1 && row->public_id.data != NULL ? row->public_id : uuid_random(arena);
    appointment->sealed.table = "officer";
    return personal_no_seal(appointment->keys, appointment->personal_no, arena,
                            &appointment->sealed);
}

static const char *refusal_of(struct str failure)
{
    for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
        if (str_is(failure, refusals[i].failure)) return refusals[i].sentence;
    return "the database refuses";
}

static enum status appoint(struct appointment *appointment, struct buf *why)
{
    const struct sealed_number *sealed = &appointment->sealed;
    const struct appointed_row *row;
    struct db_ask ask;
    enum status status = seal(appointment);

    if (status == MC_BAD_INPUT) buf_printf(why, "the second line is no personal number.\n");
    if (status != MC_OK) return status;
    db_ask_init(&ask, SQL_APPOINT_ADMINISTRATOR, appointment->arena);
    ask.columns = appointed_columns;
    ask.row_size = sizeof(struct appointed_row);
    ask.rows_max = 1;
    db_bind_text(&ask, appointment->agency);
    db_bind_text(&ask, sealed->public_id);
    db_bind_text(&ask, appointment->name);
    db_bind_bytes(&ask, sealed->personal_no);
    db_bind_bytes(&ask, sealed->personal_no_index);
    status = run(appointment, &ask);
    if (status != MC_OK) return status;
    row = ask.rows;
    if (row->failure.data != NULL) {
        buf_printf(why, "%s.\n", refusal_of(row->failure));
        return MC_CONFLICT;
    }
    printf("officer %.*s administers %.*s\n", STR_PRINT(row->officer),
           STR_PRINT(appointment->agency));
    return MC_OK;
}

static int report(enum status status, struct buf *why)
{
    if (status != MC_OK && why->size == 0)
        buf_printf(why, "PostgreSQL says %s; nothing was changed.\n", status_name(status));
    if (status != MC_OK) fprintf(stderr, "motcua-server appoint: %.*s", STR_PRINT(buf_str(why)));
    return status == MC_OK ? 0 : 1;
}

int command_appoint(const struct server_config *config, int count, char **arguments)
{
    char name[LINE_BYTES], number[LINE_BYTES];
    struct appointment appointment = { 0 };
    struct server_secrets secrets = { 0 };
    struct arena arena;
    struct buf why;
    enum status status;
    int code;

    if (count != 1 || !read_line(name, &appointment.name) ||
        !read_line(number, &appointment.personal_no)) {
        fprintf(stderr, "usage: motcua-server appoint AGENCY_CODE, with two lines on standard "
                        "input: name, personal number\n");
        return 2;
    }
    arena_init(&arena, ARENA_BYTES);
    buf_init(&why, 4096);
    appointment.keys = &secrets.keys;
    appointment.agency = str_of(arguments[0]);
    appointment.arena = &arena;
    status = server_secrets_load(config, &arena, &why, &secrets);
    if (status == MC_OK)
        status = db_session_open(config->database_url, "app_service",
                                 (uint32_t)config->connect_timeout_ms, &appointment.session);
    if (status == MC_OK) status = appoint(&appointment, &why);
    code = report(status, &why);
    if (appointment.session != NULL) db_session_close(appointment.session);
    OPENSSL_cleanse(number, sizeof(number));
    key_ring_forget(&secrets.keys);
    buf_done(&why);
    arena_done(&arena);
    return code;
}
