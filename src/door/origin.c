/*
 * origin.c -- own host or on the list.
 */
#include "door/origin.h"

static bool is_listed(struct kith_str origin, struct kith_str allowed)
{
	while (allowed.len > 0) {
		struct kith_str word = allowed;
		if (!kith_str_cut(allowed, ' ', &word, &allowed)) {
			allowed.len = 0;
		}
		if (word.len > 0 && kith_str_equal_nocase(word, origin)) {
			return true;
		}
	}
	return false;
}

bool kith_origin_may(const struct kith_http_head *head, struct kith_str allowed,
                     struct kith_str *foreign)
{
	struct kith_str origin = kith_http_header(head, "origin");
	struct kith_str host = kith_http_header(head, "host");
	struct kith_str scheme;
	struct kith_str rest;

	*foreign = (struct kith_str){ 0 };
	if (origin.at == NULL) {
		return true;
	}
	if (is_listed(origin, allowed)) {
		*foreign = origin;
		return true;
	}
	if (!kith_str_cut(origin, ':', &scheme, &rest) || !kith_str_starts(rest, KITH_STR("//"))) {
		return false;
	}
	bool is_web = kith_str_is(scheme, "http") || kith_str_is(scheme, "https");
	return is_web && kith_str_equal_nocase(kith_str_skip(rest, 2), host);
}
