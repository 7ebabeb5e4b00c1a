/*
 * route.c -- templates against paths, a segment at a time.
 */
#include "door/route.h"

/* Takes the next segment of a path that begins with '/'. false at its end. */
static bool next_segment(struct kith_str *path, struct kith_str *segment)
{
	if (path->len == 0) {
		return false;
	}
	struct kith_str rest = kith_str_skip(*path, 1);
	ptrdiff_t slash = kith_str_find(rest, '/');
	size_t len = slash < 0 ? rest.len : (size_t)slash;
	*segment = kith_str_make(rest.at, len);
	*path = kith_str_skip(rest, len);
	return true;
}

static bool is_hole(struct kith_str segment)
{
	return segment.len > 2 && segment.at[0] == '{';
}

static bool matches(const char *template, struct kith_str path)
{
	struct kith_str wanted_rest = kith_str_of(template);
	struct kith_str wanted;
	struct kith_str segment;

	while (next_segment(&wanted_rest, &wanted)) {
		if (!next_segment(&path, &segment) || segment.len == 0 ||
		    (!is_hole(wanted) && !kith_str_equal(wanted, segment))) {
			return false;
		}
	}
	return path.len == 0;
}

/* A template without a hole at a place beats one with: /direct before /{conversation}. */
static bool is_plainer(const char *a, const char *b)
{
	struct kith_str x_rest = kith_str_of(a);
	struct kith_str y_rest = kith_str_of(b);
	struct kith_str x;
	struct kith_str y;

	while (next_segment(&x_rest, &x) && next_segment(&y_rest, &y)) {
		if (is_hole(x) != is_hole(y)) {
			return is_hole(y);
		}
	}
	return false;
}

enum kith_rc kith_route_find(struct kith_str method, struct kith_str path,
                             const struct kith_call_row **out)
{
	const struct kith_call_row *found = NULL;
	bool has_path = false;

	for (size_t i = 0; i < KITH_CALL_COUNT; i++) {
		const struct kith_call_row *row = &kith_calls[i];
		if (!matches(row->path, path)) {
			continue;
		}
		has_path = true;
		if (kith_str_is(method, row->method) &&
		    (found == NULL || is_plainer(row->path, found->path))) {
			found = row;
		}
	}
	if (found == NULL) {
		return has_path ? KITH_E_METHOD_NOT_ALLOWED : KITH_E_NOT_FOUND;
	}
	*out = found;
	return KITH_OK;
}

/* The decoded text of one encoded segment. */
static enum kith_rc decode_segment(struct kith_str segment, struct kith_arena *mem,
                                   struct kith_str *out, struct kith_why *why)
{
	struct kith_str whole = kith_str_make(segment.at - 1, segment.len + 1);
	struct kith_str decoded;
	enum kith_rc rc = kith_http_path_decode(whole, mem, &decoded, why);
	if (rc == KITH_OK) {
		*out = kith_str_skip(decoded, 1);
	}
	return rc;
}

static enum kith_rc args_from_path(const struct kith_call_row *row, struct kith_str path,
                                   struct kith_arena *mem, struct kith_arg *args,
                                   struct kith_why *why)
{
	struct kith_str template = kith_str_of(row->path);
	struct kith_str wanted;
	struct kith_str segment;
	enum kith_rc rc = KITH_OK;

	while (rc == KITH_OK && next_segment(&template, &wanted) && next_segment(&path, &segment)) {
		if (!is_hole(wanted)) {
			continue;
		}
		struct kith_str text;
		rc = decode_segment(segment, mem, &text, why);
		if (rc == KITH_OK) {
			rc = kith_args_from_text(row->args, row->arg_count, KITH_ARG_IN_PATH,
			                         kith_str_make(wanted.at + 1, wanted.len - 2), text,
			                         mem, args, why);
		}
	}
	return rc;
}

enum kith_rc kith_route_args(const struct kith_call_row *row, struct kith_str path,
                             struct kith_str query, struct kith_arena *mem, struct kith_arg *args,
                             struct kith_why *why)
{
	enum kith_rc rc = args_from_path(row, path, mem, args, why);
	struct kith_str name;
	struct kith_str value;

	while (rc == KITH_OK) {
		enum kith_parse parsed = kith_http_query_next(&query, mem, &name, &value, &rc, why);
		if (parsed == KITH_PARSE_MORE) {
			return KITH_OK;
		}
		if (parsed == KITH_PARSE_DONE) {
			rc = kith_args_from_text(row->args, row->arg_count, KITH_ARG_IN_QUERY, name,
			                         value, mem, args, why);
		}
	}
	return rc;
}

const struct kith_call_row *kith_route_call(struct kith_str name)
{
	for (size_t i = 0; i < KITH_CALL_COUNT; i++) {
		if (kith_str_is(name, kith_calls[i].name)) {
			return &kith_calls[i];
		}
	}
	return NULL;
}
