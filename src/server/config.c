/*
 * config.c -- the table of keys, and the checks that no table can say.
 */
#include "server/config.h"

#include <arpa/inet.h>

#include "base/option.h"
#include "bus/ring.h"
#include "domain/address.h"
#include "server/drain.h"
#include "server/file.h"
#include "service/password.h"

_Static_assert((int)KITH_CONFIG_WORKERS_MAX == (int)KITH_RING_WALKERS_MAX, "each worker walks");

#define FIELD(name) offsetof(struct kith_config, name)

static const struct kith_option rows[] = {
	{ .key = "listen",
	  .type = KITH_OPTION_TEXT,
	  .offset = FIELD(listen),
	  .standard = "127.0.0.1:8480",
	  .help = "Where HTTP and WebSocket are served: HOST:PORT, where HOST is an IPv4\n"
	          "address, an IPv6 one in brackets, or localhost. Port 0 takes a free one,\n"
	          "which the ready line tells." },
	{ .key = "tls_cert",
	  .type = KITH_OPTION_TEXT,
	  .offset = FIELD(tls_cert),
	  .standard = "",
	  .help = "The file of the server's certificate and its chain, in PEM, the server's\n"
	          "own first. With it and tls_key, TLS 1.3 and 1.2 are spoken at listen, and\n"
	          "nothing else. SIGHUP reads both files anew. Empty: no TLS." },
	{ .key = "tls_key",
	  .type = KITH_OPTION_TEXT,
	  .offset = FIELD(tls_key),
	  .standard = "",
	  .help = "The file of the certificate's private key, in PEM, without a password.\n"
	          "Only the user that the server runs as should be able to read it." },
	{ .key = "data",
	  .type = KITH_OPTION_TEXT,
	  .offset = FIELD(data),
	  .standard = "kith-data",
	  .help = "The data directory: everything that is stored, and the control socket.\n"
	          "It is made, for its owner only, when it is not there. A relative path\n"
	          "starts where the program was started. Not on a network file system." },
	{ .key = "domain",
	  .type = KITH_OPTION_TEXT,
	  .offset = FIELD(domain),
	  .standard = "localhost",
	  .help = "The domain of a new organization's addresses is <organization>.<this>,\n"
	          "unless it is made with another one. Existing ones keep theirs." },
	{ .key = "origins",
	  .type = KITH_OPTION_TEXT,
	  .offset = FIELD(origins),
	  .standard = "",
	  .help = "The web origins whose pages may call, with blanks between, each as\n"
	          "scheme://host[:port]: https://chat.example http://localhost:5173.\n"
	          "Empty: no page of another origin may. Programs send no origin and are\n"
	          "not asked for one." },
	{ .key = "workers",
	  .type = KITH_OPTION_INTEGER,
	  .offset = FIELD(workers),
	  .standard = "0",
	  .min = 0,
	  .max = KITH_CONFIG_WORKERS_MAX,
	  .help = "Threads that serve connections. 0: one per core, 64 at most." },
	{ .key = "readers",
	  .type = KITH_OPTION_INTEGER,
	  .offset = FIELD(readers),
	  .standard = "2",
	  .min = 1,
	  .max = KITH_CONFIG_READERS_MAX,
	  .help = "Threads that read from the store." },
	{ .key = "password_memory_mib",
	  .type = KITH_OPTION_INTEGER,
	  .offset = FIELD(password_memory_mib),
	  .standard = "64",
	  .min = KITH_PASSWORD_MEMORY_MIB_MIN,
	  .max = KITH_PASSWORD_MEMORY_MIB_MAX,
	  .help = "MiB of memory that one look at a password costs (argon2id), and who guesses as\n"
	          "much. Passwords that are set from then on cost it; two are looked at at a "
	          "time." },
	{ .key = "max_connections",
	  .type = KITH_OPTION_INTEGER,
	  .offset = FIELD(max_connections),
	  .standard = "15000",
	  .min = 1,
	  .max = KITH_CONFIG_CONNECTIONS_MAX,
	  .help = "Connections at the same time, of the whole server. The operating system's\n"
	          "limit on open files must allow for them." },
	{ .key = "output_max",
	  .type = KITH_OPTION_SIZE,
	  .offset = FIELD(output_max),
	  .standard = "256m",
	  .min = 1024 * 1024,
	  .max = INT64_C(64) * 1024 * 1024 * 1024,
	  .help = "What may wait to be sent on all connections of one worker. Above it,\n"
	          "the connection that has most of it is closed, and comes back." },
	{ .key = "linger_us",
	  .type = KITH_OPTION_INTEGER,
	  .offset = FIELD(linger_us),
	  .standard = "1000",
	  .min = 0,
	  .max = KITH_CONFIG_LINGER_MAX_US,
	  .help = "How long a small commit may wait for company, in microseconds. An idle\n"
	          "server does not wait." },
	{ .key = "limit_calls_user",
	  .type = KITH_OPTION_RATE,
	  .offset = FIELD(limits[KITH_LIMIT_CALLS_USER]),
	  .standard = "100/s burst 400",
	  .max = KITH_CONFIG_RATE_MAX,
	  .help = "All calls of one user, on all connections together. Each limit is\n"
	          "RATE/TIME burst N: so many in each s, m, h or 10m, and N at once when nothing\n"
	          "was used for a while; without a burst it is the rate's number. 0: no limit.\n"
	          "Whoever is over one is told how long to wait (rate_limited)." },
	{ .key = "limit_sends_user",
	  .type = KITH_OPTION_RATE,
	  .offset = FIELD(limits[KITH_LIMIT_SENDS_USER]),
	  .standard = "30/s burst 150",
	  .max = KITH_CONFIG_RATE_MAX,
	  .help = "What one user sends: messages, and what is done to messages." },
	{ .key = "limit_typing_user",
	  .type = KITH_OPTION_RATE,
	  .offset = FIELD(limits[KITH_LIMIT_TYPING_USER]),
	  .standard = "50/s burst 400",
	  .max = KITH_CONFIG_RATE_MAX,
	  .help = "What one user tells of themselves: typing, presence, delivered and read." },
	{ .key = "limit_searches_user",
	  .type = KITH_OPTION_RATE,
	  .offset = FIELD(limits[KITH_LIMIT_SEARCHES_USER]),
	  .standard = "5/s burst 20",
	  .max = KITH_CONFIG_RATE_MAX,
	  .help = "Searches of one user." },
	{ .key = "limit_sends_conversation",
	  .type = KITH_OPTION_RATE,
	  .offset = FIELD(limits[KITH_LIMIT_SENDS_CONVERSATION]),
	  .standard = "60/s burst 300",
	  .max = KITH_CONFIG_RATE_MAX,
	  .help = "What is sent to one conversation by all its members." },
	{ .key = "limit_sends_organization",
	  .type = KITH_OPTION_RATE,
	  .offset = FIELD(limits[KITH_LIMIT_SENDS_ORGANIZATION]),
	  .standard = "5000/s burst 20000",
	  .max = KITH_CONFIG_RATE_MAX,
	  .help = "What is sent in one organization." },
	{ .key = "limit_calls_address",
	  .type = KITH_OPTION_RATE,
	  .offset = FIELD(limits[KITH_LIMIT_CALLS_ADDRESS]),
	  .standard = "200/s burst 1000",
	  .max = KITH_CONFIG_RATE_MAX,
	  .help = "Requests without a token from one address (of IPv6, from its /64)." },
	{ .key = "limit_signins_address",
	  .type = KITH_OPTION_RATE,
	  .offset = FIELD(limits[KITH_LIMIT_SIGNINS_ADDRESS]),
	  .standard = "60/s burst 600",
	  .max = KITH_CONFIG_RATE_MAX,
	  .help = "Tokens from one address that the server has not seen in the last minute,\n"
	          "good or not." },
	{ .key = "limit_failed_signins_address",
	  .type = KITH_OPTION_RATE,
	  .offset = FIELD(limits[KITH_LIMIT_FAILED_SIGNINS_ADDRESS]),
	  .standard = "50/10m",
	  .max = KITH_CONFIG_RATE_MAX,
	  .help = "Wrong tokens and passwords from one address; an expired token is not wrong.\n"
	          "Above it no new token or password from there is looked at." },
	{ .key = "limit_failed_signins_account",
	  .type = KITH_OPTION_RATE,
	  .offset = FIELD(limits[KITH_LIMIT_FAILED_SIGNINS_ACCOUNT]),
	  .standard = "10/10m",
	  .max = KITH_CONFIG_RATE_MAX,
	  .help = "Wrong passwords for one user. Whoever is signed in stays so." },
	{ .key = "limit_connections_address",
	  .type = KITH_OPTION_INTEGER,
	  .offset = FIELD(limit_connections_address),
	  .standard = "1000",
	  .min = 0,
	  .max = KITH_CONFIG_CONNECTIONS_MAX,
	  .help = "Connections from one address that are open at once, except from\n"
	          "trusted_proxies. 0: no limit." },
	{ .key = "trusted_proxies",
	  .type = KITH_OPTION_TEXT,
	  .offset = FIELD(trusted_proxies),
	  .standard = "",
	  .help = "The networks of proxies in front, with blanks between: 127.0.0.1\n"
	          "10.0.0.0/8 fd00::/8. Their X-Forwarded-For says who asks; nobody else's is\n"
	          "believed. Without it, everybody behind a proxy shares its address's limits." },
	{ .key = "metrics",
	  .type = KITH_OPTION_TEXT,
	  .offset = FIELD(metrics),
	  .standard = "local",
	  .help = "Who may read GET /metrics: local (programs on this machine whose requests\n"
	          "come through no proxy), open (everybody who reaches the server) or off." },
	{ .key = "slow_call_ms",
	  .type = KITH_OPTION_INTEGER,
	  .offset = FIELD(slow_call_ms),
	  .standard = "1000",
	  .min = 0,
	  .max = KITH_CONFIG_SLOW_MAX_MS,
	  .help = "A call that takes this long is logged, in milliseconds. 0: none is." },
	{ .key = "drain_seconds",
	  .type = KITH_OPTION_INTEGER,
	  .offset = FIELD(drain_seconds),
	  .standard = "30",
	  .min = 0,
	  .max = KITH_DRAIN_SECONDS_MAX,
	  .help = "Over how long kithctl drain says goodbye to the connections." },
	{ .key = "log_level",
	  .type = KITH_OPTION_TEXT,
	  .offset = FIELD(log_level),
	  .standard = "info",
	  .help = "What is logged, as JSON lines on stderr: debug, info, warn or error." },
};

