/*
 * unread_off.c -- a planted fault: of the unread messages that are gone, one is counted.
 *
 * Replaces kith_head_unread() of store/sqlite_head.c in kithd_unread_off: how a member
 * stands is told with one unread message too many when a deleted or hidden one is
 * among those not yet read (against R-032). The property test has to find it. Linked
 * into nothing else.
 */
#include "store/sqlite_head.h"

int64_t __wrap_kith_head_unread(const struct kith_head *head,
                                const struct kith_head_member *member);

int64_t __wrap_kith_head_unread(const struct kith_head *head, const struct kith_head_member *member)
{
	return head->m - member->seen_m - member->gone + (member->gone > 0 ? 1 : 0);
}
