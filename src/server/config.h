/*
 * config.h -- what the operator asked for: the keys of one deployment.
 *
 * One table of options gives the file's reader, the KITH_<KEY> overrides and the
 * commented example; on top of it stand the checks that a table cannot say. Holds
 * no secret, opens nothing but the file, starts nothing. kithd's main and kithctl
 * call it.
 */
#ifndef KITH_SERVER_CONFIG_H
#define KITH_SERVER_CONFIG_H

#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/log.h"
#include "base/str.h"

enum {
	KITH_CONFIG_ORIGINS_MAX = 64,
	KITH_CONFIG_WORKERS_MAX = 64, /* the ring's walkers */
	KITH_CONFIG_READERS_MAX = 64,
	KITH_CONFIG_CONNECTIONS_MAX = 1000000,
	KITH_CONFIG_LINGER_MAX_US = 1000,
	KITH_CONFIG_DATA_MAX = 1024, /* bytes of the data directory's path */
};

/* Every text has a NUL behind it and holds none. */
struct kith_config {
	struct kith_str listen; /* HOST:PORT, as kith_listener_bind() takes it     */
	struct kith_str data;   /* the data directory's path                       */
	struct kith_str domain; /* a new organization's domain is <org>.<this>     */
	struct kith_str origins;
	struct kith_str log_level;
	int64_t workers; /* 0: one per core                                */
	int64_t readers;
	int64_t max_connections; /* of the whole process                           */
	int64_t output_max;      /* bytes that may wait, of one worker            */
	int64_t linger_us;       /* how long a small commit waits for company      */

	/* worked out of the texts above */
	enum kith_log_level level;
};

/*
 * The standard values, then FILE (NULL: none), then ENVIRONMENT, then the checks.
 *
 * returns  KITH_OK           out is set
 *          KITH_E_INVALID_REQUEST, KITH_E_IO, KITH_E_TOO_LARGE, KITH_E_NO_MEMORY
 *          and one line in COMPLAINT, which for the file's lines begins with
 *          FILE:LINE: and for a variable with its name
 * owns     texts live in MEM or are static
 * source   R-102
 */
KITH_MUST_USE enum kith_rc kith_config_load(const char *file, char *const *environment,
                                            struct kith_arena *mem, struct kith_config *out,
                                            struct kith_buf *complaint);

/* The commented example, which loads as it is. */
void kith_config_example(struct kith_buf *out);

enum { KITH_CONFIG_RUN = -1 };

/*
 * kithd's command line: --config FILE, --check-config, --print-config, --version,
 * --help. ARGV ends with a NULL and begins with the program's name.
 *
 * returns  KITH_CONFIG_RUN  serve: out is set
 *          0, 1, 2          end with this exit code (1: the configuration is wrong,
 *                           2: the command line is)
 *          SAY belongs on stdout, COMPLAINT on stderr; both may be empty
 */
KITH_MUST_USE int kith_config_from_argv(char *const *argv, char *const *environment,
                                        struct kith_arena *mem, struct kith_config *out,
                                        struct kith_buf *say, struct kith_buf *complaint);

#endif
