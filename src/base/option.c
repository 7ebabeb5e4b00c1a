/*
 * option.c -- lines and variables to fields, by way of the rows.
 *
 * One table says how each type is read and what to say when that fails; files
 * and the environment meet in set_value().
 */
#include "base/option.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "base/when.h"

/* --- values --- */

static bool is_within(const struct kith_option *row, int64_t value)
{
	return value >= row->min && value <= row->max;
}

static void store_int(const struct kith_option *row, void *config, int64_t value)
{
	memcpy((char *)config + row->offset, &value, sizeof(value));
}

static bool set_text(const struct kith_option *row, struct kith_str value, void *config)
{
	memcpy((char *)config + row->offset, &value, sizeof(value));
	return true;
}

static bool set_integer(const struct kith_option *row, struct kith_str value, void *config)
{
	int64_t number;
	if (!kith_str_to_int(value, &number) || !is_within(row, number)) {
		return false;
	}
	store_int(row, config, number);
	return true;
}

static bool set_bool(const struct kith_option *row, struct kith_str value, void *config)
{
	bool is_true = kith_str_is(value, "true");
	if (!is_true && !kith_str_is(value, "false")) {
		return false;
	}
	memcpy((char *)config + row->offset, &is_true, sizeof(is_true));
	return true;
}

static bool set_span(const struct kith_option *row, struct kith_str value, void *config)
{
	int64_t span_us;
	if (!kith_when_parse_span(value, &span_us) || !is_within(row, span_us)) {
		return false;
	}
	store_int(row, config, span_us);
	return true;
}

/* How far the last letter of a size shifts its number. */
static unsigned shift_of(char letter)
{
	static const char letters[] = "kmg";
	const char *hit = letter == '\0' ? NULL : strchr(letters, letter);
	return hit == NULL ? 0 : (unsigned)(hit - letters + 1) * 10;
}

static bool set_size(const struct kith_option *row, struct kith_str value, void *config)
{
	unsigned shift = value.len == 0 ? 0 : shift_of(value.at[value.len - 1]);
	int64_t number;
	if (shift > 0) {
		value.len--;
	}
	if (!kith_str_to_int(value, &number) || number < 0 || number > INT64_MAX >> shift) {
		return false;
	}
	if (!is_within(row, number << shift)) {
		return false;
	}
	store_int(row, config, number << shift);
	return true;
}

/* A time as rates have it: "s", "m", "h" alone is one of them. */
static bool read_rate_span(struct kith_str text, int64_t *span_us)
{
	char one[] = "1?";

	if (text.len == 1) {
		one[1] = text.at[0];
		text = kith_str_make(one, 2);
	}
	return kith_when_parse_span(text, span_us) && *span_us >= KITH_SECOND_US &&
	       *span_us <= KITH_DAY_US;
}

/* Takes "COUNT/SPAN" and, when it is there, " burst N" apart. */
static bool read_rate(struct kith_str value, struct kith_option_rate *rate)
{
	struct kith_str count;
	struct kith_str span;
	struct kith_str burst = { 0 };

	if (!kith_str_cut(value, '/', &count, &span) || !kith_str_to_int(count, &rate->count)) {
		return false;
	}
	(void)kith_str_cut(span, ' ', &span, &burst);
	rate->burst = rate->count;
	if (burst.at != NULL) {
		burst = kith_str_trim(burst);
		if (!kith_str_starts(burst, KITH_STR("burst "))) {
			return false;
		}
		burst = kith_str_trim(kith_str_skip(burst, strlen("burst ")));
		if (!kith_str_to_int(burst, &rate->burst)) {
			return false;
		}
	}
	return read_rate_span(span, &rate->span_us);
}

static bool set_rate(const struct kith_option *row, struct kith_str value, void *config)
{
	static const int64_t year_us = 366 * KITH_DAY_US;
	struct kith_option_rate rate = { 0 };

	if (!kith_str_is(value, "0")) {
		bool is_good = read_rate(value, &rate) && rate.count >= 1 && rate.burst >= 1 &&
		               rate.count <= row->max && rate.burst <= row->max;
		/* A bucket that takes for ever to fill is a slip, and would overflow. */
		if (!is_good || rate.burst > year_us / rate.span_us * rate.count) {
			return false;
		}
	}
	memcpy((char *)config + row->offset, &rate, sizeof(rate));
	return true;
}

static const struct {
	bool (*set)(const struct kith_option *row, struct kith_str value, void *config);
	const char *wanted; /* what a value must be, for people */
} types[] = {
	[KITH_OPTION_TEXT] = { set_text, "text" },
	[KITH_OPTION_INTEGER] = { set_integer, "a number" },
	[KITH_OPTION_BOOL] = { set_bool, "true or false" },
	[KITH_OPTION_SPAN] = { set_span, "a time like 90s, 15m, 1h or 7d" },
	[KITH_OPTION_SIZE] = { set_size, "a size like 512, 64k, 16m or 2g" },
	[KITH_OPTION_RATE] = { set_rate, "a rate like 100/s, 100/s burst 400 or 10/10m, or 0" },
};

