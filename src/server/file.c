/*
 * file.c -- read() until there is no more.
 */
#include "server/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Fills SIZE bytes at AT, or less at the file's end. returns how many, -1 with errno. */
static ssize_t read_all(int fd, char *at, size_t size)
{
	size_t len = 0;

	while (len < size) {
		ssize_t got = read(fd, at + len, size - len);
		if (got == 0) {
			break;
		}
		if (got < 0 && errno != EINTR) {
			return -1;
		}
		len += got < 0 ? 0 : (size_t)got;
	}
	return (ssize_t)len;
}

enum kith_rc kith_file_read(const char *path, size_t max, struct kith_arena *mem,
                            struct kith_str *out, struct kith_why *why)
{
	char *at = kith_arena_alloc(mem, max + 1);
	if (at == NULL) {
		return kith_refuse(why, KITH_E_NO_MEMORY, NULL, "out of memory");
	}
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		return kith_refuse(why, KITH_E_IO, NULL, "%s", strerror(errno));
	}
	ssize_t len = read_all(fd, at, max + 1);
	int error = errno;
	close(fd);
	if (len < 0) {
		return kith_refuse(why, KITH_E_IO, NULL, "%s", strerror(error));
	}
	if ((size_t)len > max) {
		return kith_refuse(why, KITH_E_TOO_LARGE, NULL, "longer than %zu bytes", max);
	}
	at[len] = '\0';
	*out = kith_str_make(at, (size_t)len);
	return KITH_OK;
}
