/*
 * fuzz_ws.c -- whatever the bytes, frames are the same however they are cut.
 *
 * The first byte says which side reads and how many bytes come at a time; the
 * rest is the stream. Its frames, its end and its close code must be those of
 * the stream in one piece; what was accepted reads the same after it was
 * written again.
 */
#include "fuzz.h"
#include "wire/ws.h"

/* All payloads in a row, with op, final bit, close code and length before each. */
struct seen {
	struct kith_buf frames;
	enum kith_parse parse;
	size_t taken;
	int bad_close;
};

static void note(struct seen *seen, const struct kith_ws_frame *frame)
{
	kith_buf_add_format(&seen->frames, "%d,%d,%d,%zu:", (int)frame->op, frame->is_final,
	                    frame->close_code, frame->payload.len);
	kith_buf_add(&seen->frames, frame->payload);
}

/* Reads a copy of STREAM, STEP bytes at a time. */
static struct seen read_stream(bool is_server, struct kith_str stream, size_t step)
{
	struct seen seen = { .parse = KITH_PARSE_MORE };
	struct kith_buf copy = { 0 };
	struct kith_ws ws;
	kith_ws_init(&ws, is_server);
	kith_buf_add(&copy, stream);
	kith_buf_add_char(&copy, '\0'); /* so that an empty stream has an address too */
	size_t there = 0;
	do {
		there = stream.len - there < step ? stream.len : there + step;
		struct kith_str in = kith_str_make(copy.at + seen.taken, there - seen.taken);
		struct kith_ws_frame frame;
		while ((seen.parse = kith_ws_read(&ws, &in, &frame)) == KITH_PARSE_DONE) {
			KITH_ASSERT(frame.op != KITH_WS_BINARY);
			KITH_ASSERT(frame.payload.len <= KITH_WS_ANSWER_MAX);
			note(&seen, &frame);
		}
		seen.taken = there - in.len;
	} while (seen.parse == KITH_PARSE_MORE && there < stream.len);
	seen.bad_close = ws.bad_close;
	KITH_ASSERT((seen.parse == KITH_PARSE_BAD) == (seen.bad_close != 0));
	kith_buf_done(&copy);
	return seen;
}

/* Writes TEXT as one frame and reads it back. */
static void check_rewritten(bool is_server, struct kith_str text)
{
	struct kith_rand rand;
	kith_rand_init_fixed(&rand, text.len + 1);
	struct kith_buf buf = { 0 };
	kith_ws_write(&buf, KITH_WS_TEXT, text, is_server ? &rand : NULL);
	struct kith_ws ws;
	struct kith_ws_frame frame;
	kith_ws_init(&ws, is_server);
	struct kith_str in = kith_buf_str(&buf);
	enum kith_parse parse = kith_ws_read(&ws, &in, &frame);
	KITH_ASSERT(kith_utf8_is_valid(text) ? parse == KITH_PARSE_DONE : ws.bad_close == 1007);
	KITH_ASSERT(parse != KITH_PARSE_DONE || kith_str_equal(frame.payload, text));
	kith_buf_reset(&buf);
	if (kith_utf8_is_valid(text)) {
		kith_ws_write_close(&buf, KITH_WS_CLOSE_TOKEN, text, is_server ? &rand : NULL);
		in = kith_buf_str(&buf);
		KITH_ASSERT(kith_ws_read(&ws, &in, &frame) == KITH_PARSE_DONE);
		KITH_ASSERT(frame.close_code == KITH_WS_CLOSE_TOKEN && in.len == 0);
	}
	kith_buf_done(&buf);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0) {
		return 0;
	}
	bool is_server = (data[0] & 1) != 0;
	struct kith_str stream = kith_str_make(data + 1, size - 1);
	struct seen whole = read_stream(is_server, stream, size);
	struct seen cut = read_stream(is_server, stream, (size_t)(data[0] >> 1) + 1);
	KITH_ASSERT(whole.parse == cut.parse && whole.taken == cut.taken);
	KITH_ASSERT(whole.bad_close == cut.bad_close);
	KITH_ASSERT(kith_str_equal(kith_buf_str(&whole.frames), kith_buf_str(&cut.frames)));
	kith_buf_done(&whole.frames);
	kith_buf_done(&cut.frames);
	check_rewritten(is_server, stream);
	return 0;
}