/* Where a value stands, as errors begin: "FILE:LINE" or a variable's name. */
struct place {
	char text[KITH_WHY_MAX];
};

/* "PLACE: KEY must be a number from 1 to 10", in units that can be typed again. */
static enum kith_rc refuse_value(const struct kith_option *row, const struct place *place,
                                 struct kith_why *why)
{
	bool is_span = row->type == KITH_OPTION_SPAN;
	int64_t unit = is_span ? KITH_SECOND_US : 1;
	const char *letter = is_span ? "s" : "";
	const char *wanted = types[row->type].wanted;
	if (row->type == KITH_OPTION_RATE) {
		return kith_refuse(why, KITH_E_INVALID_REQUEST, row->key,
		                   "%s: \"%s\" must be %s for none, up to %lld", place->text,
		                   row->key, wanted, (long long)row->max);
	}
	if (row->type == KITH_OPTION_BOOL) {
		return kith_refuse(why, KITH_E_INVALID_REQUEST, row->key, "%s: \"%s\" must be %s",
		                   place->text, row->key, wanted);
	}
	return kith_refuse(why, KITH_E_INVALID_REQUEST, row->key,
	                   "%s: \"%s\" must be %s, from %lld%s to %lld%s", place->text, row->key,
	                   wanted, (long long)(row->min / unit), letter,
	                   (long long)(row->max / unit), letter);
}

/* Whether VALUE is text that may stand in a configuration: UTF-8, no controls but tabs. */
static bool is_plain(struct kith_str value)
{
	for (size_t i = 0; i < value.len; i++) {
		uint8_t byte = (uint8_t)value.at[i];
		if ((byte < 0x20 && byte != '\t') || byte == 0x7f) {
			return false;
		}
	}
	return kith_utf8_is_valid(value);
}

static enum kith_rc set_value(const struct kith_option *row, struct kith_str value,
                              const struct place *place, struct kith_arena *mem, void *config,
                              struct kith_why *why)
{
	if (!is_plain(value)) {
		return kith_refuse(why, KITH_E_INVALID_REQUEST, row->key,
		                   "%s: \"%s\" has control characters or is not UTF-8", place->text,
		                   row->key);
	}
	if (row->type == KITH_OPTION_TEXT && !kith_arena_copy(mem, value, &value)) {
		return kith_refuse(why, KITH_E_NO_MEMORY, row->key, "%s: out of memory",
		                   place->text);
	}
	return types[row->type].set(row, value, config) ? KITH_OK : refuse_value(row, place, why);
}

void kith_option_defaults(const struct kith_option *rows, size_t count, void *config)
{
	for (size_t i = 0; i < count; i++) {
		struct kith_str standard = kith_str_of(rows[i].standard);
		KITH_ASSERT(standard.at != NULL && is_plain(standard));
		KITH_ASSERT(kith_str_find(standard, '"') < 0);
		KITH_ASSERT(types[rows[i].type].set(&rows[i], standard, config));
	}
}

/* --- files --- */

struct file {
	const struct kith_option *rows;
	size_t count;
	const char *name;
	size_t line;
	size_t *seen; /* per row: the line that set it, 0 for none */
	struct kith_arena *mem;
	struct kith_why *why;
};

static enum kith_rc refuse_line(const struct file *file, const char *complaint)
{
	return kith_refuse(file->why, KITH_E_INVALID_REQUEST, NULL, "%s:%zu: %s", file->name,
	                   file->line, complaint);
}

/* Takes the quotes off. false when there is one too many or too few. */
static bool unquote(struct kith_str *value)
{
	if (kith_str_find(*value, '"') < 0) {
		return true;
	}
	if (value->len < 2 || value->at[0] != '"' || value->at[value->len - 1] != '"') {
		return false;
	}
	struct kith_str inner = kith_str_make(value->at + 1, value->len - 2);
	if (kith_str_find(inner, '"') >= 0) {
		return false;
	}
	*value = inner;
	return true;
}

/* The row named KEY, or COUNT. */
static size_t find_row(const struct kith_option *rows, size_t count, struct kith_str key)
{
	size_t i = 0;
	while (i < count && !kith_str_is(key, rows[i].key)) {
		i++;
	}
	return i;
}

