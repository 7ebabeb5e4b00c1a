/*
 * http_body.c -- where does a body end, and which bytes of it are content?
 *
 * A length is counted down; chunks are read by a small machine whose states are
 * what may come next. Content is handed out where it lies, framing is checked
 * byte by byte and dropped. Decides nothing about content and keeps none.
 */
#include "wire/http.h"

#include "wire/http_chars.h"

enum state {
	STATE_LENGTH,     /* left bytes of content, then the end          */
	STATE_SIZE_FIRST, /* the first digit of a chunk's size            */
	STATE_SIZE,       /* more digits, an extension or the line's end  */
	STATE_EXTENSION,
	STATE_SIZE_LF,
	STATE_CHUNK, /* left bytes of content                        */
	STATE_CHUNK_CR,
	STATE_CHUNK_LF,
	STATE_TRAILER, /* a trailer line, or the empty one that ends   */
	STATE_NAME,
	STATE_VALUE,
	STATE_VALUE_LF,
	STATE_LAST_LF,
	STATE_DONE,
	STATE_BAD,
};

void kith_http_body_start(struct kith_http_body_reader *body, const struct kith_http_head *head,
                          int64_t size_max)
{
	static const enum state first[] = {
		[KITH_HTTP_BODY_NONE] = STATE_DONE,
		[KITH_HTTP_BODY_LENGTH] = STATE_LENGTH,
		[KITH_HTTP_BODY_CHUNKED] = STATE_SIZE_FIRST,
	};
	*body = (struct kith_http_body_reader){
		.left = head->body == KITH_HTTP_BODY_LENGTH ? head->content_length : 0,
		.size_max = size_max,
		.state = (int)first[head->body],
	};
}

static enum kith_rc refuse(struct kith_http_body_reader *body, enum kith_rc rc,
                           struct kith_why *why, const char *sentence)
{
	body->state = STATE_BAD;
	return kith_refuse(why, rc, NULL, "%s", sentence);
}

/* Gives up to LEFT bytes of content and goes on to NEXT behind them. */
static void take_content(struct kith_http_body_reader *body, struct kith_str *in,
                         struct kith_str *piece, enum state next)
{
	size_t len = (uint64_t)body->left < in->len ? (size_t)body->left : in->len;
	*piece = kith_str_make(in->at, len);
	*in = kith_str_skip(*in, len);
	body->left -= (int64_t)len;
	body->taken += (int64_t)len;
	if (body->left == 0) {
		body->state = (int)next;
	}
}

/* One more digit; false when the content would pass its limit. */
static bool add_digit(struct kith_http_body_reader *body, int digit)
{
	int64_t room = body->size_max - body->taken;
	if (body->left > room / 16 || body->left * 16 + digit > room) {
		return false;
	}
	body->left = body->left * 16 + digit;
	return true;
}

/* What may come in each state: one byte, or any of a class (byte 0). The digits of
 * a size are not here, they come first. */
static const struct rule {
	enum state from;
	char byte;
	unsigned class;
	enum state next;
} rules[] = {
	{ STATE_SIZE, '\r', 0, STATE_SIZE_LF },
	{ STATE_SIZE, ';', 0, STATE_EXTENSION },
	{ STATE_EXTENSION, '\r', 0, STATE_SIZE_LF },
	{ STATE_EXTENSION, 0, KITH_HTTP_IN_VALUE, STATE_EXTENSION },
	{ STATE_SIZE_LF, '\n', 0, STATE_CHUNK }, /* after a size of 0: STATE_TRAILER */
	{ STATE_CHUNK_CR, '\r', 0, STATE_CHUNK_LF },
	{ STATE_CHUNK_LF, '\n', 0, STATE_SIZE_FIRST },

	{ STATE_TRAILER, '\r', 0, STATE_LAST_LF },
	{ STATE_TRAILER, 0, KITH_HTTP_IN_TOKEN, STATE_NAME },
	{ STATE_NAME, ':', 0, STATE_VALUE },
	{ STATE_NAME, 0, KITH_HTTP_IN_TOKEN, STATE_NAME },
	{ STATE_VALUE, '\r', 0, STATE_VALUE_LF },
	{ STATE_VALUE, 0, KITH_HTTP_IN_VALUE, STATE_VALUE },
	{ STATE_VALUE_LF, '\n', 0, STATE_TRAILER },
	{ STATE_LAST_LF, '\n', 0, STATE_DONE },
};

