/*
 * test_decode.c -- answers become structs: the contract's own examples, what an
 * older client must bear of a newer server, and what no server may say.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/mem.h"
#include "client/calls.gen.h"
#include "client/decode.h"

#define MESSAGE \
	"{\"id\":\"01934f2a-6b7c-7d1e-8f00-3a5b9c0d1e2f\"," \
	"\"conversation\":\"8c5d1f60-2b3a-8e4d-9a17-5f0c6e2d7b81\",\"n\":7,\"from\":\"alice\"," \
	"\"kind\":\"text\",\"text\":\"caf\\u00e9 \\\"1\\\"\"," \
	"\"createdAt\":\"1970-01-01T00:00:01.500Z\",\"sentAt\":\"1970-01-01T00:00:02.000Z\"}"

/* Decodes TEXT as TABLE says; the result lives in MEM. */
static enum kith_rc decode(const struct kith_decode_table *table, const char *text,
                           struct kith_arena *mem, const void **out, struct kith_why *why)
{
	struct kith_json json;
	enum kith_rc rc = kith_json_read(kith_str_of(text), mem, &json, why);
	return rc == KITH_OK ? kith_decode(table, &json, json.root, mem, out, why) : rc;
}

static void test_a_message_is_whole(void **state)
{
	struct kith_arena mem;
	const void *out = NULL;
	(void)state;

	kith_arena_init(&mem, 1024);
	assert_int_equal(decode(&kith_decode_message, MESSAGE, &mem, &out, NULL), KITH_OK);
	const struct kith_api_message *message = out;
	assert_true(kith_text_is(message->id, "01934f2a-6b7c-7d1e-8f00-3a5b9c0d1e2f"));
	assert_true(kith_text_is(message->conversation, "8c5d1f60-2b3a-8e4d-9a17-5f0c6e2d7b81"));
	assert_int_equal(message->n, 7);
	assert_true(kith_text_is(message->from, "alice"));
	assert_int_equal(message->kind, KITH_API_MESSAGE_KIND_TEXT);
	assert_true(kith_text_is(message->text, "caf\xc3\xa9 \"1\""));
	assert_null(message->opaque.at);
	assert_int_equal(message->created_at_us, 1500000);
	assert_int_equal(message->sent_at_us, 2000000);
	kith_arena_done(&mem);
}

static void test_an_opaque_message_is_bytes(void **state)
{
	struct kith_arena mem;
	const void *out = NULL;
	(void)state;

	kith_arena_init(&mem, 1024);
	assert_int_equal(decode(&kith_decode_message,
	                        "{\"id\":\"i\",\"conversation\":\"c\",\"n\":1,\"from\":\"a\","
	                        "\"kind\":\"opaque\",\"opaque\":\"AP8B\","
	                        "\"createdAt\":\"1970-01-01T00:00:00.000Z\","
	                        "\"sentAt\":\"1970-01-01T00:00:00.000Z\"}",
	                        &mem, &out, NULL),
	                 KITH_OK);
	const struct kith_api_message *message = out;
	assert_int_equal(message->kind, KITH_API_MESSAGE_KIND_OPAQUE);
	assert_int_equal(message->opaque.len, 3);
	assert_memory_equal(message->opaque.at, "\x00\xff\x01", 3);
	assert_null(message->text.at);
	kith_arena_done(&mem);
}

