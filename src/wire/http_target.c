/*
 * http_target.c -- what does the path say, and what the query?
 *
 * Percent-escapes are undone exactly once, here; whatever could then mean a
 * second thing to somebody (an encoded slash, a dot segment, a NUL) is refused.
 * Finds no route: that is the call table's.
 */
#include "base/utf8.h"
#include "wire/http.h"
#include "wire/http_chars.h"

enum form {
	FORM_PATH,
	FORM_QUERY, /* '+' is a blank, and %2F is nothing special */
};

/* The byte behind the '%' that TEXT begins with; -1 when no two digits follow. */
static int escaped_byte(struct kith_str text)
{
	int high = text.len < 3 ? -1 : kith_http_hex(text.at[1]);
	int low = high < 0 ? -1 : kith_http_hex(text.at[2]);
	return low < 0 ? -1 : high * 16 + low;
}

static enum kith_rc refuse(struct kith_why *why, const char *sentence)
{
	return kith_refuse(why, KITH_E_INVALID_REQUEST, NULL, "%s", sentence);
}

static enum kith_rc unescape(enum form form, struct kith_str text, struct kith_arena *mem,
                             struct kith_str *out, struct kith_why *why)
{
	char *decoded = kith_arena_alloc(mem, text.len);
	if (decoded == NULL) {
		return KITH_E_NO_MEMORY;
	}
	size_t len = 0;
	while (text.len > 0) {
		int byte = (uint8_t)text.at[0];
		size_t eaten = 1;
		if (byte == '%') {
			byte = escaped_byte(text);
			eaten = 3;
			if (byte < 0) {
				return refuse(why,
				              "a '%' must be followed by two hexadecimal digits");
			}
			if (byte == 0 || (byte == '/' && form == FORM_PATH)) {
				return refuse(why, "%00 and, in a path, %2F are not allowed");
			}
		} else if (byte == '+' && form == FORM_QUERY) {
			byte = ' ';
		}
		decoded[len++] = (char)byte;
		text = kith_str_skip(text, eaten);
	}
	struct kith_str result = kith_str_make(decoded, len);
	if (memchr(decoded, '\0', len) != NULL || !kith_utf8_is_valid(result)) {
		return refuse(why, "the address is not UTF-8 text");
	}
	*out = result;
	return KITH_OK;
}

static bool is_dots(struct kith_str segment)
{
	return kith_str_is(segment, ".") || kith_str_is(segment, "..");
}

/* PATH begins with '/'. Only its last segment may be empty. */
static bool has_good_segments(struct kith_str path)
{
	struct kith_str rest = kith_str_skip(path, 1);
	struct kith_str segment;
	while (kith_str_cut(rest, '/', &segment, &rest)) {
		if (segment.len == 0 || is_dots(segment)) {
			return false;
		}
	}
	return !is_dots(rest);
}

static bool is_plain(struct kith_str path)
{
	for (size_t i = 0; i < path.len; i++) {
		uint8_t byte = (uint8_t)path.at[i];
		if (byte < 0x20 || byte == 0x7f || byte == '\\') {
			return false;
		}
	}
	return true;
}

enum kith_rc kith_http_path_decode(struct kith_str path, struct kith_arena *mem,
                                   struct kith_str *out, struct kith_why *why)
{
	if (path.len == 0 || path.at[0] != '/') {
		return refuse(why, "a path begins with '/'");
	}
	struct kith_str decoded = { 0 };
	enum kith_rc rc = unescape(FORM_PATH, path, mem, &decoded, why);
	if (rc != KITH_OK) {
		return rc;
	}
	if (!is_plain(decoded)) {
		return refuse(why, "a path holds no control character and no '\\'");
	}
	if (!has_good_segments(decoded)) {
		return refuse(why, "a path holds no empty segment, no '.' and no '..'");
	}
	*out = decoded;
	return KITH_OK;
}

enum kith_parse kith_http_query_next(struct kith_str *rest, struct kith_arena *mem,
                                     struct kith_str *name, struct kith_str *value,
                                     enum kith_rc *rc, struct kith_why *why)
{
	if (rest->len == 0) {
		return KITH_PARSE_MORE;
	}
	struct kith_str pair = *rest;
	struct kith_str after = kith_str_skip(*rest, rest->len);
	(void)kith_str_cut(*rest, '&', &pair, &after);
	struct kith_str raw_name = pair;
	struct kith_str raw_value = kith_str_skip(pair, pair.len);
	(void)kith_str_cut(pair, '=', &raw_name, &raw_value);

	struct kith_str got_name = { 0 };
	struct kith_str got_value = { 0 };
	enum kith_rc result = raw_name.len > 0
	                              ? unescape(FORM_QUERY, raw_name, mem, &got_name, why)
	                              : refuse(why, "a query is name=value, joined by '&'");
	if (result == KITH_OK) {
		result = unescape(FORM_QUERY, raw_value, mem, &got_value, why);
	}
	if (result != KITH_OK) {
		*rc = result;
		return KITH_PARSE_BAD;
	}
	*name = got_name;
	*value = got_value;
	*rest = after;
	return KITH_PARSE_DONE;
}
