/*
 * sqlite_signin.h -- what plans do to devices, passwords, API keys and links.
 *
 * The rows of sqlite_apply.c's and sqlite_check.c's tables for who may sign in
 * . A check writes nothing; a write comes only when all checks of its plan
 * held. Whether somebody may sign in is the service's to decide.
 */
#ifndef KITH_STORE_SQLITE_SIGNIN_H
#define KITH_STORE_SQLITE_SIGNIN_H

#include "store/sqlite_apply.h"

/* Ended sessions are forgotten by the next sign-in of the person after this. */
#define KITH_DEVICE_KEPT_US INT64_C(2592000000000)

/* For effect_checks of sqlite_check.c. */
typedef enum kith_rc kith_signin_check_fn(struct kith_apply *apply, const struct kith_plan *plan,
                                          size_t at);
kith_signin_check_fn kith_signin_check_session_add;
kith_signin_check_fn kith_signin_check_session_turn;
kith_signin_check_fn kith_signin_check_session_end;
kith_signin_check_fn kith_signin_check_password_set;
kith_signin_check_fn kith_signin_check_api_key_add;
kith_signin_check_fn kith_signin_check_api_key_end;
kith_signin_check_fn kith_signin_check_link_add;
kith_signin_check_fn kith_signin_check_link_use;

/* For effect_writes of sqlite_apply.c. */
typedef enum kith_rc kith_signin_write_fn(struct kith_apply *apply, struct kith_plan *plan,
                                          size_t at);
kith_signin_write_fn kith_signin_write_session_add;
kith_signin_write_fn kith_signin_write_session_turn;
kith_signin_write_fn kith_signin_write_session_end;
kith_signin_write_fn kith_signin_write_password_set;
kith_signin_write_fn kith_signin_write_api_key_add;
kith_signin_write_fn kith_signin_write_api_key_end;
kith_signin_write_fn kith_signin_write_link_add;
kith_signin_write_fn kith_signin_write_link_use;

#endif
