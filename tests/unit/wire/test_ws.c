/*
 * test_ws.c -- WebSocket frames: what is read, what is refused and how early,
 * the same however the stream is cut, and that what is written is read back.
 *
 * Streams are written here without masks; for the server's side the test masks
 * each frame, or breaks off where a stream is to be cut short.
 */
#include "base/mem.h"
#include "wire/ws.h"

#include "unit/lib/claim.h"

#include <stdio.h>

#define S(literal) \
	{ \
		literal, sizeof(literal) - 1 \
	}
#define X5 "xxxxx"
#define X25 X5 X5 X5 X5 X5
#define X125 X25 X25 X25 X25 X25

/* What a reader saw, as a line: T and C for a message's frames (small when more
 * follow), P ping, O pong, X close, with their payloads. */
struct seen {
	char text[1024];
	size_t len;
	enum kith_parse parse;
	int bad_close;
};

static void note(struct seen *seen, const struct kith_ws_frame *frame)
{
	static const char letters[] = "CTB     XPO";
	char letter = letters[frame->op];
	char code[8] = "";
	if (frame->op == KITH_WS_CLOSE) {
		snprintf(code, sizeof(code), "%d", frame->close_code);
	}
	seen->len += (size_t)snprintf(seen->text + seen->len, sizeof(seen->text) - seen->len,
	                              "%c%s(%.*s)", frame->is_final ? letter : letter | 0x20, code,
	                              KITH_STR_PRINT(frame->payload));
	assert_true(seen->len < sizeof(seen->text));
}

/* Reads frames from *IN until MORE or BAD. */
static void read_all(struct kith_ws *ws, struct kith_str *in, struct seen *seen)
{
	do {
		struct kith_str before = *in;
		struct kith_ws_frame frame = { .close_code = -1 };
		seen->parse = kith_ws_read(ws, in, &frame);
		if (seen->parse == KITH_PARSE_DONE) {
			note(seen, &frame);
		} else {
			assert_int_equal(frame.close_code, -1);
			assert_true(before.at == in->at && before.len == in->len);
		}
	} while (seen->parse == KITH_PARSE_DONE);
	seen->bad_close = ws->bad_close;
	assert_true((seen->parse == KITH_PARSE_BAD) == (ws->bad_close != 0));
}

/* Gives the reader the first CUT bytes, then all; with STEP, STEP bytes more each time. */
static struct seen read_cut(bool is_server, struct kith_str stream, size_t cut, size_t step)
{
	struct kith_ws ws;
	kith_ws_init(&ws, is_server);
	struct seen seen = { .parse = KITH_PARSE_MORE };
	char *all = copy_of(stream);
	size_t taken = 0;
	for (size_t there = cut;; there += step) {
		there = there < stream.len ? there : stream.len;
		char *copy = copy_of(kith_str_make(all + taken, there - taken));
		struct kith_str in = kith_str_make(copy, there - taken);
		read_all(&ws, &in, &seen);
		memcpy(all + taken, copy, there - taken);
		taken = there - in.len;
		free(copy);
		if (there == stream.len || seen.parse == KITH_PARSE_BAD) {
			break;
		}
	}
	free(all);
	return seen;
}

/* Masks the frames of STREAM (whose headers need not make sense at its end). */
static struct kith_str masked(struct kith_str stream, struct kith_buf *buf)
{
	static const uint8_t mask[4] = { 0x37, 0xfa, 0x21, 0x3d };
	kith_buf_reset(buf);
	while (stream.len >= 2) {
		uint8_t small = (uint8_t)stream.at[1] & 0x7f;
		size_t extra = small == 127 ? 8 : small == 126 ? 2 : 0;
		kith_buf_add_char(buf, stream.at[0]);
		kith_buf_add_char(buf, (char)((uint8_t)stream.at[1] | 0x80));
		size_t header = 2 + extra < stream.len ? 2 + extra : stream.len;
		kith_buf_add(buf, kith_str_make(stream.at + 2, header - 2));
		uint64_t len = extra == 0 ? small : 0;
		for (size_t i = 2; i < header; i++) {
			len = len << 8 | (uint8_t)stream.at[i];
		}
		stream = kith_str_skip(stream, header);
		if (header < 2 + extra) {
			break;
		}
		kith_buf_add(buf, kith_str_make(mask, sizeof(mask)));
		for (size_t i = 0; i < len && i < stream.len; i++) {
			kith_buf_add_char(buf, (char)((uint8_t)stream.at[i] ^ mask[i % 4]));
		}
		stream = kith_str_skip(stream, len < stream.len ? (size_t)len : stream.len);
	}
	kith_buf_add(buf, stream);
	assert_false(buf->failed);
	return kith_buf_str(buf);
}

