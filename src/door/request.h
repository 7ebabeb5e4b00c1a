/*
 * request.h -- what is kept of a request's head until its answer.
 *
 * A head's bytes go when it was read, but path, token and a few more words are
 * needed later: they are copied into the memory of the call that the request
 * becomes. Decides nothing about them. Private to the HTTP door.
 */
#ifndef KITH_DOOR_REQUEST_H
#define KITH_DOOR_REQUEST_H

#include "door/public.h"
#include "wire/http.h"

enum {
	KITH_REQUEST_ID_MAX = 64,  /* bytes of an X-Request-Id that is echoed */
	KITH_REQUEST_ID_MADE = 36, /* of one of ours                          */
};

struct kith_stream_ask;

struct kith_request {
	struct kith_str path; /* as sent, still encoded                     */
	struct kith_str query;
	struct kith_str body;           /* whole; empty until it is */
	struct kith_str token;          /* at NULL: none came                         */
	struct kith_str id;             /* the client's, when it may be echoed; else ours */
	struct kith_str origin;         /* to name in the answer; may be empty       */
	struct kith_stream_ask *stream; /* it asks for the event stream; else NULL   */
	struct kith_ip from;            /* who asks: the peer, or whom a trusted proxy names */
	struct kith_public_page page;
	bool is_page;
	bool is_charged; /* the limit of its address has counted it     */
	bool is_kept;    /* the connection stays open behind the answer */
	bool is_head;
	bool is_json; /* the content type says so                   */
	char made_id[KITH_REQUEST_ID_MADE];
};

/*
 * Copies what is needed of HEAD, where pages of ORIGINS (blanks between) may come.
 * returns  NULL without memory
 * owns     lives in MEM, with all its texts
 */
struct kith_request *kith_request_keep(const struct kith_http_head *head, struct kith_str origins,
                                       struct kith_arena *mem);

/* Whether a proxy says in HEAD that it passes on what somebody else asked. */
bool kith_request_is_forwarded(const struct kith_http_head *head);

/* Gives it an id of ours: the connection's number and the request's. */
void kith_request_name(struct kith_request *request, uint64_t connection, uint64_t number);

#endif
