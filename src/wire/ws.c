/*
 * ws.c -- where does a frame end, may it stand here, and how is one written?
 *
 * Everything a header's bytes can already prove wrong is refused with those
 * bytes, in their order, so that the same stream is refused for the same reason
 * however it is cut. Text is checked when its frame is whole. No buffer of its
 * own: a frame is unmasked where it lies.
 */
#include "wire/ws.h"

enum {
	FINAL_BIT = 0x80,
	RESERVED_BITS = 0x70,
	OP_BITS = 0x0f,
	MASK_BIT = 0x80,
	LENGTH_BITS = 0x7f,
	LENGTH_16 = 126, /* the length follows in 2 bytes */
	LENGTH_64 = 127, /* in 8                          */
	MASK_BYTES = 4,
	CODE_BYTES = 2, /* of a close frame */
};

struct header {
	enum kith_ws_op op;
	bool is_final;
	size_t size; /* bytes of the header itself */
	uint64_t len;
};

void kith_ws_init(struct kith_ws *ws, bool is_server)
{
	*ws = (struct kith_ws){ .is_server = is_server };
}

static bool is_control(enum kith_ws_op op)
{
	return op >= KITH_WS_CLOSE;
}

static enum kith_parse refuse(struct kith_ws *ws, int code)
{
	ws->bad_close = code;
	return KITH_PARSE_BAD;
}

/* What the first byte proves: 0, or the close code. */
static int judge_op(const struct kith_ws *ws, uint8_t byte)
{
	unsigned op = byte & OP_BITS;
	bool is_known = op <= KITH_WS_BINARY || (op >= KITH_WS_CLOSE && op <= KITH_WS_PONG);
	if (ws->is_closed || (byte & RESERVED_BITS) != 0 || !is_known) {
		return KITH_WS_CLOSE_PROTOCOL;
	}
	if (op >= KITH_WS_CLOSE) {
		return (byte & FINAL_BIT) != 0 ? 0 : KITH_WS_CLOSE_PROTOCOL;
	}
	if ((op == KITH_WS_CONTINUE) != ws->in_message) {
		return KITH_WS_CLOSE_PROTOCOL;
	}
	if (op == KITH_WS_BINARY) {
		return KITH_WS_CLOSE_TYPE;
	}
	return ws->fragments < KITH_WS_FRAGMENTS_MAX ? 0 : KITH_WS_CLOSE_BAD_FRAME;
}

/* What the second byte proves. */
static int judge_mask(const struct kith_ws *ws, enum kith_ws_op op, uint8_t byte)
{
	bool is_masked = (byte & MASK_BIT) != 0;
	bool is_long = (byte & LENGTH_BITS) > KITH_WS_CONTROL_MAX;
	if (is_masked != ws->is_server || (is_control(op) && is_long)) {
		return KITH_WS_CLOSE_PROTOCOL;
	}
	return 0;
}

/*
 * What the bytes of the length prove that are there: of those that are missing
 * all values are thought possible, so LOW..HIGH is what the length may still be.
 */
static int judge_length(const struct kith_ws *ws, enum kith_ws_op op, uint64_t low, uint64_t high,
                        uint64_t least)
{
	if (low >> 63 != 0 || high < least) {
		return KITH_WS_CLOSE_PROTOCOL;
	}
	uint64_t max = ws->is_server ? KITH_WS_MESSAGE_MAX : KITH_WS_ANSWER_MAX;
	if (!is_control(op) && low > max - ws->message_size) {
		return KITH_WS_CLOSE_SIZE;
	}
	return 0;
}

