#include "template.h"

const struct push_template templates[] = {
    { "dossier.submitted",
      { "Đã nộp hồ sơ", "Hồ sơ {tail} đã được gửi." },
      { "Dossier submitted", "Dossier {tail} has been sent." } },
    { "dossier.accepted",
      { "Hồ sơ được tiếp nhận",
        "Hồ sơ {tail} đã được tiếp nhận. Mở ứng dụng để xem ngày hẹn trả." },
      { "Dossier accepted", "Dossier {tail} has been accepted. Open the app for the due date." } },
    { "dossier.assigned",
      { "Hồ sơ đang xử lý", "Hồ sơ {tail} đang được xử lý." },
      { "Dossier in progress", "Dossier {tail} is being processed." } },
    { "dossier.completed",
      { "Hồ sơ đã xử lý xong", "Hồ sơ {tail} đã có kết quả. Mở ứng dụng để xem cách nhận." },
      { "Result ready", "Dossier {tail} has its result. Open the app to see how to get it." } },
    { "dossier.handedOver",
      { "Đã trả kết quả", "Kết quả của hồ sơ {tail} đã được trả." },
      { "Result handed over", "The result of dossier {tail} has been handed over." } },
    { "dossier.late",
      { "Hồ sơ quá hạn",
        "Hồ sơ {tail} đã quá hạn trả kết quả. Chúng tôi xin lỗi; mở ứng dụng để xem "
        "văn bản xin lỗi." },
      { "Dossier late",
        "Dossier {tail} is past its due date. We apologise; open the app to read the "
        "letter." } },
    { "dossier.dueChanged",
      { "Ngày hẹn trả thay đổi", "Ngày hẹn trả của hồ sơ {tail} đã thay đổi. Mở ứng dụng để xem." },
      { "Due date changed",
        "The due date of dossier {tail} has changed. Open the app to see it." } },
    { "reminder.threeDays",
      { "Còn ba ngày làm việc", "Hồ sơ {tail} còn ba ngày làm việc là đến hạn trả." },
      { "Three working days left", "Dossier {tail} is due in three working days." } },
    { "reminder.oneDay",
      { "Còn một ngày làm việc",
        "Hồ sơ {tail} còn một ngày làm việc là đến hạn trả. Đã soạn sẵn văn bản "
        "xin lỗi và gia hạn." },
      { "One working day left",
        "Dossier {tail} is due in one working day. An apology with an extension "
        "has been drafted." } },
    { "reminder.breach",
      { "Hồ sơ quá hạn", "Hồ sơ {tail} đã quá hạn trả kết quả. Đã gửi văn bản xin lỗi." },
      { "Dossier late", "Dossier {tail} is past its due date. The apology has been sent." } },
    { "account.sessionReused",
      { "Phiên đăng nhập đã kết thúc", "Một phiên đăng nhập của bạn bị dùng lại và đã được kết "
                                       "thúc. Mở ứng dụng để xem các thiết bị." },
      { "A session was ended", "One of your sessions was used twice and has been ended. Open the "
                               "app to see your devices." } },
    { "dossier.restricted",
      { "Có cập nhật mới", "Bạn có cập nhật mới. Mở ứng dụng để xem." },
      { "Something new", "There is something new for you. Open the app to see it." } },
    { "dossier.updated",
      { "Hồ sơ có cập nhật", "Hồ sơ {tail} có cập nhật." },
      { "Dossier updated", "Dossier {tail} has been updated." } },
};

const size_t template_count = sizeof(templates) / sizeof(templates[0]);

const struct push_template *template_find(struct str id)
{
    for (size_t i = 0; i < template_count; i++)
        if (str_is(id, templates[i].id)) return &templates[i];
    return &templates[template_count - 1];
}

static struct str fill(const char *text, struct str tail, struct arena *arena)
{
    static const char place[] = "{tail}";
    const char *at = strstr(text, place);

    if (at == NULL) return str_of(text);
    return arena_printf(arena, "%.*s%.*s%s", (int)(at - text), text, STR_PRINT(tail),
                        at + sizeof(place) - 1);
}

struct template_words template_fill(const struct push_template *words, struct str locale,
                                    struct str tail, struct arena *arena)
{
    const struct template_text *text = str_is(locale, "en") ? &words->en : &words->vi;

    return (struct template_words){ fill(text->title, tail, arena), fill(text->body, tail, arena) };
}
