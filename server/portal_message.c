/* Each kind of record is a table of fields: the portal's name, ours, how it is read. */
#include "portal_message.h"

#include "base/json_out.h"
#include "base/utf8.h"
#include "code_exchange.h"
#include "graphql_request.h"

#include <stdlib.h>

enum {
    CODE_CHARACTERS_MAX = 64,
    NAME_CHARACTERS_MAX = 200,
    ADDRESS_CHARACTERS_MAX = 2048,
    KHO_ID_CHARACTERS_MAX = 100,
    REFERENCE_CHARACTERS_MAX = 100,
    NOTE_CHARACTERS_MAX = 2000,
    BODY_BYTES_MAX = 4 * 1024 * 1024,
};

static const int64_t dong_max = 1000000000000;

/* A record under way. */
struct reading {
    struct arena *arena;
    struct json_out out;
    const char *why;
};

static void refuse(struct reading *reading, const char *name, const char *rule)
{
    if (reading->why == NULL)
        reading->why = arena_printf(reading->arena, "%s: %s", name, rule).data;
}

/* ---- values ---- */

/* Absent: there is none, or it is null. A number is its digits. */
static struct str text_of(struct arena *arena, const json_t *record, const char *name)
{
    const json_t *value = json_object_get(record, name);

    if (json_is_string(value))
        return (struct str){ json_string_value(value), json_string_length(value) };
    if (json_is_integer(value))
        return arena_printf(arena, "%lld", (long long)json_integer_value(value));
    return STR_NONE;
}

/* Neither a text nor a number, where one of them should be? */
static bool is_other(const json_t *record, const char *name)
{
    const json_t *value = json_object_get(record, name);

    return value != NULL && !json_is_null(value) && !json_is_string(value) &&
           !json_is_integer(value);
}

static bool is_blank(struct str text)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] != ' ' && text.data[i] != '\t' && text.data[i] != '\r' &&
            text.data[i] != '\n')
            return false;
    return true;
}

static size_t characters(struct str text)
{
    size_t count = 0;

    for (size_t at = 0; at < text.size; count++)
        (void)utf8_next(text, &at);
    return count;
}

static bool are_digits(struct str text, size_t size)
{
    if (text.size != size) return false;
    for (size_t i = 0; i < size; i++)
        if (text.data[i] < '0' || text.data[i] > '9') return false;
    return true;
}

static int number_at(struct str text, size_t at, size_t size)
{
    int number = 0;

    for (size_t i = at; i < at + size; i++)
        number = number * 10 + (text.data[i] - '0');
    return number;
}

static bool is_day(int year, int month, int day)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leaps = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    if (year < 1900 || month < 1 || month > 12 || day < 1) return false;
    return day <= days[month - 1] + (month == 2 && leaps);
}

enum status portal_time_read(struct str text, struct arena *arena, struct str *ret_time)
{
    int hour, minute, second;

    if (!are_digits(text, 14)) return MC_BAD_INPUT;
    hour = number_at(text, 8, 2);
    minute = number_at(text, 10, 2);
    second = number_at(text, 12, 2);
    if (!is_day(number_at(text, 0, 4), number_at(text, 4, 2), number_at(text, 6, 2)) || hour > 23 ||
        minute > 59 || second > 59)
        return MC_BAD_INPUT;
    *ret_time = arena_printf(arena, "%.4s-%.2s-%.2sT%02d:%02d:%02d+07:00", text.data, text.data + 4,
                             text.data + 6, hour, minute, second);
    return MC_OK;
}

/* ---- fields: each writes its own value ---- */

static void put(struct reading *reading, const char *key, struct str text)
{
    json_key(&reading->out, key);
    json_str(&reading->out, text);
}

struct field {
    const char *name, *key;
    void (*write)(struct reading *reading, const struct field *field, struct str text);
    size_t characters_max;
    bool is_needed;
};

static void write_text(struct reading *reading, const struct field *field, struct str text)
{
    if (is_blank(text) || characters(text) > field->characters_max)
        refuse(reading, field->name,
               arena_printf(reading->arena, "1 to %zu characters.", field->characters_max).data);
    else
        put(reading, field->key, text);
}

static void write_time(struct reading *reading, const struct field *field, struct str text)
{
    struct str time = STR_NONE;

    if (portal_time_read(text, reading->arena, &time) != MC_OK)
        refuse(reading, field->name, "a time as yyyyMMddHHmmss.");
    else
        put(reading, field->key, time);
}

