/*
 * people.h -- as whom do the clients sign in?
 *
 * A list of user ids with their tokens: read from a file, made up for the relay,
 * or printed with tokens signed here. Borrowed by the clients while it lives.
 */
#ifndef KITH_BENCH_PEOPLE_H
#define KITH_BENCH_PEOPLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"
#include "base/str.h"
#include "bench/options.h"

enum { KITH_PEOPLE_FILE_MAX = 64 * 1024 * 1024 }; /* bytes of a tokens file */

struct kith_person {
	struct kith_str user;
	struct kith_str token;
};

struct kith_people {
	char *text;
	struct kith_person *list;
	size_t count;
};

/*
 * The first COUNT users of the file PATH: lines "USERID TOKEN".
 * returns NULL when OUT is set, else what is wrong
 */
KITH_MUST_USE const char *kith_people_read(struct kith_people *out, const char *path, size_t count);

/* COUNT users u0, u1 and so on whose token is their id, as the relay wants it. NULL or what is wrong. */
KITH_MUST_USE const char *kith_people_invent(struct kith_people *out, size_t count);

void kith_people_done(struct kith_people *people);

/* Prints lines for kith_people_read() as OPTIONS of the command tokens say. NULL or what is wrong. */
KITH_MUST_USE const char *kith_people_print(const struct kith_options *options, int64_t now_s);

#endif
