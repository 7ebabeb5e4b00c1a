/*
 * token.c -- tickets, and the slots of tokens that held.
 */
#include "door/token.h"

#include "base/mem.h"
#include "service/bearer.h"
#include "service/roster.h"

enum { TICKET_MEMORY_BYTES = 4096 };

struct slot {
	uint8_t digest[KITH_DIGEST];
	struct kith_session *session; /* NULL: free */
	int64_t checked_us;
};

struct kith_tokens {
	uint8_t key[KITH_DIGEST_KEY];
	struct kith_credential_keys keys;
	struct kith_roster *roster;
	struct slot slots[KITH_TOKENS_SLOTS];
};

struct kith_ticket {
	struct kith_errand errand;
	struct kith_door_host *host;
	void *owner; /* NULL: dropped */
	void (*done)(void *owner, const struct kith_ticket_answer *answer);
	struct kith_arena mem;
	struct kith_bearer bearer;
	uint64_t mark; /* of the roster, when it was sent */
	uint8_t digest[KITH_DIGEST];
	int64_t now_us;
	struct kith_signin signin;
	bool is_false; /* not signed by any key that is known */
	struct kith_ticket_answer answer;
};

struct kith_tokens *kith_tokens_new(const uint8_t key[KITH_DIGEST_KEY])
{
	struct kith_tokens *tokens = kith_alloc_zero(1, sizeof(*tokens));

	if (tokens == NULL) {
		return NULL;
	}
	kith_digest(KITH_STR("tokens"), key, tokens->key);
	kith_credential_keys_derive(key, &tokens->keys);
	tokens->roster = kith_roster_new();
	if (tokens->roster == NULL) {
		kith_free(tokens);
		return NULL;
	}
	return tokens;
}

void kith_tokens_free(struct kith_tokens **tokens)
{
	struct kith_tokens *held = *tokens;

	*tokens = NULL;
	if (held == NULL) {
		return;
	}
	for (size_t i = 0; i < KITH_TOKENS_SLOTS; i++) {
		kith_session_unref(&held->slots[i].session);
	}
	kith_roster_free(&held->roster);
	kith_free(held);
}

static struct slot *slot_of(struct kith_tokens *tokens, const uint8_t digest[KITH_DIGEST])
{
	size_t at = (size_t)digest[0] | (size_t)digest[1] << 8;
	return &tokens->slots[at % KITH_TOKENS_SLOTS];
}

/* A session that held a short while ago and still does; NULL when there is none. */
static struct kith_session *recall(struct kith_door_host *host, const uint8_t digest[KITH_DIGEST])
{
	struct slot *slot = slot_of(host->tokens, digest);

	if (slot->session == NULL || memcmp(slot->digest, digest, KITH_DIGEST) != 0) {
		return NULL;
	}
	int64_t age_us = host->now_us - slot->checked_us;
	if (age_us < 0 || age_us > KITH_TOKENS_AGE_US || slot->session->is_ended ||
	    host->now_us >= slot->session->expires_us) {
		kith_session_unref(&slot->session);
		return NULL;
	}
	return kith_session_ref(slot->session);
}

static void remember(struct kith_ticket *ticket)
{
	struct slot *slot = slot_of(ticket->host->tokens, ticket->digest);

	kith_session_unref(&slot->session);
	slot->session = kith_session_ref(ticket->answer.session);
	slot->checked_us = ticket->now_us;
	memcpy(slot->digest, ticket->digest, KITH_DIGEST);
}

/* On a reader's thread: the key, the signature, the person. */
static void ticket_go(struct kith_errand *errand, struct kith_reader *reader)
{
	struct kith_ticket *ticket = KITH_CONTAINER(errand, struct kith_ticket, errand);
	struct kith_ticket_answer *answer = &ticket->answer;

	answer->rc = kith_bearer_admit(&ticket->bearer, &ticket->host->tokens->keys, reader,
	                               ticket->now_us, &ticket->mem, &answer->session,
	                               &ticket->is_false, &answer->why);
}

static void ticket_free(struct kith_ticket *ticket)
{
	kith_arena_done(&ticket->mem);
	kith_free(ticket);
}

/* The session is this worker's now; what ended while it was looked up may have been it. */
static void enroll(struct kith_ticket *ticket)
{
	struct kith_ticket_answer *answer = &ticket->answer;

	if (!kith_roster_enroll(ticket->host->tokens->roster, answer->session, ticket->mark)) {
		kith_session_unref(&answer->session);
		answer->rc = KITH_E_UNAVAILABLE;
		answer->why.retry_after_ms = KITH_RETRY_AFTER_MS;
	} else if (answer->session->is_ended) {
		kith_session_unref(&answer->session);
		answer->rc = kith_refuse(&answer->why, KITH_E_UNAUTHENTICATED, "",
		                         "The session has ended.");
	}
}

