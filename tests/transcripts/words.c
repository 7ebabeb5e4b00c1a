/*
 * words.c -- quotes first, then the form of what is around them.
 */
#include "transcripts/words.h"

#include <string.h>

#include "base/when.h"

/* A line on its way through. */
struct cut {
	const char *at;
	const char *end;
	struct kith_arena *mem;
	const char *wrong;
};

static bool is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c != '\0' && strchr("._-@/:+", c) != NULL);
}

static int hex_value(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *found = c == '\0' ? NULL : strchr(digits, c);

	return found == NULL ? -1 : (int)(found - digits);
}

/* \xNN is a byte, \n \r \t \\ \" are themselves. */
static bool undo_escape(struct cut *cut, char *out)
{
	static const char names[] = "nrt0\\\"";
	static const char values[] = "\n\r\t\0\\\"";
	char c = cut->at < cut->end ? *cut->at++ : '\0';
	const char *found = c == '\0' ? NULL : strchr(names, c);

	if (found != NULL) {
		*out = values[found - names];
		return true;
	}
	if (c != 'x' || cut->end - cut->at < 2 || hex_value(cut->at[0]) < 0 ||
	    hex_value(cut->at[1]) < 0) {
		return false;
	}
	*out = (char)(hex_value(cut->at[0]) * 16 + hex_value(cut->at[1]));
	cut->at += 2;
	return true;
}

static void cut_quoted(struct cut *cut, struct value *value)
{
	char quote = *cut->at++;
	char *start = kith_arena_alloc(cut->mem, (size_t)(cut->end - cut->at) + 1);
	char *out = start;

	KITH_ASSERT(start != NULL);
	value->kind = quote == '"' ? VALUE_STRING : VALUE_RAW;
	while (cut->at < cut->end && *cut->at != quote) {
		char c = *cut->at++;
		if (quote == '"' && c == '\\' && !undo_escape(cut, &c)) {
			cut->wrong = "an escape that is none";
			return;
		}
		*out++ = c;
	}
	if (cut->at == cut->end) {
		cut->wrong = "a quote that is not closed";
		return;
	}
	cut->at++;
	value->text = kith_str_make(start, (size_t)(out - start));
}

static struct kith_str cut_name(struct cut *cut)
{
	const char *start = cut->at;

	while (cut->at < cut->end && is_name_char(*cut->at)) {
		cut->at++;
	}
	if (cut->at == start) {
		cut->wrong = "a word that is none";
	}
	return kith_str_make(start, (size_t)(cut->at - start));
}

static void cut_value(struct cut *cut, struct value *value)
{
	char c = cut->at < cut->end ? *cut->at : '\0';

	if (c == '"' || c == '`') {
		cut_quoted(cut, value);
	} else if (c == '$') {
		cut->at++;
		value->kind = VALUE_VARIABLE;
		value->text = cut_name(cut);
	} else if (c == '*') {
		cut->at++;
		value->kind = VALUE_ANY;
		value->text = cut->at < cut->end && is_name_char(*cut->at) ? cut_name(cut)
		                                                           : (struct kith_str){ 0 };
	} else {
		value->text = cut_name(cut);
		value->kind =
			kith_str_to_int(value->text, &value->integer) ? VALUE_INTEGER : VALUE_WORD;
	}
}

static void cut_word(struct cut *cut, struct word *word)
{
	const char *start = cut->at;

	*word = (struct word){ .form = WORD_BARE };
	if (cut->end - cut->at > 1 && *cut->at == '-' && cut->at[1] >= 'a' && cut->at[1] <= 'z') {
		cut->at++;
		word->form = WORD_ABSENT;
		word->key = cut_name(cut);
		return;
	}
	if (is_name_char(*cut->at)) {
		word->key = cut_name(cut);
		if (cut->end - cut->at > 1 && cut->at[0] == '#' && cut->at[1] == '=') {
			cut->at += 2;
			word->form = WORD_LENGTH;
			cut_value(cut, &word->value);
			return;
		}
		if (cut->at < cut->end && *cut->at == '=') {
			cut->at++;
			word->form = WORD_EQUAL;
			cut_value(cut, &word->value);
			return;
		}
		cut->at = start;
		word->key = (struct kith_str){ 0 };
	}
	cut_value(cut, &word->value);
}

const char *words_cut(struct kith_str line, struct kith_arena *mem, struct word *words,
                      size_t *count)
{
	struct cut cut = { .at = line.at, .end = line.at + line.len, .mem = mem };

	*count = 0;
	for (;;) {
		while (cut.at < cut.end && *cut.at == ' ') {
			cut.at++;
		}
		if (cut.at == cut.end) {
			return NULL;
		}
		if (*count == SCRIPT_WORDS_MAX) {
			return "too many words";
		}
		if (*cut.at == '>' || *cut.at == '<') {
			words[(*count)++] = (struct word){
				.value = { .text = kith_str_make(cut.at++, 1) },
			};
			continue;
		}
		cut_word(&cut, &words[(*count)++]);
		if (cut.wrong != NULL) {
			return cut.wrong;
		}
		if (cut.at < cut.end && *cut.at != ' ') {
			return "a blank is missing";
		}
	}
}

struct kith_str words_bare(const struct word *words, size_t count, size_t index)
{
	bool is_bare =
		index < count && words[index].form == WORD_BARE &&
		(words[index].value.kind == VALUE_WORD || words[index].value.kind == VALUE_INTEGER);

	return is_bare ? words[index].value.text : (struct kith_str){ 0 };
}

bool words_span(struct kith_str text, int64_t *out)
{
	bool is_back = text.len > 0 && text.at[0] == '-';

	if (text.len > 0 && (text.at[0] == '-' || text.at[0] == '+')) {
		text = kith_str_skip(text, 1);
	}
	if (!kith_when_parse_span(text, out)) {
		return false;
	}
	*out = is_back ? -*out : *out;
	return true;
}
