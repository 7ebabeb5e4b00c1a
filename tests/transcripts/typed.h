/*
 * typed.h -- a transcript's call as a call of libkith's own C functions.
 *
 * Fills the struct of a call's arguments from their JSON, and holds the struct of
 * its answer against the JSON behind it. What does not fit a struct (an argument that
 * the contract does not know, or one of another type) goes by kith_client_call().
 */
#ifndef KITH_TESTS_TRANSCRIPTS_TYPED_H
#define KITH_TESTS_TRANSCRIPTS_TYPED_H

#include <kith/client.h>

#include "transcripts/json.h"

/* One call on its way: who hears of its answer. */
struct typed_asked {
	struct kith_arena *mem;
	/*
	 * The answer has come. returns  the JSON behind it as a tree; NULL when it cannot be read
	 */
	const struct json *(*note)(struct typed_asked *asked, const struct kith_problem *problem,
	                           bool is_repeated, bool is_known_repeated);
	/* The struct says something else than the JSON. */
	void (*spoil)(struct typed_asked *asked);
};

/*
 * Makes the call NAME with ARGS by its function, when they fit its struct.
 * returns  false: they do not; else what the function returned is in STATUS
 */
bool typed_call(struct kith_client *client, struct kith_str name, const struct json *args,
                struct typed_asked *asked, int *status);

/* The name of EVENT on the wire, and whether it has the data that belongs to it, and no other. */
const char *typed_event(const struct kith_api_event *event, bool *has_data);

#endif
