/*
 * items.h -- the items of a page, each as the JSON it came in.
 *
 * For --json, which prints exactly what the server said, also what this program
 * is too old to know.
 */
#ifndef KITH_CLI_ITEMS_H
#define KITH_CLI_ITEMS_H

#include "base/buf.h"
#include "base/str.h"

/* Appends each element of the member "items" of the object PAGE, a line each. */
void kith_items_add(struct kith_buf *out, struct kith_str page);

#endif
