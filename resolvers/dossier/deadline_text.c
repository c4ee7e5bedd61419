/* A deadline in words: the tables are all that is said. */
#include "base/clock.h"
#include "dossier/deadline.h"

struct text {
    const char *vi, *en;
};

enum situation {
    NOT_STARTED,
    NO_LIMIT,
    NEVER_STARTED,
    RUNNING,
    RUNNING_OVER_DAYS_OFF,
    LATE,
    PAUSED,
    PAUSED_LATE,
    DONE_IN_TIME,
    DONE_LATE,
};

static const struct text sentences[] = {
    [NOT_STARTED] = { "Chưa tính thời hạn vì hồ sơ chưa được tiếp nhận.",
                      "The time limit has not begun: the dossier is not accepted yet." },
    [NO_LIMIT] = { "Thủ tục này không quy định thời hạn giải quyết.",
                   "The procedure has no time limit." },
    [NEVER_STARTED] = { "Hồ sơ đã kết thúc trước khi tính thời hạn.",
                        "The dossier ended before its time limit began." },
    [RUNNING] = { "Hẹn trả lúc {due}, còn {time}.", "Due at {due}, {time} left." },
    [RUNNING_OVER_DAYS_OFF] = { "Hẹn trả lúc {due}, còn {time}; {off} nghỉ.",
                                "Due at {due}, {time} left; {off} off." },
    [LATE] = { "Đã quá hạn {time} (hẹn trả lúc {due}).", "Late by {time} (due at {due})." },
    [PAUSED] = { "Tạm dừng tính thời hạn từ {since} vì {reason}; khi tính tiếp còn {time}.",
                 "The clock rests since {since}: {reason}; {time} left when it goes on." },
    [PAUSED_LATE] = { "Tạm dừng tính thời hạn từ {since} vì {reason}; khi đó đã quá hạn {time}.",
                      "The clock rests since {since}: {reason}; it was late by {time}." },
    [DONE_IN_TIME] = { "Đã kết thúc lúc {since}, đúng hạn (hẹn trả lúc {due}).",
                       "Finished at {since}, in time (due at {due})." },
    [DONE_LATE] = { "Đã kết thúc lúc {since}, trễ hạn (hẹn trả lúc {due}).",
                    "Finished at {since}, late (due at {due})." },
};

/* Follows the sentence: a correction is the agency's to make by the day it has promised. */
static const struct text reopened = {
    " Hồ sơ được mở lại lúc {reopened}; ngày hẹn trả giữ nguyên như đã hẹn.",
    " It was reopened at {reopened}; the return date stays as promised.",
};

static const struct text extended_late = {
    " Trước khi gia hạn đã quá hạn: hồ sơ vẫn tính là quá hạn.",
    " It was late before it was put off, and counts as late.",
};

static const struct {
    const char *reason;
    struct text text;
} reasons[] = {
    { "SUPPLEMENT", { "chờ bổ sung giấy tờ", "papers are missing" } },
    { "PAYMENT", { "chờ thực hiện nghĩa vụ tài chính", "a payment is awaited" } },
    { "WITHDRAWAL",
      { "chờ giải quyết yêu cầu rút hồ sơ", "the applicant has asked for the dossier back" } },
    { NULL, { "hồ sơ đang chờ", "the dossier waits" } },
};

enum unit { DAYS, HOURS, MINUTES };

static const struct {
    struct text one, many;
} units[] = {
    [DAYS] = { { "ngày làm việc", "working day" }, { "ngày làm việc", "working days" } },
    [HOURS] = { { "giờ làm việc", "working hour" }, { "giờ làm việc", "working hours" } },
    [MINUTES] = { { "phút làm việc", "working minute" }, { "phút làm việc", "working minutes" } },
};

static const struct text no_time = { "chưa đến 1 phút làm việc", "less than a working minute" };

static struct str in(const struct text *text, bool english)
{
    return str_of(english ? text->en : text->vi);
}

static enum situation situation_of(const struct deadline *deadline)
{
    bool late = deadline->is_late;

