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
	kith_buf_add_format(out, "[%.10s %.8s] ", when, when + 11);
	add(out, message->from, KITH_TERMINAL_LINE);
	if (message->text.at != NULL) {
		kith_buf_add_text(out, ": ");
		add(out, message->text, KITH_TERMINAL_LINES);
	} else {
		kith_buf_add_format(out, ": (opaque, %zu bytes)", message->opaque.len);
	}
	kith_buf_add_char(out, '\n');
}

static void add_members(struct kith_buf *out, const struct kith_api_conversation *conversation)
{
	for (size_t i = 0; i < conversation->members_count; i++) {
		const struct kith_api_user *member = &conversation->members[i];

		kith_buf_add_text(out, i == 0 ? "" : ", ");
		add(out, member->name.len > 0 ? member->name : member->id, KITH_TERMINAL_LINE);
	}
}

void kith_show_conversation(struct kith_buf *out, const struct kith_api_conversation *conversation)
{
	const struct kith_api_message *last = conversation->last;
	struct kith_str text;

	kith_buf_add_format(out, "%3lld unread  ", (long long)conversation->unread);
	add_members(out, conversation);
	kith_buf_add_text(out, "  ");
	add(out, conversation->id, KITH_TERMINAL_LINE);
	if (last != NULL) {
		kith_buf_add_text(out, "  ");
		add(out, last->from, KITH_TERMINAL_LINE);
		kith_buf_add_text(out, ": ");
		text = kith_str_make(last->text.at, last->text.len);
		if (text.at == NULL) {
			text = KITH_STR("(opaque)");
		}
		kith_terminal_add(out, kith_utf8_prefix(text, PREVIEW_BYTES), KITH_TERMINAL_LINE);
		kith_buf_add_text(out, text.len > PREVIEW_BYTES ? "…" : "");
	}
	kith_buf_add_char(out, '\n');
}
