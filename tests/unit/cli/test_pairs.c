/*
 * test_pairs.c -- what is typed as KEY=VALUE is what the call is given.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli/pairs.h"

enum { WORDS_MAX = 3 };

static const struct {
	const char *name;
	const char *words[WORDS_MAX];
	const char *json; /* NULL: refused, because ... */
	const char *why;
} cases[] = {
	{ "me.get", { NULL }, "{}", NULL },
	{ "messages.get", { "id=x" }, "{\"id\":\"x\"}", NULL },
	/* A text stays one, whatever it looks like. */
	{ "messages.send",
	  { "conversation=c", "text=5" },
	  "{\"conversation\":\"c\",\"text\":\"5\"}",
	  NULL },
	{ "messages.send",
	  { "text=a=b \"c\"", "conversation=" },
	  "{\"text\":\"a=b \\\"c\\\"\",\"conversation\":\"\"}",
	  NULL },
	{ "conversations.read",
	  { "conversation=c", "upTo=5" },
	  "{\"conversation\":\"c\",\"upTo\":5}",
	  NULL },
	{ "messages.react",
	  { "id=x", "emoji=👍", "on=false" },
	  "{\"id\":\"x\",\"emoji\":\"👍\",\"on\":false}",
	  NULL },
	{ "messages.delete", { "ids=[\"a\",\"b\"]" }, "{\"ids\":[\"a\",\"b\"]}", NULL },
	{ "me.update", { "metadata={\"a\":[1]}" }, "{\"metadata\":{\"a\":[1]}}", NULL },
	{ "conversations.list", { "filter=unread" }, "{\"filter\":\"unread\"}", NULL },
	{ "nope", { NULL }, NULL, "there is no such call" },
	{ "messages.get",
	  { "id" },
	  NULL,
	  "the arguments of a call are a JSON object, or KEY=VALUE" },
	{ "messages.get", { "id=x", "id=y" }, NULL, "id comes twice" },
	{ "messages.get", { "n=1" }, NULL, "messages.get takes no n" },
	{ "messages.delete", { "ids=a" }, NULL, "the value of ids is no JSON" },
	{ "messages.get", { "id=\xff" }, NULL, "the value of id is no UTF-8" },
};

static void test_pairs_are_an_object(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		struct kith_buf out = { 0 };
		struct kith_why why = { 0 };
		size_t count = 0;
		enum kith_rc rc;

		while (count < WORDS_MAX && cases[i].words[count] != NULL) {
			count++;
		}
		rc = kith_pairs_add(&out, cases[i].name, cases[i].words, count, &why);
		if (cases[i].json != NULL) {
			if (rc != KITH_OK || !kith_str_is(kith_buf_str(&out), cases[i].json)) {
				fail_msg("case %zu: %s %.*s", i, why.detail,
				         KITH_STR_PRINT(kith_buf_str(&out)));
			}
		} else {
			assert_int_equal(rc, KITH_E_INVALID_REQUEST);
			assert_string_equal(why.detail, cases[i].why);
		}
		kith_buf_done(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pairs_are_an_object),
	};
	return cmocka_run_group_tests_name("cli/pairs", tests, NULL, NULL);
}
