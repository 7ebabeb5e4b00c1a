/*
 * rig.c -- the words of rig.h. Every submit of the service's passes by here: the
 * linker puts __wrap_kith_store_submit() in its place.
 */
#include "unit/rig/rig.h"

#include <stdio.h>
#include <unistd.h>

#include "base/args.h"
#include "service/password.h"
#include "wire/jwt.h"

bool __real_kith_store_submit(struct kith_store *store, struct kith_plan *plan);
bool __wrap_kith_store_submit(struct kith_store *store, struct kith_plan *plan);

/* The one rig there is: the wrapped function has no other way to it. */
static struct rig *the_rig;

/* --- plans --- */

static void send_plan(struct rig *rig, struct kith_plan *plan)
{
	rig->on_way++;
	assert_true(__real_kith_store_submit(rig->store, plan));
}

bool __wrap_kith_store_submit(struct kith_store *store, struct kith_plan *plan)
{
	struct rig *rig = the_rig;

	assert_ptr_equal(store, rig->store);
	if (rig->refuses_plans) {
		return false;
	}
	if (rig->spoils != NULL && rig->spoils(rig)) {
		plan->expects[plan->expect_count++] = (struct kith_expect){
			.kind = KITH_EXPECT_USER, .row = 1, .version = INT64_MAX
		};
	}
	if (rig->holds_plans) {
		assert_true(rig->plan_count < RIG_PLANS_MAX);
		rig->plans[(rig->plan_first + rig->plan_count++) % RIG_PLANS_MAX] = plan;
	} else {
		send_plan(rig, plan);
	}
	return true;
}

void rig_plan_submit(struct rig *rig)
{
	assert_true(rig->plan_count > 0);
	struct kith_plan *plan = rig->plans[rig->plan_first];

	rig->plan_first = (rig->plan_first + 1) % RIG_PLANS_MAX;
	rig->plan_count--;
	send_plan(rig, plan);
}

/* On the writer's thread. */
static void on_committed(void *context, struct kith_plan *const *plans, size_t count)
{
	struct rig *rig = context;

	pthread_mutex_lock(&rig->lock);
	for (size_t i = 0; i < count; i++) {
		size_t at = (rig->answered_first + rig->answered_count++) % RIG_PLANS_MAX;
		rig->answered[at] = plans[i];
	}
	pthread_cond_signal(&rig->changed);
	pthread_mutex_unlock(&rig->lock);
}

void rig_plan_answer(struct rig *rig)
{
	assert_true(rig->on_way > 0);
	pthread_mutex_lock(&rig->lock);
	while (rig->answered_count == 0) {
		pthread_cond_wait(&rig->changed, &rig->lock);
	}
	struct kith_plan *plan = rig->answered[rig->answered_first];
	rig->answered_first = (rig->answered_first + 1) % RIG_PLANS_MAX;
	rig->answered_count--;
	pthread_mutex_unlock(&rig->lock);
	rig->on_way--;
	if (rig->before_answer != NULL) {
		rig->before_answer(rig, plan);
	}
	kith_service_answered(plan);
	if (rig->after_answer != NULL) {
		rig->after_answer(rig);
	}
}

/* --- errands --- */

static bool send_errand(struct kith_errands *errands, struct kith_errand *errand)
{
	struct rig *rig = KITH_CONTAINER(errands, struct rig, errands);

	if (rig->refuses_errands) {
		return false;
	}
	if (rig->holds_errands) {
		assert_true(rig->held_count < RIG_ERRANDS_MAX);
		rig->held[rig->held_count++] = (struct rig_errand){ .errand = errand };
		return true;
	}
	errand->go(errand, rig->reader);
	errand->back(errand);
	return true;
}

void rig_errand_go(struct rig *rig, size_t at)
{
	assert_true(at < rig->held_count);
	struct rig_errand *held = &rig->held[at];

	assert_false(held->is_gone);
	held->is_gone = true;
	held->errand->go(held->errand, rig->reader);
}

