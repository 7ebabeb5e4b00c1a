/*
 * ledger.c -- two bits for each message, and the last number seen on each
 * connection. The header tells the story.
 *
 * A conversation has two members and each sees all of its numbers, the own ones
 * in answers and the partner's in events. Replies and events leave in commit
 * order, so on one connection the numbers of both together must rise.
 */
#include "bench/ledger.h"

#include "base/mem.h"

#include <string.h>

/* The number that the first of a message's two witnesses (ok, event) named. */
struct witness {
	uint32_t seq_plus_one; /* 0: nothing yet */
	int64_t n;
};

struct account {
	uint64_t *acked; /* a bit for each message                  */
	uint64_t *delivered;
	uint32_t bit_room;
	uint32_t next_seq;
	uint32_t marked_seq;  /* the first that is measured              */
	uint32_t arrived_end; /* one above the highest that was delivered */
	int64_t last_n;       /* on this client's own connection         */
	struct witness *witnesses;
};

struct kith_ledger {
	struct kith_ledger_totals totals;
	uint32_t clients;
	uint32_t witness_count; /* of each account, a power of two */
	bool is_marked;
	struct witness *witnesses;
	struct account accounts[];
};

struct kith_ledger *kith_ledger_new(uint32_t clients, uint32_t window)
{
	KITH_ASSERT(clients % 2 == 0 && clients <= KITH_LEDGER_CLIENTS_MAX);
	KITH_ASSERT(window >= 1 && window <= KITH_LEDGER_WINDOW_MAX);

	uint32_t witness_count = 4;
	struct kith_ledger *ledger =
		kith_alloc_zero(1, sizeof(*ledger) + clients * sizeof(ledger->accounts[0]));

	while (witness_count < 2 * window) {
		witness_count *= 2;
	}
	if (ledger == NULL) {
		return NULL;
	}
	ledger->clients = clients;
	ledger->witness_count = witness_count;
	ledger->witnesses =
		kith_alloc_zero((size_t)clients * witness_count, sizeof(struct witness));
	if (ledger->witnesses == NULL) {
		kith_ledger_free(&ledger);
		return NULL;
	}
	for (uint32_t i = 0; i < clients; i++) {
		ledger->accounts[i].witnesses = ledger->witnesses + (size_t)i * witness_count;
	}
	return ledger;
}

void kith_ledger_free(struct kith_ledger **ledger)
{
	if (*ledger == NULL) {
		return;
	}
	for (uint32_t i = 0; i < (*ledger)->clients; i++) {
		kith_free((*ledger)->accounts[i].acked);
		kith_free((*ledger)->accounts[i].delivered);
	}
	kith_free((*ledger)->witnesses);
	kith_free(*ledger);
	*ledger = NULL;
}

void kith_ledger_mark(struct kith_ledger *ledger)
{
	ledger->is_marked = true;
	for (uint32_t i = 0; i < ledger->clients; i++) {
		ledger->accounts[i].marked_seq = ledger->accounts[i].next_seq;
	}
}

static bool bit_is_set(const uint64_t *bits, uint32_t at)
{
	return (bits[at / 64] >> (at % 64) & 1) != 0;
}

static void bit_set(uint64_t *bits, uint32_t at)
{
	bits[at / 64] |= UINT64_C(1) << (at % 64);
}

static bool bits_grow(uint64_t **bits, uint32_t from, uint32_t to)
{
	uint64_t *grown = kith_realloc(*bits, to / 8);

	if (grown == NULL) {
		return false;
	}
	memset(grown + from / 64, 0, (to - from) / 8);
	*bits = grown;
	return true;
}

static bool account_reserve(struct account *account)
{
	uint32_t room = account->bit_room == 0 ? 1024 : account->bit_room * 2;

	if (account->next_seq < account->bit_room) {
		return true;
	}
	if (account->next_seq >= KITH_LEDGER_SEQ_MAX ||
	    !bits_grow(&account->acked, account->bit_room, room) ||
	    !bits_grow(&account->delivered, account->bit_room, room)) {
		return false;
	}
	account->bit_room = room;
	return true;
}

bool kith_ledger_send(struct kith_ledger *ledger, uint32_t sender, uint32_t *seq)
{
	struct account *account = &ledger->accounts[sender];

	if (!account_reserve(account)) {
		return false;
	}
	*seq = account->next_seq++;
	return true;
}

/* The first witness of a message is believed, the second compared. */
static void witness_number(struct kith_ledger *ledger, uint32_t sender, uint32_t seq, int64_t n)
{
	struct witness *witness =
		&ledger->accounts[sender].witnesses[seq & (ledger->witness_count - 1)];

	if (witness->seq_plus_one != seq + 1) {
		*witness = (struct witness){ .seq_plus_one = seq + 1, .n = n };
	} else if (witness->n != n) {
		ledger->totals.corrupted++;
	}
}

/* returns true when N is above all that this client has seen. */
static bool number_rises(struct account *account, int64_t n)
{
	if (n <= account->last_n) {
		return false;
	}
	account->last_n = n;
	return true;
}

void kith_ledger_ack(struct kith_ledger *ledger, uint32_t sender, uint32_t seq, int64_t n)
{
	struct account *account = &ledger->accounts[sender];

	KITH_ASSERT(seq < account->next_seq);
	KITH_ASSERT(!bit_is_set(account->acked, seq));
	bit_set(account->acked, seq);
	ledger->totals.acked += kith_ledger_is_measured(ledger, sender, seq);
	ledger->totals.pending += !bit_is_set(account->delivered, seq);
	ledger->totals.reordered += !number_rises(account, n);
	witness_number(ledger, sender, seq, n);
}

void kith_ledger_deliver(struct kith_ledger *ledger, uint32_t receiver, uint32_t sender,
                         uint32_t seq, int64_t n)
{
	if (sender >= ledger->clients || sender != (receiver ^ 1) ||
	    seq >= ledger->accounts[sender].next_seq) {
		ledger->totals.corrupted++;
		return;
	}
	struct account *account = &ledger->accounts[sender];

	if (bit_is_set(account->delivered, seq)) {
		ledger->totals.duplicated++;
		return;
	}
	bool rises = number_rises(&ledger->accounts[receiver], n);
	bool is_late = seq < account->arrived_end;

	bit_set(account->delivered, seq);
	account->arrived_end = is_late ? account->arrived_end : seq + 1;
	ledger->totals.delivered += kith_ledger_is_measured(ledger, sender, seq);
	ledger->totals.pending -= bit_is_set(account->acked, seq);
	ledger->totals.reordered += !rises || is_late;
	witness_number(ledger, sender, seq, n);
}

void kith_ledger_corrupt(struct kith_ledger *ledger)
{
	ledger->totals.corrupted++;
}

bool kith_ledger_is_measured(const struct kith_ledger *ledger, uint32_t sender, uint32_t seq)
{
	return ledger->is_marked && seq >= ledger->accounts[sender].marked_seq;
}

const struct kith_ledger_totals *kith_ledger_totals(const struct kith_ledger *ledger)
{
	return &ledger->totals;
}
