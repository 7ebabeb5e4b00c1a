/*
 * server.h -- a real kithd on the world's directory, and sockets to it.
 *
 * Starts the program that was built with the tests on a free port, reads its
 * ready line, and ends it by SIGTERM. Connections are plain blocking sockets that
 * wait as long as a stage is patient.
 */
#ifndef KITH_TESTS_TRANSCRIPTS_SERVER_H
#define KITH_TESTS_TRANSCRIPTS_SERVER_H

#include "base/buf.h"
#include "transcripts/stage.h"

/* Makes and fills WORLD and starts a server on it; false after a comment that says why not. */
bool server_start(struct world *world, const struct script *script);

/* Ends it; false when it did not exit with 0. */
bool server_stop(void);

int server_pid(void);
const char *server_url(void); /* http://127.0.0.1:PORT */
int64_t server_now_us(void);  /* its clock is ours     */

/* One connection; bytes that were read but not eaten wait in IN. */
struct wire {
	int fd; /* -1: none */
	struct kith_buf in;
};

bool wire_open(struct wire *wire);
void wire_close(struct wire *wire);
bool wire_send(struct wire *wire, struct kith_str bytes);

/* Reads more behind IN. false: the end, an error, or nothing in time. */
bool wire_more(struct wire *wire);

/* Until IN has LEN bytes. */
bool wire_need(struct wire *wire, size_t len);

#endif
