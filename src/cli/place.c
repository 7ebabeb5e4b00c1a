/*
 * place.c -- one line of JSON, written beside and renamed into place.
 */
#include "cli/place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/json.h"

enum { FILE_BYTES_MAX = 1024, PATH_BYTES_MAX = 4096 };

static enum kith_rc fail(struct kith_why *why, const char *what, const char *path)
{
	return kith_refuse(why, KITH_E_IO, NULL, "%s %.60s: %s", what, path, strerror(errno));
}

static enum kith_rc damaged(struct kith_why *why, const char *path)
{
	return kith_refuse(why, KITH_E_CORRUPT, NULL, "%.80s holds no place of a listener", path);
}

/* The regular file behind FD; false when it is none. */
static bool stat_output(int fd, struct stat *out)
{
	return fstat(fd, out) == 0 && S_ISREG(out->st_mode);
}

/* Reads the bytes of the output from FROM to its end, SIZE. */
static enum kith_rc read_surplus(struct kith_place *place, off_t from, off_t size)
{
	char path[64];
	size_t wanted = (size_t)(size - from);
	ssize_t got;
	int fd;

	/* Standard output is often open for writing only: open it once more. */
	snprintf(path, sizeof(path), "/proc/self/fd/%d", place->out_fd);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		return KITH_OK;
	}
	if (!kith_buf_reserve(&place->surplus, wanted)) {
		close(fd);
		return KITH_E_NO_MEMORY;
	}
	got = pread(fd, place->surplus.at, wanted, from);
	place->surplus.len = got > 0 ? (size_t)got : 0;
	close(fd);
	return KITH_OK;
}

/* What the place's file says of the output: is it this one, and is there more in it now? */
static enum kith_rc look_at_output(struct kith_place *place, const struct kith_json *json)
{
	const struct kith_json_node *device = kith_json_get(json, json->root, "device");
	const struct kith_json_node *inode = kith_json_get(json, json->root, "inode");
	const struct kith_json_node *size = kith_json_get(json, json->root, "size");
	struct stat now;

	if (device == NULL || inode == NULL || size == NULL || size->kind != KITH_JSON_INTEGER ||
	    !stat_output(place->out_fd, &now) || device->integer != (int64_t)now.st_dev ||
	    inode->integer != (int64_t)now.st_ino || size->integer > now.st_size ||
	    now.st_size - size->integer > KITH_PLACE_SURPLUS_MAX) {
		return KITH_OK;
	}
	return read_surplus(place, size->integer, now.st_size);
}

static enum kith_rc read_place(struct kith_place *place, struct kith_str text, struct kith_why *why)
{
	const struct kith_json_node *cursor;
	struct kith_arena mem;
	struct kith_json json;
	struct kith_str raw;
	enum kith_rc rc;

	kith_arena_init(&mem, FILE_BYTES_MAX);
	rc = kith_json_read(text, &mem, &json, NULL);
	cursor = rc == KITH_OK ? kith_json_get(&json, json.root, "cursor") : NULL;
	if (cursor == NULL || cursor->kind != KITH_JSON_STRING || cursor->is_escaped ||
	    cursor->len == 0 || cursor->len > KITH_PLACE_CURSOR_MAX) {
		kith_arena_done(&mem);
		return rc == KITH_E_NO_MEMORY ? rc : damaged(why, place->path);
	}
	raw = kith_json_raw(&json, cursor);
	memcpy(place->cursor, raw.at, raw.len);
	place->cursor[raw.len] = '\0';
	rc = look_at_output(place, &json);
	kith_arena_done(&mem);
	return rc;
}

enum kith_rc kith_place_open(struct kith_place *place, const char *path, int out_fd,
                             struct kith_why *why)
{
	char text[FILE_BYTES_MAX + 1];
	ssize_t got;
	int fd;

	*place = (struct kith_place){ .path = path, .out_fd = out_fd };
	if (strlen(path) > PATH_BYTES_MAX) {
		errno = ENAMETOOLONG;
		return fail(why, "cannot read", path);
	}
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		return errno == ENOENT ? KITH_OK : fail(why, "cannot read", path);
	}
	got = read(fd, text, sizeof(text));
	close(fd);
	if (got < 0) {
		return fail(why, "cannot read", path);
	}
	if (got > FILE_BYTES_MAX) {
		return damaged(why, path);
	}
	return read_place(place, kith_str_make(text, (size_t)got), why);
}

void kith_place_done(struct kith_place *place)
{
	kith_buf_done(&place->surplus);
}

size_t kith_place_printed(struct kith_place *place, struct kith_str text)
{
	struct kith_str left = kith_str_skip(kith_buf_str(&place->surplus), place->matched);
	size_t len = text.len < left.len ? text.len : left.len;

	if (len == 0 || memcmp(left.at, text.at, len) != 0) {
		kith_buf_done(&place->surplus); /* somebody else's: look no further */
		place->matched = 0;
		return 0;
	}
	place->matched += len;
	return len;
}

enum kith_rc kith_place_note(struct kith_place *place, struct kith_str cursor, struct kith_why *why)
{
	struct kith_buf text = { 0 };
	struct kith_json_writer w;
	char path[PATH_BYTES_MAX + 8];
	struct stat out;
	bool is_written;
	int fd;

	kith_json_write_to(&w, &text);
	kith_json_open_object(&w);
	kith_json_pair_string(&w, "cursor", cursor);
	if (stat_output(place->out_fd, &out)) {
		kith_json_pair_integer(&w, "device", (int64_t)out.st_dev);
		kith_json_pair_integer(&w, "inode", (int64_t)out.st_ino);
		kith_json_pair_integer(&w, "size", (int64_t)out.st_size);
	}
	kith_json_close_object(&w);
	kith_buf_add_char(&text, '\n');
	if (text.failed) {
		kith_buf_done(&text);
		return KITH_E_NO_MEMORY;
	}
	snprintf(path, sizeof(path), "%s.new", place->path);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	is_written = fd >= 0 && write(fd, text.at, text.len) == (ssize_t)text.len;
	if (fd >= 0 && close(fd) != 0) {
		is_written = false;
	}
	kith_buf_done(&text);
	if (!is_written || rename(path, place->path) != 0) {
		return fail(why, "cannot write", place->path);
	}
	if (cursor.len <= KITH_PLACE_CURSOR_MAX) {
		memcpy(place->cursor, cursor.at, cursor.len);
		place->cursor[cursor.len] = '\0';
	}
	return KITH_OK;
}
