/*
 * test_store_model.c -- two members do what they like, and the store agrees with a model
 * that keeps everything in plain arrays; so does a client that only ever asks for news.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit/store/kit.h"

enum {
	ROUNDS = 6,
	STEPS = 250,
	ENTRIES_MAX = STEPS + 1,
	EMOJI = 3,
	BATCH_MAX = 5,
	TEXT = 16,
	NEAR = 8,
};

static const char *const emoji[EMOJI] = { "a", "b", "c" };

/* A message as it is now; the same for the model and for a client. */
struct model_message {
	bool is_there;
	bool is_retracted;
	char text[TEXT];
	int edits;
	int64_t target;
	bool reactions[2][EMOJI];
};

struct model {
	int64_t n;
	struct model_message messages[ENTRIES_MAX]; /* by n; acts are not there */
	int senders[ENTRIES_MAX];
	uint64_t ids[ENTRIES_MAX]; /* numbers for kit_id() */
	bool is_hidden[2][ENTRIES_MAX];
	int64_t delivered[2];
	int64_t seen[2];
	bool is_marked[2];
};

/* What a client of one member knows from news alone. */
struct client {
	int64_t position;
	struct model_message messages[ENTRIES_MAX];
	int64_t own_seen;
	int64_t own_delivered;
	bool own_mark;
	int64_t other_seen;
	int64_t other_delivered;
};

struct room {
	struct kit kit;
	int64_t users[2];
	struct kith_conversation pair;
	struct model model;
	struct client clients[2];
	uint64_t number;
	uint64_t seed;
};

static uint64_t draw(struct room *room, uint64_t below)
{
	room->seed = room->seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (room->seed >> 33) % below;
}

