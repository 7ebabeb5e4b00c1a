/*
 * buf.c -- doubling room, sticky failure.
 */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

enum { BUF_FIRST_BYTES = 256 };

void kith_buf_done(struct kith_buf *buf)
{
	kith_free(buf->at);
	*buf = (struct kith_buf){ 0 };
}

void kith_buf_reset(struct kith_buf *buf)
{
	buf->len = 0;
	buf->failed = false;
}

bool kith_buf_reserve(struct kith_buf *buf, size_t more)
{
	if (buf->size - buf->len >= more) {
		return true;
	}
	if (more > SIZE_MAX / 4) {
		return false;
	}
	size_t size = buf->size == 0 ? BUF_FIRST_BYTES : buf->size;
	while (size - buf->len < more) {
		size *= 2;
	}
	char *grown = kith_realloc(buf->at, size);
	if (grown == NULL) {
		return false;
	}
	buf->at = grown;
	buf->size = size;
	return true;
}

void kith_buf_add(struct kith_buf *buf, struct kith_str bytes)
{
	if (buf->failed || !kith_buf_reserve(buf, bytes.len)) {
		buf->failed = true;
		return;
	}
	if (bytes.len > 0) {
		memcpy(buf->at + buf->len, bytes.at, bytes.len);
		buf->len += bytes.len;
	}
}

void kith_buf_add_text(struct kith_buf *buf, const char *text)
{
	kith_buf_add(buf, kith_str_of(text));
}

void kith_buf_add_char(struct kith_buf *buf, char byte)
{
	if (buf->failed || !kith_buf_reserve(buf, 1)) {
		buf->failed = true;
		return;
	}
	buf->at[buf->len++] = byte;
}

void kith_buf_add_int(struct kith_buf *buf, int64_t value)
{
	char digits[20];
	size_t at = sizeof(digits);
	uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
	do {
		digits[--at] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest != 0);
	if (value < 0) {
		digits[--at] = '-';
	}
	kith_buf_add(buf, kith_str_make(digits + at, sizeof(digits) - at));
}

void kith_buf_add_format(struct kith_buf *buf, const char *format, ...)
{
	va_list args;
	va_list again;
	va_start(args, format);
	va_copy(again, args);
	int needed = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (needed < 0 || buf->failed || !kith_buf_reserve(buf, (size_t)needed + 1)) {
		buf->failed = true;
	} else {
		vsnprintf(buf->at + buf->len, (size_t)needed + 1, format, again);
		buf->len += (size_t)needed;
	}
	va_end(again);
}

void kith_buf_eat(struct kith_buf *buf, size_t count)
{
	KITH_ASSERT(count <= buf->len);
	buf->len -= count;
	if (buf->len > 0 && count > 0) {
		memmove(buf->at, buf->at + count, buf->len);
	}
}
