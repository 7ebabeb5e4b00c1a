/*
 * whisperer.h -- a way to say what passes, and is stored nowhere.
 *
 * Typing reaches the other members' devices or is lost. Who carries it is
 * handed to the service, like its errands: server/live.c carries it to all workers,
 * so that the service knows none of them.
 */
#ifndef KITH_SERVICE_WHISPERER_H
#define KITH_SERVICE_WHISPERER_H

#include "domain/typing.h"

struct kith_whisperer {
	/* TYPING is borrowed until it returns. */
	void (*typing)(struct kith_whisperer *whisperer, const struct kith_typing *typing);
};

#endif