static void write_day(struct reading *reading, const struct field *field, struct str text)
{
    if (!are_digits(text, 8) ||
        !is_day(number_at(text, 0, 4), number_at(text, 4, 2), number_at(text, 6, 2)))
        refuse(reading, field->name, "a day as yyyyMMdd.");
    else
        put(reading, field->key,
            arena_printf(reading->arena, "%.4s-%.2s-%.2s", text.data, text.data + 4,
                         text.data + 6));
}

/* KenhThucHien, and ours. */
static void write_channel(struct reading *reading, const struct field *field, struct str text)
{
    static const char *const channels[] = { "COUNTER", "ONLINE", "POST" };

    if (!are_digits(text, 1) || text.data[0] < '1' || text.data[0] > '3')
        refuse(reading, field->name, "1, 2 or 3.");
    else
        put(reading, field->key, str_of(channels[text.data[0] - '1']));
}

static void write_new(struct reading *reading, const struct field *field, struct str text)
{
    if (!str_is(text, "1")) refuse(reading, field->name, "1: what is filed anew.");
}

static void write_withdrawn(struct reading *reading, const struct field *field, struct str text)
{
    if (!str_is(text, "7")) refuse(reading, field->name, "7: the applicant asks to withdraw.");
}

/* Shown to officers as a link. */
static void write_address(struct reading *reading, const struct field *field, struct str text)
{
    static const struct str scheme = STR_INIT("https://");

    if (text.size <= scheme.size || memcmp(text.data, scheme.data, scheme.size) != 0)
        refuse(reading, field->name, "an address that begins with https://.");
    else
        write_text(reading, field, text);
}

static const struct field dossier_fields[] = {
    { "MaTTHC", "procedure", write_text, CODE_CHARACTERS_MAX, true },
    { "MaDonVi", "agency", write_text, CODE_CHARACTERS_MAX, false },
    { "NgayTiepNhan", "filedAt", write_time, 0, true },
    { "ChuHoSo", "name", write_text, NAME_CHARACTERS_MAX, true },
    { "NgaySinh", "bornOn", write_day, 0, false },
    { "KenhThucHien", "channel", write_channel, 0, true },
    { "TrangThaiHoSo", "state", write_new, 0, false },
    { NULL, NULL, NULL, 0, false },
};

/* Of what is about a dossier, beside what its kind has. */
static const struct field update_fields[] = {
    { "MaDonVi", "agency", write_text, CODE_CHARACTERS_MAX, false },
    { NULL, NULL, NULL, 0, false },
};

static const struct field paper_fields[] = {
    { "TenTepDinhKem", "name", write_text, NAME_CHARACTERS_MAX, true },
    { "DuongDanTaiTepTin", "address", write_address, ADDRESS_CHARACTERS_MAX, false },
    { "MaKetQuaThayThe", "khoId", write_text, KHO_ID_CHARACTERS_MAX, false },
    { NULL, NULL, NULL, 0, false },
};

static const struct field payment_fields[] = {
    { "MaThamChieu", "reference", write_text, REFERENCE_CHARACTERS_MAX, true },
    { NULL, NULL, NULL, 0, false },
};

/* It is an order of the applicant's: 7 of the portal's status codes, and who gives it. */
static const struct field withdrawal_fields[] = {
    { "TrangThaiHoSo", "state", write_withdrawn, 0, true },
    { "LyDo", "note", write_text, NOTE_CHARACTERS_MAX, false },
    { NULL, NULL, NULL, 0, false },
};

static void read_fields(struct reading *reading, const json_t *record, const struct field *field)
{
    for (; field->name != NULL; field++) {
        struct str text = text_of(reading->arena, record, field->name);

        if (is_other(record, field->name))
            refuse(reading, field->name, "a text or a whole number.");
        else if (text.size > 0)
            field->write(reading, field, text);
        else if (field->is_needed)
            refuse(reading, field->name, "it is missing.");
    }
}

/* ---- lists ---- */

/* Its items, at most count_max of them; NULL has been refused, but for one that may be absent. */
static const json_t *list_of(struct reading *reading, const json_t *record, const char *name,
                             size_t count_max, bool is_needed)
{
    const json_t *list = json_object_get(record, name);
    size_t i;
    const json_t *item;

    if ((list == NULL || json_is_null(list)) && !is_needed) return NULL;
    if (!json_is_array(list) || json_array_size(list) > count_max ||
        (is_needed && json_array_size(list) == 0)) {
        refuse(
            reading, name,
            arena_printf(reading->arena, "a list of %d to %zu items.", is_needed, count_max).data);
        return NULL;
    }
    json_array_foreach(list, i, item) if (!json_is_object(item))
    {
        refuse(reading, name, "each item is an object.");
        return NULL;
    }
    return list;
}