void rig_errand_back(struct rig *rig, size_t at)
{
	assert_true(at < rig->held_count);
	if (!rig->held[at].is_gone) {
		rig_errand_go(rig, at);
	}
	struct kith_errand *errand = rig->held[at].errand;
	memmove(&rig->held[at], &rig->held[at + 1],
	        (rig->held_count - at - 1) * sizeof(rig->held[0]));
	rig->held_count--;
	errand->back(errand);
}

void rig_settle(struct rig *rig)
{
	for (;;) {
		if (rig->held_count > 0) {
			rig_errand_back(rig, 0);
		} else if (rig->plan_count > 0) {
			rig_plan_submit(rig);
		} else if (rig->on_way > 0) {
			rig_plan_answer(rig);
		} else {
			return;
		}
	}
}

/* --- the store --- */

static int64_t still_us(void)
{
	return RIG_START_US;
}

static void make_dir(char dir[RIG_DIR_MAX])
{
	const char *base = getenv("TMPDIR");

	snprintf(dir, RIG_DIR_MAX, "%s/kith-rig-XXXXXX", base == NULL ? "/tmp" : base);
	assert_non_null(mkdtemp(dir));
}

static void remove_dir(const char *dir)
{
	static const char *const names[] = { "kith.db", "kith.db-wal", "kith.db-shm", "kith.lock" };

	for (size_t i = 0; i < KITH_COUNT(names); i++) {
		char path[RIG_DIR_MAX + 16];
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		(void)unlink(path);
	}
	assert_int_equal(rmdir(dir), 0);
}

static void apply(struct rig *rig, struct kith_effect *effects, size_t count)
{
	struct kith_plan plan = { .effects = effects, .effect_count = count };

	assert_int_equal(kith_store_apply(rig->store, &plan), KITH_PLAN_OK);
}

void rig_key(struct rig *rig, const char *kid, int64_t org_row)
{
	struct kith_effect effect = {
		.kind = KITH_EFFECT_KEY_ADD,
		.org = { .row = org_row },
		.key = { .kid = kith_str_of(kid),
		         .alg = KITH_JWT_HS256,
		         .material = KITH_STR(RIG_SECRET) },
	};

	apply(rig, &effect, 1);
}

int64_t rig_org(struct rig *rig, const char *id)
{
	char domain[128];
	snprintf(domain, sizeof(domain), "%s.localhost", id);
	struct kith_effect effect = {
		.kind = KITH_EFFECT_ORG_ADD,
		.org = { .id = kith_str_of(id), .domain = kith_str_of(domain) },
	};

	apply(rig, &effect, 1);
	return effect.org.row;
}

int64_t rig_user(struct rig *rig, const char *id, int64_t org_row)
{
	struct kith_effect effects[] = {
		{ .kind = KITH_EFFECT_USER_ADD,
		  .user = { .id = kith_str_of(id), .name = kith_str_of(id) } },
		{ .kind = KITH_EFFECT_ORG_JOIN, .org = { .row = org_row } },
	};

	apply(rig, effects, org_row == 0 ? 1 : 2);
	return effects[0].user.row;
}

void rig_join(struct rig *rig, int64_t user_row, int64_t org_row)
{
	struct kith_effect effect = { .kind = KITH_EFFECT_ORG_JOIN,
		                      .org = { .row = org_row },
		                      .user = { .row = user_row } };

	apply(rig, &effect, 1);
}

int64_t rig_violations(struct rig *rig)
{
	struct kith_verify found = { .violations = -1 };
	struct kith_buf report = { .len = 0 };

	assert_int_equal(kith_reader_verify(rig->reader, &found, &report), KITH_OK);
	if (found.violations != 0) {
		print_message("%.*s", KITH_STR_PRINT(kith_buf_str(&report)));
	}
	kith_buf_done(&report);
	return found.violations;
}

/* --- life --- */

static void on_typing(struct kith_whisperer *whisperer, const struct kith_typing *typing)
{
	struct rig *rig = KITH_CONTAINER(whisperer, struct rig, whisperer);

	rig->typing = *typing;
	rig->typing_count++;
}

