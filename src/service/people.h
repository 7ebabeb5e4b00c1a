/*
 * people.h -- one page of a list of people.
 *
 * Private to service/. Lists are short enough to be sorted as a whole for their
 * reader; a page is cut out of that.
 */
#ifndef KITH_SERVICE_PEOPLE_H
#define KITH_SERVICE_PEOPLE_H

#include "service/call.h"

struct kith_people_page {
	const size_t *order; /* indices of users, sorted                     */
	size_t count;
	struct kith_str next; /* the cursor to go on from; empty at the end   */
};

/*
 * Sorts USERS (with room for one more) for the caller's language and cuts out the
 * call->limit of them behind CURSOR.
 * returns  KITH_OK; KITH_E_INVALID_REQUEST: nobody is known by CURSOR; what a reader says
 */
KITH_MUST_USE enum kith_rc kith_people_page(struct kith_call *call, struct kith_reader *reader,
                                            struct kith_user *users, size_t count,
                                            const struct kith_arg *cursor,
                                            struct kith_people_page *out);

#endif