/* --- what the texts must be --- */

static bool port_is_valid(struct kith_str text, int64_t min)
{
	int64_t port;

	return kith_str_to_int(text, &port) && port >= min && port <= 65535;
}

/* Whether HOST is an address of FAMILY. */
static bool is_ip(int family, struct kith_str host)
{
	char text[INET6_ADDRSTRLEN];
	uint8_t address[sizeof(struct in6_addr)];

	if (host.len == 0 || host.len >= sizeof(text)) {
		return false;
	}
	memcpy(text, host.at, host.len);
	text[host.len] = '\0';
	return inet_pton(family, text, address) == 1;
}

/* Takes "[address]" off the front of *REST; is_bad when one begins and is none. */
static bool cut_bracketed(struct kith_str *rest, bool *is_bad)
{
	ptrdiff_t end = kith_str_find(*rest, ']');

	*is_bad = false;
	if (rest->len == 0 || rest->at[0] != '[') {
		return false;
	}
	*is_bad = end < 0 || !is_ip(AF_INET6, kith_str_make(rest->at + 1, (size_t)end - 1));
	if (!*is_bad) {
		*rest = kith_str_skip(*rest, (size_t)end + 1);
	}
	return !*is_bad;
}

static bool listen_is_valid(struct kith_str text)
{
	struct kith_str host;
	struct kith_str port;
	bool is_bad;

	if (cut_bracketed(&text, &is_bad)) {
		return text.len > 1 && text.at[0] == ':' &&
		       port_is_valid(kith_str_skip(text, 1), 0);
	}
	return !is_bad && kith_str_cut(text, ':', &host, &port) && port_is_valid(port, 0) &&
	       (kith_str_is(host, "localhost") || is_ip(AF_INET, host));
}

