/*
 * flood.h -- how much can it carry, and does it keep its promises meanwhile?
 *
 * One run: everybody connects, the load warms up, is measured, and drains; then
 * the figures are printed. Owns everything of a run and reads the clocks.
 */
#ifndef KITH_BENCH_FLOOD_H
#define KITH_BENCH_FLOOD_H

#include <stdbool.h>

#include "bench/options.h"

enum {
	KITH_FLOOD_CONNECTING_MAX = 128, /* handshakes under way at once                */
	KITH_FLOOD_CONNECT_MS = 60000,   /* for everybody to be welcomed                */
	KITH_FLOOD_SETTLE_MS = 100,      /* in the end, for what nobody expects         */
};

/* The program's exit code: 0, 1 a promise broken or an error, 3 it could not start. *STOP ends it early. */
int kith_flood_run(const struct kith_options *options, const volatile bool *stop);

#endif
