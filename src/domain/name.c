/*
 * name.c -- folding and sorting by ICU, over UTF-16 that lives in the caller's memory.
 */
#include "domain/name.h"

#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/ucol.h>
#include <unicode/uloc.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include "base/macros.h"
#include "base/utf8.h"

enum { FOLD_GROWTH = 18, KEY_BYTES = 1024 }; /* U+FDFA is one unit and eighteen when folded */

/* Whether the two bytes at AT, the first of which is 0xc2, are U+0080..U+009f. */
static bool is_high_control(struct kith_str text, size_t at)
{
	return at + 1 < text.len && (uint8_t)text.at[at] == 0xc2 && (uint8_t)text.at[at + 1] < 0xa0;
}

bool kith_name_is_valid(struct kith_str name)
{
	if (name.len < 1 || name.len > KITH_USER_NAME_MAX || !kith_utf8_is_valid(name)) {
		return false;
	}
	for (size_t i = 0; i < name.len; i++) {
		uint8_t byte = (uint8_t)name.at[i];
		if (byte < 0x20 || byte == 0x7f || is_high_control(name, i)) {
			return false;
		}
	}
	return true;
}

bool kith_language_is_valid(struct kith_str tag)
{
	char text[KITH_LANGUAGE_MAX + 1];
	char locale[ULOC_FULLNAME_CAPACITY];
	int32_t parsed = 0;
	UErrorCode error = U_ZERO_ERROR;

	if (tag.len == 0 || tag.len > KITH_LANGUAGE_MAX) {
		return false;
	}
	memcpy(text, tag.at, tag.len);
	text[tag.len] = '\0';
	uloc_forLanguageTag(text, locale, sizeof(locale), &parsed, &error);
	return U_SUCCESS(error) && (size_t)parsed == tag.len;
}

/* TEXT as UTF-16; NULL without memory. TEXT is valid UTF-8. */
static UChar *widen(struct kith_str text, struct kith_arena *mem, int32_t *count)
{
	UErrorCode error = U_ZERO_ERROR;
	UChar *units = kith_arena_alloc(mem, (text.len + 1) * sizeof(*units));

	if (units != NULL) {
		u_strFromUTF8(units, (int32_t)text.len + 1, count, text.at, (int32_t)text.len,
		              &error);
		KITH_ASSERT(U_SUCCESS(error));
	}
	return units;
}

/* Leaves the accents out of what is decomposed. */
static int32_t drop_marks(UChar *units, int32_t count)
{
	int32_t kept = 0;

	for (int32_t i = 0, len = 1; i < count; i += len) {
		UChar32 code = units[i];
		len = U16_IS_LEAD((uint32_t)code) && i + 1 < count ? 2 : 1;
		if (len == 2) {
			code = U16_GET_SUPPLEMENTARY(code, units[i + 1]);
		}
		if (u_charType(code) != U_NON_SPACING_MARK) {
			memmove(units + kept, units + i, (size_t)len * sizeof(*units));
			kept += len;
		}
	}
	return kept;
}

enum kith_rc kith_name_fold(struct kith_str text, struct kith_arena *mem, struct kith_str *out)
{
	UErrorCode error = U_ZERO_ERROR;
	const UNormalizer2 *fold = unorm2_getNFKCCasefoldInstance(&error);
	const UNormalizer2 *split = unorm2_getNFDInstance(&error);
	int32_t count = 0;
	UChar *units = widen(text, mem, &count);
	int32_t room = count * FOLD_GROWTH + 1;
	UChar *folded = kith_arena_alloc(mem, (size_t)room * sizeof(*folded));
	UChar *apart = kith_arena_alloc(mem, (size_t)room * 4 * sizeof(*apart));

	KITH_ASSERT(U_SUCCESS(error));
	if (units == NULL || folded == NULL || apart == NULL) {
		return KITH_E_NO_MEMORY;
	}
	count = unorm2_normalize(fold, units, count, folded, room, &error);
	count = unorm2_normalize(split, folded, count, apart, room * 4, &error);
	KITH_ASSERT(U_SUCCESS(error));
	count = drop_marks(apart, count);
	int32_t bytes = count * 3;
	char *text_out = kith_arena_alloc(mem, (size_t)bytes + 1);
	if (text_out == NULL) {
		return KITH_E_NO_MEMORY;
	}
	u_strToUTF8(text_out, bytes + 1, &bytes, apart, count, &error);
	KITH_ASSERT(U_SUCCESS(error));
	*out = kith_str_make(text_out, (size_t)bytes);
	return KITH_OK;
}