static void ticket_back(struct kith_errand *errand)
{
	struct kith_ticket *ticket = KITH_CONTAINER(errand, struct kith_ticket, errand);

	if (ticket->answer.rc == KITH_OK) {
		enroll(ticket);
	}
	if (ticket->answer.rc == KITH_OK) {
		remember(ticket);
	}
	if (ticket->is_false) {
		kith_signin_failed(ticket->host->limits, &ticket->signin, ticket->now_us);
	} else {
		kith_signin_passed(ticket->host->limits, &ticket->signin);
	}
	if (ticket->owner != NULL) {
		ticket->done(ticket->owner, &ticket->answer);
	} else {
		kith_session_unref(&ticket->answer.session);
	}
	ticket_free(ticket);
}

/* A ticket whose token is copied and taken apart; NULL with rc and why in ANSWER. */
static struct kith_ticket *ticket_new(struct kith_door_host *host, struct kith_str token,
                                      struct kith_ticket_answer *answer)
{
	struct kith_ticket *ticket = kith_alloc_zero(1, sizeof(*ticket));
	if (ticket == NULL) {
		answer->rc = KITH_E_NO_MEMORY;
		return NULL;
	}
	ticket->host = host;
	ticket->now_us = host->now_us;
	ticket->mark = kith_roster_mark(host->tokens->roster);
	kith_arena_init(&ticket->mem, TICKET_MEMORY_BYTES);
	answer->rc = kith_arena_copy(&ticket->mem, token, &token) ? KITH_OK : KITH_E_NO_MEMORY;
	if (answer->rc == KITH_OK) {
		answer->rc = kith_bearer_read(&host->tokens->keys, token, &ticket->mem,
		                              &ticket->bearer, &answer->why);
	}
	if (answer->rc != KITH_OK) {
		ticket_free(ticket);
		return NULL;
	}
	return ticket;
}

/* May another token that nobody knows be looked at? Asked before anything is spent on it. */
static enum kith_rc may_check(struct kith_door_host *host, const struct kith_signin *who,
                              struct kith_why *why)
{
	enum kith_rc rc = kith_limits_take(host->limits, KITH_LIMIT_SIGNINS_ADDRESS, who->address,
	                                   host->now_us, why);

	return rc != KITH_OK ? rc : kith_signin_may(host->limits, who, host->now_us, why);
}

void kith_token_check(struct kith_door_host *host, const struct kith_ip *from,
                      struct kith_str token, void *owner,
                      void (*done)(void *owner, const struct kith_ticket_answer *answer),
                      struct kith_ticket **ticket)
{
	struct kith_ticket_answer answer = { .rc = KITH_OK };
	uint8_t digest[KITH_DIGEST];

	*ticket = NULL;
	kith_digest(token, host->tokens->key, digest);
	answer.session = recall(host, digest);
	if (answer.session != NULL) {
		done(owner, &answer);
		return;
	}
	const struct kith_signin who = { .address = kith_limits_by_address(host->limits, from) };
	answer.rc = may_check(host, &who, &answer.why);
	if (answer.rc != KITH_OK) {
		done(owner, &answer);
		return;
	}
	struct kith_ticket *new = ticket_new(host, token, &answer);
	if (new == NULL) {
		if (answer.rc == KITH_E_UNAUTHENTICATED) {
			kith_signin_failed(host->limits, &who, host->now_us);
		}
		done(owner, &answer);
		return;
	}
	new->signin = who;
	memcpy(new->digest, digest, sizeof(digest));
	new->owner = owner;
	new->done = done;
	new->errand =
		(struct kith_errand){ .go = ticket_go, .back = ticket_back, .is_stranger = true };
	/* Set before it is sent: it may be back before send returns. */
	*ticket = new;
	if (!host->errands->send(host->errands, &new->errand)) {
		*ticket = NULL;
		ticket_free(new);
		answer.rc = KITH_E_UNAVAILABLE;
		answer.why.retry_after_ms = KITH_RETRY_AFTER_MS;
		done(owner, &answer);
	}
}

void kith_ticket_drop(struct kith_ticket **ticket)
{
	if (*ticket != NULL) {
		(*ticket)->owner = NULL;
		*ticket = NULL;
	}
}

void kith_tokens_end(struct kith_tokens *tokens, const struct kith_ending *ending)
{
	kith_roster_end(tokens->roster, ending);
}

void kith_tokens_set_flags(struct kith_tokens *tokens, int64_t user_row, unsigned flags)
{
	kith_roster_set_flags(tokens->roster, user_row, flags);
}
