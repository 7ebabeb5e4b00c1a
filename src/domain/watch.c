/*
 * watch.c -- one state that was told, one that is.
 */
#include "domain/watch.h"

void kith_watch_begin(struct kith_watch *watch, bool is_online, int64_t now_us)
{
	*watch = (struct kith_watch){ .is_told_online = is_online,
		                      .is_online = is_online,
		                      .quiet_us = now_us,
		                      .due_us = -1 };
}

void kith_watch_note(struct kith_watch *watch, bool is_online, int64_t left_us, bool may_return,
                     int64_t now_us)
{
	bool is_known = is_online == watch->is_online;
	int64_t due_us = watch->quiet_us > now_us ? watch->quiet_us : now_us;

	watch->is_online = is_online;
	if (is_online) {
		watch->left_us = 0;
	} else if (!is_known || left_us > 0) {
		watch->left_us = left_us;
	}
	if (is_online == watch->is_told_online) {
		watch->due_us = -1;
		return;
	}
	if (is_known && watch->due_us >= 0) {
		return; /* it waits already */
	}
	if (!is_online && may_return && due_us < now_us + KITH_WATCH_QUIET_US) {
		due_us = now_us + KITH_WATCH_QUIET_US;
	}
	watch->due_us = due_us;
}

bool kith_watch_take(struct kith_watch *watch, int64_t now_us)
{
	if (watch->due_us < 0 || now_us < watch->due_us) {
		return false;
	}
	watch->is_told_online = watch->is_online;
	watch->quiet_us = now_us + KITH_WATCH_QUIET_US;
	watch->due_us = -1;
	return true;
}
