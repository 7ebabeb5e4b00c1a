/*
 * file.h -- a small file, whole.
 *
 * The configuration and public keys are read at once, with a bound on their
 * size; a pipe works as well as a file. Nothing here writes, or knows what the
 * bytes mean. The programs' mains and config.c call it.
 */
#ifndef KITH_SERVER_FILE_H
#define KITH_SERVER_FILE_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/*
 * Reads the file at PATH to its end.
 *
 * returns  KITH_OK           out is set, with a NUL behind it (not counted)
 *          KITH_E_IO         it cannot be read; why is the system's reason, without PATH
 *          KITH_E_TOO_LARGE  more than MAX bytes
 *          KITH_E_NO_MEMORY
 * owns     out lives in MEM
 */
KITH_MUST_USE enum kith_rc kith_file_read(const char *path, size_t max, struct kith_arena *mem,
                                          struct kith_str *out, struct kith_why *why);

#endif
