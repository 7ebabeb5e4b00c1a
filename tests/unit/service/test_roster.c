/*
 * test_roster.c -- who is signed in on a worker: an ending reaches all that it
 * means, also one that was on its way, and nobody else.
 */
#include "service/roster.h"

#include "base/mem.h"
#include "unit/lib/claim.h"

enum { ALICE = 7, BOB = 7 + 4096 }; /* in one list */

static struct kith_session *session_of(int64_t user_row, enum kith_session_kind kind, uint8_t sid)
{
	struct kith_session *session = kith_alloc_zero(1, sizeof(*session));

	assert_non_null(session);
	session->refs = 1;
	session->user_row = user_row;
	session->kind = kind;
	session->sid.bytes[0] = sid;
	return session;
}

static struct kith_ending ending_of(int64_t user_row, uint8_t sid)
{
	struct kith_ending ending = { .user_row = user_row };

	ending.sid.bytes[0] = sid;
	return ending;
}

static void test_r_004_an_ending_marks_those_that_it_hits(void **state)
{
	(void)state;
	struct kith_roster *roster = kith_roster_new();
	struct kith_session *all[] = {
		session_of(ALICE, KITH_SESSION_DEVICE, 1),
		session_of(ALICE, KITH_SESSION_DEVICE, 1), /* the same, known by another token */
		session_of(ALICE, KITH_SESSION_DEVICE, 2),
		session_of(BOB, KITH_SESSION_DEVICE, 1),
	};
	static const bool ended[] = { true, true, false, false };

	for (size_t i = 0; i < KITH_COUNT(all); i++) {
		assert_true(kith_roster_enroll(roster, all[i], kith_roster_mark(roster)));
	}
	const struct kith_ending ending = ending_of(ALICE, 1);
	kith_roster_end(roster, &ending);
	for (size_t i = 0; i < KITH_COUNT(all); i++) {
		assert_int_equal(all[i]->is_ended, ended[i]);
		kith_session_unref(&all[i]);
	}
	kith_roster_free(&roster);
}

static void test_r_004_what_ended_meanwhile_is_marked_when_it_comes(void **state)
{
	(void)state;
	struct kith_roster *roster = kith_roster_new();
	struct kith_session *late = session_of(ALICE, KITH_SESSION_DEVICE, 1);
	struct kith_session *later = session_of(ALICE, KITH_SESSION_DEVICE, 1);
	uint64_t mark = kith_roster_mark(roster);
	const struct kith_ending ending = ending_of(ALICE, 1);
	const struct kith_ending others = ending_of(BOB, 1);

	kith_roster_end(roster, &ending);
	kith_roster_end(roster, &others);
	assert_true(kith_roster_enroll(roster, late, mark));
	assert_true(late->is_ended);
	/* Looked up behind the ending, it cannot be meant: the store would have said no. */
	assert_true(kith_roster_enroll(roster, later, kith_roster_mark(roster)));
	assert_false(later->is_ended);
	kith_session_unref(&late);
	kith_session_unref(&later);
	kith_roster_free(&roster);
}

static void test_r_035_what_a_person_shows_changes_in_all_their_sessions(void **state)
{
	(void)state;
	struct kith_roster *roster = kith_roster_new();
	struct kith_session *here = session_of(ALICE, KITH_SESSION_APP, 0);
	struct kith_session *late = session_of(ALICE, KITH_SESSION_DEVICE, 1);
	struct kith_session *other = session_of(BOB, KITH_SESSION_APP, 0);
	uint64_t mark = kith_roster_mark(roster);

	assert_true(kith_roster_enroll(roster, here, mark));
	assert_true(kith_roster_enroll(roster, other, mark));
	kith_roster_set_flags(roster, ALICE, KITH_USER_HIDES_PRESENCE);
	assert_true(kith_roster_enroll(roster, late, mark));
	assert_int_equal(here->flags, KITH_USER_HIDES_PRESENCE);
	assert_int_equal(late->flags, KITH_USER_HIDES_PRESENCE);
	assert_int_equal(other->flags, 0);
	assert_false(here->is_ended || late->is_ended);
	kith_session_unref(&here);
	kith_session_unref(&late);
	kith_session_unref(&other);
	kith_roster_free(&roster);
}

static void test_after_too_many_endings_nobody_can_say(void **state)
{
	(void)state;
	struct kith_roster *roster = kith_roster_new();
	struct kith_session *session = session_of(ALICE, KITH_SESSION_DEVICE, 1);
	uint64_t mark = kith_roster_mark(roster);
	const struct kith_ending ending = ending_of(BOB, 1);

	for (int i = 0; i < KITH_ROSTER_ENDINGS_MAX; i++) {
		kith_roster_end(roster, &ending);
	}
	assert_true(kith_roster_enroll(roster, session, mark));
	kith_roster_leave(session);
	kith_roster_end(roster, &ending);
	assert_false(kith_roster_enroll(roster, session, mark));
	assert_null(session->roster);
	kith_session_unref(&session);
	kith_roster_free(&roster);
}

static void test_who_leaves_is_left_alone(void **state)
{
	(void)state;
	struct kith_roster *roster = kith_roster_new();
	struct kith_session *all[3];
	const struct kith_ending ending = { .user_row = ALICE, .is_of_all_kinds = true };

	for (size_t i = 0; i < KITH_COUNT(all); i++) {
		all[i] = session_of(ALICE, KITH_SESSION_APP, 0);
		assert_true(kith_roster_enroll(roster, all[i], 0));
	}
	/* From the middle, the front and the end of a list. */
	kith_roster_leave(all[1]);
	kith_roster_end(roster, &ending);
	assert_true(all[0]->is_ended && !all[1]->is_ended && all[2]->is_ended);
	kith_session_unref(&all[2]);
	kith_session_unref(&all[1]);
	/* The roster goes before the last of its sessions. */
	kith_roster_free(&roster);
	assert_null(all[0]->roster);
	kith_session_unref(&all[0]);
	kith_roster_free(&roster);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_r_004_an_ending_marks_those_that_it_hits),
		cmocka_unit_test(test_r_004_what_ended_meanwhile_is_marked_when_it_comes),
		cmocka_unit_test(test_r_035_what_a_person_shows_changes_in_all_their_sessions),
		cmocka_unit_test(test_after_too_many_endings_nobody_can_say),
		cmocka_unit_test(test_who_leaves_is_left_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
