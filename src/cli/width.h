/*
 * width.h -- how many columns does a character take?
 *
 * By the C library's table, so East Asian text and emoji take two and combining marks
 * none. The locale has to be one of UTF-8: kith_width_start() sees to it.
 */
#ifndef KITH_CLI_WIDTH_H
#define KITH_CLI_WIDTH_H

#include <stddef.h>

#include "base/str.h"

/* Makes the C library know characters; once, at the start. */
void kith_width_start(void);

/*
 * The character at the front of TEXT (valid UTF-8, not empty) with the marks that combine
 * with it. returns its bytes; *columns is 0..2, 1 for what the library does not know.
 */
size_t kith_width_next(struct kith_str text, size_t *columns);

/* All of TEXT, which has no control characters. */
size_t kith_width_of(struct kith_str text);

#endif
