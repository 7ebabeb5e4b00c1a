/*
 * types.h -- the small values that all of libkith's headers share.
 *
 * Borrowed texts and bytes, the problem with which the server refuses, and what
 * a function answers at once. Nothing here does anything or owns anything.
 */
#ifndef KITH_TYPES_H
#define KITH_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What the shared library shows. */
#define KITH_API __attribute__((visibility("default")))

/*
 * Text in UTF-8, without a NUL at its end; at is NULL when there is none. For
 * printf: "%.*s", (int)text.len, text.at.
 */
struct kith_text {
	const char *at;
	size_t len;
};

/* Bytes of any kind; at is NULL when there are none. */
struct kith_bytes {
	const void *at;
	size_t len;
};

/* A C string as text; NULL gives none. Borrows it. */
static inline struct kith_text kith_text_of(const char *text)
{
	struct kith_text out = { text, text == NULL ? 0 : strlen(text) };
	return out;
}

static inline bool kith_text_is(struct kith_text text, const char *other)
{
	size_t len = strlen(other);
	return text.len == len && (len == 0 || memcmp(text.at, other, len) == 0);
}

/*
 * Why a call did not work. The code is what programs compare: one of the
 * server's (docs/reference/errors.gen.md), or one that the library says itself,
 * then with the status 0. Valid until the function that was given it returns.
 */
struct kith_problem {
	struct kith_text code;   /* "not_found"                                        */
	struct kith_text title;  /* a sentence for the code                            */
	struct kith_text detail; /* what is wrong this time; none when nothing is said */
	struct kith_text field;  /* the argument that is meant; none when it is none   */
	int status;              /* the HTTP status; 0: the library's own              */
	int64_t retry_after_ms;  /* 0: not said                                        */
	bool is_retryable;       /* the same call may work later                       */
};

/* What a function answers at once. Only with KITH_STATUS_OK will its callback be called. */
enum kith_status {
	KITH_STATUS_OK = 0,
	KITH_STATUS_BAD_ARGUMENT, /* a required one is missing, or a text is no valid UTF-8 */
	KITH_STATUS_NO_MEMORY,
	KITH_STATUS_FULL,    /* too many calls wait for their answers                  */
	KITH_STATUS_CLOSED,  /* the client is being closed                             */
	KITH_STATUS_STORAGE, /* the outbox's file cannot be written                    */
};

#ifdef __cplusplus
}
#endif

#endif
