/*
 * test_control_line.c -- the lines between kithctl and kithd: both directions come
 * back as they went, and nothing else is accepted.
 */
#include "server/control_line.h"

#include "base/mem.h"
#include "unit/server/room.h"

/* What was written, without its end of line. */
static struct kith_str line_of(struct kith_buf *buf)
{
	assert_false(buf->failed);
	assert_true(buf->len > 0 && buf->at[buf->len - 1] == '\n');
	assert_null(memchr(buf->at, '\n', buf->len - 1));
	return kith_str_make(buf->at, buf->len - 1);
}

static void test_a_request_comes_back(void **state)
{
	struct kith_admin_request request = {
		.args = { KITH_STR("key"), KITH_STR("add"), KITH_STR("a \"b\"\n\\"),
		          KITH_STR("\xc3\xa9"), KITH_STR("") },
		.arg_count = 5,
		.files = { { KITH_STR("dir/k \"1\".pem"), KITH_STR("-----BEGIN\nx\n") } },
		.file_count = 1,
	};
	struct kith_admin_request got;
	struct kith_buf buf = { 0 };
	struct kith_arena mem;
	(void)state;

	kith_arena_init(&mem, 256);
	kith_control_write_request(&buf, &request);
	assert_int_equal(kith_control_read_request(line_of(&buf), &mem, &got, NULL), KITH_OK);
	assert_int_equal(got.arg_count, 5);
	for (size_t i = 0; i < 5; i++) {
		assert_true(kith_str_equal(got.args[i], request.args[i]));
	}
	assert_int_equal(got.file_count, 1);
	assert_true(kith_str_equal(got.files[0].name, request.files[0].name));
	assert_true(kith_str_equal(got.files[0].content, request.files[0].content));
	kith_arena_done(&mem);
	kith_buf_done(&buf);
}

static void test_a_reply_comes_back(void **state)
{
	struct kith_control_reply reply = { .exit = 3,
		                            .out = KITH_STR("a\tb\n"),
		                            .err = KITH_STR("") };
	struct kith_control_reply got;
	struct kith_buf buf = { 0 };
	struct kith_arena mem;
	(void)state;

	kith_arena_init(&mem, 256);
	kith_control_write_reply(&buf, &reply);
	assert_int_equal(kith_control_read_reply(line_of(&buf), &mem, &got, NULL), KITH_OK);
	assert_int_equal(got.exit, 3);
	assert_true(kith_str_equal(got.out, reply.out));
	assert_int_equal(got.err.len, 0);
	kith_arena_done(&mem);
	kith_buf_done(&buf);
}

static const struct {
	const char *name;
	const char *line;
	enum kith_rc rc;
} requests[] = {
	{ "no words and no files", "{\"args\":[],\"files\":[]}", KITH_OK },
	{ "in the other order", "{\"files\":[],\"args\":[\"stats\"]}", KITH_OK },
	{ "blanks between", " { \"args\" : [ \"stats\" ] , \"files\" : [ ] } ", KITH_OK },
	{ "16 words",
	  "{\"args\":[\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\","
	  "\"\"],"
	  "\"files\":[]}",
	  KITH_OK },
	{ "17 words",
	  "{\"args\":[\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\","
	  "\"\",\"\"],"
	  "\"files\":[]}",
	  KITH_E_INVALID_REQUEST },
	{ "an empty line", "", KITH_E_INVALID_REQUEST },
	{ "not JSON", "stats", KITH_E_INVALID_REQUEST },
	{ "half of it", "{\"args\":[\"stats\"]", KITH_E_INVALID_REQUEST },
	{ "something behind", "{\"args\":[],\"files\":[]}x", KITH_E_INVALID_REQUEST },
	{ "an array", "[\"stats\"]", KITH_E_INVALID_REQUEST },
	{ "no args", "{\"files\":[]}", KITH_E_INVALID_REQUEST },
	{ "no files", "{\"args\":[]}", KITH_E_INVALID_REQUEST },
	{ "a member more", "{\"args\":[],\"files\":[],\"x\":1}", KITH_E_INVALID_REQUEST },
	{ "another in the place of files", "{\"args\":[],\"x\":[]}", KITH_E_INVALID_REQUEST },
	{ "args twice", "{\"args\":[],\"args\":[]}", KITH_E_INVALID_REQUEST },
	{ "args as a text", "{\"args\":\"stats\",\"files\":[]}", KITH_E_INVALID_REQUEST },
	{ "a number among args", "{\"args\":[1],\"files\":[]}", KITH_E_INVALID_REQUEST },
	{ "a null among args", "{\"args\":[null],\"files\":[]}", KITH_E_INVALID_REQUEST },
	{ "a NUL in a word", "{\"args\":[\"a\\u0000b\"],\"files\":[]}", KITH_E_INVALID_REQUEST },
	{ "files as an object", "{\"args\":[],\"files\":{}}", KITH_E_INVALID_REQUEST },
	{ "a file as a text", "{\"args\":[],\"files\":[\"x\"]}", KITH_E_INVALID_REQUEST },
	{ "a file without content", "{\"args\":[],\"files\":[{\"name\":\"x\"}]}",
	  KITH_E_INVALID_REQUEST },
	{ "a file with a number", "{\"args\":[],\"files\":[{\"name\":\"x\",\"content\":1}]}",
	  KITH_E_INVALID_REQUEST },
	{ "three files",
	  "{\"args\":[],\"files\":[{\"name\":\"a\",\"content\":\"\"},{\"name\":\"b\",\"content\":"
	  "\"\"},"
	  "{\"name\":\"c\",\"content\":\"\"}]}",
	  KITH_E_INVALID_REQUEST },
};

