/*
 * witness.h -- what becomes of calls: counted, timed, and logged where it matters.
 *
 * A door says what it has answered and what it has refused; here that becomes
 * figures and, for slow calls and what looks like an attack, lines of the log,
 * which are bounded. No line holds a text of anybody's or a token. Runs on the
 * worker whose door speaks; decides nothing that a caller could notice.
 */
#ifndef KITH_SERVER_WITNESS_H
#define KITH_SERVER_WITNESS_H

#include "door/door.h"
#include "server/figures.h"

/* One for all workers, who only read it. */
struct kith_witness {
	struct kith_figures figures;
	enum kith_door_metrics metrics_for;
	int64_t slow_call_us; /* a call that takes this long is logged; 0: none */
};

/* HOST's doors are watched from now on. WITNESS outlives it. */
void kith_witness_doors(struct kith_witness *witness, struct kith_door_host *host);

/* The address that DOOR's connection comes from, as text with a NUL; of a Unix socket "". */
enum { KITH_WITNESS_PEER_TEXT = 46 };
void kith_witness_peer(const struct kith_door *door, char out[KITH_WITNESS_PEER_TEXT]);

/* The id of who is signed in at DOOR, as text with a NUL; "" for nobody. */
void kith_witness_user(const struct kith_door *door, char out[KITH_USER_ID_MAX + 1]);

#endif
