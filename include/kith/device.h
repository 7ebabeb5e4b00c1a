/*
 * device.h -- signing in on a device, and staying signed in.
 *
 * A client that was made with options.session_path, or with options.on_session, has a
 * device session: kith_login() begins it, kith_logout() ends it, and in between the
 * library renews its tokens by itself, before they end and after a long sleep. New
 * tokens are kept on stable storage before they are used, and an answer that was lost
 * is asked for again while the server still gives it; so neither a crash nor a broken
 * connection signs a device out. When the server says that the session has ended, it
 * is forgotten, and the client closes with the problem unauthenticated, once.
 */
#ifndef KITH_DEVICE_H
#define KITH_DEVICE_H

#include "kith/calls.gen.h"
#include "kith/types.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
	KITH_LOGIN_URL_MAX = 800,  /* bytes, with the NUL */
	KITH_LOGIN_USER_MAX = 256, /* the same            */
	KITH_LOGIN_ID_MAX = 40,
};

/* Who is signed in, by a file. */
struct kith_login_info {
	char url[KITH_LOGIN_URL_MAX];
	char user[KITH_LOGIN_USER_MAX];
	char session[KITH_LOGIN_ID_MAX];
};

/*
 * Signs in, over HTTP: with user and password, with link and the new password, or with
 * token. The client need not be connected; kith_client_connect() then uses the session.
 * One that is there already is replaced, not ended. DONE is called once, after the session is
 * kept; with the problem storage when it could not be, with conflict when the session
 * is being renewed or another sign-in is under way.
 *
 * returns  KITH_STATUS_OK            DONE follows
 *          KITH_STATUS_BAD_ARGUMENT  the client keeps no session, or a text is no UTF-8
 *          KITH_STATUS_NO_MEMORY, KITH_STATUS_FULL, KITH_STATUS_CLOSED
 * thread   any
 */
KITH_API int kith_login(struct kith_client *client, const struct kith_sessions_create_args *args,
                        kith_sessions_create_fn *done, void *context);

typedef void kith_logout_fn(void *context, const struct kith_problem *problem);

/*
 * Ends the session on the server, forgets it, and closes the client. The client must
 * be connecting or online, because the server has to hear of it. One that has ended
 * already is fine. With a PROBLEM it is still there.
 *
 * returns  KITH_STATUS_OK            DONE follows
 *          KITH_STATUS_BAD_ARGUMENT  the client keeps no session
 *          KITH_STATUS_NO_MEMORY, KITH_STATUS_FULL, KITH_STATUS_CLOSED
 * thread   any
 */
KITH_API int kith_logout(struct kith_client *client, kith_logout_fn *done, void *context);

/*
 * Who is signed in by the file PATH? WHY (NULL, or KITH_CLIENT_WHY_MAX bytes) gets a
 * sentence when it fails.
 *
 * returns  KITH_STATUS_OK            *out is set
 *          KITH_STATUS_BAD_ARGUMENT  there is no such file: nobody is
 *          KITH_STATUS_STORAGE       it cannot be read, or is no kept session
 *          KITH_STATUS_NO_MEMORY
 */
KITH_API int kith_login_read(const char *path, struct kith_login_info *out, char *why);

#ifdef __cplusplus
}
#endif

#endif