    if (str_is(deadline->clock, "NOT_STARTED")) return NOT_STARTED;
    if (deadline->due_at == GQL_I64_NONE && deadline->limit_amount != GQL_I64_NONE &&
        str_is(deadline->clock, "STOPPED"))
        return NEVER_STARTED;
    if (deadline->due_at == GQL_I64_NONE) return NO_LIMIT;
    if (str_is(deadline->clock, "STOPPED")) return late ? DONE_LATE : DONE_IN_TIME;
    if (str_is(deadline->clock, "PAUSED")) return late ? PAUSED_LATE : PAUSED;
    if (late) return LATE;
    return deadline->days_ahead.size > 0 ? RUNNING_OVER_DAYS_OFF : RUNNING;
}

/* 17:00 27/11/2026, from 2026-11-27T17:00:00+07:00. */
static struct str moment(int64_t at_us, struct arena *arena)
{
    enum { VIETNAM_OFFSET_MINUTES = 7 * 60, BYTES_MAX = 64 };
    struct buf buf;
    struct str text = STR_NONE;

    if (at_us == GQL_I64_NONE) return text;
    buf_init(&buf, BYTES_MAX);
    clock_rfc3339(&buf, at_us, VIETNAM_OFFSET_MINUTES);
    text = buf_str(&buf);
    if (text.size > 16)
        text = arena_printf(arena, "%.5s %.2s/%.2s/%.4s", text.data + 11, text.data + 8,
                            text.data + 5, text.data);
    buf_done(&buf);
    return text;
}

/* In the largest unit that there is one of, rounded down: nobody is promised time that is not
 * there. */
static struct str working_time(int64_t minutes, int64_t day_minutes, bool english,
                               struct arena *arena)
{
    int64_t counts[] = { day_minutes > 0 ? minutes / day_minutes : 0, minutes / 60, minutes };

    for (size_t i = DAYS; i <= MINUTES; i++) {
        if (counts[i] < 1) continue;
        return arena_printf(
            arena, "%lld %.*s", (long long)counts[i],
            STR_PRINT(in(counts[i] == 1 ? &units[i].one : &units[i].many, english)));
    }
    return in(&no_time, english);
}

static struct str reason_of(const struct deadline *deadline, bool english)
{
    size_t i = 0;

    while (reasons[i].reason != NULL && !str_is(deadline->pause_reason, reasons[i].reason))
        i++;
    return in(&reasons[i].text, english);
}

struct word {
    const char *place;
    struct str text;
};

static struct str fill(struct str sentence, const struct word *words, struct arena *arena)
{
    enum { SENTENCE_BYTES_MAX = 1024 };
    struct buf out;
    struct str text;

    buf_init(&out, SENTENCE_BYTES_MAX);
    for (size_t i = 0; i < sentence.size;) {
        struct str rest = { sentence.data + i, sentence.size - i };
        const struct word *word = words;

        while (word->place != NULL && !str_starts(rest, str_of(word->place)))
            word++;
        if (word->place == NULL) {
            buf_add_char(&out, sentence.data[i++]);
        } else {
            buf_add(&out, word->text);
            i += strlen(word->place);
        }
    }
    text = arena_printf(arena, "%.*s", STR_PRINT(buf_str(&out)));
    buf_done(&out);
    return text;
}

struct str deadline_explain(const struct deadline *deadline, bool english, struct arena *arena)
{
    int64_t left = deadline->remaining_minutes == GQL_I64_NONE ? 0 : deadline->remaining_minutes;
    const struct word words[] = {
        { "{due}", moment(deadline->due_at, arena) },
        { "{since}", moment(deadline->stood_at, arena) },
        { "{time}", working_time(left < 0 ? -left : left, deadline->day_minutes, english, arena) },
        { "{reason}", reason_of(deadline, english) },
        { "{off}", deadline->days_ahead },
        { "{reopened}", moment(deadline->reopened_at, arena) },
        { NULL, STR_NONE },
    };
    bool again = deadline->reopened_at != GQL_I64_NONE && deadline->due_at != GQL_I64_NONE;
    struct str text = in(&sentences[situation_of(deadline)], english);

    if (again)
        text = arena_printf(arena, "%.*s%.*s", STR_PRINT(text), STR_PRINT(in(&reopened, english)));
    if (deadline->extended_late && deadline->due_at != GQL_I64_NONE)
        text = arena_printf(arena, "%.*s%.*s", STR_PRINT(text),
                            STR_PRINT(in(&extended_late, english)));
    return fill(text, words, arena);
}
