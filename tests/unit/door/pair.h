/*
 * pair.h -- what the tests of the socket door share: a desk with two connections,
 * Alice's and Bob's, and their conversation.
 */
#ifndef KITH_TESTS_DOOR_PAIR_H
#define KITH_TESTS_DOOR_PAIR_H

#include "unit/rig/desk.h"

#include <stdio.h>

static struct desk desk;
static struct peer alice;
static struct peer bob;
static char direct[RIG_ID_TEXT];

static inline int setup(void **state)
{
	struct rig_line line;
	(void)state;

	desk_init(&desk);
	rig_line_open(&desk.rig, &line, "k1", "alice");
	rig_direct(&line, "bob", direct);
	rig_line_close(&line);
	peer_open(&desk, &alice);
	peer_open(&desk, &bob);
	return 0;
}

static inline int teardown(void **state)
{
	(void)state;
	desk_done(&desk);
	return 0;
}

static inline void reopen(struct peer *peer)
{
	peer_end(peer);
	peer_open(&desk, peer);
}

static inline const char *token(const char *user)
{
	return desk_token(&desk, "k1", user, 3600);
}

#endif
