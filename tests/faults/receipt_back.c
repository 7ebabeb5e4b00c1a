/*
 * receipt_back.c -- a planted fault: watermarks go where they are asked to go.
 *
 * Replaces kith_seen_move() of domain/conversation.c in kithd_receipt_back, so that a
 * late receipt moves a watermark back (against R-053). The property test has to find
 * it. Linked into nothing else.
 */
#include "domain/conversation.h"

int64_t __wrap_kith_seen_move(int64_t seen, int64_t up_to, int64_t head);

int64_t __wrap_kith_seen_move(int64_t seen, int64_t up_to, int64_t head)
{
	(void)seen;
	return up_to < head ? up_to : head;
}
