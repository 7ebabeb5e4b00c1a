/*
 * macros.c -- what a broken promise prints before the process ends.
 */
#include "base/macros.h"

#include <stdio.h>
#include <stdlib.h>

void kith_assert_failed(const char *claim, const char *file, int line)
{
	fprintf(stderr, "kith: broken promise: %s (%s:%d)\n", claim, file, line);
	abort();
}
