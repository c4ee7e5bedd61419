/* F02: a deadline says in one sentence, in two languages, what there is to know. */
#include "resolvers/dossier/deadline.h"
#include "tests/unit/check.h"

/* 2026-11-27 17:00 in Vietnam, and two days before. */
static const int64_t due = 1795773600000000, before = 1795600800000000;
enum { DAY = 480 };

static struct deadline deadline_of(const char *clock, int64_t left)
{
    return (struct deadline){ .due_at = due,
                              .clock = str_of(clock),
                              .remaining_minutes = left,
                              .day_minutes = DAY,
                              .stood_at = before,
                              .pause_reason = STR("SUPPLEMENT"),
                              .is_late = left < 0,
                              .reopened_at = GQL_I64_NONE };
}

static void says(const struct deadline *deadline, const char *vi, const char *en)
{
    struct arena arena;
    struct str text;

    arena_init(&arena, 1 << 16);
    text = deadline_explain(deadline, false, &arena);
    if (!str_is(text, vi)) print_error("%.*s\n", STR_PRINT(text));
    assert_true(str_is(text, vi));
    text = deadline_explain(deadline, true, &arena);
    if (!str_is(text, en)) print_error("%.*s\n", STR_PRINT(text));
    assert_true(str_is(text, en));
    arena_done(&arena);
}

static void how_long_there_is(void **state)
{
    struct deadline deadline = deadline_of("RUNNING", 3 * DAY + 59);

    (void)state;
    deadline.days_ahead = STR("24/11, 30/4–1/5");
    says(&deadline, "Hẹn trả lúc 17:00 27/11/2026, còn 3 ngày làm việc; 24/11, 30/4–1/5 nghỉ.",
         "Due at 17:00 27/11/2026, 3 working days left; 24/11, 30/4–1/5 off.");
    deadline = deadline_of("RUNNING", DAY);
    says(&deadline, "Hẹn trả lúc 17:00 27/11/2026, còn 1 ngày làm việc.",
         "Due at 17:00 27/11/2026, 1 working day left.");
    deadline = deadline_of("RUNNING", DAY - 1);
    says(&deadline, "Hẹn trả lúc 17:00 27/11/2026, còn 7 giờ làm việc.",
         "Due at 17:00 27/11/2026, 7 working hours left.");
    deadline = deadline_of("RUNNING", 59);
    says(&deadline, "Hẹn trả lúc 17:00 27/11/2026, còn 59 phút làm việc.",
         "Due at 17:00 27/11/2026, 59 working minutes left.");
    deadline = deadline_of("RUNNING", 0);
    says(&deadline, "Hẹn trả lúc 17:00 27/11/2026, còn chưa đến 1 phút làm việc.",
         "Due at 17:00 27/11/2026, less than a working minute left.");
}

static void how_late_it_is(void **state)
{
    struct deadline deadline = deadline_of("RUNNING", -DAY - 1);

    (void)state;
    deadline.days_ahead = STR("24/11");
    says(&deadline, "Đã quá hạn 1 ngày làm việc (hẹn trả lúc 17:00 27/11/2026).",
         "Late by 1 working day (due at 17:00 27/11/2026).");
}