static enum state step(enum state state, char byte)
{
	for (size_t i = 0; i < KITH_COUNT(rules); i++) {
		const struct rule *rule = &rules[i];
		bool fits = rule->class == 0 ? byte == rule->byte : kith_http_is(byte, rule->class);
		if (rule->from == state && fits) {
			return rule->next;
		}
	}
	return STATE_BAD;
}

/* Framing is counted, so that it cannot go on for ever: the chunk's line, or all trailers. */
static bool is_too_long(struct kith_http_body_reader *body, enum state next)
{
	if (next >= STATE_TRAILER) {
		return ++body->line > KITH_HTTP_TRAILER_MAX;
	}
	return ++body->line > KITH_HTTP_CHUNK_LINE_MAX;
}

/* Reads one byte of framing. */
static enum kith_rc take_framing(struct kith_http_body_reader *body, char byte,
                                 struct kith_why *why)
{
	enum state state = (enum state)body->state;
	enum state next;
	int digit = kith_http_hex(byte);
	if (digit >= 0 && (state == STATE_SIZE_FIRST || state == STATE_SIZE)) {
		if (!add_digit(body, digit)) {
			return refuse(body, KITH_E_TOO_LARGE, why, "the body is too large");
		}
		next = STATE_SIZE;
	} else {
		next = step(state, byte);
	}
	if (next == STATE_BAD) {
		return refuse(body, KITH_E_INVALID_REQUEST, why, "the body is not well chunked");
	}
	if (is_too_long(body, next)) {
		return refuse(body, KITH_E_TOO_LARGE, why,
		              "a chunk's line or the trailers are too long");
	}
	if (next == STATE_CHUNK) {
		next = body->left == 0 ? STATE_TRAILER : STATE_CHUNK;
		body->line = 0;
	}
	if (next == STATE_SIZE_FIRST) {
		body->line = 0;
	}
	body->state = (int)next;
	return KITH_OK;
}

static enum kith_rc take_chunked(struct kith_http_body_reader *body, struct kith_str *in,
                                 struct kith_str *piece, struct kith_why *why)
{
	while (in->len > 0 && body->state != STATE_DONE) {
		if (body->state == STATE_CHUNK) {
			take_content(body, in, piece, STATE_CHUNK_CR);
			return KITH_OK;
		}
		enum kith_rc rc = take_framing(body, in->at[0], why);
		if (rc != KITH_OK) {
			return rc;
		}
		*in = kith_str_skip(*in, 1);
	}
	return KITH_OK;
}

enum kith_parse kith_http_body_read(struct kith_http_body_reader *body, struct kith_str *in,
                                    struct kith_str *piece, enum kith_rc *rc, struct kith_why *why)
{
	struct kith_str got = kith_str_make(in->at, 0);
	struct kith_str rest = *in;
	enum kith_rc result = KITH_OK;
	if (body->state == STATE_BAD) {
		result = kith_refuse(why, KITH_E_INVALID_REQUEST, NULL,
		                     "the body was refused before");
	} else if (body->state == STATE_LENGTH && body->left > body->size_max - body->taken) {
		result = refuse(body, KITH_E_TOO_LARGE, why, "the body is too large");
	} else if (body->state == STATE_LENGTH) {
		take_content(body, &rest, &got, STATE_DONE);
	} else {
		result = take_chunked(body, &rest, &got, why);
	}
	if (result != KITH_OK) {
		*rc = result;
		return KITH_PARSE_BAD;
	}
	*in = rest;
	*piece = got;
	return body->state == STATE_DONE ? KITH_PARSE_DONE : KITH_PARSE_MORE;
}
