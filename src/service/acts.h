/*
 * acts.h -- what verbs that do something to a message share.
 *
 * An act's entry, what it expects, and how the message looks once it is stored.
 * Private to service/: acts.c and several.c.
 */
#ifndef KITH_SERVICE_ACTS_H
#define KITH_SERVICE_ACTS_H

#include "service/call.h"

/*
 * Begins call->plan with one entry, ACT, about call->subject, which was loaded with
 * its conversation. ACT keeps its message id and print.
 */
void kith_act_plan(struct kith_call *call, struct kith_entry *act, enum kith_kind kind,
                   struct kith_str body);

/* A copy of what has become of MESSAGE, to be changed; NULL without memory. */
struct kith_extra *kith_act_extra(struct kith_arena *mem, const struct kith_entry *message);

/* A copy of MESSAGE as an event tells it to everybody; NULL without memory. */
const struct kith_entry *kith_act_subject(struct kith_arena *mem, const struct kith_entry *message);

/* Was it deleted for everyone? */
bool kith_act_is_gone(const struct kith_entry *message);

#endif
