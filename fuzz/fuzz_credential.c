/*
 * fuzz_credential.c -- whatever the bytes, no refresh token and no API key is read
 * that we did not write.
 *
 * A refresh token that is read was guessed, which cannot be; an API key that is read
 * is written again as it stood, and any bearer is of one kind or refused.
 */
#include <sodium.h>

#include "fuzz.h"
#include "service/bearer.h"

static void check_refresh(const struct kith_credential_keys *keys, struct kith_str in)
{
	struct kith_uuid sid;
	int64_t counter;
	char text[KITH_REFRESH_TEXT];

	KITH_ASSERT(!kith_refresh_read(keys, in, &sid, &counter));
	/* What is written with such bytes in it is read again. */
	if (in.len >= sizeof(sid.bytes) + sizeof(counter)) {
		int64_t again;
		memcpy(sid.bytes, in.at, sizeof(sid.bytes));
		memcpy(&counter, in.at + sizeof(sid.bytes), sizeof(counter));
		kith_refresh_write(keys, &sid, counter, text);
		KITH_ASSERT(
			kith_refresh_read(keys, kith_str_make(text, sizeof(text)), &sid, &again));
		KITH_ASSERT(again == counter);
	}
}

static void check_bearer(const struct kith_credential_keys *keys, struct kith_str in,
                         struct kith_arena *mem)
{
	struct kith_bearer bearer;
	struct kith_why why = { 0 };

	if (kith_bearer_read(keys, in, mem, &bearer, &why) != KITH_OK) {
		KITH_ASSERT(why.detail[0] != '\0');
		return;
	}
	KITH_ASSERT(kith_api_key_is_meant(in) == (bearer.kind == KITH_SESSION_API_KEY));
	KITH_ASSERT(bearer.kind != KITH_SESSION_API_KEY || in.len == KITH_API_KEY_TEXT);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t key[KITH_DIGEST_KEY] = { 1, 2, 3 };
	struct kith_str in = kith_str_make(data, size);
	struct kith_credential_keys keys;
	struct kith_arena mem;

	KITH_ASSERT(sodium_init() >= 0);
	kith_credential_keys_derive(key, &keys);
	kith_arena_init(&mem, 4096);
	check_refresh(&keys, in);
	check_bearer(&keys, in, &mem);
	kith_arena_done(&mem);
	return 0;
}
