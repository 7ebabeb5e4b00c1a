/*
 * edit_deleted.c -- a planted fault: what was deleted for everyone can be edited.
 *
 * In kithd_edit_deleted an edit sees every message as if it were there still, in the
 * service and at the commit (against R-050). The property test has to find it.
 * Linked into nothing else.
 */
#include "service/steps.h"
#include "store/sqlite_act.h"

enum kith_rc __real_kith_step_load_subject(struct kith_call *call, struct kith_reader *reader,
                                           const struct kith_uuid *id);
enum kith_rc __wrap_kith_step_load_subject(struct kith_call *call, struct kith_reader *reader,
                                           const struct kith_uuid *id);
enum kith_rc __real_kith_act_check(struct kith_apply *apply, const struct kith_plan *plan,
                                   size_t at);
enum kith_rc __wrap_kith_act_check(struct kith_apply *apply, const struct kith_plan *plan,
                                   size_t at);

enum kith_rc __wrap_kith_step_load_subject(struct kith_call *call, struct kith_reader *reader,
                                           const struct kith_uuid *id)
{
	enum kith_rc rc = __real_kith_step_load_subject(call, reader, id);

	if (rc != KITH_OK || call->row->id != KITH_CALL_MESSAGES_EDIT ||
	    call->subject.extra == NULL) {
		return rc;
	}
	struct kith_extra *extra = kith_arena_alloc(&call->mem, sizeof(*extra));
	if (extra == NULL) {
		return KITH_E_NO_MEMORY;
	}
	*extra = *call->subject.extra;
	extra->retracted_us = 0;
	call->subject.extra = extra;
	return KITH_OK;
}

enum kith_rc __wrap_kith_act_check(struct kith_apply *apply, const struct kith_plan *plan,
                                   size_t at)
{
	return plan->entries[at].content.kind == KITH_KIND_EDIT
	               ? KITH_OK
	               : __real_kith_act_check(apply, plan, at);
}
