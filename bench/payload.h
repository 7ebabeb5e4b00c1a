/*
 * payload.h -- which message is this, and is it whole?
 *
 * Every text that the load sends names its run, its sender, its place among
 * that sender's messages and when it was sent, under a checksum over all of it
 * and the words behind. Writes and reads that text; judges nothing else.
 */
#ifndef KITH_BENCH_PAYLOAD_H
#define KITH_BENCH_PAYLOAD_H

#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

enum {
	KITH_PAYLOAD_HEAD = 57,       /* bytes before the words           */
	KITH_PAYLOAD_MAX = 16 * 1024, /* bytes of a whole text            */
};

struct kith_payload {
	uint32_t run;    /* another number in each run             */
	uint32_t sender; /* index of the client, below 65,536      */
	uint32_t seq;    /* 0, 1, 2 … among this sender's messages */
	int64_t sent_us; /* steady clock of the sender             */
};

enum kith_payload_state {
	KITH_PAYLOAD_GOOD,
	KITH_PAYLOAD_FOREIGN, /* whole, but of another run */
	KITH_PAYLOAD_DAMAGED,
};

/* Appends the text: the head in hex, then BODY. */
void kith_payload_write(struct kith_buf *out, const struct kith_payload *payload,
                        struct kith_str body);

/* Reads TEXT, which should be of run RUN. OUT is set when the answer is GOOD. */
enum kith_payload_state kith_payload_read(struct kith_str text, uint32_t run,
                                          struct kith_payload *out);

#endif
