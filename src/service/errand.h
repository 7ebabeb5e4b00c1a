/*
 * errand.h -- a trip to the store that may wait for a disk.
 *
 * A worker never reads a file: it sends an errand, whose go() runs on a
 * reader's thread with that thread's snapshot, and whose back() then runs on the
 * worker again. Who runs errands is handed to the service (server/readers.c; a
 * test runs them at once), so that the service knows no threads.
 */
#ifndef KITH_SERVICE_ERRAND_H
#define KITH_SERVICE_ERRAND_H

#include <stdbool.h>

struct kith_reader;

/* Embedded in whoever waits for it; owned by the runner from send to back. */
struct kith_errand {
	void (*go)(struct kith_errand *errand, struct kith_reader *reader);
	void (*back)(struct kith_errand *errand);
	bool is_stranger; /* sent for nobody who is signed in: has a share of its own */
};

/* Whoever runs errands for one worker. */
struct kith_errands {
	/* returns false when too many wait: then neither go nor back will come. */
	bool (*send)(struct kith_errands *errands, struct kith_errand *errand);
};

#endif
