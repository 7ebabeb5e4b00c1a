/*
 * turn.h -- what connections ask of the turn that they run in.
 *
 * Private to net. A loop lends all its connections one buffer to read into, and
 * keeps two more lists beside the ready list: those who have output, served
 * after the hook, and those who have ended, freed when nobody can hold a
 * pointer to them any more. It also counts what is dear: TLS handshakes.
 */
#ifndef KITH_NET_TURN_H
#define KITH_NET_TURN_H

#include <stdbool.h>

#include "net/loop.h"

enum { KITH_TURN_SCRATCH = 64 * 1024 };

/* KITH_TURN_SCRATCH bytes, the caller's until it returns to the loop. */
char *kith_turn_scratch(struct kith_loop *loop);

/* Runs READY after the hook of this turn, once; added while these run: of the next. */
void kith_turn_add_output(struct kith_loop *loop, struct kith_ready *ready);

/* Runs READY as the last of this turn: it frees what it is in. */
void kith_turn_add_gone(struct kith_loop *loop, struct kith_ready *ready);

/* Takes one of this turn's COUNT; false when they are all taken. */
KITH_MUST_USE bool kith_turn_take_shake(struct kith_loop *loop, int count);

#endif
