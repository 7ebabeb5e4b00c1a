/*
 * live.c -- from what is said here to all who hear, and back.
 */
#include "server/live.h"

#include <string.h>

#include "base/mem.h"
#include "door/follow.h"
#include "door/socket.h"

struct kith_live {
	struct kith_whisperer whisperer;
	struct kith_live_options options;
	struct kith_typists *typists;
	uint64_t lost; /* whispers to this worker, as last looked at */
	struct kith_buf frame;
	struct kith_buf scratch;
};

/* --- typing --- */

static void remind(struct kith_live *live)
{
	int64_t due_us = kith_typists_due_us(live->typists);

	if (due_us >= 0) {
		live->options.remind(live->options.context, due_us);
	}
}

/* Says TYPING to all who may know, here and elsewhere. Without memory it is lost. */
static void tell_typing(struct kith_live *live, const struct kith_typing *typing)
{
	const struct kith_live_options *options = &live->options;
	const struct kith_passing passing = { .kind = KITH_PASSING_TYPING, .typing = typing };

	kith_buf_reset(&live->frame);
	kith_socket_encode_passing(&live->frame, &live->scratch, &passing);
	struct kith_whisper *whisper =
		live->frame.failed ? NULL
				   : kith_whisper_new(options->whispers, typing->audience_count,
	                                              kith_buf_str(&live->frame));
	if (whisper == NULL) {
		return;
	}
	whisper->kind = KITH_WHISPER_TYPING;
	whisper->user_row = typing->user_row;
	whisper->conversation_row = typing->conversation_row;
	whisper->is_composing = typing->is_composing;
	whisper->org_row = typing->org_row;
	whisper->spared = typing->connection;
	memcpy(whisper->audience, typing->audience,
	       typing->audience_count * sizeof(typing->audience[0]));
	kith_whisper_say(options->whispers, options->home, whisper);
	options->deliver(options->context, whisper);
	kith_whisper_unref(&whisper);
}

static void on_typing(struct kith_whisperer *whisperer, const struct kith_typing *typing)
{
	struct kith_live *live = KITH_CONTAINER(whisperer, struct kith_live, whisperer);
	struct kith_typing excess;

	if (!typing->is_composing) {
		kith_typists_drop(live->typists, typing->user_row, typing->conversation_row);
	} else if (kith_typists_note(live->typists, typing, live->options.host->steady_us,
	                             &excess)) {
		tell_typing(live, &excess);
	}
	tell_typing(live, typing);
	remind(live);
}

void kith_live_end(struct kith_live *live, int64_t user_row, uint64_t connection)
{
	struct kith_typing typing;

	while (kith_typists_end(live->typists, user_row, connection, &typing)) {
		tell_typing(live, &typing);
	}
}

void kith_live_run(struct kith_live *live)
{
	struct kith_typing typing;

	while (kith_typists_over(live->typists, live->options.host->steady_us, &typing)) {
		tell_typing(live, &typing);
	}
	remind(live);
}

/* --- presence --- */

/* Has everybody look at USER_ROW who watches them, here and elsewhere. */
static void tell_presence(struct kith_live *live, int64_t user_row, int64_t left_us,
                          bool may_return)
{
	const struct kith_live_options *options = &live->options;
	struct kith_whisper *whisper =
		kith_whisper_new(options->whispers, 0, (struct kith_str){ 0 });

	if (whisper != NULL) {
		whisper->kind = KITH_WHISPER_PRESENCE;
		whisper->user_row = user_row;
		whisper->left_us = left_us;
		whisper->may_return = may_return;
		kith_whisper_say(options->whispers, options->home, whisper);
		kith_whisper_unref(&whisper);
	}
	kith_followers_tell(options->host->followers, user_row, left_us, may_return);
}

bool kith_live_enter(struct kith_live *live, int64_t user_row, unsigned flags)
{
	bool is_hidden = (flags & KITH_USER_HIDES_PRESENCE) != 0;
	bool is_news = false;

	if (!kith_presence_enter(live->options.host->presence, user_row, is_hidden, &is_news)) {
		return false;
	}
	if (is_news) {
		tell_presence(live, user_row, 0, false);
	}
	return true;
}

void kith_live_leave(struct kith_live *live, int64_t user_row)
{
	const struct kith_door_host *host = live->options.host;

	/* Of whoever hides it is not even written down when they were here. */
	if (kith_presence_leave(host->presence, user_row)) {
		kith_service_left(host->service, user_row, host->now_us);
		tell_presence(live, user_row, host->now_us, true);
	}
}

void kith_live_set_flags(struct kith_live *live, int64_t user_row, unsigned flags)
{
	bool is_hidden = (flags & KITH_USER_HIDES_PRESENCE) != 0;

	/*
	 * Each worker is told of the commit and looks for itself; but another one may
	 * have counted the person by a session that did not know of it yet.
	 */
	if (kith_presence_hide(live->options.host->presence, user_row, is_hidden)) {
		tell_presence(live, user_row, 0, false);
	} else {
		kith_followers_tell(live->options.host->followers, user_row, 0, false);
	}
}

/* --- what the others say --- */

static void hear(struct kith_live *live, const struct kith_whisper *whisper)
{
	const struct kith_live_options *options = &live->options;

	if (whisper->kind == KITH_WHISPER_PRESENCE) {
		kith_followers_tell(options->host->followers, whisper->user_row, whisper->left_us,
		                    whisper->may_return);
		return;
	}
	if (whisper->is_composing) {
		/* They said it to another worker last, which will see the end of it. */
		kith_typists_drop(live->typists, whisper->user_row, whisper->conversation_row);
	}
	options->deliver(options->context, whisper);
}

bool kith_live_hear(struct kith_live *live)
{
	const struct kith_live_options *options = &live->options;
	int heard = 0;

	kith_whispers_listen(options->whispers, options->home);
	for (struct kith_whisper *whisper;
	     heard < KITH_LIVE_TURN_MAX &&
	     (whisper = kith_whisper_next(options->whispers, options->home)) != NULL;
	     heard++) {
		hear(live, whisper);
		kith_whisper_unref(&whisper);
	}
	uint64_t lost = kith_whispers_lost(options->whispers, options->home);
	if (lost != live->lost) {
		live->lost = lost;
		kith_followers_tell_all(options->host->followers);
	}
	return heard == KITH_LIVE_TURN_MAX;
}

/* --- life --- */

struct kith_live *kith_live_new(const struct kith_live_options *options)
{
	struct kith_live *live = kith_alloc_zero(1, sizeof(*live));

	if (live == NULL) {
		return NULL;
	}
	live->whisperer.typing = on_typing;
	live->options = *options;
	live->typists = kith_typists_new(options->seed);
	if (live->typists == NULL) {
		kith_free(live);
		return NULL;
	}
	return live;
}

void kith_live_free(struct kith_live **live)
{
	struct kith_live *held = *live;

	*live = NULL;
	if (held == NULL) {
		return;
	}
	kith_typists_free(&held->typists);
	kith_buf_done(&held->frame);
	kith_buf_done(&held->scratch);
	kith_free(held);
}

struct kith_whisperer *kith_live_whisperer(struct kith_live *live)
{
	return &live->whisperer;
}
