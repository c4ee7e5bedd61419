/* What is to be done about a part, in words: the tables are all that is said. */
#include "procedure/part_for_viewer.h"

struct text {
    const char *vi, *en;
};

static const struct {
    struct text before, after;
} sentences[] = {
    [PART_OBTAINED] = { { "Không phải nộp: cơ quan lấy từ ",
                          "Nothing to bring: it is taken from the " },
                        { ".", "." } },
    [PART_DECLARED] = { { "Khai trên tờ khai điện tử; không nộp trực tuyến thì nộp ",
                          "Fill it in as the e-form; where you do not hand in online, bring " },
                        { ".", "." } },
    [PART_HELD] = { { "Đã có trong kho giấy tờ của bạn: chọn để dùng lại.",
                      "You have it in store: choose it to use it again." },
                    { "", "" } },
    [PART_TO_BRING] = { { "Cần nộp ", "Bring " },
                        { "; nộp trực tuyến thì tải tệp lên.", "; online, upload a file." } },
    [PART_TO_BRING_IF_THERE] = { { "Nếu có, nộp ", "If you have it, bring " }, { ".", "." } },
};

static const struct {
    struct text one, many;
} pieces[] = {
    { { "bản chính", "original" }, { "bản chính", "originals" } },
    { { "bản sao", "copy" }, { "bản sao", "copies" } },
};

static const struct text and = { " và ", " and " }, nothing_counted = { "giấy tờ này", "it" };

static struct str in(const struct text *text, bool english)
{
    return str_of(english ? text->en : text->vi);
}

/* 1 bản chính và 2 bản sao. */
static struct str counted(const struct procedure_part *part, bool english, struct arena *arena)
{
    int64_t counts[] = { part->originals, part->copies };
    struct str said = STR("");

    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        if (counts[i] < 1) continue;
        said = arena_printf(
            arena, "%.*s%.*s%lld %.*s", STR_PRINT(said),
            STR_PRINT(said.size > 0 ? in(&and, english) : STR("")), (long long)counts[i],
            STR_PRINT(in(counts[i] == 1 ? &pieces[i].one : &pieces[i].many, english)));
    }
    return said.size > 0 ? said : in(&nothing_counted, english);
}

struct str part_guidance(enum part_how how, const struct procedure_part *part, bool english,
                         struct arena *arena)
{
    struct str what = counted(part, english, arena);

    if (how == PART_HELD) what = STR("");
    if (how == PART_OBTAINED) what = english ? part->database_en : part->database;
    return arena_printf(arena, "%.*s%.*s%.*s", STR_PRINT(in(&sentences[how].before, english)),
                        STR_PRINT(what), STR_PRINT(in(&sentences[how].after, english)));
}
