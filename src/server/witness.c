/*
 * witness.c -- an answer's figures, a refusal's figures, and who is worth a line.
 */
#include "server/witness.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/metric.h"

static const struct kith_witness *witness_of(const struct kith_door *door)
{
	return door->host->witness;
}

void kith_witness_peer(const struct kith_door *door, char out[KITH_WITNESS_PEER_TEXT])
{
	const uint8_t *bytes = door->peer.bytes;
	static const struct kith_ip none;

	_Static_assert((int)KITH_WITNESS_PEER_TEXT >= (int)INET6_ADDRSTRLEN, "every address fits");
	out[0] = '\0';
	if (kith_ip_is_v4(&door->peer)) {
		inet_ntop(AF_INET, bytes + KITH_IP_BYTES - 4, out, KITH_WITNESS_PEER_TEXT);
	} else if (!kith_ip_equal(&door->peer, &none)) {
		inet_ntop(AF_INET6, bytes, out, KITH_WITNESS_PEER_TEXT);
	}
}

static void put_user(const struct kith_session *session, char out[KITH_USER_ID_MAX + 1])
{
	out[0] = '\0';
	if (session != NULL) {
		snprintf(out, KITH_USER_ID_MAX + 1, "%.*s", KITH_STR_PRINT(session->user));
	}
}

void kith_witness_user(const struct kith_door *door, char out[KITH_USER_ID_MAX + 1])
{
	put_user(door->session, out);
}

/* --- calls --- */

static const char *code_of(enum kith_rc rc)
{
	return rc == KITH_OK ? "ok" : kith_err_row(rc)->code;
}

static enum kith_metric_result result_of(enum kith_rc rc)
{
	if (rc == KITH_OK) {
		return KITH_METRIC_OK;
	}
	return kith_err_row(rc)->status < 500 ? KITH_METRIC_REFUSED : KITH_METRIC_FAILED;
}

static bool is_send(const struct kith_call *call)
{
	return call->row->id == KITH_CALL_MESSAGES_SEND ||
	       call->row->id == KITH_CALL_MESSAGES_SEND_TO_USER;
}

/* What a line says of a call: never its arguments. */
struct words {
	char user[KITH_USER_ID_MAX + 1];
	char us[24];
};

static void put_words(const struct kith_call *call, int64_t took_us, struct words *out)
{
	put_user(call->session, out->user);
	snprintf(out->us, sizeof(out->us), "%lld", (long long)took_us);
}

static void on_answered(struct kith_door *door, const struct kith_call *call)
{
	static struct kith_log_gate gate;
	int64_t took_us = door->host->now_us - call->now_us;
	int64_t slow_us = witness_of(door)->slow_call_us;
	struct words words;

	kith_metric_add(KITH_METRIC_CALLS, kith_metric_call(call->row->id, result_of(call->rc)), 1);
	kith_metric_observe(KITH_METRIC_CALL_TIME, took_us, 1);
	if (call->rc == KITH_OK && is_send(call)) {
		kith_metric_observe(KITH_METRIC_SEND_TO_ACK, took_us, 1);
	}
	if (slow_us > 0 && took_us >= slow_us) {
		put_words(call, took_us, &words);
		kith_log_bounded(&gate, KITH_LOG_WARN, "slow_call", "call", call->row->name, "code",
		                 code_of(call->rc), "user", words.user, "us", words.us, NULL);
	} else if (kith_log_is_on(KITH_LOG_DEBUG)) {
		put_words(call, took_us, &words);
		kith_log(KITH_LOG_DEBUG, "call", "call", call->row->name, "code", code_of(call->rc),
		         "user", words.user, "us", words.us, NULL);
	}
}

/* --- refusals --- */

/* Those that an operator should hear of; what clients do wrong every day is only counted. */
static const struct {
	enum kith_rc rc;
	enum kith_log_level level;
	const char *event;
} told[] = {
	{ KITH_E_UNAUTHENTICATED, KITH_LOG_INFO, "sign_in_failed" },
	{ KITH_E_RATE_LIMITED, KITH_LOG_INFO, "rate_limited" },
	{ KITH_E_INTERNAL, KITH_LOG_ERROR, "internal" },
	{ KITH_E_UNAVAILABLE, KITH_LOG_WARN, "unavailable" },
};

static void on_refused(struct kith_door *door, enum kith_rc rc, const struct kith_why *why)
{
	static struct kith_log_gate gates[KITH_COUNT(told)];
	enum kith_rc seen = (enum kith_rc)kith_metric_code(rc);
	char user[KITH_USER_ID_MAX + 1];
	char peer[KITH_WITNESS_PEER_TEXT];

	kith_metric_add(KITH_METRIC_ERRORS, seen, 1);
	for (size_t i = 0; i < KITH_COUNT(told); i++) {
		if (told[i].rc == seen && kith_log_is_on(told[i].level)) {
			kith_witness_peer(door, peer);
			kith_witness_user(door, user);
			kith_log_bounded(&gates[i], told[i].level, told[i].event, "peer", peer,
			                 "user", user, "reason", why->detail, NULL);
		}
	}
}

/* --- the host --- */

static void measure(void *context, struct kith_buf *out)
{
	struct kith_witness *witness = context;

	kith_figures_text(&witness->figures, out);
}

void kith_witness_doors(struct kith_witness *witness, struct kith_door_host *host)
{
	host->witness = witness;
	host->metrics_for = witness->metrics_for;
	host->measure = measure;
	host->answered = on_answered;
	host->refused = on_refused;
}