static void test_a_page_nests(void **state)
{
	struct kith_arena mem;
	const void *out = NULL;
	(void)state;

	kith_arena_init(&mem, 64);
	assert_int_equal(
		decode(&kith_decode_conversation_page,
	               "{\"items\":[{\"id\":\"c\",\"organization\":\"o\",\"kind\":\"direct\","
	               "\"members\":[{\"id\":\"a\",\"name\":\"A\"},{\"id\":\"b\",\"name\":\"\"}],"
	               "\"createdAt\":\"1970-01-01T00:00:00.000Z\",\"n\":7,\"delivered\":6,"
	               "\"seen\":5,"
	               "\"unread\":2,\"markedUnread\":true,\"others\":[{\"user\":\"b\","
	               "\"delivered\":7,\"seen\":4}],\"last\":" MESSAGE "},"
	               "{\"id\":\"d\",\"organization\":\"o\",\"kind\":\"direct\",\"members\":[],"
	               "\"createdAt\":\"1970-01-01T00:00:00.000Z\",\"n\":0,\"delivered\":0,"
	               "\"seen\":0,"
	               "\"unread\":0,\"markedUnread\":false,\"others\":[],\"last\":null}],\"next\":"
	               "null}",
	               &mem, &out, NULL),
		KITH_OK);
	const struct kith_api_conversation_page *page = out;
	assert_int_equal(page->items_count, 2);
	assert_null(page->next.at);
	assert_int_equal(page->items[0].members_count, 2);
	assert_true(kith_text_is(page->items[0].members[0].name, "A"));
	assert_true(kith_text_is(page->items[0].members[1].id, "b"));
	assert_int_equal(page->items[0].unread, 2);
	assert_true(page->items[0].is_marked_unread);
	assert_int_equal(page->items[0].others_count, 1);
	assert_int_equal(page->items[0].others[0].seen, 4);
	assert_int_equal(page->items[0].others[0].at_us, 0);
	assert_int_equal(page->items[0].last->n, 7);
	assert_true(kith_text_is(page->items[1].id, "d"));
	assert_int_equal(page->items[1].members_count, 0);
	assert_null(page->items[1].last);
	kith_arena_done(&mem);
}

#define EVENT(name, data) \
	"{\"type\":\"event\",\"event\":\"" name "\",\"cursor\":\"c1\",\"conversation\":\"c\"," \
	"\"n\":7,\"data\":" data "}"
#define READ_STATE \
	"{\"conversation\":\"c\",\"delivered\":7,\"seen\":7,\"unread\":0,\"markedUnread\":false}"

static void test_an_event_has_the_data_of_its_name(void **state)
{
	struct kith_arena mem;
	const void *out = NULL;
	(void)state;

	kith_arena_init(&mem, 1024);
	assert_int_equal(
		decode(&kith_decode_event, EVENT("message.new", MESSAGE), &mem, &out, NULL),
		KITH_OK);
	const struct kith_api_event *event = out;
	assert_int_equal(event->event, KITH_API_EVENT_NAME_MESSAGE_NEW);
	assert_int_equal(event->message->n, 7);
	assert_null(event->read_state);

	assert_int_equal(decode(&kith_decode_event, EVENT("conversation.read", READ_STATE), &mem,
	                        &out, NULL),
	                 KITH_OK);
	event = out;
	assert_int_equal(event->event, KITH_API_EVENT_NAME_CONVERSATION_READ);
	assert_int_equal(event->read_state->seen, 7);
	assert_null(event->message);
	kith_arena_done(&mem);
}

static void test_a_newer_server_is_understood(void **state)
{
	struct kith_arena mem;
	const void *out = NULL;
	(void)state;

	kith_arena_init(&mem, 1024);
	assert_int_equal(decode(&kith_decode_event, EVENT("moon.full", "[1,2]"), &mem, &out, NULL),
	                 KITH_OK);
	const struct kith_api_event *event = out;
	assert_int_equal(event->event, KITH_API_EVENT_NAME_UNKNOWN);
	assert_null(event->message);
	assert_null(event->read_state);
	assert_int_equal(decode(&kith_decode_user,
	                        "{\"id\":\"a\",\"mood\":{\"x\":[1]},\"name\":\"A\"}", &mem, &out,
	                        NULL),
	                 KITH_OK);
	kith_arena_done(&mem);
}

/* A struct with every type of member that may be left out or null. */
struct note {
	const struct kith_text *words;
	size_t words_count;
	struct kith_text meta;
	int64_t count;
	bool has_count;
};

static const struct kith_decode_row note_rows[] = {
	{ .name = "words",
	  .type = KITH_DECODE_TEXTS,
	  .may_be_null = true,
	  .offset = offsetof(struct note, words),
	  .count_offset = offsetof(struct note, words_count) },
	{ .name = "meta", .type = KITH_DECODE_OBJECT, .offset = offsetof(struct note, meta) },
	{ .name = "count",
	  .type = KITH_DECODE_INTEGER,
	  .is_required = true,
	  .may_be_null = true,
	  .offset = offsetof(struct note, count),
	  .has_offset = offsetof(struct note, has_count) },
};

