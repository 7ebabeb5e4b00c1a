/*
 * when.c -- the Gregorian calendar in a few lines, and the two clocks.
 */
#include "base/when.h"

#include <time.h>

#include "base/macros.h"

enum { YEAR_MIN = 1970, YEAR_MAX = 9999 };

static bool is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_of_month(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

/* Days from 1 January 1970 to 1 January of YEAR (≥ 1970). */
static int64_t days_before_year(int year)
{
	int64_t past = year - 1;
	int64_t leaps = past / 4 - past / 100 + past / 400;
	return past * 365 + leaps - 719162; /* the same sum for 1970 */
}

/* Days from 1 January 1970 to that day. */
static int64_t days_before(int year, int month, int day)
{
	int64_t days = days_before_year(year);
	for (int m = 1; m < month; m++) {
		days += days_of_month(year, m);
	}
	return days + day - 1;
}

/* Writes VALUE with WIDTH digits. */
static void put_digits(char *out, int width, int64_t value)
{
	for (int i = width - 1; i >= 0; i--) {
		out[i] = (char)('0' + value % 10);
		value /= 10;
	}
}

void kith_when_format(int64_t time_us, char out[KITH_WHEN_TEXT])
{
	KITH_ASSERT(time_us >= 0 && time_us < days_before_year(YEAR_MAX + 1) * KITH_DAY_US);
	int64_t day = time_us / KITH_DAY_US;
	int64_t ms = time_us % KITH_DAY_US / 1000;
	/* 366 days a year falls short by a few years in 8,000: walk the rest. */
	int year = YEAR_MIN + (int)(day / 366);
	while (days_before_year(year + 1) <= day) {
		year++;
	}
	day -= days_before_year(year);
	int month = 1;
	while (day >= days_of_month(year, month)) {
		day -= days_of_month(year, month++);
	}
	memcpy(out, "0000-00-00T00:00:00.000Z", KITH_WHEN_TEXT);
	put_digits(out, 4, year);
	put_digits(out + 5, 2, month);
	put_digits(out + 8, 2, day + 1);
	put_digits(out + 11, 2, ms / 3600000);
	put_digits(out + 14, 2, ms / 60000 % 60);
	put_digits(out + 17, 2, ms / 1000 % 60);
	put_digits(out + 20, 3, ms % 1000);
}

/* The number in WIDTH digits at AT; the form was checked. */
static int digits_at(struct kith_str text, size_t at, int width)
{
	int value = 0;
	for (int i = 0; i < width; i++) {
		value = value * 10 + (text.at[at + (size_t)i] - '0');
	}
	return value;
}

static bool has_form(struct kith_str text)
{
	static const char form[] = "0000-00-00T00:00:00.000Z";
	if (text.len != KITH_WHEN_TEXT) {
		return false;
	}
	for (size_t i = 0; i < text.len; i++) {
		bool is_digit = text.at[i] >= '0' && text.at[i] <= '9';
		if (form[i] == '0' ? !is_digit : text.at[i] != form[i]) {
			return false;
		}
	}
	return true;
}

bool kith_when_parse(struct kith_str text, int64_t *out)
{
	if (!has_form(text)) {
		return false;
	}
	int year = digits_at(text, 0, 4);
	int month = digits_at(text, 5, 2);
	int day = digits_at(text, 8, 2);
	int hour = digits_at(text, 11, 2);
	int minute = digits_at(text, 14, 2);
	int second = digits_at(text, 17, 2);
	if (year < YEAR_MIN || month < 1 || month > 12 || day < 1 ||
	    day > days_of_month(year, month)) {
		return false;
	}
	if (hour > 23 || minute > 59 || second > 59) {
		return false;
	}
	*out = days_before(year, month, day) * KITH_DAY_US + hour * KITH_HOUR_US +
	       minute * KITH_MINUTE_US + second * KITH_SECOND_US +
	       digits_at(text, 20, 3) * INT64_C(1000);
	return true;
}

bool kith_when_parse_span(struct kith_str text, int64_t *out)
{
	static const struct {
		char letter;
		int64_t us;
	} units[] = {
		{ 's', KITH_SECOND_US },
		{ 'm', KITH_MINUTE_US },
		{ 'h', KITH_HOUR_US },
		{ 'd', KITH_DAY_US },
	};
	int64_t count;
	if (text.len < 2 || !kith_str_to_int(kith_str_make(text.at, text.len - 1), &count)) {
		return false;
	}
	for (size_t i = 0; i < KITH_COUNT(units); i++) {
		if (units[i].letter == text.at[text.len - 1] && count >= 1 &&
		    count <= KITH_WHEN_SPAN_MAX_US / units[i].us) {
			*out = count * units[i].us;
			return true;
		}
	}
	return false;
}

static int64_t read_clock(clockid_t clock)
{
	struct timespec now;
	KITH_ASSERT(clock_gettime(clock, &now) == 0);
	return (int64_t)now.tv_sec * KITH_SECOND_US + now.tv_nsec / 1000;
}

int64_t kith_when_now_us(void)
{
	return read_clock(CLOCK_REALTIME);
}

int64_t kith_when_steady_us(void)
{
	return read_clock(CLOCK_MONOTONIC);
}
