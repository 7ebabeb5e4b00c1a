/*
 * macros.h -- the few words of C that every file of Kith shares.
 *
 * Counting arrays, marking results that must be looked at, and the assertion
 * that stays in release builds: a broken promise of ours ends the process with
 * a line, bad input from outside never does. Nothing here allocates or logs.
 */
#ifndef KITH_BASE_MACROS_H
#define KITH_BASE_MACROS_H

#include <stddef.h>

#define KITH_MUST_USE __attribute__((warn_unused_result))
#define KITH_PRINTF(format_at, args_at) __attribute__((format(printf, format_at, args_at)))
#define KITH_NORETURN __attribute__((noreturn))

/* The number of elements of an array (never of a pointer). */
#define KITH_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The struct that holds MEMBER at ADDRESS. */
#define KITH_CONTAINER(address, type, member) \
	((type *)(void *)((char *)(address)-offsetof(type, member)))

/*
 * Our own promise, checked in every build: when CLAIM is false the process
 * prints the claim and its place on stderr and aborts.
 */
#define KITH_ASSERT(claim) ((claim) ? (void)0 : kith_assert_failed(#claim, __FILE__, __LINE__))

KITH_NORETURN void kith_assert_failed(const char *claim, const char *file, int line);

#endif