static const struct {
	const char *name;
	const char *line;
	enum kith_rc rc;
} replies[] = {
	{ "all three", "{\"exit\":0,\"out\":\"\",\"err\":\"\"}", KITH_OK },
	{ "no exit", "{\"out\":\"\",\"err\":\"\"}", KITH_E_INVALID_REQUEST },
	{ "exit as a text", "{\"exit\":\"0\",\"out\":\"\",\"err\":\"\"}", KITH_E_INVALID_REQUEST },
	{ "exit below 0", "{\"exit\":-1,\"out\":\"\",\"err\":\"\"}", KITH_E_INVALID_REQUEST },
	{ "exit above 255", "{\"exit\":256,\"out\":\"\",\"err\":\"\"}", KITH_E_INVALID_REQUEST },
	{ "out as null", "{\"exit\":0,\"out\":null,\"err\":\"\"}", KITH_E_INVALID_REQUEST },
	{ "no err", "{\"exit\":0,\"out\":\"\",\"er\":\"\"}", KITH_E_INVALID_REQUEST },
};

static void test_only_that_form_is_read(void **state)
{
	struct kith_arena mem;
	(void)state;

	kith_arena_init(&mem, 256);
	for (size_t i = 0; i < KITH_COUNT(requests); i++) {
		struct kith_admin_request got = { .arg_count = 99 };
		enum kith_rc rc =
			kith_control_read_request(kith_str_of(requests[i].line), &mem, &got, NULL);
		CLAIM(rc == requests[i].rc, requests[i].name);
		CLAIM((got.arg_count == 99) == (rc != KITH_OK), requests[i].name);
	}
	for (size_t i = 0; i < KITH_COUNT(replies); i++) {
		struct kith_control_reply got = { .exit = 99 };
		enum kith_rc rc =
			kith_control_read_reply(kith_str_of(replies[i].line), &mem, &got, NULL);
		CLAIM(rc == replies[i].rc, replies[i].name);
		CLAIM((got.exit == 99) == (rc != KITH_OK), replies[i].name);
	}
	kith_arena_done(&mem);
}

/* Every beginning of a good line is refused, and memory that runs out is told. */
static void test_no_part_is_taken_for_the_whole(void **state)
{
	static const char line[] =
		"{\"args\":[\"a\\n\"],\"files\":[{\"name\":\"n\",\"content\":\"c\"}]}";
	enum kith_rc rc = KITH_E_NO_MEMORY;
	struct kith_admin_request got;
	(void)state;

	for (size_t len = 0; len < sizeof(line) - 1; len++) {
		struct kith_arena mem;
		kith_arena_init(&mem, 256);
		assert_int_equal(
			kith_control_read_request(kith_str_make(line, len), &mem, &got, NULL),
			KITH_E_INVALID_REQUEST);
		kith_arena_done(&mem);
	}
	for (unsigned nth = 1; rc != KITH_OK; nth++) {
		struct kith_arena mem;
		kith_arena_init(&mem, 16);
		kith_mem_fail_from(nth);
		rc = kith_control_read_request(kith_str_make(line, sizeof(line) - 1), &mem, &got,
		                               NULL);
		kith_mem_fail_never();
		assert_true(rc == KITH_OK || rc == KITH_E_NO_MEMORY);
		kith_arena_done(&mem);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_request_comes_back),
		cmocka_unit_test(test_a_reply_comes_back),
		cmocka_unit_test(test_only_that_form_is_read),
		cmocka_unit_test(test_no_part_is_taken_for_the_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
