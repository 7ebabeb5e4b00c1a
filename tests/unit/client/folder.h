/*
 * folder.h -- a folder of its own for a test, and whole files in and out of it.
 */
#ifndef KITH_TESTS_CLIENT_FOLDER_H
#define KITH_TESTS_CLIENT_FOLDER_H

#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"

static char folder[64];

static inline int folder_make(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/kith-test-XXXXXX");
	return mkdtemp(folder) == NULL;
}

static inline int folder_remove(void **state)
{
	char path[400];
	DIR *dir = opendir(folder);
	(void)state;

	for (struct dirent *at = readdir(dir); at != NULL; at = readdir(dir)) {
		snprintf(path, sizeof(path), "%s/%s", folder, at->d_name);
		unlink(path);
	}
	closedir(dir);
	return rmdir(folder);
}

/* The path of NAME in the folder; valid until the next call but three. */
static inline const char *path_of(const char *name)
{
	static char paths[4][128];
	static int at;

	at = (at + 1) % 4;
	snprintf(paths[at], sizeof(paths[at]), "%s/%s", folder, name);
	return paths[at];
}

static inline void write_file(const char *path, struct kith_str bytes)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes.at, bytes.len), bytes.len);
	close(fd);
}

/* The whole file; kith_buf_done() it. */
static inline struct kith_buf read_file(const char *path)
{
	struct kith_buf text = { 0 };
	struct stat file;
	int fd = open(path, O_RDONLY);

	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &file), 0);
	assert_true(kith_buf_reserve(&text, (size_t)file.st_size + 1));
	text.len = (size_t)read(fd, text.at, (size_t)file.st_size);
	close(fd);
	return text;
}

#endif
