/*
 * chat.h -- one chat, for the files that make it up.
 *
 * chat.c has the loop and what the server tells; chat_commands.c what is typed.
 */
#ifndef KITH_CLI_CHAT_H
#define KITH_CLI_CHAT_H

#include "cli/input.h"
#include "cli/run.h"
#include "cli/screen.h"
#include "cli/thread.h"

enum { KITH_CHAT_ID_MAX = 64 };

struct kith_chat {
	struct kith_run *run;
	struct kith_thread thread;
	struct kith_input input;
	struct kith_screen screen;
	char conversation[KITH_CHAT_ID_MAX + 1]; /* "": not yet known           */
	char other[KITH_THREAD_NAME_MAX];        /* "": notes, or several        */
	char title[KITH_THREAD_NAME_MAX];        /* the conversation's, safe     */
	uint64_t last_tag;
	int64_t typing_until_us; /* steady: the other is writing until then; 0    */
	int64_t said_typing_us;  /* steady: when we last said it; 0: we did not   */
	int64_t pressed_us;      /* steady: the last key                          */
	int64_t last_seen_us;    /* of the other, 1970 UTC; 0: not known          */
	int64_t shown_n;         /* the newest of the others' that is shown       */
	int64_t read_n;          /* and that the server knows to be read          */
	bool is_reading;         /* it is being told                              */
	bool is_other_online;
	bool knows_presence;
	bool is_plain; /* lines instead of a screen       */
	bool is_shown; /* the screen is ours              */
	bool is_dirty; /* something is to be drawn        */
	bool is_lost;  /* no connection                   */
	bool is_ended; /* input has ended; what waits goes out first */
};

/* What was typed: a message, or a command. Takes nothing of LINE with it. */
void kith_chat_enter(struct kith_chat *chat, struct kith_str line);

/* Says something to whoever sits there; TEXT is made safe when it is shown. */
void kith_chat_note(struct kith_chat *chat, struct kith_str text);
void kith_chat_note_problem(struct kith_chat *chat, const struct kith_problem *problem);

/* The calls of a chat that was begun could not be made. */
void kith_chat_check(struct kith_chat *chat, int status);

#endif
