/*
 * roster.c -- lists of sessions by user, and a ring of what has ended.
 */
#include "service/roster.h"

#include "base/mem.h"

enum { LISTS = 4096 }; /* users share them: a power of two */

/* What has happened to sessions: some ended, or the flags of a user changed. */
struct change {
	struct kith_ending ending;
	bool is_of_flags; /* of ending.user_row */
	unsigned flags;
};

struct kith_roster {
	uint64_t endings; /* since the beginning, with changes of flags */
	struct change latest[KITH_ROSTER_ENDINGS_MAX];
	struct kith_session *lists[LISTS];
};

struct kith_roster *kith_roster_new(void)
{
	return kith_alloc_zero(1, sizeof(struct kith_roster));
}

void kith_roster_free(struct kith_roster **roster)
{
	struct kith_roster *held = *roster;

	*roster = NULL;
	if (held == NULL) {
		return;
	}
	for (size_t i = 0; i < LISTS; i++) {
		while (held->lists[i] != NULL) {
			kith_roster_leave(held->lists[i]);
		}
	}
	kith_free(held);
}

uint64_t kith_roster_mark(const struct kith_roster *roster)
{
	return roster->endings;
}

static struct kith_session **list_of(struct kith_roster *roster, int64_t user_row)
{
	return &roster->lists[(uint64_t)user_row % LISTS];
}

static void mark_if_hit(struct kith_session *session, const struct change *change)
{
	const struct kith_ending *ending = &change->ending;

	if (change->is_of_flags) {
		session->flags =
			ending->user_row == session->user_row ? change->flags : session->flags;
	} else if (kith_ending_hits(ending, session->user_row, session->kind, &session->sid)) {
		session->is_ended = true;
	}
}

bool kith_roster_enroll(struct kith_roster *roster, struct kith_session *session, uint64_t mark)
{
	struct kith_session **first = list_of(roster, session->user_row);

	KITH_ASSERT(session->roster == NULL);
	if (roster->endings - mark > KITH_ROSTER_ENDINGS_MAX) {
		return false;
	}
	for (uint64_t at = mark; at < roster->endings; at++) {
		mark_if_hit(session, &roster->latest[at % KITH_ROSTER_ENDINGS_MAX]);
	}
	session->roster = roster;
	session->previous = NULL;
	session->next = *first;
	if (session->next != NULL) {
		session->next->previous = session;
	}
	*first = session;
	return true;
}

static void mark_all(struct kith_roster *roster, const struct change *change)
{
	struct kith_session *session = *list_of(roster, change->ending.user_row);

	roster->latest[roster->endings++ % KITH_ROSTER_ENDINGS_MAX] = *change;
	for (; session != NULL; session = session->next) {
		mark_if_hit(session, change);
	}
}

void kith_roster_end(struct kith_roster *roster, const struct kith_ending *ending)
{
	const struct change change = { .ending = *ending };

	mark_all(roster, &change);
}

void kith_roster_set_flags(struct kith_roster *roster, int64_t user_row, unsigned flags)
{
	const struct change change = { .ending = { .user_row = user_row },
		                       .is_of_flags = true,
		                       .flags = flags };

	mark_all(roster, &change);
}

void kith_roster_leave(struct kith_session *session)
{
	if (session->roster == NULL) {
		return;
	}
	if (session->previous != NULL) {
		session->previous->next = session->next;
	} else {
		*list_of(session->roster, session->user_row) = session->next;
	}
	if (session->next != NULL) {
		session->next->previous = session->previous;
	}
	session->roster = NULL;
	session->next = NULL;
	session->previous = NULL;
}
