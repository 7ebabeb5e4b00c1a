/*
 * follow.c -- chains of watchers by person, and a count that is made again.
 */
#include "door/follow.h"

#include <string.h>

#include "base/mem.h"
#include "domain/watch.h"
#include "door/frames.h"
#include "door/resume.h"
#include "door/socket.h"

/* One person whom one connection watches. */
struct person {
	struct kith_follow *follow;
	struct person *next; /* others who watch the same one */
	struct person *previous;
	int64_t user_row;
	struct kith_str user; /* behind the array */
	struct kith_watch watch;
};

struct kith_follow {
	struct kith_door *door;
	struct kith_lane *lane;
	struct person *people; /* NULL: nobody */
	size_t people_count;
	int64_t watch_due_us; /* not after the first of theirs; -1: none */
	bool counts;          /* the unread                              */
	bool is_counting;
	bool is_stale;           /* something happened since it began       */
	int64_t count_due_us;    /* -1: none                                */
	int64_t may_count_us;    /* not before                              */
	struct kith_unread said; /* what the client knows; -1: nothing      */
};

static struct kith_follow *follow_of(struct kith_door *door, struct kith_lane *lane)
{
	if (door->follow == NULL) {
		door->follow = kith_alloc_zero(1, sizeof(*door->follow));
	}
	if (door->follow != NULL && door->follow->door == NULL) {
		*door->follow = (struct kith_follow){ .door = door,
			                              .lane = lane,
			                              .watch_due_us = -1,
			                              .count_due_us = -1,
			                              .said = { .messages = -1 } };
	}
	return door->follow;
}

static void say(struct kith_door *door, const struct kith_passing *passing)
{
	struct kith_door_host *host = door->host;

	kith_buf_reset(&host->head);
	kith_socket_encode_passing(&host->head, &host->json, passing);
	if (host->head.failed) {
		host->abort(door);
		return;
	}
	door->ops->on_passing(door, kith_buf_str(&host->head));
}

/* --- who is watched --- */

void kith_followers_init(struct kith_followers *followers, uint64_t seed)
{
	kith_table_init(&followers->people, seed);
}

void kith_followers_done(struct kith_followers *followers)
{
	kith_table_done(&followers->people);
}

static bool link_person(struct kith_followers *followers, struct person *person)
{
	uint64_t key = (uint64_t)person->user_row;
	struct person *first = kith_table_get(&followers->people, key);

	if (!kith_table_put(&followers->people, key, person)) {
		return false;
	}
	person->previous = NULL;
	person->next = first;
	if (first != NULL) {
		first->previous = person;
	}
	return true;
}

static void unlink_person(struct kith_followers *followers, struct person *person)
{
	uint64_t key = (uint64_t)person->user_row;

	if (person->next != NULL) {
		person->next->previous = person->previous;
	}
	if (person->previous != NULL) {
		person->previous->next = person->next;
	} else if (person->next == NULL) {
		(void)kith_table_remove(&followers->people, key);
	} else {
		/* The key is there already, so nothing needs to grow. */
		bool is_put = kith_table_put(&followers->people, key, person->next);
		KITH_ASSERT(is_put);
	}
}

static void unlink_people(struct kith_follow *follow)
{
	for (size_t i = 0; i < follow->people_count; i++) {
		unlink_person(follow->door->host->followers, &follow->people[i]);
	}
	kith_free(follow->people);
	follow->people = NULL;
	follow->people_count = 0;
	follow->watch_due_us = -1;
}

static bool is_among(const struct person *people, size_t count, int64_t user_row)
{
	for (size_t i = 0; i < count; i++) {
		if (people[i].user_row == user_row) {
			return true;
		}
	}
	return false;
}

