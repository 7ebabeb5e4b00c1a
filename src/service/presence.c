/*
 * presence.c -- shares of a hash table, each with its lock.
 *
 * A share is an array with open addressing that doubles at three quarters full; what
 * is taken out is closed up, so there are no marks of the deleted. Rows are numbers
 * of our own, so nobody can choose where they fall.
 */
#include "service/presence.h"

#include <pthread.h>
#include <stddef.h>

#include "base/mem.h"

enum { SHARES = 64, SHARE_SIZE_MIN = 16 };

struct place {
	int64_t user_row; /* 0: free */
	uint32_t workers;
	bool is_hidden;
};
_Static_assert(sizeof(struct place) == 16, "a person online costs little");

struct share {
	pthread_mutex_t lock; /* of all below: held for a look-up or a change, and its growing */
	struct place *places;
	size_t size; /* a power of two, or 0 before the first */
	size_t count;
};

struct kith_presence {
	struct share shares[SHARES];
};

struct kith_presence *kith_presence_new(void)
{
	struct kith_presence *presence = kith_alloc_zero(1, sizeof(*presence));

	for (size_t i = 0; presence != NULL && i < SHARES; i++) {
		pthread_mutex_init(&presence->shares[i].lock, NULL);
	}
	return presence;
}

void kith_presence_free(struct kith_presence **presence)
{
	struct kith_presence *held = *presence;

	*presence = NULL;
	for (size_t i = 0; held != NULL && i < SHARES; i++) {
		pthread_mutex_destroy(&held->shares[i].lock);
		kith_free(held->shares[i].places);
	}
	kith_free(held);
}

static uint64_t mix(int64_t user_row)
{
	uint64_t hash = (uint64_t)user_row * UINT64_C(0x9e3779b97f4a7c15);

	return hash ^ hash >> 32;
}

/* The share of USER_ROW, locked. */
static struct share *lock_share(struct kith_presence *presence, int64_t user_row)
{
	struct share *share = &presence->shares[mix(user_row) % SHARES];

	pthread_mutex_lock(&share->lock);
	return share;
}

static size_t home_of(const struct share *share, int64_t user_row)
{
	return mix(user_row) / SHARES & (share->size - 1);
}

/* The place of USER_ROW, or the free one where it would be; the share has room. */
static struct place *look(const struct share *share, int64_t user_row)
{
	size_t at = home_of(share, user_row);

	while (share->places[at].user_row != 0 && share->places[at].user_row != user_row) {
		at = (at + 1) & (share->size - 1);
	}
	return &share->places[at];
}

static struct place *find(const struct share *share, int64_t user_row)
{
	struct place *place = share->size == 0 ? NULL : look(share, user_row);

	return place == NULL || place->user_row == 0 ? NULL : place;
}

static bool make_room(struct share *share)
{
	struct share larger = { .size = share->size == 0 ? SHARE_SIZE_MIN : share->size * 2 };

	if (share->size > 0 && share->count + 1 <= share->size / 4 * 3) {
		return true;
	}
	larger.places = kith_alloc_zero(larger.size, sizeof(*larger.places));
	if (larger.places == NULL) {
		return false;
	}
	for (size_t i = 0; i < share->size; i++) {
		if (share->places[i].user_row != 0) {
			*look(&larger, share->places[i].user_row) = share->places[i];
		}
	}
	kith_free(share->places);
	share->places = larger.places;
	share->size = larger.size;
	return true;
}

/* Frees PLACE and closes up what stands behind it. */
static void take_out(struct share *share, struct place *place)
{
	size_t mask = share->size - 1;
	size_t hole = (size_t)(place - share->places);

	for (size_t at = (hole + 1) & mask; share->places[at].user_row != 0; at = (at + 1) & mask) {
		size_t home = home_of(share, share->places[at].user_row);
		if (((at - home) & mask) >= ((at - hole) & mask)) {
			share->places[hole] = share->places[at];
			hole = at;
		}
	}
	share->places[hole] = (struct place){ .user_row = 0 };
	share->count--;
}

/* PLACE hides from now on as IS_HIDDEN says; returns true when that changes something. */
static bool set_hidden(struct place *place, bool is_hidden)
{
	bool has_changed = place->is_hidden != is_hidden;

	place->is_hidden = is_hidden;
	return has_changed;
}

bool kith_presence_enter(struct kith_presence *presence, int64_t user_row, bool is_hidden,
                         bool *is_news)
{
	struct share *share = lock_share(presence, user_row);
	struct place *place = find(share, user_row);
	bool is_counted = place != NULL || make_room(share);

	if (place != NULL) {
		place->workers++;
		*is_news = set_hidden(place, is_hidden);
	} else if (is_counted) {
		*look(share, user_row) = (struct place){ .user_row = user_row,
			                                 .workers = 1,
			                                 .is_hidden = is_hidden };
		share->count++;
		*is_news = !is_hidden;
	}
	pthread_mutex_unlock(&share->lock);
	return is_counted;
}

bool kith_presence_leave(struct kith_presence *presence, int64_t user_row)
{
	struct share *share = lock_share(presence, user_row);
	struct place *place = find(share, user_row);
	bool is_gone = false;

	KITH_ASSERT(place != NULL);
	if (--place->workers == 0) {
		is_gone = !place->is_hidden;
		take_out(share, place);
	}
	pthread_mutex_unlock(&share->lock);
	return is_gone;
}

bool kith_presence_hide(struct kith_presence *presence, int64_t user_row, bool is_hidden)
{
	struct share *share = lock_share(presence, user_row);
	struct place *place = find(share, user_row);
	bool is_news = place != NULL && set_hidden(place, is_hidden);

	pthread_mutex_unlock(&share->lock);
	return is_news;
}

bool kith_presence_shows(struct kith_presence *presence, int64_t user_row)
{
	if (presence == NULL) {
		return false;
	}
	struct share *share = lock_share(presence, user_row);
	const struct place *place = find(share, user_row);
	bool shows = place != NULL && !place->is_hidden;

	pthread_mutex_unlock(&share->lock);
	return shows;
}
