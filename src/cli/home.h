/*
 * home.h -- where does kith keep who is signed in?
 *
 * One file for each user of the machine, in their configuration folder, or wherever
 * KITH_SESSION says. Finds the path and makes the folder; what is in the file is
 * libkith's (kith/device.h).
 */
#ifndef KITH_CLI_HOME_H
#define KITH_CLI_HOME_H

#include <stdbool.h>

#include "base/err.h"

enum { KITH_HOME_PATH_MAX = 4096 };

/*
 * $KITH_SESSION, else $XDG_CONFIG_HOME/kith/session, else ~/.config/kith/session, from
 * ENVIRONMENT, like getenv(). returns false, out empty, when there is none of them, or it
 * is too long.
 */
KITH_MUST_USE bool kith_home_find(const char *(*environment)(const char *name),
                                  char out[KITH_HOME_PATH_MAX]);

/* Makes the folders above PATH that are missing, for their owner only. KITH_E_IO with why. */
KITH_MUST_USE enum kith_rc kith_home_make(const char *path, struct kith_why *why);

#endif
