/*
 * corpus.c -- reads lines, or makes one up. The header tells the story.
 */
#include "bench/corpus.h"

#include "base/mem.h"
#include "base/utf8.h"
#include "bench/payload.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

const char *kith_corpus_fill(struct kith_corpus *corpus, size_t size)
{
	size_t len = size - KITH_PAYLOAD_HEAD;
	struct kith_corpus made = { .text = kith_alloc(len),
		                    .lines = kith_alloc(sizeof(*made.lines)) };

	KITH_ASSERT(size > KITH_PAYLOAD_HEAD && size <= KITH_PAYLOAD_MAX);
	if (made.text == NULL || made.lines == NULL) {
		kith_corpus_done(&made);
		return "no memory";
	}
	for (size_t i = 0; i < len; i++) {
		made.text[i] = "the quick brown fox jumps over the lazy dog "[i % 44];
	}
	made.lines[0] = kith_str_make(made.text, len);
	made.count = 1;
	*corpus = made;
	return NULL;
}

const char *kith_corpus_load(const char *path, size_t max, char **out, size_t *len)
{
	FILE *file = fopen(path, "re");
	char *text = NULL;
	size_t got = 0, room = 64 * 1024;
	const char *trouble = NULL;

	if (file == NULL) {
		static char told[512]; /* kithload is one thread, and ends with this */

		snprintf(told, sizeof(told), "%s: %s", path, strerror(errno));
		return told;
	}
	while (trouble == NULL && !feof(file)) {
		char *grown = kith_realloc(text, room);

		if (grown == NULL) {
			trouble = "no memory";
			break;
		}
		text = grown;
		got += fread(text + got, 1, room - got, file);
		trouble = ferror(file) ? "the file cannot be read"
		          : got > max  ? "the file is too large"
		                       : NULL;
		room *= 2;
	}
	fclose(file);
	if (trouble != NULL) {
		kith_free(text);
		return trouble;
	}
	*out = text;
	*len = got;
	return NULL;
}

static bool is_sendable(struct kith_str line)
{
	return line.len > 0 && line.len <= KITH_PAYLOAD_MAX - KITH_PAYLOAD_HEAD &&
	       kith_str_find(line, '\0') < 0 && kith_utf8_is_valid(line);
}

static size_t split_lines(struct kith_str text, struct kith_str *lines, size_t max)
{
	struct kith_str line;
	size_t count = 0;

	while (text.len > 0 && count < max) {
		if (!kith_str_cut(text, '\n', &line, &text)) {
			line = text;
			text.len = 0;
		}
		if (is_sendable(line)) {
			lines[count++] = line;
		}
	}
	return count;
}

const char *kith_corpus_read(struct kith_corpus *corpus, const char *path)
{
	struct kith_corpus made = { .count = 0 };
	size_t len, lines_max = 1;
	const char *trouble = kith_corpus_load(path, KITH_CORPUS_FILE_MAX, &made.text, &len);

	if (trouble != NULL) {
		return trouble;
	}
	for (size_t i = 0; i < len && lines_max < KITH_CORPUS_LINES_MAX; i++) {
		lines_max += made.text[i] == '\n';
	}
	made.lines = kith_alloc(lines_max * sizeof(*made.lines));
	if (made.lines == NULL) {
		kith_corpus_done(&made);
		return "no memory";
	}
	made.count = split_lines(kith_str_make(made.text, len), made.lines, lines_max);
	if (made.count == 0) {
		kith_corpus_done(&made);
		return "the file has no line that could be sent";
	}
	*corpus = made;
	return NULL;
}

void kith_corpus_done(struct kith_corpus *corpus)
{
	kith_free(corpus->text);
	kith_free(corpus->lines);
	*corpus = (struct kith_corpus){ .count = 0 };
}

struct kith_str kith_corpus_words(const struct kith_corpus *corpus, uint64_t number)
{
	return corpus->lines[number % corpus->count];
}