/* Those of VIEWS of whom there is something to hear, each once. NULL without memory. */
static struct person *make_people(struct kith_follow *follow,
                                  const struct kith_presence_view *views, size_t count,
                                  size_t *made)
{
	size_t texts = 0;

	for (size_t i = 0; i < count; i++) {
		texts += views[i].user.len;
	}
	struct person *people = kith_alloc(count * sizeof(*people) + texts);
	if (people == NULL) {
		return NULL;
	}
	char *at = (char *)(people + count);
	*made = 0;
	for (size_t i = 0; i < count; i++) {
		const struct kith_presence_view *view = &views[i];
		if (view->user_row == 0 || is_among(people, *made, view->user_row)) {
			continue;
		}
		struct person *person = &people[(*made)++];
		*person = (struct person){ .follow = follow,
			                   .user_row = view->user_row,
			                   .user = kith_str_make(at, view->user.len) };
		memcpy(at, view->user.at, view->user.len);
		at += view->user.len;
		kith_watch_begin(&person->watch, view->is_online, follow->door->host->steady_us);
	}
	return people;
}

/* Watches those of VIEWS from now on, and nobody else. */
static enum kith_rc watch(struct kith_follow *follow, const struct kith_presence_view *views,
                          size_t count)
{
	struct kith_followers *followers = follow->door->host->followers;
	size_t made = 0;

	unlink_people(follow);
	if (count == 0) {
		return KITH_OK;
	}
	follow->people = make_people(follow, views, count, &made);
	if (follow->people == NULL) {
		return KITH_E_NO_MEMORY;
	}
	while (follow->people_count < made &&
	       link_person(followers, &follow->people[follow->people_count])) {
		follow->people_count++;
	}
	if (follow->people_count < made) {
		unlink_people(follow);
		return KITH_E_NO_MEMORY;
	}
	return KITH_OK;
}

/* --- how they come and go --- */

static void say_presence(struct person *person)
{
	const struct kith_presence_view view = { .user_row = person->user_row,
		                                 .user = person->user,
		                                 .is_online = person->watch.is_online,
		                                 .last_seen_us = person->watch.left_us };
	const struct kith_passing passing = { .kind = KITH_PASSING_PRESENCE, .presence = &view };

	say(person->follow->door, &passing);
}

static void run_watch(struct kith_follow *follow)
{
	int64_t now_us = follow->door->host->steady_us;
	int64_t due_us = -1;

	for (size_t i = 0; i < follow->people_count; i++) {
		struct person *person = &follow->people[i];
		if (kith_watch_take(&person->watch, now_us)) {
			say_presence(person);
		}
		if (person->watch.due_us >= 0 && (due_us < 0 || person->watch.due_us < due_us)) {
			due_us = person->watch.due_us;
		}
	}
	follow->watch_due_us = due_us;
}

/* Looks how PERSON is now, for this watcher: who hides sees nobody. */
static void look_at(struct person *person, int64_t left_us, bool may_return)
{
	struct kith_follow *follow = person->follow;
	struct kith_door *door = follow->door;
	bool sees = (door->session->flags & KITH_USER_HIDES_PRESENCE) == 0;
	bool is_online = sees && kith_presence_shows(door->host->presence, person->user_row);

	kith_watch_note(&person->watch, is_online, sees ? left_us : 0, may_return,
	                door->host->steady_us);
	int64_t due_us = person->watch.due_us;
	if (due_us >= 0 && (follow->watch_due_us < 0 || due_us < follow->watch_due_us)) {
		follow->watch_due_us = due_us;
	}
}

/* Says what is due at once; for the rest the door has to be reminded. */
static void settle(struct kith_follow *follow)
{
	struct kith_door *door = follow->door;

	if (follow->watch_due_us >= 0 && follow->watch_due_us <= door->host->steady_us) {
		run_watch(follow);
	}
	if (follow->watch_due_us >= 0 || follow->count_due_us >= 0) {
		door->host->remind(door);
	}
}

void kith_followers_tell(struct kith_followers *followers, int64_t user_row, int64_t left_us,
                         bool may_return)
{
	struct person *person = kith_table_get(&followers->people, (uint64_t)user_row);

	for (; person != NULL; person = person->next) {
		look_at(person, left_us, may_return);
		settle(person->follow);
	}
}

