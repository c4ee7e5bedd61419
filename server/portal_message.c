/* A record is read by the tables of portal_field.c, beside what is more than a text: lists, sums,
 * and who files. */
#include "portal_message.h"

#include "code_exchange.h"
#include "graphql_request.h"
#include "portal_field.h"

#include <stdlib.h>

enum { BODY_BYTES_MAX = 4 * 1024 * 1024 };

static const int64_t dong_max = 1000000000000;

/* ---- lists ---- */

/* Its items, at most count_max of them; NULL has been refused, but for one that may be absent. */
static const json_t *list_of(struct portal_reading *reading, const json_t *record, const char *name,
                             size_t count_max, bool is_needed)
{
    const json_t *list = json_object_get(record, name);
    size_t i;
    const json_t *item;

    if ((list == NULL || json_is_null(list)) && !is_needed) return NULL;
    if (!json_is_array(list) || json_array_size(list) > count_max ||
        (is_needed && json_array_size(list) == 0)) {
        portal_refuse(
            reading, name,
            arena_printf(reading->arena, "a list of %d to %zu items.", is_needed, count_max).data);
        return NULL;
    }
    json_array_foreach(list, i, item) if (!json_is_object(item))
    {
        portal_refuse(reading, name, "each item is an object.");
        return NULL;
    }
    return list;
}

/* What the portal says of how a paper came. */
static void read_flags(struct portal_reading *reading, const json_t *paper)
{
    static const struct {
        const char *name, *key;
    } flags[] = { { "DuocSoHoa", "digitised" },
                  { "DuocTaiSuDung", "reused" },
                  { "DuocLayTuKhoDMQG", "fromStore" } };

    for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
        if (portal_flag(reading, paper, flags[i].name)) {
            json_key(&reading->out, flags[i].key);
            json_bool(&reading->out, true);
        }
}

static void read_papers(struct portal_reading *reading, const json_t *record, bool is_needed)
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
        portal_fields_read(reading, paper, portal_fields_of_paper);
        read_flags(reading, paper);
        json_object_close(&reading->out);
        if (portal_text(reading->arena, paper, "DuongDanTaiTepTin").size == 0 &&
            portal_text(reading->arena, paper, "MaKetQuaThayThe").size == 0)
            portal_refuse(reading, "TaiLieuNop", "each has DuongDanTaiTepTin or MaKetQuaThayThe.");
    }
    json_array_close(&reading->out);
}

/* -1: it is none from least to most. */
static int64_t number_of(struct arena *arena, const json_t *item, const char *name, int64_t preset,
                         int64_t most)
{
    struct str text = portal_text(arena, item, name);
    int64_t number;

    if (text.size == 0) return portal_is_other(item, name) ? -1 : preset;
    if (str_to_i64(text, &number) != MC_OK || number < 1 || number > most) return -1;
    return number;
}

/* What one fee comes to; -1: it is none. */
static int64_t fee_dong(struct portal_reading *reading, const json_t *fee)
{
    int64_t price = number_of(reading->arena, fee, "Gia", -1, dong_max);
    int64_t count = number_of(reading->arena, fee, "SoLuong", 1, 1000);

    return price < 0 || count < 1 || price > dong_max / count ? -1 : price * count;
}

/* What was paid in all. paid_only: what is not paid yet is no fault; else each has been. */
static int64_t sum_fees(struct portal_reading *reading, const json_t *fees, bool paid_only)
{
    int64_t sum = 0;
    const json_t *fee;
    size_t i;

    json_array_foreach(fees, i, fee)
    {
        bool is_paid = str_is(portal_text(reading->arena, fee, "TrangThaiThanhToan"), "1");
        int64_t dong = is_paid || !paid_only ? fee_dong(reading, fee) : 0;

        if (dong < 0 || sum > dong_max - dong) {
            portal_refuse(reading, "DanhSachLePhi",
                          "Gia and SoLuong make 1 to 1000000000000 đồng.");
            return 0;
        }
        if (!is_paid && !paid_only) {
            portal_refuse(reading, "DanhSachLePhi", "TrangThaiThanhToan is 1: what has been paid.");
            return 0;
        }
        sum += dong;
    }
    return sum;
}

static void put_payment(struct portal_reading *reading, const json_t *record, int64_t sum)
{
    portal_fields_read(reading, record, portal_fields_of_payment);
    json_key(&reading->out, "amountDong");
    json_i64(&reading->out, sum);
}

static void read_fees(struct portal_reading *reading, const json_t *record)
{
    const json_t *fees = list_of(reading, record, "DanhSachLePhi", PORTAL_FEES_MAX, true);

    if (fees != NULL) put_payment(reading, record, sum_fees(reading, fees, false));
}

/* What was paid when it was filed; what is listed as due is for an officer to demand. */
static void read_fees_of_filing(struct portal_reading *reading, const json_t *record)
{
    const json_t *fees = list_of(reading, record, "DanhSachLePhi", PORTAL_FEES_MAX, false);
    int64_t sum = fees == NULL ? 0 : sum_fees(reading, fees, true);

    if (sum == 0) return;
    json_key(&reading->out, "payment");
    json_object_open(&reading->out);
    put_payment(reading, record, sum);
    json_object_close(&reading->out);
}