static void read_papers(struct reading *reading, const json_t *record, bool is_needed)
{
    const json_t *papers = list_of(reading, record, "TaiLieuNop", PORTAL_PAPERS_MAX, is_needed);
    const json_t *paper;
    size_t i;

    if (papers == NULL) return;
    json_key(&reading->out, "papers");
    json_array_open(&reading->out);
    json_array_foreach(papers, i, paper)
    {
        json_object_open(&reading->out);
        read_fields(reading, paper, paper_fields);
        json_object_close(&reading->out);
        if (text_of(reading->arena, paper, "DuongDanTaiTepTin").size == 0 &&
            text_of(reading->arena, paper, "MaKetQuaThayThe").size == 0)
            refuse(reading, "TaiLieuNop", "each has DuongDanTaiTepTin or MaKetQuaThayThe.");
    }
    json_array_close(&reading->out);
}

/* -1: it is none from least to most. */
static int64_t number_of(struct arena *arena, const json_t *item, const char *name, int64_t preset,
                         int64_t most)
{
    struct str text = text_of(arena, item, name);
    int64_t number;

    if (text.size == 0) return is_other(item, name) ? -1 : preset;
    if (str_to_i64(text, &number) != MC_OK || number < 1 || number > most) return -1;
    return number;
}

/* What was paid in all. */
static void read_fees(struct reading *reading, const json_t *record)
{
    const json_t *fees = list_of(reading, record, "DanhSachLePhi", PORTAL_FEES_MAX, true);
    int64_t sum = 0;
    const json_t *fee;
    size_t i;

    if (fees == NULL) return;
    json_array_foreach(fees, i, fee)
    {
        int64_t price = number_of(reading->arena, fee, "Gia", -1, dong_max);
        int64_t count = number_of(reading->arena, fee, "SoLuong", 1, 1000);

        if (price < 0 || count < 1 || price > dong_max / count || sum > dong_max - price * count) {
            refuse(reading, "DanhSachLePhi", "Gia and SoLuong make 1 to 1000000000000 đồng.");
            return;
        }
        if (!str_is(text_of(reading->arena, fee, "TrangThaiThanhToan"), "1")) {
            refuse(reading, "DanhSachLePhi", "TrangThaiThanhToan is 1: what has been paid.");
            return;
        }
        sum += price * count;
    }
    json_key(&reading->out, "amountDong");
    json_i64(&reading->out, sum);
}

/* ---- who files ---- */

/* Ten digits, or thirteen as NNNNNNNNNN-NNN; the database knows the check digit. */
static bool is_tax_code(struct str text)
{
    struct str rest = text, head = str_split(&rest, '-');

    if (!are_digits(head, 10)) return false;
    return text.size == 10 || are_digits(rest, 3);
}

static void read_applicant(struct reading *reading, const json_t *record,
                           struct portal_message *message, bool is_needed)
{
    struct str number = text_of(reading->arena, record, "DinhDanhCHS");
    struct str kind = text_of(reading->arena, record, "LoaiDoiTuong");

    if (number.size == 0 && !is_needed && !is_other(record, "DinhDanhCHS")) return;
    if (kind.size > 0 && !str_is(kind, "0")) {
        if (!str_is(kind, "1") && !str_is(kind, "2"))
            refuse(reading, "LoaiDoiTuong", "0, 1 or 2.");
        else if (!is_tax_code(number))
            refuse(reading, "DinhDanhCHS", "a tax code has 10 digits, or 10 and 3.");
        else
            put(reading, "taxCode", number);
    } else if (!is_personal_no(number)) {
        refuse(reading, "DinhDanhCHS", "a personal number has 12 digits.");
    } else {
        message->personal_no = arena_str(reading->arena, number);
    }
}

/* ---- a record ---- */

/* Where it is not named: as its code begins. */
static void read_agency(struct reading *reading, const json_t *record, struct str code)
{
    if (text_of(reading->arena, record, "MaDonVi").size == 0)
        put(reading, "agency", str_split(&code, '-'));
}

static void read_update(struct reading *reading, const json_t *record,
                        struct portal_message *message)
{
    bool supplements = json_object_get(record, "DanhSachHoSoBoSung") != NULL;
    bool pays = json_object_get(record, "DanhSachLePhi") != NULL;
    bool withdraws = !supplements && !pays && json_object_get(record, "TrangThaiHoSo") != NULL;

