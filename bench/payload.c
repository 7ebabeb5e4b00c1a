/*
 * payload.c -- "CHECK RUN SENDER SEQ TIME words": the checksum in front covers
 * every byte behind it. The header tells the story.
 */
#include "bench/payload.h"

#include "base/hash.h"
#include "base/macros.h"

enum { CHECK_DIGITS = 16 };

/* The fields behind the checksum, in hex of fixed width with a blank after each. */
enum { RUN_DIGITS = 8, SENDER_DIGITS = 4, SEQ_DIGITS = 8, TIME_DIGITS = 16 };

_Static_assert(CHECK_DIGITS + RUN_DIGITS + SENDER_DIGITS + SEQ_DIGITS + TIME_DIGITS + 5 ==
                       KITH_PAYLOAD_HEAD,
               "five fields and five blanks");

/* No secret: it only has to differ from chance. */
static const uint8_t check_key[KITH_HASH_KEY] = { 'k', 'i', 't', 'h', 'l', 'o', 'a', 'd' };

static char *put_hex(char *at, uint64_t value, unsigned digits)
{
	for (unsigned i = 0; i < digits; i++) {
		at[i] = "0123456789abcdef"[value >> (4 * (digits - 1 - i)) & 15];
	}
	at[digits] = ' ';
	return at + digits + 1;
}

static bool take_hex(struct kith_str *in, unsigned digits, uint64_t *out)
{
	uint64_t value = 0;

	if (in->len <= digits || in->at[digits] != ' ') {
		return false;
	}
	for (unsigned i = 0; i < digits; i++) {
		char c = in->at[i];
		bool is_digit = c >= '0' && c <= '9';

		if (!is_digit && (c < 'a' || c > 'f')) {
			return false;
		}
		value = value << 4 | (uint64_t)(is_digit ? c - '0' : c - 'a' + 10);
	}
	*in = kith_str_skip(*in, digits + 1);
	*out = value;
	return true;
}

void kith_payload_write(struct kith_buf *out, const struct kith_payload *payload,
                        struct kith_str body)
{
	KITH_ASSERT(payload->sender <= UINT16_MAX);

	size_t start = out->len;
	char head[KITH_PAYLOAD_HEAD];
	char *at = put_hex(head, 0, CHECK_DIGITS);

	at = put_hex(at, payload->run, RUN_DIGITS);
	at = put_hex(at, payload->sender, SENDER_DIGITS);
	at = put_hex(at, payload->seq, SEQ_DIGITS);
	put_hex(at, (uint64_t)payload->sent_us, TIME_DIGITS);
	kith_buf_add(out, kith_str_make(head, sizeof(head)));
	kith_buf_add(out, body);
	if (out->failed) {
		return;
	}
	struct kith_str covered =
		kith_str_skip(kith_str_make(out->at + start, out->len - start), CHECK_DIGITS + 1);
	put_hex(out->at + start, kith_hash(covered, check_key), CHECK_DIGITS);
}

enum kith_payload_state kith_payload_read(struct kith_str text, uint32_t run,
                                          struct kith_payload *out)
{
	uint64_t check, its_run, sender, seq, sent_us;

	if (!take_hex(&text, CHECK_DIGITS, &check) || kith_hash(text, check_key) != check ||
	    !take_hex(&text, RUN_DIGITS, &its_run) || !take_hex(&text, SENDER_DIGITS, &sender) ||
	    !take_hex(&text, SEQ_DIGITS, &seq) || !take_hex(&text, TIME_DIGITS, &sent_us)) {
		return KITH_PAYLOAD_DAMAGED;
	}
	if (its_run != run) {
		return KITH_PAYLOAD_FOREIGN;
	}
	*out = (struct kith_payload){
		.run = run,
		.sender = (uint32_t)sender,
		.seq = (uint32_t)seq,
		.sent_us = (int64_t)sent_us,
	};
	return KITH_PAYLOAD_GOOD;
}
