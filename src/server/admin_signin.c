/*
 * admin_signin.c -- kithctl user password, invite, reset, disable and enable.
 *
 * How somebody gets in for the first time, gets in again, or no more (R-004 b). A
 * password and a code are shown once, here; what is stored tells nobody what they
 * were. Whoever is locked out by a command is out at once, on all devices. Called by
 * the table of admin.c.
 */
#include "base/log.h"
#include "base/when.h"
#include "domain/address.h"
#include "server/admin_call.h"
#include "service/credential.h"
#include "service/password.h"

#include <stdio.h>

enum { PASSWORD_CHARACTERS = 20, INVITE_DAYS = 7, RESET_HOURS = 1 };

#define HOUR_US (INT64_C(3600) * KITH_SECOND_US)
#define INVITE_US (INVITE_DAYS * KITH_DAY_US)
#define RESET_US (RESET_HOURS * HOUR_US)
#define LINK_SPAN_MAX_US (30 * KITH_DAY_US)

/* One line for the log: what an operator did, and to whom. Never a secret. */
static void log_done(const char *what, struct kith_str user)
{
	char id[KITH_USER_ID_MAX + 1];

	snprintf(id, sizeof(id), "%.*s", KITH_STR_PRINT(user));
	kith_log(KITH_LOG_INFO, "operator", "did", what, "user", id, NULL);
}

/* A plan of COUNT effects about USER, whom it expects as they are. */
static bool apply(struct kith_admin_call *call, const struct kith_user *user,
                  struct kith_effect *effects, size_t count)
{
	const struct kith_expect expect = { .kind = KITH_EXPECT_USER,
		                            .row = user->row,
		                            .version = user->version };
	enum kith_rc rc = kith_admin_apply(call, effects, count, &expect);

	if (rc != KITH_OK) {
		kith_admin_refuse(call, rc == KITH_E_STALE ? KITH_E_CONFLICT : rc,
		                  rc == KITH_E_STALE ? "the user was changed meanwhile: again"
		                                     : "nothing was changed");
	}
	return rc == KITH_OK;
}

/* --- passwords --- */

/* What kithctl read of its standard input, without the end of its line. */
static struct kith_str sent_password(const struct kith_admin_call *call)
{
	const struct kith_admin_request *request = call->request;
	struct kith_str text = { 0 };

	for (size_t i = 0; i < request->file_count; i++) {
		if (kith_str_is(request->files[i].name, KITH_ADMIN_STDIN)) {
			text = request->files[i].content;
		}
	}
	if (text.len > 0 && text.at[text.len - 1] == '\n') {
		text.len--;
	}
	return text;
}

/* A password that nobody has thought of, without letters that look alike. */
static void make_password(struct kith_admin_call *call, char out[PASSWORD_CHARACTERS])
{
	static const char letters[] = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

	for (size_t i = 0; i < PASSWORD_CHARACTERS; i++) {
		out[i] = letters[kith_rand_below(&call->admin->rand, sizeof(letters) - 1)];
	}
}

static bool set_password(struct kith_admin_call *call, const struct kith_user *user,
                         struct kith_str password)
{
	int memory_mib = call->admin->password_memory_mib;
	char stored[KITH_PASSWORD_STORED];
	enum kith_rc rc = kith_password_hash(
		memory_mib == 0 ? KITH_PASSWORD_MEMORY_MIB : memory_mib, password, stored);

	if (rc != KITH_OK) {
		kith_admin_refuse(call, rc, "the password could not be made");
		return false;
	}
	struct kith_effect effects[] = {
		{ .kind = KITH_EFFECT_PASSWORD_SET, .user = *user, .text = kith_str_of(stored) },
		{ .kind = KITH_EFFECT_SESSION_END, .user = *user },
	};
	return apply(call, user, effects, KITH_COUNT(effects));
}

int kith_admin_user_password(struct kith_admin_call *call)
{
	bool is_sent = kith_admin_has(call, KITH_ADMIN_PASSWORD_STDIN);
	char made[PASSWORD_CHARACTERS];
	struct kith_why why = { 0 };
	struct kith_user user;

	if (!kith_admin_find_user(call, call->words.places[0], 0, &user)) {
		return KITH_ADMIN_REFUSED;
	}
	make_password(call, made);
	struct kith_str password =
		is_sent ? sent_password(call) : kith_str_make(made, sizeof(made));
	if (kith_password_decide(password, "password", &why) != KITH_OK) {
		return kith_admin_refuse(call, KITH_E_INVALID_REQUEST, "%s", why.detail);
	}
	if (!set_password(call, &user, password)) {
		return KITH_ADMIN_REFUSED;
	}
	log_done("user password", user.id);
	kith_admin_say(call, "user", user.id);
	if (!is_sent) {
		kith_admin_say(call, "password", password);
	}
	return KITH_ADMIN_DONE;
}

