/*
 * admin.h -- what an operator may ask for, as words of a command line.
 *
 * One table of commands, each a noun, a verb, its arguments and its function
 * . The same table runs inside kithd for its control socket and inside
 * kithctl on the files of a stopped server. Every change is a plan for the store.
 * Opens no socket, and never reads a path that a request names: the asker sends the
 * contents along. The one path that is written is that of a new backup. A secret is
 * shown once, when it is made.
 */
#ifndef KITH_SERVER_ADMIN_H
#define KITH_SERVER_ADMIN_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/rand.h"
#include "base/str.h"
#include "store/store.h"

enum {
	KITH_ADMIN_ARGS_MAX = 16, /* words of one request                  */
	KITH_ADMIN_FILES_MAX = 2,
	KITH_ADMIN_PLACES_MAX = 2, /* positional arguments of one command   */
	KITH_ADMIN_FILE_MAX = 16 * 1024,
	KITH_ADMIN_RETRY_MAX = 4, /* tries of one change that was stale    */
	KITH_ADMIN_PAGE_MAX = 10000,
	KITH_ADMIN_NAME_MAX = 128, /* bytes of a display name               */
};

/* The exit codes of kithctl. */
enum kith_admin_exit {
	KITH_ADMIN_DONE = 0,
	KITH_ADMIN_REFUSED = 1,
	KITH_ADMIN_USAGE = 2,
	KITH_ADMIN_UNREACHABLE = 3, /* kithctl's own: no server and no store */
};

struct kith_config;
struct kith_limits;

/* What commands work with. One thread's at a time; a command that runs beside others has one
 * of its own. */
struct kith_admin {
	struct kith_store *store;   /* borrowed; NULL for commands that are offline */
	struct kith_reader *reader; /* its own                                     */
	int64_t (*now_us)(void);    /* the wall clock                              */
	struct kith_rand rand;
	struct kith_str domain;  /* borrowed: new organizations are <id>.<this> */
	int password_memory_mib; /* 0: KITH_PASSWORD_MEMORY_MIB                 */
	/* Allocations of the workers' threads since the start; NULL: there are none. */
	const atomic_uint_fast64_t *allocations;
	/* Long commands end early when this becomes true; NULL: never. */
	const atomic_bool *is_cancelled;
	/* Begins to drain the server over SECONDS (-1: as configured); NULL: there is none. */
	void (*drain)(void *context, int64_t seconds);
	void *drain_context;
	const char *dir;                  /* the data directory, for commands that are offline */
	const struct kith_config *config; /* what holds here; NULL: nobody knows */
	struct kith_limits *limits;       /* the running server's; NULL: there is none */
};

/*
 * Opens a reader of its own on STORE, which must outlive it, as must DOMAIN.
 * returns  KITH_OK, KITH_E_UNAVAILABLE, KITH_E_NO_MEMORY
 */
KITH_MUST_USE enum kith_rc kith_admin_init(struct kith_admin *admin, struct kith_store *store,
                                           int64_t (*now_us)(void), struct kith_str domain);
void kith_admin_done(struct kith_admin *admin);

/* Another one like ADMIN, with a reader of its own, for a thread of its own. */
KITH_MUST_USE enum kith_rc kith_admin_copy(const struct kith_admin *admin, struct kith_admin *out);

/* The name under which kithctl sends along what it read of its standard input. */
#define KITH_ADMIN_STDIN "-"

/* A file that an argument names, with what the asker read in it. */
struct kith_admin_file {
	struct kith_str name;
	struct kith_str content;
};

/* The words behind "kithctl --data DIR", all of them valid UTF-8. */
struct kith_admin_request {
	struct kith_str args[KITH_ADMIN_ARGS_MAX];
	size_t arg_count;
	struct kith_admin_file files[KITH_ADMIN_FILES_MAX];
	size_t file_count;
};

/* The options that any command knows; which ones is the command's to say. */
enum kith_admin_option {
	KITH_ADMIN_AFTER,
	KITH_ADMIN_ALG,
	KITH_ADMIN_BOT,
	KITH_ADMIN_DOMAIN,
	KITH_ADMIN_JSON,
	KITH_ADMIN_LIMIT,
	KITH_ADMIN_NAME,
	KITH_ADMIN_ORG,
	KITH_ADMIN_PASSWORD_STDIN,
	KITH_ADMIN_PUBLIC,
	KITH_ADMIN_REPLACE,
	KITH_ADMIN_SCOPE,
	KITH_ADMIN_TTL,
	KITH_ADMIN_USER,
	KITH_ADMIN_VERIFY,
	KITH_ADMIN_OPTION_COUNT,
};

struct kith_admin_call;

/* One row of the table. */
struct kith_admin_command {
	const char *noun;
	const char *verb;      /* NULL: the noun stands alone                     */
	const char *arguments; /* of the usage line, after noun and verb          */
	unsigned place_min, place_max;
	unsigned options; /* a bit per enum kith_admin_option                */
	bool may_create;  /* in an empty directory it makes the store        */
	bool is_long;     /* takes as long as the store is big               */
	bool is_offline;  /* works on the files, and never inside a server   */
	bool has_path;    /* its first argument is one: kithctl makes it absolute */
	int (*run)(struct kith_admin_call *call);
	const char *help;
};

/* A request, understood. Borrows the request. */
struct kith_admin_words {
	const struct kith_admin_command *command;
	struct kith_str places[KITH_ADMIN_PLACES_MAX];
	size_t place_count;
	struct kith_str options[KITH_ADMIN_OPTION_COUNT]; /* at NULL: not given */
};

/* Appends TEXT as a terminal may see it: control characters as \xHH, each byte. */
void kith_admin_show(struct kith_buf *out, struct kith_str text);

/*
 * Finds REQUEST's command and sorts its words.
 *
 * returns  KITH_ADMIN_DONE   out is set
 *          KITH_ADMIN_USAGE  ERR says what is wrong, with the usage
 */
KITH_MUST_USE int kith_admin_parse(const struct kith_admin_request *request,
                                   struct kith_admin_words *out, struct kith_buf *err);

/*
 * Runs WORDS, which kith_admin_parse() made of REQUEST: what it answers is appended
 * to OUT, refusals to ERR as lines "kithctl: code: sentence (detail)". Everything
 * in both is valid UTF-8.
 *
 * returns  KITH_ADMIN_DONE or KITH_ADMIN_REFUSED
 * owns     what it needs meanwhile lives in MEM
 */
KITH_MUST_USE int kith_admin_run(struct kith_admin *admin, const struct kith_admin_request *request,
                                 const struct kith_admin_words *words, struct kith_arena *mem,
                                 struct kith_buf *out, struct kith_buf *err);

/* The usage lines of all commands. */
void kith_admin_usage(struct kith_buf *out);

/*
 * All about the commands whose names begin with WORDS ("user", or "user add").
 * returns  false, with nothing added, when there is none
 */
KITH_MUST_USE bool kith_admin_help(const struct kith_str *words, size_t count,
                                   struct kith_buf *out);

#endif
