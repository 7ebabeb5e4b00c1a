/*
 * problem.c -- the table of the library's own problems, and their copies.
 */
#include "client/problem.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/utf8.h"

static const struct {
	const char *code;
	const char *title;
	bool is_retryable;
} own[] = {
	[KITH_OWN_NETWORK] = { "network", "The server cannot be reached.", true },
	[KITH_OWN_TIMEOUT] = { "timeout", "No answer came in time.", true },
	[KITH_OWN_OFFLINE] = { "offline", "There is no connection.", true },
	[KITH_OWN_ABORTED] = { "aborted", "The client was closed before the answer came.", false },
	[KITH_OWN_PROTOCOL] = { "protocol", "The server's words make no sense.", true },
	[KITH_OWN_STORAGE] = { "storage", "The outbox cannot keep this.", false },
};

_Static_assert(KITH_COUNT(own) == KITH_OWN_COUNT, "every own problem has its row");

struct kith_problem kith_problem_own(enum kith_own_problem which, const char *detail)
{
	return (struct kith_problem){
		.code = kith_text_of(own[which].code),
		.title = kith_text_of(own[which].title),
		.detail = kith_text_of(detail == NULL || detail[0] == '\0' ? NULL : detail),
		.is_retryable = own[which].is_retryable,
	};
}

struct kith_problem kith_problem_row(enum kith_rc rc, const char *detail)
{
	const struct kith_err_row *row = kith_err_row(rc);

	return (struct kith_problem){
		.code = kith_text_of(row->code),
		.title = kith_text_of(row->sentence),
		.detail = kith_text_of(detail == NULL || detail[0] == '\0' ? NULL : detail),
		.status = row->status,
		.is_retryable = row->is_retryable,
	};
}

static void keep_text(char *room, size_t size, struct kith_text text)
{
	struct kith_str cut = kith_utf8_prefix(kith_str_make(text.at, text.len), size - 1);

	if (cut.len > 0) {
		memcpy(room, cut.at, cut.len);
	}
	room[cut.len] = '\0';
}

void kith_problem_keep(struct kith_problem_copy *copy, const struct kith_problem *problem)
{
	keep_text(copy->code, sizeof(copy->code), problem->code);
	keep_text(copy->title, sizeof(copy->title), problem->title);
	keep_text(copy->detail, sizeof(copy->detail), problem->detail);
	keep_text(copy->field, sizeof(copy->field), problem->field);
	copy->status = problem->status;
	copy->retry_after_ms = problem->retry_after_ms;
	copy->is_retryable = problem->is_retryable;
}

static struct kith_text text_or_none(const char *text)
{
	return kith_text_of(text[0] == '\0' ? NULL : text);
}

struct kith_problem kith_problem_of(const struct kith_problem_copy *copy)
{
	return (struct kith_problem){
		.code = kith_text_of(copy->code),
		.title = kith_text_of(copy->title),
		.detail = text_or_none(copy->detail),
		.field = text_or_none(copy->field),
		.status = copy->status,
		.retry_after_ms = copy->retry_after_ms,
		.is_retryable = copy->is_retryable,
	};
}

static void write_text(struct kith_json_writer *w, const char *key, struct kith_text text)
{
	if (text.at != NULL) {
		kith_json_pair_string(w, key, kith_str_make(text.at, text.len));
	}
}

void kith_problem_write(const struct kith_problem *problem, struct kith_buf *out)
{
	struct kith_json_writer w;
	char type[sizeof("/problems/") + KITH_PROBLEM_CODE_MAX];

	snprintf(type, sizeof(type), "/problems/%.*s", (int)problem->code.len, problem->code.at);
	kith_json_write_to(&w, out);
	kith_json_open_object(&w);
	kith_json_pair_string(&w, "type", kith_str_of(type));
	write_text(&w, "title", problem->title);
	kith_json_pair_integer(&w, "status", problem->status);
	write_text(&w, "detail", problem->detail);
	write_text(&w, "code", problem->code);
	write_text(&w, "field", problem->field);
	if (problem->retry_after_ms > 0) {
		kith_json_pair_integer(&w, "retryAfterMs", problem->retry_after_ms);
	}
	kith_json_close_object(&w);
}
