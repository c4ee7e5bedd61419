/* Civil dates by Howard Hinnant's days-from-civil arithmetic: proleptic Gregorian, no tables. */
#include "base/clock.h"

#include <stdio.h>
#include <time.h>

enum { SECONDS_A_DAY = 86400 };
static const int64_t us_a_second = 1000000;

static int64_t read_clock(clockid_t id)
{
    struct timespec now;

    MC_ASSERT(clock_gettime(id, &now) == 0);
    return (int64_t)now.tv_sec * us_a_second + now.tv_nsec / 1000;
}

static int64_t system_wall(struct clock *clock)
{
    (void)clock;
    return read_clock(CLOCK_REALTIME);
}

static int64_t system_monotonic(struct clock *clock)
{
    (void)clock;
    return read_clock(CLOCK_MONOTONIC);
}

struct clock clock_system = { system_wall, system_monotonic };

struct civil {
    int64_t year;
    int month, day;
};

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static struct civil civil_of_days(int64_t days)
{
    int64_t shifted = days + 719468;
    int64_t era = floor_div(shifted, 146097);
    int64_t day_of_era = shifted - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month_from_march = (5 * day_of_year + 2) / 153;
    int month = (int)(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);

    return (struct civil){ year_of_era + era * 400 + (month <= 2), month,
                           (int)(day_of_year - (153 * month_from_march + 2) / 5 + 1) };
}

static int64_t days_of_civil(int64_t year, int month, int day)
{
    int64_t from_march = year - (month <= 2);
    int64_t era = floor_div(from_march, 400);
    int64_t year_of_era = from_march - era * 400;
    int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
           719468;
}

/* printf was most of the time of an answer with a hundred times in it, and division the rest. */
static char *write_two(char *at, int value)
{
    static const char pairs[] = "00010203040506070809101112131415161718192021222324"
                                "25262728293031323334353637383940414243444546474849"
                                "50515253545556575859606162636465666768697071727374"
                                "75767778798081828384858687888990919293949596979899";

    memcpy(at, pairs + 2 * value, 2);
    return at + 2;
}

static char *write_pair(char *at, int first, char between, int second)
{
    at = write_two(at, first);
    *at++ = between;
    return write_two(at, second);
}

enum { DATE_BYTES_MAX = 32, TIME_BYTES_MAX = 32 };

static char *write_date(char *at, int32_t days)
{
    struct civil date = civil_of_days(days);

    if (date.year < 0 || date.year > 9999) {
        at += snprintf(at, DATE_BYTES_MAX / 2, "%04lld", (long long)date.year);
    } else {
        at = write_two(at, (int)date.year / 100);
        at = write_two(at, (int)date.year % 100);
    }
    *at++ = '-';
    return write_pair(at, date.month, '-', date.day);
}

static char *write_time(char *at, int in_day, int fraction_us)
{
    at = write_pair(at, in_day / 3600, ':', in_day / 60 % 60);
    *at++ = ':';
    at = write_two(at, in_day % 60);
    if (fraction_us == 0) return at;
    *at++ = '.';
    at = write_two(at, fraction_us / 10000);
    at = write_two(at, fraction_us / 100 % 100);
    return write_two(at, fraction_us % 100);
}

void clock_date(struct buf *buf, int32_t days)
{
    char text[DATE_BYTES_MAX];

    buf_add(buf, (struct str){ text, (size_t)(write_date(text, days) - text) });
}

void clock_rfc3339(struct buf *buf, int64_t wall_us, int offset_minutes)
{
    int64_t local_us = wall_us + (int64_t)offset_minutes * 60 * us_a_second;
    int64_t seconds = floor_div(local_us, us_a_second);
    int64_t days = floor_div(seconds, SECONDS_A_DAY);
    int offset = offset_minutes < 0 ? -offset_minutes : offset_minutes;
    char text[DATE_BYTES_MAX + TIME_BYTES_MAX], *end = write_date(text, (int32_t)days);

    *end++ = 'T';
    end = write_time(end, (int)(seconds - days * SECONDS_A_DAY),
                     (int)(local_us - seconds * us_a_second));
    *end++ = offset_minutes < 0 ? '-' : '+';
    end = write_pair(end, offset / 60, ':', offset % 60);
    buf_add(buf, (struct str){ text, (size_t)(end - text) });
}

/* Takes exactly count digits from the front. */
static bool take_digits(struct str *text, size_t count, int *ret_value)
{
    int value = 0;

    if (text->size < count) return false;
    for (size_t i = 0; i < count; i++) {
        if (text->data[i] < '0' || text->data[i] > '9') return false;
        value = value * 10 + (text->data[i] - '0');
    }
    *text = (struct str){ text->data + count, text->size - count };
    *ret_value = value;
    return true;
}

static bool take_char(struct str *text, const char *any)
{
    if (text->size == 0 || text->data[0] == '\0' || strchr(any, text->data[0]) == NULL)
        return false;
    *text = (struct str){ text->data + 1, text->size - 1 };
    return true;
}

static bool take_date(struct str *text, int64_t *ret_days)
{
    static const int month_days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    int year, month, day;

    if (!take_digits(text, 4, &year) || !take_char(text, "-") || !take_digits(text, 2, &month) ||
        !take_char(text, "-") || !take_digits(text, 2, &day))
        return false;
    if (month < 1 || month > 12 || day < 1 || day > month_days[month - 1]) return false;
    if (month == 2 && day == 29 && (year % 4 != 0 || (year % 100 == 0 && year % 400 != 0)))
        return false;
    *ret_days = days_of_civil(year, month, day);
    return true;
}

static bool take_time(struct str *text, int64_t *ret_us)
{
    int hour, minute, second, digit;
    int64_t fraction_us = 0, unit_us = us_a_second / 10;

    if (!take_digits(text, 2, &hour) || !take_char(text, ":") || !take_digits(text, 2, &minute) ||
        !take_char(text, ":") || !take_digits(text, 2, &second))
        return false;
    if (hour > 23 || minute > 59 || second > 60) return false;
    if (take_char(text, ".")) {
        if (text->size == 0 || text->data[0] < '0' || text->data[0] > '9') return false;
        for (; unit_us > 0 && take_digits(text, 1, &digit); unit_us /= 10)
            fraction_us += digit * unit_us;
    }
    *ret_us = ((int64_t)hour * 3600 + minute * 60 + second) * us_a_second + fraction_us;
    return true;
}

static bool take_offset(struct str *text, int64_t *ret_us)
{
    bool west = text->size > 0 && text->data[0] == '-';
    int hour, minute;

    if (take_char(text, "Zz")) {
        *ret_us = 0;
        return true;
    }
    if (!take_char(text, "+-") || !take_digits(text, 2, &hour) || !take_char(text, ":") ||
        !take_digits(text, 2, &minute) || hour > 23 || minute > 59)
        return false;
    *ret_us = ((int64_t)hour * 60 + minute) * 60 * us_a_second * (west ? -1 : 1);
    return true;
}

enum status clock_parse_rfc3339(struct str text, int64_t *ret_wall_us)
{
    int64_t days, in_day_us, offset_us;

    if (!take_date(&text, &days) || !take_char(&text, "Tt ") || !take_time(&text, &in_day_us) ||
        !take_offset(&text, &offset_us) || text.size != 0)
        return MC_BAD_INPUT;
    *ret_wall_us = days * SECONDS_A_DAY * us_a_second + in_day_us - offset_us;
    return MC_OK;
}
