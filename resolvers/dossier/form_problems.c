#include "dossier/form_problems.h"

struct sentence {
    const char *keyword, *vi, *en;
};

static const struct sentence sentences[] = {
    { "required", "Chưa khai mục này.", "This is missing." },
    { "dependencies", "Chưa khai mục này.", "This is missing." },
    { "type", "Giá trị không đúng kiểu.", "This is not of the right kind." },
    { "enum", "Hãy chọn một giá trị trong danh sách.", "Choose one of the list." },
    { "const", "Giá trị không được chấp nhận.", "This is not the value that is asked for." },
    { "format", "Giá trị không đúng định dạng.", "This is not written as it has to be." },
    { "pattern", "Giá trị không đúng định dạng.", "This is not written as it has to be." },
    { "minLength", "Giá trị quá ngắn.", "This is too short." },
    { "maxLength", "Giá trị quá dài.", "This is too long." },
    { "minimum", "Giá trị quá nhỏ.", "This is too small." },
    { "exclusiveMinimum", "Giá trị quá nhỏ.", "This is too small." },
    { "maximum", "Giá trị quá lớn.", "This is too large." },
    { "exclusiveMaximum", "Giá trị quá lớn.", "This is too large." },
    { "minItems", "Danh sách còn thiếu.", "The list is too short." },
    { "maxItems", "Danh sách quá dài.", "The list is too long." },
    { "uniqueItems", "Danh sách có mục trùng nhau.", "Something is listed twice." },
    { "additionalProperties", "Có mục không thuộc tờ khai.",
      "There is something the form does not have." },
};

static const struct sentence other = { "", "Giá trị không hợp lệ.", "This does not fit the form." };

static const struct sentence *sentence_of(struct str keyword)
{
    for (size_t i = 0; i < sizeof(sentences) / sizeof(sentences[0]); i++)
        if (str_is(keyword, sentences[i].keyword)) return &sentences[i];
    return &other;
}

/* "/members/0/name" is "fields.members.0.name". The names are the form's own, without "~". */
static struct str path_of(struct arena *arena, struct str pointer)
{
    struct str path = arena_printf(arena, "fields%.*s", STR_PRINT(pointer));
    char *text = arena_alloc(arena, path.size + 1);

    for (size_t i = 0; i < path.size; i++)
        text[i] = path.data[i] == '/' ? '.' : path.data[i];
    return (struct str){ text, path.size };
}

struct problem *form_problems(struct request *request, const struct form_check *check)
{
    struct problem *problems = ARENA_ARRAY(request->arena, check->problem_count, struct problem);
    bool english = str_is(request->viewer.locale, "en");

    for (size_t i = 0; i < check->problem_count; i++) {
        const struct sentence *sentence = sentence_of(check->problems[i].keyword);

        problems[i].path = path_of(request->arena, check->problems[i].path);
        problems[i].message = str_of(english ? sentence->en : sentence->vi);
    }
    return problems;
}
