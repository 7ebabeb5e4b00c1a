/*
 * utf8.c -- lead bytes say what may follow.
 */
#include "base/utf8.h"

#include <string.h>

#include "base/macros.h"

/* The first byte of AT..END that is not ASCII. */
static const uint8_t *skip_ascii(const uint8_t *at, const uint8_t *end)
{
	while (end - at >= 8) {
		uint64_t word;
		memcpy(&word, at, sizeof(word));
		if ((word & UINT64_C(0x8080808080808080)) != 0) {
			break;
		}
		at += 8;
	}
	while (at < end && *at < 0x80) {
		at++;
	}
	return at;
}

/* RFC 3629 4: how many bytes follow LEAD, and the range of the first of them. A
 * byte that leads nothing gets a range that nothing lies in. */
static struct kith_utf8 after_lead(uint8_t lead)
{
	if (lead >= 0xc2 && lead <= 0xdf) {
		return (struct kith_utf8){ 1, 0x80, 0xbf };
	}
	if (lead >= 0xe0 && lead <= 0xef) {
		uint8_t low = lead == 0xe0 ? 0xa0 : 0x80;  /* no overlong form */
		uint8_t high = lead == 0xed ? 0x9f : 0xbf; /* no surrogate     */
		return (struct kith_utf8){ 2, low, high };
	}
	if (lead >= 0xf0 && lead <= 0xf4) {
		uint8_t low = lead == 0xf0 ? 0x90 : 0x80;  /* no overlong form     */
		uint8_t high = lead == 0xf4 ? 0x8f : 0xbf; /* none above U+10FFFF  */
		return (struct kith_utf8){ 3, low, high };
	}
	return (struct kith_utf8){ 1, 0xff, 0x00 };
}

static bool is_continuation(uint8_t byte)
{
	return (byte & 0xc0) == 0x80;
}

/* Passes over ASCII and whole characters of two and three bytes, which is nearly
 * all text; stops at anything that needs after_lead(). */
static const uint8_t *skip_usual(const uint8_t *at, const uint8_t *end)
{
	while (end - at >= 3) {
		if (at[0] < 0x80) {
			at = skip_ascii(at, end);
		} else if (at[0] >= 0xc2 && at[0] <= 0xdf && is_continuation(at[1])) {
			at += 2;
		} else if (at[0] > 0xe0 && at[0] < 0xed && is_continuation(at[1]) &&
		           is_continuation(at[2])) {
			at += 3;
		} else {
			return at;
		}
	}
	return skip_ascii(at, end);
}

bool kith_utf8_feed(struct kith_utf8 *check, struct kith_str piece)
{
	const uint8_t *at = (const uint8_t *)piece.at;
	const uint8_t *end = piece.len == 0 ? at : at + piece.len;
	struct kith_utf8 now = *check;
	while (at < end) {
		if (now.missing == 0) {
			at = skip_usual(at, end);
			if (at == end) {
				break;
			}
			now = after_lead(*at++);
			if (now.low > now.high) {
				break;
			}
		} else if (*at >= now.low && *at <= now.high) {
			at++;
			now = (struct kith_utf8){ (uint8_t)(now.missing - 1), 0x80, 0xbf };
		} else {
			/* Remembered, so that no later piece makes it good. */
			now = (struct kith_utf8){ 1, 0xff, 0x00 };
			break;
		}
	}
	*check = now;
	return now.missing == 0 || now.low <= now.high;
}

bool kith_utf8_is_whole(const struct kith_utf8 *check)
{
	return check->missing == 0;
}

bool kith_utf8_is_valid(struct kith_str text)
{
	struct kith_utf8 check = { 0 };
	return kith_utf8_feed(&check, text) && kith_utf8_is_whole(&check);
}

size_t kith_utf8_put(uint32_t code, char out[4])
{
	KITH_ASSERT(code <= 0x10ffff && (code < 0xd800 || code > 0xdfff));
	if (code < 0x80) {
		out[0] = (char)code;
		return 1;
	}
	size_t len = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
	static const uint8_t leads[] = { [2] = 0xc0, [3] = 0xe0, [4] = 0xf0 };
	for (size_t i = len - 1; i > 0; i--) {
		out[i] = (char)(0x80 | (code & 0x3f));
		code >>= 6;
	}
	out[0] = (char)(leads[len] | code);
	return len;
}

struct kith_str kith_utf8_prefix(struct kith_str text, size_t bytes)
{
	if (bytes >= text.len) {
		return text;
	}
	while (bytes > 0 && is_continuation((uint8_t)text.at[bytes])) {
		bytes--;
	}
	return kith_str_make(text.at, bytes);
}