/* The character at *AT of valid TEXT, and *AT behind it. source RFC 3629 */
static UChar32 next_code(struct kith_str text, size_t *at)
{
	uint8_t lead = (uint8_t)text.at[(*at)++];
	size_t more = lead < 0x80 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
	int32_t code = more == 0 ? lead : lead & (0x3f >> more);

	for (; more > 0 && *at < text.len; more--) {
		code = code << 6 | ((uint8_t)text.at[(*at)++] & 0x3f);
	}
	return code;
}

static bool is_in_word(UChar32 code)
{
	return u_isalnum(code) || u_charType(code) == U_COMBINING_SPACING_MARK;
}

size_t kith_name_words(struct kith_str folded, struct kith_str words[KITH_NAME_WORDS_MAX])
{
	size_t count = 0;
	size_t begin = 0;
	size_t at = 0;

	while (at < folded.len && count < KITH_NAME_WORDS_MAX) {
		size_t before = at;
		bool is_word = is_in_word(next_code(folded, &at));
		if (!is_word || at == folded.len) {
			size_t end = is_word ? at : before;
			if (end > begin) {
				words[count++] = kith_utf8_prefix(
					kith_str_make(folded.at + begin, end - begin),
					KITH_NAME_WORD_BYTES_MAX);
			}
			begin = at;
		}
	}
	return count;
}

static bool begins_one(const struct kith_str *words, size_t count, struct kith_str wanted)
{
	for (size_t i = 0; i < count; i++) {
		if (words[i].len >= wanted.len && memcmp(words[i].at, wanted.at, wanted.len) == 0) {
			return true;
		}
	}
	return false;
}

bool kith_name_fits(const struct kith_str *words, size_t count, const struct kith_str *wanted,
                    size_t wanted_count)
{
	for (size_t i = 0; i < wanted_count; i++) {
		if (!begins_one(words, count, wanted[i])) {
			return false;
		}
	}
	return true;
}

/* What qsort compares: a key of ICU's, ended by 0, then the id. */
struct line {
	const uint8_t *key;
	struct kith_str id;
	size_t index;
};

static int compare_lines(const void *a, const void *b)
{
	const struct line *first = a;
	const struct line *second = b;
	int order = strcmp((const char *)first->key, (const char *)second->key);

	return order != 0 ? order : kith_str_compare(first->id, second->id);
}

static UCollator *open_collator(struct kith_str language)
{
	char tag[KITH_LANGUAGE_MAX + 1] = "und";
	char locale[ULOC_FULLNAME_CAPACITY] = "";
	UErrorCode error = U_ZERO_ERROR;

	if (language.len > 0 && language.len <= KITH_LANGUAGE_MAX) {
		memcpy(tag, language.at, language.len);
		tag[language.len] = '\0';
	}
	uloc_forLanguageTag(tag, locale, sizeof(locale), NULL, &error);
	error = U_ZERO_ERROR;
	UCollator *collator = ucol_open(locale, &error);
	return U_SUCCESS(error) ? collator : NULL;
}

/* The sort key of NAME; NULL without memory. A very long one is cut. */
static const uint8_t *sort_key(const UCollator *collator, struct kith_str name,
                               struct kith_arena *mem)
{
	int32_t count = 0;
	UChar *units = widen(name, mem, &count);
	uint8_t key[KEY_BYTES];

	if (units == NULL) {
		return NULL;
	}
	int32_t len = ucol_getSortKey(collator, units, count, key, KEY_BYTES);
	size_t bytes = len < KEY_BYTES ? (size_t)len : KEY_BYTES;
	key[bytes - 1] = '\0';
	uint8_t *kept = kith_arena_alloc(mem, bytes);
	if (kept != NULL) {
		memcpy(kept, key, bytes);
	}
	return kept;
}

enum kith_rc kith_name_order(const struct kith_user *users, size_t count, struct kith_str language,
                             struct kith_arena *mem, size_t *order)
{
	struct line *lines = kith_arena_alloc(mem, (count + 1) * sizeof(*lines));
	UCollator *collator = open_collator(language);
	enum kith_rc rc = lines == NULL || collator == NULL ? KITH_E_NO_MEMORY : KITH_OK;

	for (size_t i = 0; rc == KITH_OK && i < count; i++) {
		lines[i] = (struct line){ .key = sort_key(collator, users[i].name, mem),
			                  .id = users[i].id,
			                  .index = i };
		rc = lines[i].key == NULL ? KITH_E_NO_MEMORY : KITH_OK;
	}
	if (collator != NULL) {
		ucol_close(collator);
	}
	if (rc != KITH_OK) {
		return rc;
	}
	if (count > 0) {
		qsort(lines, count, sizeof(*lines), compare_lines);
	}
	for (size_t i = 0; i < count; i++) {
		order[i] = lines[i].index;
	}
	return KITH_OK;
}
