/*
 * test_encode.c -- argument structs become JSON: what is set, what is left out,
 * and what is refused before it is sent.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/mem.h"
#include "client/calls.gen.h"
#include "client/encode.h"

#include "unit/lib/claim.h"

#define NEW_ID "01934f2a-6b7c-7d1e-8f00-3a5b9c0d1e2f"

static const struct kith_client_call *call_of(const char *name)
{
	const struct kith_client_call *call = kith_client_call_find(kith_str_of(name));
	assert_non_null(call);
	return call;
}

/* Encodes ARGS of the call NAME and compares. */
static void assert_encoded(const char *name, const void *args, const char *expected)
{
	const struct kith_client_call *call = call_of(name);
	struct kith_buf out = { 0 };

	kith_buf_add_text(&out, "before ");
	assert_int_equal(
		kith_encode(call->args, call->arg_count, args, KITH_STR(NEW_ID), &out, NULL),
		KITH_OK);
	kith_buf_add_char(&out, '\0');
	assert_string_equal(out.at + strlen("before "), expected);
	kith_buf_done(&out);
}

static void test_what_is_not_set_is_left_out(void **state)
{
	(void)state;
	assert_encoded("me.get", NULL, "{}");
	assert_encoded("sync", &(struct kith_sync_args){ .limit = 0 }, "{}");
	assert_encoded("sync",
	               &(struct kith_sync_args){ .since = kith_text_of("c1"), .limit = 200 },
	               "{\"since\":\"c1\",\"limit\":200}");
	assert_encoded("conversations.read",
	               &(struct kith_conversations_read_args){ .conversation = kith_text_of("c") },
	               "{\"conversation\":\"c\",\"upTo\":0}");
}

static void test_r_041_a_message_always_has_an_id(void **state)
{
	(void)state;
	assert_encoded("messages.send",
	               &(struct kith_messages_send_args){ .conversation = kith_text_of("c"),
	                                                  .text = kith_text_of("a\"b\n") },
	               "{\"conversation\":\"c\",\"id\":\"" NEW_ID "\",\"text\":\"a\\\"b\\n\"}");
	assert_encoded("messages.send",
	               &(struct kith_messages_send_args){ .conversation = kith_text_of("c"),
	                                                  .id = kith_text_of("mine"),
	                                                  .text = kith_text_of("x") },
	               "{\"conversation\":\"c\",\"id\":\"mine\",\"text\":\"x\"}");
}

static void test_bytes_go_as_base64(void **state)
{
	(void)state;
	assert_encoded("messages.sendToUser",
	               &(struct kith_messages_send_to_user_args){
			       .address = kith_text_of("bob"),
			       .opaque = { .at = "\x00\xff\x01", .len = 3 } },
	               "{\"address\":\"bob\",\"id\":\"" NEW_ID "\",\"opaque\":\"AP8B\"}");
}

/* Arguments of every type that may be left out, as the generator makes them. */
struct note_args {
	const struct kith_text *words;
	size_t words_count;
	struct kith_text meta;
	bool is_quiet;
	bool has_is_quiet;
	int64_t offset;
	bool has_offset;
};

static const struct kith_encode_row note_rows[] = {
	{ .name = "words",
	  .type = KITH_ENCODE_TEXTS,
	  .is_required = true,
	  .offset = offsetof(struct note_args, words),
	  .count_offset = offsetof(struct note_args, words_count) },
	{ .name = "meta", .type = KITH_ENCODE_OBJECT, .offset = offsetof(struct note_args, meta) },
	{ .name = "isQuiet",
	  .type = KITH_ENCODE_BOOL,
	  .offset = offsetof(struct note_args, is_quiet),
	  .has_offset = offsetof(struct note_args, has_is_quiet) },
	{ .name = "offset",
	  .type = KITH_ENCODE_INTEGER,
	  .offset = offsetof(struct note_args, offset),
	  .has_offset = offsetof(struct note_args, has_offset) },
};

static const struct kith_text two_words[] = { { "a\"", 2 }, { "\xc3\xa4", 2 } };