static const struct {
	const char *name;
	struct kith_str stream;
	const char *seen;
} good[] = {
	{ "RFC 6455 5.7 a text", S("\x81\x05Hello"), "T(Hello)" },
	{ "RFC 6455 5.7 a text in two fragments", S("\x01\x03Hel\x80\x02lo"), "t(Hel)C(lo)" },
	{ "RFC 6455 5.7 a ping", S("\x89\x05Hello"), "P(Hello)" },
	{ "an empty text", S("\x81\x00"), "T()" },
	{ "an empty ping and pong", S("\x89\x00\x8a\x00"), "P()O()" },
	{ "a ping of 125 bytes", S("\x89\x7d" X125), "P(" X125 ")" },
	{ "a text of 125 bytes", S("\x81\x7d" X125), "T(" X125 ")" },
	{ "a text of 126 bytes", S("\x81\x7e\x00\x7e" X125 "x"), "T(" X125 "x)" },
	{ "a ping between two fragments",
	  S("\x01\x01"
	    "a\x89\x01p\x80\x01"
	    "b"),
	  "t(a)P(p)C(b)" },
	{ "empty fragments", S("\x01\x00\x00\x00\x80\x01x"), "t()c()C(x)" },
	{ "a character over three fragments", S("\x01\x01\xe2\x00\x01\x82\x80\x01\xac"),
	  "t(\xe2)c(\x82)C(\xac)" },
	{ "a pong inside a character", S("\x01\x01\xc3\x8a\x00\x80\x01\xa4"), "t(\xc3)O()C(\xa4)" },
	{ "two messages",
	  S("\x81\x01"
	    "a\x81\x01"
	    "b"),
	  "T(a)T(b)" },
	{ "a message behind a fragmented one",
	  S("\x01\x01"
	    "a\x80\x01"
	    "b\x81\x01"
	    "c"),
	  "t(a)C(b)T(c)" },
	{ "a close without a code", S("\x88\x00"), "X1005()" },
	{ "a close with a code", S("\x88\x02\x03\xe8"), "X1000()" },
	{ "a close with a reason",
	  S("\x88\x06\x11\x31"
	    "bye!"),
	  "X4401(bye!)" },
	{ "a close inside a message",
	  S("\x01\x01"
	    "a\x88\x02\x03\xe9"),
	  "t(a)X1001()" },
	{ "a close by a proxy", S("\x88\x02\x03\xf6"), "X1014()" },
	{ "the last code there is", S("\x88\x02\x13\x87"), "X4999()" },
	{ "U+10FFFF and NUL are text",
	  S("\x81\x05\xf4\x8f\xbf\xbf"
	    "z"),
	  "T(\xf4\x8f\xbf\xbfz)" },
};

