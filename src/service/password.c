/*
 * password.c -- libsodium's Argon2id under our costs.
 */
#include "service/password.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>

#include "base/utf8.h"

_Static_assert(KITH_PASSWORD_STORED == crypto_pwhash_argon2id_STRBYTES, "as it is stored");
_Static_assert(KITH_PASSWORD_MEMORY_MIB_MIN * 1024 * 1024 >= crypto_pwhash_argon2id_MEMLIMIT_MIN,
               "the least that we allow is allowed");

enum { MIB = 1024 * 1024 };

static size_t count_characters(struct kith_str text)
{
	size_t count = 0;

	for (size_t i = 0; i < text.len; i++) {
		count += ((unsigned char)text.at[i] & 0xc0) != 0x80;
	}
	return count;
}

enum kith_rc kith_password_decide(struct kith_str text, const char *field, struct kith_why *why)
{
	if (text.len > KITH_PASSWORD_BYTES_MAX || !kith_utf8_is_valid(text) ||
	    count_characters(text) < KITH_PASSWORD_CHARACTERS_MIN) {
		return kith_refuse(why, KITH_E_INVALID_REQUEST, field,
		                   "A password has at least %d characters and at most %d bytes.",
		                   KITH_PASSWORD_CHARACTERS_MIN, KITH_PASSWORD_BYTES_MAX);
	}
	return KITH_OK;
}

enum kith_rc kith_password_hash(int memory_mib, struct kith_str password,
                                char out[KITH_PASSWORD_STORED])
{
	char made[KITH_PASSWORD_STORED];

	KITH_ASSERT(memory_mib >= KITH_PASSWORD_MEMORY_MIB_MIN);
	if (crypto_pwhash_argon2id_str(made, password.at, password.len, KITH_PASSWORD_PASSES,
	                               (size_t)memory_mib * MIB) != 0) {
		return KITH_E_NO_MEMORY;
	}
	memcpy(out, made, sizeof(made));
	return KITH_OK;
}

/* What somebody's password would be stored as who has none: it costs the same to try. */
static void write_nobodys(int memory_mib, char out[KITH_PASSWORD_STORED])
{
	snprintf(out, KITH_PASSWORD_STORED,
	         "$argon2id$v=19$m=%d,t=%d,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
	         "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
	         memory_mib * 1024, KITH_PASSWORD_PASSES);
}

enum kith_rc kith_password_check(int memory_mib, struct kith_str stored, struct kith_str password)
{
	char text[KITH_PASSWORD_STORED] = { 0 };

	if (stored.len == 0 || stored.len >= sizeof(text)) {
		write_nobodys(memory_mib, text);
	} else {
		memcpy(text, stored.at, stored.len);
	}
	errno = 0;
	if (crypto_pwhash_argon2id_str_verify(text, password.at, password.len) == 0) {
		return stored.len == 0 ? KITH_E_UNAUTHENTICATED : KITH_OK;
	}
	return errno == EINVAL || stored.len == 0 ? KITH_E_UNAUTHENTICATED : KITH_E_NO_MEMORY;
}
