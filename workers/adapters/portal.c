/* The national portal (Cổng Dịch vụ công quốc gia): DongBoHoSoMC, a dossier as it stands, and
 * CapNhatTienDoHoSoMC, a step of its progress. Source: DOMAIN §2.3. */
#include "adapter.h"
#include "base/clock.h"
#include "base/json_out.h"

#include <jansson.h>

#include <stdio.h>

enum { MINUTES_EAST = 7 * 60, TIME_BYTES = 64, TIME_DIGITS = 14 };

static void put(struct json_out *out, const char *key, struct str text)
{
    if (text.data == NULL) return;
    json_key(out, key);
    json_str(out, text);
}

/* yyyyMMddHHmmss in Vietnam. */
static void put_time(struct json_out *out, const char *key, int64_t at)
{
    char digits[TIME_DIGITS];
    size_t count = 0;
    struct buf text;

    if (at == INT64_MIN) return;
    buf_init(&text, TIME_BYTES);
    clock_rfc3339(&text, at, MINUTES_EAST);
    for (size_t i = 0; i < text.size && count < TIME_DIGITS; i++)
        if (text.data[i] >= '0' && text.data[i] <= '9') digits[count++] = text.data[i];
    put(out, key, (struct str){ digits, count });
    buf_done(&text);
}

static void put_number(struct json_out *out, const char *key, int64_t number)
{
    char text[24];

    put(out, key,
        (struct str){ text, (size_t)snprintf(text, sizeof(text), "%lld", (long long)number) });
}

/* KenhThucHien; an appointment and a visit are by hand, too. */
static const char *channel_code(struct str channel)
{
    if (str_is(channel, "ONLINE")) return "2";
    return str_is(channel, "POST") ? "3" : "1";
}

/* ---- lists ---- */

/* A member of a list's items: the portal's name, ours, and how it is written. */
struct member {
    const char *name, *key;
    void (*write)(struct json_out *out, const char *name, const json_t *value);
};

static void write_text(struct json_out *out, const char *name, const json_t *value)
{
    put(out, name, (struct str){ json_string_value(value), json_string_length(value) });
}

static void write_number(struct json_out *out, const char *name, const json_t *value)
{
    put_number(out, name, json_integer_value(value));
}

static void write_time(struct json_out *out, const char *name, const json_t *value)
{
    put_time(out, name, json_integer_value(value));
}

/* HinhThucThu. */
static void write_stage(struct json_out *out, const char *name, const json_t *value)
{
    struct str stage = str_of(json_string_value(value));

    put(out, name,
        str_is(stage, "RECEPTION") ? STR("1") : (str_is(stage, "RETURN") ? STR("4") : STR("2")));
}

static void write_members(const struct member *member, const json_t *item, struct json_out *out)
{
    for (; member->name != NULL; member++) {
        const json_t *value = json_object_get(item, member->key);

        if (value != NULL) member->write(out, member->name, value);
    }
}

/* Nothing when there is none. end, if any, writes what is no member. */
static void write_list(struct json_out *out, const char *name, const json_t *list,
                       const struct member *members,
                       void (*end)(struct json_out *out, const json_t *item))
{
    const json_t *item;
    size_t i;

    if (json_array_size(list) == 0) return;
    json_key(out, name);
    json_array_open(out);
    json_array_foreach(list, i, item)
    {
        json_object_open(out);
        write_members(members, item, out);
        if (end != NULL) end(out, item);
        json_object_close(out);
    }
    json_array_close(out);
}

static const struct member asked_members[] = { { "GiayToId", "id", write_text },
                                               { "TenGiayTo", "name", write_text },
                                               { "GhiChu", "note", write_text },
                                               { NULL, NULL, NULL } };

static const struct member supplement_members[] = {
    { "HoSoBoSungId", "id", write_text },
    { "NoiDungBoSung", "reason", write_text },
    { "NguoiYeuCauBoSung", "askedBy", write_text },
    { "NgayBoSung", "askedAt", write_time },
    { "HanBoSung", "until", write_time },
    { "NgayTiepNhanBoSung", "answeredAt", write_time },
    { "NgayHenTraTruoc", "dueBefore", write_time },
    { "NgayHenTraMoi", "dueAfter", write_time },
    { NULL, NULL, NULL },
};

static void end_supplement(struct json_out *out, const json_t *item)
{
    put(out, "TrangThaiBoSung", json_object_get(item, "answeredAt") == NULL ? STR("0") : STR("1"));
    write_list(out, "DanhSachGiayToBoSung", json_object_get(item, "items"), asked_members, NULL);
}

static const struct member fee_members[] = {
    { "TenPhiLePhi", "what", write_text },
    { "Gia", "amountDong", write_number },
    { "HinhThucThu", "stage", write_stage },
    { "HanNop", "until", write_time },
    { "NgayThanhToan", "paidAt", write_time },
    { "MaThamChieu", "reference", write_text },
    { NULL, NULL, NULL },
};

/* What is not paid yet may be paid there: it comes back as a payment. */
static void end_fee(struct json_out *out, const json_t *item)
{
    bool is_paid = json_object_get(item, "paidAt") != NULL;

    put(out, "SoLuong", STR("1"));
    put(out, "TrangThaiThanhToan", is_paid ? STR("1") : STR("0"));
    if (!is_paid) put(out, "DuocThanhToanTrucTuyen", STR("1"));
}

