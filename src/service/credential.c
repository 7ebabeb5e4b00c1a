/*
 * credential.c -- bytes, marks and prefixes.
 */
#include "service/credential.h"

#include "base/base64.h"
#include "wire/jwt.h"

enum { PREFIX = 3, COUNTER_BYTES = 8, ID_BYTES = 16 };

_Static_assert((int)KITH_REFRESH_BYTES == (int)ID_BYTES + (int)COUNTER_BYTES + (int)KITH_DIGEST,
               "nothing else");
_Static_assert((int)KITH_ACCESS_KEY >= (int)KITH_JWT_SECRET_MIN, "long enough for HS256");

static void derive(const uint8_t digest_key[KITH_DIGEST_KEY], const char *use,
                   uint8_t out[KITH_DIGEST_KEY])
{
	char label[64];

	_Static_assert(KITH_DIGEST_KEY == 2 * KITH_DIGEST, "two digests are one key");
	for (char half = 0; half < 2; half++) {
		size_t len = strlen(use);
		KITH_ASSERT(len < sizeof(label));
		memcpy(label, use, len);
		label[len] = (char)('1' + half);
		kith_digest(kith_str_make(label, len + 1), digest_key, out + half * KITH_DIGEST);
	}
}

void kith_credential_keys_derive(const uint8_t digest_key[KITH_DIGEST_KEY],
                                 struct kith_credential_keys *out)
{
	derive(digest_key, "access token ", out->access);
	derive(digest_key, "refresh token ", out->refresh);
	derive(digest_key, "api key ", out->api_key);
	derive(digest_key, "sign-in link ", out->link);
}

