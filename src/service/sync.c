/*
 * sync.c -- what happened to me since: the call by which every client converges.
 *
 * Events are nudges and may be lost; the log is the truth. From a cursor
 * this answers, in the order of commits, the messages of my conversations and my
 * own watermarks. A cursor from another life of the store (it was restored from
 * a backup) is told to load anew.
 */
#include "service/steps.h"

static enum kith_rc check_sync(struct kith_call *call)
{
	const struct kith_arg *since = &call->args[KITH_SYNC_SINCE];

	call->limit = (size_t)kith_step_integer(&call->args[KITH_SYNC_LIMIT], KITH_PAGE_DEFAULT);
	call->position = -1;
	if (since->is_present && !kith_cursor_read_since(call->service->options.cursor_keys,
	                                                 since->text, &call->position)) {
		return kith_refuse(&call->why, KITH_E_INVALID_REQUEST, "since", "It is no cursor.");
	}
	return KITH_OK;
}

static enum kith_rc load_sync(struct kith_call *call, struct kith_reader *reader)
{
	struct kith_result *result = &call->result;
	enum kith_rc rc = KITH_E_NOT_FOUND;

	*result = (struct kith_result){ .kind = KITH_RESULT_SYNC };
	if (call->position >= 0) {
		rc = kith_reader_since(reader, call->session->user_row, call->session->org.row,
		                       call->position, call->limit, &call->mem,
		                       &result->sync.since);
	}
	if (rc != KITH_E_NOT_FOUND) {
		return rc;
	}
	/* No cursor: here is one to begin with. A cursor of another life: load anew. */
	result->sync.must_reload = call->position >= 0;
	return kith_reader_position(reader, &result->sync.since.position);
}

const struct kith_verb kith_verb_sync = { .check = check_sync, .load = load_sync };
