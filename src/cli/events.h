/*
 * events.h -- how events other than new messages look on a terminal.
 *
 * A line each, for every kind of the contract, made safe by terminal.h; and each whole
 * as JSON. Which of them are printed is the command's.
 */
#ifndef KITH_CLI_EVENTS_H
#define KITH_CLI_EVENTS_H

#include "base/buf.h"
#include "base/str.h"
#include "kith/calls.gen.h"

/* Appends the line of EVENT, whatever it is; nothing for one of a newer server. */
void kith_events_show(struct kith_buf *out, const struct kith_api_event *event);

/* Appends {"event":…,"cursor":…,"conversation":…,"n":…,"data":DATA} and a newline. */
void kith_events_show_json(struct kith_buf *out, const struct kith_api_event *event,
                           struct kith_str data);

#endif
