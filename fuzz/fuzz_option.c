/*
 * fuzz_option.c -- whatever a configuration file holds, its values are within
 * their limits, and what is refused is refused with its place.
 *
 * Bytes behind a NUL are read as the value of a variable as well.
 */
#include <string.h>

#include "base/option.h"
#include "base/utf8.h"
#include "base/when.h"
#include "fuzz.h"

struct config {
	struct kith_str name;
	int64_t port;
	bool is_open;
	int64_t wait_us;
	int64_t room_bytes;
	struct kith_option_rate pace;
};

static const struct kith_option rows[] = {
	{ "name", KITH_OPTION_TEXT, offsetof(struct config, name), "", 0, 0, "Name." },
	{ "port", KITH_OPTION_INTEGER, offsetof(struct config, port), "1", -5, 65535, "Port." },
	{ "is_open", KITH_OPTION_BOOL, offsetof(struct config, is_open), "true", 0, 0, "Open." },
	{ "wait", KITH_OPTION_SPAN, offsetof(struct config, wait_us), "1s", KITH_SECOND_US,
	  KITH_DAY_US, "Wait." },
	{ "room", KITH_OPTION_SIZE, offsetof(struct config, room_bytes), "1k", 0, INT64_MAX,
	  "Room." },
	{ "pace", KITH_OPTION_RATE, offsetof(struct config, pace), "1/s", 0, 1000000, "Pace." },
};

static void check_config(const struct config *config)
{
	KITH_ASSERT(kith_utf8_is_valid(config->name));
	KITH_ASSERT(kith_str_find(config->name, '\n') < 0 && kith_str_find(config->name, '\0') < 0);
	KITH_ASSERT(config->port >= -5 && config->port <= 65535);
	KITH_ASSERT(config->wait_us >= KITH_SECOND_US && config->wait_us <= KITH_DAY_US);
	KITH_ASSERT(config->room_bytes >= 0);
	const struct kith_option_rate *pace = &config->pace;
	KITH_ASSERT(pace->count >= 0 && pace->count <= 1000000 && pace->burst <= 1000000);
	KITH_ASSERT(pace->count == 0 ? pace->burst == 0 && pace->span_us == 0
	                             : pace->burst >= 1 && pace->span_us >= KITH_SECOND_US);
}

static void check_why(enum kith_rc rc, const struct kith_why *why, const char *place)
{
	KITH_ASSERT(rc == KITH_OK || rc == KITH_E_INVALID_REQUEST);
	KITH_ASSERT(rc == KITH_OK || strncmp(why->detail, place, strlen(place)) == 0);
	KITH_ASSERT(kith_utf8_is_valid(kith_str_of(why->detail)));
}

/* Each row once as a variable of the value TEXT (until its first NUL). */
static void check_environment(struct kith_str text, struct kith_arena *mem, struct config *config)
{
	static const char *const names[] = { "KITH_NAME=", "KITH_PORT=", "KITH_IS_OPEN=",
		                             "KITH_WAIT=", "KITH_ROOM=", "KITH_PACE=" };
	for (size_t i = 0; i < KITH_COUNT(names); i++) {
		struct kith_why why = { 0 };
		char *variable = kith_arena_zero(mem, 1, strlen(names[i]) + text.len + 1);
		KITH_ASSERT(variable != NULL);
		memcpy(variable, names[i], strlen(names[i]));
		memcpy(variable + strlen(names[i]), text.at, text.len);
		char *const environment[] = { variable, NULL };
		enum kith_rc rc = kith_option_environment(rows, KITH_COUNT(rows), environment, mem,
		                                          config, &why);
		check_why(rc, &why, "KITH_");
		check_config(config);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kith_arena mem;
	struct config config;
	struct kith_why why = { 0 };
	struct kith_str text = kith_str_make(data, size);
	struct kith_str head;
	kith_arena_init(&mem, 4096);
	kith_option_defaults(rows, KITH_COUNT(rows), &config);
	enum kith_rc rc =
		kith_option_read(rows, KITH_COUNT(rows), text, "conf", &mem, &config, &why);
	check_why(rc, &why, "conf:");
	check_config(&config);
	if (kith_str_cut(text, '\0', &head, &text)) {
		check_environment(text, &mem, &config);
	}
	kith_arena_done(&mem);
	return 0;
}
