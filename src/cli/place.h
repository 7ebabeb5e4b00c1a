/*
 * place.h -- where did the last listener stop?
 *
 * Keeps a cursor in a small file, replaced as a whole, together with how long the
 * output was by then. A listener that was killed between printing and noting the
 * place finds, when its output is a regular file, what it had printed beyond; it
 * does not print that again. So a restart misses and repeats nothing.
 */
#ifndef KITH_CLI_PLACE_H
#define KITH_CLI_PLACE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

enum {
	KITH_PLACE_CURSOR_MAX = 64,
	KITH_PLACE_SURPLUS_MAX = 4 * 1024 * 1024, /* bytes printed beyond that are looked at */
};

struct kith_place {
	const char *path;
	char cursor[KITH_PLACE_CURSOR_MAX + 1]; /* "": none yet */
	int out_fd;
	struct kith_buf surplus; /* what out has beyond the noted length, not yet matched */
	size_t matched;          /* bytes at its front that came again                    */
};

/*
 * Reads the file PATH, if it is there, for a listener that prints to OUT_FD.
 * returns  KITH_OK; KITH_E_IO, KITH_E_CORRUPT, KITH_E_NO_MEMORY with why
 */
KITH_MUST_USE enum kith_rc kith_place_open(struct kith_place *place, const char *path, int out_fd,
                                           struct kith_why *why);
void kith_place_done(struct kith_place *place);

/* How much of the front of TEXT, about to be printed, is in the output already. */
size_t kith_place_printed(struct kith_place *place, struct kith_str text);

/* Everything up to CURSOR is printed. The same errors. */
KITH_MUST_USE enum kith_rc kith_place_note(struct kith_place *place, struct kith_str cursor,
                                           struct kith_why *why);

#endif
