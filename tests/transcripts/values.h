/*
 * values.h -- what the words of a transcript are worth, and whether they hold.
 *
 * Variables, ids and big texts on the way in; patterns on the way out. Belongs
 * to one case; play.c calls it.
 */
#ifndef KITH_TESTS_TRANSCRIPTS_VALUES_H
#define KITH_TESTS_TRANSCRIPTS_VALUES_H

#include "transcripts/json.h"
#include "transcripts/stage.h"

enum { VALUES_MAX = 64 };

/* The variables of one case. */
struct values {
	const struct stage *stage;
	struct scene *scene;
	size_t count;
	struct {
		struct kith_str name;
		struct kith_str text;
	} items[VALUES_MAX];
};

/* Sets or replaces $NAME. */
void values_set(struct values *values, struct kith_str name, struct kith_str text);

/* Carries out a let. returns NULL, or what is wrong with it */
const char *values_let(struct values *values, const struct step *step);

/* VALUE as text: people by their ids, {…} filled in. at NULL: an unknown variable. */
struct kith_str values_text(const struct values *values, const struct value *value);

/*
 * Appends WORDS as members of a JSON object that is open, but not the one called
 * SKIP. returns NULL, or what is wrong
 */
const char *values_put_args(const struct values *values, const struct word *words, size_t count,
                            const char *skip, struct kith_buf *out);

/*
 * Holds HEARD, whose tree is BODY, against the patterns; new variables are set.
 * returns  true, or false with what was expected in EXPECTED
 */
bool values_match(struct values *values, const struct heard *heard, const struct json *body,
                  const struct word *words, size_t count, struct kith_buf *expected);

/* The value of header NAME (lower case) in HEADERS; at NULL when it is not there. */
struct kith_str values_header(struct kith_str headers, struct kith_str name);

#endif
