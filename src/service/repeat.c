/*
 * repeat.c -- the guard in front of every send.
 */
#include "service/repeat.h"

#include "service/acts.h"

enum kith_rc kith_repeat_decide(struct kith_call *call, const struct kith_entry *stored)
{
	bool is_same =
		stored->sender_row == call->session->user_row && stored->print == call->entry.print;

	call->why = (struct kith_why){ 0 };
	return is_same ? KITH_OK : KITH_E_CONFLICT;
}

/* Whoever has hidden what their message answers does not see it in a repeat either. */
static enum kith_rc quote_again(struct kith_call *call, struct kith_reader *reader,
                                struct kith_entry *stored)
{
	struct kith_entry quoted;

	if (stored->extra == NULL || !stored->extra->has_quote) {
		return KITH_OK;
	}
	const struct kith_quote *quote = &stored->extra->quote;
	enum kith_rc rc = kith_reader_message(reader, &quote->message, call->session->user_row,
	                                      &call->mem, &quoted);
	if (rc != KITH_E_NOT_FOUND) {
		return rc;
	}
	struct kith_extra *extra = kith_act_extra(&call->mem, stored);
	if (extra == NULL) {
		return KITH_E_NO_MEMORY;
	}
	extra->quote = (struct kith_quote){ .message = quote->message,
		                            .n = quote->n,
		                            .is_resolved = true,
		                            .is_unavailable = true };
	stored->extra = extra;
	return KITH_OK;
}

enum kith_rc kith_repeat_load(struct kith_call *call, struct kith_reader *reader)
{
	struct kith_entry stored;
	enum kith_rc rc = kith_reader_message(reader, &call->entry.message, 0, &call->mem, &stored);
	if (rc != KITH_OK) {
		return rc;
	}
	rc = kith_repeat_decide(call, &stored);
	if (rc == KITH_OK && stored.content.kind >= KITH_KIND_ACTS) {
		/* What an act did is seen in its message, as it is now. */
		rc = kith_reader_message(reader, &call->subject.message, call->session->user_row,
		                         &call->mem, &stored);
	} else if (rc == KITH_OK) {
		rc = quote_again(call, reader, &stored);
	}
	if (rc == KITH_OK) {
		call->result = (struct kith_result){ .kind = KITH_RESULT_MESSAGE,
			                             .is_repeat = true,
			                             .message = stored };
	}
	return rc;
}
