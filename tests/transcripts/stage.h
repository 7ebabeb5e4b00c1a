/*
 * stage.h -- one door, as the player sees it.
 *
 * A stage brings what devices say to the engine through its door, and what they
 * hear back, all as JSON text. It judges nothing: play.c does. One stage per
 * program; its state is its own file's.
 */
#ifndef KITH_TESTS_TRANSCRIPTS_STAGE_H
#define KITH_TESTS_TRANSCRIPTS_STAGE_H

#include "transcripts/script.h"
#include "transcripts/world.h"

enum { STAGE_PATIENCE_MS = 20000 }; /* then nothing is heard, and the case fails */

/* What a device has heard. Texts live until the case ends. */
struct heard {
	bool is_ok;             /* a result; else a problem                   */
	bool is_known_repeated; /* the door tells repeats                    */
	bool is_repeated;
	int status;              /* of HTTP; 0 where there is none             */
	struct kith_str text;    /* JSON: result, problem, event or frame      */
	struct kith_str headers; /* of HTTP, whole; else empty               */
};

/* One case on its way. */
struct scene {
	const struct world *world;
	const struct script_case *c;
	struct kith_arena *mem;          /* until the case ends             */
	void *seats[SCRIPT_DEVICES_MAX]; /* the stage's own, one per device */
};

struct stage {
	enum script_door door;

	/* Once, before all cases and after them; start makes and fills WORLD. */
	bool (*start)(struct world *world, const struct script *script);
	/* returns false when the server did not end well. */
	bool (*stop)(void);

	/* A case begins: its devices connect; and ends. returns false when one cannot. */
	bool (*enter)(struct scene *scene);
	void (*leave)(struct scene *scene);

	/* DEVICE makes a call; ARGS is a JSON object. The answer is heard later. */
	bool (*say)(struct scene *scene, size_t device, struct kith_str call, struct kith_str args);
	/* The answer to DEVICE's first call that has none yet. */
	bool (*hear)(struct scene *scene, size_t device, struct heard *out);
	/* DEVICE's next event. false: none came in time, or, without WAITS, none is there. */
	bool (*event)(struct scene *scene, size_t device, bool waits, struct heard *out);

	/* raw, frame, open, hello, close: what only this door knows. NULL: nothing. */
	bool (*special)(struct scene *scene, size_t device, struct kith_str what,
	                struct kith_str text);
	/* The next frame; the code with which the connection was closed. */
	bool (*frame)(struct scene *scene, size_t device, struct heard *out);
	int (*closed)(struct scene *scene, size_t device);

	/* The time since the case began; NULL where time goes by itself. */
	void (*move_clock)(int64_t since_us);
	int64_t (*now_us)(void);

	/* The process that writes the files. */
	int (*pid)(void);
};

/* A case's memory, as text. */
struct kith_str stage_keep(struct scene *scene, struct kith_str text);
void *stage_zero(struct scene *scene, size_t size);

#endif