static void open_service(struct rig *rig)
{
	const struct kith_service_options options = {
		.store = rig->store,
		.errands = &rig->errands,
		.password_memory_mib = KITH_PASSWORD_MEMORY_MIB_MIN,
		.cursor_keys = &rig->cursor_keys,
		.presence = rig->presence,
		.whisperer = &rig->whisperer,
	};

	assert_int_equal(kith_service_new(&options, &rig->service), KITH_OK);
}

void rig_init(struct rig *rig)
{
	struct kith_why why = { .detail = "" };

	kith_rand_start();
	assert_null(the_rig);
	*rig = (struct rig){ .now_us = RIG_START_US, .errands = { .send = send_errand } };
	the_rig = rig;
	kith_rand_init_fixed(&rig->rand, 7);
	pthread_mutex_init(&rig->lock, NULL);
	pthread_cond_init(&rig->changed, NULL);
	make_dir(rig->dir);
	const struct kith_store_options options = {
		.dir = rig->dir,
		.now_us = still_us,
		.is_sync_off = true,
		.committed = on_committed,
		.context = rig,
	};
	if (kith_store_open(&options, &rig->store, &why) != KITH_OK) {
		fail_msg("the store does not open: %s", why.detail);
	}
	assert_int_equal(kith_reader_open(rig->store, &rig->reader), KITH_OK);
	kith_cursor_keys_derive(kith_store_digest_key(rig->store), kith_store_life(rig->store),
	                        &rig->cursor_keys);
	rig->presence = kith_presence_new();
	assert_non_null(rig->presence);
	rig->whisperer.typing = on_typing;
	open_service(rig);
	rig_key(rig, "k1", RIG_ORG);
	rig_key(rig, "op", 0);
}

void rig_restart(struct rig *rig)
{
	rig_settle(rig);
	kith_service_free(&rig->service);
	open_service(rig);
}

void rig_done(struct rig *rig)
{
	rig_settle(rig);
	assert_int_equal(rig_violations(rig), 0);
	kith_service_free(&rig->service);
	kith_presence_free(&rig->presence);
	kith_reader_free(&rig->reader);
	kith_store_free(&rig->store);
	pthread_cond_destroy(&rig->changed);
	pthread_mutex_destroy(&rig->lock);
	remove_dir(rig->dir);
	the_rig = NULL;
}

/* --- people --- */

struct kith_session *rig_session(struct rig *rig, const char *kid, const char *user)
{
	struct kith_session *session = NULL;
	struct kith_why why = { .detail = "" };
	struct kith_arena mem;
	struct kith_key key;
	bool is_operator = strcmp(kid, "op") == 0;
	struct kith_claims claims = {
		.sub = kith_str_of(user),
		.scope = is_operator ? KITH_STR("operator") : KITH_STR("user"),
		.exp_s = rig->now_us / 1000000 + 3600,
	};

	kith_arena_init(&mem, 4096);
	assert_int_equal(kith_reader_key(rig->reader, kith_str_of(kid), &mem, &key), KITH_OK);
	if (kith_session_admit(rig->reader, &claims, &key, rig->now_us, &mem, &session, &why) !=
	    KITH_OK) {
		fail_msg("%s may not sign in: %s", user, why.detail);
	}
	kith_arena_done(&mem);
	return session;
}

void rig_uuid_text(const struct kith_uuid *id, char out[RIG_ID_TEXT])
{
	kith_uuid_format(id, out);
	out[KITH_UUID_TEXT] = '\0';
}

void rig_id_at(struct rig *rig, int64_t time_us, char out[RIG_ID_TEXT])
{
	struct kith_uuid id = kith_uuid_v7(time_us, &rig->rand);
	rig_uuid_text(&id, out);
}

void rig_id(struct rig *rig, char out[RIG_ID_TEXT])
{
	rig_id_at(rig, rig->now_us, out);
}

/* --- calls --- */

void rig_line_open(struct rig *rig, struct rig_line *line, const char *kid, const char *user)
{
	static uint64_t connections = UINT64_C(1) << 32; /* doors of a desk have lower numbers */

	*line = (struct rig_line){ .rig = rig, .connection = ++connections };
	line->lane = kith_lane_new();
	assert_non_null(line->lane);
	line->session = rig_session(rig, kid, user);
}

void rig_line_close(struct rig_line *line)
{
	kith_lane_release(&line->lane);
	kith_session_unref(&line->session);
}

