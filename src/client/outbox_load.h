/*
 * outbox_load.h -- from the records of a journal back to the outbox they tell of.
 */
#ifndef KITH_CLIENT_OUTBOX_LOAD_H
#define KITH_CLIENT_OUTBOX_LOAD_H

#include "client/outbox.h"

/*
 * Does to the outbox OUTBOX what the record JSON says. A kith_journal_fn.
 * returns  KITH_OK; KITH_E_CORRUPT with why; KITH_E_NO_MEMORY
 */
KITH_MUST_USE enum kith_rc kith_outbox_load(void *outbox, struct kith_str json,
                                            struct kith_why *why);

/* What loading shares with adding: an entry without a record, in its lane. NULL: no memory. */
struct kith_outbox_entry *kith_outbox_insert(struct kith_outbox *outbox,
                                             const struct kith_outbox_new *made,
                                             struct kith_buf *args, uint64_t number);

/* And with stamping: ID goes into the arguments. false: no memory, unchanged. */
KITH_MUST_USE bool kith_outbox_set_id(struct kith_outbox *outbox, struct kith_outbox_entry *entry,
                                      struct kith_str id);

#endif
