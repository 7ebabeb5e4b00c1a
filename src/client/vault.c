/*
 * vault.c -- one object, written beside its place, synced and renamed.
 */
#include "client/vault.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/json.h"

enum { PATH_BYTES_MAX = 4096 };

/* The members, in the order in which they are written. */
static const struct {
	const char *name;
	size_t offset;
	bool is_text; /* else a number */
} members[] = {
	{ "url", offsetof(struct kith_vault, url), true },
	{ "user", offsetof(struct kith_vault, user), true },
	{ "session", offsetof(struct kith_vault, id), true },
	{ "refreshToken", offsetof(struct kith_vault, refresh), true },
	{ "accessToken", offsetof(struct kith_vault, access), true },
	{ "expiresUs", offsetof(struct kith_vault, expires_us), false },
	{ "lifetimeUs", offsetof(struct kith_vault, lifetime_us), false },
};

static enum kith_rc fail(struct kith_why *why, const char *what, const char *path)
{
	return kith_refuse(why, KITH_E_IO, NULL, "cannot %s %.60s: %s", what, path,
	                   strerror(errno));
}

static enum kith_rc refuse_object(struct kith_why *why)
{
	return kith_refuse(why, KITH_E_CORRUPT, NULL, "this is no kept session");
}

/* Sets one member of OUT from its node. */
static enum kith_rc read_member(const struct kith_json *json, const struct kith_json_node *node,
                                size_t at, struct kith_arena *mem, struct kith_vault *out)
{
	char *field = (char *)out + members[at].offset;
	struct kith_str text;
	enum kith_rc rc;

	if (node == NULL ||
	    node->kind != (members[at].is_text ? KITH_JSON_STRING : KITH_JSON_INTEGER)) {
		return KITH_E_CORRUPT;
	}
	if (!members[at].is_text) {
		memcpy(field, &node->integer, sizeof(node->integer));
		return KITH_OK;
	}
	rc = kith_json_text(json, node, mem, &text);
	if (rc == KITH_OK) {
		memcpy(field, &text, sizeof(text));
	}
	return rc;
}

enum kith_rc kith_vault_read(struct kith_str text, struct kith_arena *mem, struct kith_vault *out,
                             struct kith_why *why)
{
	struct kith_vault vault = { 0 };
	struct kith_json json;
	enum kith_rc rc = kith_json_read(text, mem, &json, NULL);

	for (size_t i = 0; rc == KITH_OK && i < KITH_COUNT(members); i++) {
		rc = read_member(&json, kith_json_get(&json, json.root, members[i].name), i, mem,
		                 &vault);
	}
	if (rc != KITH_OK) {
		return rc == KITH_E_NO_MEMORY ? rc : refuse_object(why);
	}
	if (vault.refresh.len == 0 || vault.id.len == 0 || vault.lifetime_us < 0) {
		return refuse_object(why);
	}
	*out = vault;
	return KITH_OK;
}

void kith_vault_write(const struct kith_vault *vault, struct kith_buf *out)
{
	struct kith_json_writer w;

	kith_json_write_to(&w, out);
	kith_json_open_object(&w);
	for (size_t i = 0; i < KITH_COUNT(members); i++) {
		const char *field = (const char *)vault + members[i].offset;
		struct kith_str text;
		int64_t number;

		if (members[i].is_text) {
			memcpy(&text, field, sizeof(text));
			kith_json_pair_string(&w, members[i].name, text);
		} else {
			memcpy(&number, field, sizeof(number));
			kith_json_pair_integer(&w, members[i].name, number);
		}
	}
	kith_json_close_object(&w);
}

/* The file. */

static bool read_all(int fd, struct kith_buf *out)
{
	ssize_t got = 1;

	while (got > 0 && out->len <= KITH_VAULT_BYTES_MAX) {
		if (!kith_buf_reserve(out, KITH_VAULT_BYTES_MAX + 1)) {
			errno = ENOMEM;
			return false;
		}
		got = read(fd, out->at + out->len, KITH_VAULT_BYTES_MAX + 1 - out->len);
		out->len += got > 0 ? (size_t)got : 0;
	}
	return got >= 0;
}

