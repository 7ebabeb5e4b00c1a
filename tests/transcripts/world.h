/*
 * world.h -- the deployment that all cases of a run live in.
 *
 * A data directory with two organizations, their keys and everybody's users, made
 * through the store before anything serves it, and the tokens that its keys sign.
 * The tokens are put together here with OpenSSL, not with wire/jwt.h.
 */
#ifndef KITH_TESTS_TRANSCRIPTS_WORLD_H
#define KITH_TESTS_TRANSCRIPTS_WORLD_H

#include "base/buf.h"
#include "store/store.h"
#include "transcripts/script.h"

enum { WORLD_SECRET_BYTES = 32 };

#define WORLD_PASSWORD "open sesame" /* everybody's */

struct world {
	char dir[256];
	int64_t org_rows[SCRIPT_ORG_COUNT];
};

/* The id of an organization: "default". */
const char *world_org(int org);

/* The kid and secret of the key that signs for ORG (SCRIPT_NO_ORG: the deployment's). */
const char *world_kid(int org);
void world_secret(int org, uint8_t secret[WORLD_SECRET_BYTES]);

/* Makes the directory; everything in it goes with world_done(). */
void world_make_dir(struct world *world);
void world_done(struct world *world);

/* Adds organizations, keys, the people of all cases and their sessions to STORE. */
void world_fill(struct world *world, struct kith_store *store, const struct script *script);

/* A store in the directory, filled and closed again, for a server to open. */
void world_make(struct world *world, const struct script *script);

/* Appends DEVICE's token as it would stand behind "Bearer ". */
void world_token(const struct device *device, int64_t now_us, struct kith_buf *out);

/* Removes the entries of CONVERSATION (canonical text) behind the server's back. */
bool world_damage(const struct world *world, struct kith_str conversation);

/* From now on process PID (0: this one) can write no files, or can again. */
void world_fill_disk(int pid, bool is_full);

#endif
