/*
 * buf.h -- bytes that grow at the end.
 *
 * What encoders write into and what connections read into. A failed growth is
 * remembered (failed) and later appends do nothing, so an encoder asks once, at
 * its end. A reset keeps the room.
 */
#ifndef KITH_BASE_BUF_H
#define KITH_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"
#include "base/str.h"

struct kith_buf {
	char *at;
	size_t len;
	size_t size;
	bool failed; /* an append found no memory; what is in it is not whole */
};

/* A zeroed struct is an empty buffer. */
void kith_buf_done(struct kith_buf *buf);

/* Empties it and clears failed; the room stays. */
void kith_buf_reset(struct kith_buf *buf);

/* Makes room for MORE bytes behind what is there. returns false when it cannot. */
KITH_MUST_USE bool kith_buf_reserve(struct kith_buf *buf, size_t more);

void kith_buf_add(struct kith_buf *buf, struct kith_str bytes);
void kith_buf_add_text(struct kith_buf *buf, const char *text);
void kith_buf_add_char(struct kith_buf *buf, char byte);
void kith_buf_add_int(struct kith_buf *buf, int64_t value);
void kith_buf_add_format(struct kith_buf *buf, const char *format, ...) KITH_PRINTF(2, 3);

/* Removes the first COUNT bytes (COUNT ≤ len); the rest moves to the front. */
void kith_buf_eat(struct kith_buf *buf, size_t count);

static inline struct kith_str kith_buf_str(const struct kith_buf *buf)
{
	return (struct kith_str){ .at = buf->at, .len = buf->len };
}

#endif
