/*
 * rig.h -- a whole engine on one thread: store, service, errands and a clock.
 *
 * What tests of service and doors begin with. The store is real, in a directory
 * of its own; its answers wait in a line until the test's thread, which plays the
 * worker, takes them. Errands run at once, or wait until the test lets them go
 * and come back, in any order; plans can be held back as well. Time stands still
 * unless the test moves it.
 */
#ifndef KITH_TESTS_RIG_RIG_H
#define KITH_TESTS_RIG_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <pthread.h>

#include "service/service.h"

enum {
	RIG_DIR_MAX = 512,
	RIG_ERRANDS_MAX = 4096, /* that are held at one time   */
	RIG_PLANS_MAX = 8192,   /* that wait at one time       */
	RIG_ORG = 1,            /* the row of `default`        */
	RIG_ID_TEXT = 37,
};

#define RIG_START_US INT64_C(1800000000000000)
#define RIG_SECRET "0123456789abcdef0123456789abcdef"

struct rig_errand {
	struct kith_errand *errand;
	bool is_gone; /* go() has run, back() has not */
};

struct rig {
	char dir[RIG_DIR_MAX];
	struct kith_store *store;
	struct kith_reader *reader;
	struct kith_cursor_keys cursor_keys;
	struct kith_errands errands;
	struct kith_service *service;
	struct kith_presence *presence; /* nobody, until a test says so                */
	struct kith_whisperer whisperer;
	struct kith_typing typing; /* what was said last; its texts are the call's */
	size_t typing_count;
	struct kith_rand rand; /* the same numbers in every run */
	int64_t now_us;
	uint64_t done_count; /* calls that were answered      */

	bool holds_errands;
	bool refuses_errands;
	struct rig_errand held[RIG_ERRANDS_MAX];
	size_t held_count;

	bool holds_plans;
	bool refuses_plans;
	bool (*spoils)(struct rig *rig); /* asked for each plan: shall it rest on something old? */
	struct kith_plan *plans[RIG_PLANS_MAX]; /* held back: a line */
	size_t plan_first;
	size_t plan_count;
	size_t on_way; /* plans that the store has, or has answered */

	/* Filled by the store's writer. */
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct kith_plan *answered[RIG_PLANS_MAX]; /* a line */
	size_t answered_first;
	size_t answered_count;

	/* Called around kith_service_answered() for a plan of the service's. */
	void (*before_answer)(struct rig *rig, struct kith_plan *plan);
	void (*after_answer)(struct rig *rig);
	void *context;
};

/* A fresh store with the keys k1 (of `default`) and op (the deployment's). */
void rig_init(struct rig *rig);
/* All must have come back. Expects a sound log, closes, removes. */
void rig_done(struct rig *rig);

/* A new service on the same store: nothing is remembered. No call may be on its way. */
void rig_restart(struct rig *rig);

/* Adds an organization, or somebody to one; the row. */
int64_t rig_org(struct rig *rig, const char *id);
int64_t rig_user(struct rig *rig, const char *id, int64_t org_row);
/* Has USER, who is there, join another organization too. */
void rig_join(struct rig *rig, int64_t user_row, int64_t org_row);

/* A key of an organization (0: the deployment's) under RIG_SECRET. */
void rig_key(struct rig *rig, const char *kid, int64_t org_row);

/* The session of a token for USER under KID that lives an hour; the caller's. */
struct kith_session *rig_session(struct rig *rig, const char *kid, const char *user);

/* A message id of the present, as text with a NUL. */
void rig_id(struct rig *rig, char out[RIG_ID_TEXT]);
void rig_id_at(struct rig *rig, int64_t time_us, char out[RIG_ID_TEXT]);

/* --- errands and plans on their way --- */

/* The held errand at AT goes to the store; comes back (gone before or not). */
void rig_errand_go(struct rig *rig, size_t at);
void rig_errand_back(struct rig *rig, size_t at);

/* The oldest held plan goes to the store. */
void rig_plan_submit(struct rig *rig);
/* Waits for the store's next answer and brings it to the service. */
void rig_plan_answer(struct rig *rig);

/* Lets everything finish that is on its way. */
void rig_settle(struct rig *rig);

/* What the audit finds; its text is printed when it is not 0. */
int64_t rig_violations(struct rig *rig);

/* --- calls --- */

/* One connection of somebody's: a lane and a session. */
struct rig_line {
	struct rig *rig;
	struct kith_lane *lane;
	struct kith_session *session;
	uint64_t connection;
};

void rig_line_open(struct rig *rig, struct rig_line *line, const char *kid, const char *user);
void rig_line_close(struct rig_line *line);

/* One call: rc and result are call's when is_done. */
struct rig_ask {
	struct rig *rig;
	struct kith_call *call; /* the test's again when is_done */
	bool is_done;
	uint64_t order; /* of all answers: 1, 2, 3 … */
};

/*
 * Makes the call NAME with ARGS, JSON in which ' stands for ", in printf form.
 * ASK must stay where it is until it is done.
 */
void rig_start(struct rig_line *line, struct rig_ask *ask, const char *name, const char *args, ...)
	KITH_PRINTF(4, 5);

/* The same, and lets everything finish; what it came to. */
enum kith_rc rig_call(struct rig_line *line, struct rig_ask *ask, const char *name,
                      const char *args, ...) KITH_PRINTF(4, 5);

void rig_ask_free(struct rig_ask *ask);

/* For refusals: calls, frees, what it came to. */
enum kith_rc rig_try(struct rig_line *line, const char *name, const char *args, ...)
	KITH_PRINTF(3, 4);

/* Opens the direct conversation of LINE's person and USER; its id as text. */
void rig_direct(struct rig_line *line, const char *user, char out[RIG_ID_TEXT]);

void rig_uuid_text(const struct kith_uuid *id, char out[RIG_ID_TEXT]);

#endif
