/*
 * fuzz_name.c -- whatever somebody is called, they are found by it and stand in one place.
 *
 * A folded text is valid UTF-8 and folds to itself; its words lie in it one behind
 * the other and find it; and an order is the same from wherever it began.
 */
#include "domain/name.h"

#include "base/utf8.h"
#include "domain/emoji.h"
#include "domain/message.h"
#include "fuzz.h"

enum { NAMES = 4, TEXT_MAX = 1024 };

static void check_words(struct kith_str folded)
{
	struct kith_str words[KITH_NAME_WORDS_MAX];
	size_t count = kith_name_words(folded, words);
	const char *end = folded.at;

	KITH_ASSERT(count <= KITH_NAME_WORDS_MAX);
	for (size_t i = 0; i < count; i++) {
		KITH_ASSERT(words[i].len > 0 && words[i].len <= KITH_NAME_WORD_BYTES_MAX);
		KITH_ASSERT(words[i].at >= end);
		KITH_ASSERT(kith_utf8_is_valid(words[i]));
		end = words[i].at + words[i].len;
		KITH_ASSERT(kith_name_fits(words, count, &words[i], 1));
	}
	KITH_ASSERT(end <= folded.at + folded.len);
	KITH_ASSERT(kith_name_fits(words, count, words, count));
}

static void check_fold(struct kith_str text, struct kith_arena *mem)
{
	struct kith_str folded;
	struct kith_str again;

	KITH_ASSERT(kith_name_fold(text, mem, &folded) == KITH_OK);
	KITH_ASSERT(kith_utf8_is_valid(folded));
	KITH_ASSERT(kith_name_fold(folded, mem, &again) == KITH_OK);
	KITH_ASSERT(kith_str_equal(folded, again));
	check_words(folded);
}

/* Pieces of TEXT as names, in the language that its beginning may be. */
static void check_order(struct kith_str text, struct kith_arena *mem)
{
	static const char *const ids[NAMES] = { "a", "b", "c", "d" };
	struct kith_str language = kith_utf8_prefix(text, 2);
	struct kith_user users[NAMES];
	struct kith_user turned[NAMES];
	size_t order[NAMES];
	size_t back[NAMES];
	struct kith_str rest = text;

	for (size_t i = 0; i < NAMES; i++) {
		struct kith_str name = kith_utf8_prefix(rest, text.len / NAMES + 1);
		rest = kith_str_skip(rest, name.len);
		users[i] = (struct kith_user){ .id = kith_str_of(ids[i]), .name = name };
		turned[NAMES - 1 - i] = users[i];
	}
	KITH_ASSERT(kith_name_order(users, NAMES, language, mem, order) == KITH_OK);
	KITH_ASSERT(kith_name_order(turned, NAMES, language, mem, back) == KITH_OK);
	unsigned seen = 0;
	for (size_t i = 0; i < NAMES; i++) {
		KITH_ASSERT(order[i] < NAMES && back[i] == NAMES - 1 - order[i]);
		seen |= 1U << order[i];
	}
	KITH_ASSERT(seen == (1U << NAMES) - 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kith_str text = kith_str_make(data, size);
	struct kith_arena mem;

	KITH_ASSERT(!kith_emoji_is_valid(text) ||
	            (size <= KITH_EMOJI_MAX && kith_utf8_is_valid(text)));
	KITH_ASSERT(!kith_language_is_valid(text) || size <= KITH_LANGUAGE_MAX);
	KITH_ASSERT(!kith_name_is_valid(text) || (size > 0 && size <= KITH_USER_NAME_MAX));
	if (size > TEXT_MAX || !kith_utf8_is_valid(text)) {
		return 0;
	}
	kith_arena_init(&mem, 4096);
	check_fold(text, &mem);
	check_order(text, &mem);
	kith_arena_done(&mem);
	return 0;
}