/* --- links --- */

/* --ttl, or STANDARD_US; refuses. */
static bool read_span(struct kith_admin_call *call, int64_t standard_us, int64_t *out)
{
	int64_t span_us = standard_us;

	if (kith_admin_has(call, KITH_ADMIN_TTL) &&
	    (!kith_when_parse_span(call->words.options[KITH_ADMIN_TTL], &span_us) ||
	     span_us > LINK_SPAN_MAX_US)) {
		kith_admin_refuse(call, KITH_E_INVALID_REQUEST,
		                  "--ttl must be like 15m, 24h or 7d, at most 30d");
		return false;
	}
	*out = span_us;
	return true;
}

/* Makes the one link that USER has, and says its code. */
static int make_link(struct kith_admin_call *call, const char *what, int64_t standard_us)
{
	struct kith_credential_keys keys;
	char code[KITH_LINK_TEXT];
	char until[KITH_WHEN_TEXT];
	struct kith_user user;
	int64_t span_us;

	if (!read_span(call, standard_us, &span_us) ||
	    !kith_admin_find_user(call, call->words.places[0], 0, &user)) {
		return KITH_ADMIN_REFUSED;
	}
	kith_credential_keys_derive(kith_store_digest_key(call->admin->store), &keys);
	kith_link_write(&call->admin->rand, code);
	struct kith_effect effect = { .kind = KITH_EFFECT_LINK_ADD };
	effect.signin_link.user_row = user.row;
	effect.signin_link.expires_us = call->admin->now_us() + span_us;
	kith_link_digest(&keys, kith_str_make(code, sizeof(code)), effect.signin_link.digest);
	if (!apply(call, &user, &effect, 1)) {
		return KITH_ADMIN_REFUSED;
	}
	log_done(what, user.id);
	kith_when_format(effect.signin_link.expires_us, until);
	kith_admin_say(call, "user", user.id);
	kith_admin_say(call, "code", kith_str_make(code, sizeof(code)));
	kith_admin_say(call, "until", kith_str_make(until, sizeof(until)));
	return KITH_ADMIN_DONE;
}

int kith_admin_user_invite(struct kith_admin_call *call)
{
	return make_link(call, "user invite", INVITE_US);
}

int kith_admin_user_reset(struct kith_admin_call *call)
{
	return make_link(call, "user reset", RESET_US);
}

/* --- in or out --- */

static int set_disabled(struct kith_admin_call *call, bool is_disabled, const char *what)
{
	struct kith_profile profile;
	struct kith_user user;

	if (!kith_admin_find_user(call, call->words.places[0], 0, &user)) {
		return KITH_ADMIN_REFUSED;
	}
	enum kith_rc rc = kith_reader_profile(call->admin->reader, user.row, call->mem, &profile);
	if (rc != KITH_OK) {
		return kith_admin_refuse(call, rc, "the store cannot be read");
	}
	profile.user.flags &= ~(unsigned)KITH_USER_DISABLED;
	profile.user.flags |= is_disabled ? (unsigned)KITH_USER_DISABLED : 0;
	struct kith_effect effects[2] = {
		{ .kind = KITH_EFFECT_USER_SET,
		  .user = profile.user,
		  .set = { .profile = &profile, .parts = KITH_USER_FLAGS } },
		{ .kind = KITH_EFFECT_SESSION_END, .user = profile.user },
	};
	if (!apply(call, &profile.user, effects, is_disabled ? 2 : 1)) {
		return KITH_ADMIN_REFUSED;
	}
	log_done(what, user.id);
	kith_admin_say(call, "user", user.id);
	kith_admin_say(call, "state", is_disabled ? KITH_STR("disabled") : KITH_STR("enabled"));
	return KITH_ADMIN_DONE;
}

int kith_admin_user_disable(struct kith_admin_call *call)
{
	return set_disabled(call, true, "user disable");
}

int kith_admin_user_enable(struct kith_admin_call *call)
{
	return set_disabled(call, false, "user enable");
}
