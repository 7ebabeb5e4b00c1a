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
#include "base/ip.h"
#include "base/log.h"
#include "base/option.h"
#include "base/str.h"
#include "door/door.h"
#include "service/limits.h"

enum {
	KITH_CONFIG_ORIGINS_MAX = 64,
	KITH_CONFIG_WORKERS_MAX = 64, /* the ring's walkers */
	KITH_CONFIG_READERS_MAX = 64,
	KITH_CONFIG_CONNECTIONS_MAX = 1000000,
	KITH_CONFIG_LINGER_MAX_US = 1000,
	KITH_CONFIG_SLOW_MAX_MS = 3600000,
	KITH_CONFIG_DATA_MAX = 1024, /* bytes of the data directory's path */
	KITH_CONFIG_TLS_MAX = 1024,  /* bytes of the path of each of TLS's files */
	KITH_CONFIG_PROXIES_MAX = 32,
	KITH_CONFIG_RATE_MAX = 1000000, /* of a limit: in its time, and at once */
};

/* Every text has a NUL behind it and holds none. */
struct kith_config {
	struct kith_str listen;   /* HOST:PORT, as kith_listener_bind() takes it     */
	struct kith_str data;     /* the data directory's path                       */
	struct kith_str tls_cert; /* files; both or neither (""): plain connections */
	struct kith_str tls_key;
	struct kith_str domain; /* a new organization's domain is <org>.<this>     */
	struct kith_str origins;
	struct kith_str log_level;
	struct kith_str trusted_proxies;
	int64_t workers; /* 0: one per core                                */
	int64_t readers;
	int64_t password_memory_mib;
	int64_t max_connections; /* of the whole process                           */
	int64_t output_max;      /* bytes that may wait, of one worker            */
	int64_t linger_us;       /* how long a small commit waits for company      */
	int64_t drain_seconds;   /* the window of kithctl drain                    */
	struct kith_option_rate limits[KITH_LIMIT_COUNT];
	int64_t limit_connections_address; /* open at once; 0: no limit           */

	struct kith_str metrics; /* who may read them                        */
	int64_t slow_call_ms;    /* a longer call is logged; 0: none         */

	/* worked out of the texts above */
	enum kith_log_level level;
	enum kith_door_metrics metrics_for;
	struct kith_net proxies[KITH_CONFIG_PROXIES_MAX];
	size_t proxy_count;
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

/* The limits as kith_limits_new() takes them. */
void kith_config_limits(const struct kith_config *config, struct kith_limit out[KITH_LIMIT_COUNT]);

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