    if (supplements + pays + withdraws != 1) {
        refuse(reading, "isUpdating",
               "with true, one of DanhSachHoSoBoSung, DanhSachLePhi and TrangThaiHoSo 7.");
    } else if (supplements) {
        message->kind = "SUPPLEMENT";
        (void)list_of(reading, record, "DanhSachHoSoBoSung", PORTAL_PAPERS_MAX, true);
        read_papers(reading, record, true);
    } else if (pays) {
        message->kind = "PAYMENT";
        read_fields(reading, record, payment_fields);
        read_fees(reading, record);
    } else {
        message->kind = "WITHDRAWAL";
        read_fields(reading, record, withdrawal_fields);
    }
    read_fields(reading, record, update_fields);
    read_agency(reading, record, message->code);
    read_applicant(reading, record, message, withdraws);
}

static void read_filing(struct reading *reading, const json_t *record,
                        struct portal_message *message)
{
    static const char *const lists[] = { "DanhSachHoSoBoSung", "DanhSachLePhi" };

    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
        if (json_object_get(record, lists[i]) != NULL)
            refuse(reading, lists[i], "it comes with isUpdating true.");
    message->kind = "DOSSIER";
    read_fields(reading, record, dossier_fields);
    read_agency(reading, record, message->code);
    read_papers(reading, record, false);
    read_applicant(reading, record, message, true);
}

static struct str canonical(struct arena *arena, const json_t *record)
{
    json_t *copy = json_copy((json_t *)record);
    struct str content;
    char *text;

    (void)json_object_del(copy, "DinhDanhCHS");
    text = json_dumps(copy, JSON_SORT_KEYS | JSON_COMPACT);
    MC_ASSERT(text != NULL);
    content = arena_str(arena, str_of(text));
    free(text);
    json_decref(copy);
    return content;
}

static void read_record(const json_t *record, bool updates, struct arena *arena,
                        struct portal_message *message)
{
    struct buf body;
    struct reading reading = { .arena = arena };
    struct str code = text_of(arena, record, "MaHoSo");

    *message = (struct portal_message){ .why = NULL };
    if (!json_is_object(record)) {
        message->why = "data: each record is an object.";
        return;
    }
    if (is_blank(code) || characters(code) > CODE_CHARACTERS_MAX) {
        message->why = "MaHoSo: 1 to 64 characters.";
        return;
    }
    message->code = arena_str(arena, code);
    buf_init(&body, BODY_BYTES_MAX);
    reading.out = json_out(&body);
    json_object_open(&reading.out);
    put(&reading, "code", code);
    (updates ? read_update : read_filing)(&reading, record, message);
    json_object_close(&reading.out);
    message->why = reading.why != NULL || buf_status(&body) == MC_OK
                       ? reading.why
                       : "data: a record is too long.";
    if (message->why == NULL) {
        message->body = arena_str(arena, buf_str(&body));
        message->content = canonical(arena, record);
    }
    buf_done(&body);
}

/* ---- a request ---- */

/* Says it is none by *ret_why. */
static bool read_updating(const json_t *request, const char **ret_why)
{
    const json_t *value = json_object_get(request, "isUpdating");
    const char *text = json_string_value(value);

    if (json_is_true(value) || (text != NULL && strcmp(text, "true") == 0)) return true;
    if (!json_is_false(value) && (text == NULL || strcmp(text, "false") != 0))
        *ret_why = "isUpdating is true or false.";
    return false;
}

static enum status read_request(const json_t *request, struct arena *arena,
                                struct portal_message *messages, size_t *ret_count,
                                const char **ret_why)
{
    const char *service = json_string_value(json_object_get(request, "service"));
    const json_t *data = json_object_get(request, "data");
    bool updates;

    *ret_why = NULL;
    updates = read_updating(request, ret_why);
    if (service == NULL || strcmp(service, "DongBoHoSoMC") != 0)
        *ret_why = "service is DongBoHoSoMC.";
    else if (!json_is_array(data) || json_array_size(data) == 0)
        *ret_why = "data is a list of records.";
    if (*ret_why != NULL) return MC_BAD_INPUT;
    if (json_array_size(data) > PORTAL_RECORDS_MAX) {
        *ret_why = "data has at most 20 records.";
        return MC_LIMIT;
    }
    *ret_count = json_array_size(data);
    for (size_t i = 0; i < *ret_count; i++)
        read_record(json_array_get(data, i), updates, arena, &messages[i]);
    return MC_OK;
}

enum status portal_messages_read(struct str text, struct arena *arena,
                                 struct portal_message *messages, size_t *ret_count,
                                 const char **ret_why)
{
    json_t *request = graphql_json_read(text, PORTAL_JSON_PARTS_MAX);
    enum status status = MC_BAD_INPUT;

    *ret_count = 0;
    *ret_why = "The body is not JSON, is nested too deeply, or has too many parts.";
    if (request != NULL) status = read_request(request, arena, messages, ret_count, ret_why);
    json_decref(request);
    return status;
}