static void why_it_rests(void **state)
{
    static const struct {
        const char *reason, *vi, *en;
    } rows[] = {
        { "SUPPLEMENT", "chờ bổ sung giấy tờ", "papers are missing" },
        { "PAYMENT", "chờ thực hiện nghĩa vụ tài chính", "a payment is awaited" },
        { "WITHDRAWAL", "chờ giải quyết yêu cầu rút hồ sơ",
          "the applicant has asked for the dossier back" },
        { "SOMETHING NEW", "hồ sơ đang chờ", "the dossier waits" },
    };
    struct deadline deadline = deadline_of("PAUSED", 2 * DAY);
    char vi[256], en[256];

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        deadline.pause_reason = str_of(rows[i].reason);
        (void)snprintf(vi, sizeof(vi),
                       "Tạm dừng tính thời hạn từ 17:00 25/11/2026 vì %s; khi tính tiếp còn 2 ngày "
                       "làm việc.",
                       rows[i].vi);
        (void)snprintf(en, sizeof(en),
                       "The clock rests since 17:00 25/11/2026: %s; 2 working days left when it "
                       "goes on.",
                       rows[i].en);
        says(&deadline, vi, en);
    }
    deadline = deadline_of("PAUSED", -60);
    says(&deadline,
         "Tạm dừng tính thời hạn từ 17:00 25/11/2026 vì chờ bổ sung giấy tờ; khi đó đã quá hạn 1 "
         "giờ làm việc.",
         "The clock rests since 17:00 25/11/2026: papers are missing; it was late by 1 working "
         "hour.");
}

static void its_beginning_and_its_end(void **state)
{
    struct deadline deadline = deadline_of("NOT_STARTED", GQL_I64_NONE);

    (void)state;
    says(&deadline, "Chưa tính thời hạn vì hồ sơ chưa được tiếp nhận.",
         "The time limit has not begun: the dossier is not accepted yet.");
    deadline = deadline_of("RUNNING", GQL_I64_NONE);
    deadline.due_at = GQL_I64_NONE;
    deadline.limit_amount = GQL_I64_NONE;
    says(&deadline, "Thủ tục này không quy định thời hạn giải quyết.",
         "The procedure has no time limit.");
    deadline = deadline_of("STOPPED", GQL_I64_NONE);
    deadline.is_late = false;
    deadline.due_at = GQL_I64_NONE;
    says(&deadline, "Hồ sơ đã kết thúc trước khi tính thời hạn.",
         "The dossier ended before its time limit began.");
    deadline.due_at = due;
    says(&deadline, "Đã kết thúc lúc 17:00 25/11/2026, đúng hạn (hẹn trả lúc 17:00 27/11/2026).",
         "Finished at 17:00 25/11/2026, in time (due at 17:00 27/11/2026).");
    deadline.is_late = true;
    says(&deadline, "Đã kết thúc lúc 17:00 25/11/2026, trễ hạn (hẹn trả lúc 17:00 27/11/2026).",
         "Finished at 17:00 25/11/2026, late (due at 17:00 27/11/2026).");
}

static void what_a_reopening_leaves(void **state)
{
    struct deadline deadline = deadline_of("RUNNING", DAY);

    (void)state;
    deadline.reopened_at = before;
    says(&deadline,
         "Hẹn trả lúc 17:00 27/11/2026, còn 1 ngày làm việc. Hồ sơ được mở lại lúc 17:00 "
         "25/11/2026; ngày hẹn trả giữ nguyên như đã hẹn.",
         "Due at 17:00 27/11/2026, 1 working day left. It was reopened at 17:00 25/11/2026; the "
         "return date stays as promised.");
    deadline.due_at = deadline.limit_amount = GQL_I64_NONE;
    says(&deadline, "Thủ tục này không quy định thời hạn giải quyết.",
         "The procedure has no time limit.");
}

static void put_off_late_it_says_that_it_counts_as_late(void **state)
{
    struct deadline deadline = deadline_of("RUNNING", DAY);

    (void)state;
    deadline.extended_late = true;
    says(&deadline,
         "Hẹn trả lúc 17:00 27/11/2026, còn 1 ngày làm việc. Trước khi gia hạn đã quá hạn: hồ sơ "
         "vẫn tính là quá hạn.",
         "Due at 17:00 27/11/2026, 1 working day left. It was late before it was put off, and "
         "counts as late.");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(how_long_there_is),
        cmocka_unit_test(put_off_late_it_says_that_it_counts_as_late),
        cmocka_unit_test(how_late_it_is),
        cmocka_unit_test(why_it_rests),
        cmocka_unit_test(its_beginning_and_its_end),
        cmocka_unit_test(what_a_reopening_leaves),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
