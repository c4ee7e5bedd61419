/* What the national portal sends is read strictly, and the same content is the same message. */
#include "server/portal_field.h"
#include "server/portal_message.h"
#include "tests/unit/check.h"

enum { ARENA_BYTES_MAX = 1 << 20 };

static void a_time_is_one_that_there_is(void **state)
{
    static const struct {
        const char *text;
        const char *time; /* NULL: none */
    } cases[] = {
        { "20261127083000", "2026-11-27T08:30:00+07:00" },
        { "20240229235959", "2024-02-29T23:59:59+07:00" },
        { "20000229000000", "2000-02-29T00:00:00+07:00" },
        { "20261127130000", "2026-11-27T13:00:00+07:00" },
        { "20260229000000", NULL },
        { "21000229000000", NULL },
        { "20261301000000", NULL },
        { "20260031000000", NULL },
        { "20261127240000", NULL },
        { "20261127126000", NULL },
        { "20261127120060", NULL },
        { "2026112712000", NULL },
        { "202611271200000", NULL },
        { "2026-11-2712000", NULL },
        { "", NULL },
    };
    struct arena arena;

    (void)state;
    arena_init(&arena, ARENA_BYTES_MAX);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct str time = STR_NONE;
        enum status status = portal_time_read(str_of(cases[i].text), &arena, &time);

        assert_int_equal(status, cases[i].time == NULL ? MC_BAD_INPUT : MC_OK);
        if (cases[i].time != NULL) assert_true(str_is(time, cases[i].time));
    }
    arena_done(&arena);
}

#define REQUEST(record) "{\"service\":\"DongBoHoSoMC\",\"isUpdating\":false,\"data\":[" record "]}"

static void the_order_of_members_is_no_content(void **state)
{
    static const char one[] = REQUEST(
        "{\"MaHoSo\":\"H29.1-261120-0001\",\"MaTTHC\":\"1.001612\",\"ChuHoSo\":\"A\","
        "\"NgayTiepNhan\":\"20261120083000\",\"KenhThucHien\":2,\"DinhDanhCHS\":\"074090000001\"}");
    static const char other[] = REQUEST(
        "{\"DinhDanhCHS\":\"074090000001\",\"KenhThucHien\":2,\"NgayTiepNhan\":\"20261120083000\","
        "\"ChuHoSo\":\"A\",\"MaTTHC\":\"1.001612\",\"MaHoSo\":\"H29.1-261120-0001\"}");
    struct portal_message first[PORTAL_RECORDS_MAX], second[PORTAL_RECORDS_MAX];
    struct arena arena;
    const char *why;
    size_t count;

    (void)state;
    arena_init(&arena, ARENA_BYTES_MAX);
    assert_int_equal(portal_messages_read(str_of(one), &arena, first, &count, &why), MC_OK);
    assert_int_equal(count, 1);
    assert_null(first[0].why);
    assert_int_equal(portal_messages_read(str_of(other), &arena, second, &count, &why), MC_OK);
    assert_true(str_eq(first[0].content, second[0].content));
    assert_true(str_is(first[0].personal_no, "074090000001"));
    assert_true(str_is(first[0].body, "{\"code\":\"H29.1-261120-0001\",\"procedure\":\"1.001612\","
                                      "\"filedAt\":\"2026-11-20T08:30:00+07:00\",\"name\":\"A\","
                                      "\"channel\":\"ONLINE\",\"agency\":\"H29.1\"}"));
    arena_done(&arena);
}

/* One that was refused for a wrong tax code is sent again with the right one. */
static void another_tax_code_is_other_content(void **state)
{
    static const char *const numbers[] = { "3700123456", "3700123457" };
    struct str contents[2];
    struct arena arena;

    (void)state;
    arena_init(&arena, ARENA_BYTES_MAX);
    for (size_t i = 0; i < 2; i++) {
        struct portal_message messages[PORTAL_RECORDS_MAX];
        struct str text = arena_printf(
            &arena,
            REQUEST("{\"MaHoSo\":\"H29.1-261120-0001\",\"MaTTHC\":\"1.001612\",\"ChuHoSo\":\"A\","
                    "\"NgayTiepNhan\":\"20261120083000\",\"KenhThucHien\":2,\"LoaiDoiTuong\":1,"
                    "\"DinhDanhCHS\":\"%s\"}"),
            numbers[i]);
        const char *why;
        size_t count;

        assert_int_equal(portal_messages_read(text, &arena, messages, &count, &why), MC_OK);
        assert_null(messages[0].why);
        assert_null(messages[0].personal_no.data);
        contents[i] = messages[0].content;
    }
    assert_false(str_eq(contents[0], contents[1]));
    arena_done(&arena);
}

#define UPDATE(record) "{\"service\":\"DongBoHoSoMC\",\"isUpdating\":true,\"data\":[" record "]}"

/* Else nobody could tell whose it is, should its dossier not be there. */
static void what_is_about_a_dossier_names_an_agency(void **state)
{
    static const struct {
        const char *text, *agency;
    } cases[] = {
        { UPDATE("{\"MaHoSo\":\"H29.1-261120-0001\",\"DanhSachHoSoBoSung\":[{}],"
                 "\"TaiLieuNop\":[{\"TenTepDinhKem\":\"a\",\"MaKetQuaThayThe\":\"k\"}]}"),
          ",\"agency\":\"H29.1\"}" },
        { UPDATE("{\"MaHoSo\":\"H29.1-261120-0001\",\"MaThamChieu\":\"GD\",\"MaDonVi\":\"H29.2\","
                 "\"DanhSachLePhi\":[{\"Gia\":1,\"TrangThaiThanhToan\":1}]}"),
          ",\"agency\":\"H29.2\"}" },
        { UPDATE("{\"MaHoSo\":\"H29.1.3-261120-0001\",\"TrangThaiHoSo\":7,"
                 "\"DinhDanhCHS\":\"074090000001\"}"),
          ",\"agency\":\"H29.1.3\"}" },
    };
    struct arena arena;

    (void)state;
    arena_init(&arena, ARENA_BYTES_MAX);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct portal_message messages[PORTAL_RECORDS_MAX];
        size_t size = strlen(cases[i].agency), count;
        const char *why;

        assert_int_equal(
            portal_messages_read(str_of(cases[i].text), &arena, messages, &count, &why), MC_OK);
        assert_null(messages[0].why);
        assert_true(messages[0].body.size > size);
        assert_memory_equal(messages[0].body.data + messages[0].body.size - size, cases[i].agency,
                            size);
    }
    arena_done(&arena);
}

