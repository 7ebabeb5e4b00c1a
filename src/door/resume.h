/*
 * resume.h -- the part of a door with events that catches up before it goes live.
 *
 * Reads what was missed with the call `sync`, a page when the client has taken
 * the one before, while catchup.h keeps what passes by. It decides what is said
 * and when; how that reads on the wire is its door's: the socket's or the event
 * stream's.
 */
#ifndef KITH_DOOR_RESUME_H
#define KITH_DOOR_RESUME_H

#include "door/catchup.h"
#include "door/door.h"

/* What a door does with what comes of it. */
struct kith_resume_ops {
	/* Appends an event to the output: the frame that kith_socket_encode_event() made. */
	void (*event)(struct kith_door *door, struct kith_str frame);
	/* Says that nobody knows what was missed; events go on behind POSITION. */
	void (*gap)(struct kith_door *door, int64_t position);
	/* It cannot go on. */
	void (*fail)(struct kith_door *door, enum kith_rc rc);
};

/* Embedded in the door, which fills in the first three and SINCE. */
struct kith_resume {
	struct kith_door *door;
	struct kith_lane *lane;
	const struct kith_resume_ops *ops;
	int64_t since;                /* what is said up to here; -1: nothing to resume       */
	struct kith_catchup *catchup; /* until it is live; else NULL                           */
	bool is_read;                 /* up to the store's end, as it was then                 */
	bool is_over;                 /* the door has said goodbye: nothing follows           */
};

/* Begins to read from SINCE. The door has joined already: what passes by is kept. */
void kith_resume_start(struct kith_resume *resume);

/*
 * Takes an event that passes by, which is kept, or was said already.
 * returns  false when the door is live and has to send it
 */
bool kith_resume_keep(struct kith_resume *resume, int64_t position, struct kith_str frame);

/* There is room for the next page, or for what was kept: the host's on_room(). */
void kith_resume_go_on(struct kith_resume *resume);

void kith_resume_done(struct kith_resume *resume);

/*
 * A call of the door's own, made as its client would make it; then OWNER is its
 * door and DONE comes.
 * returns  KITH_OK                *out is ready for its arguments and kith_service_run()
 *          KITH_E_NO_MEMORY, KITH_E_TOKEN_EXPIRED
 */
KITH_MUST_USE enum kith_rc kith_door_call(struct kith_door *door, struct kith_lane *lane,
                                          enum kith_call_id id, void *owner,
                                          void (*done)(struct kith_call *call),
                                          struct kith_call **out);

#endif
