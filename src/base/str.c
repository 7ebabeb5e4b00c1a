/*
 * str.c -- the verbs of slices that are longer than a line.
 */
#include "base/str.h"

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool kith_str_equal_nocase(struct kith_str a, struct kith_str b)
{
	if (a.len != b.len) {
		return false;
	}
	for (size_t i = 0; i < a.len; i++) {
		if (lower(a.at[i]) != lower(b.at[i])) {
			return false;
		}
	}
	return true;
}

ptrdiff_t kith_str_find(struct kith_str a, char byte)
{
	const char *hit = a.len == 0 ? NULL : memchr(a.at, byte, a.len);
	return hit == NULL ? -1 : hit - a.at;
}

bool kith_str_cut(struct kith_str a, char byte, struct kith_str *head, struct kith_str *rest)
{
	ptrdiff_t at = kith_str_find(a, byte);
	if (at < 0) {
		return false;
	}
	*rest = kith_str_skip(a, (size_t)at + 1);
	*head = kith_str_make(a.at, (size_t)at);
	return true;
}

struct kith_str kith_str_trim(struct kith_str a)
{
	while (a.len > 0 && (a.at[0] == ' ' || a.at[0] == '\t')) {
		a = kith_str_skip(a, 1);
	}
	while (a.len > 0 && (a.at[a.len - 1] == ' ' || a.at[a.len - 1] == '\t')) {
		a.len--;
	}
	return a;
}

bool kith_str_to_int(struct kith_str a, int64_t *out)
{
	bool is_negative = a.len > 0 && a.at[0] == '-';
	struct kith_str digits = is_negative ? kith_str_skip(a, 1) : a;
	if (digits.len == 0 || digits.len > 19 || (digits.len > 1 && digits.at[0] == '0')) {
		return false;
	}
	uint64_t value = 0;
	for (size_t i = 0; i < digits.len; i++) {
		if (digits.at[i] < '0' || digits.at[i] > '9') {
			return false;
		}
		value = value * 10 + (uint64_t)(digits.at[i] - '0');
	}
	uint64_t largest = (uint64_t)INT64_MAX + is_negative;
	if (value > largest || (is_negative && value == 0)) {
		return false;
	}
	/* Without its last one, so that -2^63 comes out too. */
	*out = is_negative ? -(int64_t)(value - 1) - 1 : (int64_t)value;
	return true;
}

int kith_str_compare(struct kith_str a, struct kith_str b)
{
	size_t both = a.len < b.len ? a.len : b.len;
	int order = both == 0 ? 0 : memcmp(a.at, b.at, both);
	if (order != 0) {
		return order < 0 ? -1 : 1;
	}
	return a.len == b.len ? 0 : a.len < b.len ? -1 : 1;
}
