/*
 * json_write.c -- JSON into a buffer, commas included.
 */
#include "base/json.h"

#include "base/json_scan.h"

void kith_json_write_to(struct kith_json_writer *w, struct kith_buf *buf)
{
	*w = (struct kith_json_writer){ .buf = buf };
}

/* What comes before each element and each key. */
static void begin(struct kith_json_writer *w)
{
	if (w->needs_comma) {
		kith_buf_add_char(w->buf, ',');
	}
	w->needs_comma = true;
}

static void open_container(struct kith_json_writer *w, char bracket)
{
	KITH_ASSERT(w->depth < KITH_JSON_DEPTH_MAX);
	begin(w);
	kith_buf_add_char(w->buf, bracket);
	w->needs_comma = false;
	w->depth++;
}

static void close_container(struct kith_json_writer *w, char bracket)
{
	KITH_ASSERT(w->depth > 0);
	kith_buf_add_char(w->buf, bracket);
	w->needs_comma = true;
	w->depth--;
}

void kith_json_open_object(struct kith_json_writer *w)
{
	open_container(w, '{');
}

void kith_json_close_object(struct kith_json_writer *w)
{
	close_container(w, '}');
}

void kith_json_open_array(struct kith_json_writer *w)
{
	open_container(w, '[');
}

void kith_json_close_array(struct kith_json_writer *w)
{
	close_container(w, ']');
}

void kith_json_key(struct kith_json_writer *w, const char *key)
{
	KITH_ASSERT(w->depth > 0);
	begin(w);
	kith_buf_add_char(w->buf, '"');
	kith_buf_add_text(w->buf, key);
	kith_buf_add(w->buf, KITH_STR("\":"));
	w->needs_comma = false;
}

/* Quote, backslash, controls and delete; 0xe2 may begin U+2028 or U+2029. */
static bool is_clean(uint8_t byte)
{
	return byte >= 0x20 && byte != '"' && byte != '\\' && byte != 0x7f && byte != 0xe2;
}

/* How many bytes from the front of TEXT go out as they are. */
static size_t clean_length(struct kith_str text)
{
	size_t at = 0;
	for (; text.len - at >= 8; at += 8) {
		uint64_t word = kith_scan_load(text.at + at);
		uint64_t hits = kith_scan_less(word, 0x20) | kith_scan_equal(word, '"') |
		                kith_scan_equal(word, '\\') | kith_scan_equal(word, 0x7f) |
		                kith_scan_equal(word, 0xe2);
		if (hits != 0) {
			return at + kith_scan_first(hits);
		}
	}
	while (at < text.len && is_clean((uint8_t)text.at[at])) {
		at++;
	}
	return at;
}

/* The short escapes; the other controls get \u00xx. */
static const char short_escapes[] = {
	['"'] = '"',  ['\\'] = '\\', ['\b'] = 'b', ['\f'] = 'f',
	['\n'] = 'n', ['\r'] = 'r',  ['\t'] = 't',
};

static void add_escape(struct kith_buf *buf, uint8_t byte)
{
	static const char digits[] = "0123456789abcdef";
	if (byte < sizeof(short_escapes) && short_escapes[byte] != '\0') {
		char escape[] = { '\\', short_escapes[byte] };
		kith_buf_add(buf, kith_str_make(escape, sizeof(escape)));
		return;
	}
	char escape[] = { '\\', 'u', '0', '0', digits[byte >> 4], digits[byte & 15] };
	kith_buf_add(buf, kith_str_make(escape, sizeof(escape)));
}

/* Writes what stopped clean_length(); returns how many bytes of TEXT that was. */
static size_t add_unclean(struct kith_buf *buf, struct kith_str text)
{
	if ((uint8_t)text.at[0] != 0xe2) {
		add_escape(buf, (uint8_t)text.at[0]);
		return 1;
	}
	/* Legal JSON, but line ends to older JavaScript. */
	if (kith_str_starts(text, KITH_STR("\xe2\x80\xa8"))) {
		kith_buf_add(buf, KITH_STR("\\u2028"));
		return 3;
	}
	if (kith_str_starts(text, KITH_STR("\xe2\x80\xa9"))) {
		kith_buf_add(buf, KITH_STR("\\u2029"));
		return 3;
	}
	kith_buf_add_char(buf, text.at[0]);
	return 1;
}

void kith_json_string(struct kith_json_writer *w, struct kith_str text)
{
	begin(w);
	kith_buf_add_char(w->buf, '"');
	while (text.len > 0) {
		size_t clean = clean_length(text);
		kith_buf_add(w->buf, kith_str_make(text.at, clean));
		text = kith_str_skip(text, clean);
		if (text.len > 0) {
			text = kith_str_skip(text, add_unclean(w->buf, text));
		}
	}
	kith_buf_add_char(w->buf, '"');
}

void kith_json_integer(struct kith_json_writer *w, int64_t value)
{
	begin(w);
	kith_buf_add_int(w->buf, value);
}

void kith_json_bool(struct kith_json_writer *w, bool value)
{
	begin(w);
	kith_buf_add_text(w->buf, value ? "true" : "false");
}

void kith_json_null(struct kith_json_writer *w)
{
	begin(w);
	kith_buf_add(w->buf, KITH_STR("null"));
}

void kith_json_put_raw(struct kith_json_writer *w, struct kith_str json)
{
	begin(w);
	kith_buf_add(w->buf, json);
}

void kith_json_pair_string(struct kith_json_writer *w, const char *key, struct kith_str text)
{
	kith_json_key(w, key);
	kith_json_string(w, text);
}

void kith_json_pair_integer(struct kith_json_writer *w, const char *key, int64_t value)
{
	kith_json_key(w, key);
	kith_json_integer(w, value);
}

void kith_json_pair_bool(struct kith_json_writer *w, const char *key, bool value)
{
	kith_json_key(w, key);
	kith_json_bool(w, value);
}
