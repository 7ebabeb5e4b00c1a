/*
 * said.c -- members of a frame's object.
 */
#include "door/said.h"

bool kith_said_text(struct kith_said *said, const char *key, struct kith_str *out)
{
	const struct kith_json_node *node = kith_json_get(&said->json, said->json.root, key);

	return node != NULL && node->kind == KITH_JSON_STRING &&
	       kith_json_text(&said->json, node, &said->call->mem, out) == KITH_OK;
}

int64_t kith_said_number(const struct kith_said *said, const char *key)
{
	const struct kith_json_node *node = kith_json_get(&said->json, said->json.root, key);

	if (node == NULL) {
		return -1;
	}
	return node->kind == KITH_JSON_INTEGER && node->integer >= 0 ? node->integer : -2;
}

enum kith_rc kith_said_args(struct kith_said *said)
{
	struct kith_call *call = said->call;
	const struct kith_call_row *row = call->row;
	const struct kith_json_node *args = kith_json_get(&said->json, said->json.root, "args");
	enum kith_rc rc = KITH_OK;

	if (args != NULL) {
		rc = kith_args_from_json(row->args, row->arg_count,
		                         1U << KITH_ARG_IN_PATH | 1U << KITH_ARG_IN_QUERY |
		                                 1U << KITH_ARG_IN_BODY,
		                         &said->json, args, &call->mem, call->args, &call->why);
	}
	return rc != KITH_OK ? rc
	                     : kith_args_check(row->args, row->arg_count, call->args, &call->why);
}
