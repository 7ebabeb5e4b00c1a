/*
 * uuid.c -- hex with four dashes, and the bits RFC 9562 reserves.
 */
#include "base/uuid.h"

#include "base/macros.h"

enum {
	VERSION_BYTE = 6,
	VARIANT_BYTE = 8,
	TIME_BYTES = 6, /* a version 7 starts with 48 bits of milliseconds */
};

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Whether a dash stands before byte AT of the id. */
static bool has_dash(size_t at)
{
	return at == 4 || at == 6 || at == 8 || at == 10;
}

bool kith_uuid_parse(struct kith_str text, struct kith_uuid *out)
{
	if (text.len != KITH_UUID_TEXT) {
		return false;
	}
	struct kith_uuid id;
	const char *c = text.at;
	for (size_t i = 0; i < sizeof(id.bytes); i++) {
		if (has_dash(i) && *c++ != '-') {
			return false;
		}
		int high = hex_digit(c[0]);
		int low = hex_digit(c[1]);
		if (high < 0 || low < 0) {
			return false;
		}
		id.bytes[i] = (uint8_t)(high * 16 + low);
		c += 2;
	}
	*out = id;
	return true;
}

void kith_uuid_format(const struct kith_uuid *id, char out[KITH_UUID_TEXT])
{
	static const char digits[] = "0123456789abcdef";
	char *c = out;
	for (size_t i = 0; i < sizeof(id->bytes); i++) {
		if (has_dash(i)) {
			*c++ = '-';
		}
		*c++ = digits[id->bytes[i] >> 4];
		*c++ = digits[id->bytes[i] & 15];
	}
}

struct kith_uuid kith_uuid_v7(int64_t now_us, struct kith_rand *rand)
{
	KITH_ASSERT(now_us >= 0 && now_us / 1000 < INT64_C(1) << 48);
	struct kith_uuid id;
	uint64_t ms = (uint64_t)now_us / 1000;
	for (size_t i = 0; i < TIME_BYTES; i++) {
		id.bytes[i] = (uint8_t)(ms >> (8 * (TIME_BYTES - 1 - i)));
	}
	kith_rand_bytes(rand, id.bytes + TIME_BYTES, sizeof(id.bytes) - TIME_BYTES);
	kith_uuid_brand(&id, 7);
	return id;
}

int kith_uuid_version(const struct kith_uuid *id)
{
	bool is_ours = (id->bytes[VARIANT_BYTE] & 0xc0) == 0x80;
	return is_ours ? id->bytes[VERSION_BYTE] >> 4 : 0;
}

int64_t kith_uuid_time_us(const struct kith_uuid *id)
{
	int64_t ms = 0;
	for (size_t i = 0; i < TIME_BYTES; i++) {
		ms = ms * 256 + id->bytes[i];
	}
	return ms * 1000;
}

void kith_uuid_brand(struct kith_uuid *id, int version)
{
	KITH_ASSERT(version >= 1 && version <= 15);
	id->bytes[VERSION_BYTE] = (uint8_t)((id->bytes[VERSION_BYTE] & 0x0f) | version << 4);
	id->bytes[VARIANT_BYTE] = (uint8_t)((id->bytes[VARIANT_BYTE] & 0x3f) | 0x80);
}
