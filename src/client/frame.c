/*
 * frame.c -- one table of frame types; the writers are a few lines each.
 */
#include "client/frame.h"

static enum kith_rc refuse(struct kith_why *why, const char *field, const char *sentence)
{
	return kith_refuse(why, KITH_E_INVALID_REQUEST, field, "%s", sentence);
}

static const struct kith_json_node *member(const struct kith_frame *frame, const char *key)
{
	return kith_json_get(&frame->json, frame->json.root, key);
}

static enum kith_rc take_id(struct kith_frame *frame, struct kith_why *why)
{
	const struct kith_json_node *id = member(frame, "id");

	frame->id = -1;
	if (id == NULL || id->kind == KITH_JSON_NULL) {
		return KITH_OK;
	}
	if (id->kind != KITH_JSON_INTEGER || id->integer < 0) {
		return refuse(why, "id", "is no number of a call");
	}
	frame->id = id->integer;
	return KITH_OK;
}

static enum kith_rc take_ok(struct kith_frame *frame, struct kith_why *why)
{
	const struct kith_json_node *repeated = member(frame, "repeated");

	frame->payload = member(frame, "result");
	frame->is_repeated = repeated != NULL && repeated->kind == KITH_JSON_TRUE;
	if (frame->payload == NULL || frame->payload->kind != KITH_JSON_OBJECT) {
		return refuse(why, "result", "is no object");
	}
	return take_id(frame, why);
}

static enum kith_rc take_error(struct kith_frame *frame, struct kith_why *why)
{
	frame->payload = member(frame, "problem");
	if (frame->payload == NULL || frame->payload->kind != KITH_JSON_OBJECT) {
		return refuse(why, "problem", "is no object");
	}
	return take_id(frame, why);
}

static enum kith_rc take_gap(struct kith_frame *frame, struct kith_why *why)
{
	const struct kith_json_node *reload = member(frame, "reload");
	const struct kith_json_node *cursor = member(frame, "cursor");

	(void)why;
	frame->payload = cursor != NULL && cursor->kind == KITH_JSON_STRING ? cursor : NULL;
	frame->must_reload = reload != NULL && reload->kind == KITH_JSON_TRUE;
	return KITH_OK;
}

static enum kith_rc take_whole(struct kith_frame *frame, struct kith_why *why)
{
	(void)why;
	frame->payload = frame->json.root;
	return KITH_OK;
}

static const struct {
	const char *name;
	enum kith_rc (*take)(struct kith_frame *frame, struct kith_why *why);
} types[] = {
	[KITH_FRAME_UNKNOWN] = { "", take_whole },
	[KITH_FRAME_WELCOME] = { "welcome", take_whole },
	[KITH_FRAME_OK] = { "ok", take_ok },
	[KITH_FRAME_ERROR] = { "error", take_error },
	[KITH_FRAME_EVENT] = { "event", take_whole },
	[KITH_FRAME_GAP] = { "gap", take_gap },
	[KITH_FRAME_PONG] = { "pong", take_whole },
	[KITH_FRAME_BYE] = { "bye", take_whole },
};

_Static_assert(KITH_COUNT(types) == KITH_FRAME_TYPE_COUNT, "every type has its reader");

static enum kith_frame_type find_type(struct kith_str name)
{
	for (int i = KITH_FRAME_UNKNOWN + 1; i < KITH_FRAME_TYPE_COUNT; i++) {
		if (kith_str_is(name, types[i].name)) {
			return (enum kith_frame_type)i;
		}
	}
	return KITH_FRAME_UNKNOWN;
}

enum kith_rc kith_frame_read(struct kith_str text, struct kith_arena *mem, struct kith_frame *out,
                             struct kith_why *why)
{
	struct kith_frame frame = { .id = -1 };
	const struct kith_json_node *type;
	struct kith_str name;
	enum kith_rc rc = kith_json_read(text, mem, &frame.json, why);

	if (rc != KITH_OK) {
		return rc;
	}
	type = member(&frame, "type");
	if (type == NULL || type->kind != KITH_JSON_STRING) {
		return refuse(why, "type", "is missing");
	}
	rc = kith_json_text(&frame.json, type, mem, &name);
	if (rc == KITH_OK) {
		frame.type = find_type(name);
		rc = types[frame.type].take(&frame, why);
	}
	if (rc == KITH_OK) {
		*out = frame;
	}
	return rc;
}

static void open_frame(struct kith_json_writer *w, struct kith_buf *buf, const char *type)
{
	kith_json_write_to(w, buf);
	kith_json_open_object(w);
	kith_json_pair_string(w, "type", kith_str_of(type));
}

void kith_frame_write_hello(struct kith_buf *buf, struct kith_str token, struct kith_str since)
{
	struct kith_json_writer w;

	open_frame(&w, buf, "hello");
	kith_json_pair_string(&w, "token", token);
	if (since.at != NULL) {
		kith_json_pair_string(&w, "since", since);
	}
	kith_json_close_object(&w);
}

void kith_frame_write_auth(struct kith_buf *buf, struct kith_str token)
{
	struct kith_json_writer w;

	open_frame(&w, buf, "auth");
	kith_json_pair_string(&w, "token", token);
	kith_json_close_object(&w);
}

void kith_frame_write_ping(struct kith_buf *buf, int64_t n)
{
	struct kith_json_writer w;

	open_frame(&w, buf, "ping");
	kith_json_pair_integer(&w, "n", n);
	kith_json_close_object(&w);
}

void kith_frame_write_call(struct kith_buf *buf, int64_t id, struct kith_str call,
                           struct kith_str args)
{
	struct kith_json_writer w;

	open_frame(&w, buf, "call");
	kith_json_pair_integer(&w, "id", id);
	kith_json_pair_string(&w, "call", call);
	kith_json_key(&w, "args");
	kith_json_put_raw(&w, args);
	kith_json_close_object(&w);
}