static const struct {
	const char *name;
	struct kith_str stream;
	size_t hopeless; /* bytes of the unmasked stream after which it is BAD */
	int code;
} bad[] = {
	{ "RSV1", S("\xc1\x00"), 1, 1002 },
	{ "RSV2", S("\xa1\x00"), 1, 1002 },
	{ "RSV3", S("\x91\x00"), 1, 1002 },
	{ "RSV1 on a ping", S("\xc9\x00"), 1, 1002 },
	{ "reserved op 3", S("\x83\x00"), 1, 1002 },
	{ "reserved op 7", S("\x87\x00"), 1, 1002 },
	{ "reserved op 11", S("\x8b\x00"), 1, 1002 },
	{ "reserved op 15", S("\x8f\x00"), 1, 1002 },
	{ "binary", S("\x82\x01x"), 1, 1003 },
	{ "a binary fragment", S("\x02\x01x"), 1, 1003 },
	{ "a fragmented ping", S("\x09\x00"), 1, 1002 },
	{ "a fragmented pong", S("\x0a\x00"), 1, 1002 },
	{ "a fragmented close", S("\x08\x00"), 1, 1002 },
	{ "a ping of 126 bytes", S("\x89\x7e\x00\x7e"), 2, 1002 },
	{ "a close with a 64-bit length", S("\x88\x7f"), 2, 1002 },
	{ "a continuation of nothing", S("\x80\x01x"), 1, 1002 },
	{ "a continuation behind the end", S("\x01\x00\x80\x00\x80\x00"), 5, 1002 },
	{ "a text inside a message", S("\x01\x01x\x81\x01y"), 4, 1002 },
	{ "binary inside a message", S("\x01\x01x\x82\x01y"), 4, 1002 },
	{ "a 16-bit length that is not minimal", S("\x81\x7e\x00\x7d" X125), 4, 1002 },
	{ "a 16-bit length of 0", S("\x81\x7e\x00\x00"), 4, 1002 },
	{ "a 64-bit length that is not minimal", S("\x81\x7f\0\0\0\0\0\0\xff\xff"), 8, 1002 },
	{ "a 64-bit length with its top bit", S("\x81\x7f\x80\0\0\0\0\0\0\0"), 3, 1002 },
	{ "a length of all ones", S("\x81\x7f\xff\xff\xff\xff\xff\xff\xff\xff"), 3, 1002 },
	{ "a huge length", S("\x81\x7f\x7f\xff\xff\xff\xff\xff\xff\xff"), 3, 1009 },
	{ "a length of 4 GiB", S("\x81\x7f\0\0\0\x01\0\0\0\0"), 6, 1009 },
	{ "a text of 16 MiB", S("\x81\x7f\0\0\0\0\x01\0\0\0"), 7, 1009 },
	{ "invalid UTF-8", S("\x81\x02\xc3\x28"), 4, 1007 },
	{ "a surrogate", S("\x81\x03\xed\xa0\x80"), 5, 1007 },
	{ "an overlong form", S("\x81\x02\xc0\xaf"), 4, 1007 },
	{ "above U+10FFFF", S("\x81\x04\xf4\x90\x80\x80"), 6, 1007 },
	{ "half a character at the end",
	  S("\x81\x02"
	    "a\xc3"),
	  4, 1007 },
	{ "half a character at the end of fragments", S("\x01\x01\xc3\x80\x00"), 5, 1007 },
	{ "UTF-8 wrong across fragments", S("\x01\x01\xc3\x00\x01\x28"), 6, 1007 },
	{ "UTF-8 wrong in the first fragment", S("\x01\x01\xff"), 3, 1007 },
	{ "a close of one byte", S("\x88\x01\x03"), 3, 1002 },
	{ "close code 0", S("\x88\x02\x00\x00"), 4, 1002 },
	{ "close code 999", S("\x88\x02\x03\xe7"), 4, 1002 },
	{ "close code 1004", S("\x88\x02\x03\xec"), 4, 1002 },
	{ "close code 1005", S("\x88\x02\x03\xed"), 4, 1002 },
	{ "close code 1006", S("\x88\x02\x03\xee"), 4, 1002 },
	{ "close code 1015", S("\x88\x02\x03\xf7"), 4, 1002 },
	{ "close code 2999", S("\x88\x02\x0b\xb7"), 4, 1002 },
	{ "close code 5000", S("\x88\x02\x13\x88"), 4, 1002 },
	{ "a close reason that is no UTF-8", S("\x88\x03\x03\xe8\xff"), 5, 1007 },
	{ "a close reason cut inside a character", S("\x88\x03\x03\xe8\xc3"), 5, 1007 },
	{ "a text behind a close", S("\x88\x00\x81\x00"), 3, 1002 },
	{ "a second close", S("\x88\x00\x88\x00"), 3, 1002 },
	{ "a pong behind a close", S("\x88\x00\x8a\x00"), 3, 1002 },
};

static void check_good(bool is_server, struct kith_str stream, size_t i)
{
	for (size_t cut = 0; cut <= stream.len; cut++) {
		struct seen seen = read_cut(is_server, stream, cut, stream.len);
		CLAIM(seen.parse == KITH_PARSE_MORE && strcmp(seen.text, good[i].seen) == 0,
		      good[i].name);
	}
	struct seen seen = read_cut(is_server, stream, 0, 1);
	CLAIM(seen.parse == KITH_PARSE_MORE && strcmp(seen.text, good[i].seen) == 0, good[i].name);
}

static void test_good_frames_are_read_however_they_are_cut(void **state)
{
	(void)state;
	struct kith_buf buf = { 0 };
	for (size_t i = 0; i < KITH_COUNT(good); i++) {
		check_good(false, good[i].stream, i);
		check_good(true, masked(good[i].stream, &buf), i);
	}
	kith_buf_done(&buf);
}

