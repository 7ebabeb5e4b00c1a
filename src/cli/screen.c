/*
 * screen.c -- messages into rows, rows into the difference.
 */
#include "cli/screen.h"

#include <string.h>

#include "base/utf8.h"
#include "base/when.h"
#include "cli/terminal.h"
#include "cli/width.h"

enum {
	BELOW = 2,  /* rows below the messages: the status and the line being written */
	INDENT = 4, /* columns in front of a message's further rows                   */
	PROMPT = 2, /* columns of "> "                                                */
	REPLY_BYTES = 60,
};

#define BOLD "\x1b[1m"
#define DIM "\x1b[2m"
#define CYAN "\x1b[36m"
#define REVERSE "\x1b[7m"
#define PLAIN "\x1b[0m"

static const struct {
	const char *text, *style;
} ticks[] = {
	[KITH_THREAD_WAITS] = { "…", DIM },     [KITH_THREAD_STORED] = { "✓", "" },
	[KITH_THREAD_DELIVERED] = { "✓✓", "" }, [KITH_THREAD_SEEN] = { "✓✓", CYAN },
	[KITH_THREAD_FAILED] = { "✗", BOLD },
};

/* Rows are made from the top and then moved to the bottom: a ring of the last few. */
struct painter {
	struct kith_screen *screen;
	size_t room;  /* rows for messages                     */
	size_t count; /* rows that were begun                  */
	size_t used;  /* columns of the row that is being made */
};

static struct kith_buf *row_of(struct painter *painter)
{
	return &painter->screen->next[(painter->count - 1) % painter->room];
}

static void begin_row(struct painter *painter, size_t indent)
{
	painter->count++;
	painter->used = indent;
	kith_buf_reset(row_of(painter));
	for (size_t i = 0; i < indent; i++) {
		kith_buf_add_char(row_of(painter), ' ');
	}
}

/* Adds TEXT, safe and in STYLE, going on in further rows. */
static void paint(struct painter *painter, const char *style, struct kith_str text)
{
	size_t indent = painter->screen->columns > 4 * INDENT ? INDENT : 0;

	kith_buf_add_text(row_of(painter), style);
	while (text.len > 0) {
		size_t columns;
		size_t len = kith_width_next(text, &columns);

		if (text.at[0] == '\n' || painter->used + columns > painter->screen->columns) {
			kith_buf_add_text(row_of(painter), style[0] == '\0' ? "" : PLAIN);
			begin_row(painter, indent);
			kith_buf_add_text(row_of(painter), style);
		}
		if (text.at[0] != '\n') {
			kith_buf_add(row_of(painter), kith_str_make(text.at, len));
			painter->used += columns;
		}
		text = kith_str_skip(text, len);
	}
	kith_buf_add_text(row_of(painter), style[0] == '\0' ? "" : PLAIN);
}

/* Made safe line by line, so that its own newlines stay and nobody else's come in. */
static void paint_foreign(struct painter *painter, const char *style, struct kith_str text)
{
	struct kith_buf safe = { 0 };
	struct kith_str line = text, rest = text;
	bool is_more;

	do {
		is_more = kith_str_cut(rest, '\n', &line, &rest);
		kith_terminal_add(&safe, is_more ? line : rest, KITH_TERMINAL_LINE);
		kith_buf_add_text(&safe, is_more ? "\n" : "");
	} while (is_more);
	paint(painter, style, kith_buf_str(&safe));
	kith_buf_done(&safe);
}

/* "  👍 2 ❤ 1" */
static void paint_reactions(struct painter *painter, const struct kith_thread_entry *entry)
{
	for (size_t i = 0; i < entry->reaction_count; i++) {
		const char *emoji = entry->reactions[i].emoji;
		struct kith_buf text = { 0 };
		size_t same = 0, before = 0;

		for (size_t at = 0; at < entry->reaction_count; at++) {
			bool is_same = strcmp(entry->reactions[at].emoji, emoji) == 0;

			same += is_same;
			before += is_same && at < i;
		}
		if (before == 0) {
			kith_buf_add_format(&text, "  %s %zu", emoji, same);
			paint_foreign(painter, "", kith_buf_str(&text));
		}
		kith_buf_done(&text);
	}
}

static void paint_entry(struct painter *painter, const struct kith_thread *thread,
                        const struct kith_thread_entry *entry)
{
	enum kith_thread_tick tick = kith_thread_tick_of(thread, entry);
	char when[KITH_WHEN_TEXT];

	begin_row(painter, 0);
	if (entry->is_note) {
		paint(painter, DIM, KITH_STR("* "));
		paint_foreign(painter, DIM, kith_buf_str(&entry->text));
		return;
	}
	kith_when_format(entry->at_us, when);
	paint(painter, DIM, kith_str_make(when + 11, 5));
	paint(painter, "", KITH_STR(" "));
	paint_foreign(painter, entry->is_mine ? "" : BOLD, kith_str_of(entry->from));
	paint(painter, "", KITH_STR(": "));
	if (entry->reply.len > 0) {
		struct kith_str reply = kith_utf8_prefix(kith_buf_str(&entry->reply), REPLY_BYTES);

		paint(painter, DIM, KITH_STR("↪ "));
		paint_foreign(painter, DIM, reply);
		paint(painter, DIM, KITH_STR(" — "));
	}
	if (entry->is_deleted || entry->is_opaque) {
		paint(painter, DIM,
		      entry->is_deleted ? KITH_STR("(deleted)") : KITH_STR("(opaque)"));
	} else {
		paint_foreign(painter, "", kith_buf_str(&entry->text));
	}
	paint(painter, DIM, entry->is_edited ? KITH_STR(" (edited)") : KITH_STR(""));
	paint_reactions(painter, entry);
	if (entry->is_mine) {
		paint(painter, "", KITH_STR(" "));
		paint(painter, ticks[tick].style, kith_str_of(ticks[tick].text));
	}
}

