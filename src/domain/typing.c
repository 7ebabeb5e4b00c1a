/*
 * typing.c -- a list in the order in which they end, and chains by person.
 *
 * All last equally long, so the list is in order by itself: what is said again moves
 * to its end.
 */
#include "domain/typing.h"

#include <string.h>

#include "base/mem.h"
#include "base/table.h"

struct typist {
	struct kith_typing typing;
	int64_t over_us;
	struct typist *sooner; /* in the order of ending */
	struct typist *later;
	struct typist *next; /* of the same person     */
	char user[KITH_USER_ID_MAX];
};

struct kith_typists {
	struct kith_table people; /* user row -> the first of their typists */
	struct typist *first;     /* ends next                              */
	struct typist *last;
	size_t count;
	char said[KITH_USER_ID_MAX]; /* the user id of what was handed out last */
};

struct kith_typists *kith_typists_new(uint64_t seed)
{
	struct kith_typists *typists = kith_alloc_zero(1, sizeof(*typists));

	if (typists != NULL) {
		kith_table_init(&typists->people, seed);
	}
	return typists;
}

void kith_typists_free(struct kith_typists **typists)
{
	struct kith_typists *held = *typists;

	*typists = NULL;
	if (held == NULL) {
		return;
	}
	while (held->first != NULL) {
		struct typist *typist = held->first;
		held->first = typist->later;
		kith_free(typist);
	}
	kith_table_done(&held->people);
	kith_free(held);
}

static void link_last(struct kith_typists *typists, struct typist *typist)
{
	typist->sooner = typists->last;
	typist->later = NULL;
	*(typists->last == NULL ? &typists->first : &typists->last->later) = typist;
	typists->last = typist;
}

static void unchain(struct kith_typists *typists, struct typist *typist)
{
	*(typist->sooner == NULL ? &typists->first : &typist->sooner->later) = typist->later;
	*(typist->later == NULL ? &typists->last : &typist->later->sooner) = typist->sooner;
}

static struct typist *of_person(const struct kith_typists *typists, int64_t user_row)
{
	return kith_table_get(&typists->people, (uint64_t)user_row);
}

static struct typist *find(const struct kith_typists *typists, int64_t user_row,
                           int64_t conversation_row)
{
	struct typist *typist = of_person(typists, user_row);

	while (typist != NULL && typist->typing.conversation_row != conversation_row) {
		typist = typist->next;
	}
	return typist;
}

/* Takes TYPIST off the chain of its person. */
static void leave_person(struct kith_typists *typists, struct typist *typist)
{
	uint64_t key = (uint64_t)typist->typing.user_row;
	struct typist *before = kith_table_get(&typists->people, key);

	if (before != typist) {
		while (before->next != typist) {
			before = before->next;
		}
		before->next = typist->next;
	} else if (typist->next == NULL) {
		(void)kith_table_remove(&typists->people, key);
	} else {
		/* The key is there already, so nothing needs to grow. */
		bool is_put = kith_table_put(&typists->people, key, typist->next);
		KITH_ASSERT(is_put);
	}
}

static void forget(struct kith_typists *typists, struct typist *typist)
{
	leave_person(typists, typist);
	unchain(typists, typist);
	typists->count--;
	kith_free(typist);
}

/* TYPIST has ended: its last word is OUT. */
static void hand_out(struct kith_typists *typists, struct typist *typist, struct kith_typing *out)
{
	memcpy(typists->said, typist->user, sizeof(typists->said));
	*out = typist->typing;
	out->user = kith_str_make(typists->said, typist->typing.user.len);
	out->is_composing = false;
	forget(typists, typist);
}

/* What is said anew of TYPIST. */
static void set(struct typist *typist, const struct kith_typing *typing, int64_t now_us)
{
	KITH_ASSERT(typing->user.len > 0 && typing->user.len <= sizeof(typist->user));
	typist->typing = *typing;
	typist->over_us = now_us + KITH_TYPING_US;
	memcpy(typist->user, typing->user.at, typing->user.len);
	typist->typing.user = kith_str_make(typist->user, typing->user.len);
}

/* The one of USER_ROW that was said longest ago, when they compose in as many as they may. */
static struct typist *find_excess(const struct kith_typists *typists, int64_t user_row)
{
	struct typist *oldest = NULL;
	int count = 0;

	for (struct typist *t = of_person(typists, user_row); t != NULL; t = t->next) {
		count++;
		oldest = oldest == NULL || t->over_us < oldest->over_us ? t : oldest;
	}
	return count < KITH_TYPING_MAX ? NULL : oldest;
}

bool kith_typists_note(struct kith_typists *typists, const struct kith_typing *typing,
                       int64_t now_us, struct kith_typing *out)
{
	struct typist *typist = find(typists, typing->user_row, typing->conversation_row);
	bool has_ended = false;

	if (typist != NULL) {
		unchain(typists, typist);
		set(typist, typing, now_us);
		link_last(typists, typist);
		return false;
	}
	struct typist *excess = find_excess(typists, typing->user_row);
	if (excess != NULL) {
		hand_out(typists, excess, out);
		has_ended = true;
	}
	typist = typists->count < KITH_TYPING_ALL_MAX ? kith_alloc(sizeof(*typist)) : NULL;
	if (typist == NULL) {
		return has_ended;
	}
	typist->next = of_person(typists, typing->user_row);
	if (!kith_table_put(&typists->people, (uint64_t)typing->user_row, typist)) {
		kith_free(typist);
		return has_ended;
	}
	set(typist, typing, now_us);
	link_last(typists, typist);
	typists->count++;
	return has_ended;
}

void kith_typists_drop(struct kith_typists *typists, int64_t user_row, int64_t conversation_row)
{
	struct typist *typist = find(typists, user_row, conversation_row);

	if (typist != NULL) {
		forget(typists, typist);
	}
}

bool kith_typists_end(struct kith_typists *typists, int64_t user_row, uint64_t connection,
                      struct kith_typing *out)
{
	struct typist *typist = of_person(typists, user_row);

	while (typist != NULL &&
	       !(typist->typing.connection == connection && typist->typing.ends_with_connection)) {
		typist = typist->next;
	}
	if (typist == NULL) {
		return false;
	}
	hand_out(typists, typist, out);
	return true;
}

bool kith_typists_over(struct kith_typists *typists, int64_t now_us, struct kith_typing *out)
{
	if (typists->first == NULL || typists->first->over_us > now_us) {
		return false;
	}
	hand_out(typists, typists->first, out);
	return true;
}

int64_t kith_typists_due_us(const struct kith_typists *typists)
{
	return typists->first == NULL ? -1 : typists->first->over_us;
}