static void test_no_strict_prefix_of_a_frame_is_done(void **state)
{
	(void)state;
	static const struct kith_str frame = S("\x81\x7e\x00\x7e" X125 "x");
	for (size_t len = 0; len < frame.len; len++) {
		struct seen seen = read_cut(false, kith_str_make(frame.at, len), len, 1);
		assert_true(seen.parse == KITH_PARSE_MORE && seen.len == 0);
	}
}

/* Every prefix of a bad stream is MORE up to the hopeless byte, then BAD with the code. */
static void check_bad(bool is_server, struct kith_str stream, size_t hopeless, size_t i)
{
	for (size_t len = 0; len <= stream.len; len++) {
		struct seen seen = read_cut(is_server, kith_str_make(stream.at, len), len, 1);
		struct seen slow = read_cut(is_server, kith_str_make(stream.at, len), 0, 1);
		int wanted = len < hopeless ? 0 : bad[i].code;
		if (seen.bad_close != wanted || slow.bad_close != wanted) {
			fail_msg("%s: %d and %d after %zu bytes", bad[i].name, seen.bad_close,
			         slow.bad_close, len);
		}
		CLAIM(strcmp(seen.text, slow.text) == 0, bad[i].name);
	}
}

static void test_bad_frames_are_refused_at_their_first_wrong_byte(void **state)
{
	(void)state;
	struct kith_buf buf = { 0 };
	for (size_t i = 0; i < KITH_COUNT(bad); i++) {
		check_bad(false, bad[i].stream, bad[i].hopeless, i);
		/* Masks move the place; the first hopeless byte is where masking the
		 * shorter stream ends. */
		struct kith_str before = kith_str_make(bad[i].stream.at, bad[i].hopeless);
		size_t len = masked(before, &buf).len;
		bool is_payload = bad[i].code == 1007 ||
		                  strncmp(bad[i].name, "close code", 10) == 0 ||
		                  strcmp(bad[i].name, "a close of one byte") == 0;
		struct seen seen = read_cut(true, kith_buf_str(&buf), len, 1);
		CLAIM(seen.bad_close == bad[i].code, bad[i].name);
		if (is_payload) {
			check_bad(true, masked(bad[i].stream, &buf), len, i);
		}
	}
	kith_buf_done(&buf);
}

static void test_masks_are_needed_by_the_server_and_refused_by_the_client(void **state)
{
	(void)state;
	struct seen seen = read_cut(true, KITH_STR("\x81\x05"), 2, 1);
	assert_int_equal(seen.bad_close, 1002);
	seen = read_cut(false, KITH_STR("\x81\x85"), 2, 1);
	assert_int_equal(seen.bad_close, 1002);
	seen = read_cut(true, KITH_STR("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"), 11, 1);
	assert_string_equal(seen.text, "T(Hello)"); /* RFC 6455 5.7 */
}

static void test_a_refused_stream_stays_refused(void **state)
{
	(void)state;
	struct kith_ws ws;
	struct kith_ws_frame frame;
	kith_ws_init(&ws, false);
	struct kith_str bytes = KITH_STR("\x82");
	assert_int_equal(kith_ws_read(&ws, &bytes, &frame), KITH_PARSE_BAD);
	bytes = KITH_STR("\x81\x00");
	assert_int_equal(kith_ws_read(&ws, &bytes, &frame), KITH_PARSE_BAD);
	assert_int_equal(ws.bad_close, 1003);
}

/* COUNT frames of one message, each of SIZE bytes, the last one final. */
static int send_to(bool is_server, int count, size_t size, int *frames)
{
	static const uint8_t no_mask[4] = { 0 };
	struct kith_ws ws;
	kith_ws_init(&ws, is_server);
	char *bytes = malloc(KITH_WS_HEADER_MAX + size);
	assert_non_null(bytes);
	for (*frames = 0; *frames < count; (*frames)++) {
		uint8_t header[KITH_WS_HEADER_MAX];
		enum kith_ws_op op = *frames == 0 ? KITH_WS_TEXT : KITH_WS_CONTINUE;
		size_t at = kith_ws_write_header(header, op, size, is_server ? no_mask : NULL);
		header[0] &= *frames + 1 == count ? 0xff : 0x7f;
		memcpy(bytes, header, at);
		memset(bytes + at, 'x', size);
		struct kith_str in = kith_str_make(bytes, at + size);
		struct kith_ws_frame frame;
		if (kith_ws_read(&ws, &in, &frame) != KITH_PARSE_DONE) {
			break;
		}
	}
	free(bytes);
	return ws.bad_close;
}

