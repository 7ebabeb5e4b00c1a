/*
 * test_store_news.c -- what a person missed of acts, marks and private changes: told as
 * things are now, each in its place, and nothing of what is hidden from them.
 */
#include <stdio.h>
#include <string.h>

#include "unit/store/kit.h"

struct room {
	struct kit kit;
	int64_t alice;
	int64_t bob;
	struct kith_conversation pair;
	uint64_t said;
};

static void room_init(struct room *room)
{
	kit_init(&room->kit);
	room->alice = kit_user(&room->kit, "alice");
	room->bob = kit_user(&room->kit, "bob");
	room->pair = kit_pair(1000, KIT_ORG, room->alice, room->bob);
	room->said = 0;
}

static int64_t say(struct room *room, int64_t sender, const char *text)
{
	return kit_say(&room->kit, &room->pair, sender, ++room->said, text);
}

static int64_t act(struct room *room, int64_t sender, enum kith_kind kind, int64_t target,
                   const char *body)
{
	return kit_act(&room->kit, &room->pair, sender, ++room->said, kind, target, body);
}

static struct kith_since since(struct room *room, int64_t user, int64_t position, size_t limit)
{
	struct kith_since got = { .count = 77 };
	assert_int_equal(
		kith_reader_since(room->kit.reader, user, 0, position, limit, &room->kit.mem, &got),
		KITH_OK);
	return got;
}

static bool is_id(const struct kith_uuid *id, uint64_t number)
{
	struct kith_uuid expected = kit_id(number);
	return kith_uuid_equal(id, &expected);
}

static void test_r_092_acts_are_told_with_the_message_as_it_is(void **state)
{
	(void)state;
	struct room room;
	room_init(&room);
	say(&room, room.alice, "one");                       /* 1 */
	say(&room, room.alice, "two");                       /* 2 */
	act(&room, room.alice, KITH_KIND_EDIT, 1, "once");   /* 3 */
	act(&room, room.bob, KITH_KIND_REACTION, 1, "+");    /* 4 */
	act(&room, room.alice, KITH_KIND_EDIT, 1, "twice");  /* 5 */
	act(&room, room.bob, KITH_KIND_REACTION, 2, "-");    /* 6, of what is deleted now */
	act(&room, room.alice, KITH_KIND_RETRACTION, 2, ""); /* 7 */
	act(&room, room.bob, KITH_KIND_UNREACTION, 1, "+");  /* 8 */
	const struct {
		int64_t position;
		enum kith_news_kind kind;
		uint64_t subject;
		const char *text;
	} all[] = {
		{ 1, KITH_NEWS_MESSAGE, 1, "twice" }, { 2, KITH_NEWS_MESSAGE, 2, "" },
		{ 3, KITH_NEWS_EDITED, 1, "twice" },  { 4, KITH_NEWS_REACTION, 1, "+" },
		{ 5, KITH_NEWS_EDITED, 1, "twice" },  { 7, KITH_NEWS_DELETED, 2, "" },
		{ 8, KITH_NEWS_REACTION, 1, "+" },
	};
	struct kith_since got = since(&room, room.bob, 0, 50);
	assert_int_equal(got.count, KITH_COUNT(all));
	assert_false(got.more);
	assert_int_equal(got.position, 8);
	for (size_t i = 0; i < KITH_COUNT(all); i++) {
		const struct kith_news *news = &got.items[i];
		assert_int_equal(news->position, all[i].position);
		assert_int_equal(news->kind, all[i].kind);
		assert_int_equal(news->n, all[i].position);
		assert_true(kith_str_is(news->entry.content.body, all[i].text));
		assert_true(kith_uuid_equal(&news->entry.conversation, &room.pair.id));
		if (news->kind == KITH_NEWS_REACTION) {
			assert_true(is_id(&news->subject, all[i].subject));
			assert_true(kith_str_is(news->entry.sender, "bob"));
		} else {
			assert_true(is_id(&news->entry.message, all[i].subject));
			assert_true(kith_str_is(news->entry.sender, "alice"));
		}
	}
	assert_int_equal(got.items[6].entry.content.kind, KITH_KIND_UNREACTION);
	assert_int_equal(got.items[0].entry.extra->edits, 2);
	assert_true(got.items[1].entry.extra->retracted_us > 0);
	assert_int_equal(got.items[2].entry.n, 1);
	kit_done(&room.kit);
}

