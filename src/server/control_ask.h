/*
 * control_ask.h -- asks the server of a data directory to run a command.
 *
 * The other end of control.h: connects, sends one line, waits for one. kithctl's
 * main and the tests call it. Decides nothing about the answer.
 */
#ifndef KITH_SERVER_CONTROL_ASK_H
#define KITH_SERVER_CONTROL_ASK_H

#include "base/arena.h"
#include "base/err.h"
#include "server/control_line.h"

struct sockaddr_un;

/*
 * The address of the control socket in the directory that DIR_FD holds open. It
 * goes through the descriptor, so the directory's path may have any length.
 */
void kith_control_address(int dir_fd, struct sockaddr_un *out);

/*
 * Asks the server of the data directory DIR and waits for its reply, at most
 * TIMEOUT_MS for each step (0: for as long as it takes, once it has been heard).
 *
 * returns  KITH_OK               out is set
 *          KITH_E_NOT_FOUND      nobody serves there: no directory, no socket, nobody listens
 *          KITH_E_TOO_LARGE      the request is; nothing was sent
 *          KITH_E_IO             the socket may not be used; why says why
 *          KITH_E_UNAVAILABLE    no whole answer came: whether the command ran is not known
 *          KITH_E_NO_MEMORY
 * owns     out lives in MEM
 */
KITH_MUST_USE enum kith_rc kith_control_ask(const char *dir,
                                            const struct kith_admin_request *request,
                                            int timeout_ms, struct kith_arena *mem,
                                            struct kith_control_reply *out, struct kith_why *why);

#endif
