/*
 * test_message.c -- what may be a message, which ids it may bear and when, and
 * what tells one send from another.
 */
#include "domain/message.h"

#include "unit/domain/claim.h"

#define NOW_US INT64_C(1800000000000000)

static const uint8_t key[KITH_DIGEST_KEY] = "the key of this test, 32 bytes..";

static const struct {
	const char *name;
	const char *text; /* NULL: not given */
	const char *opaque;
	size_t len; /* of what was given; 0: all of it */
	enum kith_rc rc;
	const char *field;
} cases[] = {
	{ "R-040 a text", "hello", NULL, 0, KITH_OK, "" },
	{ "R-040 a text in many scripts", "héllo \xd0\xb0 \xe4\xb8\xad \xf0\x9f\x91\x8b", NULL, 0,
	  KITH_OK, "" },
	{ "R-040 control characters are content", "a\x1b[31m\x08\r\n\t", NULL, 0, KITH_OK, "" },
	{ "R-040 an opaque body of any bytes", NULL, "\xff\x00\xfe", 3, KITH_OK, "" },
	{ "R-040 neither", NULL, NULL, 0, KITH_E_INVALID_REQUEST, "text" },
	{ "R-040 both", "a", "b", 0, KITH_E_INVALID_REQUEST, "text" },
	{ "R-040 an empty text", "", NULL, 0, KITH_E_INVALID_REQUEST, "text" },
	{ "R-040 an empty opaque body", NULL, "", 0, KITH_E_INVALID_REQUEST, "opaque" },
	{ "R-040 invalid UTF-8", "a\xff", NULL, 0, KITH_E_INVALID_REQUEST, "text" },
	{ "R-040 a lone surrogate", "\xed\xa0\x80", NULL, 0, KITH_E_INVALID_REQUEST, "text" },
	{ "R-040 a cut character", "\xe4\xb8", NULL, 0, KITH_E_INVALID_REQUEST, "text" },
	{ "R-040 an overlong form", "\xc0\xaf", NULL, 0, KITH_E_INVALID_REQUEST, "text" },
	{ "R-040 U+0000", "a\0b", NULL, 3, KITH_E_INVALID_REQUEST, "text" },
};

static struct kith_str text_of(const char *text, size_t len)
{
	return kith_str_make(text, len != 0 || text == NULL ? len : strlen(text));
}

static void test_r_040_content_is_one_of_two_kinds(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(cases); i++) {
		struct kith_str text = text_of(cases[i].text, cases[i].len);
		struct kith_str opaque = text_of(cases[i].opaque, cases[i].len);
		struct kith_content out = { .kind = 77 };
		struct kith_why why = { .detail = "" };
		enum kith_rc rc =
			kith_content_decide(cases[i].text == NULL ? NULL : &text,
		                            cases[i].opaque == NULL ? NULL : &opaque, &out, &why);

		CLAIM(rc == cases[i].rc, cases[i].name);
		CLAIM(strcmp(why.field, cases[i].field) == 0, cases[i].name);
		if (rc != KITH_OK) {
			CLAIM(out.kind == 77, cases[i].name);
		} else if (cases[i].text != NULL) {
			CLAIM(out.kind == KITH_KIND_TEXT && kith_str_equal(out.body, text),
			      cases[i].name);
		} else {
			CLAIM(out.kind == KITH_KIND_OPAQUE && kith_str_equal(out.body, opaque),
			      cases[i].name);
		}
	}
}

static void test_r_040_limits_are_met_to_the_byte(void **state)
{
	(void)state;
	static char bytes[KITH_OPAQUE_MAX + 1];
	struct kith_content out;

	memset(bytes, 'x', sizeof(bytes));
	struct kith_str text = kith_str_make(bytes, KITH_TEXT_MAX);
	struct kith_str opaque = kith_str_make(bytes, KITH_OPAQUE_MAX);
	assert_int_equal(kith_content_decide(&text, NULL, &out, NULL), KITH_OK);
	assert_int_equal(kith_content_decide(NULL, &opaque, &out, NULL), KITH_OK);
	text.len++;
	opaque.len++;
	assert_int_equal(kith_content_decide(&text, NULL, &out, NULL), KITH_E_TOO_LARGE);
	assert_int_equal(kith_content_decide(NULL, &opaque, &out, NULL), KITH_E_TOO_LARGE);
	/* Bytes count, not characters: a character that reaches over the limit is too much. */
	memcpy(bytes + KITH_TEXT_MAX - 1, "\xc3\xa9", 2);
	text.len = KITH_TEXT_MAX + 1;
	assert_int_equal(kith_content_decide(&text, NULL, &out, NULL), KITH_E_TOO_LARGE);
}

static struct kith_uuid id_at(int64_t time_us, int version)
{
	struct kith_rand rand;

	kith_rand_init_fixed(&rand, 3);
	struct kith_uuid id = kith_uuid_v7(time_us, &rand);
	kith_uuid_brand(&id, version);
	return id;
}

