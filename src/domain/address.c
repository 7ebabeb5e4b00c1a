/*
 * address.c -- one form after the other, the most particular first.
 */
#include "domain/address.h"

static bool is_lower_or_digit(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool kith_user_id_is_valid(struct kith_str id)
{
	struct kith_uuid uuid;

	if (id.len < 1 || id.len > KITH_USER_ID_MAX) {
		return false;
	}
	for (size_t i = 0; i < id.len; i++) {
		char c = id.at[i];
		if (!is_lower_or_digit(c) && c != '.' && c != '_' && c != '-') {
			return false;
		}
	}
	return !kith_wallet_is_hex(id) && !kith_uuid_parse(id, &uuid);
}

static bool label_is_valid(struct kith_str label)
{
	if (label.len < 1 || label.len > 63 || label.at[0] == '-' ||
	    label.at[label.len - 1] == '-') {
		return false;
	}
	for (size_t i = 0; i < label.len; i++) {
		if (!is_lower_or_digit(label.at[i]) && label.at[i] != '-') {
			return false;
		}
	}
	return true;
}

bool kith_domain_is_valid(struct kith_str domain)
{
	struct kith_str label;

	if (domain.len < 1 || domain.len > KITH_DOMAIN_MAX) {
		return false;
	}
	while (kith_str_cut(domain, '.', &label, &domain)) {
		if (!label_is_valid(label)) {
			return false;
		}
	}
	return label_is_valid(domain);
}

static enum kith_rc no_address(struct kith_why *why)
{
	return kith_refuse(why, KITH_E_INVALID_REQUEST, "",
	                   "This is no user id, JID, wallet or conversation id.");
}

static enum kith_rc read_jid(struct kith_str local, struct kith_str host, struct kith_str domain,
                             struct kith_address *out, struct kith_why *why)
{
	struct kith_address found = { .kind = KITH_ADDRESS_USER, .user = local };

	if (kith_str_starts(host, KITH_STR("mix.")) &&
	    kith_uuid_parse(local, &found.conversation)) {
		found.kind = KITH_ADDRESS_CONVERSATION;
		found.user = (struct kith_str){ 0 };
		host = kith_str_skip(host, 4);
	} else if (!kith_user_id_is_valid(local)) {
		return no_address(why);
	}
	if (!kith_domain_is_valid(host)) {
		return no_address(why);
	}
	if (!kith_str_equal(host, domain)) {
		return kith_refuse(why, KITH_E_NOT_FOUND, "",
		                   "That domain is not this organization's.");
	}
	*out = found;
	return KITH_OK;
}

enum kith_rc kith_address_read(struct kith_str text, struct kith_str domain,
                               struct kith_address *out, struct kith_why *why)
{
	struct kith_str local;
	struct kith_str host;
	struct kith_uuid conversation;

	if (text.len > KITH_ADDRESS_MAX) {
		return no_address(why);
	}
	if (kith_str_cut(text, '@', &local, &host)) {
		return read_jid(local, host, domain, out, why);
	}
	if (kith_uuid_parse(text, &conversation)) {
		*out = (struct kith_address){ .kind = KITH_ADDRESS_CONVERSATION,
			                      .conversation = conversation };
		return KITH_OK;
	}
	if (kith_wallet_is_meant(text)) {
		struct kith_address found = { .kind = KITH_ADDRESS_WALLET };
		enum kith_rc rc = kith_wallet_read(text, &found.wallet, why);
		if (rc == KITH_OK) {
			*out = found;
		}
		return rc;
	}
	if (!kith_user_id_is_valid(text)) {
		return no_address(why);
	}
	*out = (struct kith_address){ .kind = KITH_ADDRESS_USER, .user = text };
	return KITH_OK;
}