static bool scheme_is_valid(struct kith_str scheme)
{
	if (scheme.len == 0 || scheme.at[0] < 'a' || scheme.at[0] > 'z') {
		return false;
	}
	for (size_t i = 0; i < scheme.len; i++) {
		char c = scheme.at[i];
		if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '+' && c != '-' &&
		    c != '.') {
			return false;
		}
	}
	return true;
}

/* A browser leaves the scheme's own port out, so an origin that has it would never match. */
static bool port_is_silent(struct kith_str scheme, struct kith_str port)
{
	return (kith_str_is(scheme, "http") && kith_str_is(port, "80")) ||
	       (kith_str_is(scheme, "https") && kith_str_is(port, "443"));
}

/* scheme://host[:port] as browsers write it: lower case, nothing behind (RFC 6454 6.2). */
static bool origin_is_valid(struct kith_str text)
{
	struct kith_str scheme;
	struct kith_str host;
	struct kith_str port = { 0 };
	bool is_bad;

	if (!kith_str_cut(text, ':', &scheme, &text) || !scheme_is_valid(scheme) ||
	    !kith_str_starts(text, KITH_STR("//"))) {
		return false;
	}
	text = kith_str_skip(text, 2);
	if (cut_bracketed(&text, &is_bad)) {
		if (text.len == 0) {
			return true;
		}
		port = kith_str_skip(text, 1);
		return text.at[0] == ':' && port_is_valid(port, 1) && !port_is_silent(scheme, port);
	}
	if (is_bad) {
		return false;
	}
	if (!kith_str_cut(text, ':', &host, &port)) {
		return kith_domain_is_valid(text);
	}
	return kith_domain_is_valid(host) && port_is_valid(port, 1) &&
	       !port_is_silent(scheme, port);
}

