/* Each kind of record is a table of fields. */
#include "portal_field.h"

#include "base/utf8.h"

enum {
    NAME_CHARACTERS_MAX = 200,
    ADDRESS_CHARACTERS_MAX = 2048,
    KHO_ID_CHARACTERS_MAX = 100,
    REFERENCE_CHARACTERS_MAX = 100,
    NOTE_CHARACTERS_MAX = 2000,
};

void portal_refuse(struct portal_reading *reading, const char *name, const char *rule)
{
    if (reading->why == NULL)
        reading->why = arena_printf(reading->arena, "%s: %s", name, rule).data;
}

/* ---- values ---- */

struct str portal_text(struct arena *arena, const json_t *record, const char *name)
{
    const json_t *value = json_object_get(record, name);

    if (json_is_string(value))
        return (struct str){ json_string_value(value), json_string_length(value) };
    if (json_is_integer(value))
        return arena_printf(arena, "%lld", (long long)json_integer_value(value));
    return STR_NONE;
}

bool portal_is_other(const json_t *record, const char *name)
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

bool portal_are_digits(struct str text, size_t size)
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

    if (!portal_are_digits(text, 14)) return MC_BAD_INPUT;
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

bool portal_flag(struct portal_reading *reading, const json_t *record, const char *name)
{
    const json_t *value = json_object_get(record, name);
    struct str text = portal_text(reading->arena, record, name);
    bool is_set = json_is_true(value) || str_is(text, "1");
    bool is_clear = value == NULL || json_is_null(value) || json_is_false(value) ||
                    str_is(text, "0") || (json_is_string(value) && text.size == 0);

    if (!is_set && !is_clear) portal_refuse(reading, name, "0 or 1.");
    return is_set;
}

/* ---- fields ---- */

void portal_put(struct portal_reading *reading, const char *key, struct str text)
{
    json_key(&reading->out, key);
    json_str(&reading->out, text);
}

bool portal_text_fits(struct str text, size_t characters_max)
{
    return !is_blank(text) && characters(text) <= characters_max;
}

static void write_text(struct portal_reading *reading, const struct portal_field *field,
                       struct str text)
{
    if (!portal_text_fits(text, field->characters_max))
        portal_refuse(
            reading, field->name,
            arena_printf(reading->arena, "1 to %zu characters.", field->characters_max).data);
    else
        portal_put(reading, field->key, text);
}

static void write_time(struct portal_reading *reading, const struct portal_field *field,
                       struct str text)
{
    struct str time = STR_NONE;

    if (portal_time_read(text, reading->arena, &time) != MC_OK)
        portal_refuse(reading, field->name, "a time as yyyyMMddHHmmss.");
    else
        portal_put(reading, field->key, time);
}

static void write_day(struct portal_reading *reading, const struct portal_field *field,
                      struct str text)
{
    if (!portal_are_digits(text, 8) ||
        !is_day(number_at(text, 0, 4), number_at(text, 4, 2), number_at(text, 6, 2)))
        portal_refuse(reading, field->name, "a day as yyyyMMdd.");
    else
        portal_put(reading, field->key,
                   arena_printf(reading->arena, "%.4s-%.2s-%.2s", text.data, text.data + 4,
                                text.data + 6));
}

/* KenhThucHien, and ours. */
static void write_channel(struct portal_reading *reading, const struct portal_field *field,
                          struct str text)
{
    static const char *const channels[] = { "COUNTER", "ONLINE", "POST" };

    if (!portal_are_digits(text, 1) || text.data[0] < '1' || text.data[0] > '3')
        portal_refuse(reading, field->name, "1, 2 or 3.");
    else
        portal_put(reading, field->key, str_of(channels[text.data[0] - '1']));
}

static void write_new(struct portal_reading *reading, const struct portal_field *field,
                      struct str text)
{
    if (!str_is(text, "1")) portal_refuse(reading, field->name, "1: what is filed anew.");
}

static void write_withdrawn(struct portal_reading *reading, const struct portal_field *field,
                            struct str text)
{
    if (!str_is(text, "7"))
        portal_refuse(reading, field->name, "7: the applicant asks to withdraw.");
}

/* Shown to officers as a link. */
static void write_address(struct portal_reading *reading, const struct portal_field *field,
                          struct str text)
{
    static const struct str scheme = STR_INIT("https://");

    if (text.size <= scheme.size || memcmp(text.data, scheme.data, scheme.size) != 0)
        portal_refuse(reading, field->name, "an address that begins with https://.");
    else
        write_text(reading, field, text);
}

const struct portal_field portal_fields_of_dossier[] = {
    { "MaTTHC", "procedure", write_text, PORTAL_CODE_CHARACTERS_MAX, true },
    { "MaDonVi", "agency", write_text, PORTAL_CODE_CHARACTERS_MAX, false },
    { "NgayTiepNhan", "filedAt", write_time, 0, true },
    { "ChuHoSo", "name", write_text, NAME_CHARACTERS_MAX, true },
    { "NgaySinh", "bornOn", write_day, 0, false },
    { "KenhThucHien", "channel", write_channel, 0, true },
    { "TrangThaiHoSo", "state", write_new, 0, false },
    { NULL, NULL, NULL, 0, false },
};

const struct portal_field portal_fields_of_update[] = {
    { "MaDonVi", "agency", write_text, PORTAL_CODE_CHARACTERS_MAX, false },
    { NULL, NULL, NULL, 0, false },
};

const struct portal_field portal_fields_of_paper[] = {
    { "TenTepDinhKem", "name", write_text, NAME_CHARACTERS_MAX, true },
    { "DuongDanTaiTepTin", "address", write_address, ADDRESS_CHARACTERS_MAX, false },
    { "MaKetQuaThayThe", "khoId", write_text, KHO_ID_CHARACTERS_MAX, false },
    { "GiayToId", "item", write_text, PORTAL_CODE_CHARACTERS_MAX, false },
    { NULL, NULL, NULL, 0, false },
};

const struct portal_field portal_fields_of_payment[] = {
    { "MaThamChieu", "reference", write_text, REFERENCE_CHARACTERS_MAX, true },
    { NULL, NULL, NULL, 0, false },
};

/* It is an order of the applicant's: 7 of the portal's status codes, and who gives it. */
const struct portal_field portal_fields_of_withdrawal[] = {
    { "TrangThaiHoSo", "state", write_withdrawn, 0, true },
    { "LyDo", "note", write_text, NOTE_CHARACTERS_MAX, false },
    { "MaThongDiep", "messageId", write_text, REFERENCE_CHARACTERS_MAX, false },
    { "ThoiDiemXuLy", "sentAt", write_time, 0, false },
    { NULL, NULL, NULL, 0, false },
};

void portal_fields_read(struct portal_reading *reading, const json_t *record,
                        const struct portal_field *field)
{
    for (; field->name != NULL; field++) {
        struct str text = portal_text(reading->arena, record, field->name);

        if (portal_is_other(record, field->name))
            portal_refuse(reading, field->name, "a text or a whole number.");
        else if (text.size > 0)
            field->write(reading, field, text);
        else if (field->is_needed)
            portal_refuse(reading, field->name, "it is missing.");
    }
}