static const struct member result_members[] = { { "TenGiayTo", "name", write_text },
                                                { "MaGiayToKetQua", "id", write_text },
                                                { NULL, NULL, NULL } };

static void write_owner(struct json_out *out, const json_t *owner)
{
    const char *kind = json_string_value(json_object_get(owner, "kind"));

    if (kind == NULL) return;
    put(out, "LoaiDoiTuong", strcmp(kind, "PERSON") == 0 ? STR("0") : STR("1"));
    write_text(out, "DinhDanhCHS", json_object_get(owner, "taxCode"));
}

static void write_details(const struct sync_message *message, struct json_out *out)
{
    json_t *details =
        json_loadb(message->details.data, message->details.size, JSON_REJECT_DUPLICATES, NULL);

    write_owner(out, json_object_get(details, "owner"));
    write_list(out, "DanhSachHoSoBoSung", json_object_get(details, "supplements"),
               supplement_members, end_supplement);
    write_list(out, "DanhSachLePhi", json_object_get(details, "fees"), fee_members, end_fee);
    write_list(out, "DanhSachGiayToKetQua", json_object_get(details, "results"), result_members,
               NULL);
    json_decref(details);
}

/* ---- messages ---- */

static void write_dossier(const struct sync_message *message, struct json_out *out)
{
    put(out, "MaTTHC", message->procedure);
    put(out, "MaDonVi", message->agency);
    put(out, "KenhThucHien", str_of(channel_code(message->channel)));
    put_time(out, "NgayNopHoSo", message->filed_at);
    put_time(out, "NgayTiepNhan", message->received_at);
    put_time(out, "NgayHenTra", message->due_at);
    put_time(out, "NgayKetThucXuLy", message->finished_at);
    if (str_is(message->event, "handOver") || str_is(message->event, "collect"))
        put_time(out, "NgayTra", message->at);
    put_number(out, "TrangThaiHoSo", message->national_code);
    write_details(message, out);
}

static void write_progress(const struct sync_message *message, struct json_out *out)
{
    put(out, "NguoiXuLy", message->actor);
    put_time(out, "ThoiDiemXuLy", message->at);
    put(out, "PhongBanXuLy", message->agency_name);
    put(out, "NoiDungXuLy", message->state_name);
    put_number(out, "TrangThai", message->national_code);
}

static void portal_write(const struct sync_message *message, struct buf *buf)
{
    /* A step says nothing to who has not heard of the dossier. */
    bool progress = str_is(message->service, "CapNhatTienDoHoSoMC") && !message->is_first;
    struct json_out out = json_out(buf);

    json_object_open(&out);
    put(&out, "service", progress ? message->service : STR("DongBoHoSoMC"));
    if (!progress) {
        json_key(&out, "isUpdating");
        json_bool(&out, !message->is_first);
    }
    json_key(&out, "data");
    json_array_open(&out);
    json_object_open(&out);
    put(&out, "MaThongDiep", message->event_id);
    put(&out, "MaHoSo", message->code);
    (progress ? write_progress : write_dossier)(message, &out);
    json_object_close(&out);
    json_array_close(&out);
    json_object_close(&out);
}

static void say(char why[ADAPTER_WHY_BYTES], const char *kind, const char *text)
{
    size_t size = (size_t)snprintf(why, ADAPTER_WHY_BYTES, "%s%s", kind, text);

    if (size >= ADAPTER_WHY_BYTES) size = ADAPTER_WHY_BYTES - 1;
    for (size_t i = 0; i < size; i++) {
        char c = why[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '_' || c == '.' || c == ':' || c == '-'))
            why[i] = '_';
    }
}

/* What is wrong on the way, with the portal or with our key may be over soon; what the portal says
 * of the message itself, by an error_code, is given as many tries, since its codes tell no more. */
static enum adapter_verdict portal_read(long http_status, struct str body,
                                        char why[ADAPTER_WHY_BYTES])
{
    enum adapter_verdict verdict = ADAPTER_RETRY;
    json_t *answer = json_loadb(body.data, body.size, JSON_REJECT_DUPLICATES, NULL);
    const char *code = json_string_value(json_object_get(answer, "error_code"));
    char text[24];

    (void)snprintf(text, sizeof(text), "%ld", http_status);
    if (http_status < 200 || http_status > 299) {
        say(why, "HTTP_", text);
        if (http_status == 413) verdict = ADAPTER_REFUSED;
    } else if (code == NULL) {
        say(why, "NO_ERROR_CODE", "");
    } else if (strcmp(code, "0") == 0 || strcmp(code, "00") == 0) {
        verdict = ADAPTER_ACKED;
    } else {
        say(why, "ERROR_CODE_", code);
    }
    json_decref(answer);
    return verdict;
}

static const struct adapter_pull portal_pulls[] = {
    { "LayDanhMucCoQuan", ADAPTER_AGENCIES },
    { "LayDanhSachTTHC", ADAPTER_PROCEDURES },
    { NULL, ADAPTER_AGENCIES },
};

const struct adapter adapter_portal = {
    .id = "DVCQG",
    .url = offsetof(struct worker_config, portal_url),
    .key_file = offsetof(struct worker_config, portal_key_file),
    .write = portal_write,
    .read = portal_read,
    .pulls = portal_pulls,
};