static void on_done(struct kith_call *call)
{
	struct rig_ask *ask = call->door;

	assert_false(ask->is_done);
	ask->is_done = true;
	ask->order = ++ask->rig->done_count;
	ask->call = call;
}

/* Fills the arguments as a door does: ' stands for ". */
static enum kith_rc read_args(struct kith_call *call, const char *format, va_list list)
{
	static char text[128 * 1024];
	struct kith_json json;
	struct kith_str copy;
	int len = vsnprintf(text, sizeof(text), format, list);

	assert_true(len >= 0 && (size_t)len < sizeof(text));
	for (char *at = strchr(text, '\''); at != NULL; at = strchr(at, '\'')) {
		*at = '"';
	}
	if (!kith_arena_copy(&call->mem, kith_str_make(text, (size_t)len), &copy)) {
		return KITH_E_NO_MEMORY;
	}
	const struct kith_call_row *row = call->row;
	enum kith_rc rc = kith_json_read(copy, &call->mem, &json, &call->why);
	if (rc == KITH_OK) {
		rc = kith_args_from_json(row->args, row->arg_count, 7, &json, json.root, &call->mem,
		                         call->args, &call->why);
	}
	return rc == KITH_OK ? kith_args_check(row->args, row->arg_count, call->args, &call->why)
	                     : rc;
}

static const struct kith_call_row *row_of(const char *name)
{
	for (size_t i = 0; i < KITH_CALL_COUNT; i++) {
		if (strcmp(kith_calls[i].name, name) == 0) {
			return &kith_calls[i];
		}
	}
	fail_msg("there is no call %s", name);
	return NULL;
}

static void start(struct rig_line *line, struct rig_ask *ask, const char *name, const char *args,
                  va_list list)
{
	struct rig *rig = line->rig;
	struct kith_call *call = kith_call_new(rig->service);

	*ask = (struct rig_ask){ .rig = rig };
	if (call == NULL) {
		ask->is_done = true;
		return;
	}
	call->row = row_of(name);
	call->session = line->session == NULL ? NULL : kith_session_ref(line->session);
	call->lane = line->lane;
	call->connection = line->connection;
	call->now_us = rig->now_us;
	call->door = ask;
	call->done = on_done;
	enum kith_rc rc = kith_service_admit(call);
	if (rc == KITH_OK) {
		rc = read_args(call, args, list);
	}
	if (rc != KITH_OK) {
		call->rc = rc;
		on_done(call);
		return;
	}
	kith_service_run(call);
}

void rig_start(struct rig_line *line, struct rig_ask *ask, const char *name, const char *args, ...)
{
	va_list list;

	va_start(list, args);
	start(line, ask, name, args, list);
	va_end(list);
}

static enum kith_rc rc_of(const struct rig_ask *ask)
{
	assert_true(ask->is_done);
	return ask->call == NULL ? KITH_E_NO_MEMORY : ask->call->rc;
}

enum kith_rc rig_call(struct rig_line *line, struct rig_ask *ask, const char *name,
                      const char *args, ...)
{
	va_list list;

	va_start(list, args);
	start(line, ask, name, args, list);
	va_end(list);
	rig_settle(line->rig);
	return rc_of(ask);
}

void rig_ask_free(struct rig_ask *ask)
{
	assert_true(ask->is_done);
	kith_call_free(&ask->call);
}

enum kith_rc rig_try(struct rig_line *line, const char *name, const char *args, ...)
{
	struct rig_ask ask;
	va_list list;

	va_start(list, args);
	start(line, &ask, name, args, list);
	va_end(list);
	rig_settle(line->rig);
	enum kith_rc rc = rc_of(&ask);
	rig_ask_free(&ask);
	return rc;
}

void rig_direct(struct rig_line *line, const char *user, char out[RIG_ID_TEXT])
{
	struct rig_ask ask;

	assert_int_equal(rig_call(line, &ask, "conversations.direct", "{'user':'%s'}", user),
	                 KITH_OK);
	rig_uuid_text(&ask.call->result.conversation.conversation.id, out);
	rig_ask_free(&ask);
}