/* ---- who files ---- */

/* Ten digits, or thirteen as NNNNNNNNNN-NNN; the database knows the check digit. */
static bool is_tax_code(struct str text)
{
    struct str rest = text, head = str_split(&rest, '-');

    if (!portal_are_digits(head, 10)) return false;
    return text.size == 10 || portal_are_digits(rest, 3);
}

static void read_applicant(struct portal_reading *reading, const json_t *record,
                           struct portal_message *message, bool is_needed)
{
    struct str number = portal_text(reading->arena, record, "DinhDanhCHS");
    struct str kind = portal_text(reading->arena, record, "LoaiDoiTuong");

    if (number.size == 0 && !is_needed && !portal_is_other(record, "DinhDanhCHS")) return;
    if (kind.size > 0 && !str_is(kind, "0")) {
        if (!str_is(kind, "1") && !str_is(kind, "2"))
            portal_refuse(reading, "LoaiDoiTuong", "0, 1 or 2.");
        else if (!is_tax_code(number))
            portal_refuse(reading, "DinhDanhCHS", "a tax code has 10 digits, or 10 and 3.");
        else
            portal_put(reading, "taxCode", number);
    } else if (!is_personal_no(number)) {
        portal_refuse(reading, "DinhDanhCHS", "a personal number has 12 digits.");
    } else {
        message->personal_no = arena_str(reading->arena, number);
    }
}

/* ---- a record ---- */

/* Where it is not named: as its code begins. */
static void read_agency(struct portal_reading *reading, const json_t *record, struct str code)
{
    if (portal_text(reading->arena, record, "MaDonVi").size == 0)
        portal_put(reading, "agency", str_split(&code, '-'));
}

static void read_update(struct portal_reading *reading, const json_t *record,
                        struct portal_message *message)
{
    bool supplements = json_object_get(record, "DanhSachHoSoBoSung") != NULL;
    bool pays = json_object_get(record, "DanhSachLePhi") != NULL;
    bool withdraws = !supplements && !pays && json_object_get(record, "TrangThaiHoSo") != NULL;

    if (supplements + pays + withdraws != 1) {
        portal_refuse(reading, "isUpdating",
                      "with true, one of DanhSachHoSoBoSung, DanhSachLePhi and TrangThaiHoSo 7.");
    } else if (supplements) {
        message->kind = "SUPPLEMENT";
        (void)list_of(reading, record, "DanhSachHoSoBoSung", PORTAL_PAPERS_MAX, true);
        read_papers(reading, record, true);
    } else if (pays) {
        message->kind = "PAYMENT";
        read_fees(reading, record);
    } else {
        message->kind = "WITHDRAWAL";
        portal_fields_read(reading, record, portal_fields_of_withdrawal);
    }
    portal_fields_read(reading, record, portal_fields_of_update);
    read_agency(reading, record, message->code);
    read_applicant(reading, record, message, withdraws);
}

static void read_filing(struct portal_reading *reading, const json_t *record,
                        struct portal_message *message)
{
    if (json_object_get(record, "DanhSachHoSoBoSung") != NULL)
        portal_refuse(reading, "DanhSachHoSoBoSung", "it comes with isUpdating true.");
    message->kind = "DOSSIER";
    portal_fields_read(reading, record, portal_fields_of_dossier);
    read_agency(reading, record, message->code);
    read_papers(reading, record, false);
    read_fees_of_filing(reading, record);
    read_applicant(reading, record, message, true);
}

/* A person's number is told apart by its blind index, an organisation's tax code is no secret. */
static struct str canonical(struct arena *arena, const json_t *record, bool is_of_person)
{
    json_t *copy = json_copy((json_t *)record);
    struct str content;
    char *text;

    if (is_of_person) (void)json_object_del(copy, "DinhDanhCHS");
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
    struct portal_reading reading = { .arena = arena };
    struct str code = portal_text(arena, record, "MaHoSo");

    *message = (struct portal_message){ .why = NULL };
    if (!json_is_object(record)) {
        message->why = "data: each record is an object.";
        return;
    }
    if (!portal_text_fits(code, PORTAL_CODE_CHARACTERS_MAX)) {
        message->why = "MaHoSo: 1 to 64 characters.";
        return;
    }
    message->code = arena_str(arena, code);
    buf_init(&body, BODY_BYTES_MAX);
    reading.out = json_out(&body);
    json_object_open(&reading.out);
    portal_put(&reading, "code", code);
    (updates ? read_update : read_filing)(&reading, record, message);
    json_object_close(&reading.out);
    message->why = reading.why != NULL || buf_status(&body) == MC_OK
                       ? reading.why
                       : "data: a record is too long.";
    if (message->why == NULL) {
        message->body = arena_str(arena, buf_str(&body));
        message->content = canonical(arena, record, message->personal_no.size > 0);
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
