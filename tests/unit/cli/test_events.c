/*
 * test_events.c -- every kind of event has its line, harmless whoever wrote it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cli/events.h"

#define BOB \
	{ \
		"b\x1bob", 4 \
	}

static const struct kith_api_message message = {
	.id = { "m", 1 },
	.n = 3,
	.from = BOB,
	.text = { "hi", 2 },
	.sent_at_us = INT64_C(1795342530123000),
};
static const struct kith_api_reaction_change reaction = {
	.message = { "m", 1 }, .user = BOB, .emoji = { "x", 1 }, .is_on = true
};
static const struct kith_api_hidden_message hidden = { .message_n = 3 };
static const struct kith_api_read_state read_state = { .seen = 3, .unread = 1 };
static const struct kith_api_receipt_change receipt = { .user = BOB, .delivered = 4, .seen = 3 };
static const struct kith_api_draft draft = { .text = { "wel\nl", 5 } };
static const struct kith_api_me_change me = { .name = { "Bo", 2 } };
static const struct kith_api_contact_change contact = { .user = BOB };
static const struct kith_api_unread_totals totals = { .messages = 5, .conversations = 2 };
static const struct kith_api_typing typing = { .user = BOB,
	                                       .state = KITH_API_TYPING_STATE_COMPOSING };
static const struct kith_api_presence presence = { .user = BOB };

#define KIND(word) KITH_API_EVENT_NAME_##word

static const struct {
	struct kith_api_event event;
	const char *line;
} cases[] = {
	{ { .event = KIND(MESSAGE_NEW), .message = &message },
	  "[2026-11-22 10:15:30Z] b\\x1bob: hi\n" },
	{ { .event = KIND(MESSAGE_EDITED), .message = &message },
	  "* message 3 is now: [2026-11-22 10:15:30Z] b\\x1bob: hi\n" },
	{ { .event = KIND(MESSAGE_DELETED), .message = &message },
	  "* message 3 was deleted by b\\x1bob\n" },
	{ { .event = KIND(MESSAGE_REACTION), .reaction_change = &reaction },
	  "* b\\x1bob reacted with x: m\n" },
	{ { .event = KIND(MESSAGE_HIDDEN), .hidden_message = &hidden },
	  "* message 3 is hidden from you\n" },
	{ { .event = KIND(CONVERSATION_READ), .read_state = &read_state },
	  "* you have read up to 3, unread: 1\n" },
	{ { .event = KIND(CONVERSATION_RECEIPT), .receipt_change = &receipt },
	  "* b\\x1bob has received up to 4 and read up to 3\n" },
	{ { .event = KIND(CONVERSATION_DRAFT), .draft = &draft }, "* your draft: wel\\nl\n" },
	{ { .event = KIND(ME_CHANGED), .me_change = &me },
	  "* your profile or settings changed: Bo\n" },
	{ { .event = KIND(CONTACTS_CHANGED), .contact_change = &contact },
	  "* b\\x1bob is no contact any more\n" },
	{ { .event = KIND(ME_UNREAD), .unread_totals = &totals },
	  "* unread messages: 5, in conversations: 2\n" },
	{ { .event = KIND(CONVERSATION_TYPING), .typing = &typing }, "* b\\x1bob is typing\n" },
	{ { .event = KIND(PRESENCE), .presence = &presence }, "* b\\x1bob is away\n" },
	/* Of a newer server, or without its data: nothing. */
	{ { .event = KIND(UNKNOWN) }, "" },
	{ { .event = (enum kith_api_event_name)(KIND(PRESENCE) + 1) }, "" },
	{ { .event = KIND(PRESENCE) }, "" },
};

_Static_assert(KITH_COUNT(cases) == KIND(PRESENCE) + 3, "every kind has its case");

static void expect(struct kith_buf *out, const char *text)
{
	if (!kith_str_is(kith_buf_str(out), text)) {
		fail_msg("%.*s", KITH_STR_PRINT(kith_buf_str(out)));
	}
	kith_buf_done(out);
}

static void test_every_kind_has_its_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		struct kith_buf out = { 0 };

		kith_events_show(&out, &cases[i].event);
		expect(&out, cases[i].line);
	}
}

static void test_json_has_what_the_server_said(void **state)
{
	struct kith_api_event event = { .event = KIND(MESSAGE_EDITED),
		                        .cursor = { "c1", 2 },
		                        .conversation = { "c", 1 },
		                        .n = 4,
		                        .has_n = true,
		                        .message = &message };
	struct kith_buf out = { 0 };
	(void)state;

	kith_events_show_json(&out, &event, KITH_STR("{\"later\":1}"));
	expect(&out,
	       "{\"event\":\"message.edited\",\"cursor\":\"c1\",\"conversation\":\"c\",\"n\":4,"
	       "\"data\":{\"later\":1}}\n");
	event = (struct kith_api_event){ .event = KIND(PRESENCE), .presence = &presence };
	kith_events_show_json(&out, &event, KITH_STR("{}"));
	expect(&out, "{\"event\":\"presence\",\"data\":{}}\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_kind_has_its_line),
		cmocka_unit_test(test_json_has_what_the_server_said),
	};
	return cmocka_run_group_tests_name("cli/events", tests, NULL, NULL);
}
