/*
 * journal.c -- checks the lines of a file, adds to it, replaces it.
 */
#include "client/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEAD "kith-outbox 1 "

enum {
	HEAD_LEN = sizeof(HEAD) - 1,
	KEY_TEXT = 2 * KITH_HASH_KEY,
	SUM_TEXT = 16, /* a checksum                          */
	FIRST_LINE = HEAD_LEN + KEY_TEXT + 1 + SUM_TEXT + 1, /* with its newline     */
	LOCK_TRIES_MAX = 16, /* the file may be replaced meanwhile  */
};

static enum kith_rc fail(struct kith_why *why, const char *what, const char *path)
{
	return kith_refuse(why, KITH_E_IO, NULL, "cannot %s %.60s: %s", what, path,
	                   strerror(errno));
}

static bool write_all(int fd, struct kith_str bytes)
{
	while (bytes.len > 0) {
		ssize_t wrote = write(fd, bytes.at, bytes.len);

		if (wrote < 0 && errno != EINTR) {
			return false;
		}
		bytes = kith_str_skip(bytes, wrote > 0 ? (size_t)wrote : 0);
	}
	return true;
}

/* Opening. */

static bool is_still_at(int fd, const char *path)
{
	struct stat ours, there;

	return fstat(fd, &ours) == 0 && stat(path, &there) == 0 && ours.st_dev == there.st_dev &&
	       ours.st_ino == there.st_ino;
}

/* Opens and locks; anew when another process replaced the file in between. */
static enum kith_rc open_locked(struct kith_journal *journal, struct kith_why *why)
{
	for (int tries = 0; tries < LOCK_TRIES_MAX; tries++) {
		journal->fd = open(journal->path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
		if (journal->fd < 0) {
			return fail(why, "open", journal->path);
		}
		if (flock(journal->fd, LOCK_EX | LOCK_NB) != 0) {
			return errno != EWOULDBLOCK
			               ? fail(why, "lock", journal->path)
			               : kith_refuse(why, KITH_E_LOCKED, NULL,
			                             "%.80s is in use by another client",
			                             journal->path);
		}
		if (is_still_at(journal->fd, journal->path)) {
			return KITH_OK;
		}
		close(journal->fd);
		journal->fd = -1;
	}
	return kith_refuse(why, KITH_E_LOCKED, NULL, "%.80s is in use", journal->path);
}

static enum kith_rc read_file(struct kith_journal *journal, struct kith_buf *text,
                              struct kith_why *why)
{
	struct stat file;
	ssize_t got = 1;

