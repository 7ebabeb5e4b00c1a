/*
 * address.h -- does this name a conversation, or a person?
 *
 * Only as far as a command needs it to know which call to make; everything else about
 * addresses the server knows.
 */
#ifndef KITH_CLI_ADDRESS_H
#define KITH_CLI_ADDRESS_H

#include <stdbool.h>

#include "base/str.h"

/* A conversation's id or JID is what it is; anything else is a person. */
bool kith_address_is_conversation(struct kith_str text);

#endif
