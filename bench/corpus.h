/*
 * corpus.h -- what do the messages say?
 *
 * The words behind each payload's head: one fixed run of letters of the wanted
 * size, or the lines of a file of real text in turn. Reads that file once and
 * refuses what no server would take.
 */
#ifndef KITH_BENCH_CORPUS_H
#define KITH_BENCH_CORPUS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

enum {
	KITH_CORPUS_FILE_MAX = 64 * 1024 * 1024, /* bytes           */
	KITH_CORPUS_LINES_MAX = 1024 * 1024,     /* later ones are left out */
};

struct kith_corpus {
	char *text;
	struct kith_str *lines;
	size_t count;
};

/* Every text will have SIZE bytes, its head within. returns NULL, or what is wrong. */
KITH_MUST_USE const char *kith_corpus_fill(struct kith_corpus *corpus, size_t size);

/*
 * The lines of the file PATH; empty ones, ones that are no UTF-8 or have a NUL,
 * and ones that are too long for a message are left out.
 * returns NULL when CORPUS is set, else what is wrong
 */
KITH_MUST_USE const char *kith_corpus_read(struct kith_corpus *corpus, const char *path);

void kith_corpus_done(struct kith_corpus *corpus);

/* The words of the message NUMBER; borrows CORPUS. */
struct kith_str kith_corpus_words(const struct kith_corpus *corpus, uint64_t number);

/* The whole file PATH, at most MAX bytes, in OUT, which kith_free() releases; NULL or what is wrong. */
KITH_MUST_USE const char *kith_corpus_load(const char *path, size_t max, char **out, size_t *len);

#endif