static const struct kith_decode_table note_table = {
	.name = "Note",
	.size = sizeof(struct note),
	.rows = note_rows,
	.row_count = KITH_COUNT(note_rows),
};

static void test_texts_and_free_objects_are_kept(void **state)
{
	struct kith_arena mem;
	const void *out = NULL;
	(void)state;

	kith_arena_init(&mem, 64);
	assert_int_equal(decode(&note_table,
	                        "{\"words\":[\"a\",\"\",\"\\u00e4\"],"
	                        "\"meta\":{\"b\": [1.50]},\"count\":0}",
	                        &mem, &out, NULL),
	                 KITH_OK);
	const struct note *note = out;
	assert_int_equal(note->words_count, 3);
	assert_true(kith_text_is(note->words[0], "a"));
	assert_non_null(note->words[1].at);
	assert_int_equal(note->words[1].len, 0);
	assert_true(kith_text_is(note->words[2], "\xc3\xa4"));
	assert_true(kith_text_is(note->meta, "{\"b\": [1.50]}"));
	assert_true(note->has_count);
	kith_arena_done(&mem);
}

static void test_what_is_null_or_left_out_is_zero(void **state)
{
	static const char *const texts[] = { "{\"words\":null,\"meta\":null,\"count\":null}",
		                             "{\"count\":null}" };
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(texts); i++) {
		struct kith_arena mem;
		const void *out = NULL;

		kith_arena_init(&mem, 64);
		assert_int_equal(decode(&note_table, texts[i], &mem, &out, NULL), KITH_OK);
		const struct note *note = out;
		assert_null(note->words);
		assert_int_equal(note->words_count, 0);
		assert_null(note->meta.at);
		assert_false(note->has_count);
		kith_arena_done(&mem);
	}
}

static void test_an_event_that_passes_has_no_place(void **state)
{
	struct kith_arena mem;
	const void *out = NULL;
	(void)state;

	kith_arena_init(&mem, 64);
	assert_int_equal(decode(&kith_decode_event,
	                        "{\"type\":\"event\",\"event\":\"me.unread\","
	                        "\"data\":{\"messages\":3,\"conversations\":2}}",
	                        &mem, &out, NULL),
	                 KITH_OK);
	const struct kith_api_event *event = out;
	assert_int_equal(event->event, KITH_API_EVENT_NAME_ME_UNREAD);
	assert_null(event->cursor.at);
	assert_null(event->conversation.at);
	assert_int_equal(event->n, 0);
	assert_int_equal(event->unread_totals->messages, 3);
	kith_arena_done(&mem);
}

static const struct {
	const char *name;
	const struct kith_decode_table *table;
	const char *text;
	const char *field; /* that the refusal names */
} wrong[] = {
	{ "a text for a list of texts", &note_table, "{\"words\":\"a\",\"count\":1}", "words" },
	{ "a number among texts", &note_table, "{\"words\":[\"a\",1],\"count\":1}", "words" },
	{ "a null among texts", &note_table, "{\"words\":[null],\"count\":1}", "words" },
	{ "a list for a free object", &note_table, "{\"meta\":[],\"count\":1}", "meta" },
	{ "a number that may be null but not away", &note_table, "{}", "count" },
	{ "an array instead of an object", &kith_decode_user, "[]", "User" },
	{ "a required member is missing", &kith_decode_user, "{\"id\":\"a\"}", "name" },
	{ "null where it may not be", &kith_decode_user, "{\"id\":\"a\",\"name\":null}", "name" },
	{ "a number for a text", &kith_decode_user, "{\"id\":1,\"name\":\"A\"}", "id" },
	{ "a text for a number", &kith_decode_read_state,
	  "{\"conversation\":\"c\",\"delivered\":7,\"seen\":\"7\",\"unread\":0}", "seen" },
	{ "a decimal for an integer", &kith_decode_read_state,
	  "{\"conversation\":\"c\",\"delivered\":7,\"seen\":7.5,\"unread\":0}", "seen" },
	{ "a number for a boolean", &kith_decode_sync_page,
	  "{\"items\":[],\"cursor\":\"c\",\"more\":1,\"reload\":false}", "more" },
	{ "an object for a list", &kith_decode_sync_page,
	  "{\"items\":{},\"cursor\":\"c\",\"more\":false,\"reload\":false}", "items" },
	{ "a wrong element of a list", &kith_decode_message_page,
	  "{\"items\":[" MESSAGE ",3],\"next\":null,\"prev\":null}", "Message" },
	{ "a time of another form", &kith_decode_welcome,
	  "{\"type\":\"welcome\",\"me\":{\"id\":\"a\",\"name\":\"A\",\"organizations\":[],"
	  "\"scope\":\"user\",\"settings\":{\"showPresence\":true,\"showReceipts\":true,"
	  "\"theme\":\"dark\"}},\"cursor\":\"c\",\"serverTime\":\"today\"}",
	  "serverTime" },
	{ "data of another event", &kith_decode_event, EVENT("message.new", READ_STATE), "id" },
};

