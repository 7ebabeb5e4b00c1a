/*
 * show.c -- the lines of `kith listen`, `kith history` and `kith recent`.
 */
#include "cli/show.h"

#include "base/utf8.h"
#include "base/when.h"
#include "cli/terminal.h"

enum { PREVIEW_BYTES = 60 };

static void add(struct kith_buf *out, struct kith_text text, enum kith_terminal_form form)
{
	kith_terminal_add(out, kith_str_make(text.at, text.len), form);
}

void kith_show_message(struct kith_buf *out, const struct kith_api_message *message)
{
	char when[KITH_WHEN_TEXT];

	kith_when_format(message->sent_at_us, when);
	kith_buf_add_format(out, "[%.10s %.8sZ] ", when, when + 11);
	add(out, message->from, KITH_TERMINAL_LINE);
	if (message->deleted_at_us != 0) {
		kith_buf_add_text(out, ": (deleted)");
	} else if (message->text.at != NULL) {
		kith_buf_add_text(out, ": ");
		add(out, message->text, KITH_TERMINAL_LINES);
	} else {
		kith_buf_add_format(out, ": (opaque, %zu bytes)", message->opaque.len);
	}
	kith_buf_add_text(out, message->edits > 0 ? " (edited)" : "");
	for (size_t i = 0; i < message->reactions_count; i++) {
		kith_buf_add_text(out, "  ");
		add(out, message->reactions[i].emoji, KITH_TERMINAL_LINE);
		kith_buf_add_format(out, " %lld", (long long)message->reactions[i].count);
	}
	kith_buf_add_char(out, '\n');
}

/* "Bob Marsh (bob)"; the id alone when the name says no more. */
static void add_person(struct kith_buf *out, const struct kith_api_user *user)
{
	struct kith_str name = kith_str_make(user->name.at, user->name.len);
	struct kith_str id = kith_str_make(user->id.at, user->id.len);

	if (name.len == 0 || kith_str_equal(name, id)) {
		kith_terminal_add(out, id, KITH_TERMINAL_LINE);
		return;
	}
	kith_terminal_add(out, name, KITH_TERMINAL_LINE);
	kith_buf_add_text(out, " (");
	kith_terminal_add(out, id, KITH_TERMINAL_LINE);
	kith_buf_add_char(out, ')');
}

static void add_members(struct kith_buf *out, const struct kith_api_conversation *conversation,
                        struct kith_str me)
{
	bool is_first = true;

	for (size_t i = 0; i < conversation->members_count; i++) {
		const struct kith_api_user *member = &conversation->members[i];

		if (kith_str_equal(kith_str_make(member->id.at, member->id.len), me)) {
			continue;
		}
		kith_buf_add_text(out, is_first ? "" : ", ");
		add_person(out, member);
		is_first = false;
	}
	kith_buf_add_text(out, is_first ? "notes" : "");
}

void kith_show_conversation(struct kith_buf *out, const struct kith_api_conversation *conversation,
                            struct kith_str me)
{
	const struct kith_api_message *last = conversation->last;
	struct kith_str text;

	kith_buf_add_format(out, "%3lld unread  ", (long long)conversation->unread);
	add_members(out, conversation, me);
	kith_buf_add_text(out, "  ");
	add(out, conversation->id, KITH_TERMINAL_LINE);
	if (last != NULL) {
		kith_buf_add_text(out, "  ");
		add(out, last->from, KITH_TERMINAL_LINE);
		kith_buf_add_text(out, ": ");
		text = kith_str_make(last->text.at, last->text.len);
		if (text.at == NULL) {
			text = last->deleted_at_us != 0 ? KITH_STR("(deleted)")
			                                : KITH_STR("(opaque)");
		}
		kith_terminal_add(out, kith_utf8_prefix(text, PREVIEW_BYTES), KITH_TERMINAL_LINE);
		kith_buf_add_text(out, text.len > PREVIEW_BYTES ? "…" : "");
	}
	kith_buf_add_char(out, '\n');
}
