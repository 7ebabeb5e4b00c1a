/*
 * frames.h -- the frames that a socket hears from us, as bytes.
 *
 * One writer per server frame of api/asyncapi.yaml. The event stream says some of
 * the same objects in its own way: those can be begun without being sent. Private
 * to the two doors.
 */
#ifndef KITH_DOOR_FRAMES_H
#define KITH_DOOR_FRAMES_H

#include "door/door.h"
#include "service/call.h"

/* What an event's frame says; all of it borrows the frame. */
struct kith_frame_event {
	struct kith_str json;   /* the object, without the frame's header  */
	struct kith_str name;   /* message.new                             */
	struct kith_str cursor; /* empty when the event is not in the log  */
};

/* Takes the FRAME apart that kith_socket_encode_event() made. */
void kith_frame_read_event(struct kith_str frame, struct kith_frame_event *out);

/* A frame of TYPE is begun in the host's buffer; finish it with kith_frame_end(). */
void kith_frame_begin(struct kith_door *door, struct kith_json_writer *w, const char *type);

/* Closes the object and appends the frame to the output; aborts without memory. */
void kith_frame_end(struct kith_door *door, struct kith_json_writer *w);

/* The same for the objects that the event stream says too; their members are in. */
void kith_frame_begin_welcome(struct kith_door *door, struct kith_json_writer *w,
                              const struct kith_result *me, int64_t position);
void kith_frame_begin_gap(struct kith_door *door, struct kith_json_writer *w, bool must_reload,
                          int64_t position);
void kith_frame_begin_bye(struct kith_door *door, struct kith_json_writer *w, int code,
                          const char *reason, int64_t retry_after_ms);

/* welcome: ME is the result of me.get; events begin behind POSITION. */
void kith_frame_welcome(struct kith_door *door, const struct kith_result *me, int64_t position);

/* ok or error, as CALL ended; nothing when the client gave no id. */
void kith_frame_answer(struct kith_door *door, const struct kith_call *call);

/* ok without id and result: the answer to auth. */
void kith_frame_renewed(struct kith_door *door);

/* error; ID -1: it speaks of the frame before. */
void kith_frame_problem(struct kith_door *door, int64_t id, enum kith_rc rc,
                        const struct kith_why *why);

void kith_frame_pong(struct kith_door *door, int64_t n);
/* gap; events go on behind POSITION. */
void kith_frame_gap(struct kith_door *door, bool must_reload, int64_t position);

/* bye, and behind it the WebSocket close frame with the same code. */
void kith_frame_bye(struct kith_door *door, int code, const char *reason, int64_t retry_after_ms);

#endif