void kith_followers_tell_all(struct kith_followers *followers)
{
	size_t at = 0;

	for (const struct person *person;
	     (person = kith_table_next(&followers->people, &at)) != NULL;) {
		kith_followers_tell(followers, person->user_row, 0, true);
	}
}

void kith_follow_look_again(struct kith_door *door)
{
	struct kith_follow *follow = door->follow;

	if (follow == NULL) {
		return;
	}
	for (size_t i = 0; i < follow->people_count; i++) {
		look_at(&follow->people[i], 0, false);
	}
	settle(follow);
}

/* --- the unread --- */

static void count(struct kith_follow *follow);

/* Something happened: counts again, as soon as that may be. */
static void count_again(struct kith_follow *follow)
{
	if (follow->is_counting) {
		follow->is_stale = true;
	} else if (follow->door->host->steady_us >= follow->may_count_us) {
		count(follow);
	} else {
		follow->count_due_us = follow->may_count_us;
		follow->door->host->remind(follow->door);
	}
}

static void say_unread(struct kith_follow *follow, const struct kith_unread *unread)
{
	const struct kith_passing passing = { .kind = KITH_PASSING_UNREAD, .unread = unread };
	bool is_known = unread->messages == follow->said.messages &&
	                unread->conversations == follow->said.conversations;

	if (!is_known) {
		follow->said = *unread;
		say(follow->door, &passing);
	}
}

static void on_counted(struct kith_call *call)
{
	struct kith_follow *follow = call->door;
	bool is_good = call->rc == KITH_OK;

	follow->is_counting = false;
	if (is_good) {
		say_unread(follow, &call->result.unread);
	}
	kith_call_free(&call);
	if (follow->is_stale || !is_good) {
		follow->is_stale = false;
		count_again(follow);
	}
}

static void count(struct kith_follow *follow)
{
	struct kith_door *door = follow->door;
	struct kith_call *call = NULL;

	follow->count_due_us = -1;
	follow->may_count_us = door->host->steady_us + KITH_FOLLOW_COUNT_US;
	enum kith_rc rc =
		kith_door_call(door, follow->lane, KITH_CALL_ME_UNREAD, follow, on_counted, &call);
	if (rc == KITH_OK) {
		follow->is_counting = true;
		kith_service_run(call);
	} else if (rc == KITH_E_NO_MEMORY) {
		count_again(follow);
	} else {
		follow->counts = false; /* the session has ended, and the door will soon */
	}
}

void kith_follow_change(struct kith_door *door)
{
	if (door->follow != NULL && door->follow->counts) {
		count_again(door->follow);
	}
}

void kith_follow_event(struct kith_door *door, struct kith_str frame)
{
	static const char *const names[] = { "message.new", "message.deleted", "message.hidden",
		                             "conversation.read" };
	struct kith_frame_event event;

	if (door->follow == NULL || !door->follow->counts) {
		return;
	}
	kith_frame_read_event(frame, &event);
	for (size_t i = 0; i < KITH_COUNT(names); i++) {
		if (kith_str_is(event.name, names[i])) {
			count_again(door->follow);
			return;
		}
	}
}

/* --- asking --- */

enum kith_rc kith_follow_answer(struct kith_door *door, struct kith_lane *lane,
                                const struct kith_call *call)
{
	const struct kith_result *result = &call->result;
	bool goes_on = result->kind == KITH_RESULT_UNREAD ||
	               (result->kind == KITH_RESULT_PRESENCES &&
	                (result->presences.count > 0 || door->follow != NULL));
	struct kith_follow *follow = goes_on ? follow_of(door, lane) : NULL;

	if (!goes_on) {
		return KITH_OK;
	}
	if (follow == NULL) {
		return KITH_E_NO_MEMORY;
	}
	if (result->kind == KITH_RESULT_PRESENCES) {
		return watch(follow, result->presences.items, result->presences.count);
	}
	follow->counts = true;
	follow->said = result->unread;
	follow->may_count_us = door->host->steady_us + KITH_FOLLOW_COUNT_US;
	return KITH_OK;
}

