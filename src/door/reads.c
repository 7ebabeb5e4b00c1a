/*
 * reads.c -- a line of calls.
 */
#include "door/reads.h"

#include "service/service.h"

void kith_reads_add(struct kith_reads *reads, struct kith_call *call)
{
	call->next = NULL;
	if (reads->last == NULL) {
		reads->first = call;
	} else {
		reads->last->next = call;
	}
	reads->last = call;
}

bool kith_reads_may_go(const struct kith_reads *reads)
{
	return reads->first != NULL && !reads->is_running;
}

struct kith_call *kith_reads_go(struct kith_reads *reads)
{
	struct kith_call *call = reads->first;

	KITH_ASSERT(kith_reads_may_go(reads));
	reads->first = call->next;
	if (reads->first == NULL) {
		reads->last = NULL;
	}
	call->next = NULL;
	reads->is_running = true;
	return call;
}

void kith_reads_ended(struct kith_reads *reads)
{
	KITH_ASSERT(reads->is_running);
	reads->is_running = false;
}

void kith_reads_done(struct kith_reads *reads)
{
	while (reads->first != NULL) {
		struct kith_call *call = reads->first;
		reads->first = call->next;
		call->next = NULL;
		kith_call_free(&call);
	}
	reads->last = NULL;
}
