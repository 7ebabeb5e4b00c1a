/*
 * cursor.c -- a synthetic-IV seal: the mark of what is sealed is the nonce that
 * hides it, so equal places give equal words and a changed word does not open.
 */
#include "domain/cursor.h"

#include <sodium.h>
#include <string.h>

#include "base/base64.h"

_Static_assert(crypto_stream_chacha20_KEYBYTES == KITH_DIGEST_KEY, "the seal's key fits");
_Static_assert(crypto_stream_chacha20_NONCEBYTES == sizeof(uint64_t), "the mark is the nonce");

struct sealed {
	uint64_t mark;
	uint64_t hidden;
};

void kith_cursor_keys_derive(const uint8_t digest_key[KITH_DIGEST_KEY],
                             struct kith_cursor_keys *out)
{
	kith_digest(KITH_STR("cursor seal 1"), digest_key, out->seal);
	kith_digest(KITH_STR("cursor seal 2"), digest_key, out->seal + KITH_DIGEST);
	kith_digest(KITH_STR("cursor mark"), digest_key, out->mark);
}

/* Hides or shows VALUE: a stream cipher does both. */
static uint64_t cross(const struct kith_cursor_keys *keys, uint64_t mark, uint64_t value)
{
	uint8_t bytes[sizeof(value)];
	uint8_t nonce[sizeof(mark)];

	memcpy(bytes, &value, sizeof(value));
	memcpy(nonce, &mark, sizeof(mark));
	crypto_stream_chacha20_xor(bytes, bytes, sizeof(bytes), nonce, keys->seal);
	memcpy(&value, bytes, sizeof(value));
	return value;
}

static uint64_t mark_of(const struct kith_cursor_keys *keys, uint64_t value)
{
	return kith_hash(kith_str_make(&value, sizeof(value)), keys->mark);
}

void kith_cursor_write(const struct kith_cursor_keys *keys, enum kith_cursor_use use,
                       int64_t position, char out[KITH_CURSOR_TEXT])
{
	KITH_ASSERT(position >= 0 && position < (INT64_C(1) << 56));

	uint64_t value = ((uint64_t)use << 56) | (uint64_t)position;
	struct sealed sealed = { .mark = mark_of(keys, value) };
	char text[sodium_base64_ENCODED_LEN(sizeof(sealed),
	                                    sodium_base64_VARIANT_URLSAFE_NO_PADDING)];

	_Static_assert(sizeof(text) == KITH_CURSOR_TEXT + 1, "a cursor is 22 characters");
	sealed.hidden = cross(keys, sealed.mark, value);
	sodium_bin2base64(text, sizeof(text), (const unsigned char *)&sealed, sizeof(sealed),
	                  sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	memcpy(out, text, KITH_CURSOR_TEXT);
}

bool kith_cursor_read(const struct kith_cursor_keys *keys, enum kith_cursor_use use,
                      struct kith_str text, int64_t *out)
{
	struct sealed sealed;

	if (kith_base64_decode(KITH_BASE64_URL, text, &sealed, sizeof(sealed)) !=
	    (ptrdiff_t)sizeof(sealed)) {
		return false;
	}
	uint64_t value = cross(keys, sealed.mark, sealed.hidden);
	if (mark_of(keys, value) != sealed.mark || value >> 56 != (uint64_t)use) {
		return false;
	}
	*out = (int64_t)(value & ((UINT64_C(1) << 56) - 1));
	return true;
}
