/*
 * log.c -- a line on the stack, one write.
 */
#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/utf8.h"
#include "base/when.h"

/* What always fits behind a value that was cut: its quote, the brace, the newline. */
enum { LINE_END = 3 };

struct line {
	char at[KITH_LOG_LINE_MAX];
	size_t len;
	bool is_full; /* something did not fit: nothing more is added */
};

static atomic_int lowest = KITH_LOG_INFO;

void kith_log_set_level(enum kith_log_level level)
{
	atomic_store_explicit(&lowest, (int)level, memory_order_relaxed);
}

bool kith_log_is_on(enum kith_log_level level)
{
	return (int)level >= atomic_load_explicit(&lowest, memory_order_relaxed);
}

/* Whether LEN more bytes fit; when not, the line is full for good. */
static bool has_room(struct line *line, size_t len)
{
	line->is_full = line->is_full || line->len + len + LINE_END > sizeof(line->at);
	return !line->is_full;
}

/* Adds TEXT whole, or nothing from here on. */
static void add(struct line *line, struct kith_str text)
{
	if (!has_room(line, text.len)) {
		return;
	}
	memcpy(line->at + line->len, text.at, text.len);
	line->len += text.len;
}

/* The length of the valid character at the front of TEXT; 0 when there is none. */
static size_t character_length(struct kith_str text)
{
	for (size_t len = 1; len <= 4 && len <= text.len; len++) {
		if (kith_utf8_is_valid(kith_str_make(text.at, len))) {
			return len;
		}
	}
	return 0;
}

/* Controls, of which C1 are two bytes long, must not reach a terminal. */
static bool is_control(struct kith_str c)
{
	uint8_t last = (uint8_t)c.at[c.len - 1];
	return c.len == 1 ? last < 0x20 || last == 0x7f : c.at[0] == '\xc2' && last < 0xa0;
}

static void add_character(struct line *line, struct kith_str c)
{
	static const char digits[] = "0123456789abcdef";
	uint8_t last = (uint8_t)c.at[c.len - 1];
	if (is_control(c)) {
		char escape[] = { '\\', 'u', '0', '0', digits[last >> 4], digits[last & 15] };
		add(line, kith_str_make(escape, sizeof(escape)));
	} else if (last == '"' || last == '\\') {
		char escape[] = { '\\', (char)last };
		add(line, kith_str_make(escape, sizeof(escape)));
	} else {
		add(line, c);
	}
}

static void add_escaped(struct line *line, struct kith_str value)
{
	while (value.len > 0 && !line->is_full) {
		size_t len = character_length(value);
		if (len == 0) {
			add(line, KITH_STR("\xef\xbf\xbd"));
			len = 1;
		} else {
			add_character(line, kith_str_make(value.at, len));
		}
		value = kith_str_skip(value, len);
	}
}

/* A key with its quotes and the value's first one: all of it or nothing. */
static bool begin_pair(struct line *line, const char *key)
{
	if (!has_room(line, strlen(key) + strlen(",\"\":\""))) {
		return false;
	}
	if (line->len > 1) {
		add(line, KITH_STR(","));
	}
	add(line, KITH_STR("\""));
	add(line, kith_str_of(key));
	add(line, KITH_STR("\":\""));
	return true;
}

static void add_pair(struct line *line, const char *key, struct kith_str value)
{
	if (begin_pair(line, key)) {
		add_escaped(line, value);
		/* LINE_END keeps this room, also when the value was cut. */
		line->at[line->len++] = '"';
	}
}

static void write_line(const struct line *line)
{
	ssize_t written;
	do {
		written = write(STDERR_FILENO, line->at, line->len);
	} while (written < 0 && errno == EINTR);
	/* Nobody is left to hear that the log cannot be written. */
}

static const char *const names[] = {
	[KITH_LOG_DEBUG] = "debug",
	[KITH_LOG_INFO] = "info",
	[KITH_LOG_WARN] = "warn",
	[KITH_LOG_ERROR] = "error",
};

bool kith_log_level_find(struct kith_str name, enum kith_log_level *out)
{
	for (size_t i = 0; i < KITH_COUNT(names); i++) {
		if (kith_str_is(name, names[i])) {
			*out = (enum kith_log_level)i;
			return true;
		}
	}
	return false;
}

/* One line, of SUPPRESSED ones that were like it as well. */
static void write_event(int64_t now_us, enum kith_log_level level, const char *event,
                        int64_t suppressed, va_list args)
{
	struct line line = { .at = "{", .len = 1 };
	char now[KITH_WHEN_TEXT];
	char number[24];

	kith_when_format(now_us, now);
	add_pair(&line, "time", kith_str_make(now, sizeof(now)));
	add_pair(&line, "level", kith_str_of(names[level]));
	add_pair(&line, "event", kith_str_of(event));
	if (suppressed > 0) {
		snprintf(number, sizeof(number), "%lld", (long long)suppressed);
		add_pair(&line, "suppressed", kith_str_of(number));
	}
	for (const char *key = va_arg(args, const char *); key != NULL;
	     key = va_arg(args, const char *)) {
		const char *value = va_arg(args, const char *);
		KITH_ASSERT(value != NULL);
		add_pair(&line, key, kith_str_of(value));
	}
	line.at[line.len++] = '}';
	line.at[line.len++] = '\n';
	write_line(&line);
}

void kith_log(enum kith_log_level level, const char *event, ...)
{
	va_list args;

	if (!kith_log_is_on(level)) {
		return;
	}
	va_start(args, event);
	write_event(kith_when_now_us(), level, event, 0, args);
	va_end(args);
}

/* --- events that are bounded --- */

/* The gates that have left out something; they are static, so none goes. */
static struct kith_log_gate *_Atomic listed;

static void leave_out(struct kith_log_gate *gate, enum kith_log_level level, const char *event)
{
	atomic_fetch_add(&gate->left_out, 1);
	if (atomic_exchange(&gate->is_listed, true)) {
		return;
	}
	gate->event = event;
	gate->level = level;
	gate->next = atomic_load(&listed);
	while (!atomic_compare_exchange_weak(&listed, &gate->next, gate)) {
		/* somebody else was listed meanwhile, and next is that one now */
	}
}

/* May one more line of GATE be written? Two threads at the turn of a span may let a few more by. */
static bool may_pass(struct kith_log_gate *gate, int64_t now_us)
{
	int64_t span = now_us / (KITH_LOG_GATE_S * KITH_SECOND_US);

	if (atomic_exchange(&gate->span, span) != span) {
		atomic_store(&gate->lines, 0);
	}
	return atomic_fetch_add(&gate->lines, 1) < KITH_LOG_GATE_LINES;
}

void kith_log_bounded(struct kith_log_gate *gate, enum kith_log_level level, const char *event, ...)
{
	va_list args;

	if (!kith_log_is_on(level)) {
		return;
	}
	int64_t now_us = kith_when_now_us();
	if (!may_pass(gate, now_us)) {
		leave_out(gate, level, event);
		return;
	}
	va_start(args, event);
	write_event(now_us, level, event, atomic_exchange(&gate->left_out, 0), args);
	va_end(args);
}

static void settle(struct kith_log_gate *gate)
{
	int64_t count = atomic_exchange(&gate->left_out, 0);
	char number[24];

	if (count > 0) {
		snprintf(number, sizeof(number), "%lld", (long long)count);
		kith_log(gate->level, gate->event, "suppressed", number, NULL);
	}
}

void kith_log_settle(void)
{
	for (struct kith_log_gate *gate = atomic_load(&listed); gate != NULL; gate = gate->next) {
		settle(gate);
	}
}
