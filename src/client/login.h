/*
 * login.h -- is somebody signing in just now?
 *
 * The sign-in that is under way, and the exchange that it is made with; kith_login()
 * and kith_logout() are its way in. What comes of it is kept and renewed by device.h.
 */
#ifndef KITH_CLIENT_LOGIN_H
#define KITH_CLIENT_LOGIN_H

#include <stdbool.h>

#include "client/exchange.h"

struct login;

struct kith_signing {
	struct kith_exchange exchange;
	struct login *login; /* NULL: nobody */
	bool is_started;
};

void kith_signing_init(struct kith_signing *signing, const struct kith_sockets *sockets);

/* Ends a sign-in under way with the problem aborted; no other may begin then. */
void kith_signing_abort(struct kith_signing *signing);
void kith_signing_done(struct kith_signing *signing);

#endif
