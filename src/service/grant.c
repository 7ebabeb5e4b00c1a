/*
 * grant.c -- tokens from a device's row, and nothing else.
 */
#include "service/grant.h"

enum kith_rc kith_signing_new(struct kith_call *call)
{
	struct kith_signing *signing = kith_arena_zero(&call->mem, 1, sizeof(*signing));
	if (signing == NULL) {
		return KITH_E_NO_MEMORY;
	}
	signing->who.address = kith_limits_by_address(call->service->options.limits, &call->from);
	call->signing = signing;
	return KITH_OK;
}

const struct kith_org *kith_signing_org(const struct kith_signing *signing, int64_t row)
{
	for (size_t i = 0; i < signing->me.org_count; i++) {
		if (signing->me.orgs[i].row == row) {
			return &signing->me.orgs[i];
		}
	}
	return NULL;
}

enum kith_rc kith_grant_make(struct kith_call *call)
{
	const struct kith_credential_keys *keys = &call->service->credential_keys;
	const struct kith_signing *signing = call->signing;
	const struct kith_device *device = &signing->device;
	const struct kith_access access = { .user = signing->me.profile.user.id,
		                            .org = signing->org.id,
		                            .sid = device->id,
		                            .made_us = device->used_us };
	struct kith_grant grant = {
		.session = { .device = *device, .org = signing->org.id, .is_current = true },
		.me = signing->me,
		.expires_us = kith_access_expires_us(&access),
	};
	char refresh[KITH_REFRESH_TEXT];

	grant.me.scope = kith_scope_narrow(KITH_SCOPE_USER, signing->me.profile.user.flags);
	kith_refresh_write(keys, &device->id, device->counter, refresh);
	if (!kith_arena_copy(&call->mem, kith_str_make(refresh, sizeof(refresh)),
	                     &grant.refresh_token)) {
		return KITH_E_NO_MEMORY;
	}
	enum kith_rc rc = kith_access_write(keys, &access, &call->mem, &grant.access_token);
	if (rc == KITH_OK) {
		call->result = (struct kith_result){ .kind = KITH_RESULT_GRANT, .grant = grant };
	}
	return rc;
}
