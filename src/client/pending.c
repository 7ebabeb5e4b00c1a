/*
 * pending.c -- plain singly linked lists with their end at hand. They are short
 * (the window) or touched at their ends only, but for a deadline's scan.
 */
#include "client/pending.h"

#include <string.h>

#include "base/json.h"

void kith_pending_list_init(struct kith_pending_list *list)
{
	*list = (struct kith_pending_list){ .end = &list->first };
}

void kith_pending_push(struct kith_pending_list *list, struct kith_pending *pending)
{
	pending->next = NULL;
	*list->end = pending;
	list->end = &pending->next;
	list->count++;
}

/* Takes *AT out of LIST. */
static struct kith_pending *cut(struct kith_pending_list *list, struct kith_pending **at)
{
	struct kith_pending *pending = *at;

	*at = pending->next;
	if (list->end == &pending->next) {
		list->end = at;
	}
	list->count--;
	pending->next = NULL;
	return pending;
}

struct kith_pending *kith_pending_pop(struct kith_pending_list *list)
{
	return list->first == NULL ? NULL : cut(list, &list->first);
}

struct kith_pending *kith_pending_take(struct kith_pending_list *list, int64_t id)
{
	for (struct kith_pending **at = &list->first; *at != NULL; at = &(*at)->next) {
		if ((*at)->id == id) {
			return cut(list, at);
		}
	}
	return NULL;
}

void kith_pending_prepend(struct kith_pending_list *list, struct kith_pending_list *front)
{
	if (front->first == NULL) {
		return;
	}
	*front->end = list->first;
	if (list->first == NULL) {
		list->end = front->end;
	}
	list->first = front->first;
	list->count += front->count;
	kith_pending_list_init(front);
}

void kith_pending_take_late(struct kith_pending_list *list, int64_t now_us,
                            struct kith_pending_list *late)
{
	struct kith_pending **at = &list->first;

	while (*at != NULL) {
		if ((*at)->deadline_us != 0 && (*at)->deadline_us <= now_us) {
			kith_pending_push(late, cut(list, at));
		} else {
			at = &(*at)->next;
		}
	}
}

int64_t kith_pending_first_deadline(const struct kith_pending_list *list)
{
	int64_t first = 0;

	for (const struct kith_pending *at = list->first; at != NULL; at = at->next) {
		if (at->deadline_us != 0 && (first == 0 || at->deadline_us < first)) {
			first = at->deadline_us;
		}
	}
	return first;
}

bool kith_pending_stamp(struct kith_buf *args, const char *name, struct kith_str id)
{
	struct kith_str old = kith_buf_str(args);
	struct kith_buf stamped = { 0 };
	struct kith_str rest;

	KITH_ASSERT(old.len >= 2 && old.at[0] == '{');
	rest = kith_str_skip(old, 1);
	kith_buf_add_format(&stamped, "{\"%s\":\"%.*s\"%s", name, KITH_STR_PRINT(id),
	                    rest.at[0] == '}' ? "" : ",");
	kith_buf_add(&stamped, rest);
	if (stamped.failed) {
		kith_buf_done(&stamped);
		return false;
	}
	kith_buf_done(args);
	*args = stamped;
	return true;
}
