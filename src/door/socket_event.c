/*
 * socket_event.c -- an event as a whole frame, encoded once for all who hear it.
 */
#include "door/socket.h"
#include "wire/ws.h"

static void begin_event(struct kith_json_writer *w, struct kith_buf *scratch)
{
	kith_buf_reset(scratch);
	kith_json_write_to(w, scratch);
	kith_json_open_object(w);
	kith_json_pair_string(w, "type", KITH_STR("event"));
}

/* Closes the event that was begun and appends it to BUF as a frame. */
static void end_event(struct kith_json_writer *w, struct kith_buf *scratch, struct kith_buf *buf)
{
	uint8_t header[KITH_WS_HEADER_MAX];

	kith_json_close_object(w);
	if (scratch->failed) {
		buf->failed = true;
		return;
	}
	kith_buf_add(buf, kith_str_make(header, kith_ws_write_header(header, KITH_WS_TEXT,
	                                                             scratch->len, NULL)));
	kith_buf_add(buf, kith_buf_str(scratch));
}

void kith_socket_encode_event(struct kith_buf *buf, struct kith_buf *scratch,
                              const struct kith_cursor_keys *keys, const struct kith_news *news)
{
	struct kith_json_writer w;

	begin_event(&w, scratch);
	kith_answer_event(&w, keys, news);
	end_event(&w, scratch, buf);
}

void kith_socket_encode_passing(struct kith_buf *buf, struct kith_buf *scratch,
                                const struct kith_passing *passing)
{
	struct kith_json_writer w;

	begin_event(&w, scratch);
	kith_answer_passing(&w, passing);
	end_event(&w, scratch, buf);
}