static void test_r_092_of_hidden_messages_nothing_is_told(void **state)
{
	(void)state;
	struct room room;
	room_init(&room);
	for (int i = 0; i < 9; i++) {
		say(&room, room.alice, "x"); /* 1 to 9 */
	}
	act(&room, room.alice, KITH_KIND_EDIT, 2, "y");      /* 10 */
	act(&room, room.bob, KITH_KIND_REACTION, 3, "+");    /* 11 */
	act(&room, room.alice, KITH_KIND_RETRACTION, 4, ""); /* 12 */
	for (int64_t n = 1; n <= 8; n++) {
		kit_hide(&room.kit, &room.pair, room.bob, n); /* 13 to 20 */
	}
	for (size_t limit = 1; limit <= 12; limit++) {
		int64_t position = 0;
		size_t told = 0;
		bool more = true;
		while (more) {
			struct kith_since got = since(&room, room.bob, position, limit);
			assert_true(got.count > 0 && got.count <= limit);
			for (size_t i = 0; i < got.count; i++, told++) {
				assert_true(got.items[i].position > position);
				position = got.items[i].position;
				if (told == 0) {
					assert_int_equal(got.items[i].kind, KITH_NEWS_MESSAGE);
					assert_int_equal(got.items[i].n, 9);
				} else {
					assert_int_equal(got.items[i].kind, KITH_NEWS_HIDDEN);
					assert_int_equal(got.items[i].entry.n, told);
					assert_int_equal(position, 12 + told);
					assert_true(is_id(&got.items[i].subject, told));
				}
			}
			assert_true(got.position >= position);
			position = got.position;
			more = got.more;
		}
		assert_int_equal(told, 9);
		assert_int_equal(position, 20);
	}
	/* Alice hears of all but of what bob hid. */
	assert_int_equal(since(&room, room.alice, 0, 50).count, 12);
	kit_done(&room.kit);
}

static void test_r_092_marks_are_told_to_both_as_they_are_now(void **state)
{
	(void)state;
	struct room room;
	room_init(&room);
	say(&room, room.alice, "x"); /* 1 */
	say(&room, room.alice, "x"); /* 2 */
	assert_int_equal(kit_see(&room.kit, &room.pair, room.bob, 1).mark.position, 3);
	struct kith_effect effect = {
		.kind = KITH_EFFECT_DELIVERED,
		.mark = { .conversation_row = room.pair.row, .user_row = room.bob, .up_to = 2 },
	};
	kit_do(&room.kit, &effect); /* 4 */
	struct kith_since got = since(&room, room.bob, 2, 50);
	assert_int_equal(got.count, 1);
	assert_int_equal(got.items[0].kind, KITH_NEWS_READ);
	assert_int_equal(got.items[0].position, 4);
	assert_int_equal(got.items[0].n, 0);
	assert_int_equal(got.items[0].mark.delivered, 2);
	assert_int_equal(got.items[0].mark.seen, 1);
	assert_int_equal(got.items[0].mark.unread, 1);
	assert_false(got.items[0].mark.is_marked_unread);
	got = since(&room, room.alice, 2, 50);
	assert_int_equal(got.count, 1);
	assert_int_equal(got.items[0].kind, KITH_NEWS_RECEIPT);
	assert_int_equal(got.items[0].position, 4);
	assert_true(kith_str_is(got.items[0].member, "bob"));
	assert_int_equal(got.items[0].mark.delivered, 2);
	assert_int_equal(got.items[0].mark.seen, 1);
	assert_int_equal(got.items[0].mark.at_us, kit_now_us());
	assert_true(kith_uuid_equal(&got.items[0].entry.conversation, &room.pair.id));
	assert_int_equal(got.items[0].entry.org_row, KIT_ORG);

	/* A flag is the member's own: their devices hear of it, the other does not. */
	effect = (struct kith_effect){
		.kind = KITH_EFFECT_MARK_UNREAD,
		.mark = { .conversation_row = room.pair.row,
		          .user_row = room.bob,
		          .is_marked_unread = true },
	};
	kit_do(&room.kit, &effect); /* 5 */
	got = since(&room, room.bob, 4, 50);
	assert_int_equal(got.count, 1);
	assert_true(got.items[0].mark.is_marked_unread);
	assert_int_equal(since(&room, room.alice, 4, 50).count, 0);
	/* A message tells of its sender's marks itself. */
	say(&room, room.bob, "x"); /* 6 */
	got = since(&room, room.alice, 5, 50);
	assert_int_equal(got.count, 1);
	assert_int_equal(got.items[0].kind, KITH_NEWS_MESSAGE);
	kit_done(&room.kit);
}

