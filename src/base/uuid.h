/*
 * uuid.h -- 128-bit ids: how they read, and how a new one is made.
 *
 * Message ids are UUIDv7 made by their sender, conversation ids UUIDv8
 * derived by the server. Text is the canonical form of RFC 9562, lower case;
 * nothing else is accepted, so that equal ids are equal text.
 */
#ifndef KITH_BASE_UUID_H
#define KITH_BASE_UUID_H

#include <stdbool.h>
#include <stdint.h>

#include "base/rand.h"
#include "base/str.h"

enum { KITH_UUID_TEXT = 36 };

struct kith_uuid {
	uint8_t bytes[16]; /* network order, so memcmp orders a v7 by its time */
};

/* TEXT must be 8-4-4-4-12 lower-case hex. returns false, out untouched, if not. */
KITH_MUST_USE bool kith_uuid_parse(struct kith_str text, struct kith_uuid *out);

/* Writes the 36 characters, no NUL. */
void kith_uuid_format(const struct kith_uuid *id, char out[KITH_UUID_TEXT]);

/* A version 7 id of the time NOW_US (us since 1970 UTC), the rest from RAND. */
struct kith_uuid kith_uuid_v7(int64_t now_us, struct kith_rand *rand);

/* The version digit, 0..15; 0 when the variant is not RFC 9562's. */
int kith_uuid_version(const struct kith_uuid *id);

/* The time in a version 7 (or time-prefixed 8) id, us since 1970 UTC. */
int64_t kith_uuid_time_us(const struct kith_uuid *id);

/* Puts VERSION and RFC 9562's variant into 16 bytes of somebody's hash. */
void kith_uuid_brand(struct kith_uuid *id, int version);

static inline bool kith_uuid_equal(const struct kith_uuid *a, const struct kith_uuid *b)
{
	return memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

#endif