/* The length of a frame whose header begins IN (two bytes at least), and where it ends. */
static enum kith_parse read_length(struct kith_ws *ws, struct kith_str in, struct header *header)
{
	uint8_t small = (uint8_t)in.at[1] & LENGTH_BITS;
	size_t extra = small == LENGTH_64 ? 8 : small == LENGTH_16 ? 2 : 0;
	uint64_t least = small == LENGTH_64 ? 0x10000 : small == LENGTH_16 ? LENGTH_16 : 0;
	size_t there = in.len - 2 < extra ? in.len - 2 : extra;
	uint64_t low = extra == 0 ? small : 0;
	uint64_t high = low;
	for (size_t i = 0; i < extra; i++) {
		bool is_there = i < there;
		low = low << 8 | (is_there ? (uint8_t)in.at[2 + i] : 0);
		high = high << 8 | (is_there ? (uint8_t)in.at[2 + i] : 0xff);
	}
	int bad = judge_length(ws, header->op, low, high, least);
	if (bad != 0) {
		return refuse(ws, bad);
	}
	header->len = low;
	header->size = 2 + extra + (ws->is_server ? MASK_BYTES : 0);
	return in.len < header->size ? KITH_PARSE_MORE : KITH_PARSE_DONE;
}

static enum kith_parse read_header(struct kith_ws *ws, struct kith_str in, struct header *header)
{
	if (in.len == 0) {
		return KITH_PARSE_MORE;
	}
	uint8_t first = (uint8_t)in.at[0];
	int bad = judge_op(ws, first);
	if (bad != 0) {
		return refuse(ws, bad);
	}
	header->op = (enum kith_ws_op)(first & OP_BITS);
	header->is_final = (first & FINAL_BIT) != 0;
	if (in.len == 1) {
		return KITH_PARSE_MORE;
	}
	bad = judge_mask(ws, header->op, (uint8_t)in.at[1]);
	if (bad != 0) {
		return refuse(ws, bad);
	}
	return read_length(ws, in, header);
}

/* Masks or unmasks, which is the same, eight bytes at a time. */
static void apply_mask(char *at, size_t len, const uint8_t mask[MASK_BYTES])
{
	uint8_t twice[8];
	memcpy(twice, mask, MASK_BYTES);
	memcpy(twice + MASK_BYTES, mask, MASK_BYTES);
	uint64_t wide;
	memcpy(&wide, twice, sizeof(wide));

	size_t done = 0;
	for (; len - done >= sizeof(wide); done += sizeof(wide)) {
		uint64_t word;
		memcpy(&word, at + done, sizeof(word));
		word ^= wide;
		memcpy(at + done, &word, sizeof(word));
	}
	for (; done < len; done++) {
		at[done] = (char)((uint8_t)at[done] ^ mask[done % MASK_BYTES]);
	}
}

/* RFC 6455 7.4 and the registry it began: what may stand in a close frame. */
static bool may_be_sent(int code)
{
	return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
	       (code >= 3000 && code <= 4999);
}

/* Takes the code from a close frame's payload and leaves the reason. Its close code or 0. */
static int read_close(struct kith_ws_frame *frame)
{
	struct kith_str payload = frame->payload;
	if (payload.len == 0) {
		return 0;
	}
	if (payload.len < CODE_BYTES) {
		return KITH_WS_CLOSE_PROTOCOL;
	}
	int code = (uint8_t)payload.at[0] << 8 | (uint8_t)payload.at[1];
	if (!may_be_sent(code)) {
		return KITH_WS_CLOSE_PROTOCOL;
	}
	frame->close_code = code;
	frame->payload = kith_str_skip(payload, CODE_BYTES);
	return kith_utf8_is_valid(frame->payload) ? 0 : KITH_WS_CLOSE_UTF8;
}

/* A frame of a message is whole: counts it and checks its text. Its close code or 0. */
static int note_data(struct kith_ws *ws, const struct kith_ws_frame *frame)
{
	bool is_text = kith_utf8_feed(&ws->utf8, frame->payload) &&
	               (!frame->is_final || kith_utf8_is_whole(&ws->utf8));
	if (!is_text) {
		return KITH_WS_CLOSE_UTF8;
	}
	ws->in_message = !frame->is_final;
	if (frame->is_final) {
		ws->fragments = 0;
		ws->message_size = 0;
		ws->utf8 = (struct kith_utf8){ 0 };
	} else {
		ws->fragments++;
		ws->message_size += frame->payload.len;
	}
	return 0;
}