static int send_fragments(int count, size_t size, int *frames)
{
	return send_to(true, count, size, frames);
}

static void test_64_fragments_are_read_and_65_are_not(void **state)
{
	(void)state;
	int frames;
	assert_int_equal(send_fragments(KITH_WS_FRAGMENTS_MAX, 1, &frames), 0);
	assert_int_equal(frames, KITH_WS_FRAGMENTS_MAX);
	assert_int_equal(send_fragments(KITH_WS_FRAGMENTS_MAX + 1, 1, &frames), 4400);
	assert_int_equal(frames, KITH_WS_FRAGMENTS_MAX);
	/* A flood of empty ones meets the same wall. */
	assert_int_equal(send_fragments(1000000, 0, &frames), 4400);
	assert_int_equal(frames, KITH_WS_FRAGMENTS_MAX);
}

static void test_256_kib_are_read_and_a_byte_more_is_not(void **state)
{
	(void)state;
	int frames;
	assert_int_equal(send_fragments(1, KITH_WS_MESSAGE_MAX, &frames), 0);
	assert_int_equal(frames, 1);
	assert_int_equal(send_fragments(1, KITH_WS_MESSAGE_MAX + 1, &frames), 1009);
	/* Fragments count together. */
	assert_int_equal(send_fragments(4, KITH_WS_MESSAGE_MAX / 4, &frames), 0);
	assert_int_equal(frames, 4);
	assert_int_equal(send_fragments(5, KITH_WS_MESSAGE_MAX / 4, &frames), 1009);
	assert_int_equal(frames, 4);
}

static void test_a_client_takes_answers_of_1_mib_and_not_a_byte_more(void **state)
{
	(void)state;
	int frames;
	assert_int_equal(send_to(false, 1, KITH_WS_ANSWER_MAX, &frames), 0);
	assert_int_equal(send_to(false, 1, KITH_WS_ANSWER_MAX + 1, &frames), 1009);
	assert_int_equal(send_to(false, 4, KITH_WS_ANSWER_MAX / 4, &frames), 0);
	assert_int_equal(send_to(false, 5, KITH_WS_ANSWER_MAX / 4, &frames), 1009);
}

static void test_limits_begin_anew_with_each_message(void **state)
{
	(void)state;
	enum { FIRST = 0xffff }; /* bytes of a first fragment; five of them pass the limit */
	struct kith_ws ws;
	kith_ws_init(&ws, false);
	char *bytes = malloc(4 + FIRST + 3);
	assert_non_null(bytes);
	for (int i = 0; i < 100; i++) {
		memset(bytes, 'x', 4 + FIRST + 3);
		memcpy(bytes, "\x01\x7e\xff\xff", 4);
		memcpy(bytes + 4 + FIRST, "\x80\x01", 2);
		struct kith_str in = kith_str_make(bytes, 4 + FIRST + 3);
		struct kith_ws_frame frame;
		assert_int_equal(kith_ws_read(&ws, &in, &frame), KITH_PARSE_DONE);
		assert_int_equal(kith_ws_read(&ws, &in, &frame), KITH_PARSE_DONE);
		assert_int_equal(in.len, 0);
	}
	free(bytes);
}

