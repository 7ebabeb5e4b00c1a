/*
 * town.h -- what the tests of calls share: some people, in two organizations, and a
 * conversation of two of them.
 */
#ifndef KITH_TESTS_SERVICE_TOWN_H
#define KITH_TESTS_SERVICE_TOWN_H

#include "unit/rig/rig.h"

/* Alice, Bob and Carol in `default`, Dora in `acme` alone, Erin in both, Oper the operator. */
struct town {
	struct rig rig;
	int64_t acme;
	struct rig_line alice, bob, carol, dora, oper;
	char direct[RIG_ID_TEXT]; /* Alice's and Bob's */
};

static struct town town;

static inline void open_town(void)
{
	struct rig *rig = &town.rig;

	rig_init(rig);
	town.acme = rig_org(rig, "acme");
	rig_key(rig, "k2", town.acme);
	rig_user(rig, "alice", RIG_ORG);
	rig_user(rig, "bob", RIG_ORG);
	rig_user(rig, "carol", RIG_ORG);
	rig_user(rig, "dora", town.acme);
	rig_join(rig, rig_user(rig, "erin", RIG_ORG), town.acme);
	rig_user(rig, "oper", 0);
	rig_line_open(rig, &town.alice, "k1", "alice");
	rig_line_open(rig, &town.bob, "k1", "bob");
	rig_line_open(rig, &town.carol, "k1", "carol");
	rig_line_open(rig, &town.dora, "k2", "dora");
	rig_line_open(rig, &town.oper, "op", "oper");
	rig_direct(&town.alice, "bob", town.direct);
}

static inline void close_town(void)
{
	rig_line_close(&town.alice);
	rig_line_close(&town.bob);
	rig_line_close(&town.carol);
	rig_line_close(&town.dora);
	rig_line_close(&town.oper);
	rig_done(&town.rig);
}

static inline int setup(void **state)
{
	(void)state;
	open_town();
	return 0;
}

static inline int teardown(void **state)
{
	(void)state;
	close_town();
	return 0;
}

/* Sends TEXT from LINE into the direct conversation; its id. */
static inline void say(struct rig_line *line, const char *text, char id[RIG_ID_TEXT])
{
	rig_id(line->rig, id);
	assert_int_equal(rig_try(line, "messages.send",
	                         "{'conversation':'%s','id':'%s','text':'%s'}", town.direct, id,
	                         text),
	                 KITH_OK);
}

#endif
