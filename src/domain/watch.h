/*
 * watch.h -- what is a watcher still to be told of one person?
 *
 * A person comes and goes more often than anybody wants to hear. This file
 * decides which state is told when: at most one in five seconds, the latest; none
 * when it is again what was told; and that somebody went, only when they did not
 * come back in that time. It keeps one watcher's view of one person and knows no
 * connection. Times are arguments, of a clock that never goes back.
 */
#ifndef KITH_DOMAIN_WATCH_H
#define KITH_DOMAIN_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#define KITH_WATCH_QUIET_US INT64_C(5000000)

struct kith_watch {
	bool is_told_online; /* what the watcher was told last  */
	bool is_online;      /* as it is now                    */
	int64_t quiet_us;    /* until then nothing is told      */
	int64_t due_us;      /* -1: there is nothing to be told */
	int64_t left_us; /* when the person left, since 1970 UTC; 0: not known, or not to be told */
};

/* The watcher was answered at NOW_US how it is. What changes next is told without waiting. */
void kith_watch_begin(struct kith_watch *watch, bool is_online, int64_t now_us);

/*
 * It is so from NOW_US on. MAY_RETURN: whoever went may only have lost their connection.
 * When it is to be told, watch->due_us says.
 */
void kith_watch_note(struct kith_watch *watch, bool is_online, int64_t left_us, bool may_return,
                     int64_t now_us);

/* returns true when something is to be told now, which counts as told then: is_online, left_us. */
bool kith_watch_take(struct kith_watch *watch, int64_t now_us);

#endif