static const struct {
	const char *name;
	struct note_args args;
	const char *json;  /* NULL: refused, */
	const char *field; /* and this is why */
} notes[] = {
	{ "several texts",
	  { .words = two_words, .words_count = 2 },
	  "{\"words\":[\"a\\\"\",\"\xc3\xa4\"]}",
	  NULL },
	{ "a list that is empty", { .words = two_words }, "{\"words\":[]}", NULL },
	{ "no list", { .words_count = 0 }, NULL, "words" },
	{ "a text of a list that is no UTF-8",
	  { .words = &(const struct kith_text){ "\xff", 1 }, .words_count = 1 },
	  NULL,
	  "words" },
	{ "an object",
	  { .words = two_words, .meta = { "{\"a\":[1]}", 9 } },
	  "{\"words\":[],\"meta\":{\"a\":[1]}}",
	  NULL },
	{ "an array as object", { .words = two_words, .meta = { "[1]", 3 } }, NULL, "meta" },
	{ "no JSON", { .words = two_words, .meta = { "{\"a\"}", 5 } }, NULL, "meta" },
	{ "two objects", { .words = two_words, .meta = { "{},{}", 5 } }, NULL, "meta" },
	{ "an empty text as object", { .words = two_words, .meta = { "", 0 } }, NULL, "meta" },
	{ "false, said",
	  { .words = two_words, .has_is_quiet = true },
	  "{\"words\":[],\"isQuiet\":false}",
	  NULL },
	{ "true",
	  { .words = two_words, .is_quiet = true },
	  "{\"words\":[],\"isQuiet\":true}",
	  NULL },
	{ "zero, said",
	  { .words = two_words, .has_offset = true },
	  "{\"words\":[],\"offset\":0}",
	  NULL },
	{ "another number",
	  { .words = two_words, .offset = -3 },
	  "{\"words\":[],\"offset\":-3}",
	  NULL },
};

static void test_lists_objects_and_what_is_zero_but_set(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(notes); i++) {
		struct kith_buf out = { 0 };
		struct kith_why why = { .field = "" };
		enum kith_rc rc = kith_encode(note_rows, KITH_COUNT(note_rows), &notes[i].args,
		                              KITH_STR(NEW_ID), &out, &why);
		if (notes[i].json == NULL) {
			CLAIM(rc == KITH_E_INVALID_REQUEST && out.len == 0, notes[i].name);
			CLAIM(strcmp(why.field, notes[i].field) == 0, notes[i].name);
		} else {
			CLAIM(rc == KITH_OK, notes[i].name);
			CLAIM(kith_str_is(kith_buf_str(&out), notes[i].json), notes[i].name);
		}
		kith_buf_done(&out);
	}
}

static void test_the_id_is_found_where_the_caller_gave_one(void **state)
{
	struct kith_messages_send_args given = { .id = kith_text_of("mine") };
	const struct kith_client_call *send = call_of("messages.send");
	const struct kith_client_call *sync = call_of("sync");
	struct kith_sync_args none = { 0 };
	(void)state;

	assert_true(kith_text_is(kith_encode_id(send->args, send->arg_count, &given), "mine"));
	given.id = kith_text_of(NULL);
	assert_null(kith_encode_id(send->args, send->arg_count, &given).at);
	assert_null(kith_encode_id(sync->args, sync->arg_count, &none).at);
}

static void test_what_cannot_be_sent_is_refused_and_leaves_no_trace(void **state)
{
	const struct kith_messages_send_args wrong[] = {
		{ .text = kith_text_of("no conversation") },
		{ .conversation = kith_text_of("c"), .text = kith_text_of("\xc3") },
		{ .conversation = kith_text_of("\xff"), .text = kith_text_of("x") },
	};
	static const char *const fields[] = { "conversation", "text", "conversation" };
	const struct kith_client_call *call = call_of("messages.send");
	(void)state;

	for (size_t i = 0; i < KITH_COUNT(wrong); i++) {
		struct kith_buf out = { 0 };
		struct kith_why why = { 0 };

		kith_buf_add_text(&out, "before");
		assert_int_equal(kith_encode(call->args, call->arg_count, &wrong[i],
		                             KITH_STR(NEW_ID), &out, &why),
		                 KITH_E_INVALID_REQUEST);
		assert_string_equal(why.field, fields[i]);
		assert_int_equal(out.len, strlen("before"));
		kith_buf_done(&out);
	}
}

