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

/* 16 bytes of key for PURPOSE in LIFE. */
static void derive(const uint8_t digest_key[KITH_DIGEST_KEY], const char *purpose,
                   struct kith_str life, uint8_t out[KITH_DIGEST])
{
	uint8_t text[32];
	size_t len = strlen(purpose);

	KITH_ASSERT(life.len <= KITH_CURSOR_LIFE_MAX && len + life.len <= sizeof(text));
	memcpy(text, purpose, len);
	if (life.len > 0) {
		memcpy(text + len, life.at, life.len);
	}
	kith_digest(kith_str_make(text, len + life.len), digest_key, out);
}

void kith_cursor_keys_derive(const uint8_t digest_key[KITH_DIGEST_KEY], struct kith_str life,
                             struct kith_cursor_keys *out)
{
	derive(digest_key, "cursor seal 1", life, out->seal);
	derive(digest_key, "cursor seal 2", life, out->seal + KITH_DIGEST);
	derive(digest_key, "cursor mark", life, out->mark);
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

/* How far a word could be read. */
enum opened { OPENED_MALFORMED, OPENED_FOREIGN, OPENED };

static enum opened open_word(const struct kith_cursor_keys *keys, struct kith_str text,
                             uint64_t *out)
{
	struct sealed sealed;

	if (kith_base64_decode(KITH_BASE64_URL, text, &sealed, sizeof(sealed)) !=
	    (ptrdiff_t)sizeof(sealed)) {
		return OPENED_MALFORMED;
	}
	uint64_t value = cross(keys, sealed.mark, sealed.hidden);
	if (mark_of(keys, value) != sealed.mark) {
		return OPENED_FOREIGN;
	}
	*out = value;
	return OPENED;
}

static int64_t position_of(uint64_t value)
{
	return (int64_t)(value & ((UINT64_C(1) << 56) - 1));
}

bool kith_cursor_read(const struct kith_cursor_keys *keys, enum kith_cursor_use use,
                      struct kith_str text, int64_t *out)
{
	uint64_t value;

	if (open_word(keys, text, &value) != OPENED || value >> 56 != (uint64_t)use) {
		return false;
	}
	*out = position_of(value);
	return true;
}

bool kith_cursor_read_since(const struct kith_cursor_keys *keys, struct kith_str text, int64_t *out)
{
	uint64_t value;
	enum opened opened = open_word(keys, text, &value);

	if (opened == OPENED_MALFORMED ||
	    (opened == OPENED && value >> 56 != (uint64_t)KITH_CURSOR_SYNC)) {
		return false;
	}
	*out = opened == OPENED ? position_of(value) : KITH_CURSOR_ELSEWHERE;
	return true;
}
