/*
 * ending.c -- the effects that end sessions, one by one.
 */
#include "domain/ending.h"

static const struct kith_uuid nil = { { 0 } };

static bool is_nil(const struct kith_uuid *id)
{
	return kith_uuid_equal(id, &nil);
}

bool kith_ending_of(const struct kith_effect *effect, struct kith_ending *out)
{
	switch (effect->kind) {
	case KITH_EFFECT_SESSION_ADD:
		*out = (struct kith_ending){ .user_row = effect->device.user_row,
			                     .sid = effect->device.ousted };
		return !is_nil(&effect->device.ousted);
	case KITH_EFFECT_SESSION_END:
		*out = (struct kith_ending){ .user_row = effect->user.row,
			                     .sid = effect->device.id,
			                     .spared = effect->device.spared };
		return true;
	case KITH_EFFECT_API_KEY_END:
		*out = (struct kith_ending){ .user_row = effect->api_key.user_row,
			                     .sid = effect->api_key.id };
		return true;
	case KITH_EFFECT_USER_SET:
		*out = (struct kith_ending){ .user_row = effect->user.row,
			                     .is_of_all_kinds = true };
		return (effect->set.parts & KITH_USER_FLAGS) != 0 &&
		       (effect->set.profile->user.flags & KITH_USER_DISABLED) != 0;
	default:
		return false;
	}
}

bool kith_ending_hits(const struct kith_ending *ending, int64_t user_row,
                      enum kith_session_kind kind, const struct kith_uuid *sid)
{
	if (ending->user_row != user_row) {
		return false;
	}
	if (!is_nil(&ending->sid)) {
		return kith_uuid_equal(&ending->sid, sid);
	}
	if (!is_nil(&ending->spared) && kith_uuid_equal(&ending->spared, sid)) {
		return false;
	}
	return ending->is_of_all_kinds || kind == KITH_SESSION_DEVICE;
}