static const struct {
	const char *name;
	int64_t now_us; /* for an id of the time NOW_US */
	enum kith_rc rc;
} windows[] = {
	{ "just now", NOW_US, KITH_OK },
	{ "5 minutes ahead", NOW_US - 5 * KITH_MINUTE_US, KITH_OK },
	{ "a microsecond more", NOW_US - 5 * KITH_MINUTE_US - 1, KITH_E_INVALID_ID },
	{ "30 days behind", NOW_US + 30 * KITH_DAY_US, KITH_OK },
	{ "30 days and a microsecond behind", NOW_US + 30 * KITH_DAY_US + 1, KITH_E_INVALID_ID },
};

static void test_r_041_an_id_is_of_the_present(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(windows); i++) {
		for (int version = 7; version <= 8; version++) {
			struct kith_uuid id = id_at(NOW_US, version);
			struct kith_why why = { .detail = "" };
			enum kith_rc rc = kith_message_id_decide(&id, windows[i].now_us, &why);

			CLAIM(rc == windows[i].rc, windows[i].name);
			CLAIM(why.server_time_us == (rc == KITH_OK ? 0 : windows[i].now_us),
			      windows[i].name);
			CLAIM(strcmp(why.field, rc == KITH_OK ? "" : "id") == 0, windows[i].name);
		}
	}
}

static void test_r_041_only_versions_7_and_8_are_ids(void **state)
{
	(void)state;
	for (int version = 1; version < 16; version++) {
		struct kith_uuid id = id_at(NOW_US, version);

		assert_int_equal(kith_message_id_decide(&id, NOW_US, NULL),
		                 version == 7 || version == 8 ? KITH_OK : KITH_E_INVALID_ID);
	}
	/* The variant of another family has no version at all. */
	struct kith_uuid id = id_at(NOW_US, 7);
	id.bytes[8] |= 0xc0;
	assert_int_equal(kith_message_id_decide(&id, NOW_US, NULL), KITH_E_INVALID_ID);
}

static struct kith_content said(const char *body)
{
	return (struct kith_content){ .kind = KITH_KIND_TEXT, .body = kith_str_of(body) };
}

static struct kith_content reply_of(const char *body, const struct kith_uuid *to)
{
	struct kith_content content = said(body);

	content.is_reply = true;
	content.reply_to = *to;
	return content;
}

/* Sends that differ in one part each: all prints differ, and each is always the same. */
static void test_r_041_a_print_differs_by_every_part(void **state)
{
	(void)state;
	const struct kith_uuid here = id_at(NOW_US, 8);
	struct kith_uuid there = here;
	there.bytes[15] ^= 1;
	static const uint8_t other_key[KITH_DIGEST_KEY] = "another key of this test, 32 b..";
	const struct kith_content opaque = { .kind = KITH_KIND_OPAQUE, .body = KITH_STR("hi") };
	const struct {
		const uint8_t *key;
		struct kith_str sender;
		const struct kith_uuid *conversation;
		struct kith_content content;
	} sends[] = {
		{ key, KITH_STR("alice"), &here, said("hi") },
		{ key, KITH_STR("alice"), &here, said("hj") },
		{ key, KITH_STR("alice"), &here, said("hi ") },
		{ key, KITH_STR("alice"), &here, opaque },
		{ key, KITH_STR("alice"), &here, reply_of("hi", &here) },
		{ key, KITH_STR("alice"), &here, reply_of("hi", &there) },
		{ key, KITH_STR("alice"), &here, reply_of("hj", &here) },
		{ key, KITH_STR("alice"), &there, said("hi") },
		{ key, KITH_STR("alicf"), &here, said("hi") },
		{ key, KITH_STR("alic"), &here, said("ehi") },
		{ other_key, KITH_STR("alice"), &here, said("hi") },
	};
	uint64_t prints[KITH_COUNT(sends)];

	for (size_t i = 0; i < KITH_COUNT(sends); i++) {
		prints[i] = kith_message_print(sends[i].key, sends[i].sender, sends[i].conversation,
		                               &sends[i].content);
		assert_true(prints[i] == kith_message_print(sends[i].key, sends[i].sender,
		                                            sends[i].conversation,
		                                            &sends[i].content));
		for (size_t j = 0; j < i; j++) {
			assert_true(prints[i] != prints[j]);
		}
	}
}

static void test_r_040_kinds_have_their_words(void **state)
{
	(void)state;
	assert_string_equal(kith_kind_name(KITH_KIND_TEXT), "text");
	assert_string_equal(kith_kind_name(KITH_KIND_OPAQUE), "opaque");
}

static void test_acts_are_no_messages(void **state)
{
	(void)state;
	for (int kind = 0; kind <= KITH_KIND_ACTS_END; kind++) {
		bool is_act = kind >= KITH_KIND_EDIT && kind <= KITH_KIND_UNREACTION;
		assert_int_equal(kith_kind_is_act((enum kith_kind)kind), is_act);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_r_040_content_is_one_of_two_kinds),
		cmocka_unit_test(test_r_040_limits_are_met_to_the_byte),
		cmocka_unit_test(test_r_041_an_id_is_of_the_present),
		cmocka_unit_test(test_r_041_only_versions_7_and_8_are_ids),
		cmocka_unit_test(test_r_041_a_print_differs_by_every_part),
		cmocka_unit_test(test_r_040_kinds_have_their_words),
		cmocka_unit_test(test_acts_are_no_messages),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
