/*
 * repeat.c -- the guard in front of every send.
 */
#include "service/repeat.h"

enum kith_rc kith_repeat_decide(struct kith_call *call, const struct kith_entry *stored)
{
	bool is_same =
		stored->sender_row == call->session->user_row && stored->print == call->entry.print;

	call->why = (struct kith_why){ 0 };
	return is_same ? KITH_OK : KITH_E_CONFLICT;
}

enum kith_rc kith_repeat_load(struct kith_call *call, struct kith_reader *reader)
{
	struct kith_entry stored;
	enum kith_rc rc = kith_reader_message(reader, &call->entry.message, &call->mem, &stored);
	if (rc != KITH_OK) {
		return rc;
	}
	rc = kith_repeat_decide(call, &stored);
	if (rc == KITH_OK) {
		call->result = (struct kith_result){ .kind = KITH_RESULT_MESSAGE,
			                             .is_repeat = true,
			                             .message = stored };
	}
	return rc;
}
