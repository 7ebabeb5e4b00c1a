/*
 * control_line.h -- what kithctl and kithd say to each other, as lines of JSON.
 *
 * A request is {"args":["key","add",…],"files":[{"name":"k.pem","content":"…"}]},
 * a reply {"exit":0,"out":"…","err":"…"}, each with one end of line behind it.
 * Both directions are written and read here. Knows no socket and no command.
 */
#ifndef KITH_SERVER_CONTROL_LINE_H
#define KITH_SERVER_CONTROL_LINE_H

#include "server/admin.h"

enum {
	KITH_CONTROL_REQUEST_MAX = 64 * 1024, /* bytes, with the end of line */
	KITH_CONTROL_REPLY_MAX = 16 * 1024 * 1024,
};

struct kith_control_reply {
	int exit; /* enum kith_admin_exit */
	struct kith_str out;
	struct kith_str err;
};

/* Appends the line. Whoever fills the texts has seen to it that they are UTF-8. */
void kith_control_write_request(struct kith_buf *buf, const struct kith_admin_request *request);
void kith_control_write_reply(struct kith_buf *buf, const struct kith_control_reply *reply);

/*
 * Reads LINE, without its end of line.
 *
 * returns  KITH_OK
 *          KITH_E_INVALID_REQUEST  not of that form: other members, types, too many
 *                                  words or files, a NUL in a word
 *          KITH_E_TOO_LARGE, KITH_E_NO_MEMORY
 * owns     texts live in MEM or borrow LINE
 */
KITH_MUST_USE enum kith_rc kith_control_read_request(struct kith_str line, struct kith_arena *mem,
                                                     struct kith_admin_request *out,
                                                     struct kith_why *why);
KITH_MUST_USE enum kith_rc kith_control_read_reply(struct kith_str line, struct kith_arena *mem,
                                                   struct kith_control_reply *out,
                                                   struct kith_why *why);

#endif
