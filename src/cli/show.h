/*
 * show.h -- how messages and conversations look on a terminal.
 *
 * One line each, with everything that others wrote made safe by terminal.h.
 * Times are shown in UTC. What is printed with --json never comes here.
 */
#ifndef KITH_CLI_SHOW_H
#define KITH_CLI_SHOW_H

#include "base/buf.h"
#include "kith/calls.gen.h"

/* "[2026-11-22 10:15:30Z] alice: Hello Bob", further lines of the text indented. */
void kith_show_message(struct kith_buf *out, const struct kith_api_message *message);

/*
 * "2 unread  Bob Marsh (bob)  8c5d…  bob: Hello", the text cut to one line. ME is who
 * looks: left out of the names; a conversation with nobody else is "notes".
 */
void kith_show_conversation(struct kith_buf *out, const struct kith_api_conversation *conversation,
                            struct kith_str me);

#endif