static enum kith_rc read_line(struct file *file, struct kith_str line, void *config)
{
	struct kith_str key;
	struct kith_str value;
	if (!is_plain(line)) {
		return refuse_line(file, "control characters, or not UTF-8");
	}
	line = kith_str_trim(line);
	if (line.len == 0 || line.at[0] == '#') {
		return KITH_OK;
	}
	if (!kith_str_cut(line, '=', &key, &value)) {
		return refuse_line(file, "expected key = value");
	}
	key = kith_str_trim(key);
	value = kith_str_trim(value);
	size_t at = find_row(file->rows, file->count, key);
	if (at == file->count) {
		return kith_refuse(file->why, KITH_E_INVALID_REQUEST, NULL,
		                   "%s:%zu: unknown key \"%.*s\"", file->name, file->line,
		                   KITH_STR_PRINT(key));
	}
	if (file->seen[at] != 0) {
		return kith_refuse(file->why, KITH_E_INVALID_REQUEST, file->rows[at].key,
		                   "%s:%zu: \"%s\" is in line %zu already", file->name, file->line,
		                   file->rows[at].key, file->seen[at]);
	}
	if (!unquote(&value)) {
		return refuse_line(file, "a double quote out of place");
	}
	file->seen[at] = file->line;
	struct place place;
	snprintf(place.text, sizeof(place.text), "%s:%zu", file->name, file->line);
	return set_value(&file->rows[at], value, &place, file->mem, config, file->why);
}

/* Cuts the next line off *TEXT; a '\r' before its end belongs to the end. */
static struct kith_str next_line(struct kith_str *text)
{
	struct kith_str line;
	if (!kith_str_cut(*text, '\n', &line, text)) {
		line = *text;
		*text = (struct kith_str){ 0 };
	}
	if (line.len > 0 && line.at[line.len - 1] == '\r') {
		line.len--;
	}
	return line;
}

enum kith_rc kith_option_read(const struct kith_option *rows, size_t count, struct kith_str text,
                              const char *name, struct kith_arena *mem, void *config,
                              struct kith_why *why)
{
	struct file file = { .rows = rows, .count = count, .name = name, .mem = mem, .why = why };
	if (text.len > KITH_OPTION_FILE_MAX) {
		return kith_refuse(why, KITH_E_INVALID_REQUEST, NULL, "%s: longer than %d bytes",
		                   name, KITH_OPTION_FILE_MAX);
	}
	file.seen = kith_arena_zero(mem, count, sizeof(*file.seen));
	if (file.seen == NULL) {
		return kith_refuse(why, KITH_E_NO_MEMORY, NULL, "%s: out of memory", name);
	}
	while (text.len > 0) {
		struct kith_str line = next_line(&text);
		file.line++;
		if (line.len > KITH_OPTION_LINE_MAX) {
			return kith_refuse(why, KITH_E_INVALID_REQUEST, NULL,
			                   "%s:%zu: longer than %d bytes", name, file.line,
			                   KITH_OPTION_LINE_MAX);
		}
		enum kith_rc rc = read_line(&file, line, config);
		if (rc != KITH_OK) {
			return rc;
		}
	}
	return KITH_OK;
}

/* --- environment --- */

/* Whether NAME is KITH_ and KEY in capitals. */
static bool is_name_of(struct kith_str name, const char *key)
{
	if (!kith_str_starts(name, KITH_STR("KITH_"))) {
		return false;
	}
	name = kith_str_skip(name, strlen("KITH_"));
	for (size_t i = 0; i < name.len; i++) {
		if (name.at[i] >= 'a' && name.at[i] <= 'z') {
			return false;
		}
	}
	return kith_str_equal_nocase(name, kith_str_of(key));
}

enum kith_rc kith_option_environment(const struct kith_option *rows, size_t count,
                                     char *const *environment, struct kith_arena *mem, void *config,
                                     struct kith_why *why)
{
	for (; *environment != NULL; environment++) {
		struct kith_str name;
		struct kith_str value;
		if (!kith_str_cut(kith_str_of(*environment), '=', &name, &value)) {
			continue;
		}
		for (size_t i = 0; i < count; i++) {
			if (!is_name_of(name, rows[i].key)) {
				continue;
			}
			struct place place;
			snprintf(place.text, sizeof(place.text), "%.*s", KITH_STR_PRINT(name));
			enum kith_rc rc = set_value(&rows[i], value, &place, mem, config, why);
			if (rc != KITH_OK) {
				return rc;
			}
		}
	}
	return KITH_OK;
}

/* --- the example --- */

static void add_comment(struct kith_buf *out, struct kith_str help)
{
	struct kith_str line;
	while (help.len > 0) {
		line = next_line(&help);
		kith_buf_add_text(out, line.len == 0 ? "#" : "# ");
		kith_buf_add(out, line);
		kith_buf_add_char(out, '\n');
	}
}

void kith_option_example(const struct kith_option *rows, size_t count, struct kith_buf *out)
{
	for (size_t i = 0; i < count; i++) {
		struct kith_str standard = kith_str_of(rows[i].standard);
		bool is_trimmed = kith_str_equal(standard, kith_str_trim(standard));
		const char *quote = is_trimmed ? "" : "\"";
		if (i > 0) {
			kith_buf_add_char(out, '\n');
		}
		add_comment(out, kith_str_of(rows[i].help));
		kith_buf_add_format(out, "%s =%s%s%s%s\n", rows[i].key,
		                    standard.len == 0 ? "" : " ", quote, rows[i].standard, quote);
	}
}
