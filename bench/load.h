/*
 * load.h -- what all clients of one run share, and what they found.
 *
 * The loop, the ledger, the words to send, the figures as they grow, and the
 * clients themselves. flood.c owns it and moves it from phase to phase; the
 * clients read its phase and add to its figures. One thread.
 */
#ifndef KITH_BENCH_LOAD_H
#define KITH_BENCH_LOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/rand.h"
#include "bench/corpus.h"
#include "bench/endpoint.h"
#include "bench/histogram.h"
#include "bench/ledger.h"
#include "bench/peer.h"

enum {
	KITH_LOAD_TROUBLE_MAX = 256,
	KITH_LOAD_REST_US = 10000, /* a refused client sends again after so long */
};

struct kith_client;

struct kith_load {
	struct kith_peer_set set;
	struct kith_endpoint target;
	struct kith_ledger *ledger;
	struct kith_corpus corpus;
	struct kith_client *clients;
	uint32_t client_count;
	uint32_t window;
	uint32_t run; /* the payloads' mark                            */

	bool is_sending;
	bool is_measuring;
	int64_t wall_ahead_us; /* wall clock less steady clock                  */
	struct kith_client *resting_first, *resting_last;

	uint32_t ready_count; /* welcomed                                      */
	uint32_t ended_count; /* lost their connection                         */
	uint64_t unanswered;
	uint64_t acked_in_time; /* answers that came while measuring             */
	uint64_t refused;
	uint64_t errors;
	char trouble[KITH_LOAD_TROUBLE_MAX]; /* the first error or refusal, for people */
	struct kith_histogram delivery;      /* send to event                          */
	struct kith_histogram answer;        /* send to ok                             */

	struct kith_rand rand; /* masks and ids: quick, not secret              */
	struct kith_arena mem; /* one frame's JSON                              */
	struct kith_buf text;  /* the message being written                     */
	struct kith_buf frame;
};

/* Keeps the sentence if it is the first. */
void kith_load_remember(struct kith_load *load, const char *format, ...) KITH_PRINTF(2, 3);

/* The same, and counts an error. */
void kith_load_fail(struct kith_load *load, const char *format, ...) KITH_PRINTF(2, 3);

#endif
