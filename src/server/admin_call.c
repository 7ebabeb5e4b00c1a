/*
 * admin_call.c -- refusing, changing and answering, the same way for every command.
 */
#include "server/admin_call.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/utf8.h"
#include "wire/jwt.h"

bool kith_admin_has(const struct kith_admin_call *call, enum kith_admin_option option)
{
	return call->words.options[option].at != NULL;
}

struct kith_str kith_admin_option(const struct kith_admin_call *call, enum kith_admin_option option,
                                  struct kith_str standard)
{
	return kith_admin_has(call, option) ? call->words.options[option] : standard;
}

/* --- refusing --- */

int kith_admin_refuse(struct kith_admin_call *call, enum kith_rc rc, const char *detail, ...)
{
	const struct kith_err_row *row = kith_err_row(rc);
	char text[512];
	va_list args;

	va_start(args, detail);
	int len = vsnprintf(text, sizeof(text), detail, args);
	va_end(args);
	KITH_ASSERT(len >= 0);
	size_t room = (size_t)len < sizeof(text) ? (size_t)len : sizeof(text) - 1;
	struct kith_str shown = kith_utf8_prefix(kith_str_of(text), room);

	kith_buf_add_format(call->err, "kithctl: %s: %s", row->code, row->sentence);
	if (shown.len > 0) {
		kith_buf_add_text(call->err, " (");
		kith_admin_show(call->err, shown);
		kith_buf_add_char(call->err, ')');
	}
	kith_buf_add_char(call->err, '\n');
	return KITH_ADMIN_REFUSED;
}

bool kith_admin_find_org(struct kith_admin_call *call, struct kith_str id, struct kith_org *out)
{
	enum kith_rc rc = kith_reader_org(call->admin->reader, id, call->mem, out);

	if (rc == KITH_E_NOT_FOUND) {
		kith_admin_refuse(call, rc, "no organization \"%.*s\"", KITH_STR_PRINT(id));
	} else if (rc != KITH_OK) {
		kith_admin_refuse(call, rc, "the store cannot be read");
	}
	return rc == KITH_OK;
}

bool kith_admin_find_user(struct kith_admin_call *call, struct kith_str id, int64_t org_row,
                          struct kith_user *out)
{
	enum kith_rc rc = kith_reader_user(call->admin->reader, id, org_row, call->mem, out);

	if (rc == KITH_E_NOT_FOUND) {
		kith_admin_refuse(call, rc, "no user \"%.*s\"%s", KITH_STR_PRINT(id),
		                  org_row == 0 ? "" : " in that organization");
	} else if (rc != KITH_OK) {
		kith_admin_refuse(call, rc, "the store cannot be read");
	}
	return rc == KITH_OK;
}

/* --- changing --- */

enum kith_rc kith_admin_apply(struct kith_admin_call *call, struct kith_effect *effects,
                              size_t count, const struct kith_expect *expect)
{
	static const enum kith_rc answers[] = {
		[KITH_PLAN_NONE] = KITH_E_UNAVAILABLE, [KITH_PLAN_OK] = KITH_OK,
		[KITH_PLAN_STALE] = KITH_E_STALE,      [KITH_PLAN_DUPLICATE] = KITH_E_EXISTS,
		[KITH_PLAN_EXISTS] = KITH_E_EXISTS,    [KITH_PLAN_UNAVAILABLE] = KITH_E_UNAVAILABLE,
	};
	struct kith_plan plan = { .effects = effects, .effect_count = count };

	if (expect != NULL) {
		plan.expects[plan.expect_count++] = *expect;
	}
	return answers[kith_store_apply(call->admin->store, &plan)];
}

enum kith_rc kith_admin_make_secret(struct kith_admin_call *call, int64_t org_row,
                                    struct kith_key *out)
{
	char kid[24];
	uint64_t number;
	char *secret = kith_arena_alloc(call->mem, KITH_JWT_SECRET_MIN);

	if (secret == NULL) {
		return KITH_E_NO_MEMORY;
	}
	kith_rand_bytes(&call->admin->rand, secret, KITH_JWT_SECRET_MIN);
	kith_rand_bytes(&call->admin->rand, &number, sizeof(number));
	snprintf(kid, sizeof(kid), "hs-%016llx", (unsigned long long)number);
	struct kith_effect effect = {
		.kind = KITH_EFFECT_KEY_ADD,
		.org = { .row = org_row },
		.key = { .alg = KITH_JWT_HS256,
		         .material = kith_str_make(secret, KITH_JWT_SECRET_MIN) },
	};
	if (!kith_arena_copy(call->mem, kith_str_of(kid), &effect.key.kid)) {
		return KITH_E_NO_MEMORY;
	}
	enum kith_rc rc = kith_admin_apply(call, &effect, 1, NULL);
	if (rc == KITH_OK) {
		*out = (struct kith_key){ .kid = effect.key.kid,
			                  .alg = effect.key.alg,
			                  .material = effect.key.material };
	}
	return rc;
}

/* --- answering --- */

static void add_object(struct kith_buf *out, const struct kith_admin_pair *pairs, size_t count)
{
	struct kith_json_writer writer;

	kith_json_write_to(&writer, out);
	kith_json_open_object(&writer);
	for (size_t i = 0; i < count; i++) {
		kith_json_pair_string(&writer, pairs[i].name, pairs[i].text);
	}
	kith_json_close_object(&writer);
}

void kith_admin_line(struct kith_admin_call *call, const struct kith_admin_pair *pairs,
                     size_t count)
{
	if (kith_admin_has(call, KITH_ADMIN_JSON)) {
		add_object(call->out, pairs, count);
	} else {
		for (size_t i = 0; i < count; i++) {
			kith_buf_add_text(call->out, i == 0 ? "" : "\t");
			kith_buf_add(call->out, pairs[i].text);
		}
	}
	kith_buf_add_char(call->out, '\n');
}

void kith_admin_say(struct kith_admin_call *call, const char *name, struct kith_str text)
{
	kith_buf_add_format(call->out, "%s %.*s\n", name, KITH_STR_PRINT(text));
}