	if (fstat(journal->fd, &file) != 0) {
		return fail(why, "read", journal->path);
	}
	if (!S_ISREG(file.st_mode) || file.st_size > KITH_JOURNAL_BYTES_MAX) {
		return kith_refuse(why, KITH_E_CORRUPT, NULL, "%.80s is no outbox", journal->path);
	}
	if (!kith_buf_reserve(text, (size_t)file.st_size + 1)) {
		return KITH_E_NO_MEMORY;
	}
	while (got > 0 && text->len < text->size) {
		got = pread(journal->fd, text->at + text->len, text->size - text->len,
		            (off_t)text->len);
		text->len += got > 0 ? (size_t)got : 0;
	}
	return got < 0 ? fail(why, "read", journal->path) : KITH_OK;
}

static int hex_digit(char digit)
{
	if (digit >= '0' && digit <= '9') {
		return digit - '0';
	}
	return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

static void write_sum(struct kith_str bytes, const uint8_t key[KITH_HASH_KEY],
                      char out[SUM_TEXT + 1])
{
	snprintf(out, SUM_TEXT + 1, "%016llx", (unsigned long long)kith_hash(bytes, key));
}

/* The key in the first line of TEXT; false when it is none of ours, or damaged. */
static bool read_key(struct kith_str text, uint8_t key[KITH_HASH_KEY])
{
	static const uint8_t zeros[KITH_HASH_KEY];
	char sum[SUM_TEXT + 1];

	if (text.len < FIRST_LINE || !kith_str_starts(text, KITH_STR(HEAD)) ||
	    text.at[FIRST_LINE - 1] != '\n' || text.at[HEAD_LEN + KEY_TEXT] != ' ') {
		return false;
	}
	write_sum(kith_str_make(text.at, HEAD_LEN + KEY_TEXT), zeros, sum);
	if (memcmp(text.at + HEAD_LEN + KEY_TEXT + 1, sum, SUM_TEXT) != 0) {
		return false;
	}
	for (size_t i = 0; i < KITH_HASH_KEY; i++) {
		int high = hex_digit(text.at[HEAD_LEN + 2 * i]);
		int low = hex_digit(text.at[HEAD_LEN + 2 * i + 1]);

		if (high < 0 || low < 0) {
			return false;
		}
		key[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

/* Was TEXT the beginning of a first line when the power went? */
static bool is_unborn(struct kith_str text)
{
	size_t len = text.len < HEAD_LEN ? text.len : (size_t)HEAD_LEN;

	return text.len < FIRST_LINE && kith_str_find(text, '\n') < 0 &&
	       (len == 0 || memcmp(text.at, HEAD, len) == 0);
}

static void add_first_line(const struct kith_journal *journal, struct kith_buf *out)
{
	static const uint8_t zeros[KITH_HASH_KEY];
	char line[HEAD_LEN + KEY_TEXT + 1] = HEAD;
	char sum[SUM_TEXT + 1];

	for (size_t i = 0; i < KITH_HASH_KEY; i++) {
		snprintf(line + HEAD_LEN + 2 * i, 3, "%02x", journal->key[i]);
	}
	write_sum(kith_str_of(line), zeros, sum);
	kith_buf_add_format(out, "%s %s\n", line, sum);
}

static void add_record(const struct kith_journal *journal, struct kith_str json,
                       struct kith_buf *out)
{
	char sum[SUM_TEXT + 1];

	write_sum(json, journal->key, sum);
	kith_buf_add_format(out, "%s ", sum);
	kith_buf_add(out, json);
	kith_buf_add_char(out, '\n');
}

/* Makes sure that the name of a new file survives, too. */
static bool sync_folder(const char *path)
{
	char folder[KITH_JOURNAL_PATH_MAX + 1];
	const char *slash = strrchr(path, '/');
	size_t len = slash == NULL ? 0 : slash == path ? 1 : (size_t)(slash - path);
	bool is_synced;
	int fd;

	memcpy(folder, path, len);
	folder[len] = '\0';
	fd = open(len == 0 ? "." : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) {
		return false;
	}
	is_synced = fsync(fd) == 0;
	close(fd);
	return is_synced;
}

static enum kith_rc make_new(struct kith_journal *journal, struct kith_rand *rand,
                             struct kith_why *why)
{
	struct kith_buf line = { 0 };
	bool is_made;

	kith_rand_bytes(rand, journal->key, sizeof(journal->key));
	add_first_line(journal, &line);
	if (line.failed) {
		kith_buf_done(&line);
		return KITH_E_NO_MEMORY;
	}
	is_made = ftruncate(journal->fd, 0) == 0 && write_all(journal->fd, kith_buf_str(&line)) &&
	          fsync(journal->fd) == 0 && sync_folder(journal->path);
	kith_buf_done(&line);
	journal->size = FIRST_LINE;
	return is_made ? KITH_OK : fail(why, "write", journal->path);
}

/* The JSON in LINE (without its newline); false when the checksum is not its own. */
static bool read_record(const struct kith_journal *journal, struct kith_str line,
                        struct kith_str *json)
{
	char sum[SUM_TEXT + 1];

	if (line.len <= SUM_TEXT || line.at[SUM_TEXT] != ' ') {
		return false;
	}
	*json = kith_str_skip(line, SUM_TEXT + 1);
	write_sum(*json, journal->key, sum);
	return memcmp(sum, line.at, SUM_TEXT) == 0;
}

/* Could a record begin here? Looked at before a checksum is reckoned for it. */
static bool looks_like_record(struct kith_str line)
{
	if (line.len <= SUM_TEXT || line.at[SUM_TEXT] != ' ') {
		return false;
	}
	for (size_t i = 0; i < SUM_TEXT; i++) {
		if (hex_digit(line.at[i]) < 0) {
			return false;
		}
	}
	return true;
}

/* Is there a good record in TEXT, anywhere? A newline may be what is damaged. */
static bool has_good_record(const struct kith_journal *journal, struct kith_str text)
{
	struct kith_str line, json;

	while (kith_str_cut(text, '\n', &line, &text)) {
		for (; line.len > 0; line = kith_str_skip(line, 1)) {
			if (looks_like_record(line) && read_record(journal, line, &json)) {
				return true;
			}
		}
	}
	return false;
}

/* Hands out the records of TEXT, which begins behind the first line. */
static enum kith_rc take_records(struct kith_journal *journal, struct kith_str text,
                                 kith_journal_fn *take, void *context, struct kith_why *why)
{
	struct kith_str line, json, rest;

	journal->size = FIRST_LINE;
	while (kith_str_cut(text, '\n', &line, &rest)) {
		if (!read_record(journal, line, &json)) {
			break;
		}
		enum kith_rc rc = take(context, json, why);

		if (rc != KITH_OK) {
			return rc;
		}
		journal->size += (int64_t)line.len + 1;
		text = rest;
	}
	/* What is left was being written when the writer died, unless more follows. */
	if (has_good_record(journal, text)) {
		return kith_refuse(why, KITH_E_CORRUPT, NULL, "%.80s is damaged at byte %lld",
		                   journal->path, (long long)journal->size);
	}
	if (text.len > 0 &&
	    (ftruncate(journal->fd, journal->size) != 0 || fsync(journal->fd) != 0)) {
		return fail(why, "write", journal->path);
	}
	return KITH_OK;
}

enum kith_rc kith_journal_open(struct kith_journal *journal, const char *path,
                               struct kith_rand *rand, kith_journal_fn *take, void *context,
                               struct kith_why *why)
{
	struct kith_buf text = { 0 };
	enum kith_rc rc;

	*journal = (struct kith_journal){ .fd = -1, .path = path };
	if (strlen(path) > KITH_JOURNAL_PATH_MAX) {
		return kith_refuse(why, KITH_E_IO, NULL, "the outbox's path is too long");
	}
	rc = open_locked(journal, why);
	if (rc == KITH_OK) {
		rc = read_file(journal, &text, why);
	}
	if (rc == KITH_OK && is_unborn(kith_buf_str(&text))) {
		rc = make_new(journal, rand, why);
	} else if (rc == KITH_OK && !read_key(kith_buf_str(&text), journal->key)) {
		rc = kith_refuse(why, KITH_E_CORRUPT, NULL, "%.80s is no outbox", path);
	} else if (rc == KITH_OK) {
		rc = take_records(journal, kith_str_skip(kith_buf_str(&text), FIRST_LINE), take,
		                  context, why);
	}
	kith_buf_done(&text);
	if (rc != KITH_OK) {
		kith_journal_done(journal);
	}
	return rc;
}

void kith_journal_done(struct kith_journal *journal)
{
	if (journal->fd >= 0) {
		close(journal->fd);
	}
	journal->fd = -1;
}

/* Writing. */

enum kith_rc kith_journal_add(struct kith_journal *journal, struct kith_str json, bool must_sync)
{
	struct kith_buf line = { 0 };
	bool is_added;

	if (journal->is_broken) {
		return KITH_E_IO;
	}
	add_record(journal, json, &line);
	if (line.failed) {
		kith_buf_done(&line);
		return KITH_E_NO_MEMORY;
	}
	is_added = write_all(journal->fd, kith_buf_str(&line));
	if (is_added && must_sync && fdatasync(journal->fd) != 0) {
		journal->is_broken = true; /* what a failed sync has kept, nobody knows */
		is_added = false;
	}
	if (is_added) {
		journal->size += (int64_t)line.len;
	} else if (ftruncate(journal->fd, journal->size) != 0) {
		journal->is_broken = true;
	}
	kith_buf_done(&line);
	return is_added ? KITH_OK : KITH_E_IO;
}

/* Writes the new file beside the old one; its descriptor, locked, or -1. */
static int write_beside(const char *path, struct kith_str text)
{
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);

	if (fd >= 0 &&
	    (flock(fd, LOCK_EX | LOCK_NB) != 0 || !write_all(fd, text) || fsync(fd) != 0)) {
		close(fd);
		fd = -1;
	}
	return fd;
}

static enum kith_rc replace(struct kith_journal *journal, struct kith_str text)
{
	char path[KITH_JOURNAL_PATH_MAX + 8];
	int fd;

	snprintf(path, sizeof(path), "%s.new", journal->path);
	fd = write_beside(path, text);
	if (fd < 0) {
		return KITH_E_IO;
	}
	if (rename(path, journal->path) != 0) {
		close(fd);
		return KITH_E_IO;
	}
	close(journal->fd);
	journal->fd = fd;
	journal->size = (int64_t)text.len;
	/* If only the old name survived a power cut, what follows would be lost with it. */
	journal->is_broken = !sync_folder(journal->path);
	return journal->is_broken ? KITH_E_IO : KITH_OK;
}

enum kith_rc kith_journal_rewrite(struct kith_journal *journal, struct kith_str records)
{
	struct kith_buf text = { 0 };
	struct kith_str line;
	enum kith_rc rc;

	if (journal->is_broken) {
		return KITH_E_IO;
	}
	add_first_line(journal, &text);
	while (kith_str_cut(records, '\n', &line, &records)) {
		add_record(journal, line, &text);
	}
	rc = text.failed ? KITH_E_NO_MEMORY : replace(journal, kith_buf_str(&text));
	kith_buf_done(&text);
	return rc;
}