/* Any length, any alignment: what is written with a mask is read back. */
static void test_what_is_written_is_read_back(void **state)
{
	(void)state;
	static const size_t lengths[] = { 0,    1,     2,     3,     4,
		                          5,    7,     8,     9,     15,
		                          16,   17,    124,   125,   126,
		                          127,  128,   255,   256,   999,
		                          4096, 65535, 65536, 65537, KITH_WS_MESSAGE_MAX };
	struct kith_rand rand;
	kith_rand_init_fixed(&rand, 7);
	char *text = malloc(KITH_WS_MESSAGE_MAX);
	assert_non_null(text);
	for (size_t i = 0; i < KITH_WS_MESSAGE_MAX; i++) {
		text[i] = (char)(' ' + i * 7 % 90);
	}
	for (size_t i = 0; i < KITH_COUNT(lengths) * 2; i++) {
		bool is_server = i % 2 == 0;
		struct kith_str payload = kith_str_make(text, lengths[i / 2]);
		struct kith_buf buf = { 0 };
		kith_ws_write(&buf, KITH_WS_TEXT, payload, is_server ? &rand : NULL);
		kith_ws_write(&buf, KITH_WS_PING, KITH_STR("p"), is_server ? &rand : NULL);
		assert_false(buf.failed);
		struct kith_ws ws;
		kith_ws_init(&ws, is_server);
		struct kith_str in = kith_buf_str(&buf);
		if (!is_server) {
			struct kith_str whole = kith_str_make(in.at, in.len - 3);
			assert_true(kith_str_equal(kith_ws_payload(whole), payload));
		}
		struct kith_ws_frame frame;
		assert_int_equal(kith_ws_read(&ws, &in, &frame), KITH_PARSE_DONE);
		assert_true(frame.op == KITH_WS_TEXT && frame.is_final);
		assert_true(kith_str_equal(frame.payload, payload));
		assert_int_equal(kith_ws_read(&ws, &in, &frame), KITH_PARSE_DONE);
		assert_true(frame.op == KITH_WS_PING && kith_str_is(frame.payload, "p"));
		assert_int_equal(in.len, 0);
		kith_buf_done(&buf);
	}
	free(text);
}

static void test_a_close_is_cut_at_a_characters_end(void **state)
{
	(void)state;
	struct kith_buf buf = { 0 };
	char reason[200];
	memset(reason, 'x', sizeof(reason));
	memcpy(reason + 121, "\xe2\x82\xac", 3); /* 123 bytes fit, and would cut this */
	kith_ws_write_close(&buf, KITH_WS_CLOSE_TOKEN, kith_str_make(reason, sizeof(reason)), NULL);
	assert_int_equal(buf.len, 2 + 2 + 121);
	struct kith_ws ws;
	kith_ws_init(&ws, false);
	struct kith_str in = kith_buf_str(&buf);
	struct kith_ws_frame frame;
	assert_int_equal(kith_ws_read(&ws, &in, &frame), KITH_PARSE_DONE);
	assert_int_equal(frame.close_code, 4401);
	assert_true(kith_str_equal(frame.payload, kith_str_make(reason, 121)));

	kith_buf_reset(&buf);
	kith_ws_write_close(&buf, KITH_WS_CLOSE_NONE, KITH_STR("unsaid"), NULL);
	assert_true(kith_str_equal(kith_buf_str(&buf), KITH_STR("\x88\x00")));
	kith_buf_done(&buf);
}

static void test_an_empty_heap_writes_a_frame_whole_or_not_at_all(void **state)
{
	(void)state;
	char text[300];
	memset(text, 'x', sizeof(text));
	struct kith_buf buf = { 0 };
	kith_ws_write(&buf, KITH_WS_TEXT, KITH_STR("first"), NULL);
	size_t before = buf.len;
	kith_mem_fail_from(1);
	kith_ws_write(&buf, KITH_WS_TEXT, kith_str_make(text, sizeof(text)), NULL);
	kith_mem_fail_never();
	assert_true(buf.failed);
	assert_int_equal(buf.len, before);
	kith_buf_done(&buf);
}

/* The handshake. */

