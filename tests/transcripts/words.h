/*
 * words.h -- one line of a transcript, cut into words.
 *
 * Knows quotes, escapes and the forms key=value, key#=value and -key; knows no
 * line's meaning. script.c calls it.
 */
#ifndef KITH_TESTS_TRANSCRIPTS_WORDS_H
#define KITH_TESTS_TRANSCRIPTS_WORDS_H

#include "transcripts/script.h"

/*
 * Cuts LINE into WORDS, whose texts live in MEM or borrow LINE.
 * returns  NULL, or what is wrong
 */
const char *words_cut(struct kith_str line, struct kith_arena *mem, struct word *words,
                      size_t *count);

/* The text of a bare word at INDEX; at NULL when there is none. */
struct kith_str words_bare(const struct word *words, size_t count, size_t index);

/* "5s", "-31d", "+6m" in microseconds; false when TEXT is no span. */
bool words_span(struct kith_str text, int64_t *out);

#endif