/* Turns the ring so that the newest row is the last. */
static void settle(struct painter *painter)
{
	struct kith_screen *screen = painter->screen;
	size_t room = painter->room;
	size_t filled = painter->count < room ? painter->count : room;
	size_t first = painter->count - filled;
	struct kith_buf turned[KITH_SCREEN_ROWS_MAX];

	for (size_t i = 0; i < room; i++) {
		/* Rows that are not filled come first; their order does not matter. */
		turned[i] = screen->next[(first + filled + i) % room];
		if (i < room - filled) {
			kith_buf_reset(&turned[i]);
		}
	}
	memcpy(screen->next, turned, room * sizeof(*turned));
}

static void paint_thread(struct kith_screen *screen, const struct kith_thread *thread, size_t room)
{
	struct painter painter = { .screen = screen, .room = room };
	size_t first = thread->count > room ? thread->count - room : 0;

	for (size_t i = first; i < thread->count; i++) {
		paint_entry(&painter, thread, &thread->entries[i]);
	}
	settle(&painter);
}

/* As much of TEXT as fits. */
static struct kith_str fit(struct kith_str text, size_t columns)
{
	size_t bytes = 0, used = 0;

	while (bytes < text.len) {
		size_t width;
		size_t len = kith_width_next(kith_str_skip(text, bytes), &width);

		if (used + width > columns) {
			break;
		}
		used += width;
		bytes += len;
	}
	return kith_str_make(text.at, bytes);
}

static void paint_status(struct kith_screen *screen, struct kith_str status)
{
	struct kith_buf *row = &screen->next[screen->rows - BELOW];
	struct kith_str text = fit(status, screen->columns);
	size_t left = screen->columns - kith_width_of(text);

	kith_buf_reset(row);
	kith_buf_add_text(row, REVERSE);
	kith_buf_add(row, text);
	while (left-- > 0) {
		kith_buf_add_char(row, ' ');
	}
	kith_buf_add_text(row, PLAIN);
}

/* returns the column of the cursor, from 0 */
static size_t paint_input(struct kith_screen *screen, const struct kith_input *input)
{
	struct kith_buf *row = &screen->next[screen->rows - 1];
	size_t prompt = screen->columns > 4 * PROMPT ? PROMPT : 0;
	size_t cursor;

	kith_buf_reset(row);
	kith_buf_add_text(row, prompt > 0 ? "> " : "");
	kith_input_show(input, screen->columns - prompt, row, &cursor);
	return prompt + cursor;
}

/* Sends the rows that differ. */
static void send_rows(struct kith_screen *screen, struct kith_buf *out)
{
	for (size_t i = 0; i < screen->rows; i++) {
		struct kith_buf *shown = &screen->shown[i];

		if (!screen->must_clear &&
		    kith_str_equal(kith_buf_str(shown), kith_buf_str(&screen->next[i]))) {
			continue;
		}
		kith_buf_add_format(out, "\x1b[%zu;1H", i + 1);
		kith_buf_add(out, kith_buf_str(&screen->next[i]));
		/* A full row has the cursor behind its last column: clearing would take that. */
		kith_buf_add_text(out, i + BELOW == screen->rows ? "" : "\x1b[K");
		kith_buf_reset(shown);
		kith_buf_add(shown, kith_buf_str(&screen->next[i]));
	}
}

void kith_screen_draw(struct kith_screen *screen, const struct kith_thread *thread,
                      struct kith_str status, const struct kith_input *input, struct kith_buf *out)
{
	size_t cursor;

	screen->columns = screen->columns < 1                         ? 80
	                  : screen->columns > KITH_SCREEN_COLUMNS_MAX ? KITH_SCREEN_COLUMNS_MAX
	                                                              : screen->columns;
	screen->rows = screen->rows < BELOW + 1              ? BELOW + 1
	               : screen->rows > KITH_SCREEN_ROWS_MAX ? KITH_SCREEN_ROWS_MAX
	                                                     : screen->rows;
	paint_thread(screen, thread, screen->rows - BELOW);
	paint_status(screen, status);
	cursor = paint_input(screen, input);
	if (screen->must_clear) {
		kith_buf_add_text(out, PLAIN "\x1b[2J");
	}
	send_rows(screen, out);
	screen->must_clear = false;
	kith_buf_add_format(out, "\x1b[%zu;%zuH", screen->rows, cursor + 1);
}

void kith_screen_clear(struct kith_screen *screen)
{
	screen->must_clear = true;
}

void kith_screen_done(struct kith_screen *screen)
{
	for (size_t i = 0; i < KITH_SCREEN_ROWS_MAX; i++) {
		kith_buf_done(&screen->shown[i]);
		kith_buf_done(&screen->next[i]);
	}
}

/* Another page, where pastes are told apart from keys. */
void kith_screen_enter(struct kith_buf *out)
{
	kith_buf_add_text(out, "\x1b[?1049h\x1b[?2004h\x1b[2J\x1b[H");
}

void kith_screen_leave(struct kith_buf *out)
{
	kith_buf_add_text(out, PLAIN "\x1b[?2004l\x1b[?1049l");
}