/* --- the checks --- */

static enum kith_rc check_listen(struct kith_config *config, struct kith_why *why)
{
	if (!listen_is_valid(config->listen)) {
		return kith_refuse(why, KITH_E_INVALID_REQUEST, "listen",
		                   "listen: \"%s\" is not HOST:PORT with an IPv4 address, an IPv6 "
		                   "one in brackets, or localhost",
		                   config->listen.at);
	}
	return KITH_OK;
}

/* One of the two files, which make sense together only. */
static enum kith_rc check_tls_file(const char *key, struct kith_str file, const char *other_key,
                                   struct kith_str other, struct kith_why *why)
{
	if (file.len > KITH_CONFIG_TLS_MAX) {
		return kith_refuse(why, KITH_E_INVALID_REQUEST, key,
		                   "%s: the path must have %d bytes at most", key,
		                   KITH_CONFIG_TLS_MAX);
	}
	if (file.len > 0 && other.len == 0) {
		return kith_refuse(why, KITH_E_INVALID_REQUEST, key, "%s: %s must be set as well",
		                   key, other_key);
	}
	return KITH_OK;
}

static enum kith_rc check_tls_cert(struct kith_config *config, struct kith_why *why)
{
	return check_tls_file("tls_cert", config->tls_cert, "tls_key", config->tls_key, why);
}

static enum kith_rc check_tls_key(struct kith_config *config, struct kith_why *why)
{
	return check_tls_file("tls_key", config->tls_key, "tls_cert", config->tls_cert, why);
}

static enum kith_rc check_data(struct kith_config *config, struct kith_why *why)
{
	if (config->data.len == 0 || config->data.len > KITH_CONFIG_DATA_MAX) {
		return kith_refuse(why, KITH_E_INVALID_REQUEST, "data",
		                   "data: the path must have 1 to %d bytes", KITH_CONFIG_DATA_MAX);
	}
	return KITH_OK;
}

static enum kith_rc check_domain(struct kith_config *config, struct kith_why *why)
{
	if (!kith_domain_is_valid(config->domain)) {
		return kith_refuse(why, KITH_E_INVALID_REQUEST, "domain",
		                   "domain: \"%s\" is no domain name in lower case",
		                   config->domain.at);
	}
	return KITH_OK;
}

