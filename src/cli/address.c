/*
 * address.c -- by its form alone.
 */
#include "cli/address.h"

#include "base/uuid.h"

bool kith_address_is_conversation(struct kith_str text)
{
	struct kith_str head = text, rest = text;
	struct kith_uuid id;

	(void)kith_str_cut(text, '@', &head, &rest);
	return kith_uuid_parse(head, &id) &&
	       (head.len == text.len || kith_str_starts(rest, KITH_STR("mix.")));
}
