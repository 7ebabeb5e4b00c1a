/*
 * problem.h -- the problems that the library itself finds, and copies of others.
 *
 * A struct kith_problem borrows its texts; this keeps one for longer, makes the
 * library's own (network, timeout, …), and writes one as the JSON object of RFC
 * 9457. Decides nothing about what follows from a problem.
 */
#ifndef KITH_CLIENT_PROBLEM_H
#define KITH_CLIENT_PROBLEM_H

#include "base/buf.h"
#include "base/err.h"
#include "kith/types.h"

/* What the library says by itself, with the status 0. */
enum kith_own_problem {
	KITH_OWN_NETWORK,  /* the server cannot be reached, or the connection broke */
	KITH_OWN_TIMEOUT,  /* no answer in time                                     */
	KITH_OWN_OFFLINE,  /* the client is not started or already closed           */
	KITH_OWN_ABORTED,  /* the client was freed meanwhile                        */
	KITH_OWN_PROTOCOL, /* the server said something that makes no sense         */
	KITH_OWN_STORAGE,  /* the outbox is full or its file cannot be written      */
	KITH_OWN_COUNT,
};

enum { KITH_PROBLEM_CODE_MAX = 64 };

/* A problem with its texts; long ones are cut. Plain value, owns nothing. */
struct kith_problem_copy {
	char code[KITH_PROBLEM_CODE_MAX];
	char title[KITH_WHY_MAX];
	char detail[KITH_WHY_MAX];
	char field[KITH_WHY_FIELD_MAX];
	int status;
	int64_t retry_after_ms;
	bool is_retryable;
};

/* The library's own; DETAIL may be NULL and is borrowed. */
struct kith_problem kith_problem_own(enum kith_own_problem which, const char *detail);

/* One of the server's codes, found out here before the server could say so. */
struct kith_problem kith_problem_row(enum kith_rc rc, const char *detail);

void kith_problem_keep(struct kith_problem_copy *copy, const struct kith_problem *problem);

/* Borrows COPY. */
struct kith_problem kith_problem_of(const struct kith_problem_copy *copy);

/* Appends {"type":…,"title":…,"status":…,"code":…} and what else is set. */
void kith_problem_write(const struct kith_problem *problem, struct kith_buf *out);

#endif