static enum kith_rc check_origin(struct kith_str origin, size_t *count, struct kith_why *why)
{
	if (!origin_is_valid(origin)) {
		return kith_refuse(
			why, KITH_E_INVALID_REQUEST, "origins",
			"origins: \"%.*s\" is not scheme://host[:port] as browsers write it",
			KITH_STR_PRINT(origin));
	}
	if (*count == KITH_CONFIG_ORIGINS_MAX) {
		return kith_refuse(why, KITH_E_INVALID_REQUEST, "origins", "origins: more than %d",
		                   KITH_CONFIG_ORIGINS_MAX);
	}
	(*count)++;
	return KITH_OK;
}

static enum kith_rc check_origins(struct kith_config *config, struct kith_why *why)
{
	struct kith_str rest = kith_str_trim(config->origins);
	size_t count = 0;

	while (rest.len > 0) {
		struct kith_str origin = rest;
		if (!kith_str_cut(rest, ' ', &origin, &rest)) {
			rest = (struct kith_str){ 0 };
		}
		enum kith_rc rc = check_origin(origin, &count, why);
		if (rc != KITH_OK) {
			return rc;
		}
		rest = kith_str_trim(rest);
	}
	return KITH_OK;
}

static enum kith_rc check_proxies(struct kith_config *config, struct kith_why *why)
{
	struct kith_str rest = kith_str_trim(config->trusted_proxies);

	for (config->proxy_count = 0; rest.len > 0; config->proxy_count++) {
		struct kith_str text = rest;
		if (!kith_str_cut(rest, ' ', &text, &rest)) {
			rest = (struct kith_str){ 0 };
		}
		if (config->proxy_count == KITH_CONFIG_PROXIES_MAX) {
			return kith_refuse(why, KITH_E_INVALID_REQUEST, "trusted_proxies",
			                   "trusted_proxies: more than %d",
			                   KITH_CONFIG_PROXIES_MAX);
		}
		if (!kith_net_read(text, &config->proxies[config->proxy_count])) {
			return kith_refuse(
				why, KITH_E_INVALID_REQUEST, "trusted_proxies",
				"trusted_proxies: \"%.*s\" is no address or network like "
				"10.0.0.0/8 or fd00::/8",
				KITH_STR_PRINT(text));
		}
		rest = kith_str_trim(rest);
	}
	return KITH_OK;
}

static enum kith_rc check_log_level(struct kith_config *config, struct kith_why *why)
{
	if (!kith_log_level_find(config->log_level, &config->level)) {
		return kith_refuse(why, KITH_E_INVALID_REQUEST, "log_level",
		                   "log_level: \"%s\" is not debug, info, warn or error",
		                   config->log_level.at);
	}
	return KITH_OK;
}

static enum kith_rc check_metrics(struct kith_config *config, struct kith_why *why)
{
	static const char *const names[] = {
		[KITH_DOOR_METRICS_OFF] = "off",
		[KITH_DOOR_METRICS_LOCAL] = "local",
		[KITH_DOOR_METRICS_OPEN] = "open",
	};

	for (size_t i = 0; i < KITH_COUNT(names); i++) {
		if (kith_str_is(config->metrics, names[i])) {
			config->metrics_for = (enum kith_door_metrics)i;
			return KITH_OK;
		}
	}
	return kith_refuse(why, KITH_E_INVALID_REQUEST, "metrics",
	                   "metrics: \"%s\" is not local, open or off", config->metrics.at);
}

static const struct {
	const char *key;
	enum kith_rc (*run)(struct kith_config *config, struct kith_why *why);
} checks[] = {
	{ "tls_cert", check_tls_cert },       { "tls_key", check_tls_key },
	{ "listen", check_listen },           { "data", check_data },
	{ "domain", check_domain },           { "origins", check_origins },
	{ "log_level", check_log_level },     { "metrics", check_metrics },
	{ "trusted_proxies", check_proxies },
};

/* --- loading --- */

