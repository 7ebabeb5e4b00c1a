/*
 * base64.c -- six bits a character, both ways.
 */
#include "base/base64.h"

#include <stdint.h>

static const char *const alphabets[] = {
	[KITH_BASE64] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
	[KITH_BASE64_URL] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
};

/* Up to three bytes as a number of 24 bits, the missing ones zero. */
static uint32_t group_of(const uint8_t *bytes, size_t count)
{
	uint32_t group = (uint32_t)bytes[0] << 16;
	if (count > 1) {
		group |= (uint32_t)bytes[1] << 8;
	}
	return count > 2 ? group | bytes[2] : group;
}

void kith_base64_add(struct kith_buf *buf, enum kith_base64 form, struct kith_str bytes)
{
	const char *alphabet = alphabets[form];
	const uint8_t *from = (const uint8_t *)bytes.at;
	if (buf->failed || bytes.len > SIZE_MAX / 4 ||
	    !kith_buf_reserve(buf, bytes.len / 3 * 4 + 4)) {
		buf->failed = true;
		return;
	}
	char *to = buf->at + buf->len;
	for (size_t left = bytes.len; left > 0;) {
		size_t count = left < 3 ? left : 3;
		uint32_t group = group_of(from, count);
		for (size_t i = 0; i <= count; i++) {
			*to++ = alphabet[group >> (18 - 6 * i) & 63];
		}
		for (size_t i = count; i < 3 && form == KITH_BASE64; i++) {
			*to++ = '=';
		}
		from += count;
		left -= count;
	}
	buf->len = (size_t)(to - buf->at);
}

/* The six bits that C stands for, or -1. */
static int bits_of(enum kith_base64 form, char c)
{
	if (c >= 'A' && c <= 'Z') {
		return c - 'A';
	}
	if (c >= 'a' && c <= 'z') {
		return c - 'a' + 26;
	}
	if (c >= '0' && c <= '9') {
		return c - '0' + 52;
	}
	if (c == alphabets[form][62]) {
		return 62;
	}
	return c == alphabets[form][63] ? 63 : -1;
}

/* Takes the padding off. false when there is not exactly as much as there must be. */
static bool drop_padding(enum kith_base64 form, struct kith_str *text)
{
	if (form == KITH_BASE64) {
		if (text->len % 4 != 0) {
			return false;
		}
		for (int i = 0; i < 2 && text->len > 0 && text->at[text->len - 1] == '='; i++) {
			text->len--;
		}
	}
	return text->len % 4 != 1;
}

/* Whether each character belongs to FORM and the last one has no bits too many. */
static bool is_well_formed(enum kith_base64 form, struct kith_str text)
{
	int last = 0;
	for (size_t i = 0; i < text.len; i++) {
		last = bits_of(form, text.at[i]);
		if (last < 0) {
			return false;
		}
	}
	int stray = text.len % 4 == 2 ? 15 : text.len % 4 == 3 ? 3 : 0;
	return (last & stray) == 0;
}

ptrdiff_t kith_base64_decode(enum kith_base64 form, struct kith_str text, void *out, size_t room)
{
	if (!drop_padding(form, &text) || !is_well_formed(form, text)) {
		return -1;
	}
	size_t len = text.len / 4 * 3 + (text.len % 4 == 0 ? 0 : text.len % 4 - 1);
	if (len > room) {
		return -1;
	}
	uint8_t *to = out;
	uint32_t bits = 0;
	unsigned held = 0;
	for (size_t i = 0; i < text.len; i++) {
		bits = bits << 6 | (uint32_t)bits_of(form, text.at[i]);
		held += 6;
		if (held >= 8) {
			held -= 8;
			*to++ = (uint8_t)(bits >> held);
		}
	}
	return (ptrdiff_t)len;
}