static void test_numbers_go_up_to_what_json_carries(void **state)
{
	const struct kith_client_call *call = call_of("conversations.read");
	struct kith_conversations_read_args args = { .conversation = kith_text_of("c"),
		                                     .up_to = (INT64_C(1) << 53) - 1 };
	struct kith_buf out = { 0 };
	struct kith_why why = { 0 };
	(void)state;

	assert_encoded("conversations.read", &args,
	               "{\"conversation\":\"c\",\"upTo\":9007199254740991}");
	args.up_to++;
	assert_int_equal(
		kith_encode(call->args, call->arg_count, &args, KITH_STR(NEW_ID), &out, &why),
		KITH_E_INVALID_REQUEST);
	assert_string_equal(why.field, "upTo");
	assert_int_equal(out.len, 0);
	kith_buf_done(&out);
}

static void test_an_empty_heap_while_an_object_is_looked_at(void **state)
{
	const struct note_args args = { .words = two_words, .words_count = 2, .meta = { "{}", 2 } };
	bool is_done = false;
	(void)state;

	for (uint64_t nth = 1; !is_done; nth++) {
		struct kith_buf out = { 0 };

		assert_true(nth < 100);
		kith_mem_fail_from(nth);
		enum kith_rc rc = kith_encode(note_rows, KITH_COUNT(note_rows), &args,
		                              KITH_STR(NEW_ID), &out, NULL);
		kith_mem_fail_never();
		is_done = rc == KITH_OK;
		assert_true(is_done || (rc == KITH_E_NO_MEMORY && out.len == 0));
		kith_buf_done(&out);
	}
}

static void test_every_failing_allocation_leaves_the_buffer_alone(void **state)
{
	static char bytes[4096];
	const struct kith_messages_send_args args = {
		.conversation = kith_text_of("c"),
		.opaque = { .at = bytes, .len = sizeof(bytes) },
	};
	const struct kith_client_call *call = call_of("messages.send");
	bool is_done = false;
	(void)state;

	for (uint64_t nth = 1; !is_done; nth++) {
		struct kith_buf out = { 0 };

		assert_true(nth < 100);
		kith_buf_add_text(&out, "before");
		kith_mem_fail_from(nth);
		enum kith_rc rc = kith_encode(call->args, call->arg_count, &args, KITH_STR(NEW_ID),
		                              &out, NULL);
		kith_mem_fail_never();
		is_done = rc == KITH_OK;
		assert_true(is_done || (rc == KITH_E_NO_MEMORY && out.len == strlen("before")));
		assert_false(out.failed);
		kith_buf_done(&out);
	}
}

/* Sweep: the tables of all calls hold together. */
static void test_r_093_every_call_has_its_row(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_CLIENT_CALL_COUNT; i++) {
		const struct kith_client_call *call = &kith_client_calls[i];
		size_t ids = 0;

		assert_ptr_equal(kith_client_call_find(kith_str_of(call->name)), call);
		assert_non_null(call->deliver);
		assert_non_null(call->result->name);
		for (size_t arg = 0; arg < call->arg_count; arg++) {
			ids += call->args[arg].is_new_id;
		}
		assert_true(ids <= 1 && ids >= call->is_repeatable);
	}
	assert_null(kith_client_call_find(KITH_STR("no.such")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_not_set_is_left_out),
		cmocka_unit_test(test_r_041_a_message_always_has_an_id),
		cmocka_unit_test(test_bytes_go_as_base64),
		cmocka_unit_test(test_lists_objects_and_what_is_zero_but_set),
		cmocka_unit_test(test_the_id_is_found_where_the_caller_gave_one),
		cmocka_unit_test(test_what_cannot_be_sent_is_refused_and_leaves_no_trace),
		cmocka_unit_test(test_numbers_go_up_to_what_json_carries),
		cmocka_unit_test(test_an_empty_heap_while_an_object_is_looked_at),
		cmocka_unit_test(test_every_failing_allocation_leaves_the_buffer_alone),
		cmocka_unit_test(test_r_093_every_call_has_its_row),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
