/*
 * answer_people.c -- people as others see them, and as they see themselves.
 */
#include "door/answer.h"
#include "door/answer_parts.h"

/* The members that every form of a person begins with, into the object that is open. */
static void put_person(struct kith_json_writer *w, const struct kith_user *user)
{
	kith_json_pair_string(w, "id", user->id);
	kith_json_pair_string(w, "name", user->name);
	if ((user->flags & KITH_USER_BOT) != 0) {
		kith_json_pair_bool(w, "bot", true);
	}
}

void kith_answer_user(struct kith_json_writer *w, const struct kith_user *user)
{
	kith_json_open_object(w);
	put_person(w, user);
	kith_json_close_object(w);
}

static struct kith_str scope_name(enum kith_scope scope)
{
	static const struct {
		enum kith_scope scope;
		const char *name;
	} names[] = {
		{ KITH_SCOPE_USER, "user" },
		{ KITH_SCOPE_OPERATOR, "operator" },
		{ KITH_SCOPE_BOT, "bot" },
		{ KITH_SCOPE_ADMIN, "admin" },
	};

	for (size_t i = 0; i < KITH_COUNT(names); i++) {
		if (names[i].scope == scope) {
			return kith_str_of(names[i].name);
		}
	}
	return KITH_STR("user");
}

static struct kith_str theme_name(enum kith_theme theme)
{
	static const char *const names[] = {
		[KITH_THEME_SYSTEM] = "system",
		[KITH_THEME_LIGHT] = "light",
		[KITH_THEME_DARK] = "dark",
	};

	return kith_str_of(names[theme]);
}

void kith_answer_settings(struct kith_json_writer *w, const struct kith_profile *profile)
{
	unsigned flags = profile->user.flags;

	kith_json_open_object(w);
	kith_json_pair_bool(w, "showPresence", (flags & KITH_USER_HIDES_PRESENCE) == 0);
	kith_json_pair_bool(w, "showReceipts", (flags & KITH_USER_HIDES_RECEIPTS) == 0);
	if (profile->language.len > 0) {
		kith_json_pair_string(w, "language", profile->language);
	}
	kith_json_pair_string(w, "theme", theme_name(profile->theme));
	kith_json_close_object(w);
}

/* The members that Me and MeChange share, into the object that is open. */
static void put_own(struct kith_json_writer *w, const struct kith_profile *profile)
{
	kith_json_key(w, "settings");
	kith_answer_settings(w, profile);
	kith_answer_raw(w, "metadata", profile->metadata);
	kith_answer_raw(w, "privateMetadata", profile->private_metadata);
}

void kith_answer_me(struct kith_json_writer *w, const struct kith_cursor_keys *keys,
                    const struct kith_result *result)
{
	const struct kith_profile *profile = &result->me.profile;
	(void)keys;

	kith_json_open_object(w);
	kith_json_pair_string(w, "id", profile->user.id);
	kith_json_pair_string(w, "name", profile->user.name);
	kith_json_key(w, "organizations");
	kith_json_open_array(w);
	for (size_t i = 0; i < result->me.org_count; i++) {
		kith_json_open_object(w);
		kith_json_pair_string(w, "id", result->me.orgs[i].id);
		kith_json_pair_string(w, "domain", result->me.orgs[i].domain);
		kith_json_close_object(w);
	}
	kith_json_close_array(w);
	kith_json_pair_string(w, "scope", scope_name(result->me.scope));
	put_own(w, profile);
	kith_json_close_object(w);
}

void kith_answer_me_change(struct kith_json_writer *w, const struct kith_profile *profile)
{
	kith_json_open_object(w);
	kith_json_pair_string(w, "name", profile->user.name);
	put_own(w, profile);
	kith_json_close_object(w);
}

void kith_answer_me_settings(struct kith_json_writer *w, const struct kith_cursor_keys *keys,
                             const struct kith_result *result)
{
	(void)keys;
	kith_answer_settings(w, &result->profile);
}

void kith_answer_profile(struct kith_json_writer *w, const struct kith_cursor_keys *keys,
                         const struct kith_result *result)
{
	(void)keys;
	kith_json_open_object(w);
	put_person(w, &result->profile.user);
	kith_answer_raw(w, "metadata", result->profile.metadata);
	kith_json_close_object(w);
}

void kith_answer_users(struct kith_json_writer *w, const struct kith_cursor_keys *keys,
                       const struct kith_result *result)
{
	(void)keys;
	kith_json_open_object(w);
	kith_json_key(w, "items");
	kith_json_open_array(w);
	for (size_t i = 0; i < result->users.count; i++) {
		kith_answer_user(w, &result->users.items[i]);
	}
	kith_json_close_array(w);
	kith_answer_mark(w, "next", result->users.next);
	kith_json_close_object(w);
}

static void put_contact(struct kith_json_writer *w, const struct kith_contact *contact)
{
	kith_json_open_object(w);
	put_person(w, &contact->user);
	kith_answer_time(w, "addedAt", contact->created_us);
	kith_json_close_object(w);
}

void kith_answer_contact(struct kith_json_writer *w, const struct kith_cursor_keys *keys,
                         const struct kith_result *result)
{
	(void)keys;
	put_contact(w, &result->contact);
}

void kith_answer_contacts(struct kith_json_writer *w, const struct kith_cursor_keys *keys,
                          const struct kith_result *result)
{
	(void)keys;
	kith_json_open_object(w);
	kith_json_key(w, "items");
	kith_json_open_array(w);
	for (size_t i = 0; i < result->contacts.count; i++) {
		put_contact(w, &result->contacts.items[i]);
	}
	kith_json_close_array(w);
	kith_answer_mark(w, "next", result->contacts.next);
	kith_json_close_object(w);
}

static void put_alias(struct kith_json_writer *w, const struct kith_alias *alias)
{
	static const char *const names[] = {
		[KITH_ALIAS_WALLET] = "wallet",
		[KITH_ALIAS_EMAIL] = "email",
		[KITH_ALIAS_PHONE] = "phone",
		[KITH_ALIAS_EXTERNAL] = "external",
	};

	kith_json_open_object(w);
	kith_json_pair_string(w, "user", alias->user);
	kith_json_pair_string(w, "kind", kith_str_of(names[alias->kind]));
	kith_json_pair_string(w, "value", alias->value);
	kith_answer_time(w, "createdAt", alias->created_us);
	kith_json_close_object(w);
}

void kith_answer_alias(struct kith_json_writer *w, const struct kith_cursor_keys *keys,
                       const struct kith_result *result)
{
	(void)keys;
	put_alias(w, &result->alias);
}

void kith_answer_aliases(struct kith_json_writer *w, const struct kith_cursor_keys *keys,
                         const struct kith_result *result)
{
	(void)keys;
	kith_json_open_object(w);
	kith_json_key(w, "items");
	kith_json_open_array(w);
	for (size_t i = 0; i < result->aliases.count; i++) {
		put_alias(w, &result->aliases.items[i]);
	}
	kith_json_close_array(w);
	kith_json_close_object(w);
}