/* The name of KEY's variable, when ENVIRONMENT has it; at NULL: the value is the file's. */
static struct kith_str find_variable(const char *key, char *const *environment)
{
	static const char prefix[] = "KITH_";

	for (; *environment != NULL; environment++) {
		struct kith_str name;
		struct kith_str value;
		if (kith_str_cut(kith_str_of(*environment), '=', &name, &value) &&
		    kith_str_starts(name, kith_str_of(prefix)) &&
		    kith_str_equal_nocase(kith_str_skip(name, strlen(prefix)), kith_str_of(key))) {
			return name;
		}
	}
	return (struct kith_str){ 0 };
}

/* The line of TEXT that sets KEY; TEXT has been read without a complaint. */
static size_t find_line(const char *key, struct kith_str text)
{
	struct kith_str line;
	struct kith_str name;
	struct kith_str value;

	for (size_t at = 1; text.len > 0; at++) {
		if (!kith_str_cut(text, '\n', &line, &text)) {
			line = text;
			text = (struct kith_str){ 0 };
		}
		if (kith_str_cut(line, '=', &name, &value) &&
		    kith_str_is(kith_str_trim(name), key)) {
			return at;
		}
	}
	return 0;
}

/* Where a configuration comes from. */
struct source {
	const char *file; /* NULL: none */
	struct kith_str text;
	char *const *environment;
};

/* "FILE:LINE: " or "KITH_<KEY>: ", whichever says KEY. */
static void add_place(const struct source *source, const char *key, struct kith_buf *complaint)
{
	struct kith_str variable = find_variable(key, source->environment);
	size_t line = find_line(key, source->text);

	if (variable.at != NULL) {
		kith_buf_add_format(complaint, "%.*s: ", KITH_STR_PRINT(variable));
	} else if (line > 0) {
		kith_buf_add_format(complaint, "%s:%zu: ", source->file, line);
	}
}

/* The file's name is put before the complaint here, so that a long one is never cut. */
static enum kith_rc load_file(struct source *source, struct kith_arena *mem,
                              struct kith_config *config, struct kith_buf *complaint)
{
	struct kith_why why = { 0 };
	enum kith_rc rc =
		kith_file_read(source->file, KITH_OPTION_FILE_MAX, mem, &source->text, &why);

	if (rc != KITH_OK) {
		kith_buf_add_format(complaint, "%s: %s\n", source->file, why.detail);
		return rc;
	}
	rc = kith_option_read(rows, KITH_COUNT(rows), source->text, "", mem, config, &why);
	if (rc != KITH_OK) {
		kith_buf_add_format(complaint, "%s%s\n", source->file, why.detail);
	}
	return rc;
}

static enum kith_rc load_environment(const struct source *source, struct kith_arena *mem,
                                     struct kith_config *config, struct kith_buf *complaint)
{
	struct kith_why why = { 0 };
	enum kith_rc rc = kith_option_environment(rows, KITH_COUNT(rows), source->environment, mem,
	                                          config, &why);

	if (rc != KITH_OK) {
		kith_buf_add_format(complaint, "%s\n", why.detail);
	}
	return rc;
}

static enum kith_rc run_checks(const struct source *source, struct kith_config *config,
                               struct kith_buf *complaint)
{
	struct kith_why why = { 0 };
	enum kith_rc rc = KITH_OK;

	for (size_t i = 0; rc == KITH_OK && i < KITH_COUNT(checks); i++) {
		rc = checks[i].run(config, &why);
		if (rc != KITH_OK) {
			add_place(source, checks[i].key, complaint);
			kith_buf_add_format(complaint, "%s\n", why.detail);
		}
	}
	return rc;
}

enum kith_rc kith_config_load(const char *file, char *const *environment, struct kith_arena *mem,
                              struct kith_config *out, struct kith_buf *complaint)
{
	struct source source = { .file = file, .environment = environment };
	struct kith_config config = { 0 };
	enum kith_rc rc = KITH_OK;

	kith_option_defaults(rows, KITH_COUNT(rows), &config);
	if (file != NULL) {
		rc = load_file(&source, mem, &config, complaint);
	}
	if (rc == KITH_OK) {
		rc = load_environment(&source, mem, &config, complaint);
	}
	if (rc == KITH_OK) {
		rc = run_checks(&source, &config, complaint);
	}
	if (rc == KITH_OK) {
		*out = config;
	}
	return rc;
}