static int64_t smaller(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t greater(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* ---- what the model does ---- */

static void model_see(struct model *model, int who, int64_t up_to)
{
	model->seen[who] = greater(model->seen[who], smaller(up_to, model->n));
	model->delivered[who] = greater(model->delivered[who], model->seen[who]);
	model->is_marked[who] = false;
}

static void model_send(struct model *model, int who, const char *text, int64_t target)
{
	struct model_message *message = &model->messages[++model->n];
	*message = (struct model_message){ .is_there = true, .target = target };
	snprintf(message->text, TEXT, "%s", text);
	model->senders[model->n] = who;
	model->seen[who] = model->n;
	model->delivered[who] = model->n;
}

static int64_t model_unread(const struct model *model, int who)
{
	int64_t count = 0;
	for (int64_t n = model->seen[who] + 1; n <= model->n; n++) {
		const struct model_message *message = &model->messages[n];
		count += message->is_there && !message->is_retracted && model->senders[n] != who &&
		                         !model->is_hidden[who][n]
		                 ? 1
		                 : 0;
	}
	return count;
}

/* ---- one step, in the model and as a plan ---- */

struct step {
	struct kit_send send;
	struct kith_effect effect;
	char text[TEXT];
};

static int64_t pick_message(struct room *room)
{
	for (int tries = 0; tries < 50 && room->model.n > 0; tries++) {
		/* What was written just now is what most is done to, and what is unread. */
		uint64_t among = draw(room, 3) == 0 ? (uint64_t)room->model.n : NEAR;
		int64_t n = room->model.n - (int64_t)draw(room, among);
		n = greater(n, 1);
		if (room->model.messages[n].is_there) {
			return n;
		}
	}
	return 0;
}

static void fill_entry(struct room *room, struct step *step, int who, enum kith_kind kind,
                       int64_t target, const char *body)
{
	snprintf(step->text, TEXT, "%s", body);
	kit_fill_act(&step->send, &room->pair, room->users[who], ++room->number, kind, target,
	             step->text);
}

static void step_send(struct room *room, struct step *step, int who, int64_t target)
{
	char text[TEXT];
	snprintf(text, TEXT, "t%d", (int)++room->number);
	bool is_reply = target != 0 && draw(room, 3) == 0;
	who = draw(room, 8) == 0 ? who : 0; /* one listens: much is unread */
	fill_entry(room, step, who, KITH_KIND_TEXT, is_reply ? target : 0, text);
	if (is_reply) {
		step->send.entry.content.is_reply = true;
		step->send.entry.content.reply_to = kit_id(room->model.ids[target]);
		kit_print(&step->send);
	}
	model_send(&room->model, who, text, is_reply ? target : 0);
	room->model.ids[room->model.n] = room->number;
}

static void step_edit(struct room *room, struct step *step, int who, int64_t target)
{
	struct model_message *message = &room->model.messages[target];
	if (target == 0 || message->is_retracted) {
		return;
	}
	snprintf(message->text, TEXT, "e%d", (int)++room->number);
	message->edits++;
	room->model.n++;
	fill_entry(room, step, who, KITH_KIND_EDIT, target, message->text);
}

static void step_retract(struct room *room, struct step *step, int who, int64_t target)
{
	struct model_message *message = &room->model.messages[target];
	if (target == 0 || message->is_retracted) {
		return;
	}
	message->is_retracted = true;
	message->text[0] = '\0';
	memset(message->reactions, 0, sizeof(message->reactions));
	room->model.n++;
	fill_entry(room, step, who, KITH_KIND_RETRACTION, target, "");
}

static void step_react(struct room *room, struct step *step, int who, int64_t target)
{
	struct model_message *message = &room->model.messages[target];
	if (target == 0 || message->is_retracted) {
		return;
	}
	size_t which = (size_t)draw(room, EMOJI);
	bool *is_on = &message->reactions[who][which];
	fill_entry(room, step, who, *is_on ? KITH_KIND_UNREACTION : KITH_KIND_REACTION, target,
	           emoji[which]);
	*is_on = !*is_on;
	room->model.n++;
}

static void step_hide(struct room *room, struct step *step, int who, int64_t target)
{
	if (target != 0) {
		step->effect = (struct kith_effect){
			.kind = KITH_EFFECT_HIDE,
			.hide = { .conversation_row = room->pair.row,
			          .user_row = room->users[who],
			          .n = target },
		};
		room->model.is_hidden[who][target] = true;
	}
}

static void fill_mark(struct room *room, struct step *step, int who, enum kith_effect_kind kind)
{
	step->effect = (struct kith_effect){
		.kind = kind,
		.mark = { .conversation_row = room->pair.row,
		          .user_row = room->users[who],
		          .up_to = greater(0, room->model.n + 2 - (int64_t)draw(room, 2 * NEAR)),
		          .is_marked_unread = draw(room, 2) == 0 },
	};
}

static void step_see(struct room *room, struct step *step, int who, int64_t target)
{
	(void)target;
	fill_mark(room, step, who, KITH_EFFECT_SEEN);
	model_see(&room->model, who, step->effect.mark.up_to);
}

static void step_deliver(struct room *room, struct step *step, int who, int64_t target)
{
	(void)target;
	struct model *model = &room->model;
	fill_mark(room, step, who, KITH_EFFECT_DELIVERED);
	model->delivered[who] =
		greater(model->delivered[who], smaller(step->effect.mark.up_to, model->n));
}

static void step_mark(struct room *room, struct step *step, int who, int64_t target)
{
	(void)target;
	fill_mark(room, step, who, KITH_EFFECT_MARK_UNREAD);
	room->model.is_marked[who] = step->effect.mark.is_marked_unread;
}

static void (*const deeds[])(struct room *, struct step *, int who, int64_t target) = {
	step_send,  step_send, step_send,    step_edit, step_retract, step_react,
	step_react, step_hide, step_deliver, step_see,  step_mark,
};

/* Chooses a step; false when it came to nothing. */
static bool choose(struct room *room, struct step *step)
{
	*step = (struct step){ .text = "" };
	int who = (int)draw(room, 2);
	int64_t target = pick_message(room);
	deeds[draw(room, KITH_COUNT(deeds))](room, step, who, target);
	if (step->send.plan.entry_count == 0 && step->effect.mark.conversation_row == 0) {
		return false;
	}
	if (step->send.plan.entry_count == 0) {
		step->send.plan = (struct kith_plan){ .effects = &step->effect,
			                              .effect_count = 1,
			                              .conversation = &room->pair };
	}
	return true;
}

/* ---- what the store says ---- */

static void take_state(struct model_message *out, const struct kith_entry *entry)
{
	struct model_message state = { .is_there = true, .target = entry->target };
	assert_true(entry->content.body.len < TEXT);
	memcpy(state.text, entry->content.body.at, entry->content.body.len);
	const struct kith_extra *extra = entry->extra;
	if (extra != NULL) {
		assert_true(extra->retracted_us == 0 || entry->content.body.len == 0);
		state.is_retracted = extra->retracted_us != 0;
		state.edits = (int)extra->edits;
	}
	for (size_t i = 0; extra != NULL && i < extra->reaction_count; i++) {
		const struct kith_reaction *reaction = &extra->reactions[i];
		assert_int_equal(reaction->count, reaction->user_count);
		for (size_t k = 0; k < reaction->user_count; k++) {
			int who = kith_str_is(reaction->users[k], "alice") ? 0 : 1;
			state.reactions[who][reaction->emoji.at[0] - 'a'] = true;
		}
	}
	*out = state;
}

static void expect_message(int64_t n, const struct model_message *got,
                           const struct model_message *expected)
{
	if (got->is_there != expected->is_there || got->is_retracted != expected->is_retracted ||
	    strcmp(got->text, expected->text) != 0 || got->edits != expected->edits ||
	    got->target != expected->target ||
	    memcmp(got->reactions, expected->reactions, sizeof(got->reactions)) != 0) {
		fail_msg("message %d: there %d deleted %d text %s edits %d, and not %d %d %s %d",
		         (int)n, got->is_there, got->is_retracted, got->text, got->edits,
		         expected->is_there, expected->is_retracted, expected->text,
		         expected->edits);
	}
}

static void expect_standing(struct room *room, int who)
{
	const struct model *model = &room->model;
	struct kith_standing got = kit_standing(&room->kit, &room->pair, room->users[who]);
	assert_int_equal(got.n, model->n);
	assert_int_equal(got.delivered, model->delivered[who]);
	assert_int_equal(got.seen, model->seen[who]);
	assert_int_equal(got.unread, model_unread(model, who));
	assert_true(got.is_marked_unread == model->is_marked[who]);
	assert_int_equal(got.others[0].seen, model->seen[1 - who]);
	assert_int_equal(got.others[0].delivered, model->delivered[1 - who]);
	struct kith_unread unread;
	assert_int_equal(kith_reader_unread(room->kit.reader, room->users[who], 0, &unread),
	                 KITH_OK);
	assert_int_equal(unread.messages, got.unread);
}

/* Every message that WHO has not hidden, by pages of a drawn size. */
static void expect_pages(struct room *room, int who)
{
	const struct model *model = &room->model;
	int64_t after = 0;
	int64_t n = 0;
	bool more = true;
	while (more) {
		struct kith_page page;
		struct kith_page_query query = { .conversation_row = room->pair.row,
			                         .viewer_row = room->users[who],
			                         .after = after,
			                         .is_from_first = after == 0,
			                         .limit = 1 + (size_t)draw(room, 40) };
		assert_int_equal(kith_reader_page(room->kit.reader, &query, &room->kit.mem, &page),
		                 KITH_OK);
		for (size_t i = 0; i < page.count; i++) {
			struct model_message got;
			for (n++; !model->messages[n].is_there || model->is_hidden[who][n]; n++) {
			}
			assert_int_equal(page.items[i].n, n);
			take_state(&got, &page.items[i]);
			expect_message(n, &got, &model->messages[n]);
			after = n;
		}
		more = page.has_newer;
	}
	for (n++; n <= model->n; n++) {
		assert_true(!model->messages[n].is_there || model->is_hidden[who][n]);
	}
}

/* ---- a client ---- */

static void client_take(struct client *client, const struct kith_news *news)
{
	int64_t n = news->entry.n;
	switch (news->kind) {
	case KITH_NEWS_MESSAGE:
	case KITH_NEWS_EDITED:
	case KITH_NEWS_DELETED:
		take_state(&client->messages[n], &news->entry);
		break;
	case KITH_NEWS_REACTION:
		client->messages[news->entry.target]
			.reactions[kith_str_is(news->entry.sender, "alice") ? 0 : 1]
				  [news->entry.content.body.at[0] - 'a'] =
			news->entry.content.kind == KITH_KIND_REACTION;
		break;
	case KITH_NEWS_HIDDEN:
		client->messages[news->entry.n] = (struct model_message){ .is_there = false };
		break;
	case KITH_NEWS_READ:
		client->own_seen = news->mark.seen;
		client->own_delivered = news->mark.delivered;
		client->own_mark = news->mark.is_marked_unread;
		break;
	case KITH_NEWS_RECEIPT:
		client->other_seen = news->mark.seen;
		client->other_delivered = news->mark.delivered;
		break;
	default:
		fail_msg("news of kind %d", (int)news->kind);
	}
}

static void client_follow(struct room *room, int who)
{
	struct client *client = &room->clients[who];
	bool more = true;
	while (more) {
		struct kith_since got;
		assert_int_equal(kith_reader_since(room->kit.reader, room->users[who], 0,
		                                   client->position, 1 + (size_t)draw(room, 20),
		                                   &room->kit.mem, &got),
		                 KITH_OK);
		assert_true(got.count > 0 || !got.more);
		for (size_t i = 0; i < got.count; i++) {
			assert_true(got.items[i].position > client->position);
			client->position = got.items[i].position;
			client_take(client, &got.items[i]);
		}
		client->position = got.position;
		more = got.more;
	}
}

/* A sender's own marks move with a message, of which the client hears as one. */
static void expect_client(struct room *room, int who)
{
	const struct model *model = &room->model;
	const struct client *client = &room->clients[who];
	int64_t sent[2] = { 0, 0 };
	for (int64_t n = 1; n <= model->n; n++) {
		if (model->messages[n].is_there) {
			sent[model->senders[n]] = n;
		}
		if (model->messages[n].is_there && !model->is_hidden[who][n]) {
			expect_message(n, &client->messages[n], &model->messages[n]);
		} else {
			assert_false(client->messages[n].is_there);
		}
	}
	assert_int_equal(greater(client->own_seen, sent[who]), model->seen[who]);
	assert_int_equal(greater(client->own_delivered, sent[who]), model->delivered[who]);
	assert_true(client->own_mark == model->is_marked[who]);
	assert_int_equal(greater(client->other_seen, sent[1 - who]), model->seen[1 - who]);
	assert_int_equal(greater(client->other_delivered, sent[1 - who]),
	                 model->delivered[1 - who]);
}

/* ---- the sweep ---- */

static void room_init(struct room *room, uint64_t seed)
{
	*room = (struct room){ .seed = seed, .number = 1000 };
	kit_init(&room->kit);
	room->users[0] = kit_user(&room->kit, "alice");
	room->users[1] = kit_user(&room->kit, "bob");
	room->pair = kit_pair(1, KIT_ORG, room->users[0], room->users[1]);
	kit_add(&room->kit, &room->pair);
}

/* Some steps in one batch: all of them are OK, since the model knows what fits. */
static void do_batch(struct room *room)
{
	static struct step steps[BATCH_MAX];
	struct kith_plan bait = { .expect_count = 0 };
	size_t count = 0;
	size_t wanted = 1 + (size_t)draw(room, BATCH_MAX);
	size_t before = room->kit.answered_count;
	kit_hold(&room->kit, &bait);
	while (count < wanted) {
		if (choose(room, &steps[count])) {
			kit_submit(&room->kit, &steps[count++].send.plan);
		}
	}
	kit_release(&room->kit);
	kit_wait(&room->kit, before + 1 + count);
	for (size_t i = 0; i < count; i++) {
		if (steps[i].send.plan.answer != KITH_PLAN_OK) {
			fail_msg("answer %d", (int)steps[i].send.plan.answer);
		}
	}
}

static void test_r_050_r_053_the_store_agrees_with_a_model(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= ROUNDS; seed++) {
		static struct room room;
		room_init(&room, seed);
		for (int step = 0; room.model.n + BATCH_MAX < ENTRIES_MAX && step < STEPS; step++) {
			do_batch(&room);
			for (int who = 0; who < 2; who++) {
				expect_standing(&room, who);
				if (draw(&room, 10) == 0) {
					expect_pages(&room, who);
				}
				if (draw(&room, 20) == 0) {
					client_follow(&room, who);
					expect_client(&room, who);
				}
			}
			if (draw(&room, 40) == 0) {
				assert_int_equal(kit_violations(&room.kit), 0);
				kit_close(&room.kit);
				kit_open(&room.kit);
			}
			kith_arena_reset(&room.kit.mem);
		}
		for (int who = 0; who < 2; who++) {
			expect_pages(&room, who);
			client_follow(&room, who);
			expect_client(&room, who);
		}
		assert_int_equal(kit_violations(&room.kit), 0);
		kit_done(&room.kit);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_r_050_r_053_the_store_agrees_with_a_model),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