static void test_rfc_6455_1_3_the_accept_key(void **state)
{
	(void)state;
	char out[KITH_WS_ACCEPT_TEXT];
	kith_ws_accept(KITH_STR("dGhlIHNhbXBsZSBub25jZQ=="), out);
	assert_memory_equal(out, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", sizeof(out));
}

#define LINES(upgrade, connection, version, key) "Host: a\r\n" upgrade connection version key "\r\n"
#define UPGRADE "Upgrade: websocket\r\n"
#define CONNECTION "Connection: Upgrade\r\n"
#define VERSION "Sec-WebSocket-Version: 13\r\n"
#define KEY "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"

static const struct {
	const char *name;
	const char *text;
	const char *field; /* the header that is wrong, "" the request line; NULL: none */
} openings[] = {
	{ "RFC 6455 1.3", "GET /v1/socket HTTP/1.1\r\n" LINES(UPGRADE, CONNECTION, VERSION, KEY),
	  NULL },
	{ "several upgrades, other case",
	  "GET / HTTP/1.1\r\n" LINES("upgrade: h2c, WebSocket\r\n",
	                             "connection: keep-alive, upgrade\r\n", VERSION, KEY),
	  NULL },
	{ "a POST", "POST / HTTP/1.1\r\n" LINES(UPGRADE, CONNECTION, VERSION, KEY), "" },
	{ "HTTP/1.0", "GET / HTTP/1.0\r\n" LINES(UPGRADE, CONNECTION, VERSION, KEY), "" },
	{ "a body",
	  "GET / HTTP/1.1\r\nContent-Length: 1\r\n" LINES(UPGRADE, CONNECTION, VERSION, KEY), "" },
	{ "no Upgrade", "GET / HTTP/1.1\r\n" LINES("", CONNECTION, VERSION, KEY), "Upgrade" },
	{ "another Upgrade",
	  "GET / HTTP/1.1\r\n" LINES("Upgrade: h2c\r\n", CONNECTION, VERSION, KEY), "Upgrade" },
	{ "no Connection", "GET / HTTP/1.1\r\n" LINES(UPGRADE, "", VERSION, KEY), "Connection" },
	{ "no version", "GET / HTTP/1.1\r\n" LINES(UPGRADE, CONNECTION, "", KEY),
	  "Sec-WebSocket-Version" },
	{ "version 8",
	  "GET / HTTP/1.1\r\n" LINES(UPGRADE, CONNECTION, "Sec-WebSocket-Version: 8\r\n", KEY),
	  "Sec-WebSocket-Version" },
	{ "two versions", "GET / HTTP/1.1\r\n" LINES(UPGRADE, CONNECTION, VERSION VERSION, KEY),
	  "Sec-WebSocket-Version" },
	{ "no key", "GET / HTTP/1.1\r\n" LINES(UPGRADE, CONNECTION, VERSION, ""),
	  "Sec-WebSocket-Key" },
	{ "two keys", "GET / HTTP/1.1\r\n" LINES(UPGRADE, CONNECTION, VERSION, KEY KEY),
	  "Sec-WebSocket-Key" },
	{ "a key of 15 bytes",
	  "GET / HTTP/1.1\r\n" LINES(UPGRADE, CONNECTION, VERSION,
	                             "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j\r\n"),
	  "Sec-WebSocket-Key" },
	{ "a key of 18 bytes",
	  "GET / HTTP/1.1\r\n" LINES(UPGRADE, CONNECTION, VERSION,
	                             "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZSEh\r\n"),
	  "Sec-WebSocket-Key" },
	{ "a key that is no base64",
	  "GET / HTTP/1.1\r\n" LINES(UPGRADE, CONNECTION, VERSION,
	                             "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZ-==\r\n"),
	  "Sec-WebSocket-Key" },
};

static void test_openings_are_good_or_name_what_is_wrong(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(openings); i++) {
		struct kith_http_head head;
		enum kith_rc rc;
		struct kith_why why = { .field = "unset" };
		CLAIM(kith_http_read_request(kith_str_of(openings[i].text), &head, &rc, NULL) ==
		              KITH_PARSE_DONE,
		      openings[i].name);
		bool is_opening = kith_ws_is_opening(&head, &why);
		CLAIM(is_opening == (openings[i].field == NULL), openings[i].name);
		CLAIM(is_opening || strcmp(why.field, openings[i].field) == 0, openings[i].name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good_frames_are_read_however_they_are_cut),
		cmocka_unit_test(test_no_strict_prefix_of_a_frame_is_done),
		cmocka_unit_test(test_bad_frames_are_refused_at_their_first_wrong_byte),
		cmocka_unit_test(test_masks_are_needed_by_the_server_and_refused_by_the_client),
		cmocka_unit_test(test_a_refused_stream_stays_refused),
		cmocka_unit_test(test_64_fragments_are_read_and_65_are_not),
		cmocka_unit_test(test_256_kib_are_read_and_a_byte_more_is_not),
		cmocka_unit_test(test_a_client_takes_answers_of_1_mib_and_not_a_byte_more),
		cmocka_unit_test(test_limits_begin_anew_with_each_message),
		cmocka_unit_test(test_what_is_written_is_read_back),
		cmocka_unit_test(test_a_close_is_cut_at_a_characters_end),
		cmocka_unit_test(test_an_empty_heap_writes_a_frame_whole_or_not_at_all),
		cmocka_unit_test(test_rfc_6455_1_3_the_accept_key),
		cmocka_unit_test(test_openings_are_good_or_name_what_is_wrong),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
