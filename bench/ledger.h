/*
 * ledger.h -- was every message delivered once, in order, under one number?
 *
 * Keeps what each sender sent, what was acknowledged and what arrived at its
 * partner, and counts every broken promise as it shows. Clients are paired: 0
 * with 1, 2 with 3 and so on. Knows no sockets and no clock; the clients tell
 * it what they see.
 */
#ifndef KITH_BENCH_LEDGER_H
#define KITH_BENCH_LEDGER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/macros.h"

enum {
	KITH_LEDGER_CLIENTS_MAX = 15000,
	KITH_LEDGER_WINDOW_MAX = 64,
	KITH_LEDGER_SEQ_MAX = 1 << 28, /* messages of one sender in one run */
};

/* All are of the whole run, but for the first two. */
struct kith_ledger_totals {
	uint64_t acked;      /* messages sent after the mark and acknowledged       */
	uint64_t delivered;  /* messages sent after the mark and delivered          */
	uint64_t pending;    /* acknowledged, not delivered: at the end they are lost */
	uint64_t duplicated; /* deliveries of a message that had come already       */
	uint64_t reordered;  /* n did not rise on a connection, or a sender's order broke */
	uint64_t corrupted;  /* never sent, wrong sender, or n differs between ok and event */
};

struct kith_ledger;

/* CLIENTS is even. returns NULL without memory. */
struct kith_ledger *kith_ledger_new(uint32_t clients, uint32_t window);
void kith_ledger_free(struct kith_ledger **ledger);

/* From here on messages count in acked and delivered, and is_measured. */
void kith_ledger_mark(struct kith_ledger *ledger);

/*
 * The number of SENDER's next message.
 * returns  false, out untouched, without memory or after KITH_LEDGER_SEQ_MAX messages
 */
KITH_MUST_USE bool kith_ledger_send(struct kith_ledger *ledger, uint32_t sender, uint32_t *seq);

/* SENDER, whose message SEQ is sent and unanswered, hears that it has number N. */
void kith_ledger_ack(struct kith_ledger *ledger, uint32_t sender, uint32_t seq, int64_t n);

/* RECEIVER gets an event: message SEQ of SENDER (any value may come), number N. */
void kith_ledger_deliver(struct kith_ledger *ledger, uint32_t receiver, uint32_t sender,
                         uint32_t seq, int64_t n);

/* Something arrived that is no message of this run as it was sent. */
void kith_ledger_corrupt(struct kith_ledger *ledger);

/* Was message SEQ of SENDER sent after the mark? */
bool kith_ledger_is_measured(const struct kith_ledger *ledger, uint32_t sender, uint32_t seq);

const struct kith_ledger_totals *kith_ledger_totals(const struct kith_ledger *ledger);

#endif