enum kith_parse kith_ws_read(struct kith_ws *ws, struct kith_str *in, struct kith_ws_frame *out)
{
	if (ws->bad_close != 0) {
		return KITH_PARSE_BAD;
	}
	struct header header;
	enum kith_parse parse = read_header(ws, *in, &header);
	if (parse != KITH_PARSE_DONE) {
		return parse;
	}
	if (in->len - header.size < header.len) {
		return KITH_PARSE_MORE;
	}
	size_t len = (size_t)header.len;
	char *payload = (char *)in->at + header.size; /* writable, says the contract */
	if (ws->is_server) {
		apply_mask(payload, len, (const uint8_t *)payload - MASK_BYTES);
	}
	struct kith_ws_frame frame = {
		.op = header.op,
		.is_final = header.is_final,
		.payload = kith_str_make(payload, len),
		.close_code = KITH_WS_CLOSE_NONE,
	};
	int bad = frame.op == KITH_WS_CLOSE ? read_close(&frame)
	          : is_control(frame.op)    ? 0
	                                    : note_data(ws, &frame);
	if (bad != 0) {
		return refuse(ws, bad);
	}
	ws->is_closed = frame.op == KITH_WS_CLOSE;
	*in = kith_str_skip(*in, header.size + len);
	*out = frame;
	return KITH_PARSE_DONE;
}

size_t kith_ws_write_header(uint8_t out[KITH_WS_HEADER_MAX], enum kith_ws_op op, uint64_t len,
                            const uint8_t *mask)
{
	KITH_ASSERT(!is_control(op) || len <= KITH_WS_CONTROL_MAX);
	size_t extra = len < LENGTH_16 ? 0 : len <= UINT16_MAX ? 2 : 8;
	uint8_t small = extra == 0 ? (uint8_t)len : extra == 2 ? LENGTH_16 : LENGTH_64;
	out[0] = (uint8_t)(FINAL_BIT | (unsigned)op);
	out[1] = (uint8_t)(small | (mask == NULL ? 0 : MASK_BIT));
	for (size_t i = 0; i < extra; i++) {
		out[2 + i] = (uint8_t)(len >> (8 * (extra - 1 - i)));
	}
	if (mask == NULL) {
		return 2 + extra;
	}
	memcpy(out + 2 + extra, mask, MASK_BYTES);
	return 2 + extra + MASK_BYTES;
}

struct kith_str kith_ws_payload(struct kith_str frame)
{
	KITH_ASSERT(frame.len >= 2);
	uint8_t small = (uint8_t)frame.at[1];
	size_t size = small == LENGTH_64 ? 10 : small == LENGTH_16 ? 4 : 2;
	KITH_ASSERT((small & MASK_BIT) == 0 && frame.len >= size);
	return kith_str_skip(frame, size);
}

void kith_ws_write(struct kith_buf *buf, enum kith_ws_op op, struct kith_str payload,
                   struct kith_rand *rand)
{
	uint8_t mask[MASK_BYTES];
	if (rand != NULL) {
		kith_rand_bytes(rand, mask, sizeof(mask));
	}
	uint8_t header[KITH_WS_HEADER_MAX];
	size_t size = kith_ws_write_header(header, op, payload.len, rand == NULL ? NULL : mask);
	if (buf->failed || !kith_buf_reserve(buf, size + payload.len)) {
		buf->failed = true; /* whole or not at all */
		return;
	}
	kith_buf_add(buf, kith_str_make(header, size));
	kith_buf_add(buf, payload);
	if (rand != NULL) {
		apply_mask(buf->at + buf->len - payload.len, payload.len, mask);
	}
}

void kith_ws_write_close(struct kith_buf *buf, int code, struct kith_str reason,
                         struct kith_rand *rand)
{
	if (code == KITH_WS_CLOSE_NONE) {
		kith_ws_write(buf, KITH_WS_CLOSE, (struct kith_str){ 0 }, rand);
		return;
	}
	KITH_ASSERT(may_be_sent(code));
	char payload[KITH_WS_CONTROL_MAX] = { (char)(code >> 8), (char)(code & 0xff) };
	struct kith_str fits = kith_utf8_prefix(reason, sizeof(payload) - CODE_BYTES);
	if (fits.len > 0) {
		memcpy(payload + CODE_BYTES, fits.at, fits.len);
	}
	kith_ws_write(buf, KITH_WS_CLOSE, kith_str_make(payload, CODE_BYTES + fits.len), rand);
}