void kith_config_limits(const struct kith_config *config, struct kith_limit out[KITH_LIMIT_COUNT])
{
	for (size_t i = 0; i < KITH_LIMIT_COUNT; i++) {
		const struct kith_option_rate *rate = &config->limits[i];
		out[i] = rate->count == 0
		                 ? (struct kith_limit){ 0 }
		                 : kith_limit_make(rate->count, rate->span_us, rate->burst);
	}
}

void kith_config_example(struct kith_buf *out)
{
	kith_buf_add_text(
		out, "# kithd's configuration: lines of key = value. Each key may also be given\n"
		     "# in the environment, as KITH_ and its name in capitals (KITH_LISTEN),\n"
		     "# which then counts. Values below are those that hold when a key is absent.\n"
		     "\n");
	kith_option_example(rows, KITH_COUNT(rows), out);
}

/* --- kithd's command line --- */

static const char usage[] =
	"usage: kithd [--config FILE] [--check-config]\n"
	"       kithd --print-config | --version | --help\n"
	"\n"
	"  --config FILE   read the configuration from FILE, then from the environment\n"
	"  --check-config  only say whether the configuration is good\n"
	"  --print-config  print a commented example with all keys\n"
	"  --version       print the version\n"
	"  --help          print this\n"
	"\n"
	"Prints \"kithd ready http://HOST:PORT\" when it serves, https:// with TLS. SIGHUP\n"
	"reads the certificate anew. Exit codes: 0 stopped as asked, 1 the configuration or\n"
	"the start failed, 2 wrong usage.\n";

enum mode { MODE_RUN, MODE_CHECK, MODE_PRINT, MODE_VERSION, MODE_HELP };

static const struct {
	const char *name;
	enum mode mode;
} modes[] = {
	{ "--check-config", MODE_CHECK },
	{ "--print-config", MODE_PRINT },
	{ "--version", MODE_VERSION },
	{ "--help", MODE_HELP },
};

/* returns false, with *mode untouched, when WORD is no option without value. */
static bool find_mode(const char *word, enum mode *mode)
{
	for (size_t i = 0; i < KITH_COUNT(modes); i++) {
		if (strcmp(word, modes[i].name) == 0) {
			*mode = modes[i].mode;
			return true;
		}
	}
	return false;
}

static bool read_argv(char *const *argv, enum mode *mode, const char **file,
                      struct kith_buf *complaint)
{
	for (size_t i = 1; argv[0] != NULL && argv[i] != NULL; i++) {
		if (find_mode(argv[i], mode)) {
			continue;
		}
		if (strcmp(argv[i], "--config") == 0 && argv[i + 1] != NULL) {
			*file = argv[++i];
			continue;
		}
		kith_buf_add_format(complaint, "kithd: %s \"%s\"\n%s",
		                    strcmp(argv[i], "--config") == 0 ? "a file must follow"
		                                                     : "unknown option",
		                    argv[i], usage);
		return false;
	}
	return true;
}

int kith_config_from_argv(char *const *argv, char *const *environment, struct kith_arena *mem,
                          struct kith_config *out, struct kith_buf *say, struct kith_buf *complaint)
{
	enum mode mode = MODE_RUN;
	const char *file = NULL;

	if (!read_argv(argv, &mode, &file, complaint)) {
		return 2;
	}
	if (mode == MODE_HELP) {
		kith_buf_add_text(say, usage);
		return 0;
	}
	if (mode == MODE_VERSION) {
		kith_buf_add_text(say, "kithd " KITH_VERSION "\n");
		return 0;
	}
	if (mode == MODE_PRINT) {
		kith_config_example(say);
		return 0;
	}
	if (kith_config_load(file, environment, mem, out, complaint) != KITH_OK) {
		return 1;
	}
	if (mode == MODE_CHECK) {
		kith_buf_add_text(say, "configuration ok\n");
		return 0;
	}
	return KITH_CONFIG_RUN;
}
