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
    { "dossier.dueSoon",
      { "Sắp đến ngày hẹn trả",
        "Hồ sơ {tail} còn một ngày làm việc là đến ngày hẹn trả mà chưa có kết quả. Mở ứng dụng "
        "để xem." },
      { "Due soon",
        "Dossier {tail} is due in one working day and has no result yet. Open the app to see." } },
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
    { "dossier.supplementNeeded",
      { "Cần bổ sung giấy tờ", "Hồ sơ {tail} cần bổ sung giấy tờ. Mở ứng dụng để xem và nộp." },
      { "Papers needed",
        "Dossier {tail} needs more papers. Open the app to see which and hand them in." } },
    { "dossier.supplemented",
      { "Đã nhận bổ sung", "Giấy tờ bổ sung của hồ sơ {tail} đã đủ." },
      { "Supplement complete", "The papers asked for in dossier {tail} are complete." } },
    { "dossier.papersReceived",
      { "Đã nhận thêm giấy tờ", "Giấy tờ nộp thêm cho hồ sơ {tail} đã được nhận." },
      { "Papers received", "More papers for dossier {tail} have been received." } },
    { "dossier.rejected",
      { "Hồ sơ không được tiếp nhận",
        "Hồ sơ {tail} không được tiếp nhận. Mở ứng dụng để xem lý do." },
      { "Dossier not accepted",
        "Dossier {tail} has not been accepted. Open the app for the reason." } },
    { "dossier.sentToAgency",
      { "Hồ sơ đang phối hợp xử lý", "Hồ sơ {tail} đang được một cơ quan khác phối hợp xử lý." },
      { "With another agency", "Dossier {tail} is with another agency." } },
    { "dossier.agencyAnswered",
      { "Cơ quan phối hợp đã trả lời", "Hồ sơ {tail} tiếp tục được xử lý." },
      { "Other agency has answered", "Work on dossier {tail} goes on." } },
    { "dossier.resumed",
      { "Hồ sơ tiếp tục được xử lý",
        "Hồ sơ {tail} tiếp tục được xử lý. Mở ứng dụng để xem ngày hẹn trả mới." },
      { "Work goes on", "Work on dossier {tail} goes on. Open the app for the new due date." } },
    { "dossier.feeDue",
      { "Cần nộp phí, lệ phí", "Hồ sơ {tail} có khoản phải nộp. Mở ứng dụng để xem." },
      { "A fee is due", "There is something to pay for dossier {tail}. Open the app to see it." } },
    { "dossier.feePaid",
      { "Đã nhận phí, lệ phí", "Khoản phải nộp của hồ sơ {tail} đã được thu." },
      { "Fee received", "The fee for dossier {tail} has been received." } },
    { "dossier.withdrawRequested",
      { "Đã nhận yêu cầu rút hồ sơ", "Yêu cầu rút hồ sơ {tail} đang được xem xét." },
      { "Withdrawal requested", "The request to withdraw dossier {tail} is being looked at." } },
    { "dossier.withdrawn",
      { "Hồ sơ đã được rút", "Hồ sơ {tail} đã được rút theo yêu cầu." },
      { "Dossier withdrawn", "Dossier {tail} has been withdrawn as requested." } },
    { "dossier.withdrawalRefused",
      { "Không đồng ý cho rút hồ sơ",
        "Hồ sơ {tail} tiếp tục được xử lý. Mở ứng dụng để xem lý do." },
      { "Withdrawal refused", "Work on dossier {tail} goes on. Open the app for the reason." } },
    { "dossier.stopped",
      { "Hồ sơ dừng xử lý", "Hồ sơ {tail} đã dừng xử lý. Mở ứng dụng để xem lý do." },
      { "Dossier stopped",
        "Work on dossier {tail} has been stopped. Open the app for the reason." } },
    { "dossier.reopened",
      { "Hồ sơ được xử lý lại",
        "Kết quả của hồ sơ {tail} được xem xét lại. Mở ứng dụng để xem lý do." },
      { "Dossier reopened",
        "The result of dossier {tail} is being corrected. Open the app for the reason." } },
    { "dossier.extended",
      { "Hẹn lại ngày trả kết quả", "Hồ sơ {tail} có ngày hẹn trả mới. Mở ứng dụng để xem." },
      { "New due date", "Dossier {tail} has a new due date. Open the app to see it." } },
    { "dossier.channelChanged",
      { "Đã đổi kênh thực hiện",
        "Hồ sơ {tail} được thực hiện theo kênh khác. Mở ứng dụng để xem phí, lệ phí." },
      { "Channel changed",
        "Dossier {tail} goes on by another channel. Open the app to see the fee." } },
    { "digest.head",
      { "Tình hình hồ sơ hôm nay", "Sắp đến hạn / quá hạn: {tail}. Mở ứng dụng để xem." },
      { "Dossiers today", "Due soon / late: {tail}. Open the app to see more." } },
    { "account.sessionReused",
      { "Phiên đăng nhập đã kết thúc", "Một phiên đăng nhập của bạn bị dùng lại và đã được kết "
                                       "thúc. Mở ứng dụng để xem các thiết bị." },
      { "A session was ended", "One of your sessions was used twice and has been ended. Open the "
                               "app to see your devices." } },
    { "officer.supplemented",
      { "Đã bổ sung giấy tờ",
        "Giấy tờ yêu cầu bổ sung của hồ sơ {tail} đã đủ; hồ sơ chờ tiếp nhận." },
      { "Supplement complete",
        "What was asked for in dossier {tail} is there; it waits to be accepted." } },
    { "officer.papersReceived",
      { "Có giấy tờ nộp thêm",
        "Người nộp gửi thêm giấy tờ cho hồ sơ {tail}. Mở ứng dụng để xem và đối chiếu." },
      { "More papers",
        "The applicant has sent more papers for dossier {tail}. Open the app to look at them." } },
    { "officer.withdrawRequested",
      { "Yêu cầu rút hồ sơ", "Người nộp yêu cầu rút hồ sơ {tail}. Mở ứng dụng để giải quyết." },
      { "Withdrawal requested",
        "The applicant asks for dossier {tail} back. Open the app to decide." } },
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