static void test_r_033_drafts_are_told_to_their_writer(void **state)
{
	(void)state;
	struct room room;
	room_init(&room);
	say(&room, room.alice, "x"); /* 1 */
	const char *const texts[] = { "a", "ab", "" };
	for (size_t i = 0; i < KITH_COUNT(texts); i++) {
		struct kith_effect effect = {
			.kind = KITH_EFFECT_DRAFT,
			.draft = { .conversation_row = room.pair.row,
			           .user_row = room.bob,
			           .text = kith_str_of(texts[i]),
			           .has_reply = i == 1,
			           .reply_to = kit_id(1),
			           .updated_us = 5 },
		};
		kit_do(&room.kit, &effect);
		struct kith_since got = since(&room, room.bob, 1, 50);
		assert_int_equal(got.count, 1);
		assert_int_equal(got.items[0].kind, KITH_NEWS_DRAFT);
		assert_int_equal(got.items[0].position, 2 + i);
		assert_true(kith_str_is(got.items[0].draft.text, texts[i]));
		assert_true(got.items[0].draft.has_reply == (i == 1));
		assert_int_equal(got.items[0].draft.updated_us, 5);
		assert_true(kith_uuid_equal(&got.items[0].draft.conversation, &room.pair.id));
		assert_int_equal(since(&room, room.alice, 1, 50).count, 0);
	}
	kit_done(&room.kit);
}

static void test_private_news_keep_to_their_organization(void **state)
{
	(void)state;
	struct room room;
	room_init(&room);
	say(&room, room.alice, "x");
	kit_see(&room.kit, &room.pair, room.bob, 1);
	kit_hide(&room.kit, &room.pair, room.bob, 1);
	struct kith_effect effect = {
		.kind = KITH_EFFECT_DRAFT,
		.draft = { .conversation_row = room.pair.row,
		           .user_row = room.bob,
		           .text = KITH_STR("x"),
		           .updated_us = 5 },
	};
	kit_do(&room.kit, &effect);
	const int64_t users[] = { room.alice, room.bob };
	for (size_t i = 0; i < 2; i++) {
		struct kith_since got;
		assert_int_equal(kith_reader_since(room.kit.reader, users[i], 99, 0, 50,
		                                   &room.kit.mem, &got),
		                 KITH_OK);
		assert_int_equal(got.count, 0);
	}
	/* What he read, hid and drafted; and how far Alice is, in place of what he hid. */
	assert_int_equal(since(&room, room.bob, 0, 50).count, 4);
	kit_done(&room.kit);
}

static void test_changes_of_oneself_and_of_contacts_are_told(void **state)
{
	(void)state;
	struct room room;
	room_init(&room);
	say(&room, room.alice, "x"); /* 1 */
	kit_close(&room.kit);
	kit_sql(&room.kit, "INSERT INTO profile (user_row, language, changed) VALUES (2, 'de', 2);"
	                   "INSERT INTO contact VALUES (2, 1, 0, 0, 3);"
	                   "INSERT INTO contact VALUES (1, 2, 0, 1, 4);"
	                   "UPDATE sequence SET position = 4, moves = 3");
	kit_open(&room.kit);
	assert_int_equal(kit_violations(&room.kit), 0);
	struct kith_since got = since(&room, room.bob, 1, 50);
	assert_int_equal(got.count, 2);
	assert_int_equal(got.items[0].kind, KITH_NEWS_ME);
	assert_int_equal(got.items[0].position, 2);
	assert_true(kith_str_is(got.items[0].profile->user.id, "bob"));
	assert_true(kith_str_is(got.items[0].profile->language, "de"));
	assert_int_equal(got.items[1].kind, KITH_NEWS_CONTACTS);
	assert_true(kith_str_is(got.items[1].member, "alice"));
	assert_true(got.items[1].is_contact);
	got = since(&room, room.alice, 1, 50);
	assert_int_equal(got.count, 1);
	assert_false(got.items[0].is_contact);
	kit_done(&room.kit);
}

static void test_long_edits_end_a_page_early(void **state)
{
	(void)state;
	enum { SAID = 20, FULL = KITH_STORE_PAGE_BYTES / KITH_TEXT_MAX };
	static char text[KITH_TEXT_MAX + 1];
	struct room room;
	room_init(&room);
	memset(text, 'x', KITH_TEXT_MAX);
	for (int64_t n = 1; n <= SAID; n++) {
		say(&room, room.alice, "x");
	}
	for (int64_t n = 1; n <= SAID; n++) {
		act(&room, room.alice, KITH_KIND_EDIT, n, text);
	}
	int64_t position = 0;
	for (int pages = 0; position < 2 * SAID; pages++) {
		struct kith_since got = since(&room, room.bob, position, 200);
		assert_int_equal(got.count, FULL);
		assert_int_equal(got.position, position + FULL);
		assert_true(got.more == (got.position < 2 * SAID));
		position = got.position;
	}
	kit_done(&room.kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_r_092_acts_are_told_with_the_message_as_it_is),
		cmocka_unit_test(test_r_092_of_hidden_messages_nothing_is_told),
		cmocka_unit_test(test_r_092_marks_are_told_to_both_as_they_are_now),
		cmocka_unit_test(test_r_033_drafts_are_told_to_their_writer),
		cmocka_unit_test(test_private_news_keep_to_their_organization),
		cmocka_unit_test(test_changes_of_oneself_and_of_contacts_are_told),
		cmocka_unit_test(test_long_edits_end_a_page_early),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
