/*
 * client.h -- one signed-in connection to a Kith server, kept up.
 *
 * A client connects, comes back by itself, repeats what was not answered, and
 * resumes its events where they stopped. calls.gen.h has a function per call;
 * outbox.h keeps messages until they are stored. Everything runs either in the
 * caller's poll loop (fd, timeout, step) or on a thread of the client's own.
 *
 * Callbacks come only from kith_client_step() or on that thread, one at a time,
 * never from within a function that the caller calls otherwise. In a callback
 * every function here may be called except step, start, stop and free. Texts and
 * structs handed to a callback are valid until it returns.
 */
#ifndef KITH_CLIENT_H
#define KITH_CLIENT_H

#include "kith/calls.gen.h"
#include "kith/types.h"

#ifdef __cplusplus
extern "C" {
#endif

struct kith_client;
struct kith_outbox_result;

enum {
	KITH_CLIENT_WHY_MAX = 256,    /* bytes of a sentence for people, with its NUL  */
	KITH_CLIENT_CALLS_MAX = 8192, /* unanswered calls; one more is refused: FULL   */
};

enum kith_client_state {
	KITH_CLIENT_IDLE,       /* made, not connected                              */
	KITH_CLIENT_CONNECTING, /* not yet online; tries until it is                */
	KITH_CLIENT_ONLINE,
	KITH_CLIENT_RECONNECTING, /* was online; waits and tries until it is again    */
	KITH_CLIENT_CLOSED,       /* for good: closed by you, or refused by the server */
};

/*
 * How a client shall be. Zero or NULL is the standard everywhere but for url and
 * one way to say who speaks: token or on_token, session_path, or on_session. Times in
 * milliseconds. Texts are copied.
 */
struct kith_client_options {
	/* https://HOST[:PORT][/PATH], wss://, or http:// without TLS. NULL: the session's. */
	const char *url;
	const char *token; /* a token that holds for as long as the client is used, ... */

	/*
	 * ... or whoever gets one: called when one is needed. kith_client_give_token()
	 * answers, at once or later, from any thread. A token that the server refuses is
	 * asked for once more; when that one is refused too, the client closes.
	 */
	void (*on_token)(void *context, struct kith_client *client);

	/*
	 * ... or a device session (device.h), kept in this file: readable by its owner only,
	 * replaced as a whole and synced. Several programs may use one file at a time; a file
	 * F.lock beside it stays. It need not be there before kith_login().
	 */
	const char *session_path;

	/*
	 * ... or a device session that the application keeps. SESSION is to be on stable
	 * storage when this returns true; then, and not before, it replaces the former one.
	 * None: it has ended, and may be thrown away. Give the last one as session. One client
	 * at a time may use a session that is kept so.
	 */
	bool (*on_session)(void *context, struct kith_text session);
	const char *session;

	/*
	 * A PEM file of the authorities that may have signed the server's certificate.
	 * NULL: the system's. A certificate of others, for another host or out of its time
	 * is a problem network, and is tried again like any other loss.
	 */
	const char *ca_file;

	/*
	 * The state is now STATE. PROBLEM says why a try failed, the connection was lost
	 * or the client closed; NULL when nothing is wrong. A try that fails while
	 * connecting or reconnecting tells the same state again.
	 */
	void (*on_state)(void *context, enum kith_client_state state,
	                 const struct kith_problem *problem);

	/*
	 * News, each once, in the order of its conversation. When this returns, the event
	 * counts as taken: after a loss or a restart others follow behind it. NULL: no
	 * events are wanted, and no cursor is kept.
	 */
	void (*on_event)(void *context, const struct kith_api_event *event);

	/*
	 * Events are missing for good: the cursor was too old. Load conversations and
	 * histories anew; events go on from now.
	 */
	void (*on_reload)(void *context);

	/* What became of a message in the outbox (outbox.h). */
	void (*on_outbox)(void *context, const struct kith_outbox_result *result);

	void *context; /* handed to all of these */

	/*
	 * The senders of messages are not told that they have arrived here. Otherwise the
	 * library tells them: once on_event has returned, one call for many, at most one in
	 * 250 ms for a conversation, again after a loss, and after a restart or a reload for
	 * whatever is unread. That a person has read is told by kith_conversations_read().
	 */
	bool hides_delivered;

	/*
	 * The cursor of the last event that you have. NULL: what the outbox's file
	 * remembers, or without one, now.
	 */
	const char *since;

	/*
	 * The file in which the outbox and the cursor survive this process; made when it
	 * is not there, and locked. NULL: both live in memory only.
	 */
	const char *outbox_path;

	/* Until it is online for the first time, a try that fails ends every call: network. */
	bool fails_fast;

	int64_t call_timeout_ms;    /* 15,000: then a call ends with timeout            */
	int64_t connect_timeout_ms; /* 10,000: from connect() to the welcome            */
	int64_t backoff_base_ms;    /* 500: the first wait is drawn from 0 up to this   */
	int64_t backoff_max_ms;     /* 30,000: and doubles each time up to this         */
	int64_t ping_after_ms;      /* 25,000 of silence                                */
	int64_t pong_within_ms;     /* 10,000: then the connection counts as lost       */
};

/*
 * Makes a client, which does nothing before kith_client_connect(). WHY (NULL, or
 * KITH_CLIENT_WHY_MAX bytes) gets a sentence when it fails.
 *
 * returns  KITH_STATUS_OK            *out is set
 *          KITH_STATUS_BAD_ARGUMENT  the URL is not understood, a number is negative,
 *                                    ca_file cannot be used
 *          KITH_STATUS_STORAGE       the outbox's file cannot be opened, is in use by
 *                                    another client, or is damaged
 *          KITH_STATUS_NO_MEMORY     or no descriptors
 */
KITH_API int kith_client_new(const struct kith_client_options *options, struct kith_client **out,
                             char *why);

/*
 * Ends everything and clears the pointer; NULL is fine. Calls without an answer
 * end with the problem aborted before this returns; what is in the outbox's file
 * stays there. Stops the thread if there is one. May wait for a look-up of the
 * host's name that is under way.
 */
KITH_API void kith_client_free(struct kith_client **client);

/*
 * Begins to connect, and stays at it. Does nothing unless idle or closed.
 * returns  KITH_STATUS_OK, KITH_STATUS_NO_MEMORY
 * thread   any
 */
KITH_API int kith_client_connect(struct kith_client *client);

/*
 * Says good-bye and closes. Calls without an answer end with aborted; the outbox
 * keeps what it has.
 * returns  KITH_STATUS_OK: the state closed follows; KITH_STATUS_NO_MEMORY
 * thread   any
 */
KITH_API int kith_client_close(struct kith_client *client);

/*
 * Answers on_token, or replaces the token before it expires. TOKEN is copied;
 * NULL: there is none to be had, which closes the client.
 * returns  KITH_STATUS_OK, KITH_STATUS_NO_MEMORY
 * thread   any
 */
KITH_API int kith_client_give_token(struct kith_client *client, const char *token);

/* thread   any: what it was a moment ago */
KITH_API enum kith_client_state kith_client_get_state(const struct kith_client *client);

/*
 * The caller's own loop: waits until the descriptor is readable or the timeout
 * (milliseconds, -1: none) has passed, then calls step. The timeout is to be asked
 * anew each time. Not together with kith_client_start().
 */
KITH_API int kith_client_fd(const struct kith_client *client);
KITH_API int kith_client_timeout_ms(const struct kith_client *client);
KITH_API void kith_client_step(struct kith_client *client);

/*
 * The client's own thread: runs until kith_client_stop(), which waits for it to
 * finish its present callback. All signals are blocked on it.
 * returns  KITH_STATUS_OK; KITH_STATUS_NO_MEMORY when no thread can be had
 */
KITH_API int kith_client_start(struct kith_client *client);
KITH_API void kith_client_stop(struct kith_client *client);

/*
 * Where events go on after those handed on so far; to be kept and given as since.
 * None before the first connection. From callbacks, or between steps.
 */
KITH_API struct kith_text kith_client_cursor(const struct kith_client *client);

/*
 * The JSON behind what is being handed to the present callback: a call's result or
 * problem, an event's data, a message of the outbox. None outside of callbacks.
 */
KITH_API struct kith_text kith_client_json(const struct kith_client *client);

/* What kith_client_call() answers with: JSON is the result, none with a problem. */
typedef void kith_client_call_fn(void *context, const struct kith_problem *problem,
                                 struct kith_text json);

/*
 * Makes a call by its name, with its arguments as a JSON object; for programs that
 * pass on what they do not know. An id that a message lacks is made at the first try,
 * as the typed functions do.
 *
 * returns  KITH_STATUS_OK            DONE follows once
 *          KITH_STATUS_BAD_ARGUMENT  NAME is no call of this library's contract, or
 *                                    ARGS no JSON object
 *          KITH_STATUS_NO_MEMORY, KITH_STATUS_FULL
 * thread   any
 */
KITH_API int kith_client_call(struct kith_client *client, const char *name, struct kith_text args,
                              kith_client_call_fn *done, void *context);

/* The library's version, "0.1.0". */
KITH_API const char *kith_version(void);

#ifdef __cplusplus
}
#endif

#endif
