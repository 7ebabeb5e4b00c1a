/*
 * catchup.c -- a bounded tape of frames.
 */
#include "door/catchup.h"

#include <string.h>

struct mark {
	int64_t position;
	size_t len;
};

void kith_catchup_keep(struct kith_catchup *catchup, int64_t position, struct kith_str frame)
{
	const struct mark mark = { .position = position, .len = frame.len };
	struct kith_buf *kept = &catchup->kept;

	bool fits = !catchup->has_overflowed &&
	            kept->len + sizeof(mark) + frame.len <= KITH_CATCHUP_KEPT_MAX &&
	            kith_buf_reserve(kept, sizeof(mark) + frame.len);
	if (!fits) {
		/* From here on nothing is kept: the store will be read again. */
		catchup->has_overflowed = true;
		catchup->dropped_to = position;
		return;
	}
	kith_buf_add(kept, kith_str_make(&mark, sizeof(mark)));
	kith_buf_add(kept, frame);
}

bool kith_catchup_is_over(const struct kith_catchup *catchup, int64_t end)
{
	return !catchup->has_overflowed || catchup->dropped_to <= end;
}

bool kith_catchup_next(const struct kith_catchup *catchup, int64_t end, size_t *at,
                       struct kith_str *frame)
{
	struct mark mark;

	while (*at < catchup->kept.len) {
		const char *here = catchup->kept.at + *at;
		memcpy(&mark, here, sizeof(mark));
		*at += sizeof(mark) + mark.len;
		if (mark.position > end) {
			*frame = kith_str_make(here + sizeof(mark), mark.len);
			return true;
		}
	}
	return false;
}

void kith_catchup_reset(struct kith_catchup *catchup)
{
	kith_buf_reset(&catchup->kept);
	catchup->has_overflowed = false;
	catchup->dropped_to = 0;
}

void kith_catchup_done(struct kith_catchup *catchup)
{
	kith_buf_done(&catchup->kept);
}
