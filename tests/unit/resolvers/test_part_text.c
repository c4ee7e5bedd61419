/* R15: what is to be done about a part is said in one sentence, in two languages. */
#include "resolvers/procedure/part_for_viewer.h"
#include "tests/unit/check.h"

static void says(enum part_how how, struct procedure_part part, const char *vi, const char *en)
{
    struct arena arena;

    arena_init(&arena, 1 << 12);
    assert_true(str_is(part_guidance(how, &part, false, &arena), vi));
    assert_true(str_is(part_guidance(how, &part, true, &arena), en));
    arena_done(&arena);
}

static void what_to_bring(void **state)
{
    struct procedure_part part = { .originals = 1, .copies = 2 };

    (void)state;
    says(PART_TO_BRING, part, "Cần nộp 1 bản chính và 2 bản sao; nộp trực tuyến thì tải tệp lên.",
         "Bring 1 original and 2 copies; online, upload a file.");
    part = (struct procedure_part){ .originals = 2, .copies = 1 };
    says(PART_TO_BRING_IF_THERE, part, "Nếu có, nộp 2 bản chính và 1 bản sao.",
         "If you have it, bring 2 originals and 1 copy.");
    part = (struct procedure_part){ .copies = 1 };
    says(PART_TO_BRING, part, "Cần nộp 1 bản sao; nộp trực tuyến thì tải tệp lên.",
         "Bring 1 copy; online, upload a file.");
    part = (struct procedure_part){ .copies = 0 };
    says(PART_TO_BRING, part, "Cần nộp giấy tờ này; nộp trực tuyến thì tải tệp lên.",
         "Bring it; online, upload a file.");
}

static void what_is_there_already(void **state)
{
    struct procedure_part part = { .originals = 1 };

    (void)state;
    says(PART_HELD, part, "Đã có trong kho giấy tờ của bạn: chọn để dùng lại.",
         "You have it in store: choose it to use it again.");
    says(PART_DECLARED, part,
         "Khai trên tờ khai điện tử; không nộp trực tuyến thì nộp 1 bản chính.",
         "Fill it in as the e-form; where you do not hand in online, bring 1 original.");
    part.database = STR("Cơ sở dữ liệu quốc gia về dân cư");
    part.database_en = STR("National population database");
    says(PART_OBTAINED, part, "Không phải nộp: cơ quan lấy từ Cơ sở dữ liệu quốc gia về dân cư.",
         "Nothing to bring: it is taken from the National population database.");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_to_bring),
        cmocka_unit_test(what_is_there_already),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
