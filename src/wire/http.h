/*
 * http.h -- HTTP/1.1 requests and responses as values, without a socket.
 *
 * Reads the head of one request (the server's side) or response (the client's),
 * then its body, from whatever bytes have come so far; writes heads. Strict, as
 * docs/protocol.md lists: what two programs could read in two ways is refused.
 * Knows no routes and no chat.
 */
#ifndef KITH_WIRE_HTTP_H
#define KITH_WIRE_HTTP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

enum {
	KITH_HTTP_HEAD_MAX = 16 * 1024, /* bytes of start line and headers   */
	KITH_HTTP_HEADERS_MAX = 100,
	KITH_HTTP_METHOD_MAX = 32,        /* bytes of a method                 */
	KITH_HTTP_TARGET_MAX = 8 * 1024,  /* bytes of the request target       */
	KITH_HTTP_CHUNK_LINE_MAX = 256,   /* a chunk's size, extension, CR LF  */
	KITH_HTTP_TRAILER_MAX = 4 * 1024, /* all trailers and the empty line  */
};

/* DONE: out is set. MORE: call again with more bytes. BAD: final, answer and close. */
enum kith_parse {
	KITH_PARSE_DONE,
	KITH_PARSE_MORE,
	KITH_PARSE_BAD,
};

enum kith_http_method {
	KITH_HTTP_GET,
	KITH_HTTP_HEAD,
	KITH_HTTP_POST,
	KITH_HTTP_PUT,
	KITH_HTTP_PATCH,
	KITH_HTTP_DELETE,
	KITH_HTTP_OPTIONS,
	KITH_HTTP_OTHER, /* a valid token that we know nothing of */
};

struct kith_http_header {
	struct kith_str name;  /* as sent; compare with kith_str_equal_nocase()  */
	struct kith_str value; /* without blanks around                          */
};

/* How the body comes. */
enum kith_http_body {
	KITH_HTTP_BODY_NONE,
	KITH_HTTP_BODY_LENGTH,
	KITH_HTTP_BODY_CHUNKED,
};

struct kith_http_head {
	enum kith_http_method method; /* requests                              */
	struct kith_str method_text;
	struct kith_str target; /* as sent, e.g. /v1/me?x=1              */
	struct kith_str path;   /* of the target, still percent-encoded  */
	struct kith_str query;  /* behind '?', still encoded; may be empty */
	int status;             /* responses: 100..599                   */
	int minor_version;      /* HTTP/1.x                              */
	enum kith_http_body body;
	int64_t content_length; /* BODY_LENGTH                           */
	bool keep_alive;        /* by version and Connection             */
	bool wants_upgrade;     /* Connection: upgrade is there          */
	bool expects_continue;  /* and a body is to come                 */
	size_t size;            /* bytes of the head in the input        */
	size_t header_count;
	/* Last, because only those that are counted are set. */
	struct kith_http_header headers[KITH_HTTP_HEADERS_MAX];
};

/*
 * Reads one request head from the front of IN, which holds all bytes since the
 * last request ended. Nothing is copied: every slice borrows IN. With MORE the
 * caller keeps the bytes and calls again with them and more. The target is in
 * origin form only (a proxy's absolute form and "*" are refused), no empty line
 * may stand before the request line, and a head that can only be refused is
 * refused at its first wrong byte.
 *
 * returns  DONE  out is set; the body begins at IN + out->size
 *          MORE  the head is not whole
 *          BAD   why says what; *rc is INVALID_REQUEST or TOO_LARGE
 *          *rc is set with BAD only, out with DONE only
 * source   RFC 9112 2, 3, 5, 6
 */
KITH_MUST_USE enum kith_parse kith_http_read_request(struct kith_str in, struct kith_http_head *out,
                                                     enum kith_rc *rc, struct kith_why *why);

/*
 * The same for a response head (the client's side). 1xx, 204 and 304 have no
 * body; any other response must say its length or be chunked, because one that
 * ends with the connection cannot be told from one that was cut off. A response
 * to HEAD has none either, which only the caller knows.
 */
KITH_MUST_USE enum kith_parse kith_http_read_response(struct kith_str in,
                                                      struct kith_http_head *out, enum kith_rc *rc,
                                                      struct kith_why *why);

/* The value of header NAME (any case); at NULL when it is not there. */
struct kith_str kith_http_header(const struct kith_http_head *head, const char *name);

/* true when the comma-separated header NAME holds TOKEN (any case). */
bool kith_http_has_token(const struct kith_http_head *head, const char *name, const char *token);

/* Where the reading of one body stands. */
struct kith_http_body_reader {
	int64_t left;     /* bytes of the length or of this chunk        */
	int64_t taken;    /* bytes of content so far                     */
	int64_t size_max; /* more content than this is TOO_LARGE         */
	int state;        /* private to http_body.c                      */
	size_t line;      /* bytes of the chunk line or trailers so far  */
};

void kith_http_body_start(struct kith_http_body_reader *body, const struct kith_http_head *head,
                          int64_t size_max);

/*
 * Takes bytes from the front of *IN and gives the next piece of content in
 * *piece (it borrows IN; may be empty). Chunk extensions and trailers are
 * checked and dropped.
 *
 * returns  DONE  the body has ended with *piece, the last one; what is left in
 *                IN belongs to the next request
 *          MORE  *piece is set; call again, with more bytes when IN is empty
 *          BAD   *rc is INVALID_REQUEST or TOO_LARGE; stays BAD
 * source   RFC 9112 6, 7.1
 */
KITH_MUST_USE enum kith_parse kith_http_body_read(struct kith_http_body_reader *body,
                                                  struct kith_str *in, struct kith_str *piece,
                                                  enum kith_rc *rc, struct kith_why *why);

/*
 * Decodes a path once: percent-escapes, then refuses what may not be in one:
 * %2F, %00, a '.' or '..' segment, '\\', control characters, invalid UTF-8.
 * The path must start with '/'. Empty segments are refused but for the last.
 *
 * returns  KITH_OK; KITH_E_INVALID_REQUEST; KITH_E_NO_MEMORY. out lives in MEM.
 */
KITH_MUST_USE enum kith_rc kith_http_path_decode(struct kith_str path, struct kith_arena *mem,
                                                 struct kith_str *out, struct kith_why *why);

/*
 * Takes the next "name=value" of a query string, decoded ('+' is a blank) into
 * MEM; *rest is advanced. A name alone has an empty value; a value alone, an
 * empty piece between two '&', %00 and invalid UTF-8 are refused.
 * returns  DONE  name and value are set
 *          MORE  the query has ended
 *          BAD   malformed (or the heap is empty: *rc is KITH_E_NO_MEMORY)
 */
KITH_MUST_USE enum kith_parse kith_http_query_next(struct kith_str *rest, struct kith_arena *mem,
                                                   struct kith_str *name, struct kith_str *value,
                                                   enum kith_rc *rc, struct kith_why *why);

/* The reason phrase of STATUS ("Not Found"); "Status" for one that we never send. */
const char *kith_http_reason(int status);

/*
 * Writes heads: a start line, headers, the blank line. Names and values must be
 * free of CR, LF and NUL (asserted: they are ours or checked).
 */
void kith_http_write_status(struct kith_buf *buf, int status);
void kith_http_write_request(struct kith_buf *buf, const char *method, struct kith_str target);
void kith_http_write_header(struct kith_buf *buf, const char *name, struct kith_str value);
void kith_http_write_end(struct kith_buf *buf);

#endif