/* Writes PREFIX and the base64url of LEN bytes, TEXT_LEN characters in all. */
static void write_text(const char *prefix, const uint8_t *bytes, size_t len, char *out,
                       size_t text_len)
{
	static const char alphabet[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	size_t at = PREFIX;
	uint32_t bits = 0;
	unsigned have = 0;

	memcpy(out, prefix, PREFIX);
	for (size_t i = 0; i < len; i++) {
		bits = bits << 8 | bytes[i];
		for (have += 8; have >= 6; have -= 6) {
			out[at++] = alphabet[bits >> (have - 6) & 63];
		}
	}
	if (have > 0) {
		out[at++] = alphabet[bits << (6 - have) & 63];
	}
	KITH_ASSERT(at == text_len);
}

/* The LEN bytes behind PREFIX; false when TEXT is of another form. */
static bool read_text(const char *prefix, struct kith_str text, uint8_t *out, size_t len)
{
	if (!kith_str_starts(text, kith_str_of(prefix))) {
		return false;
	}
	ptrdiff_t got = kith_base64_decode(KITH_BASE64_URL, kith_str_skip(text, PREFIX), out, len);
	return got >= 0 && (size_t)got == len;
}

/* --- access tokens --- */

int64_t kith_access_expires_us(const struct kith_access *access)
{
	return (access->made_us / 1000000 + KITH_ACCESS_TTL_S) * 1000000;
}

enum kith_rc kith_access_write(const struct kith_credential_keys *keys,
                               const struct kith_access *access, struct kith_arena *mem,
                               struct kith_str *out)
{
	char sid[KITH_UUID_TEXT];
	struct kith_buf text = { 0 };

	kith_uuid_format(&access->sid, sid);
	const struct kith_jwt_claims claims = {
		.sub = access->user,
		.org = access->org.len == 0 ? (struct kith_str){ 0 } : access->org,
		.scope = KITH_STR("user"),
		.sid = kith_str_make(sid, sizeof(sid)),
		.iat_s = access->made_us / 1000000,
		.exp_s = kith_access_expires_us(access) / 1000000,
	};
	kith_jwt_sign_hs256(&text, KITH_STR(KITH_ACCESS_KID),
	                    kith_str_make((const char *)keys->access, sizeof(keys->access)),
	                    &claims);
	bool is_made = !text.failed && kith_arena_copy(mem, kith_buf_str(&text), out);
	kith_buf_done(&text);
	return is_made ? KITH_OK : KITH_E_NO_MEMORY;
}

/* --- refresh tokens --- */

static void mark_refresh(const struct kith_credential_keys *keys, const uint8_t *bytes,
                         uint8_t out[KITH_DIGEST])
{
	kith_digest(kith_str_make((const char *)bytes, ID_BYTES + COUNTER_BYTES), keys->refresh,
	            out);
}

void kith_refresh_write(const struct kith_credential_keys *keys, const struct kith_uuid *sid,
                        int64_t counter, char out[KITH_REFRESH_TEXT])
{
	uint8_t bytes[KITH_REFRESH_BYTES];

	memcpy(bytes, sid->bytes, ID_BYTES);
	for (int i = 0; i < COUNTER_BYTES; i++) {
		bytes[ID_BYTES + i] = (uint8_t)((uint64_t)counter >> (56 - 8 * i));
	}
	mark_refresh(keys, bytes, bytes + ID_BYTES + COUNTER_BYTES);
	write_text("kr_", bytes, sizeof(bytes), out, KITH_REFRESH_TEXT);
}

bool kith_refresh_read(const struct kith_credential_keys *keys, struct kith_str text,
                       struct kith_uuid *sid, int64_t *counter)
{
	uint8_t bytes[KITH_REFRESH_BYTES];
	uint8_t mark[KITH_DIGEST];
	uint64_t number = 0;

	if (!read_text("kr_", text, bytes, sizeof(bytes))) {
		return false;
	}
	mark_refresh(keys, bytes, mark);
	if (!kith_digest_equal(mark, bytes + ID_BYTES + COUNTER_BYTES)) {
		return false;
	}
	for (int i = 0; i < COUNTER_BYTES; i++) {
		number = number << 8 | bytes[ID_BYTES + i];
	}
	memcpy(sid->bytes, bytes, ID_BYTES);
	*counter = (int64_t)number;
	return true;
}

/* --- API keys --- */

bool kith_api_key_is_meant(struct kith_str text)
{
	return kith_str_starts(text, KITH_STR("ka_"));
}

void kith_api_key_write(const struct kith_uuid *id, const uint8_t secret[KITH_API_KEY_SECRET],
                        char out[KITH_API_KEY_TEXT])
{
	uint8_t bytes[ID_BYTES + KITH_API_KEY_SECRET];

	memcpy(bytes, id->bytes, ID_BYTES);
	memcpy(bytes + ID_BYTES, secret, KITH_API_KEY_SECRET);
	write_text("ka_", bytes, sizeof(bytes), out, KITH_API_KEY_TEXT);
}

bool kith_api_key_read(const struct kith_credential_keys *keys, struct kith_str text,
                       struct kith_uuid *id, uint8_t digest[KITH_DIGEST])
{
	uint8_t bytes[ID_BYTES + KITH_API_KEY_SECRET];

	if (!read_text("ka_", text, bytes, sizeof(bytes))) {
		return false;
	}
	memcpy(id->bytes, bytes, ID_BYTES);
	kith_api_key_digest(keys, bytes + ID_BYTES, digest);
	return true;
}

void kith_api_key_digest(const struct kith_credential_keys *keys,
                         const uint8_t secret[KITH_API_KEY_SECRET], uint8_t digest[KITH_DIGEST])
{
	kith_digest(kith_str_make((const char *)secret, KITH_API_KEY_SECRET), keys->api_key,
	            digest);
}

/* --- links --- */

void kith_link_write(struct kith_rand *rand, char out[KITH_LINK_TEXT])
{
	uint8_t secret[KITH_LINK_SECRET];

	kith_rand_bytes(rand, secret, sizeof(secret));
	write_text("kl_", secret, sizeof(secret), out, KITH_LINK_TEXT);
}

void kith_link_digest(const struct kith_credential_keys *keys, struct kith_str code,
                      uint8_t digest[KITH_DIGEST])
{
	kith_digest(code, keys->link, digest);
}
