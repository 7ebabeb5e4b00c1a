/*
 * typing.h -- who is composing where, and until when?
 *
 * One worker's table of those who said to it that they are composing. Each
 * stays for six seconds after it was last said, or until its connection ends or
 * somebody else takes it over. It decides what ends when; it tells nobody: whoever
 * owns the table asks what is due, and says so. Times are arguments.
 */
#ifndef KITH_DOMAIN_TYPING_H
#define KITH_DOMAIN_TYPING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/macros.h"
#include "base/str.h"
#include "base/uuid.h"
#include "domain/address.h"
#include "domain/conversation.h"

enum {
	KITH_TYPING_MAX = 8,         /* conversations in which one person composes at once; the
	                              one said longest ago goes for another                 */
	KITH_TYPING_ALL_MAX = 65536, /* in one table: more are not kept, and end at the hearers */
};
#define KITH_TYPING_US INT64_C(6000000) /* after it was last said it is over */

/* Somebody composes, or no more, and who may know. */
struct kith_typing {
	int64_t user_row;
	struct kith_str user;
	struct kith_uuid conversation;
	int64_t conversation_row;
	int64_t org_row;
	int64_t audience[KITH_DIRECT_MEMBERS_MAX]; /* rows of the other members */
	size_t audience_count;
	uint64_t connection;       /* that said it                                   */
	bool ends_with_connection; /* else only by time, as what comes with a request */
	bool is_composing;
};

struct kith_typists;

/* SEED is by chance. NULL without memory. */
struct kith_typists *kith_typists_new(uint64_t seed);
void kith_typists_free(struct kith_typists **typists);

/*
 * TYPING, which is_composing, was said at NOW_US; it and its texts are copied.
 * returns  true: another one of the same person had to go for it, and OUT is that one
 *          (is_composing false, valid until the next call); false also without memory
 *          or a place, when it is not kept
 */
bool kith_typists_note(struct kith_typists *typists, const struct kith_typing *typing,
                       int64_t now_us, struct kith_typing *out);

/* They ended it themselves, or said it to somebody else. */
void kith_typists_drop(struct kith_typists *typists, int64_t user_row, int64_t conversation_row);

/* Takes out one that ends with CONNECTION of USER_ROW, into OUT as above. false: none is left. */
bool kith_typists_end(struct kith_typists *typists, int64_t user_row, uint64_t connection,
                      struct kith_typing *out);

/* Takes out one that is over at NOW_US, into OUT as above. false: none is. */
bool kith_typists_over(struct kith_typists *typists, int64_t now_us, struct kith_typing *out);

/* When the next one is over; -1: nobody composes. */
int64_t kith_typists_due_us(const struct kith_typists *typists);

#endif
