/*
 * room.h -- what the server's tests share: a directory of their own, and admin
 * commands on a real store in it.
 *
 * The directory is made under TMPDIR and removed with all in it. The clock
 * stands still, and chance is a fixed sequence.
 */
#ifndef KITH_TESTS_SERVER_ROOM_H
#define KITH_TESTS_SERVER_ROOM_H

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/when.h"
#include "server/admin.h"

/* Fails with the case's name, which an assert of cmocka's would not print. */
#define CLAIM(ok, name) \
	do { \
		if (!(ok)) { \
			fail_msg("%s: %s", (name), #ok); \
		} \
	} while (0)

#define ROOM_NOW_US (INT64_C(1800000000) * KITH_SECOND_US)

struct room {
	char dir[256];
	struct kith_store *store;
	struct kith_admin admin;
	struct kith_arena mem;
	struct kith_buf out; /* of the last command; a NUL behind */
	struct kith_buf err;
};

static inline int64_t room_now_us(void)
{
	return ROOM_NOW_US;
}

static inline void room_make_dir(char *dir, size_t size)
{
	const char *base = getenv("TMPDIR");
	int len = snprintf(dir, size, "%s/kith-test-XXXXXX", base == NULL ? "/tmp" : base);

	assert_true(len > 0 && (size_t)len < size);
	assert_non_null(mkdtemp(dir));
}

static inline int room_remove_one(const char *path, const struct stat *about, int type,
                                  struct FTW *where)
{
	(void)about;
	(void)type;
	(void)where;
	return remove(path);
}

static inline void room_remove_dir(const char *dir)
{
	assert_int_equal(nftw(dir, room_remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

static inline void room_no_news(void *context, struct kith_plan *const *plans, size_t count)
{
	(void)context;
	(void)plans;
	(void)count;
}

/* A new store, which has the organization default, with commands on it. */
static inline void room_init(struct room *room)
{
	struct kith_why why = { 0 };

	*room = (struct room){ 0 };
	kith_rand_start();
	room_make_dir(room->dir, sizeof(room->dir));
	struct kith_store_options options = { .dir = room->dir,
		                              .now_us = room_now_us,
		                              .committed = room_no_news };
	assert_int_equal(kith_store_open(&options, &room->store, &why), KITH_OK);
	assert_int_equal(
		kith_admin_init(&room->admin, room->store, room_now_us, KITH_STR("example.org")),
		KITH_OK);
	kith_rand_init_fixed(&room->admin.rand, 7);
	kith_arena_init(&room->mem, 4096);
}

static inline void room_done(struct room *room)
{
	kith_arena_done(&room->mem);
	kith_buf_done(&room->out);
	kith_buf_done(&room->err);
	kith_admin_done(&room->admin);
	kith_store_free(&room->store);
	room_remove_dir(room->dir);
}

/* Cuts TEXT at each '|' into words. */
static inline void room_request(const char *text, struct kith_admin_request *out)
{
	struct kith_str rest = kith_str_of(text);

	*out = (struct kith_admin_request){ 0 };
	while (out->arg_count < KITH_ADMIN_ARGS_MAX &&
	       kith_str_cut(rest, '|', &out->args[out->arg_count], &rest)) {
		out->arg_count++;
	}
	assert_true(out->arg_count < KITH_ADMIN_ARGS_MAX);
	if (text[0] != '\0') {
		out->args[out->arg_count++] = rest;
	}
}

/* Runs REQUEST; returns the exit code, with what was said in out and err. */
static inline int room_run_request(struct room *room, const struct kith_admin_request *request)
{
	struct kith_admin_words words;

	kith_buf_reset(&room->out);
	kith_buf_reset(&room->err);
	int code = kith_admin_parse(request, &words, &room->err);
	if (code == KITH_ADMIN_DONE) {
		code = kith_admin_run(&room->admin, request, &words, &room->mem, &room->out,
		                      &room->err);
	}
	kith_buf_add_char(&room->out, '\0');
	kith_buf_add_char(&room->err, '\0');
	assert_false(room->out.failed || room->err.failed);
	return code;
}

/* The same for words with '|' between. */
static inline int room_run(struct room *room, const char *text)
{
	struct kith_admin_request request;

	room_request(text, &request);
	return room_run_request(room, &request);
}

#endif
