/*
 * test_show.c -- lines for people, harmless whoever wrote what is in them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cli/show.h"

static const struct kith_api_message message = {
	.id = { "01934f2a-6b7c-7d1e-8f00-3a5b9c0d1e2f", 36 },
	.conversation = { "8c5d1f60-2b3a-8e4d-9a17-5f0c6e2d7b81", 36 },
	.n = 3,
	.from = { "al\033ice", 6 },
	.kind = KITH_API_MESSAGE_KIND_TEXT,
	.text = { "one\ntwo\a", 8 },
	.sent_at_us = INT64_C(1795342530123000),
};

static void expect(struct kith_buf *out, const char *text)
{
	if (!kith_str_is(kith_buf_str(out), text)) {
		fail_msg("%.*s", KITH_STR_PRINT(kith_buf_str(out)));
	}
	kith_buf_done(out);
}

static void test_a_message_is_a_line_or_more(void **state)
{
	struct kith_api_message opaque = message;
	struct kith_buf out = { 0 };
	(void)state;

	kith_show_message(&out, &message);
	expect(&out, "[2026-11-22 10:15:30Z] al\\x1bice: one\n    two\\x07\n");
	opaque.text = (struct kith_text){ 0 };
	opaque.opaque = (struct kith_bytes){ "\0\1", 2 };
	kith_show_message(&out, &opaque);
	expect(&out, "[2026-11-22 10:15:30Z] al\\x1bice: (opaque, 2 bytes)\n");
	opaque.opaque = (struct kith_bytes){ 0 };
	opaque.deleted_at_us = opaque.sent_at_us;
	kith_show_message(&out, &opaque);
	expect(&out, "[2026-11-22 10:15:30Z] al\\x1bice: (deleted)\n");
}

static void test_a_conversation_is_one_line(void **state)
{
	const struct kith_api_user members[] = {
		{ .id = { "alice", 5 }, .name = { "Al\nice", 6 } },
		{ .id = { "bob", 3 }, .name = { "", 0 } },
	};
	struct kith_api_conversation conversation = {
		.id = { "c-1", 3 },
		.members = members,
		.members_count = 2,
		.unread = 2,
		.last = &message,
	};
	struct kith_api_message long_one = message;
	struct kith_buf out = { 0 };
	(void)state;

	kith_show_conversation(&out, &conversation, KITH_STR("zoe"));
	expect(&out, "  2 unread  Al\\nice (alice), bob  c-1  al\\x1bice: one\\ntwo\\x07\n");
	long_one.text = kith_text_of("123456789012345678901234567890123456789012345678901234567890"
	                             "and more");
	conversation.last = &long_one;
	kith_show_conversation(&out, &conversation, KITH_STR("zoe"));
	expect(&out, "  2 unread  Al\\nice (alice), bob  c-1  al\\x1bice: "
	             "123456789012345678901234567890123456789012345678901234567890…\n");
	long_one.text = (struct kith_text){ 0 };
	kith_show_conversation(&out, &conversation, KITH_STR("zoe"));
	expect(&out, "  2 unread  Al\\nice (alice), bob  c-1  al\\x1bice: (opaque)\n");
	long_one.deleted_at_us = message.sent_at_us;
	kith_show_conversation(&out, &conversation, KITH_STR("zoe"));
	expect(&out, "  2 unread  Al\\nice (alice), bob  c-1  al\\x1bice: (deleted)\n");
	conversation.last = NULL;
	kith_show_conversation(&out, &conversation, KITH_STR("zoe"));
	expect(&out, "  2 unread  Al\\nice (alice), bob  c-1\n");
	/* Whoever looks is no news to themselves. */
	kith_show_conversation(&out, &conversation, KITH_STR("bob"));
	expect(&out, "  2 unread  Al\\nice (alice)  c-1\n");
	kith_show_conversation(&out, &conversation, KITH_STR("alice"));
	expect(&out, "  2 unread  bob  c-1\n");
	conversation.members_count = 1;
	kith_show_conversation(&out, &conversation, KITH_STR("alice"));
	expect(&out, "  2 unread  notes  c-1\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_message_is_a_line_or_more),
		cmocka_unit_test(test_a_conversation_is_one_line),
	};
	return cmocka_run_group_tests_name("cli/show", tests, NULL, NULL);
}
