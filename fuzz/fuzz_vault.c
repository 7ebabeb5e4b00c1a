/*
 * fuzz_vault.c -- a file that is a kept session is written as it was read; any other is
 * refused.
 */
#include "client/vault.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kith_arena mem;
	struct kith_vault first, second;
	struct kith_why why = { 0 };
	struct kith_buf text = { 0 };
	enum kith_rc rc;

	kith_arena_init(&mem, 4096);
	rc = kith_vault_read(kith_str_make(data, size), &mem, &first, &why);
	KITH_ASSERT(rc == KITH_OK || rc == KITH_E_CORRUPT);
	if (rc == KITH_OK) {
		KITH_ASSERT(first.refresh.len > 0 && first.lifetime_us >= 0);
		kith_vault_write(&first, &text);
		KITH_ASSERT(kith_vault_read(kith_buf_str(&text), &mem, &second, &why) == KITH_OK);
		KITH_ASSERT(kith_str_equal(first.refresh, second.refresh));
		KITH_ASSERT(kith_str_equal(first.url, second.url));
		KITH_ASSERT(first.expires_us == second.expires_us);
	}
	kith_buf_done(&text);
	kith_arena_done(&mem);
	return 0;
}
