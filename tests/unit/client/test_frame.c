/*
 * test_frame.c -- server's frames taken apart, a client's written.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/mem.h"
#include "client/frame.h"

static const struct {
	const char *text;
	enum kith_rc rc;
	enum kith_frame_type type;
	int64_t id;
	bool is_repeated, must_reload;
} cases[] = {
	{ "{\"type\":\"welcome\"}", KITH_OK, KITH_FRAME_WELCOME, -1, false, false },
	{ "{\"type\":\"ok\",\"id\":7,\"result\":{}}", KITH_OK, KITH_FRAME_OK, 7, false, false },
	{ "{\"result\":{},\"repeated\":true,\"type\":\"ok\"}", KITH_OK, KITH_FRAME_OK, -1, true,
	  false },
	{ "{\"type\":\"error\",\"id\":0,\"problem\":{}}", KITH_OK, KITH_FRAME_ERROR, 0, false,
	  false },
	{ "{\"type\":\"error\",\"id\":null,\"problem\":{}}", KITH_OK, KITH_FRAME_ERROR, -1, false,
	  false },
	{ "{\"type\":\"event\"}", KITH_OK, KITH_FRAME_EVENT, -1, false, false },
	{ "{\"type\":\"gap\",\"reload\":true}", KITH_OK, KITH_FRAME_GAP, -1, false, true },
	{ "{\"type\":\"gap\"}", KITH_OK, KITH_FRAME_GAP, -1, false, false },
	{ "{\"type\":\"pong\",\"n\":1}", KITH_OK, KITH_FRAME_PONG, -1, false, false },
	{ "{\"type\":\"\\u0062ye\"}", KITH_OK, KITH_FRAME_BYE, -1, false, false },
	{ "{\"type\":\"dance\",\"id\":\"x\"}", KITH_OK, KITH_FRAME_UNKNOWN, -1, false, false },
	{ "{\"type\":\"\"}", KITH_OK, KITH_FRAME_UNKNOWN, -1, false, false },
	{ "", KITH_E_INVALID_REQUEST, 0, 0, false, false },
	{ "[]", KITH_E_INVALID_REQUEST, 0, 0, false, false },
	{ "{}", KITH_E_INVALID_REQUEST, 0, 0, false, false },
	{ "{\"type\":null}", KITH_E_INVALID_REQUEST, 0, 0, false, false },
	{ "{\"type\":\"ok\",\"id\":1}", KITH_E_INVALID_REQUEST, 0, 0, false, false },
	{ "{\"type\":\"ok\",\"id\":1,\"result\":[]}", KITH_E_INVALID_REQUEST, 0, 0, false, false },
	{ "{\"type\":\"ok\",\"id\":-1,\"result\":{}}", KITH_E_INVALID_REQUEST, 0, 0, false, false },
	{ "{\"type\":\"ok\",\"id\":\"1\",\"result\":{}}", KITH_E_INVALID_REQUEST, 0, 0, false,
	  false },
	{ "{\"type\":\"error\",\"id\":1}", KITH_E_INVALID_REQUEST, 0, 0, false, false },
	{ "{\"type\":\"ok\",\"type\":\"ok\",\"result\":{}}", KITH_E_INVALID_REQUEST, 0, 0, false,
	  false },
};

static void test_frames_are_taken_apart(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		struct kith_arena mem;
		struct kith_frame frame = { .id = 99 };
		struct kith_why why = { 0 };

		kith_arena_init(&mem, 256);
		if (kith_frame_read(kith_str_of(cases[i].text), &mem, &frame, &why) !=
		    cases[i].rc) {
			fail_msg("%s", cases[i].text);
		}
		if (cases[i].rc == KITH_OK) {
			assert_int_equal(frame.type, cases[i].type);
			assert_int_equal(frame.id, cases[i].id);
			assert_int_equal(frame.is_repeated, cases[i].is_repeated);
			assert_int_equal(frame.must_reload, cases[i].must_reload);
		} else {
			assert_int_equal(frame.id, 99);
			assert_true(why.detail[0] != '\0');
		}
		kith_arena_done(&mem);
	}
}

static void test_frames_are_written(void **state)
{
	struct kith_buf buf = { 0 };
	(void)state;

	kith_frame_write_hello(&buf, KITH_STR("a.b\"c"), (struct kith_str){ 0 });
	kith_frame_write_hello(&buf, KITH_STR("t"), KITH_STR("c1"));
	kith_frame_write_auth(&buf, KITH_STR("t"));
	kith_frame_write_ping(&buf, 3);
	kith_frame_write_call(&buf, 9, KITH_STR("me.get"), KITH_STR("{\"a\":1}"));
	kith_buf_add_char(&buf, '\0');
	assert_string_equal(buf.at,
	                    "{\"type\":\"hello\",\"token\":\"a.b\\\"c\"}"
	                    "{\"type\":\"hello\",\"token\":\"t\",\"since\":\"c1\"}"
	                    "{\"type\":\"auth\",\"token\":\"t\"}"
	                    "{\"type\":\"ping\",\"n\":3}"
	                    "{\"type\":\"call\",\"id\":9,\"call\":\"me.get\",\"args\":{\"a\":1}}");
	kith_buf_done(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_frames_are_taken_apart),
		cmocka_unit_test(test_frames_are_written),
	};
	return cmocka_run_group_tests_name("client/frame", tests, NULL, NULL);
}