/* A filing; of it the body, or why it does not fit. */
static struct str read_filing(struct arena *arena, const char *more, const char **ret_why)
{
    struct portal_message messages[PORTAL_RECORDS_MAX];
    struct str text =
        arena_printf(arena,
                     REQUEST("{\"MaHoSo\":\"H29.1-261120-0001\",\"MaTTHC\":\"1.001612\","
                             "\"ChuHoSo\":\"A\",\"NgayTiepNhan\":\"20261120083000\","
                             "\"KenhThucHien\":2,\"DinhDanhCHS\":\"074090000001\",%s}"),
                     more);
    size_t count;

    assert_int_equal(portal_messages_read(text, arena, messages, &count, ret_why), MC_OK);
    *ret_why = messages[0].why;
    return messages[0].body;
}

/* A dossier whose fee is paid at its filing is no less one; what is only due is no payment. */
static void a_filing_may_be_paid_for(void **state)
{
    static const struct {
        const char *fees;
        const char *says; /* in the body, or why it does not fit */
        bool fits;
    } cases[] = {
        { "\"MaThamChieu\":\"GD\",\"DanhSachLePhi\":[{\"Gia\":10000,\"SoLuong\":2,"
          "\"TrangThaiThanhToan\":1},{\"Gia\":5,\"TrangThaiThanhToan\":\"1\"}]",
          "\"payment\":{\"reference\":\"GD\",\"amountDong\":20005}", true },
        { "\"MaThamChieu\":\"GD\",\"DanhSachLePhi\":[{\"Gia\":7,\"TrangThaiThanhToan\":1},"
          "{\"Gia\":5,\"TrangThaiThanhToan\":0}]",
          "\"payment\":{\"reference\":\"GD\",\"amountDong\":7}", true },
        { "\"DanhSachLePhi\":[{\"Gia\":0,\"TrangThaiThanhToan\":0}]",
          "\"channel\":\"ONLINE\",\"agency\"", true },
        { "\"DanhSachLePhi\":[]", "\"channel\":\"ONLINE\",\"agency\"", true },
        { "\"DanhSachLePhi\":[{\"Gia\":7,\"TrangThaiThanhToan\":1}]", "MaThamChieu: it is missing.",
          false },
        { "\"MaThamChieu\":\"GD\",\"DanhSachLePhi\":[{\"Gia\":0,\"TrangThaiThanhToan\":1}]",
          "DanhSachLePhi: Gia and SoLuong", false },
        { "\"DanhSachLePhi\":{}", "DanhSachLePhi: a list", false },
    };
    struct arena arena;

    (void)state;
    arena_init(&arena, ARENA_BYTES_MAX);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *why = NULL;
        struct str body = read_filing(&arena, cases[i].fees, &why);

        assert_int_equal(why == NULL, cases[i].fits);
        assert_non_null(strstr(why == NULL ? arena_str(&arena, body).data : why, cases[i].says));
    }
    arena_done(&arena);
}

static void how_a_paper_came_is_said_by_flags(void **state)
{
    static const struct {
        const char *flags, *says;
        bool fits;
    } cases[] = {
        { "\"DuocSoHoa\":1,\"DuocTaiSuDung\":\"1\",\"DuocLayTuKhoDMQG\":true",
          "\"khoId\":\"k\",\"digitised\":true,\"reused\":true,\"fromStore\":true}", true },
        { "\"DuocSoHoa\":0,\"DuocTaiSuDung\":\"\",\"DuocLayTuKhoDMQG\":false", "\"khoId\":\"k\"}",
          true },
        { "\"DuocSoHoa\":null", "\"khoId\":\"k\"}", true },
        { "\"DuocSoHoa\":2", "DuocSoHoa: 0 or 1.", false },
        { "\"DuocTaiSuDung\":{}", "DuocTaiSuDung: 0 or 1.", false },
        { "\"DuocLayTuKhoDMQG\":1.0", "DuocLayTuKhoDMQG: 0 or 1.", false },
    };
    struct arena arena;

    (void)state;
    arena_init(&arena, ARENA_BYTES_MAX);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *why = NULL;
        struct str paper = arena_printf(
            &arena, "\"TaiLieuNop\":[{\"TenTepDinhKem\":\"a\",\"MaKetQuaThayThe\":\"k\",%s}]",
            cases[i].flags);
        struct str body = read_filing(&arena, paper.data, &why);

        assert_int_equal(why == NULL, cases[i].fits);
        assert_non_null(strstr(why == NULL ? arena_str(&arena, body).data : why, cases[i].says));
    }
    arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_time_is_one_that_there_is),
        cmocka_unit_test(the_order_of_members_is_no_content),
        cmocka_unit_test(another_tax_code_is_other_content),
        cmocka_unit_test(what_is_about_a_dossier_names_an_agency),
        cmocka_unit_test(a_filing_may_be_paid_for),
        cmocka_unit_test(how_a_paper_came_is_said_by_flags),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
