/*
 * test_control_job.c -- long commands on the control socket: beside the short ones, one
 * of a kind, and none that holds up the end.
 *
 * A test holds the store's writer inside the answer to a plan, so a backup that has
 * begun waits as long as the test wants.
 */
#include <pthread.h>

#include "server/control.h"
#include "server/control_ask.h"
#include "unit/server/room.h"

struct scene {
	struct room room; /* its store is ours, with a gate */
	struct kith_control *control;
	pthread_mutex_t gate;
	struct kith_plan bait;
	char file[300];
	/* what the thread that asks for a backup was answered */
	pthread_t thread;
	struct kith_control_reply reply;
	enum kith_rc rc;
	struct kith_arena mem;
};

static void pass_gate(void *context, struct kith_plan *const *plans, size_t count)
{
	struct scene *scene = context;

	(void)plans;
	(void)count;
	pthread_mutex_lock(&scene->gate);
	pthread_mutex_unlock(&scene->gate);
}

static int set_up(void **state)
{
	struct scene *scene = calloc(1, sizeof(*scene));
	struct room *room = &scene->room;

	assert_non_null(scene);
	pthread_mutex_init(&scene->gate, NULL);
	kith_rand_start();
	room_make_dir(room->dir, sizeof(room->dir));
	const struct kith_store_options options = {
		.dir = room->dir, .now_us = room_now_us, .committed = pass_gate, .context = scene
	};
	assert_int_equal(kith_store_open(&options, &room->store, NULL), KITH_OK);
	assert_int_equal(
		kith_admin_init(&room->admin, room->store, room_now_us, KITH_STR("example.org")),
		KITH_OK);
	kith_arena_init(&room->mem, 4096);
	kith_arena_init(&scene->mem, 4096);
	const struct kith_control_options control = { .dir = room->dir, .admin = &room->admin };
	assert_int_equal(kith_control_start(&control, &scene->control, NULL), KITH_OK);
	snprintf(scene->file, sizeof(scene->file), "%s/copy", room->dir);
	*state = scene;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *scene = *state;

	kith_control_stop(&scene->control);
	kith_arena_done(&scene->mem);
	room_done(&scene->room);
	pthread_mutex_destroy(&scene->gate);
	free(scene);
	return 0;
}

/* Nothing is written until the gate is opened: the writer waits in pass_gate(). */
static void shut(struct scene *scene)
{
	pthread_mutex_lock(&scene->gate);
	assert_true(kith_store_submit(scene->room.store, &scene->bait));
}

static void open_gate(struct scene *scene)
{
	pthread_mutex_unlock(&scene->gate);
}

static enum kith_rc ask(struct scene *scene, struct kith_arena *mem, const char *words,
                        struct kith_control_reply *reply)
{
	struct kith_admin_request request;

	room_request(words, &request);
	return kith_control_ask(scene->room.dir, &request, 0, mem, reply, NULL);
}

static void *ask_backup(void *context)
{
	struct scene *scene = context;
	char words[320];

	snprintf(words, sizeof(words), "backup|%s", scene->file);
	scene->rc = ask(scene, &scene->mem, words, &scene->reply);
	return NULL;
}

/* Returns when the backup has begun: its file is there, before anything is copied. */
static void begin_backup(struct scene *scene)
{
	char part[320];

	snprintf(part, sizeof(part), "%s.part", scene->file);
	assert_int_equal(pthread_create(&scene->thread, NULL, ask_backup, scene), 0);
	while (access(part, F_OK) != 0) {
		sched_yield();
	}
}

static void test_r_103_a_short_command_runs_beside_a_long_one(void **state)
{
	struct scene *scene = *state;
	struct kith_control_reply reply;

	shut(scene);
	begin_backup(scene);
	assert_int_equal(ask(scene, &scene->room.mem, "org|list", &reply), KITH_OK);
	assert_int_equal(reply.exit, KITH_ADMIN_DONE);
	assert_true(kith_str_is(reply.out, "default\tdefault.localhost\n"));
	open_gate(scene);
	pthread_join(scene->thread, NULL);
	assert_int_equal(scene->rc, KITH_OK);
	assert_int_equal(scene->reply.exit, KITH_ADMIN_DONE);
	assert_true(kith_str_starts(scene->reply.out, KITH_STR("position=")));
	assert_int_equal(access(scene->file, F_OK), 0);
}

static void test_of_two_of_a_kind_the_second_is_refused(void **state)
{
	struct scene *scene = *state;
	struct kith_control_reply reply;

	shut(scene);
	begin_backup(scene);
	assert_int_equal(ask(scene, &scene->room.mem, "backup|/tmp/other", &reply), KITH_OK);
	assert_int_equal(reply.exit, KITH_ADMIN_REFUSED);
	assert_true(kith_str_is(reply.err, "kithctl: unavailable: The server cannot take this now. "
	                                   "(it runs already)\n"));
	assert_int_equal(ask(scene, &scene->room.mem, "verify", &reply), KITH_OK);
	assert_int_equal(reply.exit, KITH_ADMIN_DONE);
	open_gate(scene);
	pthread_join(scene->thread, NULL);
	assert_int_equal(scene->reply.exit, KITH_ADMIN_DONE);
	assert_int_equal(ask(scene, &scene->room.mem, "verify", &reply), KITH_OK);
	assert_int_equal(reply.exit, KITH_ADMIN_DONE);
}

/* Stopping in the middle: the asker hears the end of it, and it is one or the other. */
static void test_r_103_a_long_command_is_answered_when_the_server_stops(void **state)
{
	struct scene *scene = *state;

	shut(scene);
	begin_backup(scene);
	open_gate(scene);
	kith_control_stop(&scene->control);
	pthread_join(scene->thread, NULL);
	assert_int_equal(scene->rc, KITH_OK);
	bool is_made = scene->reply.exit == KITH_ADMIN_DONE;
	assert_int_equal(access(scene->file, F_OK), is_made ? 0 : -1);
	if (!is_made) {
		assert_true(kith_str_is(scene->reply.err,
		                        "kithctl: unavailable: The server cannot take this now. "
		                        "(it was broken off)\n"));
	}
}

static void test_what_works_on_files_is_refused_inside_a_server(void **state)
{
	struct scene *scene = *state;
	struct kith_control_reply reply;

	assert_int_equal(ask(scene, &scene->room.mem, "restore|/tmp/x", &reply), KITH_OK);
	assert_int_equal(reply.exit, KITH_ADMIN_REFUSED);
	assert_true(kith_str_is(reply.err, "kithctl: conflict: The request contradicts what is "
	                                   "stored. (stop the server first)\n"));
	assert_int_equal(ask(scene, &scene->room.mem, "backup|somewhere", &reply), KITH_OK);
	assert_int_equal(reply.exit, KITH_ADMIN_REFUSED);
	assert_int_equal(ask(scene, &scene->room.mem, "drain", &reply), KITH_OK);
	assert_int_equal(reply.exit, KITH_ADMIN_REFUSED);
	assert_int_equal(ask(scene, &scene->room.mem, "drain|3601", &reply), KITH_OK);
	assert_int_equal(reply.exit, KITH_ADMIN_REFUSED);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_r_103_a_short_command_runs_beside_a_long_one),
		CASE(test_of_two_of_a_kind_the_second_is_refused),
		CASE(test_r_103_a_long_command_is_answered_when_the_server_stops),
		CASE(test_what_works_on_files_is_refused_inside_a_server),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
