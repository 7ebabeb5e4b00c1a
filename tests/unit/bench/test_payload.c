/*
 * test_payload.c -- a text names its message, and shows every changed byte.
 */
#include "bench/payload.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct kith_payload samples[] = {
	{ .run = 0, .sender = 0, .seq = 0, .sent_us = 0 },
	{ .run = UINT32_MAX, .sender = UINT16_MAX, .seq = UINT32_MAX, .sent_us = INT64_MAX },
	{ .run = 0xdeadbeef, .sender = 14999, .seq = 1234567, .sent_us = 1795315121000123 },
};

static const struct kith_str words[] = {
	{ .at = "", .len = 0 },
	{ .at = "hello", .len = 5 },
	{ .at = "\xe6\x97\xa5\xe6\x9c\xac \xf0\x9f\x8e\x89 \"quoted\" \\ \t", .len = 24 },
};

static void test_what_is_written_is_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(samples); i++) {
		for (size_t j = 0; j < KITH_COUNT(words); j++) {
			struct kith_buf buf = { .at = NULL };
			struct kith_payload got;

			kith_payload_write(&buf, &samples[i], words[j]);
			assert_int_equal(buf.len, KITH_PAYLOAD_HEAD + words[j].len);
			assert_int_equal(
				kith_payload_read(kith_buf_str(&buf), samples[i].run, &got),
				KITH_PAYLOAD_GOOD);
			assert_int_equal(got.sender, samples[i].sender);
			assert_int_equal(got.seq, samples[i].seq);
			assert_int_equal(got.sent_us, samples[i].sent_us);
			assert_int_equal(
				kith_payload_read(kith_buf_str(&buf), samples[i].run ^ 1, &got),
				KITH_PAYLOAD_FOREIGN);
			kith_buf_done(&buf);
		}
	}
}

/* Every byte, every cut and one byte more: none of these is the message any longer. */
static void test_every_damage_is_seen(void **state)
{
	struct kith_buf buf = { .at = NULL };
	struct kith_payload got;

	(void)state;
	kith_payload_write(&buf, &samples[2], KITH_STR("some words to be damaged"));
	for (size_t i = 0; i < buf.len; i++) {
		for (int bit = 0; bit < 8; bit++) {
			buf.at[i] = (char)(buf.at[i] ^ 1 << bit);
			assert_int_equal(
				kith_payload_read(kith_buf_str(&buf), samples[2].run, &got),
				KITH_PAYLOAD_DAMAGED);
			buf.at[i] = (char)(buf.at[i] ^ 1 << bit);
		}
		assert_int_equal(kith_payload_read(kith_str_make(buf.at, i), samples[2].run, &got),
		                 KITH_PAYLOAD_DAMAGED);
	}
	kith_buf_add_char(&buf, 'x');
	assert_int_equal(kith_payload_read(kith_buf_str(&buf), samples[2].run, &got),
	                 KITH_PAYLOAD_DAMAGED);
	kith_buf_done(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_written_is_read),
		cmocka_unit_test(test_every_damage_is_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