/* The answer to kith_follow_begin(). */
static void on_watched(struct kith_call *call)
{
	struct kith_follow *follow = call->door;
	struct kith_door *door = follow->door;
	enum kith_rc rc =
		call->rc == KITH_OK ? kith_follow_answer(door, follow->lane, call) : call->rc;

	if (rc != KITH_OK) {
		door->host->abort(door); /* it comes back, and asks again */
	}
	for (size_t i = 0; rc == KITH_OK && i < call->result.presences.count; i++) {
		const struct kith_passing passing = { .kind = KITH_PASSING_PRESENCE,
			                              .presence =
			                                      &call->result.presences.items[i] };
		say(door, &passing);
	}
	kith_call_free(&call);
}

/* Puts the addresses of TEXT into the call's memory. returns false without any. */
static bool set_users(struct kith_call *call, struct kith_str text)
{
	struct kith_arg *users = &call->args[KITH_PRESENCE_WATCH_USERS];
	size_t most = kith_calls[KITH_CALL_PRESENCE_WATCH].args->count_max;
	struct kith_str *list = kith_arena_alloc(&call->mem, most * sizeof(*list));
	bool goes_on = true;

	if (list == NULL || !kith_arena_copy(&call->mem, text, &text)) {
		return false;
	}
	*users = (struct kith_arg){ .is_present = true, .list = list };
	while (goes_on) {
		KITH_ASSERT(users->count < most);
		list[users->count] = text;
		goes_on = kith_str_cut(text, ',', &list[users->count], &text);
		users->count++;
	}
	return true;
}

enum kith_rc kith_follow_begin(struct kith_door *door, struct kith_lane *lane,
                               struct kith_str watch_text, bool counts_unread)
{
	struct kith_call *call = NULL;

	if (watch_text.len == 0 && !counts_unread) {
		return KITH_OK;
	}
	struct kith_follow *follow = follow_of(door, lane);
	if (follow == NULL) {
		return KITH_E_NO_MEMORY;
	}
	if (watch_text.len > 0) {
		enum kith_rc rc = kith_door_call(door, lane, KITH_CALL_PRESENCE_WATCH, follow,
		                                 on_watched, &call);
		if (rc == KITH_OK && !set_users(call, watch_text)) {
			kith_call_free(&call);
			rc = KITH_E_NO_MEMORY;
		}
		if (rc != KITH_OK) {
			return rc;
		}
		kith_service_run(call);
	}
	follow->counts = counts_unread;
	if (counts_unread) {
		count(follow);
	}
	return KITH_OK;
}

/* --- time, and the end --- */

static int64_t sooner(int64_t a_us, int64_t b_us)
{
	if (a_us < 0 || b_us < 0) {
		return a_us < 0 ? b_us : a_us;
	}
	return a_us < b_us ? a_us : b_us;
}

int64_t kith_follow_deadline_us(const struct kith_door *door, int64_t own_us)
{
	const struct kith_follow *follow = door->follow;

	return follow == NULL ? own_us
	                      : sooner(own_us, sooner(follow->watch_due_us, follow->count_due_us));
}

void kith_follow_run(struct kith_door *door)
{
	struct kith_follow *follow = door->follow;

	if (follow == NULL) {
		return;
	}
	if (follow->watch_due_us >= 0 && follow->watch_due_us <= door->host->steady_us) {
		run_watch(follow);
	}
	if (follow->count_due_us >= 0 && follow->count_due_us <= door->host->steady_us) {
		count(follow);
	}
}

void kith_follow_done(struct kith_door *door)
{
	if (door->follow != NULL) {
		unlink_people(door->follow);
		kith_free(door->follow);
		door->follow = NULL;
	}
}