enum kith_rc kith_vault_load(const char *path, struct kith_buf *out, struct kith_why *why)
{
	struct kith_buf text = { 0 };
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	enum kith_rc rc = KITH_OK;

	if (fd < 0) {
		rc = fail(why, "read", path);
		return errno == ENOENT || errno == ENOTDIR ? KITH_E_NOT_FOUND : rc;
	}
	if (!read_all(fd, &text)) {
		rc = fail(why, "read", path);
		rc = errno == ENOMEM ? KITH_E_NO_MEMORY : rc;
	} else if (text.len > KITH_VAULT_BYTES_MAX) {
		rc = refuse_object(why);
	} else {
		kith_buf_add(out, kith_buf_str(&text));
		rc = out->failed ? KITH_E_NO_MEMORY : KITH_OK;
	}
	close(fd);
	kith_buf_done(&text);
	return rc;
}

static bool write_all(int fd, struct kith_str text)
{
	while (text.len > 0) {
		ssize_t wrote = write(fd, text.at, text.len);

		if (wrote < 0 && errno != EINTR) {
			return false;
		}
		text = kith_str_skip(text, wrote > 0 ? (size_t)wrote : 0);
	}
	return true;
}

/* A new name, or one less, is on stable storage when its folder is. */
static bool sync_folder(const char *path)
{
	char folder[PATH_BYTES_MAX];
	const char *slash = strrchr(path, '/');
	size_t len = slash == NULL ? 0 : (size_t)(slash - path);
	bool is_synced;
	int fd;

	if (len >= sizeof(folder)) {
		errno = ENAMETOOLONG;
		return false;
	}
	snprintf(folder, sizeof(folder), "%.*s", (int)len, path);
	fd = open(slash == NULL ? "." : (len == 0 ? "/" : folder),
	          O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	is_synced = fd >= 0 && fsync(fd) == 0;
	if (fd >= 0) {
		close(fd);
	}
	return is_synced;
}

enum kith_rc kith_vault_store(const char *path, struct kith_str text, struct kith_why *why)
{
	char beside[PATH_BYTES_MAX];
	bool is_written;
	int fd;

	if (strlen(path) + sizeof(".new") > sizeof(beside)) {
		errno = ENAMETOOLONG;
		return fail(why, "write", path);
	}
	snprintf(beside, sizeof(beside), "%s.new", path);
	/* One that a crash left may have other rights. */
	(void)unlink(beside);
	fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	is_written = fd >= 0 && write_all(fd, text) && fsync(fd) == 0;
	if (fd >= 0 && close(fd) != 0) {
		is_written = false;
	}
	if (!is_written || rename(beside, path) != 0 || !sync_folder(path)) {
		return fail(why, "write", path);
	}
	return KITH_OK;
}

enum kith_rc kith_vault_remove(const char *path, struct kith_why *why)
{
	if (unlink(path) != 0) {
		return errno == ENOENT ? KITH_OK : fail(why, "remove", path);
	}
	return sync_folder(path) ? KITH_OK : fail(why, "remove", path);
}

enum kith_rc kith_vault_lock(const char *path, int *fd, struct kith_why *why)
{
	char beside[PATH_BYTES_MAX];
	int lock;

	if (strlen(path) + sizeof(".lock") > sizeof(beside)) {
		errno = ENAMETOOLONG;
		return fail(why, "lock", path);
	}
	snprintf(beside, sizeof(beside), "%s.lock", path);
	lock = open(beside, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (lock < 0) {
		return fail(why, "lock", path);
	}
	if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
		enum kith_rc rc = errno == EWOULDBLOCK
		                          ? kith_refuse(why, KITH_E_LOCKED, NULL,
		                                        "another program is renewing the session")
		                          : fail(why, "lock", path);

		close(lock);
		return rc;
	}
	*fd = lock;
	return KITH_OK;
}
