/*
 * listen.h -- what a device over HTTP hears: the event stream.
 *
 * A socket is not told what it did itself; the stream is another connection than
 * the calls, and is. So it is noted here what the device did, and its echo is left
 * out. The stream is read by the few lines here, not by the code under test.
 */
#ifndef KITH_TESTS_TRANSCRIPTS_LISTEN_H
#define KITH_TESTS_TRANSCRIPTS_LISTEN_H

#include "transcripts/json.h"
#include "transcripts/server.h"

enum { LISTEN_MARKS_MAX = 1024 };

/* One device's stream. */
struct listener {
	struct wire wire;
	struct kith_buf text;                    /* of the body, not yet taken       */
	struct kith_str user;                    /* whose device it is               */
	struct kith_str marks[LISTEN_MARKS_MAX]; /* what it did; at NULL: echo heard */
	size_t mark_count;
};

/* Opens the stream of USER with TOKEN, past the welcome: events begin now. */
bool listen_open(struct scene *scene, struct listener *listener, struct kith_str user,
                 struct kith_str token);
void listen_close(struct listener *listener);

/* The device made CALL, which worked and answered RESULT. */
void listen_note(struct scene *scene, struct listener *listener, struct kith_str call,
                 const struct json *result);

/*
 * The next event that is no echo of what the device did. Without WAITS it looks only at
 * what comes before the echo of what it did last, which must have one. false: none came.
 */
bool listen_next(struct scene *scene, struct listener *listener, bool waits, struct heard *out);

#endif