static void test_what_breaks_the_contract_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(wrong); i++) {
		struct kith_arena mem;
		struct kith_why why = { 0 };
		const void *out = &mem;

		kith_arena_init(&mem, 256);
		enum kith_rc rc = decode(wrong[i].table, wrong[i].text, &mem, &out, &why);
		if (rc != KITH_E_INVALID_REQUEST || strcmp(why.field, wrong[i].field) != 0) {
			fail_msg("%s: rc %d, field %s", wrong[i].name, (int)rc, why.field);
		}
		assert_ptr_equal(out, &mem);
		kith_arena_done(&mem);
	}
}

static void test_a_problem_says_if_it_may_be_retried(void **state)
{
	static const struct {
		const char *text;
		bool is_retryable;
		int64_t retry_after_ms;
	} cases[] = {
		{ "{\"code\":\"not_found\",\"title\":\"t\",\"status\":404}", false, 0 },
		{ "{\"code\":\"unavailable\",\"title\":\"t\",\"status\":503,\"retryAfterMs\":500}",
		  true, 500 },
		{ "{\"code\":\"of_the_future\",\"title\":\"t\",\"status\":429}", true, 0 },
		{ "{\"code\":\"of_the_future\",\"title\":\"t\",\"status\":422}", false, 0 },
	};
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		struct kith_arena mem;
		struct kith_json json;
		struct kith_problem problem = { 0 };

		kith_arena_init(&mem, 256);
		assert_int_equal(kith_json_read(kith_str_of(cases[i].text), &mem, &json, NULL),
		                 KITH_OK);
		assert_int_equal(kith_decode_problem(&json, json.root, &mem, &problem, NULL),
		                 KITH_OK);
		assert_int_equal(problem.is_retryable, cases[i].is_retryable);
		assert_int_equal(problem.retry_after_ms, cases[i].retry_after_ms);
		assert_null(problem.detail.at);
		kith_arena_done(&mem);
	}
}

static void test_every_failing_allocation_is_answered(void **state)
{
	static const char text[] =
		"{\"items\":[" EVENT("message.new", MESSAGE) "],\"cursor\":\"c\",\"more\":false,"
							     "\"reload\":false}";
	bool is_done = false;
	(void)state;

	for (uint64_t nth = 1; !is_done; nth++) {
		struct kith_arena mem;
		const void *out = NULL;

		assert_true(nth < 100);
		kith_arena_init(&mem, 16);
		kith_mem_fail_from(nth);
		enum kith_rc rc = decode(&kith_decode_sync_page, text, &mem, &out, NULL);
		kith_mem_fail_never();
		is_done = rc == KITH_OK;
		assert_true(is_done || rc == KITH_E_NO_MEMORY);
		assert_int_equal(is_done, out != NULL);
		kith_arena_done(&mem);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_message_is_whole),
		cmocka_unit_test(test_an_opaque_message_is_bytes),
		cmocka_unit_test(test_a_page_nests),
		cmocka_unit_test(test_an_event_has_the_data_of_its_name),
		cmocka_unit_test(test_a_newer_server_is_understood),
		cmocka_unit_test(test_texts_and_free_objects_are_kept),
		cmocka_unit_test(test_what_is_null_or_left_out_is_zero),
		cmocka_unit_test(test_an_event_that_passes_has_no_place),
		cmocka_unit_test(test_what_breaks_the_contract_is_refused),
		cmocka_unit_test(test_a_problem_says_if_it_may_be_retried),
		cmocka_unit_test(test_every_failing_allocation_is_answered),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
